"""What do two or three have in common, and where do they differ: municipalities, cooperations, or one on two days?

A side is one of those compared, on its day. Its cells tell by cooperation (or by member) what it is there.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from municipalities.models import Organisation
from municipalities.models.fields import norwegian_sort_key

from ..models import Cooperation, Membership
from .participation import role_rank


@dataclass(frozen=True)
class Cell:
    """What a side is in one row: its roles, and its share where it is known in numbers or words."""

    roles: tuple[str, ...]
    share: Fraction | None = None
    share_note: str = ""
    codes: tuple[str, ...] = ()  # of the roles, for programs


@dataclass
class Side:
    """One of those compared, with its facts in words and its cells by the id of the row."""

    title: str
    address: str
    day: datetime.date
    facts: list[tuple[str, str]] = field(default_factory=list)
    cells: dict[int, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A cooperation or a member, and what each side is in it; None for a side that is not."""

    subject: Cooperation | Organisation
    cells: list[Cell | None]

    @property
    def differs(self) -> bool:
        """Tell whether those that are in it are so in different ways."""
        return len({cell for cell in self.cells if cell}) > 1


@dataclass(frozen=True)
class Group:
    """The rows that the same sides are in."""

    inside: tuple[int, ...]  # places of the sides
    rows: list[Row]


def municipality_side(organisation: Organisation, day: datetime.date, subjects: dict[int, Cooperation]) -> Side:
    """Return what a municipality takes part in on a day, in one query; adds the cooperations to ``subjects``."""
    members = Membership.objects.public().valid_on(day).filter(organisation=organisation).select_related("cooperation")
    side = Side(str(organisation), organisation.get_absolute_url(), day)
    side.cells = _cells(members, lambda m: m.cooperation_id)
    subjects |= {m.cooperation_id: m.cooperation for m in members}
    held = [m.role for m in members]
    side.facts = [
        (_("Samarbeid"), str(len(side.cells))),
        (_("Som vertskommune"), str(held.count("host"))),
        (_("Som eier"), str(held.count("owner"))),
    ]
    return side


def cooperation_side(cooperation: Cooperation, day: datetime.date, subjects: dict[int, Organisation]) -> Side:
    """Return who takes part in a cooperation on a day, from prefetched rows; adds the members to ``subjects``."""
    current, _former = cooperation.members_on(day)
    side = Side(cooperation.name, cooperation.get_absolute_url(), day)
    side.cells = _cells(current, lambda m: m.organisation_id)
    subjects |= {m.organisation_id: m.organisation for m in current}
    statuses = {"planned": _("planlagt"), "active": _("aktiv"), "ended": _("avsluttet")}
    status = cooperation.status_on(day)
    unknown = _("ikke oppgitt")
    side.facts = [
        (_("Form"), cooperation.get_form_display()),
        (_("Status"), str(statuses.get(status, status))),
        (_("Oppgaver"), ", ".join(link.task.name for link in cooperation.task_links.all()) or unknown),
        (_("Begynte"), str(cooperation.start or unknown)),
        (_("Sluttet"), str(cooperation.end or "–")),
        (_("Kjente deltakere"), str(len(side.cells))),
        (_("Oppgitt antall"), str(cooperation.stated_member_count or unknown)),
    ]
    return side


def _cells(members: Sequence[Membership], key) -> dict[int, Cell]:
    together: dict[int, list[Membership]] = {}
    for m in members:
        together.setdefault(key(m), []).append(m)
    cells = {}
    for row, ones in together.items():
        ones = sorted(ones, key=lambda m: (role_rank(m.role), m.pk))
        share = next((m for m in ones if m.ownership_share is not None or m.share_note), None)
        roles = tuple(dict.fromkeys(m.get_role_display() for m in ones))
        codes = tuple(dict.fromkeys(m.role for m in ones))
        cells[row] = Cell(roles, share.ownership_share if share else None, share.share_note if share else "", codes)
    return cells


def groups(sides: Sequence[Side], subjects: dict[int, Cooperation] | dict[int, Organisation]) -> list[Group]:
    """Return the rows: first what all are in, then what several are, then what only one is; each by name."""
    grouped: dict[tuple[int, ...], list[Row]] = {}
    for pk, subject in subjects.items():
        cells = [side.cells.get(pk) for side in sides]
        inside = tuple(n for n, cell in enumerate(cells) if cell)
        grouped.setdefault(inside, []).append(Row(subject, cells))
    for rows in grouped.values():
        rows.sort(key=lambda row: (norwegian_sort_key(row.subject.name), row.subject.pk))
    return [Group(inside, grouped[inside]) for inside in sorted(grouped, key=lambda inside: (-len(inside), inside))]
