"""What can an agreement and its parts be, and what can never be stored?"""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agreements.models import Agreement, Clause, Decision
from tests.factories import cooperation, municipality

pytestmark = pytest.mark.django_db


def agreement(of=None, **values) -> Agreement:
    return Agreement.objects.create(cooperation=of or cooperation(), title="Avtale", **values)


def test_an_agreement_supersedes_one_of_the_same_cooperation():
    old = agreement()
    with pytest.raises(ValidationError, match="et annet samarbeid"):
        Agreement(cooperation=cooperation("B"), title="Ny", supersedes=old).full_clean()


def test_versions_cannot_be_a_ring():
    of = cooperation()
    first = agreement(of)
    second = agreement(of, supersedes=first)
    first.supersedes = second
    with pytest.raises(ValidationError, match="ring"):
        first.full_clean()


def test_an_agreement_does_not_supersede_itself():
    made = agreement()
    with pytest.raises(IntegrityError, match="agreement_does_not_supersede_itself"), transaction.atomic():
        Agreement.objects.filter(pk=made.pk).update(supersedes=made.pk)


def test_the_source_of_a_notice_period_needs_the_period():
    with pytest.raises(IntegrityError, match="agreement_notice_source_needs_months"), transaction.atomic():
        agreement(notice_source="law")


def test_a_period_does_not_end_before_it_starts():
    with pytest.raises(IntegrityError, match="agreement_period"), transaction.atomic():
        agreement(valid_from=datetime.date(2020, 1, 2), valid_to=datetime.date(2020, 1, 1))


@pytest.mark.parametrize("day", [None, datetime.date(2020, 1, 1)])
def test_a_participant_decides_once_a_day(day):
    made, drammen = agreement(), municipality()
    Decision.objects.create(agreement=made, organisation=drammen.organisation, decided_on=day)
    with pytest.raises(IntegrityError, match="decision_once"), transaction.atomic():
        Decision.objects.create(agreement=made, organisation=drammen.organisation, decided_on=day)


def test_a_clause_is_answered_once():
    made = agreement()
    Clause.objects.create(agreement=made, item="IPR-14a", status="present")
    with pytest.raises(IntegrityError, match="clause_once"), transaction.atomic():
        Clause.objects.create(agreement=made, item="IPR-14a", status="missing")


def test_an_agreement_can_exist_in_two_languages():
    made = agreement(languages=["nb", "uk"])
    made.refresh_from_db()
    assert made.languages == ["nb", "uk"]
