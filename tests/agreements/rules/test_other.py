"""Agreements, networks, plan cooperation, health agreements, IUA, fire brigades, urban growth agreements."""

import datetime
from dataclasses import replace

import pytest
from django.utils.translation import override

from agreements.models.forms import Form
from agreements.rules import Facts, Finding, Outcome, Severity, findings, other
from agreements.rules.facts import AgreementFact, DecisionFact, MemberFact, Seats

TODAY = datetime.date(2026, 5, 2)
OK, BREACH, UNKNOWN = Outcome.OK, Outcome.BREACH, Outcome.NOT_ASSESSED
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
HEALTH_ITEMS = [f"HELSE-02{letter}" for letter in "abcdefghijkl"]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


ADOPTED = (DecisionFact("kommunestyre", day("2024-06-12")),)
LIER = MemberFact("Lier", number="3312", org_number="974760673", board=Seats(2, 2), decisions=ADOPTED)
ASKER = MemberFact("Asker", number="3203", board=Seats(2, 2), decisions=ADOPTED)
OSLO = MemberFact("Oslo", number="0301", org_number="971524960")
BUSKERUD = MemberFact("Buskerud", kind="county_council")
STATE = MemberFact("Statens vegvesen", kind="state")
TRUST = MemberFact("Vestre Viken HF", kind="health_trust")


def clean(form: str, name: str, members: tuple[MemberFact, ...] = (LIER, ASKER), **changes) -> Facts:
    """Return a cooperation of which all is known that these rules ask about."""
    facts = Facts(
        name=name,
        form=form,
        valid_from=day("2024-07-01"),
        members=members,
        members_complete=True,
        agreement=AgreementFact(
            is_written=True, has_reference=True, signed_on=day("2024-06-20"), valid_from=day("2024-07-01")
        ),
        legal_basis="kommuneloven § 17-1",
        decision_power="none",
        is_political=False,
        procurement_assessed=True,
        cost_key="etter folketall",
    )
    return replace(facts, **changes)


def agreement(facts: Facts, **changes) -> Facts:
    return replace(facts, agreement=replace(facts.agreement, **changes))


def clause(facts: Facts, item: str, answer: str | None) -> Facts:
    """Return the facts with one item of the agreement answered, or not assessed."""
    answers = {k: v for k, v in facts.agreement.clauses.items() if k != item}
    return agreement(facts, clauses=answers | ({item: answer} if answer else {}))


def seats(*numbers: int | None) -> tuple[MemberFact, ...]:
    return tuple(replace(m, board=Seats(n)) for m, n in zip((LIER, ASKER), numbers, strict=True))


AGREEMENT = agreement(clean(Form.AGREEMENT, "Felles innkjøp"), notice_months=6)
NETWORK = clean(Form.NETWORK, "Rektornettverket")
PARTNERSHIP = clean(Form.PARTNERSHIP, "Byregionen")
PLAN = agreement(clean(Form.PLAN9, "Plan for fjorden", plan_power="process"), notice_months=3)
HEALTH = agreement(
    clean(
        Form.STATUTORY,
        "Avtale om helsetjenester",
        (LIER, ASKER, TRUST),
        legal_basis="helse- og omsorgstjenesteloven § 6-1",
        notifications=frozenset({"helsedirektoratet"}),
    ),
    notice_months=12,
    clauses=dict.fromkeys(HEALTH_ITEMS, "present"),
)
GROWTH = clean(Form.MULTILEVEL, "Byvekstavtale", (LIER, BUSKERUD, STATE))
IUA = replace(
    AGREEMENT, name="IUA Fjorden", ordered_by_state=True, special_law="forskrift om akutt forurensning", other_iua=()
)
FIRE = clause(
    replace(AGREEMENT, name="Fjorden brannvesen", special_law="brannloven § 9", notifications=frozenset({"dsb"})),
    "BRANN-01",
    "present",
)
CALLS = replace(AGREEMENT, name="110-sentral for fjorden")

CLEAN = {
    "agreement": AGREEMENT,
    "network": NETWORK,
    "partnership": PARTNERSHIP,
    "plan": PLAN,
    "health": HEALTH,
    "growth": GROWTH,
    "IUA": IUA,
    "fire": FIRE,
    "110": CALLS,
}
#: The rules that must say ok, not merely be silent, about each.
IN_ORDER = {
    "agreement": {"AVT-01", "AVT-02"},
    "network": {"NET-01"},
    "partnership": {"NET-01"},
    "plan": {"PLAN-01", "PLAN-02", "PLAN-03", "PLAN-04"},
    "health": {"HELSE-01", *HEALTH_ITEMS, "HELSE-03"},
    "growth": {"BYV-01"},
    "IUA": {"AVT-01", "AVT-02", "IUA-01", "IUA-02", "IUA-03"},
    "fire": {"AVT-01", "AVT-02", "BRANN-01", "BRANN-02"},
    "110": {"AVT-01", "AVT-02", "BRANN-04"},
}


