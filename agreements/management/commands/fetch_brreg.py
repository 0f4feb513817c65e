"""Fetch what Enhetsregisteret holds: ``manage.py fetch_brreg [--cooperation SLUG …] [--dry-run]``.

Asks about the cooperations that have an organisation number and live today, and about their members. What is
stored is compared by the rules IKS-24, IKS-09, ID-07 and ID-10.2; no fact of the register itself is changed. Each
answer is stored whole or not at all, and a number that gets no answer keeps what was known. Exit code 0 when all
were answered, 1 when some were not, 2 for a wrong call.
"""

from collections.abc import Iterator

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agreements.exchange.brreg import Entry, NoAnswerError, ask
from agreements.models import Cooperation, Membership, RegistryEntry
from agreements.models.status import OWN_RIGHT
from municipalities.models import Organisation

#: After so many silent answers in a row the rest are left for the next run.
MOST_SILENCES = 3


class Command(BaseCommand):
    help = "Fetch from Enhetsregisteret what the rules compare with; run it daily or weekly."

    def add_arguments(self, parser):
        parser.add_argument(
            "--cooperation", nargs="+", metavar="SLUG", help="only these cooperations and their members"
        )
        parser.add_argument("--dry-run", action="store_true", help="ask and print, store nothing")

    def handle(self, *args, cooperation, dry_run, **options):
        today = timezone.localdate()
        chosen = Cooperation.objects.select_related("legal", "body").order_by("pk")
        if cooperation:
            chosen = chosen.filter(slug__in=cooperation)
            if unknown := sorted(set(cooperation) - set(chosen.values_list("slug", flat=True))):
                raise CommandError(f"There is no cooperation {', '.join(unknown)}.", returncode=2)
        else:
            chosen = chosen.filter(Q(valid_to=None) | Q(valid_to__gte=today))
        self._answers: dict[str, Entry | None] = {}
        self._silences = 0
        changed = asked = 0
        for owner, number in _numbers(list(chosen)):
            asked += 1
            if entry := self._ask(number):
                changed += self._keep(owner, entry, today, dry_run)
        unanswered = [number for number, entry in self._answers.items() if entry is None]
        self.stdout.write(
            f"{len(self._answers)} numbers of {asked} cooperations and members: {len(unanswered)} without an answer, "
            f"{changed} entries {'would be ' if dry_run else ''}new or changed."
        )
        if unanswered:
            raise SystemExit(1)

    def _ask(self, number: str) -> Entry | None:
        """Return the answer, asked for once in a run; None where there is none."""
        if number not in self._answers:
            self._answers[number] = None
            if self._silences >= MOST_SILENCES:
                return None
            try:
                self._answers[number] = ask(number)
                self._silences = 0
            except NoAnswerError as error:
                self._silences += 1
                self.stderr.write(f"{number}: {error}")
                if self._silences == MOST_SILENCES:
                    self.stderr.write("Enhetsregisteret does not answer: the rest is left for the next run.")
        return self._answers[number]

    def _keep(self, owner: Cooperation | Organisation, entry: Entry, today, dry_run: bool) -> bool:
        """Store the answer and tell what is new in it; return whether anything is."""
        key = {"cooperation": owner} if isinstance(owner, Cooperation) else {"organisation": owner}
        before = RegistryEntry.objects.filter(**key).first()
        told = vars(entry)
        new = before is None or any(getattr(before, name) != value for name, value in told.items())
        if new:
            form = f", {entry.form}" if entry.form else ""
            self.stdout.write(f"{entry.org_number} {owner.name}: {entry.outcome}{form}")
            for participant in entry.participants or ():
                self.stdout.write(f"  {participant['org_number']} {participant['name']}: {participant['share'] or '?'}")
        if not dry_run:
            with transaction.atomic(), pghistory.context(reason="Hentet fra Enhetsregisteret"):
                RegistryEntry.objects.update_or_create(**key, defaults=told | {"fetched_on": today})
        return new


def _numbers(cooperations: list[Cooperation]) -> Iterator[tuple[Cooperation | Organisation, str]]:
    """Yield cooperations, and then their members in their own right, with the number that each has."""
    for cooperation in cooperations:
        if number := org_number_of(cooperation):
            yield cooperation, number
    taking_part = Membership.objects.filter(cooperation__in=cooperations, role__in=OWN_RIGHT)
    for member in Organisation.objects.filter(pk__in=taking_part.values("organisation")).order_by("pk"):
        if member.org_number:
            yield member, member.org_number


def org_number_of(cooperation: Cooperation) -> str:
    """Return the number of the profile, else of the body; empty where there is none."""
    own = cooperation.legal.org_number if hasattr(cooperation, "legal") else ""
    return own or (cooperation.body.org_number if cooperation.body else "") or ""
