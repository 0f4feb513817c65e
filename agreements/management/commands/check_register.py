"""Print what the law says of the register: ``manage.py check_register --form IKS --municipality 3301 --on 2026-01-01``.

Exit code 0 when no rule of severity error is broken, 1 when at least one is, 2 for a wrong call.
"""

import datetime
from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreements.filters import CooperationFilter
from agreements.models import Cooperation, Form
from agreements.rules import Outcome, Severity, findings
from agreements.rules.gather import facts_of, with_legal_facts


class Command(BaseCommand):
    help = "Check every cooperation against the rules of law and list the breaches."

    def add_arguments(self, parser):
        parser.add_argument("--form", choices=Form.values, help="only cooperations of this form")
        parser.add_argument("--municipality", help="only cooperations in which this municipality takes part (number)")
        parser.add_argument("--on", help="the day to judge by, YYYY-MM-DD; today unless given")
        parser.add_argument(
            "--severity", choices=Severity.values, default=Severity.INFO, help="list this severity and graver ones"
        )

    def handle(self, *args, form, municipality, on, severity, **options):
        asked = {"form": form and [form], "municipality": municipality, "on": on}
        chosen = CooperationFilter({k: v for k, v in asked.items() if v}, queryset=Cooperation.objects.all())
        if not chosen.is_valid():
            reasons = [f"--{name}: {' '.join(messages)}" for name, messages in chosen.errors.items()]
            raise CommandError("\n".join(reasons), returncode=2)
        day: datetime.date = chosen.on or timezone.localdate()
        order = list(Severity.values)
        shown = set(order[: order.index(severity) + 1])
        counts: Counter = Counter()
        cooperations = with_legal_facts(chosen.qs)
        for cooperation in cooperations:
            results = findings(facts_of(cooperation, day), day)
            counts.update(f.outcome for f in results)
            breaches = [f for f in results if f.outcome == Outcome.BREACH]
            counts.update(str(f.severity) for f in breaches)
            if listed := [f for f in breaches if f.severity in shown]:
                self.stdout.write(f"{cooperation.name} ({cooperation.form}, {cooperation.slug})")
                for f in listed:
                    self.stdout.write(f"  {f.severity:<8} {f.rule:<14} {f.paragraph}: {f.text}")
        self.stdout.write(
            f"{len(cooperations)} cooperations on {day}: {counts['ok']} rules kept, {counts['breach']} broken "
            f"({counts['error']} errors, {counts['warning']} warnings, {counts['info']} notes), "
            f"{counts['not_assessed']} not assessed."
        )
        if counts["error"]:
            raise SystemExit(1)
