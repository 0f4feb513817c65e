"""On which days can what the public sees of a cooperation become another than the day before?"""

import datetime
from collections.abc import Iterable

from django.db.models import Model

from municipalities.models import Organisation

from ..models import Cooperation
from ..models.answers import FIRST, LAST


def turning_days(cooperation: Cooperation, *, timeless: bool) -> list[datetime.date]:
    """Return the days, after the first of all, on which the document may change, in order.

    The status turns with the life of the cooperation, members with theirs, codes with numbers and counties. All
    members are in a ``timeless`` document on every day.
    """
    days = set(status_days(cooperation))
    members = list(cooperation.memberships.all())
    if not timeless:
        _turn(days, members)
        _turn(days, (member.organisation for member in members))
    bodies = {one.organisation_id: one.organisation for one in (*members, *cooperation.notices.all())}
    for body in (*bodies.values(), cooperation.body, cooperation.responsible):
        if body is not None:
            _turn(days, numbered_periods(body))
    return sorted(days - {FIRST})


def status_days(cooperation: Cooperation) -> list[datetime.date]:
    """Return the days, after the first of all, on which the status may change, in order.

    That all have decided depends on who takes part, so the members count where there are agreements to decide on.
    """
    days: set[datetime.date] = set()
    agreements = list(cooperation.agreements.all())
    _turn(days, [cooperation, *agreements])
    _add(days, cooperation.winding_up_from)
    for notice in cooperation.notices.all():
        _add(days, notice.given_on, notice.withdrawn_on)
        _add_after(days, notice.effective_on)
    for agreement in agreements:
        _add(days, *(decision.decided_on for decision in agreement.decisions.all()))
    if agreements:
        members = list(cooperation.memberships.all())
        _turn(days, members)
        _turn(days, (member.organisation for member in members))
    return sorted(days - {FIRST})


def numbered_periods(body: Organisation) -> Iterable[Model]:
    """Return the periods in which an organisation has one number: those of a municipality and of counties."""
    municipality = getattr(body, "municipality", None)
    return (*(municipality.numbers.all() if municipality else ()), *body.governed_counties.all())


def days_of(periods: Iterable[Model]) -> list[datetime.date]:
    """Return the days, after the first of all, on which one of the periods begins or has ended, in order."""
    days: set[datetime.date] = set()
    _turn(days, periods)
    return sorted(days - {FIRST})


def _turn(days: set[datetime.date], periods: Iterable[Model]) -> None:
    for period in periods:
        _add(days, period.valid_from)
        _add_after(days, period.valid_to)


def _add(days: set[datetime.date], *found: datetime.date | None) -> None:
    days.update(day for day in found if day)


def _add_after(days: set[datetime.date], last: datetime.date | None) -> None:
    if last and last < LAST:
        days.add(last + datetime.timedelta(days=1))
