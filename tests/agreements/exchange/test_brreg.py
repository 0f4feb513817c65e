"""Is Enhetsregisteret asked over real HTTP, and is no fault of its answer taken for a fact?"""

import datetime
import json
import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command

from agreements.exchange.brreg import NoAnswerError, ask
from agreements.models import LegalProfile, RegistryEntry
from agreements.rules import Outcome, findings
from agreements.rules.gather import facts_of, with_legal_facts
from tests.factories import cooperation, membership, municipality

IKS, DRAMMEN, LIER = "974760673", "921234554", "857566122"


def unit(number: str, name: str, form: str, **more) -> dict:
    """Return an entry in the shape of the open API, with fields that nobody here reads."""
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": {"kode": form, "beskrivelse": form, "_links": {"self": {"href": "…"}}},
        "registrertIForetaksregisteret": form == "IKS",
        "konkursdato": "",
        "slettedato": "",
        "forretningsadresse": {"land": "Norge", "kommunenummer": "3301"},
        "_links": {"self": {"href": f"https://data.example/enheter/{number}"}},
    } | more


def holder(number: str, name: str, share: str | None, **more) -> dict:
    body = {"organisasjonsnummer": number, "organisasjonsform": {"kode": "KOMM"}, "navn": [name], "erSlettet": False}
    return {
        "type": {"kode": "DTPR", "beskrivelse": "Deltaker med delt ansvar"},
        "enhet": body,
        "ansvarsandel": share,
        "avregistrert": False,
        "rekkefolge": 0,
    } | more


ROLES = {
    "rollegrupper": [
        {
            "type": {"kode": "DAGL"},
            "roller": [
                {
                    "type": {"kode": "DAGL"},
                    "person": {"fodselsdato": "1970-01-01", "navn": {"fornavn": "Kari", "etternavn": "Nordmann"}},
                    "avregistrert": False,
                }
            ],
        },
        {
            "type": {"kode": "DELT", "beskrivelse": "Deltakere"},
            "roller": [
                holder(DRAMMEN, "DRAMMEN KOMMUNE", "1/3"),
                holder(LIER, "LIER KOMMUNE", "66,67 %"),
                holder("971524960", "NEDRE EIKER KOMMUNE", "10%", avregistrert=True),
                holder("971524960", "NEDRE EIKER KOMMUNE", "10%", fratraadt=True),
            ],
        },
    ]
}


@pytest.fixture
def brreg(settings):
    """Serve answers by path: a dict as JSON, a number as a status, bytes as they are. Keeps count of the questions."""
    answers: dict[str, dict | int | bytes] = {}
    asked: Counter = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked[self.path] += 1
            answer = answers.get(self.path, 404)
            if not self.headers["Accept"].startswith("application/vnd.brreg.enhetsregisteret."):
                answer = 406
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(answer if isinstance(answer, int) else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.BRREG_URL = f"http://127.0.0.1:{server.server_port}"
    server.answers, server.asked = answers, asked
    answers[f"/enheter/{IKS}"] = unit(IKS, "VANNVERKET IKS", "IKS")
    answers[f"/enheter/{IKS}/roller"] = ROLES
    answers[f"/enheter/{DRAMMEN}"] = unit(DRAMMEN, "DRAMMEN KOMMUNE", "KOMM")
    answers[f"/enheter/{LIER}"] = unit(LIER, "LIER KOMMUNE", "KOMM")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_entry_with_its_participants_and_no_person(brreg):
    entry = ask(IKS)
    assert (entry.outcome, entry.name, entry.form, entry.in_company_register) == (
        "found",
        "VANNVERKET IKS",
        "IKS",
        True,
    )
    assert [(p["org_number"], p["name"], p["share"]) for p in entry.participants] == [
        (DRAMMEN, "DRAMMEN KOMMUNE", "1/3"),
        (LIER, "LIER KOMMUNE", "66,67 %"),
    ]
    assert "Nordmann" not in str(entry)


def test_only_an_iks_is_asked_for_participants(brreg):
    assert ask(DRAMMEN).participants is None
    assert list(brreg.asked) == [f"/enheter/{DRAMMEN}"]


@pytest.mark.parametrize(("status", "outcome"), [(404, "unknown"), (410, "removed")])
def test_what_is_not_there(brreg, status, outcome):
    brreg.answers[f"/enheter/{IKS}"] = status
    assert (ask(IKS).outcome, ask(IKS).participants) == (outcome, None)


def test_what_is_deleted_is_answered_with_the_day(brreg):
    gone = {"organisasjonsnummer": IKS, "navn": "V", "organisasjonsform": {"kode": "IKS"}, "slettedato": "2017-10-20"}
    brreg.answers[f"/enheter/{IKS}"] = gone
    assert (ask(IKS).outcome, ask(IKS).deleted_on) == ("deleted", datetime.date(2017, 10, 20))


@pytest.mark.parametrize("roles", [404, {"rollegrupper": []}])
def test_participants_that_are_not_told_are_unknown_and_not_none(brreg, roles):
    brreg.answers[f"/enheter/{IKS}/roller"] = roles
    assert (ask(IKS).outcome, ask(IKS).participants) == ("found", None)


NO_ANSWERS = {
    "500": 500,
    "429": 429,
    "no JSON": b"<html>Vi er straks tilbake</html>",
    "half": b'{"organisasjonsnummer": "9747',
    "not UTF-8": b"\xff\xfe{}",
    "a list": b"[]",
    "null": b"null",
    "nested too deep": b"[" * 100_000,
    "of another number": unit(LIER, "LIER KOMMUNE", "KOMM"),
    "no form": unit(IKS, "VANNVERKET IKS", "IKS", organisasjonsform=None),
    "no name": unit(IKS, None, "IKS"),
    "a day that is none": unit(IKS, "VANNVERKET IKS", "IKS", slettedato="2017-02-30"),
    "null character": unit(IKS, "VANN\x00VERKET", "IKS"),
    "endless": b" " * 4_000_001,
}


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_an_answer_that_is_none(brreg, answer):
    brreg.answers[f"/enheter/{IKS}"] = answer
    with pytest.raises(NoAnswerError):
        ask(IKS)


@pytest.mark.parametrize("roles", [500, b"tull", {"rollegrupper": [{"roller": [{}]}]}, {}], ids=str)
def test_roles_that_are_no_answer(brreg, roles):
    brreg.answers[f"/enheter/{IKS}/roller"] = roles
    with pytest.raises(NoAnswerError):
        ask(IKS)


def test_silence_and_nobody_there(settings):
    settings.BRREG_TIMEOUT = 0.05
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.BRREG_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NoAnswerError, match="timed out"):
            ask(IKS)
    with pytest.raises(NoAnswerError, match="refused"):
        ask(IKS)


