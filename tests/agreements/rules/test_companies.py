"""The rules of companies limited by shares, cooperatives, foundations and associations."""

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from agreements.models.forms import Form
from agreements.rules import Facts, Finding, Outcome, Severity, companies, findings
from agreements.rules.facts import AgreementFact, MemberFact

TODAY = datetime.date(2026, 5, 2)
OK, BREACH, UNKNOWN = Outcome.OK, Outcome.BREACH, Outcome.NOT_ASSESSED
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
AS_ITEMS = [f"AS-03.{n}" for n in range(1, 5)]
SA_ITEMS = [f"SA-04.{n}" for n in range(1, 10)]
STI_ITEMS = [f"STI-03.{n}" for n in range(1, 6)]


def _members(role: str, share: Fraction | None = None) -> tuple[MemberFact, ...]:
    roles = frozenset({role})
    return (
        MemberFact("Drammen", number="3301", org_number="921234554", roles=roles, ownership=share),
        MemberFact("Lier", number="3312", org_number="857566122", roles=roles, ownership=share),
    )


def _clean(name: str, form: str, members: tuple[MemberFact, ...], items: list[str], **fields) -> Facts:
    return Facts(
        name=name,
        form=form,
        valid_from=datetime.date(2020, 1, 1),
        members=members,
        members_complete=True,
        agreement=AgreementFact(
            kind="statutes",
            is_written=True,
            has_reference=True,
            valid_from=datetime.date(2020, 1, 1),
            notice_months=3,
            notice_source="agreement",
            clauses=dict.fromkeys(items, "present"),
        ),
        own_legal_person=True,
        org_number="974760673",
        registered_form=form,
        in_company_register=True,
        legal_basis="aksjeloven",
        decision_power="none",
        procurement_assessed=True,
        **fields,
    )


CLEAN = {
    Form.AS: _clean(
        "Drammensregionens vei AS",
        Form.AS,
        _members("owner", Fraction(1, 2)),
        AS_ITEMS,
        share_capital=Decimal(30_000),
        public_records_act=True,
        has_both_sexes_on_board=True,
    ),
    Form.SA: _clean("Drammen innkjøp SA", Form.SA, _members("participant"), SA_ITEMS),
    Form.STI: _clean(
        "Stiftelsen Drammen museum", Form.STI, _members("founder"), STI_ITEMS, in_foundation_register=True
    ),
    Form.FLI: _clean("Osloregionen", Form.FLI, _members("participant"), [], is_business=True),
}
A, S, F, L = CLEAN[Form.AS], CLEAN[Form.SA], CLEAN[Form.STI], CLEAN[Form.FLI]


def _first(facts: Facts, **fields) -> Facts:
    return replace(facts, members=(replace(facts.members[0], **fields), *facts.members[1:]))


def _clause(facts: Facts, item: str, status: str | None) -> Facts:
    clauses = {k: v for k, v in facts.agreement.clauses.items() if k != item} | ({item: status} if status else {})
    return replace(facts, agreement=replace(facts.agreement, clauses=clauses))


def _notice(months: int | None) -> Facts:
    return replace(S, agreement=replace(S.agreement, notice_months=months, notice_source="agreement" if months else ""))


def _answer(rule: str, facts: Facts, on: datetime.date = TODAY) -> Finding:
    return next(f for f in findings(facts, on) if f.rule == rule)


def _breached(facts: Facts) -> set[str]:
    return {f.rule for f in findings(facts, TODAY) if f.outcome == BREACH}


@pytest.mark.parametrize("facts", CLEAN.values(), ids=CLEAN)
def test_clean_cooperation_breaks_no_rule_of_any_module(facts):
    assert _breached(facts) == set()


@pytest.mark.parametrize("rule", companies.RULES, ids=lambda r: r.id)
def test_clean_cooperation_is_in_order_by_each_rule(rule):
    (form,) = rule.forms
    assert _answer(rule.id, CLEAN[form]).outcome == OK


@pytest.mark.parametrize("rule", companies.RULES, ids=lambda r: r.id)
def test_nothing_recorded_is_not_assessed(rule):
    (form,) = rule.forms
    expected = OK if rule.id in {"AS-01", "SA-01", "STI-02"} else UNKNOWN  # the name is always recorded
    assert _answer(rule.id, Facts(name=CLEAN[form].name, form=form)).outcome == expected


