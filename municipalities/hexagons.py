"""Where on the tile map, with one hexagon for each municipality, does each lie on a day?

The cells are those of fixtures/reference/hexagons.csv, by the number that a municipality has today.
One that is not there takes the cell of whoever followed it, else of whoever it followed; several
that meet in a cell share it as smaller hexagons, so that the map keeps its shape through all years.
"""

import csv
import datetime
import functools
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from .models import MunicipalityNumber
from .models.organisation import OrganisationSuccession
from .tiling import Cell, centre

FILE = "hexagons.csv"


@dataclass(frozen=True)
class Hexagon:
    """A municipality on the map, by the ids of itself and its county: its middle and its width in whole hexagons."""

    pk: int
    name: str
    slug: str
    county: int
    x: float
    y: float
    size: float

    def get_absolute_url(self) -> str:
        """Return the public page of the municipality."""
        return reverse("municipality", args=[self.slug])


class _Row(NamedTuple):
    """A number of a municipality, in the order in which it is read."""

    number: str
    holder: int
    named: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    county: int
    name: str
    slug: str


_Links = tuple[tuple[int, int], ...]


@functools.cache
def cells() -> dict[str, Cell]:
    """Return the cell (column, row) of each municipality number, from the file."""
    with (settings.FIXTURES / "reference" / FILE).open(encoding="utf-8", newline="") as file:
        return {row["number"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


def hexagons(day: datetime.date) -> tuple[Hexagon, ...]:
    """Return all municipalities of a day that have a place on the map, from north to south, in two queries."""
    of_body = [f"municipality__organisation__{name}" for name in ("name", "slug")]
    rows = MunicipalityNumber.objects.order_by("valid_from", "number").values_list(
        "number", "municipality_id", "name", "valid_from", "valid_to", "county_id", *of_body
    )
    links = OrganisationSuccession.objects.order_by("pk").values_list("from_organisation_id", "to_organisation_id")
    return _laid_out(tuple(rows), tuple(links), day)


@functools.lru_cache(maxsize=16)
def _laid_out(read: tuple[tuple, ...], links: _Links, day: datetime.date) -> tuple[Hexagon, ...]:
    """Lay out what was read. It is remembered by all that was read, so nothing that has changed is of use."""
    rows = [_Row(*row) for row in read]
    homes = _homes(rows, links)
    sharing: dict[Cell, list[_Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.number):
        holds = (row.valid_from or day) <= day <= (row.valid_to or day)
        if holds and (cell := homes.get(row.holder)) is not None:
            sharing[cell].append(row)
    found = [
        Hexagon(row.holder, row.name, row.slug, row.county, x, y, size)
        for cell, together in sharing.items()
        for row, (x, y, size) in zip(together, _parts(cell, len(together)), strict=True)
    ]
    return tuple(sorted(found, key=lambda h: (h.y, h.x)))


def _homes(rows: list[_Row], links: _Links) -> dict[int, Cell]:
    """Return the cell of each municipality that there is or was: its own, a successor's or a predecessor's."""
    own: dict[str, int] = {}
    names: dict[int, str] = {}
    for row in rows:
        own[row.number] = row.holder  # whoever held a number last is who has it on the map
        names[row.holder] = row.named
    homes = {own[number]: cell for number, cell in cells().items() if number in own}
    after, before = defaultdict(list), defaultdict(list)
    for old, new in links:
        after[old].append(new)
        before[new].append(old)
    placed = dict(homes)
    for one in sorted(names.keys() - homes.keys()):
        for relatives in (after, before):
            if one not in placed and (relative := _first_placed(one, relatives, homes, names)) is not None:
                placed[one] = homes[relative]
    return placed


def _first_placed(
    one: int, relatives: dict[int, list[int]], homes: dict[int, Cell], names: dict[int, str]
) -> int | None:
    """Return the nearest relative that has a cell; of several the one with the same name, else the first made."""
    seen, reached = {one}, [one]
    while reached:
        reached = sorted({r for o in reached for r in relatives[o]} - seen)
        seen.update(reached)
        if placed := [r for r in reached if r in homes]:
            return min(placed, key=lambda r: (names.get(r) != names[one], r))
    return None


def _parts(cell: Cell, count: int) -> list[tuple[float, float, float]]:
    """Return middle and width of ``count`` equal hexagons within a cell."""
    x, y = centre(cell)
    if count == 1:
        return [(x, y, 1.0)]
    if count <= 3:
        third = 1 / math.sqrt(12)
        offsets = [(-0.25, 0.0), (0.25, 0.0)] if count == 2 else [(0, -third), (-0.25, third / 2), (0.25, third / 2)]
        return [(x + dx, y + dy, 0.5) for dx, dy in offsets]
    rings = math.ceil((math.sqrt(12 * count - 3) - 3) / 6)  # a middle and rings of 6, 12, … around it
    size = 1 / (2 * rings + 1)
    around = []
    for row in range(-rings, rings + 1):
        for column in range(-rings, rings + 1):
            if abs(row + column) <= rings:
                around.append((column + row / 2, row * math.sqrt(3) / 2))
    around.sort(key=lambda c: (round(math.hypot(*c), 6), c[1], c[0]))
    return [(x + dx * size, y + dy * size, size) for dx, dy in around[:count]]
