"""What does an organisation take part in on a day, in which roles, and with whom in charge?"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Prefetch, prefetch_related_objects

from municipalities.models import Organisation
from municipalities.models.fields import norwegian_sort_key

from ..models import Cooperation, CooperationTask, Membership, Role, Task, VagueDate
from .complaints import ComplaintBody, complaint_body

#: Roles in the order in which a reader looks for them: who answers for it stands first.
ROLE_ORDER = [
    Role.HOST,
    Role.LEADER,
    Role.OFFICE,
    Role.SECRETARIAT,
    Role.OWNER,
    Role.FOUNDER,
    Role.INITIATOR,
    Role.ORGANISER,
    Role.PARTICIPANT,
    Role.PARTNER,
    Role.FUNDER,
    Role.CUSTOMER,
    Role.SUPPLIER,
    Role.OBSERVER,
]
#: The roles that tell whom to turn to, in this order; the first of them that somebody holds is shown.
IN_CHARGE = [Role.HOST, Role.LEADER, Role.OFFICE, Role.SECRETARIAT, Role.OWNER]


def role_rank(role: str) -> int:
    """Return the place of a role in ``ROLE_ORDER``."""
    return ROLE_ORDER.index(Role(role))


def in_charge(members: Iterable[Membership]) -> tuple[Role | None, list[Organisation]]:
    """Return who hosts, leads or owns, with that role; (None, []) when nobody is known to."""
    members = list(members)
    for role in IN_CHARGE:
        if found := {m.organisation_id: m.organisation for m in members if m.role == role}:
            return role, sorted(found.values(), key=lambda o: norwegian_sort_key(o.name))
    return None, []


def main_task(cooperation: Cooperation) -> Task | None:
    """Return the first task of a cooperation, from the prefetched links."""
    links = cooperation.task_links.all()
    return links[0].task if links else None


@dataclass
class Participation:
    """One cooperation as its member sees it: all roles of the member in it on the day, or formerly."""

    cooperation: Cooperation
    status: str
    memberships: list[Membership]
    leaders: list[Membership]  # those of the day that may be in charge, the member itself included

    def __post_init__(self) -> None:
        self.memberships.sort(key=lambda m: role_rank(m.role))

    @cached_property
    def roles(self) -> list[str]:
        """Return the names of the roles, each once."""
        return list(dict.fromkeys(m.get_role_display() for m in self.memberships))

    @cached_property
    def task(self) -> Task | None:
        """Return the main task."""
        return main_task(self.cooperation)

    @property
    def sector(self) -> Task | None:
        """Return the sector of the main task."""
        return (self.task.parent or self.task) if self.task else None

    @cached_property
    def in_charge(self) -> tuple[Role | None, list[Organisation]]:
        """Return who hosts, leads or owns."""
        return in_charge(self.leaders)

    @cached_property
    def share(self) -> Membership | None:
        """Return the membership that tells the share, where one is known."""
        return next((m for m in self.memberships if m.ownership_share is not None or m.share_note), None)

    @property
    def complaint_body(self) -> ComplaintBody | None:
        """Return who decides complaints from the member's inhabitants, where that is known."""
        return complaint_body(self.cooperation, self.memberships[0].organisation)

    @cached_property
    def start(self) -> VagueDate | None:
        """Return since when the member has been in it: from its own start, else that of the cooperation."""
        starts = [m.start for m in self.memberships if m.start]
        return min(starts, key=lambda start: start.date) if starts else self.cooperation.start

    @property
    def end(self) -> VagueDate | None:
        """Return when it was over: the member left, or the cooperation ended."""
        ends = [m.end for m in self.memberships if m.end] or ([self.cooperation.end] if self.cooperation.end else [])
        return max(ends, key=lambda end: end.date, default=None)


@dataclass
class Participations:
    """All that an organisation takes part in on a day, took part in before, and will take part in."""

    current: list[Participation] = field(default_factory=list)
    former: list[Participation] = field(default_factory=list)
    coming: list[Participation] = field(default_factory=list)

    def by_sector(self) -> list[tuple[Task | None, list[Participation]]]:
        """Return the current ones by sector in the order of the taxonomy; without a task last."""
        groups: dict[Task | None, list[Participation]] = {}
        for row in self.current:
            groups.setdefault(row.sector, []).append(row)
        for rows in groups.values():
            rows.sort(key=lambda row: (row.task.position, row.task.pk) if row.task else (0, 0))
        return sorted(groups.items(), key=lambda g: (g[0] is None, g[0].position if g[0] else 0))

    def by_role(self) -> list[tuple[Role, list[Participation]]]:
        """Return the current ones under each role that the organisation has in them."""
        return [
            (role, rows)
            for role in ROLE_ORDER
            if (rows := [row for row in self.current if any(m.role == role for m in row.memberships)])
        ]

    def hosted_by_others(self, organisation: Organisation) -> list[tuple[Organisation, list[Participation]]]:
        """Return the vertskommuner that do something for the organisation, and what."""
        hosts: dict[Organisation, list[Participation]] = {}
        for row in self.current:
            role, who = row.in_charge
            if role == Role.HOST and organisation not in who:
                for host in who:
                    hosts.setdefault(host, []).append(row)
        return sorted(hosts.items(), key=lambda h: norwegian_sort_key(h[0].name))


def participations(organisation: Organisation, day: datetime.date) -> Participations:
    """Return what ``organisation`` takes part in on ``day``, in a fixed number of queries.

    Those who share in it are many, and only those in charge are told: of the others nothing is fetched, but where
    their decisions make the status.
    """
    leaders = Membership.objects.filter(role__in=IN_CHARGE).prefetch_related("organisation")
    tasks = Task.objects.select_related("parent")
    rows = (
        Membership.objects.public()
        .filter(organisation=organisation)
        .select_related("cooperation__legal")
        .prefetch_related(
            "cooperation__organs",
            Prefetch("cooperation__task_links", CooperationTask.objects.prefetch_related(Prefetch("task", tasks))),
            Prefetch("cooperation__memberships", leaders, "leaders"),
            "cooperation__notices",
            "cooperation__agreements__decisions",
        )
        .order_by("cooperation__sort_key", "cooperation_id", "position", "id")
    )
    decided = [row.cooperation for row in rows if row.cooperation.agreements.all()]
    prefetch_related_objects(decided, Prefetch("memberships", Membership.objects.prefetch_related("organisation")))
    found = Participations()
    groups: dict[tuple[str, int], Participation] = {}
    for membership in rows:
        membership.organisation = organisation
        when = _when(membership, day)
        key = (when, membership.cooperation_id)
        if key in groups:
            groups[key].memberships.append(membership)
            groups[key].__post_init__()
            continue
        cooperation = membership.cooperation
        groups[key] = Participation(
            cooperation, cooperation.status_on(day), [membership], cooperation.members_on(day, cooperation.leaders)[0]
        )
        getattr(found, when).append(groups[key])
    return found


def _when(membership: Membership, day: datetime.date) -> str:
    """Tell whether a membership is «current», «former» or «coming» on ``day``."""
    cooperation, member = membership.cooperation, membership.organisation
    if any(end and end < day for end in (membership.valid_to, cooperation.valid_to)):
        return "former"
    if any(start and start > day for start in (membership.valid_from, cooperation.valid_from, member.valid_from)):
        return "coming"
    return "current"