def found(facts: Facts, on: datetime.date = TODAY) -> dict[str, Finding]:
    return {f.rule: f for f in findings(facts, on)}


def breached(facts: Facts, on: datetime.date = TODAY) -> set[str]:
    """Return the ids of all rules, general ones too, that are breached."""
    return {id for id, f in found(facts, on).items() if f.outcome == BREACH}


def test_rules_of_the_law_note():
    assert [r.id for r in other.RULES] == [
        *("AVT-01", "AVT-02", "NET-01", "PLAN-01", "PLAN-02", "PLAN-03", "PLAN-04", "HELSE-01", *HEALTH_ITEMS),
        *("HELSE-03", "IUA-01", "IUA-02", "IUA-03", "BRANN-01", "BRANN-02", "BRANN-04", "BYV-01"),
    ]
    assert {r.id for r in other.RULES if r.clause} == {"PLAN-02", *HEALTH_ITEMS, "BRANN-01"}


@pytest.mark.parametrize("case", CLEAN)
def test_clean_cooperation_breaches_nothing(case):
    own = {r.id for r in other.RULES}
    result = found(CLEAN[case])
    assert breached(CLEAN[case]) == set()
    assert {id for id in own & set(result) if result[id].outcome == OK} == own & set(result) == IN_ORDER[case]


FAULTS = {
    "no cost key": (replace(AGREEMENT, cost_key=""), "AVT-01", INFO, "fordelingsnøkkel eller pris"),
    "no notice": (agreement(AGREEMENT, notice_months=None), "AVT-01", INFO, "oppsigelsesfrist"),
    "no term": (agreement(AGREEMENT, valid_from=None), "AVT-01", INFO, "varighet"),
    "enkeltvedtak": (replace(AGREEMENT, decision_power="full"), "AVT-02", WARNING, ""),
    "political network": (replace(NETWORK, is_political=True), "NET-01", WARNING, ""),
    "political partnership": (replace(PARTNERSHIP, is_political=True), "NET-01", WARNING, ""),
    "one plans alone": (replace(PLAN, members=(LIER,)), "PLAN-01", INFO, ""),
    "uneven board": (replace(PLAN, members=seats(2, 3)), "PLAN-02", WARNING, "Lier: 2, Asker: 3"),
    "board adopts the plan": (replace(PLAN, plan_power="final"), "PLAN-03", ERROR, ""),
    "a year's notice": (agreement(PLAN, notice_months=12), "PLAN-04", INFO, "12"),
    "formannskap": (
        replace(HEALTH, members=(TRUST, replace(LIER, decisions=(DecisionFact("formannskap", TODAY),)))),
        "HELSE-01",
        INFO,
        "Lier: formannskap",
    ),
    **{f"{item} missing": (clause(HEALTH, item, "missing"), item, WARNING, "") for item in HEALTH_ITEMS},
    "not sent": (replace(HEALTH, notifications=frozenset()), "HELSE-03", INFO, "2024-06-20"),
    "six months' notice": (agreement(HEALTH, notice_months=6), "HELSE-03", INFO, "6"),
    "IUA not ordered": (replace(IUA, ordered_by_state=False), "IUA-01", INFO, ""),
    "IUA twice": (replace(IUA, other_iua=("Lier: IUA Elva",)), "IUA-02", WARNING, "Lier: IUA Elva"),
    "IUA as a form": (replace(IUA, form=Form.NETWORK), "IUA-03", INFO, ""),
    "no clause on power": (clause(FIRE, "BRANN-01", "missing"), "BRANN-01", WARNING, ""),
    "DSB not told": (replace(FIRE, notifications=frozenset({"annen"})), "BRANN-02", WARNING, ""),
    "no state": (replace(GROWTH, members=(LIER, BUSKERUD)), "BYV-01", INFO, ""),
    "no county": (replace(GROWTH, members=(LIER, STATE)), "BYV-01", INFO, ""),
}


@pytest.mark.parametrize(("facts", "rule", "severity", "who"), FAULTS.values(), ids=FAULTS)
def test_each_fault_alone(facts, rule, severity, who):
    assert breached(facts) == {rule}
    finding = found(facts)[rule]
    assert finding.severity == severity
    assert finding.text.endswith(f"({who})") if who else finding.text.endswith(".")


def test_cost_of_a_110_sentral_is_asked_for():
    costless = replace(CALLS, cost_key="", form=Form.STATUTORY)
    assert breached(costless) == {"BRANN-04"}
    assert found(costless)["BRANN-04"].severity == WARNING
    assert found(replace(costless, agreement=None))["BRANN-04"].outcome == UNKNOWN


