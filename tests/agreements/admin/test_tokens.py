"""Can a coordinator issue a token, see it once, and take it back?"""

import re

import pytest
from django.apps import apps
from django.utils import timezone

from agreements.models import ApiToken
from agreements.models.tokens import hashed
from tests import factories
from tests.admin_pages import submit, text

pytestmark = pytest.mark.django_db

LIST = "/admin/agreements/apitoken/"


@pytest.fixture
def drammen():
    return factories.municipality().organisation


@pytest.fixture
def kari(drammen, client):
    person = factories.user("kari", drammen)
    client.force_login(person)
    return person


def issue(client, **changes):
    said = {"name": "Sak og arkiv", "scopes": ["read", "write:cooperations"]} | changes
    return submit(client, f"{LIST}add/", **said)


def test_a_token_is_shown_once_and_only_its_hash_is_kept(client, kari, drammen):
    page = issue(client)
    assert "no-store" in page["Cache-Control"]
    secret = re.search(r'value="(ikr_[\w-]{43})"', page.content.decode())[1]
    token = ApiToken.objects.get()
    assert (token.digest, token.shown) == (hashed(secret), secret[:12])
    assert (token.user, token.organisation, token.scopes) == (kari, drammen, ["read", "write:cooperations"])
    for address in (LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/"):
        shown = client.get(address).content.decode()
        assert secret not in shown
        assert token.digest not in shown
        assert secret[:12] in shown
    event = apps.get_model("agreements", "ApiTokenEvent").objects.get()
    assert not hasattr(event, "digest")
    assert not hasattr(event, "last_used_at")


@pytest.mark.parametrize("day", ["1.1.2020", "1.1.2999"])
def test_a_day_that_is_past_or_too_far_ahead_is_refused(client, kari, day):
    assert "Velg en dag fra i dag og høyst to år fram." in text(issue(client, last_day=day))
    assert not ApiToken.objects.exists()


def test_a_token_that_can_do_nothing_is_refused(client, kari):
    issue(client, scopes=[])
    assert not ApiToken.objects.exists()


def test_only_editors_have_one_for_the_whole_register(client, kari):
    assert "Velg organisasjonen tokenet skal gjelde for." in text(issue(client, organisation=""))
    kari.is_editor = True
    kari.save()
    issue(client, organisation="")
    assert ApiToken.objects.get().organisation is None


def test_no_token_is_made_for_an_organisation_of_others(client, kari):
    issue(client, organisation=factories.municipality("Bergen", "4601").organisation.pk)
    assert not ApiToken.objects.exists()


def test_a_reader_has_none(client):
    client.force_login(factories.user("leo"))
    assert client.get(f"{LIST}add/").status_code == 403


def revoke(client, *tokens):
    return client.post(LIST, {"action": "revoke", "_selected_action": [t.pk for t in tokens]}, follow=True)


def test_a_token_is_taken_back_for_good(client, kari):
    issue(client)
    token = ApiToken.objects.get()
    revoke(client, token)
    token.refresh_from_db()
    assert token.revoked_at
    assert not ApiToken.objects.usable(timezone.now()).exists()
    when = token.revoked_at
    revoke(client, token)
    token.refresh_from_db()
    assert token.revoked_at == when


def test_each_sees_and_takes_back_her_own_and_the_administrator_all(client, admin_client, kari):
    issue(client)
    token = ApiToken.objects.get()
    client.force_login(factories.user("ada", factories.municipality("Lier", "3312"), is_editor=True))
    assert token.shown not in text(client.get(LIST))
    assert client.get(f"{LIST}{token.pk}/change/").status_code == 302
    revoke(client, token)
    assert ApiToken.objects.usable(timezone.now()).exists()
    assert token.shown in text(admin_client.get(LIST))
    revoke(admin_client, token)
    assert not ApiToken.objects.usable(timezone.now()).exists()


def test_only_the_name_is_changed_afterwards(client, kari):
    issue(client)
    token = ApiToken.objects.get()
    submit(client, f"{LIST}{token.pk}/change/", name="Nytt", scopes=["write:publication"], expires_at="2999-01-01")
    changed = ApiToken.objects.get()
    assert (changed.name, changed.scopes, changed.expires_at) == ("Nytt", token.scopes, token.expires_at)