#: Each fault, the rule that it breaks and how gravely.
FAULTS = {
    "as-name-without": ("AS-01", ERROR, replace(A, name="Drammensregionens vei")),
    "as-name-not-last": ("AS-01", ERROR, replace(A, name="AS Drammensregionens vei")),
    "as-name-inside-a-word": ("AS-01", ERROR, replace(A, name="Drammens gass")),
    "as-capital": ("AS-02", ERROR, replace(A, share_capital=Decimal("29999.99"))),
    **{f"as-item-{i}": (i, WARNING, _clause(A, i, "missing")) for i in AS_ITEMS},
    "as-board": ("AS-05", INFO, replace(A, has_both_sexes_on_board=False)),
    "as-records": ("AS-07", INFO, replace(A, public_records_act=False)),
    "sti-register": ("STI-04", INFO, replace(F, in_foundation_register=False)),
    "as-liability": ("AS-04", ERROR, _first(A, liability=Fraction(1, 2))),
    "sa-name-without": ("SA-01", ERROR, replace(S, name="Drammen innkjøp")),
    "sa-name-inside-a-word": ("SA-01", ERROR, replace(S, name="Drammen sakshjelp")),
    "sa-name-not-last": ("SA-01", WARNING, replace(S, name="SA Drammen innkjøp")),
    "sa-one-member": ("SA-02", ERROR, replace(S, members=S.members[:1])),
    "sa-same-member-twice": ("SA-02", ERROR, replace(S, members=S.members[:1] * 2)),
    "sa-liability": ("SA-03", ERROR, _first(S, liability=Fraction(1, 2))),
    **{f"sa-item-{i}": (i, WARNING, _clause(S, i, "missing")) for i in SA_ITEMS},
    "sa-notice": ("SA-05", WARNING, _notice(4)),
    "sti-share": ("STI-01", ERROR, _first(F, ownership=Fraction(1, 2))),
    "sti-owner": ("STI-01", ERROR, _first(F, roles=frozenset({"founder", "owner"}))),
    "sti-name": ("STI-02", WARNING, replace(F, name="Drammen museum")),
    "sti-name-inside-a-word": ("STI-02", WARNING, replace(F, name="Hestisletta museum")),
    **{f"sti-item-{i}": (i, WARNING, _clause(F, i, "missing")) for i in STI_ITEMS},
    "fli-share": ("FLI-01", INFO, _first(L, ownership=Fraction(1, 2))),
    "fli-owner": ("FLI-01", INFO, _first(L, roles=frozenset({"owner"}))),
    "fli-business-not-registered": ("FLI-02", WARNING, replace(L, in_company_register=False)),
}


@pytest.mark.parametrize(("rule", "severity", "facts"), FAULTS.values(), ids=FAULTS)
def test_fault_alone(rule, severity, facts):
    """Over the rules of all modules, only the rule meant is broken."""
    assert _breached(facts) == {rule}
    assert _answer(rule, facts).severity == severity


def test_every_rule_has_a_fault():
    assert {rule for rule, _, _ in FAULTS.values()} == {r.id for r in companies.RULES}


UNKNOWNS = {
    "as-described-not-named": ("AS-01", replace(A, name="Veiselskapet", has_proper_name=False)),
    "as-capital": ("AS-02", replace(A, share_capital=None)),
    "as-item": ("AS-03.4", _clause(A, "AS-03.4", None)),
    "as-no-members": ("AS-04", replace(A, members=())),
    "sa-described-not-named": ("SA-01", replace(S, name="Innkjøpslaget", has_proper_name=False)),
    "sa-one-of-a-list-that-may-be-incomplete": ("SA-02", replace(S, members=S.members[:1], members_complete=None)),
    "sa-one-of-an-incomplete-list": ("SA-02", replace(S, members=S.members[:1], members_complete=False)),
    "sa-none-listed": ("SA-02", replace(S, members=())),
    "sa-one-of-a-planned": ("SA-02", replace(S, members=S.members[:1], stage="planned")),
    "sa-no-members": ("SA-03", replace(S, members=())),
    "sa-item": ("SA-04.9", _clause(S, "SA-04.9", None)),
    "sa-notice": ("SA-05", _notice(None)),
    "sa-no-statutes": ("SA-05", replace(S, agreement=None)),
    "sti-no-members": ("STI-01", replace(F, members=())),
    "sti-described-not-named": ("STI-02", replace(F, name="Museet", has_proper_name=False)),
    "sti-item": ("STI-03.5", _clause(F, "STI-03.5", None)),
    "fli-no-members": ("FLI-01", replace(L, members=())),
    "fli-business": ("FLI-02", replace(L, is_business=None, in_company_register=None)),
    "fli-business-unknown-and-not-registered": ("FLI-02", replace(L, is_business=None, in_company_register=False)),
    "fli-register": ("FLI-02", replace(L, in_company_register=None)),
}


@pytest.mark.parametrize(("rule", "facts"), UNKNOWNS.values(), ids=UNKNOWNS)
def test_unknown_is_not_assessed(rule, facts):
    assert _answer(rule, facts).outcome == UNKNOWN