NOT_KNOWN = {
    "AVT-01": ("AVT-01", replace(AGREEMENT, agreement=None)),
    "AVT-02": ("AVT-02", replace(AGREEMENT, decision_power="")),
    "NET-01": ("NET-01", replace(NETWORK, is_political=None)),
    "PLAN-01, list unknown": ("PLAN-01", replace(PLAN, members=(LIER,), members_complete=None)),
    "PLAN-01, nobody": ("PLAN-01", replace(PLAN, members=())),
    "PLAN-02": ("PLAN-02", replace(PLAN, members=seats(2, None))),
    "PLAN-02, nothing": ("PLAN-02", replace(PLAN, members=seats(None, None))),
    "PLAN-02, list incomplete": ("PLAN-02", replace(PLAN, members_complete=False)),
    "PLAN-02, missing in the agreement": (
        "PLAN-02",
        clause(replace(PLAN, members=seats(2, None)), "PLAN-02", "missing"),
    ),
    "PLAN-03": ("PLAN-03", replace(PLAN, plan_power="")),
    "PLAN-04": ("PLAN-04", agreement(PLAN, notice_months=None)),
    "PLAN-04, no agreement": ("PLAN-04", replace(PLAN, agreement=None)),
    "HELSE-01": ("HELSE-01", replace(HEALTH, members=(TRUST, replace(LIER, decisions=())))),
    "HELSE-01, organ": ("HELSE-01", replace(HEALTH, members=(TRUST, replace(LIER, decisions=(DecisionFact(),))))),
    "HELSE-01, list incomplete": ("HELSE-01", replace(HEALTH, members_complete=False)),
    **{item: (item, clause(HEALTH, item, None)) for item in HEALTH_ITEMS},
    "HELSE-03, no agreement": ("HELSE-03", replace(HEALTH, agreement=None)),
    "HELSE-03, signature": ("HELSE-03", agreement(replace(HEALTH, notifications=frozenset()), signed_on=None)),
    "IUA-01": ("IUA-01", replace(IUA, ordered_by_state=None)),
    "IUA-02": ("IUA-02", replace(IUA, other_iua=None)),
    "IUA-02, members": ("IUA-02", replace(IUA, members_complete=False)),
    "IUA-01, regulation": ("IUA-01", replace(IUA, special_law="")),
    "BRANN-01": ("BRANN-01", clause(FIRE, "BRANN-01", None)),
    "BRANN-02": ("BRANN-02", replace(FIRE, agreement=None, notifications=frozenset())),
    "BYV-01": ("BYV-01", replace(GROWTH, members=(LIER,), members_complete=None)),
    "BYV-01, nobody": ("BYV-01", replace(GROWTH, members=())),
}


@pytest.mark.parametrize(("rule", "facts"), NOT_KNOWN.values(), ids=NOT_KNOWN)
def test_unknown_is_not_assessed(rule, facts):
    assert found(facts)[rule].outcome == UNKNOWN
    assert rule not in breached(facts)


@pytest.mark.parametrize("form", [Form.AGREEMENT, Form.NETWORK, Form.PLAN9, Form.STATUTORY, Form.MULTILEVEL])
def test_nothing_recorded_is_not_assessed(form):
    nothing = found(Facts(name="Samarbeid om noe", form=form))
    assert {id for id, f in nothing.items() if f.outcome != UNKNOWN} <= {"OLD-04"}  # that the name is no samkommune


@pytest.mark.parametrize(
    "changes",
    [{"special_law": "barnevernsloven § 15-2"}, {"decision_basis": "havne- og farvannsloven § 4"}],
    ids=["special law", "basis"],
)
def test_another_law_may_open_for_enkeltvedtak(changes):
    assert breached(replace(AGREEMENT, decision_power="full", **changes)) == set()


@pytest.mark.parametrize("power", ["internal", "grants"])
def test_trap_12_internal_matters_and_grants_are_no_enkeltvedtak(power):
    assert breached(replace(AGREEMENT, decision_power=power)) == set()


def test_political_network_with_others_in_it_cannot_be_an_ipr():
    facts = replace(PARTNERSHIP, is_political=True, members=(LIER, ASKER, STATE))
    assert found(facts)["NET-01"].outcome == OK
    assert found(replace(facts, members=(LIER, BUSKERUD)))["NET-01"].outcome == BREACH


def test_municipalities_may_agree_on_another_board():
    uneven = replace(PLAN, members=seats(2, 3))
    assert found(clause(uneven, "PLAN-02", "present"))["PLAN-02"].outcome == OK
    assert found(clause(uneven, "PLAN-02", "missing"))["PLAN-02"].outcome == BREACH
    assert found(clause(PLAN, "PLAN-02", "missing"))["PLAN-02"].outcome == OK