@pytest.mark.django_db
class TestCommand:
    @pytest.fixture
    def company(self):
        made = cooperation("Vannverket IKS", form="IKS", members_complete=True)
        for name, number, org_number, share in (("Drammen", "3301", DRAMMEN, (1, 3)), ("Lier", "3312", LIER, (2, 3))):
            body = municipality(name, number).organisation
            body.org_number = org_number
            body.save()
            membership(made, body, "owner", share)
        LegalProfile.objects.create(cooperation=made, org_number=IKS)
        return made

    def rules(self, made) -> dict:
        on = RegistryEntry.objects.get(cooperation=made).fetched_on
        read = with_legal_facts(type(made).objects.all()).get(pk=made.pk)
        return {f.rule: f for f in findings(facts_of(read, on), on)}

    def test_everything_is_asked_once_and_compared(self, brreg, company, capsys):
        cooperation("Uten nummer", form="VK")
        call_command("fetch_brreg")
        assert max(brreg.asked.values()) == 1
        assert RegistryEntry.objects.count() == 3
        assert "3 numbers of 3 cooperations and members: 0 without an answer, 3 entries new" in capsys.readouterr().out
        found = self.rules(company)
        assert (found["IKS-24"].outcome, found["ID-07"].outcome) == (Outcome.OK, Outcome.OK)
        call_command("fetch_brreg")
        assert "0 entries new or changed" in capsys.readouterr().out

    def test_a_difference_is_a_finding(self, brreg, company):
        brreg.answers[f"/enheter/{IKS}/roller"] = {
            "rollegrupper": [
                {"roller": [holder(DRAMMEN, "DRAMMEN KOMMUNE", "40 %"), ROLES["rollegrupper"][1]["roller"][1]]}
            ]
        }
        brreg.answers[f"/enheter/{LIER}"] = unit(LIER, "LIER VANN", "ORGL")
        call_command("fetch_brreg")
        found = self.rules(company)
        assert found["IKS-24"].text.endswith("(Drammen: 33,3333 %, i Foretaksregisteret 40 %)")
        assert found["ID-07"].text.endswith("(Lier: ORGL)")

    def test_a_dry_run_stores_nothing(self, brreg, company, capsys):
        call_command("fetch_brreg", dry_run=True)
        assert "3 entries would be new" in capsys.readouterr().out
        assert not RegistryEntry.objects.exists()

    def test_what_gets_no_answer_keeps_what_was_known(self, brreg, company, capsys):
        call_command("fetch_brreg")
        brreg.answers[f"/enheter/{IKS}/roller"] = 500
        brreg.answers[f"/enheter/{LIER}"] = 404
        with pytest.raises(SystemExit) as left:
            call_command("fetch_brreg")
        assert left.value.code == 1
        assert "answered 500" in capsys.readouterr().err
        assert len(RegistryEntry.objects.get(org_number=IKS).participants) == 2
        assert RegistryEntry.objects.get(org_number=LIER).outcome == "unknown"

    def test_three_silences_end_the_run(self, brreg, company, capsys):
        body = municipality("Asker", "3203").organisation
        body.org_number = "971524960"
        body.save()
        membership(company, body)
        brreg.answers.update({f"/enheter/{number}": 503 for number in (IKS, DRAMMEN, LIER, "971524960")})
        with pytest.raises(SystemExit):
            call_command("fetch_brreg")
        assert sum(brreg.asked.values()) == 3
        assert "left for the next run" in capsys.readouterr().err

    def test_one_cooperation_is_chosen(self, brreg, company):
        other = cooperation("Annet IKS", form="IKS")
        LegalProfile.objects.create(cooperation=other, org_number="971524960")
        call_command("fetch_brreg", cooperation=[company.slug])
        assert "/enheter/971524960" not in brreg.asked

    def test_a_cooperation_that_is_none_is_a_wrong_call(self, brreg):
        with pytest.raises(CommandError, match="finnes-ikke") as wrong:
            call_command("fetch_brreg", cooperation=["finnes-ikke"])
        assert wrong.value.returncode == 2
        assert not brreg.asked
