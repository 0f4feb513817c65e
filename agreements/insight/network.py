"""Who works with whom: which municipalities share cooperations, and how many?

The weight of a tie is the number of cooperations that both take part in on the day. Starts from ``public()``.
"""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from municipalities.models import Organisation
from municipalities.models.fields import norwegian_sort_key

from ..models import Cooperation
from .presence import counts, municipal_memberships, partners

#: So many fit into a picture; the rest is left out and counted.
MOST_PARTNERS, MOST_NODES, MOST_TIES = 24, 60, 250


@dataclass(frozen=True)
class Tie:
    """Two municipalities and the cooperations that they share, by id."""

    one: Organisation
    other: Organisation
    cooperations: list[int]

    @property
    def weight(self) -> int:
        """Return how many cooperations they share."""
        return len(self.cooperations)


@dataclass(frozen=True)
class Network:
    """Municipalities with the ties between them, the strongest first; ``left_out`` were too many to draw."""

    nodes: list[Organisation]
    ties: list[Tie]
    left_out: int = 0
    ties_left_out: int = 0


def of_municipality(one: Organisation, day: datetime.date) -> Network:
    """Return a municipality with those that it shares most with, and the ties among them all."""
    shared = partners(one, day)
    nearest = sorted(shared, key=lambda pk: (-shared[pk], pk))
    found = Organisation.objects.in_bulk(nearest[:MOST_PARTNERS])
    return _network([one, *found.values()], day, left_out=len(nearest) - len(found))


def of_region(region: Sequence[Organisation], day: datetime.date) -> Network:
    """Return the municipalities of a region with the ties among them."""
    return _network(list(region)[:MOST_NODES], day, left_out=max(len(region) - MOST_NODES, 0))


def of_cooperations(cooperations: QuerySet[Cooperation], day: datetime.date) -> Network:
    """Return those who take part in some cooperations, with ties by these cooperations alone."""
    members = counts(day, cooperations)
    most = sorted(members, key=lambda pk: (-members[pk], pk))
    found = Organisation.objects.in_bulk(most[:MOST_NODES])
    return _network(list(found.values()), day, cooperations, left_out=len(most) - len(found))


def _network(
    nodes: list[Organisation],
    day: datetime.date,
    cooperations: QuerySet[Cooperation] | None = None,
    *,
    left_out: int = 0,
) -> Network:
    """Count what each two of ``nodes`` share, in one query."""
    by_id = {o.pk: o for o in sorted(nodes, key=lambda o: (norwegian_sort_key(o.name), o.pk))}
    place = {pk: n for n, pk in enumerate(by_id)}
    together = defaultdict(set)
    rows = municipal_memberships(day, cooperations).filter(organisation__in=list(by_id)).order_by()
    for cooperation, member in rows.values_list("cooperation", "organisation"):
        together[cooperation].add(member)
    shared = defaultdict(list)
    for cooperation in sorted(together):
        for pair in itertools.combinations(sorted(together[cooperation], key=place.__getitem__), 2):
            shared[pair].append(cooperation)
    ties = [Tie(by_id[a], by_id[b], found) for (a, b), found in shared.items()]
    ties.sort(key=lambda tie: (-tie.weight, place[tie.one.pk], place[tie.other.pk]))
    return Network(list(by_id.values()), ties[:MOST_TIES], left_out, max(len(ties) - MOST_TIES, 0))
