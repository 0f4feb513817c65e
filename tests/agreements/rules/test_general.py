"""The rules that hold for every form, and those of identifiers."""

import datetime
from dataclasses import replace

import pytest
from django.utils.translation import override

from agreements.models.forms import Form
from agreements.rules import Facts, Finding, Outcome, Severity, general, identifiers
from agreements.rules.facts import AgreementFact, DecisionFact, MemberFact

RULES = general.RULES + identifiers.RULES

TODAY = datetime.date(2026, 5, 2)
OK, BREACH, UNKNOWN = Outcome.OK, Outcome.BREACH, Outcome.NOT_ASSESSED
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
STATUTE_FORMS = (Form.IPR, Form.KO, Form.VK, Form.IKS)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def decided(organ: str = "kommunestyre", on: str | None = "2024-06-12", **fields) -> tuple[DecisionFact, ...]:
    return (DecisionFact(organ, day(on) if on else None, **fields),)


KOMM = {"registered": "found", "registered_form": "KOMM"}
OSLO = MemberFact("Oslo", number="0301", org_number="971524960", decisions=decided("bystyre"), **KOMM)
LIER = MemberFact("Lier", number="3312", org_number="974760673", decisions=decided(), **KOMM)
ULVIK = MemberFact("Ulvik", number="4620", decisions=decided("heradsstyre"), **KOMM)

REGISTERED = {
    Form.IPR: {"own_legal_person": True, "registered_form": "ANNA"},
    Form.KO: {"own_legal_person": False, "registered_form": "ORGL"},
    Form.VK: {"own_legal_person": False, "registered_form": "ORGL"},
    Form.IKS: {"own_legal_person": True, "registered_form": "IKS", "decision_power": "full", "decision_basis": "§ 4"},
    Form.AS: {"own_legal_person": True, "registered_form": "AS", "decision_power": "none"},
}


def clean(form: str, **changes) -> Facts:
    """Return a cooperation of the form in which no general rule is breached."""
    facts = Facts(
        name="Fjordsamarbeidet",
        form=form,
        valid_from=day("2024-07-01"),
        members=(OSLO, LIER, ULVIK),
        members_complete=True,
        agreement=AgreementFact(is_written=True, has_reference=True, valid_from=day("2024-07-01")),
        legal_basis="kommuneloven § 17-1",
        org_number="937884117",
        procurement_assessed=True,
    )
    return replace(facts, **REGISTERED.get(form, {}) | changes)


def member(facts: Facts, **changes) -> Facts:
    """Return the facts with the second member, Lier, changed."""
    one, two, *rest = facts.members
    return replace(facts, members=(one, replace(two, **changes), *rest))


def agreement(facts: Facts, **changes) -> Facts:
    return replace(facts, agreement=replace(facts.agreement, **changes))


def found(facts: Facts, on: datetime.date = TODAY) -> dict[str, Finding]:
    """Return what each general rule that governs the cooperation says."""
    return {r.id: r.finding(facts, on) for r in RULES if r.governs(facts, on)}


def breached(facts: Facts, on: datetime.date = TODAY) -> set[str]:
    return {id for id, f in found(facts, on).items() if f.outcome == BREACH}


def outcome(rule: str, facts: Facts, on: datetime.date = TODAY) -> str:
    return found(facts, on)[rule].outcome


def test_rules_of_the_law_note():
    assert [r.id for r in RULES] == [
        *(f"GEN-{n}" for n in ("01", "02", "03", "04", "06", "07", "08", "09", "11", "12", "14")),
        *("KF-01", "ID-01", "ID-02", "ID-04", "ID-05", "ID-07", "ID-10.2a", "ID-10.2b"),
    ]


@pytest.mark.parametrize("form", Form.values)
def test_clean_cooperation_breaches_nothing(form):
    assert breached(clean(form)) == set()


