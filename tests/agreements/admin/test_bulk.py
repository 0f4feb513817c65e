import datetime

import pytest

from agreements.models import Cooperation
from municipalities.models import Coordinator, Organisation, User
from tests import factories as make
from tests.admin_pages import fields, text

pytestmark = pytest.mark.django_db

LIST = "/admin/agreements/cooperation/"


@pytest.fixture(autouse=True)
def two(db):
    make.municipality()
    make.source()
    make.task("vann", "teknisk")
    return [make.cooperation(name, slug=name.lower(), tasks=[make.task()]) for name in ("Alfa", "Beta")]


def choose(client, chosen):
    return client.post(LIST, {"action": "bulk_edit", "_selected_action": [c.pk for c in chosen], "index": "0"})


def preview(client, chosen, **values):
    values = {"reason": "Ny ansvarsdeling"} | values
    return client.post(LIST, fields(choose(client, chosen)) | values | {"bulk": "preview"})


def save(client, page):
    return client.post(LIST, fields(page) | {"bulk": "save"}, follow=True)


def test_what_changes_for_which_is_shown_and_then_done_with_the_reason(admin_client, two):
    page = preview(
        admin_client, two, responsible="Drammen kommune", add_task="vann", remove_task="legevakt",
        due_on="1.3.2027", source="rapport", locator="side 9",
    )  # fmt: skip
    shown = text(page)
    assert "Alfa : ansvarlig: – → Drammen" in shown
    assert "oppgaver: Legevakt → Vann" in shown
    assert "skal bekreftes innen: – → 1. mars 2027" in shown
    assert "ny kildehenvisning: – → En rapport, side 9" in shown
    assert not Cooperation.objects.exclude(responsible=None).exists()
    assert "2 samarbeid er endret." in text(save(admin_client, page))
    for one in Cooperation.objects.all():
        assert (one.responsible.name, one.due_on) == ("Drammen", datetime.date(2027, 3, 1))
        assert [task.code for task in one.tasks.all()] == ["vann"]
        assert "side 9" in [citation.locator for citation in one.citations.all()]
        event = Cooperation.pgh_event_model.objects.filter(pgh_obj_id=one.pk).latest("pgh_id")
        assert event.pgh_context.metadata["reason"] == "Ny ansvarsdeling"


def test_what_is_so_already_is_not_touched(admin_client, two):
    Cooperation.objects.filter(pk=two[0].pk).update(due_on=datetime.date(2027, 3, 1))
    page = preview(admin_client, two, due_on="1.3.2027")
    assert "1 er slik allerede, og blir ikke rørt." in text(page)
    assert "1 samarbeid er endret." in text(save(admin_client, page))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({}, "Fyll ut minst ett felt"),
        ({"due_on": "1.3.2027", "reason": ""}, "Skriv hvorfor."),
        ({"responsible": "Dramen"}, "Mente du: Drammen (kommune)?"),
        ({"responsible": "Atlantis"}, "Registeret kjenner ingen organisasjon"),
        ({"due_on": "i morgen"}, "Skriv datoen som 31.12.2023."),
        ({"source": "rapport"}, "Skriv hvor i kilden det står."),
        ({"add_task": "vann", "remove_task": "vann"}, "den samme oppgaven"),
    ],
)
def test_a_fault_is_told_and_nothing_is_changed(admin_client, two, fault, message):
    page = preview(admin_client, two, **fault)
    assert message in text(page)
    assert 'value="save"' not in page.content.decode()


def test_a_change_in_between_is_shown_before_it_is_saved(admin_client, two):
    page = preview(admin_client, two, due_on="1.3.2027")
    Cooperation.objects.filter(pk=two[0].pk).update(due_on=datetime.date(2030, 1, 1))
    again = save(admin_client, page)
    assert "Noen har endret noe i mellomtiden." in text(again)
    assert Cooperation.objects.get(pk=two[0].pk).due_on == datetime.date(2030, 1, 1)


def test_saving_without_a_preview_shows_it_first(admin_client, two):
    data = fields(choose(admin_client, two)) | {"due_on": "1.3.2027", "reason": "Hast", "bulk": "save"}
    assert "Dette endres" in text(admin_client.post(LIST, data))
    assert not Cooperation.objects.exclude(due_on=None).exists()


def test_who_may_only_look_is_not_offered_it(client, two):
    client.force_login(User.objects.create_user("leser", is_staff=True))
    assert "bulk_edit" not in client.get(LIST).content.decode()
    client.post(LIST, {"action": "bulk_edit", "_selected_action": [two[0].pk], "due_on": "1.3.2027", "reason": "x",
                       "bulk": "save"})  # fmt: skip
    assert not Cooperation.objects.exclude(due_on=None).exists()


def test_a_coordinator_changes_her_own_only_and_is_told(client, two):
    drammen = Organisation.objects.get(name="Drammen")
    Cooperation.objects.filter(pk=two[0].pk).update(responsible=drammen)
    kari = User.objects.create_user("kari", is_staff=True)
    Coordinator.objects.create(user=kari, organisation=drammen)
    client.force_login(kari)
    page = preview(client, two, due_on="1.3.2027")
    assert "1 av dem kan du ikke endre, og blir ikke med" in text(page)
    assert "1 samarbeid er endret." in text(save(client, page))
    assert [c.due_on is None for c in Cooperation.objects.order_by("name")] == [False, True]
