"""Remind coordinators of deadlines by e-mail: ``manage.py send_reminders [--on 2026-01-31] [--dry-run]``.

To be run daily; nobody is reminded twice of the same deadline at the same lead time, also when a
run is repeated, missed, cut short or started twice at once (see ``agreements.exchange.reminders``).
Being the daily run, it also clears away registrations that were begun and left half a year ago.
Exit code 0 when all is well, 1 when something was not sent or is uncertain, 2 for a wrong call.
"""

import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreements.exchange.mailing import AlreadySendingError, certainly_refused, only_run
from agreements.exchange.reminders import LOCK, digests, forget, leads, send, uncertain
from agreements.models import RegistrationDraft


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--on {text}: write the day as YYYY-MM-DD.", returncode=2) from None


class Command(BaseCommand):
    help = "Remind coordinators of deadlines by e-mail; safe to run daily."

    def add_arguments(self, parser):
        parser.add_argument("--on", help="the day to send for, YYYY-MM-DD; today unless given")
        parser.add_argument("--dry-run", action="store_true", help="print the messages; send and store nothing")
        parser.add_argument(
            "--resend-uncertain", action="store_true", help="send again what an interrupted run may have sent"
        )

    def handle(self, *args, on, dry_run, resend_uncertain, **options):
        day = _day(on) if on else timezone.localdate()
        try:
            leads()
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from None
        if dry_run:
            self._show(day)
            return
        try:
            with only_run(LOCK):
                faults = self._run(day, resend_uncertain)
        except AlreadySendingError:
            self.stdout.write("Another run is sending reminders right now. Nothing was done.")
            return
        if faults:
            raise SystemExit(1)

    def _show(self, day: datetime.date) -> None:
        found = digests(day)
        for digest in found:
            message = digest.message(day)
            self.stdout.write(f"To: {digest.user.email}\nSubject: {message.subject}\n\n{message.body}\n")
        self.stdout.write(f"{len(found)} messages would be sent for {day}. Nothing was sent.")

    def _run(self, day: datetime.date, resend_uncertain: bool) -> int:
        """Send; return how many reminders or messages are uncertain or were not sent."""
        pending = uncertain()
        if pending and resend_uncertain:
            forget(pending)
            pending = []
        for reminder in pending:
            self.stderr.write(
                f"Uncertain: {reminder.user.email} was perhaps not reminded of {reminder.key} ({reminder.date})."
            )
        if pending:
            self.stderr.write("A run was interrupted while it sent. --resend-uncertain sends these once more.")
        sent = failed = 0
        for digest in digests(day):
            try:
                send(digest, day)
            except (OSError, ValueError) as error:
                failed += 1
                fate = "will be tried again" if certainly_refused(error) else "may have arrived"
                self.stderr.write(f"Not sent to {digest.user.email} ({fate}): {error}")
            else:
                sent += 1
        forgotten, _tables = RegistrationDraft.objects.forgotten().delete()
        if forgotten:
            self.stdout.write(f"{forgotten} registrations that were begun and left have been cleared away.")
        where = "" if settings.EMAIL_HOST else " (printed here: EMAIL_HOST is not set)"
        self.stdout.write(f"{sent} messages sent{where}, {failed} not sent, for {day}.")
        return failed + len(pending)
