"""Who may see, change and propose what?  Each rule alone, asked as the admin and the API ask."""

import datetime

import pytest
import rules
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Permission
from django.utils.timezone import localdate

from agreements.models import Agreement, Citation, CooperationRelation, CooperationTask, Decision, Organ, OrganSeat
from agreements.permissions import editable_by, organisations_of, visible_to
from municipalities.models import Coordinator
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def may(user, verb: str, obj) -> bool:
    return user.has_perm(f"{obj._meta.app_label}.{verb}_{obj._meta.model_name}", obj)


@pytest.fixture
def drammen():
    return make.municipality()


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312")


@pytest.fixture
def legevakt(drammen, lier):
    """A cooperation that Drammen hosts and Lier takes part in."""
    made = make.cooperation()
    make.membership(made, drammen, "host")
    make.membership(made, lier)
    return made


@pytest.fixture
def of_drammen(drammen):
    return make.user("dora", drammen)


@pytest.fixture
def of_lier(lier):
    return make.user("liv", lier)


# Every page has its rules


def test_every_table_that_the_admin_shows_has_its_rules():
    shown = {model for model in admin.site._registry if model._meta.app_label in ("municipalities", "agreements")}
    shown |= {inline.model for model in shown for inline in admin.site._registry[model].inlines}
    bare = {
        m._meta.model_name for m in shown if not rules.perm_exists(f"{m._meta.app_label}.view_{m._meta.model_name}")
    }

    assert bare == {"user", "coordinator"}  # for administrators only


# Whose cooperation it is


@pytest.mark.parametrize("role", ["host", "office", "secretariat"])
def test_who_has_a_keeping_role_edits(drammen, of_drammen, role):
    made = make.cooperation()
    make.membership(made, drammen, role)

    assert may(of_drammen, "change", made)
    assert list(editable_by(of_drammen)) == [made]


@pytest.mark.parametrize("role", ["participant", "owner", "leader", "founder", "initiator"])
def test_who_has_another_role_does_not_edit(drammen, of_drammen, role):
    made = make.cooperation()
    make.membership(made, drammen, role)

    assert not may(of_drammen, "change", made)
    assert not editable_by(of_drammen).exists()


def test_who_is_responsible_edits(drammen, of_drammen, of_lier):
    made = make.cooperation(responsible=drammen.organisation, publication="draft")

    assert may(of_drammen, "change", made)
    assert not may(of_lier, "change", made)
    assert not may(of_lier, "view", made)


@pytest.mark.parametrize(
    ("values", "edits"),
    [
        pytest.param({"valid_to": 0}, True, id="last day"),
        pytest.param({"valid_to": -1}, False, id="ended yesterday"),
        pytest.param({"valid_from": 0}, True, id="first day"),
        pytest.param({"valid_from": 1}, False, id="begins tomorrow"),
    ],
)
@pytest.mark.parametrize("of", ["membership", "coordinator"])
def test_role_and_office_hold_on_their_first_and_last_day(drammen, values, edits, of):
    dates = {name: localdate() + days * DAY for name, days in values.items()}
    made, user = make.cooperation(), make.user()
    make.membership(made, drammen, "host", **(dates if of == "membership" else {}))
    Coordinator.objects.create(
        user=user, organisation=drammen.organisation, **(dates if of == "coordinator" else {})
    )  # fmt: skip

    assert may(user, "change", made) is edits
    assert editable_by(user).exists() is edits


@pytest.mark.parametrize("lost", ["is_staff", "is_active"])
def test_who_may_no_longer_sign_in_has_no_rights(legevakt, drammen, lost):
    user = make.user("dora", drammen, is_editor=True, **{lost: False})

    assert not may(user, "change", legevakt)
    assert not may(user, "view", legevakt)
    assert not organisations_of(user).exists()


def test_a_stranger_has_no_rights(legevakt):
    stranger = AnonymousUser()

    assert not may(stranger, "view", legevakt)
    assert not may(stranger, "change", legevakt)
    assert not stranger.has_perm("agreements.add_cooperation")
    assert not visible_to(stranger).exists()
    assert not editable_by(stranger).exists()


def test_permissions_of_django_give_nothing(legevakt):
    user = make.user("leser")
    user.user_permissions.set(Permission.objects.filter(codename__endswith="cooperation"))

    assert not user.has_perm("agreements.change_cooperation")
    assert not may(user, "change", legevakt)


# What is seen


@pytest.mark.parametrize("publication", ["draft", "in_review", "withdrawn"])
def test_the_unpublished_is_seen_by_those_whom_it_concerns(drammen, lier, of_drammen, of_lier, publication):
    made = make.cooperation(publication=publication)
    make.membership(made, lier, valid_to="2019-12-31")

    assert [may(user, "view", made) for user in (make.user("leser"), of_drammen, of_lier)] == [False, False, True]
    assert list(visible_to(of_lier)) == [made]
    assert may(make.user("rita", is_editor=True), "view", made)


