"""Does whoever means harm get a problem in words over real HTTP, never a fault of ours, and is nothing half done?

What schemathesis sends by itself is in ``test_contract``; here is what it does not think of, or cannot send.
"""

import gzip
import json
import socket
from urllib.parse import urlsplit

import pytest

from agreements.models import ActionRecord, Cooperation, KeptAnswer, Membership
from tests import factories

from .writers import token

pytestmark = pytest.mark.django_db(transaction=True)
NEW = {
    "name": "Ny",
    "form": "IKS",
    "tasks": ["legevakt"],
    "memberships": [{"organisation": "3301", "role": "owner"}],
    "citations": [{"source": "rapport", "locator": "side 4"}],
    "reason": "Sak 14/24",
}
WHERE = "/api/v1/cooperations/"


class Sender:
    """Somebody who sends bytes that no library would."""

    def __init__(self, url: str, secret: str, slug: str):
        self.place, self.secret, self.slug = urlsplit(url), secret, slug

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, bytes]:
        """Return the status, the head and the body of the answer."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.place.netloc}", "Connection: close"]
        if body is not None:
            kept = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json", "If-Match": "*"}
            headers = kept | {"Content-Length": str(len(body))} | headers
        lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
        whole = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")
        with socket.create_connection((self.place.hostname, self.place.port), timeout=30) as link:
            link.sendall(whole)
            answer = b"".join(iter(lambda: link.recv(65536), b""))
        head, _blank, content = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), head, content

    def refused(self, case: str, method: str, path: str, body: bytes | None = None, **headers: str) -> dict:
        """Return the problem that tells what is wrong."""
        status, head, content = self.send(method, path, body, **headers)
        assert 400 <= status < 500, (case, status, content[:300])
        assert b"application/problem+json" in head, (case, head)
        assert b"Traceback" not in content, case
        told = json.loads(content)
        assert told["status"] == status, case
        return told


@pytest.fixture
def sender(live_server, settings):
    """Return a sender with a token that may do everything with one cooperation."""
    settings.THROTTLE_TOKEN = settings.THROTTLE_FAILED_TOKENS = 0
    drammen = factories.municipality()
    factories.source(), factories.task()
    made = factories.cooperation("Vakta", cite=False, responsible=drammen.organisation)
    factories.membership(made, drammen, "host")
    kari = factories.user("kari", drammen, is_superuser=True)
    return Sender(live_server.url, token(kari, drammen.organisation), made.slug)


def untouched() -> tuple:
    """Return what a request that is refused must leave as it was."""
    rows = (Cooperation.objects, Membership.objects)
    return [list(one.order_by("pk").values()) for one in rows], ActionRecord.objects.count(), KeptAnswer.objects.count()


def as_json(**values) -> bytes:
    return json.dumps(NEW | values).encode()


LONG = "9" * 5000  # digits; int() refuses more than 4,300
BODIES = {
    "half": b"{",
    "nothing": b"",
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "NaN": b'{"stated_member_count": NaN}',
    "infinity": b'{"stated_member_count": -Infinity}',
    "1e400": b'{"stated_member_count": 1e400}',
    "many digits": b'{"stated_member_count": %s}' % LONG.encode(),
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep within the parser's limit": b'{"name":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "deep where a list belongs": b'{"tasks":' + b'{"code":' * 500 + b"1" + b"}" * 500 + b"}",
    "a key twice": as_json().replace(b'{"name"', b'{"name": "En annen", "name"'),
    "a key twice within": as_json().replace(b'{"source"', b'{"source": "rapport", "source"'),
    "10,000 keys": json.dumps({f"k{n}": n for n in range(10_000)}).encode(),
    "byte order mark": b"\xef\xbb\xbf" + as_json(),
    "UTF-16": json.dumps(NEW).encode("utf-16"),
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "half a pair": b'{"name": "\\ud800"}',
    "half a pair as key": b'{"\\udfff": 1}',
    "NUL": as_json(name="a\x00b"),
    "NUL in the reason": as_json(reason="a\x00b"),
    "NUL in keys": as_json(umbrella="\x00", responsible="\x00", tasks=["\x00"], citations=[{"source": "\x00"}]),
    "too many rows": as_json(memberships=NEW["memberships"] * 1001),
    "the same member": as_json(memberships=NEW["memberships"] * 2),
    "year 0": as_json(valid_from="0000-01-01"),
    "year 10000": as_json(valid_from="10000-01-01"),
    "no such day": as_json(valid_to="2023-02-29"),
    "digits of others": as_json(valid_from="٢٠٢٤-٠١-٠١"),
    "nothing in a whole": as_json(memberships=[NEW["memberships"][0] | {"ownership_share": "1/0"}]),
    "long fraction": as_json(memberships=[NEW["memberships"][0] | {"ownership_share": f"1/{LONG}"}]),
    "more than the whole": as_json(memberships=[NEW["memberships"][0] | {"ownership_share": "8/7"}]),
    "share with exponent": as_json(memberships=[NEW["memberships"][0] | {"ownership_share": "1e400"}]),
    "SQL as a key": as_json(tasks=["' OR 1=1; DROP TABLE agreements_cooperation --"]),
    "inside of the program": as_json(__class__="x", publication="published", pk=1),
}


def test_no_body_does_harm(sender):
    before = untouched()
    for number, (case, body) in enumerate(BODIES.items()):
        sender.refused(case, "POST", WHERE, body)
        # The other addresses read bodies the same way; what is the same twice may be a correction there.
        if number % 2 and case != "the same member":
            sender.refused(f"{case}, changed", "PATCH", f"{WHERE}{sender.slug}/", body)
        elif body.startswith(b'{"name": "Ny"'):
            many = b'{"reason": "x", "cooperations": [%s]}' % body
            sender.refused(f"{case}, among many", "POST", f"{WHERE}bulk/", many)
    assert untouched() == before


def test_every_fault_is_told_at_once_in_the_language_of_the_caller(sender):
    faulty = as_json(name="", form="X", memberships=[{"organisation": "0000", "ukjent": 1}], ukjent=1)
    for language, unknown in (("nb", "Ukjent felt."), ("nn", "Ukjent felt."), ("en", "Unknown field.")):
        told = sender.refused(language, "POST", WHERE, faulty, **{"Accept-Language": language})["errors"]
        assert set(told) == {"name", "form", "memberships.0.organisation", "memberships.0.ukjent", "ukjent"}
        assert told["ukjent"] == told["memberships.0.ukjent"] == [unknown]


DAYS = ["0000-01-01", "10000-01-01", "2024-02-30", "9999-12-31T23:59:59Z", "", "1e3", 5, [], {"a": 1}, True]


@pytest.mark.parametrize("deed", ["end/", "memberships/", "decisions/", "reopen/"])
def test_no_day_does_harm(sender, deed):
    before = untouched()
    for day in DAYS:
        body = {"reason": "x", "on": day} | ({"organisation": "3301"} if deed in ("memberships/", "decisions/") else {})
        sender.refused(f"{deed} {day}", "POST", f"{WHERE}{sender.slug}/{deed}", json.dumps(body).encode())
    assert untouched() == before


HEADERS = {
    "no type": {"Content-Type": None},
    "text": {"Content-Type": "text/plain"},
    "form": {"Content-Type": "application/x-www-form-urlencoded"},
    "files without boundary": {"Content-Type": "multipart/form-data"},
    "long type": {"Content-Type": "x" * 3000},
    "gzip that is": {"Content-Encoding": "gzip"},
    "key of other signs": {"Idempotency-Key": "æ"},
    "long key": {"Idempotency-Key": "x" * 256},
    "token of other signs": {"Authorization": "Bearer ikr_æøå"},
    "basic": {"Authorization": "Basic Og=="},
    "long token": {"Authorization": f"Bearer ikr_{'x' * 9000}"},
    "in pieces": {"Content-Length": None, "Transfer-Encoding": "chunked"},
    "another name of the server": {"Host": "evil.example"},
}


def test_no_header_does_harm(sender):
    before = untouched()
    for case, headers in HEADERS.items():
        body = (
            gzip.compress(as_json()) if case == "gzip that is" else b"0\r\n\r\n" if case == "in pieces" else as_json()
        )
        sender.refused(case, "POST", WHERE, body, **headers)
    for match in ('"x"', 'W/"x"', "x", "", '"' * 4000, '"a", "b"'):
        told = sender.refused(
            f"If-Match {match[:9]}", "PATCH", f"{WHERE}{sender.slug}/", b'{"reason": "x"}', **{"If-Match": match}
        )
        assert told["status"] in (412, 428)
    assert sender.refused("If-Match of a reader", "GET", WHERE, **{"If-Match": '"x"'})["status"] == 412
    assert untouched() == before


def test_what_is_too_large_is_refused_before_it_is_read(sender, settings):
    settings.MAX_API_BODY_MB = 0
    assert sender.refused("large", "POST", WHERE, as_json())["status"] == 413


def test_no_method_does_harm(sender):
    before = untouched()
    for path in ("", "cooperations/", f"cooperations/{sender.slug}/", "changes/", "memberships/", "statistics/"):
        for method in ("PUT", "DELETE", "TRACE", "PROPFIND", "X" * 200):
            told = sender.refused(f"{method} {path}", method, f"/api/v1/{path}", b"{}")
            assert told["status"] == 405
    assert untouched() == before


REFUSED = [
    "cooperations/?" + "&".join(f"k{n}=" for n in range(1_001)),
    "cooperations/?" + "&".join(["fields=name"] * 500),
    f"cooperations/?page_size={LONG}",
    "cooperations/?page_size=1e400",
    "cooperations/?%ff%fe=1",
    "cooperations/?q=%00",
    "cooperations/?cursor=%ff%00",
    "cooperations/?ordering=name;DROP%20TABLE%20agreements_cooperation--",
    "cooperations/?format=csv%0d%0aX-Evil:%201",
    "cooperations/?known_on=9999-12-31T23:59:59-14:00",
    "cooperations/?known_on=10000-01-01",
    f"decisions/?agreement={LONG}",
    "decisions/?decided_from=0000-01-01",
    "statistics/?by=__class__",
    "changes/?after=" + "A" * 5000,
    f"memberships/{LONG[:200]}/",
    "cooperations/a%0d%0aX-Evil:%201/",
    "cooperations/%ff%fe%c0%80/",
    "cooperations/a%00b/",
]


def test_no_question_does_harm(sender):
    for path in REFUSED:
        told = sender.refused(path[:60], "GET", f"/api/v1/{path}")
        assert told["status"] in (400, 404)
    # A page of the list, and the same with its cursor changed in each place.
    for n in range(3):
        factories.cooperation(f"Nr. {n}", cite=False)
    _status, _head, content = sender.send("GET", f"{WHERE}?page_size=1")
    cursor = json.loads(content)["next"].partition("cursor=")[2].partition("&")[0]
    assert sender.send("GET", f"{WHERE}?page_size=1&cursor={cursor}")[0] == 200
    for at in range(0, len(cursor), 4):
        changed = f"{cursor[:at]}{'A' if cursor[at] != 'A' else 'B'}{cursor[at + 1 :]}"
        sender.refused(f"cursor at {at}", "GET", f"{WHERE}?page_size=1&cursor={changed}")


def test_nothing_that_is_asked_becomes_a_header(sender):
    for path in (
        "/api/v1/cooperations%0d%0aX-Evil:%201",
        "/api/v1/%0d%0aX-Evil:%201",
        "/api/v1/%5C%5Cevil.example",
        "/api/v1/cooperations/?format=csv&q=%0d%0aX-Evil:%201",
        "/api/v1/changes.atom?cooperation=%0d%0aX-Evil:%201",
    ):
        status, head, _content = sender.send("GET", path)
        assert status < 500, path
        assert not any(line.lower().startswith(b"x-evil") for line in head.split(b"\r\n")), head
        assert b"location: //" not in head.lower()
        assert b"location: /\\" not in head.lower()


def test_two_writers_and_a_key_that_is_used_again(sender):
    """Over connections of their own, as systems have them; all that is done is done once."""
    path = f"{WHERE}{sender.slug}/"
    etag = next(line for line in sender.send("GET", path)[1].split(b"\r\n") if line.lower().startswith(b"etag"))
    read = {"If-Match": etag.partition(b": ")[2].decode(), "Idempotency-Key": "en"}
    first = b'{"reason": "x", "purpose": "den ene"}'
    assert sender.send("PATCH", path, first, **read)[0] == 200
    other = b'{"reason": "x", "purpose": "den andre"}'
    assert sender.refused("stale", "PATCH", path, other, **read | {"Idempotency-Key": "to"})["status"] == 412
    assert sender.refused("same key", "PATCH", path, other, **read)["status"] == 422
    status, head, _content = sender.send("PATCH", path, first, **read)
    assert status == 200
    assert b"idempotent-replayed: true" in head.lower()
    assert ActionRecord.objects.count() == 1
    assert Cooperation.objects.get().purpose == "den ene"
