"""Which items does the law require of an agreement, and how many of them are answered?"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models import Clause
from ..rules import RULES, Facts, Rule


def clause_rules(form: str, on: datetime.date) -> list[Rule]:
    """Return the rules on the content of the agreement that govern a form on the day, in the order of the law."""
    living = Facts(name="", form=form)
    return [rule for rule in RULES if rule.clause and rule.governs(living, on)]


@dataclass(frozen=True)
class Completeness:
    """Which items are present, missing and not assessed; each item is in exactly one of them."""

    present: tuple[Rule, ...]
    missing: tuple[Rule, ...]
    not_assessed: tuple[Rule, ...]

    @property
    def total(self) -> int:
        """Return how many items the law lists."""
        return len(self.present) + len(self.missing) + len(self.not_assessed)


def completeness(form: str, answers: Mapping[str, str], on: datetime.date) -> Completeness:
    """Sort the items of a form by their answers, which map a rule id to «present» or «missing»."""
    rules = clause_rules(form, on)
    return Completeness(
        tuple(r for r in rules if answers.get(r.id) == Clause.Status.PRESENT),
        tuple(r for r in rules if answers.get(r.id) == Clause.Status.MISSING),
        tuple(r for r in rules if answers.get(r.id) is None),
    )


def completeness_line(found: Completeness) -> str:
    """Say in one line how many items the agreement has, and which it lacks."""
    parts = [
        _("%(count)d av %(total)d punkter finnes") % {"count": len(found.present), "total": found.total},
        _("%(count)d mangler") % {"count": len(found.missing)},
    ]
    if found.missing:
        parts[-1] += ": " + ", ".join(rule.paragraph for rule in found.missing)
    line = ", ".join(parts)
    if found.not_assessed:
        line += "; " + _("%(count)d er ikke vurdert") % {"count": len(found.not_assessed)}
    return line
