"""The rules of interkommunalt politisk råd (kommuneloven chapter 18)."""

import datetime
import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest
from django.utils.translation import override

from agreements.models.forms import Form
from agreements.rules import Facts, Finding, Outcome, Severity, changes, findings, ipr
from agreements.rules.facts import AgreementFact, DecisionFact, MemberFact, OrganFact, Seats

TODAY = datetime.date(2026, 5, 2)
OK, BREACH, UNKNOWN = Outcome.OK, Outcome.BREACH, Outcome.NOT_ASSESSED
ERROR, WARNING = Severity.ERROR, Severity.WARNING
CLAUSES = [f"IPR-14{letter}" for letter in ("a", "b", "c", "d", "e", "f", "g", "h", "h-arkiv")]


def _member(name: str, share: Fraction, organ: str = "kommunestyre", **fields) -> MemberFact:
    decision = DecisionFact(organ, datetime.date(2023, 6, 14))
    return MemberFact(name, ownership=share, assembly=Seats(2, 2), decisions=(decision,), **fields)


CLEAN = Facts(
    name="Interkommunalt politisk råd for Drammensregionen",
    form=Form.IPR,
    valid_from=datetime.date(2024, 1, 1),
    members=(
        _member("Drammen", Fraction(1, 3), number="3301", org_number="921234554"),
        _member("Lier", Fraction(1, 3), number="3312", org_number="857566122"),
        _member("Buskerud", Fraction(1, 3), "fylkesting", kind="county_council", org_number="930580260"),
    ),
    members_complete=True,
    agreement=AgreementFact(
        is_written=True,
        has_reference=True,
        signed_on=datetime.date(2023, 9, 1),
        valid_from=datetime.date(2024, 1, 1),
        notice_months=18,
        notice_source="agreement",
        clauses=dict.fromkeys(CLAUSES, "present"),
    ),
    organs=(OrganFact("assembly", 6, False), OrganFact("board", 3)),
    own_legal_person=True,
    org_number="974760673",
    registered_form="ANNA",
    legal_basis="kommuneloven § 18-1",
    decision_power="none",
    produces_services=False,
    is_political=True,
    is_business=False,
    procurement_assessed=True,
    loss_split_deviates=False,
    auditor="Viken kommunerevisjon IKS",
)
#: The same council without a legal person of its own and so without an organisation number (trap 24).
OFFICE = replace(
    CLEAN,
    own_legal_person=False,
    org_number="",
    registered_form="",
    members=(replace(CLEAN.members[0], roles=frozenset({"participant", "office"})), *CLEAN.members[1:]),
    has_office_municipality=True,
)


def finding(rule: str, facts: Facts, on: datetime.date = TODAY) -> Finding:
    """Return what a rule says; the test fails when the rule does not apply."""
    return next(f for f in findings(facts, on) if f.rule == rule)


def breached(facts: Facts, on: datetime.date = TODAY) -> set[str]:
    """Return the ids of all rules, general ones too, that are breached."""
    return {f.rule for f in findings(facts, on) if f.outcome == BREACH}


def lier(facts: Facts = CLEAN, **changes) -> Facts:
    """Return the facts with the second member changed."""
    one, two, three = facts.members
    return replace(facts, members=(one, replace(two, **changes), three))


def shares(*values: Fraction | None, facts: Facts = CLEAN) -> Facts:
    """Return the facts with these shares of ownership."""
    members = (replace(m, ownership=v) for m, v in zip(facts.members, values, strict=True))
    return replace(facts, members=tuple(members))


def agreement(facts: Facts = CLEAN, **changes) -> Facts:
    """Return the facts with the agreement changed."""
    return replace(facts, agreement=replace(facts.agreement, **changes))


def clause(item: str, answer: str | None, facts: Facts = CLEAN) -> Facts:
    """Return the facts with one item of the agreement answered, or not assessed."""
    answers = {k: v for k, v in facts.agreement.clauses.items() if k != item}
    return agreement(facts, clauses=answers | ({item: answer} if answer else {}))


