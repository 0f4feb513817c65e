"""Can another system follow every change over HTTP?"""

import http.client
import json
import threading
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

import pytest

from agreements.actions.documents import withdraw_document
from agreements.exchange import stream
from agreements.models import Change, Cooperation
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_stream_is_read_by_following_next(ask, client):
    for n in range(3):
        factories.cooperation(f"Nr. {n}", cite=False)
    page = ask("changes/", limit=2)
    told = page["results"]
    while page["more"]:
        page = client.get(page["next"]).json()
        told += page["results"]
    assert [(e["kind"], e["object"]["slug"]) for e in told] == [("published", f"nr-{n}") for n in range(3)]
    assert client.get(page["next"]).json()["results"] == []
    assert told[-1]["cursor"] == page["cursor"]
    assert told[0]["object"]["url"] == "http://testserver/api/v1/cooperations/nr-0/"
    assert told[0]["state"]["name"] == "Nr. 0"


def test_an_event_tells_before_and_after(ask):
    made = factories.cooperation(cite=False)
    cursor = ask("changes/")["cursor"]
    Cooperation.objects.filter(pk=made.pk).update(name="Nytt navn")
    (event,) = ask("changes/", after=cursor)["results"]
    assert event["changes"] == [{"field": "name", "before": "Drammen–Lier legevakt", "after": "Nytt navn"}]


def test_the_stream_is_narrowed(ask):
    drammen = factories.municipality()
    factories.membership(factories.cooperation(cite=False, tasks=[factories.task()]), drammen)
    gone = factories.cooperation("Borte", cite=False)
    gone.delete()

    def slugs(**parameters):
        return [e["object"]["slug"] for e in ask("changes/", **parameters)["results"]]

    assert slugs(type="cooperation", kind="deleted") == ["borte"]
    assert slugs(cooperation="borte") == ["borte"]
    assert set(slugs(municipality="3301")) == {"drammen-3301", "drammen-lier-legevakt"}
    assert set(slugs(task="helse", type="cooperation")) == {"drammen-lier-legevakt"}
    assert slugs(cooperation="finnes-ikke") == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"after": "7"},
        {"after": "x" * 3000},
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "-1"},
        {"wait": "26"},
        {"wait": "1.5"},
        {"kind": "endret"},
        {"type": "member"},
        {"municipality": "0000"},
        {"cooperation": "a\x00b"},
        {"since": "2020"},
    ],
    ids=str,
)
def test_a_bad_question_is_refused(ask, parameters):
    assert list(ask("changes/", expect=400, **parameters)) == list(parameters)


def test_a_cursor_from_before_a_restore_is_gone(ask):
    factories.cooperation(cite=False)
    cursor = ask("changes/")["cursor"]
    Change.objects.all().delete()
    assert "sikkerhetskopi" in ask("changes/", expect=410, after=cursor)["detail"]


def test_what_was_public_and_is_no_longer_is_gone(ask):
    """A draft is not found; of what everybody has been able to see, it is told that it is no more."""
    made = factories.cooperation("Trukket", cite=False)
    open_ = factories.cooperation("Åpent", cite=False, slug="apent")
    paper = factories.document(factories.agreement(open_), confirmed=True)
    draft = factories.cooperation("Utkast", publication="draft", cite=False)
    Cooperation.objects.filter(pk=made.pk).update(publication="withdrawn")
    withdraw_document(paper, reason="Feil")
    for address in ("cooperations/trukket/", "cooperations/trukket/findings/", f"documents/{paper.pk}/"):
        assert "trukket tilbake" in ask(address, expect=410)["detail"]
    ask(f"cooperations/{draft.slug}/", expect=404)
    # As a draft again, it is still what it was to the public; published, it is back.
    Cooperation.objects.filter(pk=made.pk).update(publication="draft")
    ask("cooperations/trukket/", expect=410)
    Cooperation.objects.filter(pk=made.pk).update(publication="published")
    ask("cooperations/trukket/")
    made.delete()
    ask("cooperations/trukket/", expect=410)


def test_the_feed_is_atom(client):
    drammen = factories.municipality()
    made = factories.cooperation("A & B <1>", cite=False, slug="ab")
    factories.membership(made, drammen, "host")
    response = client.get("/api/v1/changes.atom?municipality=3301&type=cooperation", headers={"accept": "*/*"})
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own answer
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "A & B <1>: endret"
    assert entry.findtext(f"{ATOM}content") == "Medlemskap lagt til: Drammen (vertskommune)"
    assert entry.find(f"{ATOM}link").get("href") == "http://testserver/samarbeid/ab/"
    assert root.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated")


def test_the_feed_tells_faults_in_json(ask):
    assert list(ask("changes.atom", expect=400, after="x")) == ["after"]
    assert list(ask("changes.atom", expect=400, kind="x")) == ["kind"]


# Waiting, over real HTTP


def fetch(server, path: str) -> tuple[dict, http.client.HTTPMessage]:
    link = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    link.request("GET", path)
    response = link.getresponse()
    body = json.loads(response.read())
    link.close()
    assert response.status == 200, body
    return body, response.headers


def test_a_reader_who_waits_is_told_at_once(live_server):
    made = factories.cooperation(cite=False)
    cursor = fetch(live_server, "/api/v1/changes/")[0]["cursor"]
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(fetch(live_server, f"/api/v1/changes/?after={cursor}&wait=25"))
    )
    waiting.start()
    # Whether it comes before or after the reader has begun to listen, it must be told.
    Cooperation.objects.filter(pk=made.pk).update(name="Nytt navn")
    waiting.join(20)
    ((page, _headers),) = answers
    assert [event["state"]["name"] for event in page["results"]] == ["Nytt navn"]


def test_a_reader_who_waits_in_vain_can_go_on_from_the_same_place(live_server):
    factories.cooperation(cite=False)
    cursor = fetch(live_server, "/api/v1/changes/")[0]["cursor"]
    page, headers = fetch(live_server, f"/api/v1/changes/?after={cursor}&wait=1")
    assert (page["results"], page["cursor"], page["more"]) == ([], cursor, False)
    assert headers["Cache-Control"] == "no-store"


def test_no_more_than_some_may_wait(live_server):
    cursor = fetch(live_server, "/api/v1/changes/")[0]["cursor"]
    with stream.place_to_wait() as first, stream.place_to_wait() as second:
        assert first
        assert second
        page, headers = fetch(live_server, f"/api/v1/changes/?after={cursor}&wait=25")
    assert page["results"] == []
    assert headers["Retry-After"] == "5"
