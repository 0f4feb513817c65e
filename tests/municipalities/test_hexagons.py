"""Is the tile map whole, does it keep neighbours together, and is there a place for those that are no more?"""

import datetime
import math

import pytest
from django.core.management import call_command

from municipalities import hexagons as tile_map
from municipalities.hexagons import cells, hexagons
from municipalities.management.commands.make_hexagons import places
from municipalities.tiling import centre, neighbours
from tests import factories as make

DAY = datetime.date


def pieces(of: set) -> int:
    """Return of how many connected pieces a set of cells consists."""
    left, count = set(of), 0
    while left:
        count += 1
        reached = [left.pop()]
        while reached:
            near = left.intersection(neighbours(reached.pop()))
            left -= near
            reached.extend(near)
    return count


def test_every_municipality_has_a_cell_of_its_own(settings):
    wanted = {p.number for p in places(settings.FIXTURES / "reference/municipalities.csv")}
    assert cells().keys() == wanted
    assert len(set(cells().values())) == len(wanted) == 357


def test_the_country_and_each_county_is_one_piece(settings):
    by_county: dict[str, set] = {}
    for place in places(settings.FIXTURES / "reference/municipalities.csv"):
        by_county.setdefault(place.county, set()).add(cells()[place.number])
    assert {county: pieces(found) for county, found in by_county.items() if pieces(found) > 1} == {}
    assert pieces(set(cells().values())) == 1


@pytest.mark.parametrize(
    ("west_or_south", "east_or_north", "axis"),
    [("4601", "0301", 0), ("0301", "5601", 0), ("4204", "0301", 1), ("0301", "5001", 1), ("5001", "5501", 1)],
    ids=["Bergen–Oslo", "Oslo–Alta", "Kristiansand–Oslo", "Oslo–Trondheim", "Trondheim–Tromsø"],
)
def test_directions_are_those_of_the_country(west_or_south, east_or_north, axis):
    first, second = centre(cells()[west_or_south])[axis], centre(cells()[east_or_north])[axis]
    assert (first < second) if axis == 0 else (first > second)


def test_cells_that_touch_are_one_apart():
    for cell in [(4, 4), (4, 5)]:
        assert [round(math.dist(centre(cell), centre(n)), 9) for n in neighbours(cell)] == [1.0] * 6
        assert all(cell in neighbours(n) for n in neighbours(cell))


@pytest.mark.django_db
def test_former_municipalities_share_the_cell_of_their_successor():
    new = make.municipality("Drammen", "3301", valid_from="2020-01-01")
    for name, number in (("Drammen", "0602"), ("Nedre Eiker", "0625"), ("Svelvik", "0711")):
        old = make.municipality(name, number, valid_from=None, valid_to="2019-12-31")
        old.organisation.successors.add(new.organisation)
    [one] = hexagons(DAY(2020, 1, 1))
    assert (one.pk, one.size, (one.x, one.y)) == (new.pk, 1.0, centre(cells()["3301"]))
    three = hexagons(DAY(2019, 12, 31))
    assert len(three) == 3
    assert {h.size for h in three} == {0.5}
    assert sum(h.x for h in three) / 3 == pytest.approx(one.x)
    assert all(math.dist((h.x, h.y), (one.x, one.y)) < 0.5 for h in three)


@pytest.mark.django_db
def test_a_municipality_that_is_not_in_the_file_takes_the_place_of_its_predecessor():
    old = make.municipality("Lier", "3312", valid_to="2027-12-31")
    new = make.municipality("Lierbyen", "3399", valid_from="2028-01-01")
    old.organisation.successors.add(new.organisation)
    [one] = hexagons(DAY(2028, 1, 1))
    assert (one.pk, (one.x, one.y)) == (new.pk, centre(cells()["3312"]))


@pytest.mark.django_db
def test_a_split_municipality_lies_where_the_part_with_its_name_does():
    old = make.municipality("Ålesund", "1507", valid_to="2023-12-31")
    for name, number in (("Haram", "1580"), ("Ålesund", "1508")):
        old.organisation.successors.add(make.municipality(name, number, valid_from="2024-01-01").organisation)
    [one] = hexagons(DAY(2023, 12, 31))
    assert (one.x, one.y) == centre(cells()["1508"])
    old.organisation.successors.clear()
    assert hexagons(DAY(2023, 12, 31)) == ()


@pytest.mark.django_db
def test_relatives_in_a_ring_do_not_hang():
    one, two = make.municipality("Ringe", "9001"), make.municipality("Rang", "9002")
    one.organisation.successors.add(two.organisation)
    two.organisation.successors.add(one.organisation)
    assert hexagons(DAY(2024, 1, 1)) == ()


@pytest.mark.parametrize("count", range(1, 20))
def test_parts_of_a_cell_do_not_overlap_and_stay_within(count):
    parts = tile_map._parts((3, 4), count)
    x, y = centre((3, 4))
    assert len(parts) == count
    for i, (ax, ay, size) in enumerate(parts):
        assert math.dist((ax, ay), (x, y)) <= 0.58
        assert all(math.dist((ax, ay), (bx, by)) >= size - 1e-9 for bx, by, _size in parts[i + 1 :])


@pytest.mark.django_db
def test_the_command_makes_the_file_and_says_so(settings, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "reference"
    folder.mkdir()
    lines = (settings.FIXTURES / "reference/municipalities.csv").read_text(encoding="utf-8").splitlines()
    (folder / "municipalities.csv").write_text("\n".join(lines[:13]) + "\n", encoding="utf-8")
    settings.FIXTURES = tmp_path
    monkeypatch.setattr("municipalities.tiling.MOVES", 500)
    call_command("make_hexagons")
    first = (folder / "hexagons.csv").read_text(encoding="utf-8")
    call_command("make_hexagons")
    assert (folder / "hexagons.csv").read_text(encoding="utf-8") == first
    assert len(first.splitlines()) == 13
    assert "12 hexagons in hexagons.csv." in capsys.readouterr().out
