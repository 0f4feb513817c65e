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

from django.conf import settings

from .models import County, MunicipalityNumber, Organisation
from .models.organisation import OrganisationSuccession
from .tiling import Cell, centre

FILE = "hexagons.csv"


@dataclass(frozen=True)
class Hexagon:
    """A municipality on the map: its middle and its width, in widths of a whole hexagon."""

    organisation: Organisation
    county: County
    x: float
    y: float
    size: float


@functools.cache
def cells() -> dict[str, Cell]:
    """Return the cell (column, row) of each municipality number, from the file."""
    with (settings.FIXTURES / "reference" / FILE).open(encoding="utf-8", newline="") as file:
        return {row["number"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


def hexagons(day: datetime.date) -> list[Hexagon]:
    """Return all municipalities of a day that have a place on the map, from north to south, in three queries."""
    held = MunicipalityNumber.objects.valid_on(day).select_related("municipality__organisation", "county")
    numbers = list(held.order_by("number"))
    homes = _homes()
    sharing: dict[Cell, list[MunicipalityNumber]] = defaultdict(list)
    for number in numbers:
        if (cell := homes.get(number.municipality_id)) is not None:
            sharing[cell].append(number)
    found = [
        Hexagon(number.municipality.organisation, number.county, x, y, size)
        for cell, together in sharing.items()
        for number, (x, y, size) in zip(together, _parts(cell, len(together)), strict=True)
    ]
    return sorted(found, key=lambda h: (h.y, h.x))


def _homes() -> dict[int, Cell]:
    """Return the cell of each municipality that there is or was: its own, a successor's or a predecessor's."""
    own: dict[str, int] = {}
    names: dict[int, str] = {}
    rows = MunicipalityNumber.objects.order_by("valid_from", "number").values_list("number", "municipality_id", "name")
    for number, holder, name in rows:
        own[number] = holder  # whoever held a number last is who has it on the map
        names[holder] = name
    homes = {own[number]: cell for number, cell in cells().items() if number in own}
    links = list(OrganisationSuccession.objects.values_list("from_organisation_id", "to_organisation_id"))
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
