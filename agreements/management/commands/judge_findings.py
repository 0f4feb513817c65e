"""Judge today what the law says of every cooperation, so that lists can ask for it: ``manage.py judge_findings``.

To be run after midnight where the register is large; a small one is judged by the first reader who asks. What has been
judged today is not judged again: a run that is interrupted is taken up by the next.
"""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from agreements.answers import judging, writing


class Command(BaseCommand):
    help = "Judge what has not been judged today, for the filter on findings."

    def handle(self, *args, verbosity, **options):
        writing.freshen()
        day, done = timezone.localdate(), 0
        while number := judging.judge(day):
            done += number
            if verbosity and done % (10 * judging.BATCH) == 0:
                self.stdout.write(f"{done} judged")
        if done:
            with transaction.atomic():
                # Pages that were made without the findings are made anew.
                writing.lock()
                writing.new_revision()
        if verbosity:
            self.stdout.write(f"{done} cooperations judged on {day}.")
