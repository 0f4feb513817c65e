"""Can a reader begin to follow and stop again, and does nobody else learn or do anything?"""

import re

import pytest
from django.core import mail
from django.test import Client

from agreements.exchange import follows
from agreements.models import Cooperation, Follow, Follower, FormUse
from tests import factories as make

pytestmark = pytest.mark.django_db

ADDRESS = "/folg/?samarbeid=legevakten"
KARI = {"email": "kari@example.org"}


@pytest.fixture
def legevakt():
    made = make.cooperation("Legevakten", "KO", [make.task("legevakt", "helse")], slug="legevakten")
    make.membership(made, make.municipality("Lier", "3312"))
    return made


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    """Return a function that asks for something as a reader does, and gives the answer."""

    def post(address=ADDRESS, data=KARI, **extra):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address, data, **extra)

    return post


def path_in(message) -> str:
    """Return the path of the secret address in a message."""
    return re.search(r"https?://[^/\s]+(\S*/folg/(?:bekreft|avslutt)/\S+)", message.body)[1]


def seen_without_secrets(response) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def test_from_the_page_to_the_confirmation(get, ask, client, legevakt):
    assert "/folg/?samarbeid=legevakten" in get("/samarbeid/legevakten/").links
    assert ask().headers["Location"] == "/folg/sendt/"
    (message,) = mail.outbox
    assert message.to == ["kari@example.org"]
    assert message.subject == "Bekreft at du vil følge Legevakten"
    address = path_in(message)
    assert "Vil du følge Legevakten?" in get(address).text
    assert Follow.objects.get().confirmed_at is None  # a mail scanner that opens the address does nothing
    assert client.post(address).headers["Location"] == address
    assert "Du følger Legevakten" in get(address).text
    first = Follow.objects.get().confirmed_at
    client.post(address)
    assert Follow.objects.get().confirmed_at == first


@pytest.mark.parametrize(
    "address", ["/folg/?kommune=lier-3312", "/folg/?oppgave=legevakt", "/folg/?oppgave=helse", "/en" + ADDRESS]
)
def test_what_can_be_followed(get, ask, legevakt, address):
    assert get(address).elements("form")
    assert ask(address).status_code == 302
    assert len(mail.outbox) == 1
    assert path_in(mail.outbox[0]).startswith("/en/") == address.startswith("/en/")


@pytest.mark.parametrize(
    "query",
    ["", "samarbeid=finnesikke", "samarbeid=hemmelig", "kommune=3312", "kommune=lier-3312&oppgave=legevakt",
     "samarbeid=%00"],
)  # fmt: skip
def test_what_cannot_be_followed_is_not_found(get, ask, legevakt, query):
    make.cooperation("Hemmelig", slug="hemmelig", publication="draft")
    assert "Hemmelig" not in get(f"/folg/?{query}", 404).text
    assert ask(f"/folg/?{query}").status_code == 404
    assert not Follower.objects.exists()


@pytest.mark.parametrize("email", ["", "kari", "kari@example.org\nBcc: alle@example.org", "a@b", "x" * 300 + "@e.no"])
def test_what_is_no_address_is_said_beside_the_field(ask, legevakt, email):
    response = ask(data={"email": email})
    assert response.status_code == 400
    assert 'id="id_email_error"' in response.content.decode()
    assert mail.outbox == []


def test_the_answer_does_not_tell_whether_the_address_is_known(ask, client, legevakt):
    unknown = client.get(ask().headers["Location"])
    follows.confirm(Follow.objects.get(), "nb")
    Follow.objects.update(asked_at="2026-01-01T00:00Z")
    again = ask(data={"email": "KARI@example.org"})
    assert seen_without_secrets(client.get(again.headers["Location"])) == seen_without_secrets(unknown)
    assert Follower.objects.count() == 1
    assert [m.subject for m in mail.outbox][1:] == ["Du følger allerede Legevakten"]


def test_asking_again_within_the_hour_fills_no_mail_box(ask, legevakt):
    for _n in range(3):
        assert ask().status_code == 302
    assert len(mail.outbox) == 1


def test_one_address_is_not_asked_about_ever_more_things(ask, legevakt, settings):
    for n in range(follows.MOST_UNCONFIRMED + 3):
        make.cooperation(f"Nr. {n}", slug=f"nr-{n}")
        ask(f"/folg/?samarbeid=nr-{n}", REMOTE_ADDR=f"198.51.100.{n}")
    assert len(mail.outbox) == follows.MOST_UNCONFIRMED
    assert Follow.objects.count() == follows.MOST_UNCONFIRMED


def test_one_sender_cannot_go_on_without_end(ask, legevakt):
    answers = [ask(data={"email": f"nr{n}@example.org"}).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]
    assert ask(REMOTE_ADDR="198.51.100.7").status_code == 302
    assert "127.0.0.1" not in str(list(FormUse.objects.values()))


