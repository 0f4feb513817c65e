"""What are a municipality's key figures: how much it takes part in, with whom most, and what changed lately?"""

import datetime
from dataclasses import dataclass

from municipalities.models import Organisation
from municipalities.models.fields import norwegian_sort_key

from ..models import Role, VagueDate
from .participation import Participation, Participations
from .presence import partners

#: So long back a change counts as new.
LATELY = datetime.timedelta(days=2 * 365)
CLOSEST = 5


@dataclass(frozen=True)
class Change:
    """That the municipality came into a cooperation, or went out of it, or that it ended."""

    participation: Participation
    when: VagueDate
    began: bool


@dataclass(frozen=True)
class Portrait:
    """The key figures on a day."""

    count: int
    as_host: int
    as_owner: int
    shared: dict[int, int]  # partner municipality → number of shared cooperations
    closest: list[tuple[Organisation, int]]
    changes: list[Change]


def portrait(organisation: Organisation, found: Participations, day: datetime.date) -> Portrait:
    """Return the key figures of ``organisation`` from what it takes part in on ``day``, in two more queries."""
    shared = partners(organisation, day)
    most = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
    # Those that share as much as the last of the closest are named by the alphabet, not by their ids.
    least = most[CLOSEST - 1][1] if len(most) >= CLOSEST else 0
    bodies = Organisation.objects.in_bulk([pk for pk, n in most if n >= least])
    closest = sorted(
        ((bodies[pk], n) for pk, n in most if n >= least), key=lambda item: (-item[1], norwegian_sort_key(item[0].name))
    )
    return Portrait(
        count=len(found.current),
        as_host=len(with_role(found.current, Role.HOST)),
        as_owner=len(with_role(found.current, Role.OWNER)),
        shared=shared,
        closest=closest[:CLOSEST],
        changes=changes(found, day),
    )


def with_role(rows: list[Participation], role: Role) -> list[Participation]:
    """Return the rows in which the organisation has a role."""
    return [row for row in rows if any(m.role == role for m in row.memberships)]


def changes(found: Participations, day: datetime.date) -> list[Change]:
    """Return what began or ended in the two years before ``day``, the latest first."""
    came = [Change(row, row.start, True) for row in found.current if row.start and day - LATELY < row.start.date <= day]
    went = [Change(row, row.end, False) for row in found.former if row.end and day - LATELY < row.end.date <= day]
    return sorted(came + went, key=lambda change: change.when.date, reverse=True)