@pytest.mark.parametrize("form", STATUTE_FORMS)
def test_clean_cooperation_is_in_order_where_all_is_known(form):
    unknown = {id for id, f in found(clean(form)).items() if f.outcome != OK}
    assert unknown == {"GEN-09"} if form != Form.IKS else unknown <= {"GEN-09"}


@pytest.mark.parametrize("form", Form.values)
def test_nothing_recorded_is_not_assessed(form):
    outcomes = {f.outcome for f in found(Facts(name="Samarbeid om noe", form=form)).values()}
    assert outcomes == {UNKNOWN}


IPR, KO, VK, IKS = (clean(form) for form in STATUTE_FORMS)
AGREEMENT, COMPANY = clean(Form.AGREEMENT), clean(Form.AS)
NO_ONE_BUT_OSLO = replace(KO, members=(OSLO,))

FAULTS = {
    "no legal basis": (replace(AGREEMENT, legal_basis=""), "GEN-01", WARNING, ""),
    "project without basis": (clean(Form.PROJECT, legal_basis=""), "GEN-01", WARNING, ""),
    "state in IPR": (member(IPR, kind="state"), "GEN-02", ERROR, "Lier"),
    "health trust in VK": (member(VK, kind="health_trust"), "GEN-02", ERROR, "Lier"),
    "company in IKS": (member(IKS, kind="company"), "GEN-02", ERROR, "Lier"),
    "university in KO": (member(KO, kind="university"), "GEN-02", ERROR, "Lier"),
    "state in an agreement": (member(AGREEMENT, kind="state"), "GEN-02", INFO, "Lier"),
    "private owner of an AS": (member(COMPANY, kind="company"), "GEN-02", INFO, "Lier"),
    "alone": (NO_ONE_BUT_OSLO, "GEN-03", ERROR, "Oslo"),
    "alone, others have left": (
        replace(NO_ONE_BUT_OSLO, members_complete=None, has_lost_members=True),
        "GEN-03",
        WARNING,
        "Oslo",
    ),
    "alone twice": (replace(VK, members=(OSLO, replace(OSLO, name="Oslo kommune"))), "GEN-03", ERROR, "Oslo"),
    "formannskap": (member(KO, decisions=decided("formannskap")), "GEN-04", ERROR, "Lier: formannskap"),
    "kommunedirektør": (member(IKS, decisions=decided("administrasjon")), "GEN-04", ERROR, "Lier: administrasjon"),
    "one has not adopted": (member(VK, decisions=()), "GEN-04", WARNING, "Lier"),
    "one has rejected": (member(IPR, decisions=decided(outcome="rejected")), "GEN-04", WARNING, "Lier"),
    "only delegation": (member(VK, decisions=decided(subject="delegation")), "GEN-04", WARNING, "Lier"),
    "in force too early": (member(IKS, decisions=decided(on="2024-07-02")), "GEN-06", WARNING, "Lier: 2024-07-02"),
    "oral": (agreement(KO, is_written=False, has_reference=False), "GEN-07", WARNING, ""),
    "no reference": (agreement(IPR, has_reference=False), "GEN-07", WARNING, ""),
    "IKS without basis": (replace(IKS, decision_basis=""), "GEN-08", WARNING, ""),
    "AS without basis": (replace(COMPANY, own_legal_person=None, decision_power="full"), "GEN-08", WARNING, ""),
    "boundary change": (member(VK, number_changed_on=day("2026-01-01")), "GEN-09", INFO, "Lier: 2027-01-01"),
    "procurement": (replace(AGREEMENT, procurement_assessed=False), "GEN-11", INFO, ""),
    "decision without date": (member(IPR, decisions=decided(on=None)), "GEN-14", INFO, "Lier"),
    "KF takes part": (
        member(AGREEMENT, name="Lier Boligbygg KF", kind="other", number=""),
        "KF-01",
        ERROR,
        "Lier Boligbygg KF",
    ),
    "is a KF": (replace(AGREEMENT, registered_form="KF"), "KF-01", ERROR, "Fjordsamarbeidet"),
    "check digit": (replace(AGREEMENT, org_number="974760674"), "ID-01", ERROR, "974760674"),
    "check digit of a member": (member(IPR, org_number="974760674"), "ID-01", ERROR, "974760674"),
    "eight digits": (member(IPR, org_number="97476067"), "ID-01", ERROR, "97476067"),
    "series": (replace(KO, org_number="123456785"), "ID-02", INFO, "123456785"),
    "lost zero": (replace(IPR, members=(replace(OSLO, number="301"), LIER)), "ID-04", ERROR, "Oslo: 301"),
    "dead number": (member(IPR, number="3049"), "ID-05", WARNING, "Lier: 3049"),
    "department as member": (member(VK, registered_form="ORGL"), "ID-07", WARNING, "Lier: ORGL"),
    "IKS in KO": (member(KO, registered_form="IKS"), "ID-07", WARNING, "Lier: IKS"),
    "member deleted": (member(IPR, registered="deleted"), "ID-07", WARNING, "Lier: slettet"),
    "member not there": (
        member(IKS, registered="unknown", registered_form=""),
        "ID-07",
        WARNING,
        "Lier: ukjent nummer",
    ),
    "IKS registered as AS": (replace(IKS, registered_form="AS"), "ID-10.2a", ERROR, "AS"),
    "KO registered as IKS": (clean(Form.VK, registered_form="IKS"), "ID-10.2a", ERROR, "IKS"),
    "IPR, legal person, ORGL": (replace(IPR, registered_form="ORGL"), "ID-10.2b", WARNING, "ORGL"),
    "KO, no legal person, ANNA": (replace(KO, registered_form="ANNA"), "ID-10.2b", WARNING, "ANNA"),
}