def test_behind_the_proxy_the_sender_is_the_one_that_the_proxy_saw(ask, legevakt, settings):
    settings.HTTPS = True
    for n in range(11):
        response = ask(
            data={"email": f"nr{n}@example.org"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 2001:db8::{n}", secure=True
        )
    assert response.status_code == 429  # one household has a whole network, and what it claims before is not believed


def test_a_program_is_thanked_and_ignored(ask, legevakt):
    assert ask(data=KARI | {"website": "http://example.org"}).status_code == 302
    assert mail.outbox == []
    assert not Follower.objects.exists()


def test_a_mail_server_that_is_down_is_not_the_readers_fault(ask, legevakt, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    assert ask().status_code == 302
    assert "could not be sent" in caplog.text
    assert "kari@example.org" not in caplog.text


def test_a_form_of_another_site_is_refused(legevakt):
    client = Client(enforce_csrf_checks=True)
    assert client.post(ADDRESS, KARI).status_code == 403


# Stopping


def begin(*things, email="kari@example.org") -> Follower:
    for thing in things:
        follows.ask(email, follows.following(thing), "nb")
    for follow in Follow.objects.filter(follower__email=email):
        follows.confirm(follow, "nb")
    return Follower.objects.get(email=email)


def test_one_click_in_the_mail_program_stops_all_and_deletes_the_address(legevakt):
    kari = begin(legevakt, legevakt.tasks.get())
    client = Client(enforce_csrf_checks=True)  # a mail program has no cookie
    response = client.post(f"/folg/avslutt/{kari.token}/", {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not Follower.objects.exists()
    assert not Follow.objects.exists()
    assert client.post(f"/folg/avslutt/{kari.token}/", {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_opening_the_address_stops_nothing(get, legevakt):
    kari = begin(legevakt)
    assert "kari@example.org følger dette" in get(f"/folg/avslutt/{kari.token}/").text
    assert Follow.objects.count() == 1


def test_one_thing_can_be_stopped_and_with_the_last_the_address_goes(get, client, legevakt):
    kari = begin(legevakt, legevakt.tasks.get())
    address = f"/folg/avslutt/{kari.token}/"
    first, second = kari.follows.all()
    client.post(address, {"follow": first.pk})
    assert list(Follow.objects.all()) == [second]
    client.post(address, {"follow": first.pk})  # once more does nothing
    assert Follower.objects.count() == 1
    client.post(address, {"follow": second.pk})
    assert not Follower.objects.exists()
    assert "Adressen din er slettet" in get(address).text


def test_nobody_stops_what_another_follows(client, legevakt):
    kari, ola = begin(legevakt), begin(legevakt, email="ola@example.org")
    client.post(f"/folg/avslutt/{kari.token}/", {"follow": ola.follows.get().pk})
    assert Follower.objects.count() == 2


@pytest.mark.parametrize("kind", ["bekreft", "avslutt"])
def test_an_address_that_is_false_opens_nothing(client, legevakt, kind):
    kari = begin(legevakt)
    forged = kari.token[:-1] + ("A" if kari.token[-1] != "A" else "B")
    for token in (forged, kari.key.hex, "x", kari.follows.get().token if kind == "avslutt" else kari.token):
        response = client.post(f"/folg/{kind}/{token}/")
        assert response.status_code == (410 if kind == "bekreft" else 200)
        assert "Legevakten" not in response.content.decode()
    assert Follow.objects.count() == 1


def test_of_what_is_withdrawn_only_the_kind_is_told(get, legevakt):
    kari = begin(legevakt)
    Cooperation.objects.update(publication="withdrawn")
    page = get(f"/folg/avslutt/{kari.token}/")
    assert "samarbeid som ikke lenger er offentlig" in page.text
    assert "Legevakten" not in page.text


# What stands around it


def test_pages_with_secrets_are_kept_by_nobody(client, legevakt):
    kari = begin(legevakt)
    for address in (f"/folg/avslutt/{kari.token}/", f"/folg/bekreft/{kari.follows.get().token}/", ADDRESS):
        response = client.get(address)
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("/samarbeid/legevakten/", "cooperation=legevakten"),
        ("/kommuner/lier-3312/", "municipality=lier-3312"),
        ("/oppgaver/legevakt/", "task=legevakt"),
    ],
)
def test_a_page_names_its_feed_and_the_feed_answers(get, client, legevakt, address, feed):
    page = get(address)
    named = [one for one in page.elements("link") if one.get("type") == "application/atom+xml"]
    assert [one["href"] for one in named] == [f"/api/v1/changes.atom?{feed}"]
    assert named[0]["href"] in page.links
    assert client.get(named[0]["href"]).status_code == 200
