"""What could the list be narrowed to next, and how many would be left?  Each filter's choices as links with counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from municipalities.models import County, Municipality

from ..answers import facets
from ..filters import SIZES, STATUSES, Confirmed, CooperationFilter, LawFindings
from ..models import Form, Role
from . import lookup

if TYPE_CHECKING:
    from .listing import Listing

#: So many choices of a filter are shown before the reader asks for all.
MOST = 10
#: The filters whose choices stand in an order of their own; the others begin with the most frequent.
_IN_ORDER = {"status", "size", "crosses_county_border", "findings", "confirmed"}


@dataclass
class Choice:
    """One value of a filter, how many cooperations it would leave, and the address of the list with or without it."""

    value: str
    label: str
    count: int
    chosen: bool = False
    address: str = ""


@dataclass
class Facet:
    """A filter with those of its choices that would leave something; ``all_address`` leads to all of them."""

    name: str
    label: str
    choices: list[Choice]
    all_address: str = ""


def narrowing(listing: "Listing") -> list[Facet]:
    """Return the filters of a list that can be answered; those without a choice are left out."""
    counts = facets.counts(listing.filter, listing.search)
    return [
        Facet(name, label, *_shown(listing, name, choices))
        for name, label in labels().items()
        if (choices := _choices(listing, name, counts[name]))
    ]


def labels() -> dict[str, str]:
    """Name the filters, in the order in which they are shown."""
    return {
        "municipality": _("Kommune"), "county": _("Fylke"), "task": _("Oppgave"), "form": _("Form"),
        "role": _("Rolle"), "status": _("Status"), "size": _("Antall deltakere"),
        "crosses_county_border": _("Krysser fylkesgrensen"), "findings": _("Lovfunn"), "confirmed": _("Sist bekreftet"),
    }  # fmt: skip


def value_labels(name: str) -> dict[str, str]:
    """Name the values of a filter whose values are written in the code; none for the others."""
    match name:
        case "form":
            found = Form.choices
        case "role":
            found = Role.choices
        case "status":
            found = STATUSES
        case "size":
            found = [(band, _size(band)) for band in SIZES]
        case "crosses_county_border":
            found = CooperationFilter.base_filters[name].extra["choices"]
        case "findings":
            found = LawFindings.choices
        case "confirmed":
            found = Confirmed.choices
        case _:
            found = []
    return {value: str(label) for value, label in found}


def _size(band: str) -> str:
    fewest, most = SIZES[band]
    if band.endswith("-"):
        return _("%(n)s eller flere") % {"n": fewest}
    if most == 0:
        return _("ingen kjente")
    return str(most) if fewest == most else f"{fewest}–{most}"


def _choices(listing: "Listing", name: str, counts: dict[str, int]) -> list[Choice]:
    """Return the choices that would leave something, and those chosen, with the most frequent first or in order."""
    match name:
        case "municipality":
            found = _municipalities(listing, counts)
        case "county":
            rows = County.objects.filter(pk__in=[int(pk) for pk, n in counts.items() if n])
            found = [Choice(c.number, str(c), counts[str(c.pk)]) for c in rows]
        case "task":
            found = [
                Choice(task.code, label, counts.get(str(task.pk), 0))
                for sector, tasks in listing.sectors
                for task, label in [
                    (sector, _("Alt innen %(name)s") % {"name": sector.name}),
                    *((task, task.name) for task in tasks),
                ]
            ]
        case _:
            found = [Choice(value, label, counts.get(value, 0)) for value, label in value_labels(name).items()]
    chosen = _chosen(listing, name)
    for one in found:
        one.chosen = one.value in chosen
    found = [one for one in found if one.count or one.chosen]
    return found if name in _IN_ORDER else sorted(found, key=lambda one: -one.count)


def _chosen(listing: "Listing", name: str) -> set[str]:
    if name == "municipality":
        return {m.organisation.slug for m in listing.municipalities}
    return set(listing.query.getlist(name))


def _municipalities(listing: "Listing", counts: dict[str, int]) -> list[Choice]:
    """Return the most frequent municipalities, all when the reader asks for them, and those chosen."""
    ids = sorted((pk for pk, n in counts.items() if n), key=lambda pk: (-counts[pk], int(pk)))
    if listing.all_of != "municipality":
        ids = ids[: MOST + 1]
    ids += [str(m.pk) for m in listing.municipalities if str(m.pk) not in ids]
    rows = lookup.for_display(Municipality.objects.filter(pk__in=ids)).order_by("organisation__sort_key")
    return [Choice(m.organisation.slug, lookup.unique_name(m), counts.get(str(m.pk), 0)) for m in rows]


def _shown(listing: "Listing", name: str, choices: list[Choice]) -> tuple[list[Choice], str]:
    """Return the choices that are shown, with their addresses, and the address of all where some are not."""
    shown = choices
    if name != listing.all_of and len(choices) > MOST:
        shown = [one for n, one in enumerate(choices) if n < MOST or one.chosen]
    for one in shown:
        one.address = listing.toggled(name, one.value, chosen=one.chosen)
    return shown, listing.showing_all(name) if len(shown) < len(choices) else ""
