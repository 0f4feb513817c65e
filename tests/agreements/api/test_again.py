"""Is a question that is asked again answered as the first time, faster, and never with what has changed since?"""

import datetime

import pytest
from django.utils import timezone

from agreements.answers import reading
from agreements.api import again, throttling
from agreements.models import Cooperation
from agreements.models.answers import Listed, Revision
from municipalities.models import MunicipalityNumber
from tests import factories

from .writers import Writer, token

pytestmark = pytest.mark.django_db
BASE = "/api/v1/cooperations/"
ONE = f"{BASE}legevakt/"
FILTERS = "municipality=3312&form=VK&role=host&q=legevakt&on=2024-01-01&ordering=-name&count=true&page_size=2"
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.1"}


@pytest.fixture(autouse=True)
def lier():
    """Begin with nothing understood, and a register of three cooperations with a host."""
    again.forget()
    throttling._reads.clear()
    place = factories.municipality("Lier", "3312")
    for name in ("legevakt", "Kommunal legevakt", "Legevakt nord"):
        factories.membership(factories.cooperation(name, cite=False), place, "host")
    # Long ago: within the second of a change, nobody is told when it was.
    reading.state()
    long_ago = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)
    Revision.objects.update(made=long_ago)
    Listed.objects.update(changed=long_ago)
    return place


def short(response) -> bool:
    """Tell whether an answer went the short way: no view was looked for."""
    return response.wsgi_request.resolver_match is None


@pytest.mark.parametrize(
    "address", [BASE, f"{BASE}?", f"{BASE}?{FILTERS}", f"{BASE}?page_size=1", ONE, f"{ONE}?on=any"]
)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_second_answer_is_the_first_with_all_its_headers(client, address, language):
    asked = {"headers": {"Accept-Language": language, "Accept": "application/json"}} | ELSEWHERE
    first, second = (client.get(address, **asked) for _ in range(2))
    assert (first.status_code, short(first), short(second)) == (200, False, True)
    assert second.content == first.content
    left = [int(answer["RateLimit"].partition("r=")[2].partition(";")[0]) for answer in (first, second)]
    assert left[0] == left[1] + 1
    assert _without_limit(second) == _without_limit(first)
    assert {"Access-Control-Allow-Origin", "X-Frame-Options", "X-Content-Type-Options", "Vary"} <= set(second.headers)


def _without_limit(answer) -> dict:
    return {name: value for name, value in answer.items() if name != "RateLimit"}


@pytest.mark.parametrize("address", [BASE, f"{BASE}?form=VK", ONE])
def test_a_304_has_the_same_headers_either_way(client, address):
    asked = {"headers": {"If-None-Match": client.get(address)["ETag"]}} | ELSEWHERE
    fast = client.get(address, **asked)
    again.forget()
    slow = client.get(address, **asked)
    after = client.get(address, **asked)  # a 304 teaches as much as a 200
    assert [short(answer) for answer in (fast, slow, after)] == [True, False, True]
    assert {answer.status_code for answer in (fast, slow, after)} == {304}
    assert _without_limit(fast) == _without_limit(slow) == _without_limit(after)
    assert short(client.get(address))
    assert client.get(address)["Content-Type"] == "application/json"


_LATER, _EARLIER = "Fri, 01 Jan 2100 00:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT"


@pytest.mark.parametrize(
    "conditions",
    [
        {"If-None-Match": "TAG", "If-Modified-Since": _EARLIER}, {"If-None-Match": '"x", TAG'}, {"If-None-Match": "*"},
        {"If-None-Match": "W/TAG"}, {"If-None-Match": ""}, {"If-Modified-Since": _LATER},
        {"If-Modified-Since": _EARLIER}, {"If-Match": "TAG"}, {"If-Match": '"x"'},
        {"If-Match": '"x"', "If-None-Match": "TAG"}, {"If-Unmodified-Since": _EARLIER},
        {"If-None-Match": "TAG", "If-Unmodified-Since": _EARLIER},
    ],
)  # fmt: skip
def test_conditions_are_weighed_the_same_either_way(client, conditions):
    etag = client.get(BASE, **ELSEWHERE)["ETag"]
    asked = {"headers": {name: value.replace("TAG", etag) for name, value in conditions.items()}} | ELSEWHERE
    client.get(BASE, **ELSEWHERE)
    fast = client.get(BASE, **asked)
    again.forget()
    slow = client.get(BASE, **asked)
    assert not short(slow)
    assert (fast.status_code, fast.content) == (slow.status_code, slow.content)
    assert fast.get("ETag") == slow.get("ETag")


def test_who_holds_what_has_changed_gets_the_new_at_once(client):
    for _time in range(2):
        before = client.get(BASE)
    Cooperation.objects.filter(name="Legevakt nord").update(publication="withdrawn")
    after = client.get(BASE, headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, len(after.json()["results"])) == (200, 2)


def test_every_page_of_a_list_is_answered_once_the_second_was_read(client):
    seen, ways, address = [], [], f"{BASE}?page_size=1"
    while address:
        answer = client.get(address)
        ways.append(short(answer))
        seen += [row["name"] for row in answer.json()["results"]]
        address = answer.json()["next"]
    assert seen == ["Kommunal legevakt", "legevakt", "Legevakt nord"]
    assert ways == [False, False, True]


def test_one_cooperation_teaches_how_all_are_answered(client):
    client.get(ONE)
    other = client.get(f"{BASE}legevakt-nord/")
    assert short(other)
    assert other.json()["name"] == "Legevakt nord"


