"""The rules of kommunalt oppgavefellesskap (kommuneloven chapter 19)."""

import datetime
import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest
from django.utils.translation import override

from agreements.models.forms import Form
from agreements.rules import Facts, Finding, Outcome, Severity, changes, findings, ipr, ko
from agreements.rules.facts import AgreementFact, DecisionFact, MemberFact, OrganFact, Seats

TODAY = datetime.date(2026, 5, 2)
OK, BREACH, UNKNOWN = Outcome.OK, Outcome.BREACH, Outcome.NOT_ASSESSED
ERROR, WARNING = Severity.ERROR, Severity.WARNING
CLAUSES = [f"KO-11{letter}" for letter in ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "j-arkiv")]


def _member(name: str, share: Fraction, organ: str = "kommunestyre", **fields) -> MemberFact:
    decision = DecisionFact(organ, datetime.date(2023, 6, 14))
    return MemberFact(name, ownership=share, assembly=Seats(2, 2), decisions=(decision,), **fields)


CLEAN = Facts(
    name="Vest Kontroll KO",
    form=Form.KO,
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
    organs=(OrganFact("assembly", 6, False),),
    own_legal_person=True,
    org_number="974760673",
    registered_form="ANNA",
    in_company_register=True,
    legal_basis="kommuneloven § 19-1",
    decision_power="none",
    produces_services=True,
    is_political=False,
    is_business=True,
    procurement_assessed=True,
    may_borrow=True,
    loss_split_deviates=False,
    auditor="Viken kommunerevisjon IKS",
)
#: The same KO without a legal person of its own and so without an organisation number (trap 24).
OFFICE = replace(
    CLEAN,
    own_legal_person=False,
    org_number="",
    registered_form="",
    in_company_register=None,
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


def without_seats(**changes) -> Facts:
    """Return the facts with nobody's seats known."""
    return replace(CLEAN, members=tuple(replace(m, assembly=Seats()) for m in CLEAN.members), **changes)


@pytest.mark.parametrize("facts", [CLEAN, OFFICE], ids=["own legal person", "kontorkommune"])
def test_clean_ko_breaches_nothing(facts):
    assert breached(facts) == set()
    own = {f.outcome for f in findings(facts, TODAY) if f.rule.startswith("KO-")}
    assert own == {OK}


def test_rules_of_the_law_note():
    ids = [rule.id for rule in ko.RULES]
    plain = [f"KO-{number}" for number in ("01", "03", "04", "05", "07", "08")]
    assert ids == [*plain, *CLAUSES, "KO-12", "KO-13", "KO-16"]
    assert {rule.id for rule in ko.RULES if rule.clause} == {*CLAUSES, "KO-13"}


def test_checklist_is_not_that_of_the_political_councils():
    def items(module) -> set[str]:
        return {rule.demand.nb for rule in module.RULES if rule.clause}

    asked = " ".join(items(ko))
    not_asked = " ".join(items(ipr))
    for word in ("skyte inn penger", "ta opp lån", "rapportere"):
        assert word in asked
        assert word not in not_asked
    tasks = next(rule for rule in ko.RULES if rule.id == "KO-11d").demand.nb
    assert "oppgaver" in tasks
    assert "myndighet" in tasks


FAULTS = {
    "IKS as member": (lier(kind="intermunicipal", form="IKS"), "KO-01", ERROR, "Lier"),
    "enkeltvedtak": (replace(CLEAN, decision_power="full", decision_basis="koml § 5-4"), "KO-03", ERROR, ""),
    "name without designation": (replace(CLEAN, name="Vest Kontroll"), "KO-04", ERROR, "Vest Kontroll"),
    "KO of kommune": (replace(CLEAN, name="Kommunerevisjonen"), "KO-04", ERROR, "Kommunerevisjonen"),
    "misspelt": (
        replace(CLEAN, name="Vest kommunalt oppgavefelleskap"),
        "KO-04",
        WARNING,
        "kommunalt oppgavefelleskap",
    ),
    "shares below one": (shares(Fraction(1, 2), Fraction(1, 5), Fraction(1, 10)), "KO-05", ERROR, "100 % − 20 %"),
    "shares above one": (shares(Fraction(1, 2), Fraction(1, 2), Fraction(1, 4)), "KO-05", ERROR, "100 % + 25 %"),
    "three of 33.33": (shares(*[Fraction(3333, 10000)] * 3), "KO-05", WARNING, "100 % − 0,01 %"),
    "liability differs": (lier(liability=Fraction(1, 2)), "KO-05", ERROR, "100 % + 16,67 %"),
    "no members": (lier(assembly=Seats(0, 0)), "KO-07", ERROR, "Lier"),
    "members unknown for one": (lier(assembly=Seats()), "KO-07", WARNING, "Lier"),
    "too few deputies": (lier(assembly=Seats(2, 1)), "KO-07", WARNING, "Lier"),
    "board alone": (without_seats(organs=(OrganFact("board", 5),)), "KO-07", WARNING, ""),
    "manager": (replace(CLEAN, organs=(OrganFact("assembly", 6, True),)), "KO-08", ERROR, ""),
    "no kontorkommune": (replace(CLEAN, own_legal_person=False, registered_form="ORGL"), "KO-12", WARNING, ""),
    "losses": (clause("KO-13", "missing", replace(CLEAN, loss_split_deviates=True)), "KO-13", WARNING, ""),
    "business": (replace(CLEAN, in_company_register=False), "KO-16", WARNING, ""),
    "notice of law": (agreement(notice_months=12, notice_source="law"), "KO-11i", WARNING, ""),
    **{f"{item} missing": (clause(item, "missing"), item, WARNING, "") for item in CLAUSES},
}


@pytest.mark.parametrize(("facts", "rule", "severity", "who"), FAULTS.values(), ids=FAULTS)
def test_each_fault_alone(facts, rule, severity, who):
    assert breached(facts) == {rule}
    found = finding(rule, facts)
    assert found.severity == severity
    assert found.text.endswith(f"({who})") if who else not found.text.endswith(")")


NOT_KNOWN = {
    "KO-01": lier(kind=""),
    "KO-03": replace(CLEAN, decision_power=""),
    "KO-04": replace(CLEAN, name="Kontroll i vest", has_proper_name=False),
    "KO-05": shares(Fraction(1, 2), None, Fraction(1, 4)),
    "KO-07": lier(assembly=Seats(2, None)),
    "KO-08": replace(CLEAN, organs=(OrganFact("assembly", 6),)),
    "KO-12": replace(CLEAN, own_legal_person=None),
    "KO-13": replace(CLEAN, loss_split_deviates=None),
    "KO-16": replace(CLEAN, in_company_register=None),
    **{item: clause(item, None) for item in CLAUSES},
}


@pytest.mark.parametrize(("rule", "facts"), NOT_KNOWN.items(), ids=NOT_KNOWN)
def test_unknown_is_not_assessed(rule, facts):
    assert finding(rule, facts).outcome == UNKNOWN
    assert breached(facts) == set()


def test_nothing_recorded_is_not_assessed():
    empty = Facts(name="Kontrollen", form=Form.KO, has_proper_name=False)
    outcomes = {f.rule: f.outcome for f in findings(empty, TODAY) if f.rule.startswith("KO-")}
    assert set(outcomes) == {rule.id for rule in (*ko.RULES, *changes.RULES) if rule.id.startswith("KO-")}
    assert set(outcomes.values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("IKT Nordhordland KO", OK),
        ("KO Trollfjell Geopark", OK),
        ("Trollfjell ko", OK),
        ("Trollfjell (KO)", OK),
        ("TROLLFJELL KOMMUNALT OPPGAVEFELLESSKAP", OK),
        ("Nordhordland kommunalt oppgåvefellesskap", OK),
        (unicodedata.normalize("NFD", "Nordhordland kommunalt oppgåvefellesskap"), OK),
        ("Kommunalt oppgavefelleskap Vest KO", OK),
        ("Kommunalt oppgåvefelleskap Vest", BREACH),
        ("Interkommunalt oppgavefellesskap Vest", BREACH),
        ("Drammen kommune", BREACH),
        ("KONTROLLUTVALG VEST", BREACH),
        ("Innkjøp Telemark IPR", BREACH),
        ("Oppgavefellesskapet Vest", BREACH),
    ],
)
def test_designation_is_whole_words_anywhere(name, outcome):
    assert finding("KO-04", replace(CLEAN, name=name)).outcome == outcome


