"""Make the tile map anew from the reference points: ``manage.py make_hexagons``. Takes some minutes."""

import csv
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from municipalities.hexagons import FILE
from municipalities.tiling import Place, hexagons


def places(file: Path) -> list[Place]:
    """Return the municipalities of municipalities.csv with the point that the map shall go by.

    That is the middle between the area's own point and the one in Wikidata: the first can lie in a
    corner (Stavanger's lies in the islands), the second is mostly where people live.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        found = []
        for row in csv.DictReader(lines):
            latitude, longitude = float(row["lat"]), float(row["lon"])
            if row["wikidata_lat"]:
                latitude = (latitude + float(row["wikidata_lat"])) / 2
                longitude = (longitude + float(row["wikidata_lon"])) / 2
            found.append(Place(row["code"], row["county_number"], latitude, longitude))
        return found


class Command(BaseCommand):
    help = "Lay out one hexagon for each municipality, from municipalities.csv to hexagons.csv. The same every time."

    def handle(self, *args, **options):
        folder = settings.FIXTURES / "reference"
        cells = hexagons(places(folder / "municipalities.csv"))
        with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["number", "column", "row"])
            writer.writerows((number, *cell) for number, cell in sorted(cells.items()))
        self.stdout.write(self.style.SUCCESS(f"{len(cells)} hexagons in {FILE}."))
