"""Does a cooperation become public by the right steps, the right hands and with a reason where one is due?"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import localdate

from agreements.actions.publication import STEPS, steps_for, take_step
from agreements.insight.months import months_after
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def drammen():
    return make.municipality()


@pytest.fixture
def coordinator(drammen):
    return make.user("dora", drammen)


@pytest.fixture
def editor():
    return make.user("rita", is_editor=True)


def in_state(drammen, state, **values):
    return make.cooperation(publication=state, responsible=drammen.organisation, **values)


@pytest.mark.parametrize(
    ("state", "of_coordinator", "of_editor"),
    [
        ("draft", ["submit"], ["submit"]),
        ("in_review", ["return"], ["return", "publish"]),
        ("published", [], ["withdraw"]),
        ("withdrawn", ["reopen"], ["reopen"]),
    ],
)
def test_who_may_take_which_step(drammen, coordinator, editor, state, of_coordinator, of_editor):
    made = in_state(drammen, state)

    assert [s.key for s in steps_for(coordinator, made)] == of_coordinator
    assert [s.key for s in steps_for(editor, made)] == of_editor
    assert steps_for(make.user("leser"), made) == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", ["draft", "in_review", "published", "withdrawn"])
def test_a_step_goes_only_from_where_it_begins(drammen, editor, step, state):
    made = in_state(drammen, state)

    if STEPS[step].before == state:
        assert take_step(made, step=step, by=editor, reason="Prøve").publication == STEPS[step].after
    else:
        with pytest.raises(ValidationError, match="Steget"):
            take_step(made, step=step, by=editor, reason="Prøve")
    made.refresh_from_db()
    assert made.publication == (STEPS[step].after if STEPS[step].before == state else state)


@pytest.mark.parametrize("step", ["publish", "withdraw"])
def test_what_the_public_sees_is_not_decided_by_a_coordinator(drammen, coordinator, step):
    made = in_state(drammen, STEPS[step].before)

    with pytest.raises(PermissionDenied):
        take_step(made, step=step, by=coordinator, reason="Prøve")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_withdrawal_needs_a_reason(drammen, editor, reason):
    made = in_state(drammen, "published")

    with pytest.raises(ValidationError) as refused:
        take_step(made, step="withdraw", by=editor, reason=reason)
    assert "reason" in refused.value.message_dict
    made.refresh_from_db()
    assert made.publication == "published"


def test_the_reason_is_kept_in_the_history(drammen, editor):
    made = take_step(in_state(drammen, "published"), step="withdraw", by=editor, reason="Feil kommune")

    event = made.pgh_event_model.objects.filter(pgh_obj_id=made.pk).latest("pgh_id")
    assert event.pgh_context.metadata == {"user": editor.pk, "reason": "Trukket tilbake: Feil kommune"}


def test_what_is_published_is_due_after_the_usual_months(drammen, editor, settings):
    settings.CONFIRMATION_MONTHS = 6

    assert take_step(in_state(drammen, "in_review"), step="publish", by=editor).due_on == months_after(localdate(), 6)


def test_a_day_that_is_set_stays(drammen, editor):
    day = datetime.date(2031, 1, 1)

    assert take_step(in_state(drammen, "in_review", due_on=day), step="publish", by=editor).due_on == day
