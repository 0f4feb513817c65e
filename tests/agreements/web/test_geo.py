"""Does the geographic map get the same facts as table and tile map, and nothing from elsewhere unless configured?"""

import datetime
import json
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from registry.settings import tile_origin
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture(autouse=True)
def register(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    lier = make.municipality("Lier", "3312")
    lier.latitude, lier.longitude = Decimal("59.8000"), Decimal("10.2500")
    lier.save()
    make.municipality("Hole", "3310")
    ward = make.cooperation("Legevakten", "VK", [make.task("legevakt", "helse")], slug="legevakten")
    make.membership(ward, lier, "host")
    secret = make.cooperation("Hemmelig", "SA", slug="hemmelig", publication="draft")
    make.membership(secret, lier)


def features(client, query="") -> list[dict]:
    response = client.get(f"/kart/data.json{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    return json.loads(response.content)["features"]


def test_a_municipality_is_a_point_and_says_what_the_table_says(client):
    [lier] = features(client)
    assert lier["geometry"] == {"type": "Point", "coordinates": [10.25, 59.8]}
    assert lier["properties"] == {
        "name": "Lier", "url": "/kommuner/lier-3312/", "kind": "level-1", "words": "1 samarbeid",
    }  # fmt: skip


def test_one_cooperation_on_a_day_keeps_the_day_in_the_link(client):
    [lier] = features(client, "?samarbeid=legevakten&on=2023-01-01")
    assert (lier["properties"]["kind"], lier["properties"]["words"]) == ("host", "vertskommune")
    assert lier["properties"]["url"] == "/kommuner/lier-3312/?on=2023-01-01"


def test_imported_borders_go_before_the_point(client, tmp_path):
    square = [[[10.0, 59.0], [11.0, 59.0], [11.0, 60.0], [10.0, 59.0]]]
    feature = {
        "type": "Feature",
        "properties": {"code": "3310"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    file = tmp_path / "borders.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    call_command("import_boundaries", file, on=DAY(2024, 1, 1))
    kinds = {f["properties"]["name"]: f["geometry"]["type"] for f in features(client)}
    assert kinds == {"Hole": "MultiPolygon", "Lier": "Point"}


def test_a_faulty_question_is_400(client):
    response = client.get("/kart/data.json?fylke=99&on=x")
    assert response.status_code == 400
    assert set(json.loads(response.content)["errors"]) == {"fylke", "on"}


def test_no_pictures_come_from_elsewhere_by_default(client):
    response = client.get("/kart/")
    assert "img-src 'self' data:;" in response["Content-Security-Policy"]
    assert "data-tiles" not in response.content.decode()


def test_a_configured_tile_source_is_allowed_on_the_map_alone(client, settings):
    settings.MAP_TILE_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.MAP_TILE_ORIGIN = "https://tiles.example.org"
    settings.MAP_TILE_CREDIT = "© Eksempel"
    response = client.get("/kart/")
    assert "img-src 'self' data: https://tiles.example.org;" in response["Content-Security-Policy"]
    assert 'data-tiles="https://tiles.example.org/{z}/{x}/{y}.png"' in response.content.decode()
    assert "example.org" not in client.get("/kommuner/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org/{z}/{x}.png", "tull",
        "https://tiles.example.org; script-src *//{z}/{x}/{y}", "https://{s}.example.org/{z}/{x}/{y}.png",
        "https://user:secret@tiles.example.org/{z}/{x}/{y}.png",
    ],
)  # fmt: skip
def test_a_tile_source_that_would_not_work_or_open_more_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="MAP_TILE_URL"):
        tile_origin(url)


def test_the_host_of_a_tile_source_is_told():
    assert tile_origin("") == ""
    assert tile_origin("https://tiles.example.org:8443/a/{z}/{x}/{y}.png?k=1") == "https://tiles.example.org:8443"
