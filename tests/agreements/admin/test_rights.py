"""Does the admin let nobody in where they have no business, object by object, by page and by POST?"""

import pytest
from django.urls import reverse

from agreements.models import Agreement, Cooperation, CooperationRelation, Decision, Membership, Organ
from municipalities.models import Organisation
from tests import factories as make
from tests.admin_pages import fields, saved, submit, text

pytestmark = pytest.mark.django_db

LIST = "/admin/agreements/cooperation/"


def page(obj, kind="change") -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{kind}", args=[obj.pk])


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
    make.membership(made, lier, "owner", share=(1, 4))
    return made


@pytest.fixture
def as_drammen(client, drammen):
    client.force_login(make.user("dora", drammen))
    return client


@pytest.fixture
def as_lier(client, lier):
    client.force_login(make.user("liv", lier))
    return client


# Cooperations


def test_the_responsible_saves(as_drammen, legevakt):
    response = submit(as_drammen, page(legevakt), purpose="Hjelp hele døgnet")

    assert saved(response), text(response)
    legevakt.refresh_from_db()
    assert legevakt.purpose == "Hjelp hele døgnet"


def test_a_coordinator_of_another_member_reads_only(as_lier, legevakt):
    shown = as_lier.get(page(legevakt))

    assert shown.status_code == 200
    assert {"name", "memberships-0-role"} & fields(shown).keys() == set()
    assert as_lier.post(page(legevakt), {"name": "Nytt"}).status_code == 403
    refused = as_lier.post(page(legevakt, "delete"), {"post": "yes"})
    assert refused.status_code == 403
    assert "Du er logget inn, men kan ikke gjøre dette." in text(refused)
    assert Cooperation.objects.get().name == "Drammen–Lier legevakt"


def test_the_list_shows_what_the_user_may_see(client, legevakt, lier):
    make.cooperation("Skjult plan", publication="draft")
    mine = make.cooperation("Liers plan", publication="draft", responsible=lier.organisation)
    client.force_login(make.user("liv", lier))

    listed = text(client.get(LIST))

    assert "Liers plan" in listed
    assert legevakt.name in listed
    assert "Skjult plan" not in listed
    assert "Skjult" not in client.get("/admin/autocomplete/?app_label=agreements&model_name=agreement"
                                      "&field_name=cooperation&term=plan").content.decode()  # fmt: skip
    assert mine.name in client.get("/admin/autocomplete/?app_label=agreements&model_name=agreement"
                                   "&field_name=cooperation&term=plan").content.decode()  # fmt: skip


def test_chosen_cooperations_are_deleted_only_by_who_may(as_lier, legevakt, lier):
    own = make.cooperation("Liers plan", publication="draft", responsible=lier.organisation)

    chosen = {"action": "delete_selected", "post": "yes", "_selected_action": [legevakt.pk, own.pk]}
    assert as_lier.post(LIST, chosen).status_code == 403
    assert Cooperation.objects.count() == 2

    as_lier.post(LIST, chosen | {"_selected_action": [own.pk]})
    assert list(Cooperation.objects.all()) == [legevakt]


def test_a_coordinator_registers_for_her_own_organisation(as_lier, lier, drammen):
    add = f"{LIST}add/"
    assert fields(as_lier.get(add))["responsible"] == str(lier.organisation.pk)

    response = submit(as_lier, add, name="Vannet", responsible=drammen.organisation.pk)
    assert "Dette kan du ikke føre her" in text(response)
    assert not Cooperation.objects.exists()

    response = submit(as_lier, add, name="Vannet")
    assert saved(response), text(response)
    assert (Cooperation.objects.get().responsible, Cooperation.objects.get().publication) == (
        lier.organisation, "draft",
    )  # fmt: skip


def test_a_relation_to_what_is_hidden_is_left_out_and_kept(as_drammen, legevakt):
    hidden = make.cooperation("Skjult plan", publication="draft")
    CooperationRelation.objects.create(predecessor=legevakt, successor=hidden)
    Cooperation.objects.filter(pk=legevakt.pk).update(umbrella=hidden)

    assert "Skjult plan" not in as_drammen.get(page(legevakt)).content.decode()
    assert saved(submit(as_drammen, page(legevakt), purpose="Ny"))
    legevakt.refresh_from_db()
    assert (legevakt.purpose, legevakt.umbrella, legevakt.successor_links.count()) == ("Ny", hidden, 1)


# Rows put where they do not belong


