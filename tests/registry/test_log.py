"""Does a secret address stay out of the log, whatever goes wrong with it?"""

import io
import logging

import pytest
from django.conf import settings

from agreements.models import CalendarAddress
from municipalities.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged():
    """Return what the console of the settings would show."""
    out = io.StringIO()
    console = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    before = console.setStream(out)
    yield out
    console.setStream(before)


@pytest.fixture
def token():
    return CalendarAddress.objects.create(user=User.objects.create_user("kari", is_staff=True)).token


@pytest.mark.parametrize(
    ("method", "query", "status", "said"),
    [
        ("get", "?on=x", 400, "Bad Request: /kalender/….ics"),
        ("post", "", 405, "Method Not Allowed (POST): /kalender/….ics"),
    ],
)
def test_a_secret_address_is_not_logged(client, token, logged, method, query, status, said):
    assert getattr(client, method)(f"/kalender/{token}.ics{query}").status_code == status
    assert said in logged.getvalue()
    assert token not in logged.getvalue()


@pytest.mark.parametrize("kind", ["bekreft", "avslutt"])
def test_the_address_of_a_follower_is_not_logged(client, logged, kind):
    assert client.put(f"/folg/{kind}/hemmelig-nokkel/?x=y").status_code == 405
    assert f"Method Not Allowed (PUT): /folg/{kind}/…" in logged.getvalue()
    assert "hemmelig-nokkel" not in logged.getvalue()


def test_other_addresses_are_logged_as_they_are(client, logged):
    assert client.get("/finnes-ikke/").status_code == 404
    assert "Not Found: /finnes-ikke/" in logged.getvalue()
