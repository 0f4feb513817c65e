"""Are borders taken over whole, or not at all with every fault named, and shown for the right municipalities?"""

import datetime
import json

import pytest
from django.core.management import CommandError, call_command

from municipalities.boundaries import boundaries, stored_at
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date
SQUARE = [[[10.0, 59.0], [11.0, 59.0], [11.0, 60.0], [10.0, 59.0]]]


@pytest.fixture(autouse=True)
def lier(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    return make.municipality("Lier", "3312", valid_from="2024-01-01")


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file of features."""

    def to_file(*features, text: str | None = None):
        path = tmp_path / "borders.geojson"
        content = json.dumps({"type": "FeatureCollection", "features": list(features)}) if text is None else text
        path.write_text(content, encoding="utf-8")
        return path

    return to_file


def feature(number="3312", name="code", coordinates=SQUARE, kind="Polygon") -> dict:
    return {
        "type": "Feature",
        "properties": {name: number},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


@pytest.mark.parametrize("name", ["code", "kommunenummer"])
def test_borders_belong_to_the_municipality_with_the_number(write, lier, capsys, name):
    call_command("import_boundaries", write(feature(name=name)), on=DAY(2024, 1, 1))
    assert boundaries(DAY(2024, 6, 1)) == {lier.pk: {"type": "MultiPolygon", "coordinates": [SQUARE]}}
    assert "Borders of 1 municipalities imported." in capsys.readouterr().out


def test_a_number_without_its_zero_is_understood(write):
    oslo = make.municipality("Oslo", "0301", make.county("03", "Oslo"))
    call_command("import_boundaries", write(feature(301)), on=DAY(2024, 1, 1))
    assert set(boundaries(DAY(2024, 1, 1))) == {oslo.pk}


def test_borders_are_not_shown_before_the_municipality_was_made(write):
    call_command("import_boundaries", write(feature()), on=DAY(2024, 1, 1))
    assert boundaries(DAY(2023, 12, 31)) == {}


def test_without_an_import_there_are_none():
    assert boundaries(DAY(2024, 1, 1)) == {}


def test_a_damaged_store_shows_points_instead_of_an_error(write):
    call_command("import_boundaries", write(feature()), on=DAY(2024, 1, 1))
    stored_at().write_text("{", encoding="utf-8")
    assert boundaries(DAY(2024, 1, 1)) == {}


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([feature("9999")], "no municipality had the number on 2024-01-01: 9999"),
        ([feature("x")], "feature 1: no municipality number of four digits"),
        ([feature(name="noe")], "feature 1: no municipality number"),
        ([feature(), feature()], "feature 2: number 3312 comes twice"),
        ([feature(kind="Point", coordinates=[10, 59])], "a border is a Polygon or a MultiPolygon, not 'Point'"),
        ([feature(coordinates=[])], "no coordinates|a polygon without rings"),
        ([feature(coordinates=[[[10, 59], [11, 59], [11, 60], [12, 60]]])], "a ring that is not closed"),
        ([feature(coordinates=[[[250000, 6600000]] * 4])], "longitude and latitude in degrees"),
        ([feature(coordinates=[[["a", 1]] * 4])], "longitude and latitude in degrees"),
        ([{"type": "Feature", "properties": None, "geometry": None}], "has no properties or no geometry"),
        (["x"], "has no properties or no geometry"),
        ([], "not a GeoJSON FeatureCollection"),
    ],
)
def test_a_faulty_file_is_refused_and_what_was_there_stays(write, lier, features, message):
    call_command("import_boundaries", write(feature()), on=DAY(2024, 1, 1))
    with pytest.raises(CommandError, match=message):
        call_command("import_boundaries", write(*features), on=DAY(2024, 1, 1))
    assert set(boundaries(DAY(2024, 1, 1))) == {lier.pk}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"features": 3}'])
def test_what_is_no_geojson_is_refused(write, text):
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_boundaries", write(text=text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"missing\.geojson"):
        call_command("import_boundaries", tmp_path / "missing.geojson")
