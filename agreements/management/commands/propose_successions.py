"""Propose who follows municipalities and county councils that are gone, in the cooperations that they were members of.

    manage.py propose_successions [--on 2026-01-01]

Each proposal waits for the coordinators who keep the cooperation. It can be run as often as one likes:
nothing is proposed twice. What nobody can tell (a municipality or county council that was divided) is listed.
"""

import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from ...actions.boundary_changes import propose_successions


class Command(BaseCommand):
    help = __doc__.splitlines()[0]

    def add_arguments(self, parser):
        parser.add_argument("--on", help="the day as YYYY-MM-DD; today where it is left out")

    def handle(self, *args, on=None, **options):
        try:
            day = datetime.date.fromisoformat(on) if on else localdate()
        except ValueError:
            raise CommandError(f"«{on}» is no date: write it as 2026-01-01.") from None
        done = propose_successions(on=day)
        for proposal in done.proposed:
            self.stdout.write(
                _("Foreslått: %(name)s: %(text)s") % {"name": proposal.cooperation, "text": proposal.text}
            )
        for member, heirs in done.open:
            names = ", ".join(map(str, heirs)) or _("ingen etterfølger er ført")
            self.stdout.write(_("Åpent: %(member)s → %(heirs)s") % {"member": member, "heirs": names})
        self.stdout.write(
            _("%(made)d forslag, %(open)d åpne") % {"made": len(done.proposed), "open": len(done.open)}
        )  # fmt: skip