@pytest.mark.parametrize(("facts", "rule", "severity", "who"), FAULTS.values(), ids=FAULTS)
def test_each_fault_alone(facts, rule, severity, who):
    assert breached(facts) == {rule}
    finding = found(facts)[rule]
    assert finding.severity == severity
    assert finding.text.endswith(f"({who})") if who else not finding.text.endswith(")")


@pytest.mark.parametrize(
    "arctic", [{"number": "2100"}, {"name": "Longyearbyen lokalstyre", "number": "", "kind": "other"}]
)
def test_longyearbyen_alone(arctic):
    for form in (Form.IPR, Form.KO, Form.VK):
        assert breached(member(clean(form), **arctic)) == {"GEN-12"}
    assert breached(member(IKS, **arctic)) == set()


NOT_KNOWN = {
    "GEN-01, form": ("GEN-01", clean(Form.UNKNOWN, legal_basis="")),
    "GEN-01, no agreement": ("GEN-01", replace(AGREEMENT, legal_basis="", agreement=None)),
    "GEN-02": ("GEN-02", member(KO, kind="other")),
    "GEN-02, list incomplete": ("GEN-02", replace(KO, members_complete=False)),
    "GEN-03, list incomplete": ("GEN-03", replace(NO_ONE_BUT_OSLO, members_complete=False)),
    "GEN-03, list unknown": ("GEN-03", replace(NO_ONE_BUT_OSLO, members_complete=None)),
    "GEN-03, winding up": (
        "GEN-03",
        replace(NO_ONE_BUT_OSLO, winding_up_from=TODAY),
    ),
    "GEN-03, planned": ("GEN-03", replace(NO_ONE_BUT_OSLO, stage="planned")),
    "GEN-04, none recorded": ("GEN-04", replace(VK, members=(replace(LIER, decisions=()),) * 2)),
    "GEN-04, organ": ("GEN-04", member(VK, decisions=decided(""))),
    "GEN-04, no agreement": ("GEN-04", replace(member(VK, decisions=()), agreement=None)),
    "GEN-04, list incomplete": ("GEN-04", replace(VK, members_complete=False)),
    "GEN-04, on its way": ("GEN-04", replace(member(VK, decisions=()), stage="planned")),
    "GEN-06, start": ("GEN-06", agreement(IKS, valid_from=None)),
    "GEN-06, no agreement": ("GEN-06", replace(IKS, agreement=None)),
    "GEN-06, date": ("GEN-06", member(IKS, decisions=decided(on=None))),
    "GEN-06, list incomplete": ("GEN-06", replace(IKS, members_complete=False)),
    "GEN-07, no agreement": ("GEN-07", replace(IKS, agreement=None)),
    "GEN-07, not said": ("GEN-07", agreement(IKS, is_written=None, has_reference=False)),
    "GEN-08, power": ("GEN-08", replace(IKS, decision_power="", decision_basis="")),
    "GEN-08, person": ("GEN-08", clean(Form.UNKNOWN, decision_power="full")),
    "GEN-09": ("GEN-09", VK),
    "GEN-11": ("GEN-11", replace(IPR, procurement_assessed=None)),
    "GEN-12": ("GEN-12", replace(KO, members=())),
    "GEN-12, list incomplete": ("GEN-12", replace(KO, members_complete=False)),
    "GEN-14": ("GEN-14", replace(KO, members=(replace(LIER, decisions=()),))),
    "KF-01": ("KF-01", member(AGREEMENT, kind="other")),
    "KF-01, list incomplete": ("KF-01", replace(AGREEMENT, members_complete=False)),
    "ID-01": ("ID-01", replace(IPR, org_number="", members=(ULVIK,))),
    "ID-02": ("ID-02", replace(IPR, org_number="", members=(ULVIK,))),
    "ID-04": ("ID-04", replace(IPR, members=(replace(LIER, number=""),))),
    "ID-05": ("ID-05", replace(IPR, members=(replace(LIER, number="301"),))),
    "ID-07, not asked": ("ID-07", member(KO, registered="", registered_form="")),
    "ID-07, not told": ("ID-07", member(KO, registered="removed", registered_form="")),
    "ID-07, nobody": ("ID-07", replace(KO, members=())),
    "ID-10.2a": ("ID-10.2a", replace(IKS, registered_form="")),
    "ID-10.2a, form": ("ID-10.2a", clean(Form.UNKNOWN, registered_form="IKS")),
    "ID-10.2b, person": ("ID-10.2b", replace(IPR, own_legal_person=None)),
    "ID-10.2b, code": ("ID-10.2b", replace(IPR, registered_form="")),
    "ID-10.2b, number without code": ("ID-10.2b", replace(KO, registered_form="")),
    "ID-10.2b, other code": ("ID-10.2b", replace(KO, registered_form="OTHER")),
}


