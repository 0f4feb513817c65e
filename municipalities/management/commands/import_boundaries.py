"""Take over borders for the map: ``manage.py import_boundaries FILE.geojson [--on 2024-01-01]``."""

import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from municipalities.boundaries import BoundaryError, import_file


class Command(BaseCommand):
    help = (
        "Import the borders of municipalities from a GeoJSON file in degrees (WGS84), one feature for each, with its "
        "number as «kommunenummer» or «code». They are kept in the data folder, and replace those imported before."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--on",
            type=datetime.date.fromisoformat,
            help="the day whose municipalities the file shows; today unless given",
        )

    def handle(self, *args, file: Path, on: datetime.date | None, **options):
        try:
            count = import_file(file, on or timezone.localdate())
        except BoundaryError as error:
            raise CommandError("Nothing was imported:\n  " + "\n  ".join(error.errors[:20])) from error
        self.stdout.write(self.style.SUCCESS(f"Borders of {count} municipalities imported."))
