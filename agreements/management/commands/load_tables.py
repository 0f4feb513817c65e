"""Load a large register from one CSV file for each table: ``manage.py load_tables FOLDER --reason "…"``."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agreements.exchange.bulk_tables import LoadError, load


class Command(BaseCommand):
    help = "Load many rows of facts at once by COPY, all of them or none, with history, change stream and documents."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="holds one file for each table, called as it: TABLE.csv")
        parser.add_argument("--reason", required=True, help="why, for the history and the change stream")

    def handle(self, *args, folder: Path, reason: str, verbosity: int, **options):
        if not reason.strip():
            raise CommandError("Say why: --reason must not be empty.")
        try:
            loaded = load(folder, reason, say=lambda text: verbosity and self.stdout.write(f"{text} …"))
        except LoadError as error:
            raise CommandError(f"Nothing was loaded: {error}") from error
        done = ", ".join(f"{table} {rows}" for table, rows in loaded.items())
        self.stdout.write(self.style.SUCCESS(f"Loaded: {done}."))