@pytest.mark.parametrize(("rule", "facts"), NOT_KNOWN.values(), ids=NOT_KNOWN)
def test_unknown_is_not_assessed(rule, facts):
    assert outcome(rule, facts) == UNKNOWN


@pytest.mark.parametrize(
    "basis", [{"legal_basis": "kommuneloven § 17-1"}, {"legal_basis": "", "special_law": "nav-loven § 14"}]
)
def test_agreement_cites_its_basis(basis):
    assert outcome("GEN-01", replace(AGREEMENT, **basis)) == OK


@pytest.mark.parametrize(("facts", "form"), [(IKS, "IKS"), (IKS, "FYLK"), (KO, "FYLK")])
def test_counties_take_part_and_an_iks_in_an_iks(facts, form):
    assert outcome("ID-07", member(facts, registered_form=form)) == OK


def test_trap_10_council_by_another_name_and_council_after_formannskap():
    assert outcome("GEN-04", VK) == OK  # bystyre, kommunestyre and heradsstyre
    assert outcome("GEN-04", member(VK, kind="county_council", number="", decisions=decided("fylkesting"))) == OK
    both = (*decided("formannskap", "2024-06-01"), *decided())
    assert outcome("GEN-04", member(VK, decisions=both)) == OK


def test_trap_11_every_participant_must_have_adopted():
    nobody_else = replace(VK, members=(OSLO, replace(LIER, decisions=()), replace(ULVIK, decisions=())))
    finding = found(nobody_else)["GEN-04"]
    assert (finding.outcome, finding.severity) == (BREACH, WARNING)
    assert finding.text.endswith("(Lier, Ulvik)")


