"""Which municipality does a reader mean by a name or a number, and which might be meant by a misspelt one?"""

import datetime
import functools
import operator

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from municipalities.models import Municipality, MunicipalityNumber

#: How alike a misspelt name must be to be suggested (pg_trgm, 0 to 1): «Dramen» finds Drammen.
LIKENESS = 0.3
SUGGESTIONS = 5
_NAMES = ["organisation__name", "organisation__names__name", "numbers__name", "numbers__label"]


def for_display(municipalities: QuerySet[Municipality]) -> QuerySet[Municipality]:
    """Fetch what naming a municipality needs: its numbers with their counties."""
    return municipalities.select_related("organisation").prefetch_related("numbers__county")


def municipalities_called(text: str, today: datetime.date) -> list[Municipality]:
    """Return the municipalities whose name in any language, or whose number, is ``text``.

    Those that exist come before those that have been dissolved: «Drammen» is the present one, but «Svelvik» is found.
    """
    text = _clean(text)
    if not text:
        return []
    if text.isdecimal():
        ids = MunicipalityNumber.objects.filter(number=text).values("municipality")
    else:
        # unaccent also where we want å and a apart: the server's own upper() may not know æ, ø and å.
        same = functools.reduce(operator.or_, (Q(**{f"{name}__unaccent__iexact": text}) for name in _NAMES))
        ids = Municipality.objects.filter(same).values("pk")
    found = list(for_display(Municipality.objects.filter(pk__in=ids)))
    found = [m for m in found if _is_exactly(m, text)] or found
    return [m for m in found if m.organisation.valid_to is None or m.organisation.valid_to >= today] or found


def municipalities_like(text: str) -> list[Municipality]:
    """Return municipalities with a name that resembles ``text``, the likest first."""
    text = _clean(text)
    alike = (
        Municipality.objects.annotate(
            likeness=Greatest(
                TrigramSimilarity("organisation__name", text), TrigramSimilarity("organisation__names__name", text)
            )
        )
        .filter(likeness__gte=LIKENESS)
        .order_by("-likeness", "-organisation__valid_from", "pk")
        .values_list("pk", flat=True)
    )
    ids = list(dict.fromkeys(alike))[:SUGGESTIONS]  # one with several names comes several times
    found = {m.pk: m for m in for_display(Municipality.objects.filter(pk__in=ids))}
    return [found[pk] for pk in ids]


def unique_name(municipality: Municipality) -> str:
    """Return a name that tells the municipality from others of the same name: «Våler (Innlandet)»."""
    numbers = sorted(municipality.numbers.all(), key=lambda n: n.valid_from or datetime.date.min)
    return (numbers[-1].label if numbers else "") or municipality.organisation.name


def _clean(text: str) -> str:
    """Return the name without spaces around it and without the word «kommune»."""
    text = " ".join(text.replace("\x00", "").split())[:100]
    return text[: -len(" kommune")] if text.casefold().endswith(" kommune") else text


def _is_exactly(municipality: Municipality, text: str) -> bool:
    """Tell whether the accents agree too: «Os» is not Ås."""
    names = {municipality.organisation.name, *(n.name for n in municipality.numbers.all())}
    names |= {n.label for n in municipality.numbers.all()}
    return text.casefold() in {name.casefold() for name in names}
