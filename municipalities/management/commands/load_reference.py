"""Load municipalities, counties, changes and population: ``manage.py load_reference [folder]``."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from municipalities.reference import ReferenceDataError, load


class Command(BaseCommand):
    help = "Load municipalities, counties, their changes and population from CSV files. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURES / "reference")

    def handle(self, *args, folder: Path, **options):
        try:
            counts = load(folder, say=lambda text: self.stdout.write(f"  {text} …"))
        except ReferenceDataError as error:
            raise CommandError("Nothing was loaded:\n  " + "\n  ".join(error.errors)) from error
        done = ", ".join(f"{n} {what}" for what, n in sorted(counts.items()) if n)
        self.stdout.write(self.style.SUCCESS(f"Reference data: {done or 'nothing has changed'}."))