@pytest.mark.parametrize("word", ["oppgavefelleskap", "OPPGÅVEFELLESKAP"])
def test_misspelling_is_only_a_warning(word):
    found = finding("KO-04", replace(CLEAN, name=f"Kommunalt {word} Vest"))
    assert (found.outcome, found.severity) == (BREACH, WARNING)


@pytest.mark.parametrize("power", ["none", "internal", "grants"])
def test_ban_on_enkeltvedtak_has_two_exceptions(power):
    assert finding("KO-03", replace(CLEAN, decision_power=power)).outcome == OK


@pytest.mark.parametrize("own", [True, False, None])
def test_ban_on_enkeltvedtak_holds_with_and_without_legal_person(own):
    facts = replace(OFFICE, own_legal_person=own, decision_power="full", special_law="havneloven § 4")
    assert finding("KO-03", facts).outcome == BREACH


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
    found = finding("KO-05", shares(Fraction(1, 3), Fraction(1, 3), total - Fraction(2, 3)))
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
    assert finding("KO-05", shares(*values, facts=replace(CLEAN, members_complete=None))).outcome == outcome


def test_liability_that_all_agreed_replaces_ownership():
    members = tuple(
        replace(m, ownership=Fraction(1, 2), liability=share)
        for m, share in zip(CLEAN.members, (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)), strict=True)
    )
    assert finding("KO-05", replace(CLEAN, members=members)).outcome == OK


