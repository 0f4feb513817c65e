"""Who may change an agreement: the councils themselves, or the representantskap?

Kommuneloven §§ 18-4 (2)-(3), 19-4 (2)-(3) and 20-4 (2), IKS-loven § 4 (1)-(2): law.md IPR-12, IPR-13, KO-09,
KO-10, VK-09 and IKS-06. What the law lists as content of the agreement only the councils may change; the rest
the representantskap may, with two thirds of the votes cast, unless the agreement says otherwise. That each
council has adopted what is theirs is GEN-04; that nothing but the representantskap has, is asked here.
"""

import datetime
from collections.abc import Collection

from ..models.forms import Form
from . import iks, ipr, ko, vk
from .core import OK, UNKNOWN, Result, Rule, Severity, Text, breach
from .facts import AgreementFact, AssemblyFact, Facts

#: What the law lists as the content of the agreement, by the id of the rule that asks for it.
COUNCIL_ITEMS: dict[str, frozenset[str]] = {
    form: frozenset(rule.id for rule in module.RULES if rule.clause)
    for form, module in ((Form.IPR, ipr), (Form.KO, ko), (Form.VK, vk), (Form.IKS, iks))
}
#: Forms with a representantskap that may change the rest.
WITH_ASSEMBLY = frozenset({Form.IPR, Form.KO, Form.IKS})

COUNCILS, ASSEMBLY, AGREED = "councils", "assembly", "agreed"


def decided_by(form: str, is_change: bool, changed_items: Collection[str] | None) -> str:
    """Return who must adopt a version: the councils, the representantskap, or whoever the agreement says.

    A first version, and a change of which it is not recorded what it changes, belong to the councils.
    """
    if not is_change or changed_items is None or form not in COUNCIL_ITEMS:
        return COUNCILS
    if COUNCIL_ITEMS[form] & set(changed_items):
        return COUNCILS
    return ASSEMBLY if form in WITH_ASSEMBLY else AGREED


def has_majority(votes_for: int, votes_against: int, agreed: str = "") -> bool:
    """Tell whether the votes cast are enough: two thirds by law, or what the agreement says."""
    cast = votes_for + votes_against
    match agreed:
        case "simple":
            return 2 * votes_for > cast
        case "three_quarters":
            return cast > 0 and 4 * votes_for >= 3 * cast
        case "unanimous":
            return votes_for > 0 and votes_against == 0
    return cast > 0 and 3 * votes_for >= 2 * cast


def _made(agreement: AgreementFact, on: datetime.date) -> list[AssemblyFact]:
    return [d for d in agreement.assembly if d.decided_on is None or d.decided_on <= on]


def councils_decide_their_items(facts: Facts, on: datetime.date) -> Result:
    """A change in what the law lists is not left to the representantskap alone."""
    agreement = facts.agreement
    if agreement is None:
        return UNKNOWN
    if not agreement.is_change:
        return OK  # nothing has been changed
    if agreement.changed_items is None:
        return UNKNOWN
    if decided_by(facts.form, True, agreement.changed_items) != COUNCILS:
        return OK
    if not _made(agreement, on):
        return UNKNOWN  # who adopted it is GEN-04
    if any(d.subject == "agreement" for m in facts.participants for d in m.decisions):
        return OK  # the representantskap only recommended it
    return breach(", ".join(sorted(COUNCIL_ITEMS[facts.form] & agreement.changed_items)))


def assembly_has_majority(facts: Facts, on: datetime.date) -> Result:
    """Another change has two thirds of the votes cast in the representantskap, or what the agreement says."""
    agreement = facts.agreement
    if agreement is None:
        return UNKNOWN
    if not agreement.is_change:
        return OK  # nothing has been changed
    if decided_by(facts.form, True, agreement.changed_items) != ASSEMBLY:
        return UNKNOWN
    made = _made(agreement, on)
    if not made or made[-1].votes_for is None:
        return UNKNOWN
    votes = made[-1].votes_for, made[-1].votes_against
    return OK if has_majority(*votes, agreement.majority) else breach(f"{votes[0]}–{votes[1]}")


def _rules(form: Form, councils: tuple[str, str], assembly: tuple[str, str], from_: datetime.date | None) -> tuple:
    return (
        Rule(
            councils[0],
            councils[1],
            Severity.ERROR,
            frozenset({form}),
            Text(
                nb="Endringer i det loven krever at avtalen fastsetter, skal kommunestyrene selv vedta. "
                "Representantskapet kan ikke vedta dem alene.",
                nn="Endringar i det lova krev at avtalen fastset, skal kommunestyra sjølve vedta. "
                "Representantskapet kan ikkje vedta dei åleine.",
                en="Changes in what the law requires the agreement to state must be adopted by the councils "
                "themselves. The representantskap cannot adopt them alone.",
            ),
            Text(
                nb="La hvert kommunestyre vedta endringen, og før opp vedtakene her.",
                nn="La kvart kommunestyre vedta endringa, og før opp vedtaka her.",
                en="Let each council adopt the change, and record the decisions here.",
            ),
            councils_decide_their_items,
            valid_from=from_,
        ),
        Rule(
            assembly[0],
            assembly[1],
            Severity.INFO,
            frozenset({form}),
            Text(
                nb="Andre endringer i avtalen vedtar representantskapet med to tredeler av de avgitte stemmene, "
                "når avtalen ikke sier noe annet.",
                nn="Andre endringar i avtalen vedtek representantskapet med to tredelar av dei røystene som er gitt, "
                "når avtalen ikkje seier noko anna.",
                en="Other changes are adopted by the representantskap with two thirds of the votes cast, "
                "unless the agreement says otherwise.",
            ),
            Text(
                nb="Legg endringen fram på nytt, eller oppgi flertallet som avtalen krever.",
                nn="Legg fram endringa på nytt, eller oppgi fleirtalet som avtalen krev.",
                en="Put the change to the vote again, or state the majority that the agreement requires.",
            ),
            assembly_has_majority,
            valid_from=from_,
        ),
    )


RULES = (
    *_rules(
        Form.IPR,
        ("IPR-12", "kommuneloven § 18-4 (1)–(2)"),
        ("IPR-13", "kommuneloven § 18-4 (3)"),
        ipr.IN_FORCE,
    ),
    *_rules(
        Form.KO,
        ("KO-09", "kommuneloven § 19-4 (1)–(2)"),
        ("KO-10", "kommuneloven § 19-4 (3)"),
        ipr.IN_FORCE,
    ),
    *_rules(
        Form.IKS,
        ("IKS-06.1", "IKS-loven § 4 (2)"),
        ("IKS-06.2", "IKS-loven § 4 (2)"),
        None,
    ),
)
