"""What in the register is called something like this: municipalities, tasks, cooperations, organisations?

Misspelt and half-written words are found by pg_trgm (indexed `%>`: how alike is the text to a part of the name), the
inflected forms of tasks by PostgreSQL's Norwegian dictionary: «legevakter» finds Legevakt.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector, TrigramSimilarity, TrigramWordSimilarity
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from municipalities.models import Municipality, MunicipalityNumber, Organisation, OrganisationName
from municipalities.models.fields import norwegian_sort_key

from ..models import Cooperation, Task
from ..querysets import public_organisations
from .everyday import codes, essential, words

#: Longer texts are cut: nothing in the register has so long a name.
LONGEST = 100
#: So many words of a question are looked up one by one.
MOST_WORDS = 5
#: How alike a badly misspelt name must be (pg_trgm, 0 to 1): «trmsø» finds Tromsø. The index holds from 0.6 upwards.
LIKENESS = 0.4


@dataclass(frozen=True)
class Hit:
    """One thing that was found: what it is called, what tells it from others, and where its page is."""

    name: str
    about: str
    address: str
    #: How well the name fits, 0 to 1; what begins with the text comes first.
    fit: float
    #: What a form may be given for it: the name, or the address name where the name alone would not tell.
    value: str = ""


def cleaned(text: str) -> str:
    """Return a search as it is looked for: without NUL and needless spaces."""
    return " ".join(text.replace("\x00", "").split())[:LONGEST]


def municipalities(text: str, today: datetime.date, limit: int) -> list[Hit]:
    """Return the municipalities, present and former, with a number or a name in any language like ``text``."""
    text = text.removesuffix(" kommune")
    if text.isdecimal():
        held = MunicipalityNumber.objects.filter(number=text).values_list("municipality_id", flat=True)
        fits = dict.fromkeys(held, 1.0)
    else:
        fits = _fits(Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY), "pk", "name", text)
        of_municipality = {"organisation__kind": Organisation.Kind.MUNICIPALITY}
        _merge(fits, _fits(OrganisationName.objects.filter(**of_municipality), "organisation_id", "name", text))
        # Names of a time, such as Kristiania, stand beside the numbers.
        _merge(fits, _fits(MunicipalityNumber.objects.all(), "municipality_id", "name", text))
    best = sorted(fits, key=lambda pk: -fits[pk])[: limit * 2]
    found = Municipality.objects.filter(pk__in=best).select_related("organisation").prefetch_related("numbers__county")
    hits = []
    for one in found:
        body = one.organisation
        number = one.number_on(datetime.date.max)
        about = _("kommune i %(county)s") % {"county": number.county.name} if number else _("kommune")
        gone = body.valid_to is not None and body.valid_to < today
        # One that is no more comes after one that is, if they fit alike.
        value = body.slug if gone else (number and number.label) or body.name
        hits.append(Hit(str(body), about, one.get_absolute_url(), fits[one.pk] - (0.01 if gone else 0), value))
    return _sorted(hits)[:limit]


def municipalities_named_in(text: str, today: datetime.date, limit: int) -> list[Hit]:
    """Return the municipalities that a question names beside something else: «legevakt lier»."""
    found = {}
    for word in words(essential(text))[:MOST_WORDS]:
        if len(word) > 1 and not word.isdecimal():
            called = norwegian_sort_key(word)
            found |= {h.address: h for h in municipalities(word, today, limit) if norwegian_sort_key(h.name) == called}
    return list(found.values())[:limit]


def tasks(text: str, limit: int) -> list[Hit]:
    """Return the sectors and tasks with a name like ``text`` in one of the three languages, or called so at home."""
    names = ("name_nb", "name_nn", "name_en")
    alike = Greatest(*(TrigramWordSimilarity(text, name) for name in names))
    stems = SearchVector("name_nb", "name_nn", config="norwegian")
    found = (
        Task.objects.select_related("parent")
        .annotate(fit=alike, stems=stems)
        .filter(Q(fit__gte=0.6) | Q(stems=SearchQuery(text, config="norwegian")) | Q(code__in=codes(text)))
        .order_by("-fit", "position")
    )
    return [
        Hit(t.name, t.parent.name if t.parent else _("alle oppgaver i sektoren"), t.get_absolute_url(), t.fit)
        for t in found[:limit]
    ]


def cooperations(text: str, limit: int) -> list[Hit]:
    """Return the public cooperations with a name like ``text``; the list of cooperations searches deeper."""
    public = Cooperation.objects.public()
    fits = _fits(public, "pk", "name", text, forgiving=False)
    _merge(fits, dict.fromkeys(public.filter(short_name__iexact=text).values_list("pk", flat=True), 1.0))
    best = sorted(fits, key=lambda pk: -fits[pk])[:limit]
    found = list(public.filter(pk__in=best))
    names = Counter(c.name.casefold() for c in found)
    return _sorted(
        Hit(
            c.name,
            c.get_form_display(),
            c.get_absolute_url(),
            fits[c.pk],
            c.name if names[c.name.casefold()] == 1 else c.slug,
        )
        for c in found
    )


def organisations(text: str, limit: int) -> list[Hit]:
    """Return the organisations other than municipalities with a name, present or former, like ``text``."""
    others = public_organisations().exclude(kind=Organisation.Kind.MUNICIPALITY)
    fits = _fits(Organisation.objects.exclude(kind=Organisation.Kind.MUNICIPALITY), "pk", "name", text)
    _merge(fits, _fits(OrganisationName.objects.all(), "organisation_id", "name", text))
    digits = text.replace(" ", "")
    if digits.isdecimal() and len(digits) == 9:
        _merge(fits, dict.fromkeys(others.filter(org_number=digits).values_list("pk", flat=True), 1.0))
    best = sorted(fits, key=lambda pk: -fits[pk])[: limit * 2]
    found = others.filter(pk__in=best)
    hits = [Hit(str(o), capfirst(o.get_kind_display()), o.get_absolute_url(), fits[o.pk]) for o in found]
    return _sorted(hits)[:limit]


def _fits(rows: QuerySet, key: str, name: str, text: str, *, forgiving: bool = True) -> dict[int, float]:
    """Return how well the likest names of a table fit, by the number of what they name; the 50 likest only.

    Where nothing is like enough for the index, a ``forgiving`` search reads the whole table for what is somewhat alike.
    """
    graded = (
        rows.annotate(part=TrigramWordSimilarity(text, name), whole=TrigramSimilarity(name, text))
        # The part decides; of two that fit alike, the one with less beside it.
        .annotate(fit=F("part") * Value(0.8) + F("whole") * Value(0.2))
        .order_by("-fit")
        .values_list(key, "fit", name)
    )
    found = list(graded.filter(**{f"{name}__trigram_word_similar": text})[:50])
    if not found and forgiving:
        found = list(graded.filter(part__gte=LIKENESS)[:5])
    fits: dict[int, float] = {}
    for pk, fit, found_name in found:
        begins = norwegian_sort_key(found_name).startswith(norwegian_sort_key(text))
        fits[pk] = max(fits.get(pk, 0), fit + (1 if begins else 0))
    return fits


def _merge(fits: dict[int, float], more: dict[int, float]) -> None:
    for pk, fit in more.items():
        fits[pk] = max(fits.get(pk, 0), fit)


def _sorted(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.fit, norwegian_sort_key(hit.name)))
