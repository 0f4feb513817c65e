"""Is the change stream what it promises: exactly what is public now?  ``manage.py check_changes [--repair]``"""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agreements.exchange.stream import append_missing, out_of_step


class Command(BaseCommand):
    """Compare what is public of each object with the last event about it."""

    help = (
        "Compares what is public of each object with the last event about it; exit code 1 where they differ. "
        "--repair appends the events that are missing, which is needed after an upgrade that made more of an object "
        "public, and after changes that were written with triggers switched off."
    )

    def add_arguments(self, parser) -> None:
        """Add --repair."""
        parser.add_argument("--repair", action="store_true", help="append the events that are missing")

    def handle(self, *, repair: bool, **options) -> None:
        """Tell how many objects differ. Raises CommandError when some do and are not repaired."""
        with transaction.atomic():
            found = out_of_step()
            if repair:
                append_missing(found)
        for kind, ids in found.items():
            shown = ", ".join(str(number) for number in ids[:10])
            self.stdout.write(f"{kind}: {len(ids)} ({shown}{' …' if len(ids) > 10 else ''})")
        if found and not repair:
            raise CommandError("The change stream is behind what is public. Append what is missing with --repair.")
        self.stdout.write("Repaired." if found else "The change stream is what is public.")
