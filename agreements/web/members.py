"""How are the members of a cooperation told: who, in which roles, with which shares, on what basis?"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from municipalities.models import Organisation
from municipalities.models.fields import norwegian_sort_key

from ..insight.participation import role_rank
from ..models import Cooperation, Membership


@dataclass
class MemberRow:
    """An organisation with the roles that it holds on the same terms: one row of the table."""

    memberships: list[Membership]
    day: datetime.date

    @property
    def first(self) -> Membership:
        """Return the membership whose terms the row shows."""
        return self.memberships[0]

    @property
    def organisation(self) -> Organisation:
        """Return who takes part."""
        return self.first.organisation

    @property
    def roles(self) -> list[str]:
        """Return the names of the roles."""
        return [m.get_role_display() for m in self.memberships]

    @property
    def share(self) -> Membership | None:
        """Return the membership that states an ownership share, in numbers or words."""
        return next((m for m in self.memberships if m.ownership_share is not None or m.share_note), None)

    @property
    def liability(self) -> Membership | None:
        """Return the membership that states a liability share of its own."""
        return next((m for m in self.memberships if m.liability_share is not None), None)

    @property
    def owns(self) -> bool:
        """Tell whether an ownership share is to be expected."""
        return any(m.role == "owner" for m in self.memberships)

    @property
    def notes(self) -> list[str]:
        """Return what is remarked on the membership, each once."""
        return list(dict.fromkeys(m.note for m in self.memberships if m.note))

    @property
    def place(self) -> str:
        """Return the county of a municipality, which tells those of the same name apart; else the kind."""
        municipality = getattr(self.organisation, "municipality", None)
        number = municipality.number_on(self.day) if municipality else None
        return number.county.name if number else ""

    @property
    def dissolved(self) -> bool:
        """Tell whether the member no longer exists on the day, though no one has settled who follows it."""
        return bool(self.organisation.valid_to and self.organisation.valid_to < self.day)


@dataclass
class Group:
    """What the source says about members that it does not name, and who follows from it on the day."""

    wording: str
    count: int | None = None
    note: str = ""
    members: set[int] = field(default_factory=set)


class Members:
    """The members of a cooperation on a day, from the rows of ``with_details``."""

    def __init__(self, cooperation: Cooperation, day: datetime.date):
        self.cooperation, self.day = cooperation, day
        current, former = cooperation.members_on(day)
        self.current = _rows(current, day)
        self.former = sorted(_rows(former, day), key=lambda row: row.first.valid_to or datetime.date.min, reverse=True)

    @cached_property
    def known(self) -> int:
        """Return how many different members are known."""
        return len({row.organisation.pk for row in self.current})

    @property
    def has_shares(self) -> bool:
        """Tell whether the table needs a column for ownership."""
        return any(row.share or row.owns for row in [*self.current, *self.former])

    @property
    def owners(self) -> list[MemberRow]:
        """Return the owners for a chart, the largest share first; none when no share is known in numbers."""
        found = [row for row in self.current if row.owns or row.share]
        known = [row for row in found if row.share and row.share.ownership_share is not None]
        rest = [row for row in found if row not in known]
        return sorted(known, key=lambda row: -row.share.ownership_share) + rest if known else []

    @property
    def share_sum(self) -> Fraction | None:
        """Return the sum of the known shares, None when none is known."""
        known = [
            row.share.ownership_share for row in self.owners if row.share and row.share.ownership_share is not None
        ]
        return sum(known, Fraction(0)) if known else None

    @property
    def has_liabilities(self) -> bool:
        """Tell whether liability is stated apart from ownership."""
        return any(row.liability for row in [*self.current, *self.former])

    @property
    def has_dates(self) -> bool:
        """Tell whether the table needs a column for the period."""
        return any(row.first.valid_from or row.first.valid_to for row in self.current)

    @property
    def groups(self) -> list[Group]:
        """Return the statements about groups; one that covers several counties is stored once for each."""
        groups: dict[str, Group] = {}
        for statement in self.cooperation.group_statements.all():
            group = groups.setdefault(statement.wording, Group(statement.wording))
            group.count = statement.count or group.count
            group.note = statement.note or group.note
            derived = {r.organisation.pk for r in self.current if r.first.group_id == statement.pk}
            group.members |= derived
        return list(groups.values())

    @property
    def citation_notes(self) -> list[tuple[Organisation, str]]:
        """Return what is remarked on how the source prints a member."""
        return [
            (m.organisation, citation.note)
            for row in [*self.current, *self.former]
            for m in row.memberships
            for citation in m.citations.all()
            if citation.note
        ]


def _rows(memberships: Iterable[Membership], day: datetime.date) -> list[MemberRow]:
    """Join the roles that a member holds on the same terms; hosts and leaders first, then by name."""
    groups: dict[tuple, list[Membership]] = {}
    for m in sorted(memberships, key=lambda m: role_rank(m.role)):
        groups.setdefault((m.organisation_id, m.start, m.end, m.group_id, m.covers), []).append(m)
    return sorted(
        (MemberRow(group, day) for group in groups.values()),
        key=lambda row: (
            role_rank(row.first.role),
            -(row.share.ownership_share or 0) if row.share else 0,
            norwegian_sort_key(row.organisation.name),
        ),
    )
