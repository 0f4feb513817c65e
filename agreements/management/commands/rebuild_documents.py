"""Make the stored documents anew, or check them: ``manage.py rebuild_documents [--all | --check]``.

Only what is missing, superfluous or made by an older edition of the code is made, batch by batch, each in a
transaction of its own: a run that is interrupted is taken up by the next. ``--all`` makes everything anew, and is
resumed the same way, without ``--all``. ``--check`` changes nothing; exit code 1 when something stored differs from
what the facts say.
"""

import time

from django.core.management.base import BaseCommand

from agreements.answers import checking, writing


class Command(BaseCommand):
    help = "Make the stored documents of cooperations anew where they are missing or old, or check all of them."

    def add_arguments(self, parser):
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--all", action="store_true", help="make all anew, not only what is missing or old")
        chosen.add_argument("--check", action="store_true", help="compare all with the facts; exit code 1 on a fault")

    def handle(self, *args, verbosity, **options):
        writing.freshen()
        if options["check"]:
            self.check_stored()
            return
        if options["all"]:
            writing.forget_editions()
        began, done = time.monotonic(), 0
        for done, total in writing.rebuild():
            if verbosity and (done == total or done % (10 * writing.BATCH) == 0):
                self.stdout.write(f"{done} of {total} cooperations, {time.monotonic() - began:.0f} s")
        if verbosity:
            self.stdout.write("Everything stored is up to date." if done else "Everything stored was up to date.")

    def check_stored(self) -> None:
        """Tell every fault. Raises ``SystemExit`` with 1 when there is one."""
        number = 0
        for fault in checking.faults():
            self.stderr.write(fault)
            number += 1
        if number:
            self.stderr.write(f"{number} faults: run `manage.py rebuild_documents --all`.")
            raise SystemExit(1)
        self.stdout.write("Everything stored is what the facts say.")
