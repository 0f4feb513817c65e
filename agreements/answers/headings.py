"""Under which headings is a cooperation found, and on which days?

| token | all cooperations … | days |
|---|---|---|
| `` (empty) | that the public may see | all |
| ``f:IKS`` | of a form | all |
| ``t:12`` | with a task, or a task of the sector (id) | all |
| ``z:ended`` | with a status | of the status |
| ``s:3`` | that cite a source (id), themselves or in a membership | all |
| ``o:345`` | with an organisation as member (id), one row per role | of the membership |
| ``r:host`` | with a member in a role | of the membership |
| ``c:42`` | with a member in a county (id), one row per role | of the membership in the county |
| ``C:42`` | the same, also before and after the membership | in the county |
| ``n:0007`` | with so many members (four digits) | on which there are so many |
| ``x:true`` | whose members lie in several counties; ``x:false`` for the others | of which this is so |
| ``b:error`` | that break a rule of law of a severity; ``b:none`` for the others | the one on which it was judged |
| ``b:`` | that nobody has judged since the facts changed, see ``judging`` | none that is asked about |

A membership's days begin when its organisation exists, as ``MembershipQuerySet.held_on`` has it.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..models import Cooperation, Membership
from ..models.answers import FIRST, LAST
from .turning import Bodies, Days, laid, status_days, turning_days

#: A heading of one cooperation: token, role, first and last day.
Row = tuple[str, str, datetime.date, datetime.date]

EVERY = ""


def topics(cooperation: Cooperation) -> list[str]:
    """Return the headings that hold on every day."""
    found = {f"f:{cooperation.form}"}
    for link in laid(cooperation, "task_links"):
        found.add(f"t:{link.task_id}")
        if link.task.parent_id:
            found.add(f"t:{link.task.parent_id}")
    members = laid(cooperation, "memberships")
    citations = (citation for fact in (cooperation, *members) for citation in laid(fact, "citations"))
    found |= {f"s:{citation.source_id}" for citation in citations}
    return sorted(found)


def rows(cooperation: Cooperation, bodies: Bodies) -> Iterator[Row]:
    """Return every heading of a cooperation that comes from ``with_answer()``."""
    for token in (EVERY, *topics(cooperation)):
        yield token, "", FIRST, LAST
    for status, first, last in statuses(cooperation):
        yield f"z:{status}", "", first, last
    for token, first, last in circles(cooperation, bodies):
        yield token, "", first, last
    days: dict[tuple[str, str], list[Days]] = defaultdict(list)
    for member in laid(cooperation, "memberships"):
        held = _held(member)
        for county, period in bodies.counties(member.organisation):
            days[f"C:{county}", member.role].append(period)
            if common := _common(held, period):
                days[f"c:{county}", member.role].append(common)
        days[f"o:{member.organisation_id}", member.role].append(held)
        days[f"r:{member.role}", ""].append(held)
    for (token, role), periods in days.items():
        for first, last in joined(periods):
            yield token, role, first, last


def statuses(cooperation: Cooperation) -> Iterator[tuple[str, datetime.date, datetime.date]]:
    """Return the statuses that follow each other, with their days."""
    first, held = FIRST, cooperation.status_on(FIRST)
    for day in status_days(cooperation):
        status = cooperation.status_on(day)
        if status != held:
            yield held, first, day - datetime.timedelta(days=1)
            first, held = day, status
    yield held, first, LAST


def size(members: int) -> str:
    """Return the heading of cooperations with so many members: as texts they stand in the order of the numbers."""
    return f"n:{members:04}"


def circles(cooperation: Cooperation, bodies: Bodies) -> Iterator[tuple[str, datetime.date, datetime.date]]:
    """Return how many take part and whether they cross a county border, with the days of each."""
    days = [FIRST, *turning_days(cooperation, bodies, timeless=False)]
    found = [_circle(cooperation, day, bodies) for day in days]
    lasts = [*(day - datetime.timedelta(days=1) for day in days[1:]), LAST]
    for tokens in zip(*found, strict=True):
        held, first = tokens[0], FIRST
        for token, day, before in zip(tokens[1:], days[1:], lasts, strict=False):
            if token != held:
                yield held, first, before
                held, first = token, day
        yield held, first, LAST


def _circle(cooperation: Cooperation, day: datetime.date, bodies: Bodies) -> tuple[str, str]:
    members, _former = cooperation.members_on(day)
    # As with members, a cooperation that has ended is seen as on its last day.
    seen = min(day, cooperation.valid_to) if cooperation.valid_to else day
    taking_part = {member.organisation_id: member.organisation for member in members}
    counties = {
        county
        for body in taking_part.values()
        for county, (first, last) in bodies.counties(body)
        if first <= seen <= last
    }
    return size(len(taking_part)), f"x:{'true' if len(counties) > 1 else 'false'}"


def _held(member: Membership) -> Days:
    starts = [day for day in (member.valid_from, member.organisation.valid_from) if day]
    return max(starts, default=FIRST), member.valid_to or LAST


def _common(one: Days, other: Days) -> Days | None:
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def joined(periods: Iterable[Days]) -> list[Days]:
    """Join periods that overlap or follow each other, so that a day lies in one of them at most.

    Periods that end before they begin hold on no day; where there are no others, one of them is kept for «on=any».
    """
    result: list[Days] = []
    for first, last in sorted(period for period in periods if period[0] <= period[1]):
        if result and (result[-1][1] == LAST or first <= result[-1][1] + datetime.timedelta(days=1)):
            result[-1] = result[-1][0], max(result[-1][1], last)
        else:
            result.append((first, last))
    return result or list(periods)[:1]