@pytest.mark.parametrize("facts", [CLEAN, OFFICE], ids=["own legal person", "kontorkommune"])
def test_clean_council_breaches_nothing(facts):
    assert breached(facts) == set()
    own = {f.outcome for f in findings(facts, TODAY) if f.rule.startswith("IPR-") and f.rule != "IPR-17"}
    assert own == {OK}


def test_rules_of_the_law_note():
    ids = [rule.id for rule in ipr.RULES]
    plain = [f"IPR-{number}" for number in ("01", "03", "04", "05", "06", "08", "09")]
    assert ids == [*plain, *CLAUSES, "IPR-16", "IPR-17"]
    assert {rule.id for rule in ipr.RULES if rule.clause} == {*CLAUSES, "IPR-17"}


FAULTS = {
    "IKS as member": (lier(kind="intermunicipal", form="IKS"), "IPR-01", ERROR, "Lier"),
    "services": (replace(CLEAN, produces_services=True), "IPR-03", WARNING, ""),
    "enkeltvedtak": (replace(CLEAN, decision_power="full", decision_basis="særlov § 1"), "IPR-04", ERROR, ""),
    "name without designation": (replace(CLEAN, name="Drammensregionen"), "IPR-05", ERROR, "Drammensregionen"),
    "shares below one": (shares(Fraction(1, 2), Fraction(1, 5), Fraction(1, 10)), "IPR-06", ERROR, "100 % − 20 %"),
    "shares above one": (shares(Fraction(1, 2), Fraction(1, 2), Fraction(1, 4)), "IPR-06", ERROR, "100 % + 25 %"),
    "three of 33.33": (shares(*[Fraction(3333, 10000)] * 3), "IPR-06", WARNING, "100 % − 0,01 %"),
    "liability differs": (lier(liability=Fraction(1, 2)), "IPR-06", ERROR, "100 % + 16,67 %"),
    "no members": (lier(assembly=Seats(0, 0)), "IPR-08", ERROR, "Lier"),
    "members unknown for one": (lier(assembly=Seats()), "IPR-08", WARNING, "Lier"),
    "too few deputies": (lier(assembly=Seats(2, 1)), "IPR-09", WARNING, "Lier"),
    "no kontorkommune": (replace(CLEAN, own_legal_person=False, registered_form="ORGL"), "IPR-16", WARNING, ""),
    "losses": (clause("IPR-17", "missing", replace(CLEAN, loss_split_deviates=True)), "IPR-17", WARNING, ""),
    "notice of law": (agreement(notice_months=12, notice_source="law"), "IPR-14g", WARNING, ""),
    **{f"{item} missing": (clause(item, "missing"), item, WARNING, "") for item in CLAUSES},
}


@pytest.mark.parametrize(("facts", "rule", "severity", "who"), FAULTS.values(), ids=FAULTS)
def test_each_fault_alone(facts, rule, severity, who):
    assert breached(facts) == {rule}
    found = finding(rule, facts)
    assert found.severity == severity
    assert found.text.endswith(f"({who})") if who else not found.text.endswith(")")


NOT_KNOWN = {
    "IPR-01": lier(kind=""),
    "IPR-03": replace(CLEAN, produces_services=None),
    "IPR-04": replace(CLEAN, decision_power=""),
    "IPR-05": replace(CLEAN, name="Samarbeid i Drammensregionen", has_proper_name=False),
    "IPR-06": shares(Fraction(1, 2), None, Fraction(1, 4)),
    "IPR-08": replace(CLEAN, members=tuple(replace(m, assembly=Seats()) for m in CLEAN.members)),
    "IPR-09": lier(assembly=Seats(2, None)),
    "IPR-16": replace(CLEAN, own_legal_person=None),
    "IPR-17": replace(CLEAN, loss_split_deviates=None),
    **{item: clause(item, None) for item in CLAUSES},
}


