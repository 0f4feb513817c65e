"""Is each trap of the legal note, section 11, tested?  Those that belong to no single rule are tested here."""

import re

import pytest
from django.conf import settings

from agreements.models.forms import FORM_EXPLANATIONS, Form
from agreements.rules import RULES, RULES_AS_OF, Facts, Outcome, findings
from agreements.rules.facts import AgreementFact

TABLE = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
TESTS = re.compile(r"`([\w/]+\.py)::(\w+(?:::\w+)?)`")


def traps() -> dict[int, str]:
    return {int(n): where for n, where in TABLE.findall((settings.BASE_DIR / "docs/law-rules.md").read_text())}


def test_the_table_has_every_trap():
    assert sorted(traps()) == list(range(1, 34))


@pytest.mark.parametrize("trap", range(1, 34))
def test_a_trap_names_tests_that_there_are(trap):
    named = TESTS.findall(traps()[trap])
    assert named
    for path, names in named:
        written = (settings.BASE_DIR / "tests" / path).read_text()
        for name in names.split("::"):
            assert re.search(rf"(def|class) {name}\b", written), f"{path}::{name}"


def test_trap_1_no_rule_cites_a_paragraph_that_is_not_there():
    paragraphs = " ".join(rule.paragraph for rule in RULES)
    assert not re.search(r"§+ [^;]*\b(18-[5-9]|19-[5-9]|20-1[1-9])\b", paragraphs)


def test_trap_5_liability_is_never_called_joint():
    for rule in RULES:
        for text in (rule.demand, rule.remedy):
            assert not re.search("solidar|joint and several|jointly", f"{text.nb} {text.nn} {text.en}", re.IGNORECASE)
    for form in (Form.KO, Form.IKS):
        assert "andel" in str(FORM_EXPLANATIONS[form][0])


@pytest.mark.parametrize("form", Form.values)
def test_trap_31_whatever_else_the_law_demands_is_never_flagged(form):
    """No answer to an open item, such as IKS-loven § 4 nr. 9, is a breach; the others of the list are."""
    clauses = {rule.id: "missing" for rule in RULES if rule.clause}
    facts = Facts(name="Noe", form=form, agreement=AgreementFact(clauses=clauses))
    broken = {f.rule for f in findings(facts, RULES_AS_OF) if f.outcome == Outcome.BREACH}
    assert not broken & {"IKS-07.9", "VK-10i"}
    if form == Form.IKS:
        assert "IKS-07.8" in broken
