"""What is a rule, and what can it answer?  Three-valued: ok, breach, not assessed. Unknown is never a breach."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..models.forms import Form
from .facts import Facts


class Severity(models.TextChoices):
    """How grave a breach is.

    ERROR: the recorded fact is forbidden or impossible in law. WARNING: the law demands something
    that the register holds no proof of. INFO: no statute; guidance or quality of the data.
    """

    ERROR = "error", _("feil")
    WARNING = "warning", _("advarsel")
    INFO = "info", _("opplysning")


class Outcome(models.TextChoices):
    """What a rule answers."""

    OK = "ok", _("i orden")
    BREACH = "breach", _("brudd")
    NOT_ASSESSED = "not_assessed", _("ikke vurdert")


@dataclass(frozen=True)
class Text:
    """A text in bokmål, nynorsk and English, so that a jurist reads all three beside the rule."""

    nb: str
    nn: str
    en: str

    def __str__(self) -> str:
        """Return the text in the reader's language, bokmål by default."""
        return getattr(self, (get_language() or "nb")[:2], self.nb)


@dataclass(frozen=True)
class Result:
    """The answer of a rule; ``severity`` overrides that of the rule, ``who`` names what it is about."""

    outcome: Outcome
    severity: Severity | None = None
    who: str = ""


OK = Result(Outcome.OK)
UNKNOWN = Result(Outcome.NOT_ASSESSED)


def breach(who: str = "", severity: Severity | None = None) -> Result:
    """Return a breach; ``who`` names the member, amount or word that it is about."""
    return Result(Outcome.BREACH, severity, who)


def known(value: bool | None) -> Result:
    """Return ok for true, breach for false, not assessed for unknown."""
    if value is None:
        return UNKNOWN
    return OK if value else breach()


@dataclass(frozen=True)
class Finding:
    """What one rule says about one cooperation on one day."""

    rule: str
    paragraph: str
    severity: Severity
    outcome: Outcome
    text: str
    remedy: str


@dataclass(frozen=True)
class Rule:
    """A rule of law with its id, paragraph, severity, texts and check.

    ``demand`` says what must hold; ``remedy`` how to mend a breach. In force from and to include
    both days; an agreement made before a rule is judged by the rule of today.
    """

    id: str
    paragraph: str
    severity: Severity
    forms: frozenset[str]
    demand: Text
    remedy: Text
    check: Callable[[Facts, datetime.date], Result]
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    clause: bool = field(default=False)

    def governs(self, facts: Facts, on: datetime.date) -> bool:
        """Tell whether the rule applies to the form, is in force, and the cooperation lives on ``on``."""
        in_force = (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)
        return in_force and facts.form in self.forms and facts.status(on) != "ended"

    def finding(self, facts: Facts, on: datetime.date) -> Finding:
        """Run the check and put its answer into words."""
        result = self.check(facts, on)
        text = str(self.demand) + (f" ({result.who})" if result.who else "")
        return Finding(
            self.id, self.paragraph, result.severity or self.severity, result.outcome, text, str(self.remedy)
        )


ALL_FORMS = frozenset(Form.values)


def clause_rule(
    id: str, paragraph: str, form: str, demand: Text, remedy: Text, severity: Severity = Severity.WARNING
) -> Rule:
    """Return the rule that the agreement answers one item of the law's list; the item is the rule's own id."""

    def check(facts: Facts, on: datetime.date) -> Result:
        if facts.agreement is None:
            return UNKNOWN
        answer = facts.agreement.clauses.get(id)
        if answer is None:
            return UNKNOWN
        return OK if answer == "present" else breach()

    return Rule(id, paragraph, severity, frozenset({form}), demand, remedy, check, clause=True)
