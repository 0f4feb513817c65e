"""Where does the register break the law: by rule, by form and by municipality?"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..models import Cooperation
from ..rules import RULES, Finding, Outcome, Rule, Severity, findings
from ..rules.gather import facts_of

_GRAVEST_FIRST = list(Severity.values)


def gravity(severity: str) -> int:
    """Return the place of a severity, the gravest first."""
    return _GRAVEST_FIRST.index(severity)


@dataclass(frozen=True)
class Breach:
    """One rule that one cooperation breaks; ``municipalities`` are its members, as (number, name)."""

    cooperation: Cooperation
    finding: Finding
    municipalities: tuple[tuple[str, str], ...]


def breaches_of(cooperations: Iterable[Cooperation], on: datetime.date) -> list[Breach]:
    """Return all breaches on the day; the cooperations come from ``with_legal_facts``."""
    found = []
    for cooperation in cooperations:
        facts = facts_of(cooperation, on)
        # A former municipality has no number on the day.
        places = tuple((m.number, m.name) for m in facts.members if m.kind == "municipality" and m.number)
        broken = [f for f in findings(facts, on) if f.outcome == Outcome.BREACH]
        found += [Breach(cooperation, f, places) for f in broken]
    return found


@dataclass
class RuleGroup:
    """One rule with all that breaks it in one degree: what is forbidden to some forms is only a note to others."""

    rule: Rule
    severity: Severity
    breaches: list[Breach] = field(default_factory=list)


def by_rule(breaches: Iterable[Breach]) -> list[RuleGroup]:
    """Group breaches by rule and severity: the gravest first, then what is broken most."""
    rules = {rule.id: rule for rule in RULES}
    groups: dict[tuple[str, str], RuleGroup] = {}
    for breach in breaches:
        found = breach.finding
        group = groups.setdefault((found.rule, found.severity), RuleGroup(rules[found.rule], Severity(found.severity)))
        group.breaches.append(breach)
    return sorted(groups.values(), key=lambda g: (gravity(g.severity), -len(g.breaches), g.rule.id))


def by_severity(breaches: Iterable[Breach]) -> list[tuple[Severity, int]]:
    """Count breaches of each severity, the gravest first; severities without breaches too."""
    counts = Counter(b.finding.severity for b in breaches)
    return [(severity, counts[severity]) for severity in Severity]


def by_form(breaches: Iterable[Breach]) -> list[tuple[str, int]]:
    """Count breaches by the form of the cooperation, most first."""
    return Counter(b.cooperation.form for b in breaches).most_common()


def by_municipality(breaches: Iterable[Breach]) -> list[tuple[tuple[str, str], int]]:
    """Count breaches by the municipalities that take part, most first, then by number."""
    counts = Counter(place for b in breaches for place in b.municipalities)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
