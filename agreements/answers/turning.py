"""On which days can what the public sees of a cooperation become another than the day before?"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from municipalities.models import Organisation

from ..models import Cooperation
from ..models.answers import FIRST, LAST

Days = tuple[datetime.date, datetime.date]


def laid(thing: Model, name: str) -> Iterable[Any]:
    """Return the rows that belong to a thing: what has been fetched, without the manager that Django makes for it."""
    found = vars(thing).get("_prefetched_objects_cache", {}).get(name)
    return getattr(thing, name).all() if found is None else found


class Bodies:
    """What many cooperations ask of few organisations; to be used within one transaction, since it remembers."""

    def __init__(self) -> None:
        self._turns: dict[int, list[datetime.date]] = {}
        self._counties: dict[int, list[tuple[int, Days]]] = {}

    def turns(self, body: Organisation) -> list[datetime.date]:
        """Return the days, after the first of all, on which an organisation may get another number, in order."""
        if body.pk not in self._turns:
            days: set[datetime.date] = set()
            _turn(days, _numbered_periods(body))
            self._turns[body.pk] = sorted(days - {FIRST})
        return self._turns[body.pk]

    def counties(self, body: Organisation) -> list[tuple[int, Days]]:
        """Return the counties that an organisation belongs to, as a municipality in it or as its council, and when."""
        if body.pk not in self._counties:
            municipality = getattr(body, "municipality", None)
            numbers = laid(municipality, "numbers") if municipality else ()
            lain = [(one.county_id, (one.valid_from or FIRST, one.valid_to or LAST)) for one in numbers]
            governed = [(county.pk, (FIRST, LAST)) for county in laid(body, "governed_counties")]
            self._counties[body.pk] = lain + governed
        return self._counties[body.pk]


def turning_days(cooperation: Cooperation, bodies: Bodies, *, timeless: bool) -> list[datetime.date]:
    """Return the days, after the first of all, on which the document may change, in order.

    The status turns with the life of the cooperation, members with theirs, codes with numbers and counties. All
    members are in a ``timeless`` document on every day.
    """
    days = set(status_days(cooperation))
    members = list(laid(cooperation, "memberships"))
    if not timeless:
        _turn(days, members)
        _turn(days, (member.organisation for member in members))
    shown = {one.organisation_id: one.organisation for one in (*members, *laid(cooperation, "notices"))}
    for body in (*shown.values(), cooperation.body, cooperation.responsible):
        if body is not None:
            days.update(bodies.turns(body))
    return sorted(days - {FIRST})


def status_days(cooperation: Cooperation) -> list[datetime.date]:
    """Return the days, after the first of all, on which the status may change, in order.

    That all have decided depends on who takes part, so the members count where there are agreements to decide on.
    """
    days: set[datetime.date] = set()
    agreements = list(laid(cooperation, "agreements"))
    _turn(days, [cooperation, *agreements])
    _add(days, cooperation.winding_up_from)
    for notice in laid(cooperation, "notices"):
        _add(days, notice.given_on, notice.withdrawn_on)
        _add_after(days, notice.effective_on)
    for agreement in agreements:
        _add(days, *(decision.decided_on for decision in laid(agreement, "decisions")))
    if agreements:
        members = list(laid(cooperation, "memberships"))
        _turn(days, members)
        _turn(days, (member.organisation for member in members))
    return sorted(days - {FIRST})


def _numbered_periods(body: Organisation) -> Iterable[Model]:
    """Return the periods in which an organisation has one number: those of a municipality and of counties."""
    municipality = getattr(body, "municipality", None)
    return (*(laid(municipality, "numbers") if municipality else ()), *laid(body, "governed_counties"))


def _turn(days: set[datetime.date], periods: Iterable[Model]) -> None:
    for period in periods:
        if period.valid_from:
            days.add(period.valid_from)
        if period.valid_to:
            _add_after(days, period.valid_to)


def _add(days: set[datetime.date], *found: datetime.date | None) -> None:
    days.update(day for day in found if day)


def _add_after(days: set[datetime.date], last: datetime.date | None) -> None:
    if last and last < LAST:
        days.add(last + datetime.timedelta(days=1))
