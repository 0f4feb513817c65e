"""How do municipalities of all sizes become equal hexagons, so that neighbours stay neighbours?

Run once by ``manage.py make_hexagons``; the result is kept in fixtures/reference/hexagons.csv. Three steps:

1. Points are joined to those nearest them (Gabriel graph), and moved until joined ones lie one hexagon apart
   in the direction in which they lie on the map, and no two closer.
2. Each point takes a cell of the grid, the nearest that is free.
3. Cells are exchanged, at random at first and ever more choosily (simulated annealing), so that joined points
   end in touching cells, in the right direction, near where step 2 wanted them, and counties in one piece.

The randomness has a fixed seed: the same points give the same map.
"""

import math
import random
from collections import defaultdict
from dataclasses import dataclass

SEED = 1837  # formannskapslovene, the birth year of the Norwegian municipalities
#: Height of a row of pointed hexagons one apart.
ROW_HEIGHT = math.sqrt(3) / 2
RELAXATIONS = 600
MOVES = 1_200_000
#: What one fault of each kind costs in step 3.
STRETCH, TURN, DRIFT, BORDER, SHORE, TORN = 1.0, 0.8, 0.03, 0.35, 0.2, 5.0

Cell = tuple[int, int]
Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A municipality as the map needs it: its number, county and point in degrees."""

    number: str
    county: str
    latitude: float
    longitude: float


def centre(cell: Cell) -> Point:
    """Return the middle of a cell (column, row), in widths of a hexagon; odd rows are shifted half a width."""
    column, row = cell
    return column + (row % 2) / 2, row * ROW_HEIGHT


def neighbours(cell: Cell) -> list[Cell]:
    """Return the six cells that touch a cell."""
    column, row = cell
    shift = row % 2
    return [
        (column - 1, row),
        (column + 1, row),
        *((column + side, row + step) for step in (-1, 1) for side in (shift - 1, shift)),
    ]


def hexagons(places: list[Place]) -> dict[str, Cell]:
    """Return a cell (column, row from the north) for each municipality number."""
    places = sorted(places, key=lambda p: p.number)
    points = [_projected(p) for p in places]
    edges = _gabriel(points)
    wanted = _relaxed(points, edges)
    cells = _Annealing(places, points, wanted, edges).run()
    left, top = min(c for c, _r in cells), min(r for _c, r in cells)
    top -= top % 2  # an odd row must stay odd, since it is shifted
    return {p.number: (column - left, row - top) for p, (column, row) in zip(places, cells, strict=True)}


def _projected(place: Place) -> Point:
    """Return kilometres east and south, by Lambert's equal-area projection around the middle of Norway."""
    lat, lon = math.radians(place.latitude), math.radians(place.longitude)
    lat0, lon0 = math.radians(64.5), math.radians(15)
    k = math.sqrt(2 / (1 + math.sin(lat0) * math.sin(lat) + math.cos(lat0) * math.cos(lat) * math.cos(lon - lon0)))
    east = k * math.cos(lat) * math.sin(lon - lon0)
    north = k * (math.cos(lat0) * math.sin(lat) - math.sin(lat0) * math.cos(lat) * math.cos(lon - lon0))
    return 6371 * east, -6371 * north


def _gabriel(points: list[Point]) -> list[tuple[int, int]]:
    """Join two points when no third lies within the circle between them."""
    edges = []
    for i, (xi, yi) in enumerate(points):
        for j in range(i + 1, len(points)):
            xj, yj = points[j]
            x, y = (xi + xj) / 2, (yi + yj) / 2
            radius = ((xi - xj) ** 2 + (yi - yj) ** 2) / 4
            if all((px - x) ** 2 + (py - y) ** 2 >= radius for k, (px, py) in enumerate(points) if k not in (i, j)):
                edges.append((i, j))
    return edges


def _direction(a: Point, b: Point) -> Point:
    x, y = b[0] - a[0], b[1] - a[1]
    length = math.hypot(x, y) or 1.0
    return x / length, y / length


