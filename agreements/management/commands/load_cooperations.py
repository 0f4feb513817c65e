"""Load the reviewed cooperations: ``manage.py load_cooperations [folder]``."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agreements.exchange.cooperations import load
from agreements.exchange.files import DataFileError
from municipalities.models import Municipality


class Command(BaseCommand):
    help = (
        "Load sources, tasks, organisations and cooperations from data files. "
        "Adds what the register has never held and leaves everything else alone."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURES)

    def handle(self, *args, folder: Path, **options):
        if not Municipality.objects.exists():
            raise CommandError("The municipalities are not loaded yet: run load_reference first.")
        try:
            counts = load(folder, say=lambda text: self.stdout.write(f"  {text} …"))
        except DataFileError as error:
            raise CommandError("Nothing was loaded:\n  " + "\n  ".join(error.errors)) from error
        done = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
        self.stdout.write(self.style.SUCCESS(f"Cooperations: {done}."))
