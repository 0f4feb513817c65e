"""Which municipalities take part in something, how often, and where are the white spots?

Everything starts from ``public()``; ``cooperations`` narrows what is counted.
"""

import datetime
from collections import defaultdict

from django.db.models import Count, Q, QuerySet

from municipalities.models import Organisation

from ..models import Cooperation, Membership, Role, Task
from .participation import role_rank


def municipal_memberships(
    day: datetime.date, cooperations: QuerySet[Cooperation] | None = None
) -> QuerySet[Membership]:
    """Return the public memberships that municipalities hold on a day."""
    found = Membership.objects.public().valid_on(day).filter(organisation__kind=Organisation.Kind.MUNICIPALITY)
    return found if cooperations is None else found.filter(cooperation__in=cooperations.order_by().values("pk"))


def counts(day: datetime.date, cooperations: QuerySet[Cooperation] | None = None) -> dict[int, int]:
    """Return in how many different cooperations each municipality takes part, by its id, in one query."""
    members = municipal_memberships(day, cooperations).order_by()
    return dict(members.values_list("organisation").annotate(Count("cooperation", distinct=True)))


def roles_in(cooperation: Cooperation, day: datetime.date) -> dict[int, list[Role]]:
    """Return the roles of each municipality in one cooperation, who answers for it first, in one query."""
    found = defaultdict(set)
    rows = municipal_memberships(day).filter(cooperation=cooperation).order_by()
    for member, role in rows.values_list("organisation", "role"):
        found[member].add(Role(role))
    return {member: sorted(roles, key=role_rank) for member, roles in found.items()}


def about(task: Task) -> QuerySet[Cooperation]:
    """Return the public cooperations about a task, or about anything within a sector."""
    return Cooperation.objects.public().filter(Q(tasks=task) | Q(tasks__parent=task)).distinct()


def of_a_kind(cooperations: QuerySet[Cooperation], day: datetime.date) -> dict[int, list[Cooperation]]:
    """Return which of ``cooperations`` each municipality takes part in on a day, in two queries."""
    by_id = {c.pk: c for c in cooperations.only("slug", "name", "sort_key")}
    found: dict[int, dict[int, Cooperation]] = defaultdict(dict)
    rows = municipal_memberships(day).filter(cooperation__in=by_id.keys()).order_by()
    for member, cooperation in rows.values_list("organisation", "cooperation").distinct():
        found[member][cooperation] = by_id[cooperation]
    return {member: sorted(ones.values(), key=lambda c: c.sort_key) for member, ones in found.items()}


def partners(organisation: Organisation, day: datetime.date) -> dict[int, int]:
    """Return with which municipalities an organisation shares how many cooperations on a day, in one query.

    What is shared with all is shared: a nation-wide network makes every member a partner.
    """
    own = Membership.objects.public().valid_on(day).filter(organisation=organisation).values("cooperation")
    rows = municipal_memberships(day).filter(cooperation__in=own).exclude(organisation=organisation).order_by()
    return dict(rows.values_list("organisation").annotate(Count("cooperation", distinct=True)))