@pytest.mark.parametrize(("months", "expected"), [(2, BREACH), (3, OK), (4, BREACH)])
def test_trap_8_plan_cooperation_has_three_months(months, expected):
    assert found(agreement(PLAN, notice_months=months))["PLAN-04"].outcome == expected


@pytest.mark.parametrize(("months", "expected"), [(11, BREACH), (12, OK), (None, OK)])
def test_trap_8_health_agreement_has_twelve_months(months, expected):
    assert found(agreement(HEALTH, notice_months=months))["HELSE-03"].outcome == expected


@pytest.mark.parametrize(
    ("signed", "on", "expected"),
    [
        ("2024-06-20", "2024-07-20", UNKNOWN),
        ("2024-06-20", "2024-07-21", BREACH),
        ("2024-12-15", "2025-01-15", UNKNOWN),
        ("2024-12-15", "2025-01-16", BREACH),
        ("2024-01-31", "2024-02-29", UNKNOWN),
        ("2024-01-31", "2024-03-01", BREACH),
        ("2023-01-30", "2023-03-01", BREACH),
    ],
)
def test_health_agreement_is_sent_within_a_month(signed, on, expected):
    facts = agreement(replace(HEALTH, notifications=frozenset(), valid_from=None), signed_on=day(signed))
    assert found(facts, day(on))["HELSE-03"].outcome == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"legal_basis": "", "members": (LIER, TRUST)}, OK),
        ({"legal_basis": "helse- og omsorgstenestelova § 6-1", "members": (LIER,)}, OK),
        ({"legal_basis": "hol. § 6-1", "members": (LIER,)}, OK),
        ({"legal_basis": "helse- og omsorgstjenesteloven § 3-2", "members": (LIER,)}, UNKNOWN),
        ({"legal_basis": "nav-loven § 14", "members": (LIER,)}, UNKNOWN),
    ],
)
def test_health_rules_ask_only_about_agreements_with_a_health_trust(changes, expected):
    assert found(replace(HEALTH, **changes))["HELSE-01"].outcome == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        *((form, OK) for form in (Form.VK, Form.KO, Form.IKS, Form.AGREEMENT)),
        *((form, BREACH) for form in (Form.STATUTORY, Form.NETWORK, Form.PARTNERSHIP, Form.MULTILEVEL)),
    ],
)
def test_trap_23_theme_is_not_a_form(form, expected):
    assert found(replace(IUA, form=form))["IUA-03"].outcome == expected


@pytest.mark.parametrize(
    ("name", "law", "themes"),
    [
        ("IUA Fjorden", "", {"IUA-01", "IUA-02", "IUA-03"}),
        ("Fjordens iua", "", {"IUA-01", "IUA-02", "IUA-03"}),
        ("Kiuaskogen", "", set()),
        ("Brannvesenet Sør", "", {"BRANN-01", "BRANN-02"}),
        ("Fjorden brann- og redning", "", {"BRANN-01", "BRANN-02"}),
        ("Fjordberedskap", "brann- og eksplosjonsvernloven § 9", {"BRANN-01", "BRANN-02"}),
        ("Fjordberedskap", "brannlova § 9", {"BRANN-01", "BRANN-02"}),
        ("Brandbu bibliotek", "", set()),
        ("110-sentral for fjorden", "brannloven § 16", {"BRANN-04"}),
        ("Alarmsentralen for fjorden", "", {"BRANN-04"}),
        ("Fylkesvei 110", "", set()),
    ],
)
def test_rules_of_a_theme_govern_only_the_theme(name, law, themes):
    rules = set(found(replace(AGREEMENT, name=name, special_law=law)))
    assert {id for id in rules if id.startswith(("IUA", "BRANN"))} == themes


def test_answered_clause_on_fire_is_judged_whatever_the_name():
    assert breached(clause(AGREEMENT, "BRANN-01", "missing")) == {"BRANN-01"}


def test_trap_25_oslo_is_county_too():
    assert found(replace(GROWTH, members=(OSLO, STATE)))["BYV-01"].outcome == OK
    assert found(replace(GROWTH, members=(LIER, STATE)))["BYV-01"].outcome == BREACH


def test_trap_29_state_as_party_is_no_fault():
    assert not [f for f in findings(GROWTH, TODAY) + findings(HEALTH, TODAY) if f.rule == "GEN-02"]


def test_what_is_missing_is_named_in_the_language_of_the_reader():
    with override("en"):
        text = found(agreement(replace(AGREEMENT, cost_key=""), notice_months=None))["AVT-01"].text
    assert text.endswith("(cost key or price, period of notice)")
