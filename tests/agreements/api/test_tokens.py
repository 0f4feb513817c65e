"""Does a token open what it should, as long as it should, and nothing else?"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import ApiToken, Quota
from tests import factories

from .writers import Writer, token

pytestmark = pytest.mark.django_db
PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def drammen():
    return factories.municipality().organisation


@pytest.fixture
def kari(drammen):
    return factories.user("kari", drammen)


@pytest.fixture
def draft(drammen):
    return factories.cooperation(responsible=drammen, publication="draft")


@pytest.fixture
def own(kari, drammen):
    return Writer(token(kari, drammen))


def read(writer: Writer, draft) -> int:
    return writer.ask("GET", f"cooperations/{draft.slug}/").status_code


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda kari: ApiToken.objects.update(expires_at=PAST), id="expired"),
        pytest.param(lambda kari: ApiToken.objects.update(revoked_at=PAST), id="revoked"),
        pytest.param(lambda kari: type(kari).objects.update(is_active=False), id="holder-is-not-active"),
        pytest.param(lambda kari: type(kari).objects.update(is_staff=False), id="holder-may-not-sign-in"),
    ],
)
def test_a_token_that_is_over_opens_nothing(own, kari, draft, spoil):
    assert read(own, draft) == 200
    spoil(kari)
    assert read(own, draft) == 401


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Bearer ikr_" + "x" * 43, id="unknown"),
        pytest.param("Bearer", id="empty"),
        pytest.param("Bearer ikr_" + "x" * 100_000, id="long"),
        pytest.param("Bearer ikr_æøå\x00", id="odd-signs"),
        pytest.param("Basic a2FyaTpoZW1tZWxpZw==", id="password"),
    ],
)
def test_what_is_no_token_is_told_so_also_where_anybody_may_read(client, draft, header):
    answer = client.get("/api/v1/cooperations/", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_the_password_of_a_session_opens_nothing_in_the_api(client, kari, draft):
    client.force_login(kari)
    assert client.get(f"/api/v1/cooperations/{draft.slug}/").status_code == 404
    assert client.post("/api/v1/cooperations/", {}, content_type="application/json").status_code == 401


def test_without_the_scope_nothing_hidden_is_read(kari, drammen, draft):
    assert read(Writer(token(kari, drammen, ["write:cooperations"])), draft) == 404


def test_last_used_is_told_to_the_minute(own, draft):
    read(own, draft)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    read(own, draft)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=timezone.now() - datetime.timedelta(seconds=61))
    read(own, draft)
    assert ApiToken.objects.get().last_used_at > first


def test_who_has_no_token_costs_no_question_about_it(client, draft):
    client.get("/api/v1/cooperations/nei/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/api/v1/cooperations/nei/")
    # What is asked is only whether the address is a former one.
    assert [q["sql"] for q in asked if "token" in q["sql"] or "quota" in q["sql"]] == []
    assert not Quota.objects.exists()