@pytest.mark.parametrize("model", ["membership", "agreement", "organ"])
def test_nothing_is_added_to_what_others_keep(as_lier, legevakt, lier, model):
    Membership.objects.filter(organisation=lier.organisation).delete()
    values = {
        "cooperation": legevakt.pk,
        "organisation": lier.organisation.pk,
        "title": "A",
        "name": "A",
        "role": "host",
    }

    response = submit(as_lier, f"/admin/agreements/{model}/add/", **values)

    assert "Dette kan du ikke føre her" in text(response)
    assert not Agreement.objects.exists()
    assert not Organ.objects.exists()
    assert not Membership.objects.filter(organisation=lier.organisation).exists()


def test_a_row_of_another_cooperation_is_not_taken_by_a_forged_form(as_drammen, legevakt, lier):
    other = make.membership(make.cooperation("Annet"), lier)
    data = fields(as_drammen.get(page(legevakt))) | {"memberships-0-id": other.pk, "memberships-0-note": "tatt"}

    as_drammen.post(page(legevakt), data)

    other.refresh_from_db()
    assert (other.note, other.cooperation.name) == ("", "Annet")


# Her own part


def test_a_member_keeps_its_purpose_and_period_but_not_its_role(as_lier, legevakt, lier):
    own = legevakt.memberships.get(organisation=lier.organisation)
    shown = as_lier.get(page(own))
    assert {"role", "organisation", "cooperation", "group"} & fields(shown).keys() == set()

    response = submit(as_lier, page(own), purpose="Nær legevakt", valid_to="2024", role="host", organisation="1")

    assert saved(response), text(response)
    assert response["Location"] == page(legevakt)
    own.refresh_from_db()
    assert (own.purpose, own.valid_to.year, own.role) == ("Nær legevakt", 2024, "owner")
    assert own.organisation == lier.organisation


def test_a_member_does_not_keep_the_others(as_lier, legevakt, drammen):
    host = legevakt.memberships.get(organisation=drammen.organisation)

    assert as_lier.get(page(host)).status_code == 200
    assert as_lier.post(page(host), {"note": "x"}).status_code == 403
    assert as_lier.post(page(host, "delete"), {"post": "yes"}).status_code == 403


def test_a_member_cannot_take_more_than_what_is_left(as_lier, legevakt, lier, drammen):
    make.membership(legevakt, drammen, "owner", share=(3, 4))

    response = submit(as_lier, page(legevakt.memberships.get(organisation=lier.organisation)), ownership="26 %")

    assert "eierandelene 101 %" in text(response)


def test_a_member_records_its_own_decision(as_lier, legevakt, lier, drammen):
    agreement = Agreement.objects.create(cooperation=legevakt, title="Avtale")
    assert as_lier.post(page(agreement), {"title": "Ny"}).status_code == 403
    add = f"/admin/agreements/decision/add/?agreement={agreement.pk}&organisation={lier.organisation.pk}"
    assert add.replace("&", "&amp;") in as_lier.get(page(agreement)).content.decode()

    forged = submit(as_lier, add, organisation=drammen.organisation.pk, decided_on="12.10.2023")
    assert "Dette kan du ikke føre her" in text(forged)
    assert saved(submit(as_lier, add, organ="kommunestyre", decided_on="12.10.2023"))

    made = Decision.objects.get()
    assert (made.organisation, made.organ) == (lier.organisation, "kommunestyre")
    assert "Endre vedtaket til Lier (vedtatt)" in text(as_lier.get(page(agreement)))
    assert saved(submit(as_lier, page(made), outcome="rejected"))
    assert as_lier.post(page(Decision.objects.create(agreement=agreement, organisation=drammen.organisation)),
                        {"outcome": "rejected"}).status_code == 403  # fmt: skip


# Organisations


def test_a_coordinator_changes_her_own_organisation_only(as_lier, lier, drammen):
    assert saved(submit(as_lier, page(lier.organisation), short_name="Lier k."))
    assert as_lier.post(page(drammen.organisation), {"name": "X"}).status_code == 403
    assert as_lier.post(page(lier), {"malform": "nynorsk"}).status_code == 403
    assert saved(submit(as_lier, "/admin/municipalities/organisation/add/", name="Vestby", kind="foundation"))
    assert Organisation.objects.filter(name="Vestby").exists()


# What is gone


def test_what_is_deleted_is_read_by_editors_only(client, lier):
    gone = make.cooperation("Skjult plan", publication="draft")
    history = page(gone, "history")
    gone.delete()

    client.force_login(make.user("liv", lier))
    assert client.get(f"{LIST}slettet/").status_code == 403
    assert client.get(history).status_code == 403
    assert "Slettet" not in text(client.get(LIST))
    client.force_login(make.user("rita", is_editor=True))
    assert "Skjult plan" in text(client.get(f"{LIST}slettet/"))
    assert client.get(history).status_code == 200