def test_a_reader_sees_the_published_and_changes_nothing(legevakt):
    reader = make.user("leser")

    assert may(reader, "view", legevakt)
    assert may(reader, "propose", legevakt)
    assert not any(may(reader, verb, legevakt) for verb in ("add", "change", "delete", "confirm", "submit", "publish"))
    assert not reader.has_perm("agreements.add_cooperation")
    assert not reader.has_perm("municipalities.add_organisation")


# Rows


def rows(made, drammen) -> list:
    """Make one of each row of a cooperation, also rows of rows."""
    organ = Organ.objects.create(cooperation=made, name="Styret")
    agreement = Agreement.objects.create(cooperation=made, title="Avtale")
    return [
        organ,
        OrganSeat.objects.create(organ=organ, organisation=drammen.organisation, members=1),
        agreement,
        Decision.objects.create(agreement=agreement, organisation=drammen.organisation),
        CooperationTask.objects.create(cooperation=made, task=make.task()),
        made.memberships.get(role="host"),
        Citation.objects.create(source=make.source(), membership=made.memberships.get(role="host"), locator="1"),
    ]


def test_rows_follow_their_cooperation(legevakt, drammen, of_drammen, of_lier):
    for row in rows(legevakt, drammen):
        assert may(of_drammen, "change", row), row
        assert may(of_drammen, "delete", row), row
        assert may(of_lier, "view", row), row
        assert not may(of_lier, "change", row), row
        assert not may(of_lier, "delete", row), row


def test_a_relation_belongs_to_both_its_cooperations(legevakt, of_drammen, of_lier):
    relation = CooperationRelation.objects.create(predecessor=make.cooperation("Gammel"), successor=legevakt)

    assert may(of_drammen, "change", relation)
    assert not may(of_lier, "change", relation)


# Her own part of what others keep


def test_a_member_keeps_its_own_membership_but_does_not_join_or_vanish(legevakt, lier, of_lier):
    own = legevakt.memberships.get(organisation=lier.organisation)

    assert may(of_lier, "change", own)
    assert not may(of_lier, "add", own)
    assert not may(of_lier, "delete", own)
    assert not may(of_lier, "change", legevakt.memberships.get(role="host"))


def test_a_former_host_cannot_reopen_its_period(legevakt, lier, of_lier):
    former = make.membership(legevakt, lier, "host", valid_from="2001-01-01", valid_to="2009-12-31")

    assert not may(of_lier, "change", former)


def test_a_member_keeps_its_own_decisions(legevakt, lier, drammen, of_lier):
    agreement = Agreement.objects.create(cooperation=legevakt, title="Avtale")
    own = Decision(agreement=agreement, organisation=lier.organisation)
    other = Decision(agreement=agreement, organisation=drammen.organisation)

    assert all(may(of_lier, verb, own) for verb in ("add", "change", "delete"))
    assert not any(may(of_lier, verb, other) for verb in ("add", "change", "delete"))


def test_who_takes_no_part_decides_nothing(legevakt):
    bergen = make.municipality("Bergen", "4601")
    agreement = Agreement.objects.create(cooperation=legevakt, title="Avtale")

    assert not may(
        make.user("berit", bergen), "add", Decision(agreement=agreement, organisation=bergen.organisation)
    )  # fmt: skip


# The others


def test_the_editor_keeps_the_register_and_the_reference_data_but_not_users(legevakt, drammen):
    editor = make.user("rita", is_editor=True)

    for row in (legevakt, drammen, drammen.organisation, make.source(), make.task(), *rows(legevakt, drammen)):
        assert may(editor, "change", row), row
        assert may(editor, "delete", row), row
    assert may(editor, "publish", legevakt)
    assert not may(editor, "view", editor)
    assert not may(editor, "change", editor)


def test_a_coordinator_keeps_her_own_organisation_only(drammen, lier, of_drammen):
    assert may(of_drammen, "change", drammen.organisation)
    assert not may(of_drammen, "change", lier.organisation)
    assert not may(of_drammen, "delete", drammen.organisation)
    assert not may(of_drammen, "change", drammen)
    assert of_drammen.has_perm("municipalities.add_organisation")


def test_a_coordinator_deletes_drafts_only(drammen, of_drammen):
    made = make.cooperation(responsible=drammen.organisation, publication="draft")
    assert may(of_drammen, "delete", made)

    made.publication = "in_review"
    assert not may(of_drammen, "delete", made)