@pytest.mark.parametrize(("rule", "facts"), NOT_KNOWN.items(), ids=NOT_KNOWN)
def test_unknown_is_not_assessed(rule, facts):
    assert finding(rule, facts).outcome == UNKNOWN
    assert breached(facts) == set()


def test_nothing_recorded_is_not_assessed():
    empty = Facts(name="Knutepunktet", form=Form.IPR, has_proper_name=False)
    outcomes = {f.rule: f.outcome for f in findings(empty, TODAY) if f.rule.startswith("IPR-")}
    assert set(outcomes) == {rule.id for rule in (*ipr.RULES, *changes.RULES) if rule.id.startswith("IPR-")}
    assert set(outcomes.values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("Gardermoregionen IPR", OK),
        ("IPR Helgeland", OK),
        ("Kongsbergregionen ipr", OK),
        ("Hallingdal (IPR)", OK),
        ("INTERKOMMUNALT POLITISK RÅD FOR HALLINGDAL", OK),
        (unicodedata.normalize("NFD", "Interkommunalt politisk råd for Hallingdal"), OK),
        ("Hallingdal interkommunalt  politisk råd", OK),
        ("Iprådet", BREACH),
        ("SKIPRÅDET", BREACH),
        ("Regionrådet for Hallingdal", BREACH),
        ("Interkommunalt politisk rådgivningsutvalg", BREACH),
        ("Hallingdal kommunalt oppgavefellesskap KO", BREACH),
    ],
)
def test_designation_is_whole_words_anywhere(name, outcome):
    assert finding("IPR-05", replace(CLEAN, name=name)).outcome == outcome


@pytest.mark.parametrize("power", ["none", "internal", "grants"])
def test_ban_on_enkeltvedtak_has_two_exceptions(power):
    assert finding("IPR-04", replace(CLEAN, decision_power=power)).outcome == OK


@pytest.mark.parametrize(
    ("total", "severity"),
    [
        (Fraction(9995, 10000), WARNING),
        (Fraction(99949, 100000), ERROR),
        (Fraction(10005, 10000), WARNING),
        (Fraction(100051, 100000), ERROR),
    ],
    ids=str,
)
def test_tolerance_of_shares(total, severity):
    found = finding("IPR-06", shares(Fraction(1, 3), Fraction(1, 3), total - Fraction(2, 3)))
    assert (found.outcome, found.severity) == (BREACH, severity)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ((Fraction(1, 3), Fraction(1, 3), Fraction(1, 6)), UNKNOWN),
        ((Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)), OK),
        ((Fraction(1, 2), Fraction(1, 3), Fraction(1, 3)), BREACH),
        ((Fraction(2, 3), Fraction(1, 2), None), BREACH),
        ((Fraction(1, 2), Fraction(1, 2), None), UNKNOWN),
    ],
    ids=["below", "whole", "above", "above with one unknown", "whole with one unknown"],
)
def test_shares_when_the_list_may_be_incomplete(values, outcome):
    assert finding("IPR-06", shares(*values, facts=replace(CLEAN, members_complete=None))).outcome == outcome


@pytest.mark.parametrize("rule", ["IPR-01", "IPR-06", "IPR-08", "IPR-09"])
def test_rules_of_every_member_are_not_assessed_when_members_are_missing(rule):
    assert finding(rule, replace(CLEAN, members_complete=None)).outcome == OK
    assert finding(rule, replace(CLEAN, members_complete=False)).outcome == UNKNOWN


def test_liability_that_all_agreed_replaces_ownership():
    members = tuple(
        replace(m, ownership=Fraction(1, 2), liability=share)
        for m, share in zip(CLEAN.members, (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)), strict=True)
    )
    assert finding("IPR-06", replace(CLEAN, members=members)).outcome == OK


@pytest.mark.parametrize("kind", ["state", "company", "association", "intermunicipal", "other"])
def test_only_councils_take_part(kind):
    found = finding("IPR-01", lier(kind=kind))
    assert (found.outcome, found.severity) == (BREACH, ERROR)


