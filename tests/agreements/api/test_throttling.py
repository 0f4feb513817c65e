"""Is whoever asks too often told to wait, and everybody how much is left?"""

import re

import pytest
from django.test import RequestFactory

from agreements.api import throttling
from agreements.models import Quota
from tests import factories

from .writers import Writer, token

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.1"}


@pytest.fixture(autouse=True)
def _one_window(monkeypatch):
    """Let time stand still, in a minute of its own."""
    monkeypatch.setattr(throttling, "_now", lambda: (1000, 42))
    throttling._reads.clear()


@pytest.fixture
def own():
    drammen = factories.municipality().organisation
    return Writer(token(factories.user("kari", drammen), drammen))


def test_a_token_has_its_quota_and_then_waits(own, settings, monkeypatch):
    settings.THROTTLE_TOKEN = 2
    answers = [own.ask("GET", path) for path in ("cooperations/", "tasks/", "cooperations/")]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a["RateLimit"] for a in answers] == [f'"token";r={left};t=42' for left in (1, 0, 0)]
    assert {a["RateLimit-Policy"] for a in answers} == {'"token";q=2;w=60'}
    assert answers[2]["Retry-After"] == "42"
    monkeypatch.setattr(throttling, "_now", lambda: (1001, 60))
    assert own.ask("GET", "cooperations/").status_code == 200


def test_writing_counts_too_and_nothing_is_done_past_the_quota(own, settings):
    settings.THROTTLE_TOKEN = 1
    assert own.ask("POST", "cooperations/", {}).status_code == 400
    assert own.ask("POST", "cooperations/", {}).status_code == 429


def test_one_address_does_not_use_up_what_another_may_read(client, settings):
    settings.THROTTLE_READS = 1
    assert client.get("/api/v1/tasks/", **ELSEWHERE)["RateLimit"] == '"reads";r=0;t=42'
    assert client.get("/api/v1/tasks/", **ELSEWHERE).status_code == 429
    assert client.get("/api/v1/tasks/", REMOTE_ADDR="192.0.2.2").status_code == 200
    assert not Quota.objects.exists()


def test_the_machine_itself_reads_as_much_as_it_likes(client, settings):
    settings.THROTTLE_READS = 1
    answers = [client.get("/api/v1/tasks/") for _ in range(3)]
    assert {a.status_code for a in answers} == {200}
    assert "RateLimit" not in answers[0]


def test_guessing_at_tokens_ends_soon_also_for_the_right_one_from_there(own, settings):
    settings.THROTTLE_FAILED_TOKENS = 2
    right = own.secret
    own.secret = "ikr_feil"
    assert [own.ask("GET", "cooperations/").status_code for _ in range(3)] == [401, 401, 429]
    own.secret = right
    assert own.ask("GET", "cooperations/").status_code == 429


def test_counts_that_are_long_past_are_swept(own):
    Quota.objects.create(who="token:gammel", window_start=900, used=3)
    own.ask("GET", "cooperations/")
    assert [q.who.partition(":")[0] for q in Quota.objects.all()] == ["token"]


def test_no_limit_is_no_limit(own, client, settings):
    settings.THROTTLE_TOKEN = settings.THROTTLE_READS = 0
    assert "RateLimit" not in own.ask("GET", "cooperations/")
    assert "RateLimit" not in client.get("/api/v1/tasks/", **ELSEWHERE)


@pytest.mark.parametrize(
    ("connection", "forwarded", "address"),
    [
        pytest.param("192.0.2.1", "", "192.0.2.1", id="direct"),
        pytest.param("192.0.2.1", "198.51.100.7", "192.0.2.1", id="a stranger's word counts for nothing"),
        pytest.param("127.0.0.1", "198.51.100.7", "198.51.100.7", id="our proxy's does"),
        pytest.param("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7", id="what a proxy was told does not"),
        pytest.param("127.0.0.1", "198.51.100.7, ::1", "198.51.100.7", id="two of our proxies"),
        pytest.param("127.0.0.1", "", None, id="the machine itself"),
        pytest.param("127.0.0.1", "tull", "unknown", id="no address"),
        pytest.param("2001:db8::1:2:3", "", "2001:db8::/64", id="a network of IPv6"),
        pytest.param("::ffff:192.0.2.1", "", "192.0.2.1", id="IPv4 in IPv6"),
    ],
)
def test_who_asks_is_told_by_the_connection_or_by_a_proxy_of_ours(connection, forwarded, address):
    request = RequestFactory().get("/", REMOTE_ADDR=connection, HTTP_X_FORWARDED_FOR=forwarded)
    assert throttling.address_of(request) == address


def test_the_memory_for_addresses_is_bounded(monkeypatch):
    monkeypatch.setattr(throttling, "MOST_ADDRESSES", 3)
    for number in range(10):
        throttling._remembered(f"192.0.2.{number}", 5)
    assert len(throttling._reads) <= 3


def test_the_headers_follow_the_draft(own):
    answer = own.ask("GET", "cooperations/")
    assert re.fullmatch(r'"\w+";q=\d+;w=\d+', answer["RateLimit-Policy"])
    assert re.fullmatch(r'"\w+";r=\d+;t=\d+', answer["RateLimit"])
