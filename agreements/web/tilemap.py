"""How is a map of one hexagon per municipality drawn: as SVG that needs neither scripts nor styles?

Numbers are written as strings with a point, since templates would write a Norwegian comma.
"""

import datetime
import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from municipalities.hexagons import Hexagon, hexagons
from municipalities.models import County
from municipalities.tiling import ROW_HEIGHT

#: Distance in pixels between hexagons: 24 is the smallest target that a finger must hit (WCAG 2.2, 2.5.8).
SMALL, LARGE = 24, 70
#: So many hexagons in width have room for names.
NAMED_COLUMNS = 11
#: The least number of cooperations at each level of colour, and how the legend writes it.
LEVELS = [0, 1, 5, 10, 20, 40]
LINE = 9  # characters of a name in one line of a large hexagon


@dataclass(frozen=True)
class Mark:
    """How a municipality stands out: a level of colour or a kind, a short text in the hexagon, words for it."""

    kind: str
    text: str
    words: str


@dataclass(frozen=True)
class Tile:
    """One hexagon, ready for the template."""

    place: str  # transform of the hexagon
    x: str
    y: str
    lines: list[tuple[str, str]]  # (y, text) of the name
    mark: Mark
    text_y: str
    name: str
    label: str
    url: str
    whole: bool  # large enough for a text


@dataclass(frozen=True)
class TileMap:
    """A map: its size, hexagons and whether it has room for names."""

    width: int
    height: int
    tiles: list[Tile]
    outline: str
    named: bool


def level(count: int) -> str:
    """Return the level of colour of a number of cooperations: «level-0» to «level-5»."""
    return f"level-{max(i for i, least in enumerate(LEVELS) if count >= least)}"


def levels(most: int) -> list[tuple[str, str]]:
    """Return the legend: each level up to the one of the highest number, with the numbers that it covers."""
    bounds = list(zip(LEVELS, [*LEVELS[1:], None], strict=True))
    return [
        (level(low), str(low) if high == low + 1 else f"{low}–{high - 1}" if high else _("%(n)s og mer") % {"n": low})
        for low, high in bounds
        if low <= max(most, 1)
    ]


def count_mark(count: int) -> Mark:
    """Return the mark of a number of cooperations."""
    words = _("ingen samarbeid") if not count else _("%(n)s samarbeid") % {"n": count}
    return Mark(level(count), str(count) if count else "", words)


def tile_map(
    day: datetime.date,
    marks: Callable[[int], Mark | None],
    *,
    county: County | None = None,
    crop: Iterable[int] | None = None,
    query: Mapping[str, str] | None = None,
) -> TileMap | None:
    """Draw the municipalities of a day; None where none has a place on the map.

    Those without a mark are drawn pale and lead nowhere. ``county`` leaves out all others, ``crop``
    cuts the map to what lies around these municipalities. ``query`` is carried along by the links.
    """
    shown = hexagons(day)
    if county:
        shown = [h for h in shown if h.county == county.pk]
    elif crop is not None:
        wanted = set(crop)
        shown = _around(shown, [h for h in shown if h.pk in wanted])
    if not shown:
        return None
    left, right = min(h.x for h in shown), max(h.x for h in shown)
    top, bottom = min(h.y for h in shown), max(h.y for h in shown)
    named = right - left + 1 <= NAMED_COLUMNS
    width = LARGE if named else SMALL
    tail = f"?{urlencode(query)}" if query else ""
    tiles = [_tile(h, h.x - left + 0.6, h.y - top + 0.68, width, named, marks, tail) for h in shown]
    return TileMap(
        round((right - left + 1.2) * width), round((bottom - top + 1.36) * width), tiles, outline(width - 2), named
    )


def _around(every: Sequence[Hexagon], wanted: list[Hexagon]) -> list[Hexagon]:
    """Return the hexagons in the rectangle around some, with a margin of one and a half."""
    if not wanted:
        return []
    left, right = min(h.x for h in wanted) - 1.5, max(h.x for h in wanted) + 1.5
    top, bottom = min(h.y for h in wanted) - 2 * ROW_HEIGHT, max(h.y for h in wanted) + 2 * ROW_HEIGHT
    return [h for h in every if left <= h.x <= right and top <= h.y <= bottom]


@functools.cache
def outline(width: int) -> str:
    """Return the corners of a hexagon of this width around the origin."""
    radius = width / math.sqrt(3)
    corners = [(radius * math.sin(math.pi / 3 * n), -radius * math.cos(math.pi / 3 * n)) for n in range(6)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _tile(
    h: Hexagon, x: float, y: float, width: int, named: bool, marks: Callable[[int], Mark | None], tail: str
) -> Tile:
    mark = marks(h.pk)
    x, y, whole = x * width, y * width, h.size == 1
    place = f"translate({x:.1f} {y:.1f})" + ("" if whole else f" scale({h.size:.3f})")
    lines = _lines(h.name) if named and whole else []
    step, size = 15, len(lines) + bool(mark and mark.text)
    first = y - (size - 1) * step / 2 + 4
    return Tile(
        place=place,
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        lines=[(f"{first + n * step:.1f}", line) for n, line in enumerate(lines)],
        mark=mark or Mark("none", "", ""),
        text_y=f"{first + len(lines) * step:.1f}" if named else f"{y + 4:.1f}",
        name=h.name,
        label=f"{h.name}: {mark.words}" if mark and mark.words else h.name,
        url=h.get_absolute_url() + tail if mark else "",
        whole=whole,
    )


def _lines(name: str) -> list[str]:
    """Break a name into at most two lines, at a space or a hyphen where there is one; cut what is longer."""
    if len(name) <= LINE + 1:
        return [name]
    breaks = [i + 1 for i, letter in enumerate(name) if letter in " -–" and 2 <= i <= LINE]
    at = breaks[-1] if breaks else LINE - 1
    first, rest = name[:at].strip(), name[at:].strip()
    if not breaks:
        first += "-"
    return [first, rest if len(rest) <= LINE + 1 else rest[: LINE - 1] + "…"]