def test_observer_is_no_participant():
    observer = MemberFact("Statsforvalteren", kind="state", roles=frozenset({"observer"}))
    assert breached(replace(CLEAN, members=(*CLEAN.members, observer))) == set()


def test_one_member_with_one_deputy_is_enough():
    facts = lier(assembly=Seats(1, 1))
    assert (finding("IPR-08", facts).outcome, finding("IPR-09", facts).outcome) == (OK, OK)


@pytest.mark.parametrize(
    ("organs", "outcome"),
    [
        ((), UNKNOWN),
        ((OrganFact("secretariat"),), UNKNOWN),
        ((OrganFact("assembly"), OrganFact("board")), UNKNOWN),
        ((OrganFact("board", 5),), BREACH),
    ],
    ids=["nothing", "secretariat", "both", "board alone"],
)
def test_board_is_no_representantskap(organs, outcome):
    found = finding("IPR-08", replace(NOT_KNOWN["IPR-08"], organs=organs))
    assert (found.outcome, found.severity) == (outcome, WARNING if outcome == BREACH else ERROR)


def test_kontorkommune_unknown_while_the_list_is_incomplete():
    facts = replace(CLEAN, own_legal_person=False, members_complete=None)
    assert finding("IPR-16", facts).outcome == UNKNOWN
    assert finding("IPR-16", replace(facts, has_office_municipality=False)).outcome == BREACH
    assert finding("IPR-16", replace(facts, has_office_municipality=True)).outcome == OK


def test_two_kontorkommuner_are_one_too_many():
    found = finding("IPR-16", lier(OFFICE, roles=frozenset({"office"})))
    assert found.outcome == BREACH
    assert "Drammen, Lier" in found.text


@pytest.mark.parametrize(
    ("deviates", "answer", "outcome"),
    [
        (True, "present", OK),
        (None, "present", OK),
        (False, "missing", OK),
        (None, "missing", UNKNOWN),
        (True, None, UNKNOWN),
        (True, "missing", BREACH),
    ],
)
def test_split_of_losses(deviates, answer, outcome):
    assert finding("IPR-17", clause("IPR-17", answer, replace(CLEAN, loss_split_deviates=deviates))).outcome == outcome


@pytest.mark.parametrize("months", [None, 3, 12])
def test_no_period_of_notice_is_demanded(months):
    source = "agreement" if months else ""
    assert breached(agreement(notice_months=months, notice_source=source)) == set()


def test_archives_are_an_item_of_their_own():
    assert finding("IPR-14h", clause("IPR-14h-arkiv", "missing")).outcome == OK
    assert finding("IPR-14h-arkiv", clause("IPR-14h", "missing")).outcome == OK
    assert finding("IPR-14h-arkiv", CLEAN).paragraph == "kommuneloven § 18-4 (4) h"


def test_chapter_applies_from_the_first_meetings_of_2019():
    first = datetime.date(2019, 10, 3)
    old = replace(CLEAN, valid_from=None)
    assert "IPR-05" in {f.rule for f in findings(old, first)}
    before = {f.rule for f in findings(old, first - datetime.timedelta(days=1))}
    assert not before & {rule.id for rule in ipr.RULES}


def test_ended_council_is_not_judged():
    ended = replace(CLEAN, name="Rådet", valid_to=datetime.date(2025, 12, 31))
    assert breached(ended, datetime.date(2025, 12, 31)) == {"IPR-05"}
    assert findings(ended, datetime.date(2026, 1, 1)) == []


@pytest.mark.parametrize("rule", ipr.RULES, ids=lambda rule: rule.id)
def test_texts_in_three_languages(rule):
    for text in (rule.demand, rule.remedy):
        shown = set()
        for language in ("nb", "nn", "en"):
            with override(language):
                shown.add(str(text))
        assert len(shown) == 3
        assert all(words.endswith(".") for words in shown)