@pytest.mark.parametrize(
    "address", [f"{BASE}finnes-ikke/", f"{BASE}le%00gevakt/", f"{BASE}a/b/", f"{BASE}legevakt", f"{BASE}legevakt//"]
)
def test_what_does_not_exist_is_told_as_the_first_time(client, address):
    first = client.get(address)
    client.get(ONE)
    second = client.get(address)
    assert (second.status_code, second.content, dict(second.items())) == (
        first.status_code, first.content, dict(first.items()),
    )  # fmt: skip


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "%41", "A&cursor=B", "٥", "A'--", "A" * 3000])
def test_a_bad_cursor_is_told_as_the_first_time(client, cursor):
    address = f"{BASE}?page_size=1&cursor={cursor}"
    first = client.get(address)
    client.get(client.get(f"{BASE}?page_size=1").json()["next"])
    second = client.get(address)
    assert second.status_code == first.status_code == (200 if not cursor else 400)
    assert second.content == first.content


def test_a_cursor_of_another_list_is_refused(client):
    following = client.get(f"{BASE}?page_size=1").json()["next"]
    cursor = following.partition("cursor=")[2]
    client.get(f"{BASE}?form=VK&page_size=1&cursor=")
    assert client.get(f"{BASE}?form=VK&page_size=1&cursor={cursor}").status_code == 400


CHANGES = {
    "the name": lambda lier: Cooperation.objects.filter(slug="legevakt").update(name="Nytt navn"),
    "the number of a municipality": lambda lier: MunicipalityNumber.objects.update(number="3399"),
    "publication": lambda lier: Cooperation.objects.update(publication="draft"),
    "a word": lambda lier: factories.cooperation("Ny legevaktsentral"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("query", ["", "?municipality=3312", "?q=legevakt", "?page_size=1&count=true"])
def test_after_a_change_the_answer_is_that_of_a_first_time(client, lier, change, query):
    before = client.get(BASE + query)
    CHANGES[change](lier)
    answer = client.get(BASE + query)
    again.forget()
    fresh = client.get(BASE + query)
    assert (answer.status_code, answer.content) == (fresh.status_code, fresh.content)
    held = client.get(BASE + query, headers={"If-None-Match": before.get("ETag", "")})
    assert held.status_code == fresh.status_code


@pytest.mark.parametrize(
    "headers", [{}, {"If-None-Match": "*"}, {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}]
)
def test_what_cannot_be_asked_any_more_is_refused_whatever_the_caller_holds(client, headers):
    address = f"{BASE}?municipality=3312"
    assert client.get(address).status_code == 200
    MunicipalityNumber.objects.update(number="3399")
    assert client.get(address, headers=headers).status_code == 400
    Cooperation.objects.update(publication="draft")
    assert client.get(ONE, headers=headers).status_code == 404


def test_each_language_format_and_host_has_its_own_answer(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "andre.example.org"]
    first = client.get(BASE)
    for headers in ({"Accept-Language": "en"}, {"Accept": "text/csv"}, {"Host": "andre.example.org"}):
        other = client.get(BASE, headers=headers)
        assert not short(other)
        assert (
            other.content != first.content if "Accept" not in headers else other["Content-Type"].startswith("text/csv")
        )
    assert client.get(BASE, headers={"Host": "evil.example.org"}).status_code == 400
    assert client.get(BASE, headers={"Accept": "application/xml"}).status_code == 406
    assert client.get(BASE, headers={"Accept": "text/csv"})["Content-Type"].startswith("text/csv")


def test_a_token_and_a_session_go_the_long_way(client, lier):
    client.get(BASE)
    own = Writer(token(factories.user("kari", lier.organisation), lier.organisation))
    assert own.ask("GET", "cooperations/")["RateLimit"].startswith('"token"')
    assert client.get(BASE, headers={"Authorization": "Bearer ikr_feil"}).status_code == 401
    client.cookies["sessionid"] = "x"
    assert not short(client.get(BASE))


@pytest.mark.parametrize("method", ["head", "options", "post", "put", "delete"])
def test_other_methods_go_the_long_way(client, method):
    client.get(BASE)
    assert not short(getattr(client, method)(BASE))


def test_who_asks_too_often_waits_on_the_short_way_too(client, settings, monkeypatch):
    monkeypatch.setattr(throttling, "_now", lambda: (1000, 42))
    settings.THROTTLE_READS = 2
    answers = [client.get(BASE, **ELSEWHERE) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 429, 429]
    assert [a["RateLimit"] for a in answers] == [f'"reads";r={left};t=42' for left in (1, 0, 0, 0)]
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert throttling._reads == {"192.0.2.1": 4}


def test_a_request_that_goes_the_long_way_after_all_is_counted_once(client):
    client.get(ONE, **ELSEWHERE)
    client.get(f"{BASE}finnes-ikke/", **ELSEWHERE)
    assert throttling._reads == {"192.0.2.1": 2}


def test_on_another_day_it_is_read_anew(client, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: datetime.date(2024, 6, 1))
    before = client.get(BASE)
    monkeypatch.setattr(timezone, "localdate", lambda *_: datetime.date(2024, 6, 2))
    after = client.get(BASE)
    assert not short(after)
    assert after["ETag"] != before["ETag"]


def test_what_is_remembered_does_not_grow_without_end(client, monkeypatch):
    monkeypatch.setattr(again, "MOST", 3)
    for size in range(1, 8):
        client.get(f"{BASE}?page_size={size}")
        assert len(again._understood) <= 3
    again.forget()
    client.get(f"{BASE}?q={'a' * 150}&page_size={'0' * 900}1")
    assert not again._understood


def test_a_search_with_very_many_meanings_is_not_remembered(client, monkeypatch):
    monkeypatch.setattr(again, "MOST_WORDS", 1)
    client.get(f"{BASE}?q=legevakt")
    assert not again._understood
