"""Can a coordinator do each action by a form, after seeing what it will do, and undo it?"""

import pytest
from django.urls import reverse

from agreements.models import ActionRecord, Cooperation, Membership
from municipalities.models import User
from tests import factories
from tests.admin_pages import fields, text

pytestmark = pytest.mark.django_db
WHY = "Vedtak i sak 14/24"


@pytest.fixture
def made(db):
    made = factories.cooperation("Renovasjon IKS", "IKS", [factories.task()], members_complete=True)
    for name, number in (("Drammen", "3301"), ("Lier", "3312")):
        factories.membership(made, factories.municipality(name, number), "owner", share=(1, 2))
    return made


@pytest.fixture
def lier(made):
    return made.memberships.get(organisation__name="Lier").organisation


def url(made, kind="") -> str:
    name, more = ("action", [kind]) if kind else ("actions", [])
    return reverse(f"admin:agreements_cooperation_{name}", args=[made.pk, *more])


def look(client, address, **asked):
    """Fill in the form, and ask what will happen."""
    return client.post(address, {"on": "2024-06-30", "reason": WHY, **asked, "look": "1"})


def do(client, address, **asked):
    """Fill in the form, look, and do it."""
    shown = look(client, address, **asked)
    return client.post(address, fields(shown) | {"do": "1"}, follow=True)


def test_what_will_happen_is_shown_and_nothing_done(admin_client, made, lier):
    shown = text(look(admin_client, url(made, "leave"), organisation=lier.pk))
    assert "Dette vil skje Endret medlemskap: Lier" in shown
    assert "30. juni 2024" in shown
    assert not Membership.objects.exclude(valid_to=None).exists()
    assert not ActionRecord.objects.exists()


def test_what_has_been_seen_is_done_and_undone(admin_client, made, lier):
    done = do(admin_client, url(made, "leave"), organisation=lier.pk)
    assert "Utført" in text(done)
    assert Membership.objects.get(organisation=lier).valid_to.isoformat() == "2024-06-30"
    record = ActionRecord.objects.get()
    undo = reverse("admin:agreements_cooperation_undo", args=[made.pk, record.pk])
    assert undo in done.content.decode()
    do(admin_client, undo)
    assert Membership.objects.get(organisation=lier).valid_to is None
    assert "Angret" in text(admin_client.get(url(made)))


def test_what_has_not_been_seen_is_shown_first(admin_client, made, lier):
    shown = look(admin_client, url(made, "leave"), organisation=lier.pk)
    other = fields(shown) | {"on": "2023-01-01", "do": "1"}
    assert "Dette vil skje" in text(admin_client.post(url(made, "leave"), other))
    assert not ActionRecord.objects.exists()


ASKED = {
    "join": lambda made, lier: {"organisation": factories.organisation().pk, "role": "customer"},
    "give_notice": lambda made, lier: {"organisation": lier.pk},
    "leave": lambda made, lier: {"organisation": lier.pk},
    "rename": lambda made, lier: {"name": "Nytt IKS"},
    "convert": lambda made, lier: {"form": "KO", "name": "Renovasjon KO"},
    "merge": lambda made, lier: {"others": [factories.cooperation("Annet").pk], "name": "Nytt IKS"},
    "split": lambda made, lier: {"names": "Øst IKS\nVest IKS"},
    "wind_up": lambda made, lier: {},
    "end": lambda made, lier: {},
}


@pytest.mark.parametrize("kind", ASKED)
def test_each_action_has_a_form_that_does_it(admin_client, made, lier, kind):
    assert admin_client.get(url(made, kind)).status_code == 200
    do(admin_client, url(made, kind), **ASKED[kind](made, lier))
    assert [r.kind for r in ActionRecord.objects.all()] == [kind]


def test_what_has_ended_can_be_reopened_and_no_more_ended(admin_client, made):
    Cooperation.objects.update(valid_to="2020-12-31")
    page = admin_client.get(url(made)).content.decode()
    assert url(made, "reopen") in page
    assert url(made, "end") not in page
    do(admin_client, url(made, "reopen"))
    assert Cooperation.objects.get().valid_to is None


@pytest.mark.parametrize(
    ("kind", "asked", "sentence"),
    [
        pytest.param("end", {"reason": ""}, "feltet er påkrevd", id="no-reason"),
        pytest.param("end", {"on": "31.2.2024"}, "gyldig dato", id="no-such-day"),
        pytest.param("split", {"names": "Bare én"}, "minst to deler", id="one-part"),
        pytest.param("convert", {"form": "IKS"}, "allerede denne formen", id="same-form"),
        pytest.param("leave", {"organisation": "999999"}, "Velg et gyldig valg", id="no-member"),
    ],
)
def test_what_cannot_be_is_told_on_the_form(admin_client, made, kind, asked, sentence):
    answer = look(admin_client, url(made, kind), **asked)
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert not ActionRecord.objects.exists()


def test_only_who_may_change_it(client, made):
    reader = User.objects.create_user("leser", is_staff=True)
    client.force_login(reader)
    assert client.get(url(made)).status_code == 403
    assert client.post(url(made, "end"), {"on": "2024-06-30", "reason": WHY}).status_code == 403


@pytest.mark.parametrize("kind", ["finnes-ikke", "register"])
def test_an_unknown_action_is_not_found(admin_client, made, kind):
    assert admin_client.get(url(made, kind)).status_code == 404


def test_a_deed_of_another_cooperation_is_not_undone_here(admin_client, made):
    do(admin_client, url(made, "end"))
    other = factories.cooperation("Annet")
    address = reverse("admin:agreements_cooperation_undo", args=[other.pk, ActionRecord.objects.get().pk])
    assert admin_client.get(address).status_code == 404
