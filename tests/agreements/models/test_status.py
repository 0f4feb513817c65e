"""Does the status follow from the facts, and the same in Python as in SQL, on the boundary days?"""

import datetime

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Agreement, Cooperation, Decision, Notice, Status
from tests.factories import cooperation, membership, municipality, organisation

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def status(made: Cooperation, date: str) -> str:
    """Return the status on a day, after making sure that Python and SQL agree."""
    fresh = Cooperation.objects.get(pk=made.pk)
    told = fresh.status_on(day(date))
    assert Cooperation.objects.with_status_on(day(date)).get(pk=made.pk).status == told
    with_facts = Cooperation.objects.with_details().get(pk=made.pk)
    assert with_facts.status_on(day(date)) == told
    return told


@pytest.fixture
def council(db):
    """A political council that is to begin in 2025, with two members and an agreement."""
    made = cooperation("Rådet IPR", "IPR", valid_from=day("2025-01-01"), members_complete=True)
    for name, number in (("Drammen", "3301"), ("Lier", "3312")):
        membership(made, municipality(name, number))
    Agreement.objects.create(cooperation=made, title="Avtale", valid_from=day("2025-01-01"))
    return made


def decide(made, name, date, organ="kommunestyre", **values):
    member = made.memberships.get(organisation__name=name).organisation
    return Decision.objects.create(
        agreement=made.agreements.get(), organisation=member, organ=organ, decided_on=day(date), **values
    )


@pytest.fixture
def both_adopted(council):
    decide(council, "Drammen", "2024-03-01")
    decide(council, "Lier", "2024-04-01")
    return council


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-03-31", "planned"),
        ("2024-04-01", "adopted"),
        ("2024-12-31", "adopted"),
        ("2025-01-01", "active"),
    ],
)
def test_adopted_from_the_day_of_the_last_council_until_it_begins(both_adopted, date, expected):
    assert status(both_adopted, date) == expected


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"organ": "formannskap"}, id="not-the-council"),
        pytest.param({"outcome": "rejected"}, id="rejected"),
        pytest.param({"outcome": "postponed"}, id="postponed"),
        pytest.param({"subject": "dissolution"}, id="about-something-else"),
    ],
)
def test_not_adopted_when_the_last_decision_is(council, values):
    decide(council, "Drammen", "2024-03-01")
    decide(council, "Lier", "2024-04-01", **values)
    assert status(council, "2024-05-01") == "planned"


def test_a_later_rejection_takes_an_adoption_back(both_adopted):
    decide(both_adopted, "Lier", "2024-06-01", outcome="rejected")
    assert status(both_adopted, "2024-05-31") == "adopted"
    assert status(both_adopted, "2024-06-01") == "planned"


def test_a_list_that_lacks_members_is_not_adopted_by_all(both_adopted):
    Cooperation.objects.update(members_complete=False)
    assert status(both_adopted, "2024-05-01") == "planned"


def test_a_member_that_joins_before_the_start_must_adopt_too(both_adopted):
    membership(both_adopted, municipality("Øvre Eiker", "3314"), valid_from=day("2024-11-01"))
    assert status(both_adopted, "2024-05-01") == "planned"


def test_a_customer_need_not_adopt(both_adopted):
    membership(both_adopted, organisation("Vann AS", "company"), "customer")
    assert status(both_adopted, "2024-05-01") == "adopted"


def test_an_agreement_that_is_over_adopts_nothing(both_adopted):
    Agreement.objects.update(valid_from=None, valid_to=day("2024-04-30"))
    assert status(both_adopted, "2024-04-30") == "adopted"
    assert status(both_adopted, "2024-05-01") == "planned"


def test_a_delegation_is_adopted_by_delegating(council):
    Agreement.objects.update(kind="delegation")
    decide(council, "Drammen", "2024-03-01", subject="delegation")
    decide(council, "Lier", "2024-03-01", subject="delegation")
    assert status(council, "2024-03-01") == "adopted"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2025-03-14", "active"),
        ("2025-03-15", "notice_given"),
        ("2026-03-15", "notice_given"),
        ("2026-03-16", "active"),
    ],
)
def test_notice_runs_from_the_day_it_is_given_to_the_last_day(council, date, expected):
    who = council.memberships.first().organisation
    Notice.objects.create(
        cooperation=council, organisation=who, given_on=day("2025-03-15"), effective_on=day("2026-03-15")
    )
    assert status(council, date) == expected


def test_a_withdrawn_notice_runs_no_longer(council):
    who = council.memberships.first().organisation
    Notice.objects.create(
        cooperation=council, organisation=who, given_on=day("2025-03-15"), withdrawn_on=day("2025-05-01")
    )
    assert status(council, "2025-04-30") == "notice_given"
    assert status(council, "2025-05-01") == "active"


def test_winding_up_from_its_day_to_the_end(council):
    Cooperation.objects.update(winding_up_from=day("2026-01-01"), valid_to=day("2026-06-30"))
    assert status(council, "2025-12-31") == "active"
    assert status(council, "2026-01-01") == "winding_up"
    assert status(council, "2026-06-30") == "winding_up"
    assert status(council, "2026-07-01") == "ended"


def test_winding_up_when_all_have_decided_to_dissolve(council):
    decide(council, "Drammen", "2025-03-01", subject="dissolution")
    assert status(council, "2025-12-31") == "active"
    decide(council, "Lier", "2025-04-01", subject="dissolution")
    assert status(council, "2025-03-31") == "active"
    assert status(council, "2025-04-01") == "winding_up"


def test_winding_up_is_told_rather_than_a_notice(council):
    who = council.memberships.first().organisation
    Notice.objects.create(cooperation=council, organisation=who, given_on=day("2025-03-15"))
    Cooperation.objects.update(winding_up_from=day("2025-04-01"))
    assert status(council, "2025-04-01") == "winding_up"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        pytest.param({"effective_on": day("2025-03-14")}, "før oppsigelsen", id="takes-effect-before"),
        pytest.param({"withdrawn_on": day("2025-03-14")}, "før den ble gitt", id="withdrawn-before"),
    ],
)
def test_a_notice_has_its_days_in_order(council, values, message):
    who = council.memberships.first().organisation
    with pytest.raises(ValidationError, match=message):
        Notice(cooperation=council, organisation=who, given_on=day("2025-03-15"), **values).full_clean()


def test_a_cooperation_is_not_wound_up_after_its_end(council):
    council.winding_up_from, council.valid_to = day("2026-07-01"), day("2026-06-30")
    with pytest.raises(ValidationError, match="etter at samarbeidet er avsluttet"):
        council.full_clean()


def test_every_status_has_a_name_of_its_own():
    assert len({str(s.label) for s in Status}) == len(Status)
