"""The rules of vertskommunesamarbeid (kommuneloven chapter 20)."""

import datetime
from dataclasses import replace

import pytest
from django.utils.translation import override

from agreements.models.forms import Form
from agreements.rules import Facts, Finding, Outcome, Severity, findings, vk
from agreements.rules.facts import AgreementFact, DecisionFact, MemberFact, OrganFact, Seats

TODAY = datetime.date(2026, 5, 2)
ADOPTED = datetime.date(2023, 6, 14)
OK, BREACH, UNKNOWN = Outcome.OK, Outcome.BREACH, Outcome.NOT_ASSESSED
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
CLAUSES = [f"VK-10{letter}" for letter in "abcdefgh"]
ADMINISTRATIVE = {"VK-05", "VK-06", "VK-13"}
NEMND = {"VK-07", "VK-08", "VK-11", "VK-14"}


def _member(name: str, number: str = "", role: str = "participant", organ: str = "kommunestyre", **fields):
    decisions = (DecisionFact(organ, ADOPTED), DecisionFact(organ, ADOPTED, "delegation"))
    return MemberFact(name, number=number, roles=frozenset({role}), decisions=decisions, **fields)


DRAMMEN = _member("Drammen", "3301", "host", org_number="921234554")
#: An administrative cooperation, § 20-2. Only those that are not the host delegate.
CLEAN = Facts(
    name="Legevakta i Drammensregionen",
    form=Form.VK,
    valid_from=datetime.date(2024, 1, 1),
    members=(
        replace(DRAMMEN, decisions=DRAMMEN.decisions[:1]),
        _member("Lier", "3312", org_number="857566122"),
        _member("Voss", "4621", organ="heradsstyre", org_number="960510542"),
    ),
    members_complete=True,
    agreement=AgreementFact(
        is_written=True,
        has_reference=True,
        signed_on=datetime.date(2023, 9, 1),
        valid_from=datetime.date(2024, 1, 1),
        notice_months=12,
        notice_source="law",
        clauses=dict.fromkeys(CLAUSES, "present"),
    ),
    notifications=frozenset({"statsforvalter"}),
    own_legal_person=False,
    legal_basis="kommuneloven § 20-2",
    decision_power="full",
    decision_basis="helse- og omsorgstjenesteloven § 3-2",
    decides_matters_of_principle=False,
    procurement_assessed=True,
    complaint_body="Kommunen som har delegert myndigheten",
)
#: A cooperation with a felles nemnd, § 20-3, that decides matters of principle.
COMMITTEE = replace(
    CLEAN,
    members=tuple(replace(m, committee=Seats(2, 2)) for m in (DRAMMEN, *CLEAN.members[1:])),
    agreement=replace(CLEAN.agreement, clauses=dict.fromkeys([*CLAUSES, "VK-11"], "present")),
    organs=(OrganFact("committee", 6),),
    legal_basis="kommuneloven § 20-3",
    decides_matters_of_principle=True,
    complaint_body="",
    has_complaints_board=True,
)
#: Between county municipalities, which tell the department.
COUNTIES = replace(
    CLEAN,
    members=(
        _member("Buskerud", role="host", organ="fylkesting", kind="county_council"),
        _member("Telemark", organ="fylkesting", kind="county_council"),
        _member("Agder", organ="fylkesting", kind="county_council"),
    ),
    notifications=frozenset({"departement"}),
)
#: The same members with nobody recorded as host.
NO_HOST = tuple(replace(m, roles=frozenset({"participant"})) for m in CLEAN.members)
OSLO = _member("Oslo", "0301", organ="bystyre")


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


def delegates(facts: Facts, *decisions: DecisionFact) -> Facts:
    """Return the facts where Lier has these delegations, beside its decision on the agreement."""
    return lier(facts, decisions=(DecisionFact("kommunestyre", ADOPTED), *decisions))


def delegation(organ: str, decided_on: datetime.date | None = ADOPTED, outcome: str = "adopted") -> DecisionFact:
    """Return a decision to delegate."""
    return DecisionFact(organ, decided_on, "delegation", outcome)


def agreement(facts: Facts = CLEAN, **changes) -> Facts:
    """Return the facts with the agreement changed."""
    return replace(facts, agreement=replace(facts.agreement, **changes))


def clause(item: str, answer: str | None, facts: Facts = CLEAN) -> Facts:
    """Return the facts with one item of the agreement answered, or not assessed."""
    answers = {k: v for k, v in facts.agreement.clauses.items() if k != item}
    return agreement(facts, clauses=answers | ({item: answer} if answer else {}))