def test_members_without_a_council_are_not_asked_for_its_decision():
    owner = replace(LIER, kind="intermunicipal", decisions=decided("representantskap"))
    assert outcome("GEN-04", replace(IKS, members=(OSLO, ULVIK, owner))) == OK
    customer = replace(LIER, roles=frozenset({"customer"}), decisions=())
    assert outcome("GEN-04", replace(VK, members=(OSLO, ULVIK, customer))) == OK


@pytest.mark.parametrize(("on", "expected"), [("2024-06-30", OK), ("2024-07-01", OK), ("2024-07-02", BREACH)])
def test_agreement_may_be_in_force_from_the_day_of_the_last_adoption(on, expected):
    assert outcome("GEN-06", member(KO, decisions=decided(on=on))) == expected


def test_adoption_counts_from_the_council_and_the_first_time():
    twice = (*decided(on="2024-06-12"), *decided(on="2025-06-12"))
    assert outcome("GEN-06", member(KO, decisions=twice)) == OK
    late_council = (*decided("formannskap", "2024-06-12"), *decided(on="2025-06-12"))
    assert outcome("GEN-06", member(KO, decisions=late_council)) == BREACH


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"own_legal_person": True}, BREACH),
        ({"own_legal_person": False}, OK),
        ({"own_legal_person": True, "decision_basis": "havne- og farvannsloven § 4"}, OK),
        ({"own_legal_person": True, "special_law": "alkoholloven § 1-7"}, OK),
        ({"own_legal_person": True, "decision_power": "internal"}, OK),
        ({"own_legal_person": True, "decision_power": "grants"}, OK),
    ],
)
def test_power_of_a_legal_person_needs_a_basis(changes, expected):
    assert outcome("GEN-08", clean(Form.UNKNOWN, **{"decision_power": "full"} | changes)) == expected


def test_trap_13_no_basis_opens_for_an_ipr_or_a_ko():
    assert not {"GEN-08"} & (set(found(IPR)) | set(found(KO)) | set(found(VK)))


@pytest.mark.parametrize(
    ("changed", "on", "expected"),
    [
        ("2024-01-01", "2023-12-31", UNKNOWN),
        ("2024-01-01", "2024-01-01", BREACH),
        ("2024-01-01", "2025-01-01", BREACH),
        ("2024-01-01", "2025-01-02", OK),
        ("2024-02-29", "2025-02-28", BREACH),
        ("2024-02-29", "2025-03-01", OK),
    ],
)
def test_right_after_a_boundary_change_lasts_a_year(changed, on, expected):
    facts = member(replace(VK, valid_from=None), number_changed_on=day(changed))
    assert outcome("GEN-09", facts, day(on)) == expected


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Lier Boligbygg KF", "company", BREACH),
        ("Vestland FKF", "company", BREACH),
        ("Lier eiendom kommunalt foretak", "company", BREACH),
        ("Vestland fylkeskommunalt føretak for båtrutar", "company", BREACH),
        ("KF Interkommunal utvikling", "company", OK),
        ("Lier renovasjonsselskap AS", "company", OK),
        ("Skafkf", "company", OK),
        ("Lier", "municipality", OK),
    ],
)
def test_trap_21_a_kf_is_known_by_its_name(name, kind, expected):
    assert outcome("KF-01", member(AGREEMENT, name=name, kind=kind)) == expected


