"""Forms that the law has done away with: § 27, samkommune, references to the act of 1992."""

import datetime
from dataclasses import replace

import pytest

from agreements.models.forms import Form
from agreements.rules import Facts, Finding, Outcome, Severity, findings, old
from agreements.rules.facts import MemberFact

TODAY = datetime.date(2026, 5, 2)
OK, BREACH, UNKNOWN = Outcome.OK, Outcome.BREACH, Outcome.NOT_ASSESSED
ERROR, INFO = Severity.ERROR, Severity.INFO

BOARD = Facts(
    name="Vestregionen",
    form=Form.PAR27,
    members=(MemberFact("Lier", number="3312"), MemberFact("Asker", number="3203")),
    members_complete=True,
)
HOST = replace(BOARD, form=Form.VK, legal_basis="kommuneloven § 20-2")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def found(facts: Facts, on: datetime.date = TODAY) -> dict[str, Finding]:
    return {f.rule: f for f in findings(facts, on)}


def breached(facts: Facts, on: datetime.date = TODAY) -> set[str]:
    return {id for id, f in found(facts, on).items() if f.outcome == BREACH}


def test_rules_of_the_law_note():
    assert [(r.id, r.severity) for r in old.RULES] == [("OLD-01", ERROR), ("OLD-04", ERROR), ("OLD-05", INFO)]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2019-10-03", OK),
        ("2023-10-02", OK),
        ("2023-10-03", UNKNOWN),
        ("2023-11-01", UNKNOWN),
        ("2023-11-02", BREACH),
        ("2026-05-02", BREACH),
    ],
)
def test_trap_20_board_under_section_27_is_overdue_after_the_last_deadline(on, expected):
    assert found(BOARD, day(on))["OLD-01"].outcome == expected
    assert breached(BOARD, day(on)) == ({"OLD-01"} if expected == BREACH else set())


def test_the_old_act_was_in_force_before():
    assert "OLD-01" not in found(BOARD, day("2019-10-02"))


def test_board_that_ended_or_is_not_begun_is_not_overdue():
    assert "OLD-01" not in found(replace(BOARD, valid_to=day("2026-05-01")))
    assert breached(replace(BOARD, valid_to=TODAY)) == {"OLD-01"}
    assert found(replace(BOARD, stage="planned"))["OLD-01"].outcome == UNKNOWN


def test_trap_20_converted_body_may_cite_section_27():
    converted = replace(BOARD, form=Form.KO, name="Vestregionen KO", legal_basis="kommuneloven § 27")
    assert not [id for id in breached(converted) if id.startswith("OLD-")]


@pytest.mark.parametrize("form", [Form.PAR27, Form.AGREEMENT, Form.UNKNOWN])
@pytest.mark.parametrize(
    ("on", "expected"), [("2019-12-31", OK), ("2020-01-01", UNKNOWN), ("2020-01-02", BREACH), ("2023-10-02", BREACH)]
)
def test_samkommune_had_to_be_dissolved(form, on, expected):
    facts = replace(BOARD, form=form, name="Midtre Namdal samkommune")
    assert found(facts, day(on))["OLD-04"].outcome == expected
    assert breached(facts, day(on)) == ({"OLD-04"} if expected == BREACH else set())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "Innherred Samkommune"}, BREACH),
        ({"name": "Samkommunen i nord"}, BREACH),
        ({"name": "Samarbeid mellom kommuner"}, OK),
        ({"name": "Samkommunereformen"}, OK),
        ({"name": "Innherred samkommune", "has_proper_name": False}, UNKNOWN),
        ({"name": "Innherred samkommune", "stage": "planned"}, UNKNOWN),
    ],
)
def test_samkommune_is_known_by_its_name(changes, expected):
    assert found(replace(BOARD, form=Form.UNKNOWN, **changes))["OLD-04"].outcome == expected


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("", UNKNOWN),
        ("kommuneloven § 20-2", OK),
        ("kommuneloven § 28-1 første ledd", OK),
        ("§ 28-1 i kommuneloven", OK),
        ("kommuneloven § 28-1 b", BREACH),
        ("§28-1c", BREACH),
        ("kommuneloven § 28 - 1 B", BREACH),
        ("§ 128-1 b", OK),
    ],
)
def test_host_municipality_cites_the_act_of_today(basis, expected):
    finding = found(replace(HOST, legal_basis=basis))["OLD-05"]
    assert (finding.outcome, finding.severity) == (expected, INFO)
    assert not [id for id in breached(replace(HOST, legal_basis=basis)) if id in ("OLD-01", "OLD-04")]


def test_only_the_reference_is_wrong():
    assert breached(replace(HOST, legal_basis="§ 28-1 b")) - breached(HOST) == {"OLD-05"}