@pytest.mark.parametrize(
    ("facts", "other"),
    [(CLEAN, NEMND), (COMMITTEE, ADMINISTRATIVE), (COUNTIES, NEMND)],
    ids=["administrative", "nemnd", "counties"],
)
def test_clean_cooperation_breaches_nothing(facts, other):
    assert breached(facts) == set()
    outcomes = {f.rule: f.outcome for f in findings(facts, TODAY) if f.rule.startswith("VK-")}
    assert {rule for rule, outcome in outcomes.items() if outcome == UNKNOWN} == other
    assert set(outcomes.values()) == {OK, UNKNOWN}


def test_rules_of_the_law_note():
    ids = [rule.id for rule in vk.RULES]
    first = [f"VK-{number}" for number in ("01", "02", "03", "05", "06", "07", "08")]
    assert ids == [*first, *CLAUSES, "VK-11", "VK-12", "VK-13", "VK-14", "VK-16"]
    assert {rule.id for rule in vk.RULES if rule.clause} == {*CLAUSES, "VK-11"}


FAULTS = {
    "county among municipalities": (lier(kind="county_council", number=""), "VK-01", ERROR, "Lier"),
    "IKS as member": (lier(kind="intermunicipal", number="", form="IKS"), "VK-01", ERROR, "Lier"),
    "two hosts": (lier(roles=frozenset({"host"})), "VK-02", ERROR, "Drammen, Lier"),
    "legal person": (replace(CLEAN, own_legal_person=True), "VK-03", ERROR, ""),
    "matters of principle": (replace(CLEAN, decides_matters_of_principle=True), "VK-05", ERROR, ""),
    "one has not delegated": (delegates(CLEAN), "VK-06", WARNING, "Lier"),
    "delegated by formannskap": (delegates(CLEAN, delegation("formannskap")), "VK-06", WARNING, "Lier"),
    "delegated by kommunedirektør": (delegates(CLEAN, delegation("administrasjon")), "VK-06", WARNING, "Lier"),
    "delegation rejected": (delegates(CLEAN, delegation("kommunestyre", outcome="rejected")), "VK-06", WARNING, "Lier"),
    "one has not delegated to the nemnd": (delegates(COMMITTEE), "VK-07", WARNING, "Lier"),
    "delegated to the nemnd by utvalg": (delegates(COMMITTEE, delegation("utvalg")), "VK-07", WARNING, "Lier"),
    "one on the nemnd": (lier(COMMITTEE, committee=Seats(1, 1)), "VK-08", ERROR, "Lier"),
    "nobody on the nemnd": (lier(COMMITTEE, committee=Seats(0, 0)), "VK-08", ERROR, "Lier"),
    "seats not agreed": (clause("VK-11", "missing", COMMITTEE), "VK-11", WARNING, ""),
    "department told": (replace(CLEAN, notifications=frozenset({"departement"})), "VK-12", WARNING, ""),
    "another told": (replace(CLEAN, notifications=frozenset({"dsb"})), "VK-12", WARNING, ""),
    "statsforvalter told": (replace(COUNTIES, notifications=frozenset({"statsforvalter"})), "VK-12", WARNING, ""),
    "host decides complaints": (replace(CLEAN, complaint_body="Vertskommunen"), "VK-13", WARNING, "Vertskommunen"),
    "no klagenemnd": (replace(COMMITTEE, has_complaints_board=False), "VK-14", WARNING, ""),
    "notice of law": (agreement(notice_months=6), "VK-16", INFO, "6"),
    **{f"{item} missing": (clause(item, "missing"), item, WARNING, "") for item in CLAUSES},
    **{f"{item} missing, nemnd": (clause(item, "missing", COMMITTEE), item, WARNING, "") for item in CLAUSES},
}


@pytest.mark.parametrize(("facts", "rule", "severity", "who"), FAULTS.values(), ids=FAULTS)
def test_each_fault_alone(facts, rule, severity, who):
    assert breached(facts) == {rule}
    found = finding(rule, facts)
    assert found.severity == severity
    assert found.text.endswith(f"({who})") if who else not found.text.endswith(")")


NOT_KNOWN = {
    "VK-01": lier(kind=""),
    "VK-02": replace(CLEAN, members=NO_HOST, members_complete=None),
    "VK-03": replace(CLEAN, own_legal_person=None),
    "VK-05": replace(CLEAN, decides_matters_of_principle=None),
    "VK-06": replace(CLEAN, members=tuple(replace(m, decisions=m.decisions[:1]) for m in CLEAN.members)),
    "VK-07": replace(COMMITTEE, members=tuple(replace(m, decisions=m.decisions[:1]) for m in COMMITTEE.members)),
    "VK-08": lier(COMMITTEE, committee=Seats()),
    "VK-11": clause("VK-11", None, COMMITTEE),
    "VK-12": replace(CLEAN, notifications=frozenset()),
    "VK-13": replace(CLEAN, complaint_body=""),
    "VK-14": replace(COMMITTEE, has_complaints_board=None),
    "VK-16": agreement(notice_months=None, notice_source=""),
    **{item: clause(item, None) for item in CLAUSES},
}


