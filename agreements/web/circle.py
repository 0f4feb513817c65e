"""How is a network drawn: its members in a ring, those who share most beside each other, ties across?

The same network gives the same drawing: nothing is random, and numbers are rounded.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.models import Organisation

from ..insight.network import Network, Tie

SIZE, RADIUS = 760, 230
#: The least number of shared cooperations for each thickness of a line.
THICKNESSES = [1, 2, 4, 8, 16]
#: So many letters of a name have room, and so many where the drawing is as wide as a phone.
LONGEST_LABEL, SHORT_LABEL = 22, 12


@dataclass(frozen=True)
class Node:
    """A municipality in the ring, ready for the template."""

    x: str
    y: str
    turn: str  # transform of the label, so that it points away from the ring
    anchor: str
    name: str
    rest: str  # of the name, left out on a narrow screen
    label: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class Line:
    """A tie across the ring."""

    path: str
    thickness: int


@dataclass(frozen=True)
class Ring:
    """A drawing of a network."""

    size: int
    nodes: list[Node]
    lines: list[Line]
    legend: list[tuple[int, str]]


def ring(network: Network, *, chosen: Organisation | None = None, query: dict[str, str] | None = None) -> Ring | None:
    """Draw a network; None when it has nobody."""
    order = _order(network, chosen)
    if not order:
        return None
    angles = {pk: 2 * math.pi * n / len(order) - math.pi / 2 for n, pk in enumerate(order)}
    at = {pk: (SIZE / 2 + RADIUS * math.cos(a), SIZE / 2 + RADIUS * math.sin(a)) for pk, a in angles.items()}
    degree = defaultdict(int)
    for tie in network.ties:
        degree[tie.one.pk] += 1
        degree[tie.other.pk] += 1
    tail = f"?{urlencode(query)}" if query else ""
    bodies = {o.pk: o for o in network.nodes}
    nodes = [_node(bodies[pk], at[pk], angles[pk], degree[pk], chosen, tail) for pk in order]
    lines = [_line(tie, at) for tie in reversed(network.ties)]  # the strongest last, thus on top
    return Ring(SIZE, nodes, lines, _legend(network.ties))


def _order(network: Network, chosen: Organisation | None) -> list[int]:
    """Put those who share most beside each other: after each comes the one left that it is tied to most."""
    left = [o.pk for o in network.nodes]
    weight = defaultdict(int)
    total = defaultdict(int)
    for tie in network.ties:
        weight[tie.one.pk, tie.other.pk] = weight[tie.other.pk, tie.one.pk] = tie.weight
        total[tie.one.pk] += tie.weight
        total[tie.other.pk] += tie.weight
    if not left:
        return []
    place = {pk: n for n, pk in enumerate(left)}
    first = chosen.pk if chosen and chosen.pk in place else min(left, key=lambda pk: (-total[pk], place[pk]))
    order = [first]
    left.remove(first)
    while left:
        following = min(left, key=lambda pk: (-weight[order[-1], pk], -total[pk], place[pk]))
        order.append(following)
        left.remove(following)
    return order


def _node(
    body: Organisation, at: tuple[float, float], angle: float, degree: int, chosen: Organisation | None, tail: str
) -> Node:
    degrees = math.degrees(angle)
    flipped = math.cos(angle) < -1e-9  # on the left side the text would stand on its head
    x, y = SIZE / 2 + (RADIUS + 14) * math.cos(angle), SIZE / 2 + (RADIUS + 14) * math.sin(angle)
    turn = f"translate({x:.1f} {y:.1f}) rotate({degrees + 180 if flipped else degrees:.1f})"
    name = body.name if len(body.name) <= LONGEST_LABEL else body.name[: LONGEST_LABEL - 1] + "…"
    cut = SHORT_LABEL - 1 if len(name) > SHORT_LABEL else len(name)
    words = ngettext("%(n)s forbindelse", "%(n)s forbindelser", degree) % {"n": degree}
    return Node(
        x=f"{at[0]:.1f}",
        y=f"{at[1]:.1f}",
        turn=turn,
        anchor="end" if flipped else "start",
        name=name[:cut],
        rest=name[cut:],
        label=f"{body.name}: {words}",
        url=body.get_absolute_url() + tail,
        chosen=body == chosen,
    )


def thickness(weight: int) -> int:
    """Return the thickness of a line, 1 to 5."""
    return sum(weight >= least for least in THICKNESSES)


def _line(tie: Tie, at: dict[int, tuple[float, float]]) -> Line:
    (x1, y1), (x2, y2) = at[tie.one.pk], at[tie.other.pk]
    # Bent towards the middle, so that neighbours' lines leave the ring.
    cx, cy = ((x1 + x2) / 2 + SIZE / 2) / 2, ((y1 + y2) / 2 + SIZE / 2) / 2
    return Line(f"M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}", thickness(tie.weight))


def _legend(ties: list[Tie]) -> list[tuple[int, str]]:
    most = max((tie.weight for tie in ties), default=0)
    bounds = zip(THICKNESSES, [*THICKNESSES[1:], None], strict=True)
    return [
        (n, str(low) if high == low + 1 else f"{low}–{high - 1}" if high else _("%(n)s og flere") % {"n": low})
        for n, (low, high) in enumerate(bounds, start=1)
        if low <= most
    ]
