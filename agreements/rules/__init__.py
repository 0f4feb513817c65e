"""What does the law say about a cooperation on a date?

Each module holds the rules of one form, as small pure functions ``(facts, date) → result`` that a
jurist can read; ids and paragraphs are those of the project's legal note. ``findings`` runs them.
The law as it stood on 2 May 2026; not legal advice.
"""

import datetime

from . import changes, companies, general, identifiers, iks, ipr, ko, old, other, vk
from .core import Finding, Outcome, Rule, Severity
from .facts import Facts

#: The day of the consolidated statutes that the rules were written from.
RULES_AS_OF = datetime.date(2026, 5, 2)

RULES: tuple[Rule, ...] = tuple(
    rule for module in (general, identifiers, ipr, ko, vk, old, iks, changes, companies, other) for rule in module.RULES
)


def findings(facts: Facts, on: datetime.date) -> list[Finding]:
    """Return what each rule that governs the cooperation says on ``on``, in the order of the rules."""
    return [rule.finding(facts, on) for rule in RULES if rule.governs(facts, on)]


__all__ = ["RULES", "RULES_AS_OF", "Facts", "Finding", "Outcome", "Rule", "Severity", "findings"]
