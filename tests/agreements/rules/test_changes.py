"""Who may change an agreement: the councils themselves, or the representantskap?  Each fault stands alone."""

import datetime

import pytest

from agreements.rules import RULES
from agreements.rules.changes import AGREED, ASSEMBLY, COUNCILS, decided_by, has_majority
from agreements.rules.facts import AgreementFact, AssemblyFact, DecisionFact, Facts, MemberFact

DAY = datetime.date(2026, 1, 1)
CASES = {
    "IPR": ("IPR-12", "IPR-13", "IPR-14g"),
    "KO": ("KO-09", "KO-10", "KO-11g"),
    "IKS": ("IKS-06.1", "IKS-06.2", "IKS-07.3"),
}


def outcome(rule_id: str, facts: Facts) -> str:
    (rule,) = (r for r in RULES if r.id == rule_id)
    return rule.check(facts, DAY).outcome.value


def facts(form: str, *, items=frozenset(), votes=(20, 10), decisions=(), **values) -> Facts:
    """A change by ``votes`` in the representantskap."""
    assembly = () if votes is None else (AssemblyFact(DAY, *votes),)
    change = AgreementFact(**{"is_change": True, "changed_items": items, "assembly": assembly} | values)
    return Facts("X", form, members=(MemberFact("Drammen", decisions=decisions),), agreement=change)


@pytest.mark.parametrize(
    ("form", "change", "items", "who"),
    [
        pytest.param("KO", False, [], COUNCILS, id="a first version"),
        pytest.param("KO", True, None, COUNCILS, id="not recorded what is changed"),
        pytest.param("KO", True, [], ASSEMBLY, id="only other things"),
        pytest.param("KO", True, ["KO-11g"], COUNCILS, id="an item of the law"),
        pytest.param("KO", True, ["IPR-14g"], ASSEMBLY, id="an item of another form's list"),
        pytest.param("IPR", True, ["IPR-14h-arkiv"], COUNCILS, id="the archive, part of the last item"),
        pytest.param("IKS", True, ["IKS-07.3"], COUNCILS, id="IKS"),
        pytest.param("VK", True, ["VK-10f"], COUNCILS, id="host municipality"),
        pytest.param("VK", True, [], AGREED, id="host municipality, other things: there is no representantskap"),
        pytest.param("AS", True, [], COUNCILS, id="a form whose changes the rules say nothing of"),
    ],
)
def test_who_decides(form, change, items, who):
    assert decided_by(form, change, items) == who


@pytest.mark.parametrize(
    ("votes", "agreed", "enough"),
    [
        ((20, 10), "", True),  # exactly two thirds
        ((19, 10), "", False),
        ((0, 0), "", False),
        ((1, 0), "", True),
        ((6, 5), "simple", True),
        ((5, 5), "simple", False),
        ((0, 0), "simple", False),
        ((30, 10), "three_quarters", True),
        ((29, 10), "three_quarters", False),
        ((30, 0), "unanimous", True),
        ((30, 1), "unanimous", False),
        ((0, 0), "unanimous", False),
    ],
)
def test_the_majority(votes, agreed, enough):
    assert has_majority(*votes, agreed) is enough


@pytest.mark.parametrize("form", CASES)
def test_another_change_with_two_thirds_is_ok(form):
    councils, assembly, _item = CASES[form]
    assert outcome(councils, facts(form)) == outcome(assembly, facts(form)) == "ok"


@pytest.mark.parametrize("form", CASES)
def test_another_change_with_fewer_votes_is_a_breach_of_that_alone(form):
    councils, assembly, _item = CASES[form]
    assert outcome(assembly, facts(form, votes=(19, 10))) == "breach"
    assert outcome(councils, facts(form, votes=(19, 10))) == "ok"


@pytest.mark.parametrize("form", CASES)
def test_the_agreement_may_ask_for_another_majority(form):
    _councils, assembly, _item = CASES[form]
    assert outcome(assembly, facts(form, votes=(19, 10), majority="simple")) == "ok"
    assert outcome(assembly, facts(form, votes=(20, 10), majority="unanimous")) == "breach"


@pytest.mark.parametrize("form", CASES)
def test_an_item_of_the_law_that_only_the_representantskap_changed_is_a_breach(form):
    councils, assembly, item = CASES[form]
    assert outcome(councils, facts(form, items=frozenset({item}))) == "breach"
    assert outcome(assembly, facts(form, items=frozenset({item}))) == "not_assessed"


@pytest.mark.parametrize("form", CASES)
def test_a_recommendation_before_the_councils_is_none(form):
    councils, _assembly, item = CASES[form]
    decided = (DecisionFact("kommunestyre", DAY),)
    assert outcome(councils, facts(form, items=frozenset({item}), decisions=decided)) == "ok"


@pytest.mark.parametrize("form", CASES)
def test_a_first_version_changes_nothing(form):
    councils, assembly, _item = CASES[form]
    first = facts(form, votes=None, is_change=False, changed_items=None)
    assert outcome(councils, first) == outcome(assembly, first) == "ok"


UNKNOWN = {
    "not recorded what is changed": {"items": None},
    "no vote recorded": {"votes": None},
    "votes not counted": {"votes": (None, None)},
}


@pytest.mark.parametrize("values", UNKNOWN.values(), ids=UNKNOWN)
@pytest.mark.parametrize("form", CASES)
def test_what_is_not_known_is_not_assessed(form, values):
    assert outcome(CASES[form][1], facts(form, **values)) == "not_assessed"


def test_a_vote_after_the_day_is_not_taken_yet():
    later = (AssemblyFact(datetime.date(2026, 1, 2), 1, 9),)
    assert outcome("KO-10", facts("KO", assembly=later)) == "not_assessed"
