"""Write the whole register as data: ``manage.py dump_register [--known-on DATE] [--on DATE] [--out FOLDER]``"""

import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agreements.exchange import dump, stream


def a_day(text: str) -> datetime.date:
    """Read a day written as YYYY-MM-DD."""
    return datetime.date.fromisoformat(text)


class Command(BaseCommand):
    """Make the data sets that /data/ hands out, or one of a past day for a folder of one's own."""

    requires_system_checks: list[
        str
    ] = []  # they load the whole site, which a dump has no room for (docs/operations.md)
    help = (
        "Writes the whole public register as JSON Lines, CSV, Parquet, SQLite and Turtle, with schemas, checksums and "
        "a manifest. Without arguments, into DATA_DIR, where it takes the place of the one before when it is whole."
    )

    def add_arguments(self, parser) -> None:
        """Add the days and the folder."""
        parser.add_argument(
            "--known-on", type=a_day, metavar="YYYY-MM-DD", help="as it was known at the end of a day; needs --out"
        )
        parser.add_argument(
            "--at", metavar="CURSOR", help="as it was known at a place in the change stream; needs --out"
        )
        parser.add_argument("--on", type=a_day, metavar="YYYY-MM-DD", help="only what was valid on a day; needs --out")
        parser.add_argument("--out", type=Path, metavar="FOLDER", help="a folder that is empty or does not exist yet")

    def handle(self, *, known_on, at, on, out: Path | None, **options) -> None:
        """Write the files. Raises CommandError, and leaves nothing half done, when it cannot."""
        if known_on and at:
            raise CommandError("--known-on and --at are two answers to one question: give one.")
        if out is None and (known_on or at or on):
            raise CommandError("What is not the present register is not published: say where with --out.")
        try:
            if out is None:
                self.stdout.write(str(dump.publish()))
                return
            place = stream.Position.read(at) if at else dump.place_at(known_on)
            if out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise CommandError(f"{out} is there already and is not an empty folder.")
            out.mkdir(parents=True, exist_ok=True)
            dump.write(out, place, on)
        except (dump.NoSuchDayError, stream.BadCursorError, stream.LostCursorError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}") from error
        self.stdout.write(str(out))
