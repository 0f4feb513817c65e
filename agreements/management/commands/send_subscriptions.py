"""Tell followers of changes by e-mail: ``manage.py send_subscriptions [--dry-run]``.

To be run daily; nobody is told twice of the same change, also when a run is repeated, missed, cut short or
started twice at once (see ``agreements.exchange.digests``). Addresses that nobody has confirmed within a week, and
what is kept against misuse of the forms, are deleted by the same run.
Exit code 0 when all is well, 1 when something was not sent or is uncertain.
"""

from django.conf import settings
from django.core.management.base import BaseCommand

from agreements.exchange.digests import LOCK, digests, forget, send, uncertain
from agreements.exchange.follows import forget_unconfirmed
from agreements.exchange.mailing import AlreadySendingError, certainly_refused, only_run
from agreements.exchange.stream import head
from agreements.models import FormUse


class Command(BaseCommand):
    help = "Tell followers of changes by e-mail; safe to run daily."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="print the messages; send, store and delete nothing")
        parser.add_argument(
            "--resend-uncertain", action="store_true", help="send again what an interrupted run may have sent"
        )

    def handle(self, *args, dry_run, resend_uncertain, **options):
        if dry_run:
            self._show()
            return
        try:
            with only_run(LOCK):
                faults = self._run(resend_uncertain)
        except AlreadySendingError:
            self.stdout.write("Another run is sending to followers right now. Nothing was done.")
            return
        if faults:
            raise SystemExit(1)

    def _show(self) -> None:
        count = 0
        for digest in digests(head().number):
            message = digest.message()
            count += 1
            self.stdout.write(f"To: {digest.follower.email}\nSubject: {message.subject}\n\n{message.body}\n")
        self.stdout.write(f"{count} messages would be sent. Nothing was sent.")

    def _run(self, resend_uncertain: bool) -> int:
        """Send; return how many addresses are uncertain or were not told."""
        gone = forget_unconfirmed()
        FormUse.forget_old()
        pending = uncertain()
        if pending and resend_uncertain:
            forget(pending)
            pending = []
        for follower in pending:
            self.stderr.write(f"Uncertain: {follower.email} was perhaps not told of some changes.")
        if pending:
            self.stderr.write("A run was interrupted while it sent. --resend-uncertain sends these once more.")
        sent = failed = 0
        for digest in digests(head().number):
            try:
                sent += send(digest)
            except (OSError, ValueError) as error:
                failed += 1
                fate = "will be tried again" if certainly_refused(error) else "may have arrived"
                self.stderr.write(f"Not sent to {digest.follower.email} ({fate}): {error}")
        where = "" if settings.EMAIL_HOST else " (printed here: EMAIL_HOST is not set)"
        self.stdout.write(f"{sent} messages sent{where}, {failed} not sent; {gone} unconfirmed addresses deleted.")
        return failed + len(pending)