@pytest.mark.parametrize(("rule", "facts"), NOT_KNOWN.items(), ids=NOT_KNOWN)
def test_unknown_is_not_assessed(rule, facts):
    assert finding(rule, facts).outcome == UNKNOWN
    assert breached(facts) == set()


def test_nothing_recorded_is_not_assessed():
    empty = Facts(name="Legevakta", form=Form.VK, has_proper_name=False)
    outcomes = {f.rule: f.outcome for f in findings(empty, TODAY) if f.rule.startswith("VK-")}
    assert set(outcomes) == {rule.id for rule in vk.RULES}
    assert set(outcomes.values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (CLEAN, {"has_complaints_board": False}),
        (clause("VK-11", "missing"), {}),
        (lier(committee=Seats(1, 1)), {}),
        (COMMITTEE, {"complaint_body": "Vertskommunen"}),
        (COMMITTEE, {"decides_matters_of_principle": True}),
    ],
    ids=["klagenemnd", "seats agreed", "seats", "complaints", "principle"],
)
def test_rules_of_one_form_are_silent_in_the_other(base, changes):
    assert breached(replace(base, **changes)) == set()


def test_oslo_stands_with_either_level():
    with_counties = replace(COUNTIES, members=(*COUNTIES.members, OSLO))
    with_municipalities = replace(CLEAN, members=(*CLEAN.members, OSLO))
    assert finding("VK-01", with_counties).outcome == OK
    assert finding("VK-12", with_counties).outcome == OK
    assert finding("VK-01", with_municipalities).outcome == OK
    assert finding("VK-12", with_municipalities).outcome == OK


def test_oslo_does_not_join_the_levels():
    mixed = replace(lier(kind="county_council", number=""), members_complete=True)
    assert finding("VK-01", replace(mixed, members=(*mixed.members, OSLO))).outcome == BREACH


def test_oslo_among_counties_tells_the_department():
    facts = replace(COUNTIES, members=(*COUNTIES.members, OSLO), notifications=frozenset({"statsforvalter"}))
    assert finding("VK-12", facts).outcome == BREACH


def test_right_notice_among_others_is_enough():
    facts = replace(CLEAN, notifications=frozenset({"dsb", "departement", "statsforvalter"}))
    assert finding("VK-12", facts).outcome == OK


def test_notice_is_not_due_before_the_cooperation_is_created():
    facts = replace(CLEAN, notifications=frozenset({"dsb"}), valid_from=TODAY)
    assert finding("VK-12", facts).outcome == BREACH
    assert finding("VK-12", facts, TODAY - datetime.timedelta(days=1)).outcome == UNKNOWN


@pytest.mark.parametrize(
    ("members", "complete", "outcome", "severity"),
    [
        (CLEAN.members[:2], True, OK, ERROR),
        (CLEAN.members[:2], None, OK, ERROR),
        (CLEAN.members[:1], True, BREACH, ERROR),
        (CLEAN.members[:1], False, UNKNOWN, ERROR),
        (CLEAN.members[:1], None, UNKNOWN, ERROR),
        (NO_HOST, True, BREACH, WARNING),
        (NO_HOST, None, UNKNOWN, ERROR),
    ],
    ids=["both", "both of some", "host alone", "host of few", "host of some", "no host", "no host yet"],
)
def test_number_of_hosts(members, complete, outcome, severity):
    found = finding("VK-02", replace(CLEAN, members=members, members_complete=complete))
    assert (found.outcome, found.severity) == (outcome, severity)


def test_two_hosts_are_a_breach_in_any_list():
    assert finding("VK-02", replace(FAULTS["two hosts"][0], members_complete=None)).outcome == BREACH


def test_planned_cooperation_may_lack_a_host():
    assert finding("VK-02", replace(CLEAN, members=NO_HOST, stage="planned")).outcome == UNKNOWN


@pytest.mark.parametrize("rule", ["VK-01", "VK-06"])
def test_rules_of_every_member_are_not_assessed_when_members_are_missing(rule):
    assert finding(rule, replace(CLEAN, members_complete=None)).outcome == OK
    assert finding(rule, replace(CLEAN, members_complete=False)).outcome == UNKNOWN


@pytest.mark.parametrize("rule", ["VK-07", "VK-08"])
def test_rules_of_every_seat_are_not_assessed_when_members_are_missing(rule):
    assert finding(rule, replace(COMMITTEE, members_complete=None)).outcome == OK
    assert finding(rule, replace(COMMITTEE, members_complete=False)).outcome == UNKNOWN


@pytest.mark.parametrize("organ", ["kommunestyre", "bystyre", "heradsstyre", "fylkesting"])
def test_council_by_any_name_delegates(organ):
    assert finding("VK-06", delegates(CLEAN, delegation(organ))).outcome == OK