def _relaxed(points: list[Point], edges: list[tuple[int, int]]) -> list[Point]:
    """Move the points until joined ones are one apart in their own direction, and none are closer than that."""
    lengths = sorted(math.dist(points[i], points[j]) for i, j in edges)
    scale = 1 / lengths[len(lengths) // 2]
    at = [[x * scale, y * scale] for x, y in points]
    springs = defaultdict(list)
    for i, j in edges:
        x, y = _direction(points[i], points[j])
        springs[i].append((j, -x, -y))
        springs[j].append((i, x, y))
    for _round in range(RELAXATIONS):
        for i, joined in springs.items():
            x = sum(at[j][0] + dx for j, dx, _dy in joined) / len(joined)
            y = sum(at[j][1] + dy for j, _dx, dy in joined) / len(joined)
            at[i][0] += (x - at[i][0]) * 0.7
            at[i][1] += (y - at[i][1]) * 0.7
        grid = defaultdict(list)
        for i, (x, y) in enumerate(at):
            grid[math.floor(x), math.floor(y)].append(i)
        for i, (x, y) in enumerate(at):
            near = (j for dx in (-1, 0, 1) for dy in (-1, 0, 1) for j in grid[math.floor(x) + dx, math.floor(y) + dy])
            for j in near:
                if j <= i:
                    continue
                gap = math.dist(at[i], at[j])
                if gap < 1:
                    ux, uy = _direction(at[i], at[j]) if gap else _direction(points[i], points[j])
                    push = (1 - gap) * 0.45
                    at[i][0] -= ux * push
                    at[i][1] -= uy * push
                    at[j][0] += ux * push
                    at[j][1] += uy * push
    return [(x, y) for x, y in at]


def _nearest_cell(point: Point) -> Cell:
    row = round(point[1] / ROW_HEIGHT)
    return round(point[0] - (row % 2) / 2), row


class _Annealing:
    """The third step: who sits where, what that costs, and the exchanges that make it cheaper."""

    def __init__(self, places: list[Place], points: list[Point], wanted: list[Point], edges: list[tuple[int, int]]):
        self.county = [p.county for p in places]
        self.wanted = wanted
        self.joined: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
        for i, j in edges:
            x, y = _direction(points[i], points[j])
            self.joined[i].append((j, x, y))
            self.joined[j].append((i, -x, -y))
        self.members = defaultdict(list)
        for i, county in enumerate(self.county):
            self.members[county].append(i)
        self.cell: list[Cell] = [(0, 0)] * len(places)
        self.holder: dict[Cell, int] = {}
        self._take_nearest()
        self.pieces = {county: self._pieces(county) for county in self.members}

    def _take_nearest(self) -> None:
        for i, point in enumerate(self.wanted):
            ring, seen = [_nearest_cell(point)], set()
            while not (free := [c for c in ring if c not in self.holder]):
                seen.update(ring)
                ring = [n for c in ring for n in neighbours(c) if n not in seen]
            self._put(i, min(free, key=lambda c: (math.dist(centre(c), point), c)))

    def _put(self, i: int, cell: Cell) -> None:
        self.cell[i] = cell
        self.holder[cell] = i

    def _cost(self, i: int) -> float:
        """Return what the seat of one municipality costs."""
        cell = self.cell[i]
        x, y = centre(cell)
        wx, wy = self.wanted[i]
        cost = DRIFT * ((x - wx) ** 2 + (y - wy) ** 2)
        for j, dx, dy in self.joined[i]:
            ox, oy = centre(self.cell[j])
            ox, oy = ox - x, oy - y
            length = math.sqrt(ox * ox + oy * oy) or 1.0
            cost += STRETCH * (length - 1) ** 2 + TURN * (1 - (ox * dx + oy * dy) / length)
        around = [self.county[h] for n in neighbours(cell) if (h := self.holder.get(n)) is not None]
        # Sides against other counties make a ragged county, sides against nothing a ragged coast, or a hole.
        return cost + BORDER * (6 - around.count(self.county[i])) + SHORE * (6 - len(around))

    def _pieces(self, county: str) -> int:
        """Return of how many pieces a county consists."""
        left = {self.cell[i] for i in self.members[county]}
        count = 0
        while left:
            count += 1
            reached = [left.pop()]
            while reached:
                near = left.intersection(neighbours(reached.pop()))
                left -= near
                reached.extend(near)
        return count

    def _affected(self, *cells: Cell) -> set[int]:
        """Return the municipalities in and around cells, with those joined to whoever sits in them."""
        found = set()
        for cell in cells:
            for near in (cell, *neighbours(cell)):
                if (holder := self.holder.get(near)) is not None:
                    found.add(holder)
            if (holder := self.holder.get(cell)) is not None:
                found.update(j for j, _x, _y in self.joined[holder])
        return found

    def _exchange(self, a: Cell, b: Cell) -> None:
        first, second = self.holder.pop(a, None), self.holder.pop(b, None)
        if first is not None:
            self._put(first, b)
        if second is not None:
            self._put(second, a)

    def run(self) -> list[Cell]:
        """Exchange cells until it hardly pays any more; return the cell of each."""
        chance = random.Random(SEED)  # noqa: S311  (a drawing, not a secret)
        count = len(self.cell)
        for move in range(MOVES):
            heat = 1.5 * (1 - move / MOVES) ** 2 + 0.002
            a = self.cell[chance.randrange(count)]
            b = a
            for _step in range(chance.choice((1, 1, 1, 2, 3))):
                b = chance.choice(neighbours(b))
            if a == b:
                continue
            affected = self._affected(a, b)
            self._exchange(a, b)
            affected |= self._affected(a, b)
            after = sum(map(self._cost, affected))
            self._exchange(a, b)
            before = sum(map(self._cost, affected))
            threshold = before - heat * math.log(1 - chance.random())  # the worse, the less likely to be taken
            if after > threshold:
                continue
            moved = {self.county[h] for c in (a, b) if (h := self.holder.get(c)) is not None}
            self._exchange(a, b)
            pieces = {county: self._pieces(county) for county in moved}
            if after + TORN * sum(pieces[c] - self.pieces[c] for c in moved) > threshold:
                self._exchange(a, b)
            else:
                self.pieces |= pieces
        return self.cell
