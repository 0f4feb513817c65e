"""Can a cooperation be handed in, published, withdrawn and confirmed by a click, alone and several at once?"""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from agreements.models import Cooperation
from tests import factories as make
from tests.admin_pages import fields, saved, submit, text

pytestmark = pytest.mark.django_db

LIST = "/admin/agreements/cooperation/"


def page(made) -> str:
    return reverse("admin:agreements_cooperation_change", args=[made.pk])


def step(made, name: str) -> str:
    return reverse("admin-step", args=[made.pk, name])


@pytest.fixture
def drammen():
    return make.municipality()


@pytest.fixture
def as_drammen(client, drammen):
    client.force_login(make.user("dora", drammen))
    return client


@pytest.fixture
def as_editor(client):
    client.force_login(make.user("rita", is_editor=True))
    return client


def test_a_draft_goes_to_the_public_by_two_people(client, drammen):
    made = make.cooperation(publication="draft", responsible=drammen.organisation)

    client.force_login(make.user("dora", drammen))
    assert step(made, "submit") in client.get(page(made)).content.decode()
    assert saved(submit(client, step(made, "submit"), reason="Ferdig"))
    assert client.get(step(made, "publish")).status_code == 403
    assert client.post(step(made, "publish")).status_code == 403

    client.force_login(make.user("rita", is_editor=True))
    assert saved(submit(client, step(made, "publish")))
    made.refresh_from_db()
    assert made.publication == "published"
    assert "Sendt til gjennomsyn: Ferdig" in text(client.get(page(made).replace("change", "history")))


def test_publication_is_no_field_that_can_be_sent(as_drammen, drammen):
    made = make.cooperation(publication="draft", responsible=drammen.organisation)

    assert saved(submit(as_drammen, page(made), publication="published", confirmed_by="Jeg", purpose="Ny"))

    made.refresh_from_db()
    assert (made.publication, made.confirmed_by, made.purpose) == ("draft", "", "Ny")


def test_a_withdrawal_without_a_reason_comes_back(as_editor):
    made = make.cooperation()

    response = submit(as_editor, step(made, "withdraw"))

    assert "Skriv hvorfor" in text(response)
    assert saved(submit(as_editor, step(made, "withdraw"), reason="Feil"))
    made.refresh_from_db()
    assert made.publication == "withdrawn"


def test_a_step_that_somebody_else_has_taken_is_told(as_editor):
    made = make.cooperation(publication="in_review")
    data = fields(as_editor.get(step(made, "publish")))
    Cooperation.objects.update(publication="draft")

    assert "er «utkast»" in text(as_editor.post(step(made, "publish"), data))


@pytest.mark.parametrize("address", ["/admin/samarbeid/1/publisering/finnes-ikke/", "/admin/samarbeid/999/bekreft/"])
def test_what_there_is_not(as_editor, address):
    assert as_editor.post(address).status_code == 404


def test_one_click_confirms(as_drammen, drammen):
    made = make.cooperation(responsible=drammen.organisation)
    address = reverse("admin-confirm", args=[made.pk])
    assert address in as_drammen.get(page(made)).content.decode()
    assert as_drammen.get(address).status_code == 405

    told = text(as_drammen.post(address, follow=True))

    assert "Opplysningene er bekreftet av dora, Drammen" in told
    made.refresh_from_db()
    assert made.confirmed_on == localdate()


def test_several_are_confirmed_and_those_of_others_are_named(as_drammen, drammen):
    mine = make.cooperation("Mitt", responsible=drammen.organisation)
    other = make.cooperation("Andres")

    told = text(
        as_drammen.post(LIST, {"action": "confirm_chosen", "_selected_action": [mine.pk, other.pk]}, follow=True)
    )

    assert "Bekreftet: 1 samarbeid." in told
    assert "Ikke gjort, fordi du ikke kan, eller fordi samarbeidet ikke er kommet dit: Andres." in told
    assert set(Cooperation.objects.exclude(confirmed_on=None)) == {mine}


def test_the_list_shows_what_is_overdue(as_drammen):
    make.cooperation("Forfalt", due_on="2001-01-01")
    make.cooperation("Senere", due_on="2999-01-01")

    listed = text(as_drammen.get(f"{LIST}?bekreftelse=due"))

    assert "Forfalt" in listed
    assert "Senere" not in listed


def test_several_are_withdrawn_after_saying_why(as_editor):
    one, two = make.cooperation("En"), make.cooperation("To")
    chosen = {"action": "withdraw", "_selected_action": [one.pk, two.pk]}

    asked = as_editor.post(LIST, chosen)
    assert fields(asked)["_selected_action"]
    assert "Skriv hvorfor" in text(as_editor.post(LIST, chosen | {"reason": ""}))
    assert Cooperation.objects.public().count() == 2

    told = text(as_editor.post(LIST, chosen | {"reason": "Feil"}, follow=True))
    assert "Trukket tilbake: 2 samarbeid." in told
    assert not Cooperation.objects.public().exists()


def test_a_coordinator_is_not_offered_to_publish(as_drammen, drammen):
    made = make.cooperation(publication="in_review", responsible=drammen.organisation)

    as_drammen.post(LIST, {"action": "publish", "_selected_action": [made.pk]})

    assert "Publiser valgte" not in text(as_drammen.get(LIST))
    made.refresh_from_db()
    assert made.publication == "in_review"
