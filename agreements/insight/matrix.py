"""Who of a region is in what: cooperations down, municipalities across, and the role in each cell?

The table that analysts make by hand. Rows are sorted by sector and task; each tells how many of the
region take part and how many others do. All starts from ``public()``.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from municipalities.models import Organisation

from ..models import Cooperation, CooperationTask, Membership, Role, Task
from .participation import role_rank


@dataclass(frozen=True)
class Line:
    """One cooperation: the roles of each municipality of the region in it, and who else takes part."""

    cooperation: Cooperation
    task: Task | None
    cells: list[list[Role]]  # in the order of the columns; empty for those who are not in it
    outsiders: int

    @property
    def inside(self) -> int:
        """Return how many of the region take part."""
        return sum(bool(roles) for roles in self.cells)

    @property
    def sector(self) -> Task | None:
        """Return the sector of the main task."""
        return (self.task.parent or self.task) if self.task else None


@dataclass(frozen=True)
class Group:
    """The lines about one task."""

    task: Task | None
    lines: list[Line]


def cooperations_of(region: Sequence[Organisation], day: datetime.date, *, least: int = 1) -> QuerySet[Cooperation]:
    """Return what at least ``least`` of the region take part in on a day, by sector, task and name."""
    members = Membership.objects.public().valid_on(day).filter(organisation__in=[o.pk for o in region]).order_by()
    if least > 1:
        shared = members.values("cooperation").annotate(n=Count("organisation", distinct=True)).filter(n__gte=least)
        ids = shared.values("cooperation")
    else:
        ids = members.values("cooperation")
    main = CooperationTask.objects.filter(cooperation=OuterRef("pk")).order_by("position", "id")
    return (
        Cooperation.objects.public()
        .filter(pk__in=ids)
        .annotate(
            main_task=Subquery(main.values("task")[:1]),
            sector_place=Subquery(main.values("task__parent__position")[:1]),
            task_place=Subquery(main.values("task__position")[:1]),
        )
        .order_by(
            F("sector_place").asc(nulls_last=True), F("task_place").asc(nulls_last=True), "main_task", "sort_key", "pk"
        )
    )


def lines(cooperations: Sequence[Cooperation], region: Sequence[Organisation], day: datetime.date) -> list[Line]:
    """Return one line for each cooperation of ``cooperations_of``, in its order, in three queries."""
    ids = [c.pk for c in cooperations]
    tasks = Task.objects.select_related("parent").in_bulk({c.main_task for c in cooperations if c.main_task})
    places = {o.pk: place for place, o in enumerate(region)}
    members = Membership.objects.public().valid_on(day).filter(cooperation__in=ids).order_by()
    cells: dict[int, list[set[Role]]] = {pk: [set() for _o in region] for pk in ids}
    for cooperation, member, role in members.filter(organisation__in=list(places)).values_list(
        "cooperation", "organisation", "role"
    ):
        cells[cooperation][places[member]].add(Role(role))
    others = members.exclude(organisation__in=list(places)).values_list("cooperation")
    outsiders = defaultdict(int, others.annotate(Count("organisation", distinct=True)))
    return [
        Line(c, tasks.get(c.main_task), [sorted(r, key=role_rank) for r in cells[c.pk]], outsiders[c.pk])
        for c in cooperations
    ]


def groups(found: Sequence[Line]) -> list[Group]:
    """Return the lines under their tasks, in the order in which they come."""
    grouped: list[Group] = []
    for line in found:
        if not grouped or grouped[-1].task != line.task:
            grouped.append(Group(line.task, []))
        grouped[-1].lines.append(line)
    return grouped
