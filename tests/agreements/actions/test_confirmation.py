"""Does somebody vouch for the facts with name and day, and are they due again when they should be?"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from agreements.actions.confirmation import confirm, next_due
from agreements.insight.months import months_after
from agreements.models import Cooperation
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


def test_who_keeps_it_confirms_with_name_organisation_and_day(settings):
    settings.CONFIRMATION_MONTHS = 12
    drammen = make.municipality()
    user = make.user("dora", drammen, first_name="Dora", last_name="Dal")

    made = confirm(make.cooperation(responsible=drammen.organisation), by=user)

    assert (made.confirmed_on, made.confirmed_by) == (localdate(), "Dora Dal, Drammen")
    assert made.due_on == months_after(localdate(), 12)
    event = made.pgh_event_model.objects.filter(pgh_obj_id=made.pk).latest("pgh_id")
    assert event.pgh_context.metadata["reason"] == "Bekreftet at opplysningene stemmer"


def test_who_does_not_keep_it_confirms_nothing():
    made, lier = make.cooperation(), make.municipality("Lier", "3312")
    make.membership(made, lier)

    with pytest.raises(PermissionDenied):
        confirm(made, by=make.user("liv", lier))
    assert Cooperation.objects.get().confirmed_on is None


@pytest.mark.parametrize(
    ("values", "due"),
    [
        pytest.param({}, DAY(2025, 2, 28), id="leap day"),
        pytest.param({"confirm_every": 1}, DAY(2024, 3, 29), id="its own interval"),
        pytest.param({"valid_to": DAY(2024, 2, 29)}, DAY(2025, 2, 28), id="last day"),
        pytest.param({"valid_to": DAY(2024, 2, 28)}, None, id="ended"),
    ],
)
def test_when_it_is_due_again(settings, values, due):
    settings.CONFIRMATION_MONTHS = 12

    assert next_due(Cooperation(**values), DAY(2024, 2, 29)) == due


def test_a_long_name_is_cut_to_what_there_is_room_for():
    places = [make.organisation("Et svært langt navn på et samarbeid " * 2) for _n in range(3)]
    user = make.user("dora", *places, first_name="Dora")

    made = confirm(make.cooperation(responsible=places[0]), by=user)

    assert made.confirmed_by.startswith("Dora, Et svært")
    assert len(made.confirmed_by) <= 150