PASSES = {
    "as-in-words": ("AS-01", replace(A, name="Drammensregionens Vei Aksjeselskap")),
    "as-small-letters": ("AS-01", replace(A, name="Drammensregionens vei as")),
    "as-allmenn": ("AS-01", replace(A, name="Drammensregionens vei ASA")),
    "as-with-stroke": ("AS-01", replace(A, name="Drammensregionens vei A/S")),
    "as-winding-up": ("AS-01", replace(A, name="Drammensregionens vei AS under avvikling")),
    "sa-in-words": ("SA-01", replace(S, name="Drammen innkjøp samvirkeforetak")),
    "sa-in-nynorsk": ("SA-01", replace(S, name="Hallingdal innkjøp samvirkeføretak")),
    "sa-two-of-an-incomplete-list": ("SA-02", replace(S, members_complete=False)),
    "sa-twelve-months-between-cooperatives": (
        "SA-05",
        replace(_first(S, kind="company", form=Form.SA), agreement=replace(S.agreement, notice_months=12)),
    ),
    "sti-in-nynorsk": ("STI-02", replace(F, name="Hallingdal kulturstifting")),
    "sti-abbreviation": ("STI-02", replace(F, name="Drammen museum STI")),
    "fli-registered-whatever-its-business": ("FLI-02", replace(L, is_business=None)),
    "fli-no-business": ("FLI-02", replace(L, is_business=False, in_company_register=False)),
}


@pytest.mark.parametrize(("rule", "facts"), PASSES.values(), ids=PASSES)
def test_lawful_variant_is_in_order(rule, facts):
    assert _answer(rule, facts).outcome == OK


def test_notice_between_cooperatives_is_at_most_twelve_months():
    secondary = _first(S, kind="company", form=Form.SA)
    facts = replace(secondary, agreement=replace(S.agreement, notice_months=13))
    assert _answer("SA-05", facts).outcome == BREACH


def test_name_of_foundation_is_judged_from_july_2024():
    facts = replace(F, name="Drammen museum")
    assert "STI-02" not in {f.rule for f in findings(facts, datetime.date(2024, 6, 30))}
    assert _answer("STI-02", facts, datetime.date(2024, 7, 1)).outcome == BREACH


@pytest.mark.parametrize("rule", companies.RULES, ids=lambda r: r.id)
def test_texts_stand_in_three_languages(rule):
    for text in (rule.demand, rule.remedy):
        seen = {}
        for language in ("nb", "nn", "en"):
            with override(language):
                seen[language] = str(text)
        assert all(seen.values())
        assert seen["en"] not in {seen["nb"], seen["nn"]}


def test_clauses_are_marked_for_the_checklist():
    assert [r.id for r in companies.RULES if r.clause] == AS_ITEMS + SA_ITEMS + STI_ITEMS


# AS-05 and AS-07: the boundaries


def _owned(*shares: Fraction | None, **changes) -> Facts:
    """Return a company of municipalities with these shares, and of a private firm with the rest."""
    public = tuple(replace(A.members[0], name=f"Kommune {n}", ownership=s) for n, s in enumerate(shares))
    rest = 1 - sum((s for s in shares if s is not None), Fraction(0))
    firm = replace(A.members[0], name="Firmaet", kind="company", number="", ownership=rest)
    return replace(A, members=(*public, firm), **changes)


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        pytest.param("AS-05", _owned(Fraction(2, 3), has_both_sexes_on_board=False), BREACH, id="two-thirds"),
        pytest.param("AS-05", _owned(Fraction(665, 1000), has_both_sexes_on_board=False), OK, id="below-two-thirds"),
        pytest.param("AS-05", _owned(Fraction(1, 3), Fraction(1, 3), has_both_sexes_on_board=False), BREACH, id="sum"),
        pytest.param("AS-05", _owned(None, has_both_sexes_on_board=False), UNKNOWN, id="share-unknown"),
        pytest.param("AS-05", _owned(Fraction(2, 3), has_both_sexes_on_board=None), UNKNOWN, id="board-unknown"),
        pytest.param(
            "AS-05",
            _owned(Fraction(1, 3), members_complete=False, has_both_sexes_on_board=False),
            UNKNOWN,
            id="members",
        ),
        pytest.param("AS-07", _owned(Fraction(1, 2), public_records_act=False), OK, id="half"),
        pytest.param("AS-07", _owned(Fraction(501, 1000), public_records_act=False), BREACH, id="above-half"),
        pytest.param("AS-07", _owned(Fraction(1, 3), public_records_act=True), OK, id="open-though-it-need-not"),
        pytest.param("AS-07", _owned(Fraction(2, 3), public_records_act=None), UNKNOWN, id="not-recorded"),
        pytest.param("AS-07", _owned(None, public_records_act=False), UNKNOWN, id="share-not-known"),
    ],
)
def test_what_municipal_owners_bring_with_them(rule, facts, expected):
    assert _answer(rule, facts).outcome == expected
