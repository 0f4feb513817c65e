"""Do subscribers get every change, signed and in order, and do we stop when they are gone?

A real receiver on this machine, and procrastinate's real worker.
"""

import base64
import hashlib
import hmac
import http.server
import json
import threading

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from procrastinate.contrib.django import app

from agreements.exchange import deliveries, stream
from agreements.models import Change, Cooperation, Delivery, Subscription
from municipalities.models import User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
OTHER = "whsec_" + base64.b64encode(b"fedcba9876543210fedcba9876543210").decode()


class Receiver(http.server.ThreadingHTTPServer):
    """A server that keeps what it is sent, and answers as it is told: 200 when nothing is said."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict, dict, bytes]] = []
        self.answers: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}/mottak?system=1"


class Handler(http.server.BaseHTTPRequestHandler):
    """One request to the receiver."""

    def do_POST(self):
        """Keep the message and answer."""
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append((json.loads(body), headers | {"path": self.path}, body))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def receiver(settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _empty_queue(db):
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def subscribe(receiver):
    """Return a function that makes a subscription which begins now."""

    def make(**values) -> Subscription:
        owner, _made = User.objects.get_or_create(username="ola", email="ola@example.org")
        values = {"url": receiver.url, "secret": SECRET, "name": "Arkivet", "owner": owner} | values
        values.setdefault("organisation", factories.organisation("Drammen kommune"))
        return Subscription.objects.create(position=stream.head().number, **values)

    return make


def work(*, hand_out: bool = True) -> None:
    """Run procrastinate's worker until nothing is left to do now."""
    if hand_out:
        deliveries.hand_out.defer()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def later() -> None:
    """Let the time pass that the queue waits before it tries again."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    work(hand_out=False)


def rename(made: Cooperation, *names: str) -> None:
    for name in names:
        Cooperation.objects.filter(pk=made.pk).update(name=name)


def names(receiver) -> list[str]:
    return [body["data"]["state"]["name"] for body, _headers, _raw in receiver.got]


def test_a_change_is_delivered_signed(receiver, subscribe):
    made = factories.cooperation(cite=False)
    subscribe()
    rename(made, "Ny")
    work()
    ((body, headers, raw),) = receiver.got
    assert body["type"] == "cooperation.changed"
    assert body["data"]["changes"] == [{"field": "name", "before": "Drammen–Lier legevakt", "after": "Ny"}]
    assert headers["path"] == "/mottak?system=1"
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == f"evt_{Change.objects.last().event.hex}"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + raw
    expected = hmac.digest(b"0123456789abcdef0123456789abcdef", signed, hashlib.sha256)
    assert headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.http_status, delivery.answer) == ("delivered", 1, 200, "ok")


def test_the_message_is_what_the_api_says(receiver, subscribe, client):
    subscribe()
    made = factories.cooperation(cite=False)
    factories.membership(made, factories.municipality())
    work()
    site = "http://127.0.0.1:8000"
    host = {"headers": {"host": "127.0.0.1:8000"}}
    told = client.get("/api/v1/changes/", **host).json()["results"]
    sent = [body["data"] for body, _headers, _raw in receiver.got]
    assert sorted(sent, key=lambda e: e["id"]) == sorted(
        (e for e in told if e["id"] in {one["id"] for one in sent}), key=lambda e: e["id"]
    )
    assert len(sent) == Change.objects.count() - 1  # all but the subscriber's own organisation
    assert all((one["object"]["url"] or site).startswith(site) for one in sent)


def test_while_the_secret_is_changed_both_sign(receiver, subscribe):
    made = factories.cooperation(cite=False)
    subscribe(secret=OTHER, former_secret=SECRET)
    rename(made, "Ny")
    work()
    signatures = receiver.got[0][1]["webhook-signature"].split(" ")
    assert len(signatures) == 2
    assert {one[:3] for one in signatures} == {"v1,"}
    assert signatures[0] != signatures[1]


def test_only_what_is_asked_about_is_sent(receiver, subscribe):
    drammen = factories.municipality()
    mine, other = factories.cooperation("Min", cite=False), factories.cooperation("Andres", cite=False)
    factories.membership(mine, drammen)
    subscribe(about_organisation=drammen.organisation, object_types=["cooperation"], kinds=["changed"])
    subscribe(about_cooperation=mine, name="To", organisation=drammen.organisation, kinds=["deleted"])
    rename(other, "Annet")
    rename(mine, "Mitt")
    work()
    assert names(receiver) == ["Mitt"]


def test_nothing_is_sent_twice_and_nothing_from_before_the_subscription(receiver, subscribe):
    made = factories.cooperation(cite=False)
    rename(made, "Før")
    subscribe()
    rename(made, "A", "B")
    work()
    work()
    rename(made, "C")
    work()
    assert names(receiver) == ["A", "B", "C"]


def test_a_message_that_is_not_taken_is_sent_again_with_the_same_id(receiver, subscribe):
    made = factories.cooperation(cite=False)
    subscription = subscribe()
    receiver.answers = [500, 429]
    rename(made, "Ny")
    work()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.http_status) == ("waiting", 500)
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at - now() FROM procrastinate_jobs WHERE task_name LIKE '%deliver'")
        assert 0 < cursor.fetchone()[0].total_seconds() <= deliveries.WAITS[0]
    subscription.refresh_from_db()
    assert subscription.failing_since
    work(hand_out=False)  # not before its time
    assert len(receiver.got) == 1
    later()
    later()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("delivered", 3)
    assert len({headers["webhook-id"] for _body, headers, _raw in receiver.got}) == 1
    subscription.refresh_from_db()
    assert subscription.failing_since is None


def test_the_next_message_about_an_object_waits_for_the_one_before(receiver, subscribe):
    made, other = factories.cooperation("En", cite=False), factories.cooperation("En annen", cite=False)
    subscribe()
    receiver.answers = [503]
    rename(made, "1", "2", "3")
    rename(other, "Uten å vente")
    work()
    assert names(receiver) == ["1", "Uten å vente"]
    later()
    assert names(receiver) == ["1", "Uten å vente", "1", "2", "3"]


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_after_many_attempts_the_subscription_is_turned_off_and_its_owner_told(receiver, subscribe, status):
    made = factories.cooperation(cite=False)
    subscription = subscribe()
    receiver.answers = [status] * (len(deliveries.WAITS) + 1)
    rename(made, "1", "2")
    work()
    for _turn in deliveries.WAITS:
        later()
    subscription.refresh_from_db()
    assert not subscription.is_active
    assert len(receiver.got) == len(deliveries.WAITS) + 1
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["dropped", "failed"]
    (letter,) = mail.outbox
    assert letter.to == ["ola@example.org"]
    assert str(status) in letter.body
    # Nothing more is queued until somebody turns it on; then all that is missing comes, in order.
    rename(made, "3")
    work()
    assert len(receiver.got) == len(deliveries.WAITS) + 1
    receiver.got.clear()
    deliveries.start_again(subscription)
    work()
    assert names(receiver) == ["1", "2", "3"]


def test_a_receiver_that_says_it_is_gone_is_believed_at_once(receiver, subscribe):
    made = factories.cooperation(cite=False)
    subscription = subscribe()
    receiver.answers = [410]
    rename(made, "1")
    work()
    subscription.refresh_from_db()
    assert (subscription.is_active, len(mail.outbox), Delivery.objects.get().status) == (False, 1, "failed")


def test_nobody_at_the_address_counts_as_a_failed_attempt(receiver, subscribe):
    made = factories.cooperation(cite=False)
    subscribe(url="http://127.0.0.1:1/")
    rename(made, "1")
    work()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.http_status) == ("waiting", 1, None)
    assert "Ingen svar" in delivery.answer


def test_what_is_withdrawn_before_it_is_sent_is_not_told(receiver, subscribe):
    made = factories.cooperation(cite=False)
    subscribe()
    rename(made, "Skulle ikke vært sagt")
    deliveries.hand_out_to(Subscription.objects.get().pk)
    Cooperation.objects.filter(pk=made.pk).update(publication="withdrawn")
    work()
    assert [(body["type"], body["data"]["state"]) for body, _h, _r in receiver.got] == [("cooperation.withdrawn", None)]
    assert "Skulle" not in receiver.got[0][2].decode()


def test_a_private_address_turns_the_subscription_off(receiver, subscribe, settings):
    made = factories.cooperation(cite=False)
    subscription = subscribe(url="https://localhost/")
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    rename(made, "1")
    work()
    subscription.refresh_from_db()
    assert not subscription.is_active
    assert "åpne nettet" in Delivery.objects.get().answer
    assert receiver.got == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https://a:b@example.org/",
        "https://example.org:0/",
        "x",
    ],
)
def test_an_address_that_could_never_be_used_is_refused(db, settings, url):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    with pytest.raises(ValidationError):
        Subscription._meta.get_field("url").clean(url, None)


@pytest.mark.parametrize("secret", ["", "hemmelig", "whsec_", "whsec_AAAA", "whsec_***", SECRET[6:]])
def test_a_weak_secret_is_refused(db, secret):
    with pytest.raises(ValidationError):
        Subscription._meta.get_field("secret").clean(secret, None)