@pytest.mark.parametrize("number", ["974760673", "971524960", "937884117", "123456785", "800000130"])
def test_right_check_digits(number):
    assert outcome("ID-01", replace(IPR, org_number=number)) == OK


@pytest.mark.parametrize(
    "number",
    ["974760674", "97476067", "9747606733", "97476067A", "9747606٧3", *(f"80000005{digit}" for digit in range(10))],
)
def test_wrong_check_digits(number):
    assert outcome("ID-01", replace(IPR, org_number=number)) == BREACH


@pytest.mark.parametrize("written", ["974 760 673", "NO 974 760 673 MVA", "no974760673mva", "974\u00a0760\u00a0673"])
def test_numbers_are_read_as_people_write_them(written):
    facts = replace(IPR, org_number=written)
    assert breached(facts) == set()


@pytest.mark.parametrize(("number", "expected"), [("874760673", OK), ("974760673", OK), ("774760673", BREACH)])
def test_series_of_today(number, expected):
    assert outcome("ID-02", replace(IPR, org_number=number)) == expected


@pytest.mark.parametrize(
    ("number", "four_digits", "today"),
    [
        ("0301", OK, OK),
        ("301", BREACH, OK),
        ("03 01", BREACH, OK),
        ("3301", OK, OK),
        ("3049", OK, BREACH),
        ("3801", OK, BREACH),
        ("5401", OK, BREACH),
        ("5501", OK, OK),
        ("2100", OK, OK),
    ],
)
def test_trap_26_municipality_numbers(number, four_digits, today):
    facts = member(IKS, number=number)
    assert (outcome("ID-04", facts), outcome("ID-05", facts)) == (four_digits, today)


def test_numbers_of_other_kinds_are_not_municipality_numbers():
    assert outcome("ID-04", replace(IKS, members=(replace(LIER, kind="county_council", number="33"),))) == UNKNOWN


def test_counties_of_today_are_not_those_of_2023():
    facts = member(replace(IPR, valid_from=None), number="3049")
    assert "ID-05" not in found(facts, day("2023-12-31"))
    assert outcome("ID-05", facts, day("2024-01-01")) == BREACH


@pytest.mark.parametrize("form", [Form.IPR, Form.KO])
def test_trap_24_no_organisation_number_is_lawful_without_a_legal_person(form):
    facts = clean(form, own_legal_person=False, org_number="", registered_form="")
    assert breached(facts) == set()
    assert outcome("ID-10.2b", facts) == OK


@pytest.mark.parametrize(
    "form", [Form.STATUTORY, Form.MULTILEVEL, Form.PARTNERSHIP, Form.TWIN, Form.INTL_PARTNERSHIP, Form.INTL_OTHER]
)
def test_trap_29_what_the_state_takes_part_in_is_not_judged_as_intermunicipal(form):
    facts = member(clean(form), kind="state", decisions=decided("annet"))
    assert not {"GEN-01", "GEN-02", "GEN-03", "GEN-04", "GEN-11"} & set(found(facts))
    assert breached(facts) == set()


def test_trap_30_rules_of_the_act_of_2018_begin_with_it():
    facts = replace(VK, valid_from=None)
    assert "GEN-12" not in found(facts, day("2019-10-02"))
    assert "GEN-12" in found(facts, day("2019-10-03"))


def test_ended_cooperations_are_not_judged():
    ended = replace(NO_ONE_BUT_OSLO, valid_to=day("2026-05-01"))
    assert found(ended) == {}
    assert outcome("GEN-03", replace(ended, valid_to=TODAY)) == BREACH


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_texts_are_in_three_languages(language):
    with override(language):
        texts = {id: (f.text, f.remedy) for id, f in found(clean(Form.IPR)).items()}
    rules = {r.id: r for r in RULES}
    assert texts == {id: (getattr(rules[id].demand, language), getattr(rules[id].remedy, language)) for id in texts}
