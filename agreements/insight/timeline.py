"""What has happened to a cooperation: when did it begin, who came and went, which agreements held?

Only what has a date is here; a member without dates is in the tables, not on the line of time.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..models import Agreement, Cooperation, DatePrecision, VagueDate


@dataclass(frozen=True)
class Span:
    """Something that lasted: the cooperation itself, a membership or an agreement; an open end is None."""

    kind: str  # "cooperation", "member", "agreement"
    label: str
    start: datetime.date | None
    end: datetime.date | None


@dataclass(frozen=True)
class Event:
    """Something that happened on a day known more or less exactly."""

    when: VagueDate
    words: str
    organisation: Organisation | None = None


def spans(cooperation: Cooperation, agreements: Iterable[Agreement]) -> list[Span]:
    """Return what lasted, from the prefetched memberships: the cooperation, then members, then agreements."""
    found = [Span("cooperation", cooperation.name, cooperation.valid_from, cooperation.valid_to)]
    members: dict[tuple, Span] = {}
    for m in cooperation.memberships.all():
        if m.valid_from or m.valid_to:
            start, end = m.valid_from or cooperation.valid_from, m.valid_to or cooperation.valid_to
            members.setdefault((m.organisation_id, start, end), Span("member", m.organisation.name, start, end))
    found += sorted(members.values(), key=lambda s: (s.start or datetime.date.min, s.end or datetime.date.max, s.label))
    found += [Span("agreement", a.title, a.valid_from, a.valid_to) for a in agreements if a.valid_from]
    return found


def events(cooperation: Cooperation, agreements: Iterable[Agreement]) -> list[Event]:
    """Return what happened, the first first; roles that begin or end together are told once."""
    found: dict[tuple, Event] = {}

    def note(when: VagueDate | None, words: str, organisation: Organisation | None = None) -> None:
        if when:
            found.setdefault(
                (when.date, words, organisation.pk if organisation else None), Event(when, words, organisation)
            )

    note(cooperation.start, _("Samarbeidet begynte"))
    for m in cooperation.memberships.all():
        note(m.start, _("kom med"), m.organisation)
        note(m.end, _("gikk ut"), m.organisation)
    for agreement in agreements:
        if agreement.valid_from:
            note(
                VagueDate(agreement.valid_from, DatePrecision.DAY),
                _("«%(title)s» trådte i kraft") % {"title": agreement.title},
            )
        if agreement.valid_to:
            note(VagueDate(agreement.valid_to, DatePrecision.DAY), _("«%(title)s» løp ut") % {"title": agreement.title})
    for link in cooperation.successor_links.all():
        note(
            link.successor.start,
            _("%(name)s begynte (%(how)s)") % {"name": link.successor.name, "how": link.get_kind_display()},
        )
    note(cooperation.end, _("Samarbeidet ble avsluttet"))
    return sorted(found.values(), key=lambda event: event.when.date)