@pytest.mark.parametrize("rule", ["KO-01", "KO-05", "KO-07"])
def test_rules_of_every_member_are_not_assessed_when_members_are_missing(rule):
    assert finding(rule, replace(CLEAN, members_complete=None)).outcome == OK
    assert finding(rule, replace(CLEAN, members_complete=False)).outcome == UNKNOWN


@pytest.mark.parametrize("kind", ["state", "company", "association", "intermunicipal", "other"])
def test_only_councils_take_part(kind):
    found = finding("KO-01", lier(kind=kind))
    assert (found.outcome, found.severity) == (BREACH, ERROR)


def test_customer_is_no_participant():
    customer = MemberFact("Fjordkraft AS", kind="company", roles=frozenset({"customer"}))
    assert breached(replace(CLEAN, members=(*CLEAN.members, customer))) == set()


def test_one_member_with_one_deputy_is_enough():
    assert finding("KO-07", lier(assembly=Seats(1, 1))).outcome == OK


def test_member_missing_is_graver_than_deputies_missing():
    one, two, three = CLEAN.members
    members = (replace(one, assembly=Seats(2, 0)), replace(two, assembly=Seats(0, 0)), three)
    found = finding("KO-07", replace(CLEAN, members=members))
    assert found.severity == ERROR
    assert found.text.endswith("(Lier)")


@pytest.mark.parametrize(
    "organs",
    [(), (OrganFact("secretariat"),), (OrganFact("assembly"), OrganFact("board"))],
    ids=["nothing", "secretariat", "both"],
)
def test_representantskap_may_be_unrecorded(organs):
    assert finding("KO-07", without_seats(organs=organs)).outcome == UNKNOWN


def test_manager_may_sit_elsewhere():
    organs = (OrganFact("assembly", 6, False), OrganFact("board", 3, True))
    assert finding("KO-08", replace(CLEAN, organs=organs)).outcome == OK


def test_kontorkommune_unknown_while_the_list_is_incomplete():
    facts = replace(CLEAN, own_legal_person=False, members_complete=None)
    assert finding("KO-12", facts).outcome == UNKNOWN
    assert finding("KO-12", replace(facts, has_office_municipality=False)).outcome == BREACH
    assert finding("KO-12", replace(facts, has_office_municipality=True)).outcome == OK


def test_two_kontorkommuner_are_one_too_many():
    found = finding("KO-12", lier(OFFICE, roles=frozenset({"office"})))
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
    assert finding("KO-13", clause("KO-13", answer, replace(CLEAN, loss_split_deviates=deviates))).outcome == outcome


@pytest.mark.parametrize(
    ("business", "own", "registered", "outcome"),
    [
        (True, True, False, BREACH),
        (True, True, True, OK),
        (False, True, False, OK),
        (True, False, False, OK),
        (None, True, False, UNKNOWN),
        (True, None, False, UNKNOWN),
        (True, True, None, UNKNOWN),
    ],
)
def test_registration_of_business(business, own, registered, outcome):
    facts = replace(CLEAN, is_business=business, own_legal_person=own, in_company_register=registered)
    assert finding("KO-16", facts).outcome == outcome


def test_loans_are_only_a_question_of_yes_or_no():
    for answer in (True, False, None):
        assert breached(replace(CLEAN, may_borrow=answer, loan_ceiling=None)) == set()


@pytest.mark.parametrize("months", [None, 3, 12])
def test_no_period_of_notice_is_demanded(months):
    source = "agreement" if months else ""
    assert breached(agreement(notice_months=months, notice_source=source)) == set()


def test_archives_are_an_item_of_their_own():
    assert finding("KO-11j", clause("KO-11j-arkiv", "missing")).outcome == OK
    assert finding("KO-11j-arkiv", clause("KO-11j", "missing")).outcome == OK
    assert finding("KO-11j-arkiv", CLEAN).paragraph == "kommuneloven § 19-4 (4) j"


@pytest.mark.parametrize(
    ("rule", "first"), [("KO-04", datetime.date(2019, 10, 3)), ("KO-16", datetime.date(2026, 1, 1))]
)
def test_rules_have_dates(rule, first):
    old = replace(CLEAN, valid_from=None)
    assert finding(rule, old, first).rule == rule
    assert rule not in {f.rule for f in findings(old, first - datetime.timedelta(days=1))}


def test_no_rule_of_the_chapter_before_2019():
    before = {f.rule for f in findings(replace(CLEAN, valid_from=None), datetime.date(2019, 10, 2))}
    assert not before & {rule.id for rule in ko.RULES}


@pytest.mark.parametrize("rule", ko.RULES, ids=lambda rule: rule.id)
def test_texts_in_three_languages(rule):
    for text in (rule.demand, rule.remedy):
        shown = set()
        for language in ("nb", "nn", "en"):
            with override(language):
                shown.add(str(text))
        assert len(shown) == 3
        assert all(words.endswith(".") for words in shown)