def test_kommunedirektor_delegates_after_the_council():
    facts = delegates(CLEAN, delegation("kommunestyre"), delegation("administrasjon"))
    assert finding("VK-06", facts).outcome == OK


def test_delegation_by_an_unknown_organ_is_not_assessed():
    assert finding("VK-06", delegates(CLEAN, delegation(""))).outcome == UNKNOWN


@pytest.mark.parametrize(("decided_on", "outcome"), [(TODAY, OK), (TODAY + datetime.timedelta(days=1), BREACH)])
def test_delegation_counts_from_its_day(decided_on, outcome):
    assert finding("VK-06", delegates(CLEAN, delegation("kommunestyre", decided_on))).outcome == outcome


def test_host_delegates_to_the_nemnd_but_not_to_itself():
    host = replace(COMMITTEE.members[0], decisions=COMMITTEE.members[0].decisions[:1])
    members = (host, *COMMITTEE.members[1:])
    assert finding("VK-06", CLEAN).outcome == OK
    assert finding("VK-07", replace(COMMITTEE, members=members)).text.endswith("(Drammen)")


def test_delegation_is_not_assessed_without_a_host():
    assert finding("VK-06", replace(delegates(CLEAN), members=NO_HOST)).outcome == UNKNOWN


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("Vertskommunen", BREACH),
        ("Vertskommunens klagenemnd", BREACH),
        ("Drammen kommune", BREACH),
        ("Klagenemnda i Drammen", BREACH),
        ("Drammens klagenemnd", BREACH),
        ("Lier kommune", OK),
        ("Samarbeidskommunene, hver for seg", OK),
        ("Vertskommunen er underinstans, deltakerkommunen er klageinstans", OK),
        ("Kvar kommune", OK),
        ("Statsforvalteren i Buskerud", OK),
        ("Helsetilsynet", OK),
        ("Klagenemnda", UNKNOWN),
        ("Drammensregionens klagenemnd", UNKNOWN),
    ],
)
def test_complaints_go_to_the_one_that_delegated(body, outcome):
    assert finding("VK-13", replace(CLEAN, complaint_body=body)).outcome == outcome


@pytest.mark.parametrize("name", ["Drammen kommune", "Drammen herad", "Drammen fylkeskommune"])
def test_complaints_to_a_host_that_is_written_with_its_kind(name):
    host = replace(CLEAN.members[0], name=name)
    facts = replace(CLEAN, members=(host, *CLEAN.members[1:]), complaint_body="Formannskapet i Drammen")
    assert finding("VK-13", facts).outcome == BREACH


def test_two_on_the_nemnd_where_a_representantskap_needs_one():
    assert finding("VK-08", lier(COMMITTEE, committee=Seats(2, 0))).outcome == OK
    assert finding("VK-08", lier(COMMITTEE, committee=Seats(1, 0), assembly=Seats(2, 2))).outcome == BREACH


def test_one_on_the_nemnd_is_a_breach_though_others_are_unknown():
    members = tuple(replace(m, committee=Seats()) for m in COMMITTEE.members)
    facts = lier(replace(COMMITTEE, members=members), committee=Seats(1, 1))
    assert finding("VK-08", facts).outcome == BREACH


@pytest.mark.parametrize(
    ("months", "source", "outcome"),
    [
        (12, "law", OK),
        (11, "law", BREACH),
        (13, "law", BREACH),
        (6, "agreement", OK),
        (24, "agreement", OK),
        (12, "", UNKNOWN),
    ],
)
def test_year_of_notice_unless_agreed(months, source, outcome):
    assert finding("VK-16", agreement(notice_months=months, notice_source=source)).outcome == outcome


def test_whatever_other_law_demands_is_never_flagged():
    assert breached(clause("VK-10i", "missing")) == set()


def test_no_agreement_leaves_the_items_not_assessed():
    facts = replace(CLEAN, agreement=None)
    assert {finding(item, facts).outcome for item in CLAUSES} == {UNKNOWN}


def test_chapter_applies_from_the_first_meetings_of_2019():
    first = datetime.date(2019, 10, 3)
    old = replace(FAULTS["legal person"][0], valid_from=None)
    assert finding("VK-03", old, first).outcome == BREACH
    before = {f.rule for f in findings(old, first - datetime.timedelta(days=1))}
    assert not before & {rule.id for rule in vk.RULES}


@pytest.mark.parametrize("rule", vk.RULES, ids=lambda rule: rule.id)
def test_texts_in_three_languages(rule):
    for text in (rule.demand, rule.remedy):
        shown = set()
        for language in ("nb", "nn", "en"):
            with override(language):
                shown.add(str(text))
        assert len(shown) == 3
        assert all(words.endswith(".") for words in shown)
