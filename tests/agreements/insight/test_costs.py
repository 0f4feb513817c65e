"""What does each participant pay: exactly, summing to the whole, and unknown where a fact is missing?"""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from agreements.insight.costs import costs, largest_remainder
from agreements.models import CostPart
from municipalities.models import Population
from tests import factories

DAY = datetime.date(2025, 6, 1)
COUNTED = datetime.date(2025, 1, 1)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        pytest.param("100", [1, 1, 1], ["33.34", "33.33", "33.33"], id="the first of equals gets the øre left"),
        pytest.param("0.02", [1, 1, 1], ["0.01", "0.01", "0.00"], id="fewer øre than parts"),
        pytest.param("0", [1, 2], ["0.00", "0.00"], id="nothing"),
        pytest.param("10", [0, 1], ["0.00", "10.00"], id="a weight of zero"),
        pytest.param("1", [Fraction(1, 7), Fraction(6, 7)], ["0.14", "0.86"], id="sevenths"),
        pytest.param("99999999999.99", [1, 2], ["33333333333.33", "66666666666.66"], id="large"),
        pytest.param("1", [102, 28, 13], ["0.71", "0.20", "0.09"], id="to those who lost most"),
    ],
)
def test_an_amount_is_shared_out_to_the_last_øre(amount, weights, parts):
    shared = largest_remainder(Decimal(amount), weights)
    assert shared == [Decimal(part) for part in parts]
    assert sum(shared) == Decimal(amount)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_make_no_whole_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        largest_remainder(Decimal(1), weights)


@pytest.fixture
def agreement(db):
    """An agreement of Drammen (two thirds, 3 inhabitants) and Lier (one third, 4)."""
    made = factories.cooperation("Selskapet IKS", form="IKS")
    for name, number, share, persons in (("Drammen", "3301", (2, 3), 3), ("Lier", "3312", (1, 3), 4)):
        one = factories.municipality(name, number)
        factories.membership(made, one, "owner", share)
        Population.objects.create(municipality=one, date=COUNTED, persons=persons)
    return factories.agreement(made)


def part(agreement, kind, amount="100", **values):
    amount = None if amount is None else Decimal(amount)
    return CostPart.objects.create(agreement=agreement, kind=kind, amount=amount, **values)


@pytest.mark.parametrize(
    ("kind", "values", "amounts"),
    [
        ("each", {}, ["100", "100"]),
        ("equally", {}, ["50", "50"]),
        ("per_inhabitant", {"population_on": COUNTED}, ["300", "400"]),
        ("by_population", {"population_on": COUNTED}, ["42.86", "57.14"]),
        ("by_share", {}, ["66.67", "33.33"]),
    ],
)
def test_each_kind_of_part(agreement, kind, values, amounts):
    part(agreement, kind, **values)
    found = costs(agreement, DAY)
    assert [payer.total for payer in found.payers] == [Decimal(amount) for amount in amounts]
    assert found.total == sum(map(Decimal, amounts))
    assert found.problems == []


def test_parts_are_added_up(agreement):
    part(agreement, "each", title="Grunnbeløp")
    part(agreement, "by_population", "1000.01", population_on=COUNTED)
    found = costs(agreement, DAY)
    assert [payer.amounts for payer in found.payers] == [
        (Decimal(100), Decimal("428.58")),
        (Decimal(100), Decimal("571.43")),
    ]
    assert [payer.persons for payer in found.payers] == [3, 4]
    assert found.total == Decimal("1200.01")


def test_a_missing_population_is_said_and_not_guessed(agreement):
    Population.objects.filter(persons=4).update(date=datetime.date(2024, 1, 1))
    part(agreement, "by_population", population_on=COUNTED)
    found = costs(agreement, DAY)
    assert [payer.total for payer in found.payers] == [None, None]
    assert found.total is None
    assert found.problems == ["beløp delt etter folketall: folketallet 1.1.2025 er ikke ført for Lier."]


def test_a_rate_is_known_for_those_whose_population_is(agreement):
    Population.objects.filter(persons=4).delete()
    part(agreement, "per_inhabitant", "12.50", population_on=COUNTED)
    assert [payer.total for payer in costs(agreement, DAY).payers] == [Decimal("37.50"), None]


def test_an_unknown_share_is_said(agreement):
    agreement.cooperation.memberships.filter(organisation__name="Lier").update(
        ownership_numerator=None, ownership_denominator=None
    )
    part(agreement, "by_share", title="Drift")
    found = costs(agreement, DAY)
    assert found.total is None
    assert found.problems == ["Drift: eierandelen er ikke ført for Lier."]


def test_shares_below_the_whole_are_said(agreement):
    agreement.cooperation.memberships.filter(organisation__name="Lier").update(ownership_denominator=4)
    part(agreement, "by_share")
    (problem,) = costs(agreement, DAY).problems
    assert "til sammen 91,67 %, ikke 100 %" in problem


def test_another_key_is_told_in_its_own_words(agreement):
    part(agreement, "other", None, title="Vakt", note="etter antall vakter")
    assert costs(agreement, DAY).problems == ["Vakt kan ikke regnes ut her: etter antall vakter"]


@pytest.mark.parametrize(
    ("on", "counts"),
    [("2024-12-31", False), ("2025-01-01", True), ("2025-12-31", True), ("2026-01-01", False)],
)
def test_a_part_holds_from_its_first_to_its_last_day(agreement, on, counts):
    part(agreement, "each", valid_from=COUNTED, valid_to=datetime.date(2025, 12, 31))
    agreement.refresh_from_db()
    assert bool(costs(agreement, datetime.date.fromisoformat(on)).parts) is counts


def test_without_participants_or_parts_there_is_nothing_to_pay(db):
    made = factories.agreement()
    assert costs(made, DAY).payers == ()
    part(made, "equally")
    part(made, "by_population", population_on=COUNTED)
    assert costs(made, DAY).payers == ()
