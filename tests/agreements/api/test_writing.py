"""Can a system write with the rights of its token, through the same actions as the admin, and no further?"""

import datetime

import pytest

from agreements.admin.history import cooperation_histories
from agreements.models import ActionRecord, Cooperation, Decision, Membership
from municipalities.history import revisions
from tests import factories
from tests.files import birth_number

from .writers import ALL, Writer, token

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Drammensregionens brannvesen",
    "form": "IKS",
    "purpose": "Brann og redning.",
    "valid_from": "2001-07",
    "tasks": ["legevakt"],
    "memberships": [
        {"organisation": "3301", "role": "owner", "ownership_share": "4/7", "valid_from": "2001-07-01"},
        {"organisation": "3312", "role": "owner", "ownership_share": "40 %"},
    ],
    "citations": [{"source": "rapport", "locator": "side 4"}],
    "reason": "Sak 14/22",
}


@pytest.fixture
def drammen():
    return factories.municipality()


@pytest.fixture
def lier():
    return factories.municipality("Lier", "3312")


@pytest.fixture
def kari(drammen):
    return factories.user("kari", drammen, first_name="Kari", last_name="Nordmann")


@pytest.fixture
def own(kari, drammen):
    """Return the system of the municipality that keeps the cooperation."""
    factories.source(), factories.task()
    return Writer(token(kari, drammen.organisation))


@pytest.fixture
def legevakt(drammen, lier):
    made = factories.cooperation(responsible=drammen.organisation)
    factories.membership(made, drammen, "host", (1, 2))
    factories.membership(made, lier, "participant", (1, 2))
    return made


@pytest.fixture
def agreement(legevakt):
    return factories.agreement(legevakt)


def body(**values):
    return {"reason": "Sak 14/22"} | values


# Registering


def test_a_cooperation_is_registered_whole_as_a_draft_that_only_its_own_may_read(own, lier, client):
    answer = own.ask("POST", "cooperations/", NEW)
    assert answer.status_code == 201, answer.content.decode()
    said = answer.json()
    assert answer["Location"] == said["url"] == "http://testserver/api/v1/cooperations/drammensregionens-brannvesen/"
    assert (said["publication"], said["valid_from"], said["valid_from_precision"]) == ("draft", "2001-07-01", "month")
    shares = [(m["organisation"]["code"], m["ownership_share"]["fraction"]) for m in said["memberships"]]
    assert shares == [("3301", "4/7"), ("3312", "2/5")]
    assert [t["code"] for t in said["tasks"]] == ["legevakt"]

    again = own.ask("GET", "cooperations/drammensregionens-brannvesen/")
    assert (again.json(), again["ETag"]) == (said, answer["ETag"])
    assert again["Cache-Control"] == "private, no-store"
    assert client.get("/api/v1/cooperations/drammensregionens-brannvesen/").status_code == 404


def test_the_history_tells_who_why_and_that_it_was_the_api(own, lier, kari):
    own.ask("POST", "cooperations/", NEW)
    made = Cooperation.objects.get(slug="drammensregionens-brannvesen")
    (revision,) = revisions(cooperation_histories(made.pk))
    assert (revision.who, revision.why) == ("Kari Nordmann (API)", "Sak 14/22")
    assert made.responsible.slug == "drammen-3301"
    assert ActionRecord.objects.get().by == kari


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"name": ""}, "name", id="no-name"),
        pytest.param({"form": "LAUG"}, "form", id="unknown-form"),
        pytest.param({"reason": "  "}, "reason", id="no-reason"),
        pytest.param({"citations": []}, "citations", id="no-source"),
        pytest.param({"citations": [{"source": "x", "locator": "1"}]}, "citations.0.source", id="unknown-source"),
        pytest.param({"tasks": ["legevakt", "heksing"]}, "tasks.1", id="unknown-task"),
        pytest.param({"valid_from": "2023-02-30"}, "valid_from", id="no-such-day"),
        pytest.param({"valid_to": "1999"}, "body", id="ends-before-it-starts"),
        pytest.param({"publication": "published"}, "publication", id="not-a-field"),
        pytest.param({"purpose": f"Spør {birth_number('010159')}"}, "purpose", id="birth-number"),
        pytest.param({"name": "a\x00b"}, "name", id="nul"),
        pytest.param({"memberships": [{"organisation": "4601"}]}, "memberships.0.organisation", id="unknown-member"),
        pytest.param(
            {"memberships": [{"organisation": "3301", "ownership_share": "40"}]}, "memberships.0.ownership_share",
            id="bare-number",
        ),
        pytest.param(
            {"memberships": [{"organisation": "3301"}, {"organisation": "3301"}]}, "memberships.1", id="same-twice"
        ),
        pytest.param(
            {"memberships": [{"organisation": k, "ownership_share": "2/3"} for k in ("3301", "3312")]}, "memberships",
            id="more-than-the-whole",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_field_and_nothing_is_done(own, lier, change, field):
    answer = own.ask("POST", "cooperations/", NEW | change)
    assert answer.status_code == 400
    said = answer.json()
    assert list(said.get("errors", said)) == [field]
    assert not Cooperation.objects.exists()
    assert not Membership.objects.exists()


# Changing


def test_what_is_given_is_changed_and_the_rest_stays(own, legevakt):
    second = factories.task("brann")
    member = legevakt.memberships.first()
    answer = own.change(
        "PATCH", f"cooperations/{legevakt.slug}/",
        body(purpose="Nytt", tasks=["brann"], memberships=[{"id": member.pk, "note": "Vert"}]),
    )  # fmt: skip
    assert answer.status_code == 200, answer.content.decode()
    said = answer.json()
    assert (said["purpose"], said["name"], said["tasks"][0]["code"]) == ("Nytt", legevakt.name, second.code)
    assert [m["note"] for m in said["memberships"]] == ["Vert", ""]
    assert "publication" not in said


def test_the_etag_of_the_answer_is_that_of_the_public_one(own, legevakt, client):
    answer = own.change("PATCH", f"cooperations/{legevakt.slug}/", body(purpose="Nytt"))
    public = client.get(f"/api/v1/cooperations/{legevakt.slug}/")
    assert (public["ETag"], public.content) == (answer["ETag"], answer.content)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_an_etag_counts_in_whichever_language_it_was_read(own, legevakt, client, language):
    read = client.get(f"/api/v1/cooperations/{legevakt.slug}/", headers={"accept-language": language})
    answer = own.change("PATCH", f"cooperations/{legevakt.slug}/", body(purpose="Nytt"), if_match=read["ETag"])
    assert answer.status_code == 200


def test_without_a_condition_nothing_is_changed(own, legevakt):
    answer = own.ask("PATCH", f"cooperations/{legevakt.slug}/", body(purpose="Nytt"))
    assert answer.status_code == 428
    assert not ActionRecord.objects.exists()


@pytest.mark.parametrize("given", ['"gammel"', "gammel", 'W/"{}"'])
def test_a_stale_or_weak_condition_is_refused_with_the_etag_that_holds(own, legevakt, given):
    holds = own.etag(legevakt.slug)
    stale = given.format(holds.strip('"'))
    answer = own.change("PATCH", f"cooperations/{legevakt.slug}/", body(purpose="Nytt"), if_match=stale)
    assert answer.status_code in (412, 428)
    if answer.status_code == 412:
        assert answer["ETag"] == holds
    assert not ActionRecord.objects.exists()


def test_members_join_and_leave_with_the_others_shares(own, legevakt):
    factories.municipality("Asker", "3203")
    base = f"cooperations/{legevakt.slug}/memberships/"
    thirds = [{"organisation": k, "ownership_share": "1/3"} for k in ("3301", "3312")]
    answer = own.change("POST", base, body(organisation="3203", on="2025-01-01", ownership_share="1/3", shares=thirds))
    assert answer.status_code == 201, answer.content.decode()
    members = {m["organisation"]["code"]: m for m in answer.json()["memberships"]}
    assert {m["ownership_share"]["fraction"] for m in members.values()} == {"1/3"}

    answer = own.change("POST", f"{base}{members['3203']['id']}/leave/", body(on="2025-06-30"))
    assert answer.status_code == 200, answer.content.decode()
    assert "3203" in {m["organisation"]["code"] for m in answer.json()["former_memberships"]}


def test_a_decision_is_recorded_on_the_only_agreement(own, legevakt, agreement):
    said = body(organisation="3312", on="2022-03-12", organ="kommunestyre", case_number="sak 14/22")
    answer = own.change("POST", f"cooperations/{legevakt.slug}/decisions/", said)
    assert answer.status_code == 201, answer.content.decode()
    decision = Decision.objects.get()
    assert (decision.agreement, decision.decided_on) == (agreement, datetime.date(2022, 3, 12))


def test_the_agreement_of_another_cooperation_is_none(own, legevakt, agreement):
    other = factories.agreement(factories.cooperation("Annet"))
    said = body(organisation="3312", on=None, agreement=other.pk)
    answer = own.change("POST", f"cooperations/{legevakt.slug}/decisions/", said)
    assert answer.status_code == 400
    assert not Decision.objects.exists()


def test_a_cooperation_ends_and_is_reopened(own, legevakt):
    answer = own.change("POST", f"cooperations/{legevakt.slug}/end/", body(on="2024-12-31"))
    assert (answer.status_code, answer.json()["status"]) == (200, "ended")
    answer = own.change("POST", f"cooperations/{legevakt.slug}/reopen/", body())
    assert (answer.status_code, answer.json()["status"]) == (200, "active")


def test_a_draft_is_handed_in_and_the_editor_publishes_it(own, lier, client):
    path = "cooperations/drammensregionens-brannvesen/publication/"
    own.ask("POST", "cooperations/", NEW)
    assert own.change("POST", path, body(step="submit")).json()["publication"] == "in_review"
    assert own.change("POST", path, body(step="publish")).status_code == 403
    editor = Writer(token(factories.user("rita", is_editor=True), None))
    assert "publication" not in editor.change("POST", path, body(step="publish")).json()
    assert client.get("/api/v1/cooperations/drammensregionens-brannvesen/").status_code == 200


# Who may


def systems(who: str, legevakt) -> Writer:
    drammen, bergen = legevakt.responsible, factories.municipality("Bergen", "4601")
    match who:
        case "own coordinator":
            return Writer(token(factories.user("ada", drammen), drammen))
        case "editor":
            return Writer(token(factories.user("eva", is_editor=True), None))
        case "coordinator of another":
            return Writer(token(factories.user("bo", bergen), bergen.organisation))
        case "token of another of her organisations":
            return Writer(token(factories.user("ida", drammen, bergen), bergen.organisation))
        case "editor's token of another organisation":
            return Writer(token(factories.user("ole", bergen, is_editor=True), bergen.organisation))
        case "administrator's token of another organisation":
            return Writer(token(factories.user("per", bergen, is_superuser=True), bergen.organisation))
        case "former coordinator":
            person = factories.user("sam", drammen)
            person.coordinators.update(valid_to="2020-01-01")
            return Writer(token(person, drammen))
        case "reader":
            return Writer(token(factories.user("leo"), drammen))


DEEDS = {
    "amend": ("PATCH", "", {"purpose": "Nytt"}),
    "join": ("POST", "memberships/", {"organisation": "9901", "on": "2025-01-01"}),
    "leave": ("POST", "memberships/{member}/leave/", {"on": "2025-01-01"}),
    "decide": ("POST", "decisions/", {"organisation": "3312", "on": "2025-01-01"}),
    "end": ("POST", "end/", {"on": "2025-01-01"}),
    "withdraw": ("POST", "publication/", {"step": "withdraw"}),
}
MAY_NOT = [
    "coordinator of another", "token of another of her organisations", "editor's token of another organisation",
    "administrator's token of another organisation", "former coordinator", "reader",
]  # fmt: skip


def do(writer: Writer, deed: str, legevakt) -> int:
    factories.municipality("Ny", "9901")
    method, path, said = DEEDS[deed]
    path = path.format(member=legevakt.memberships.last().pk)
    return writer.change(method, f"cooperations/{legevakt.slug}/{path}", body(**said)).status_code


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", MAY_NOT)
def test_whom_it_does_not_belong_to_changes_nothing(legevakt, agreement, who, deed):
    assert do(systems(who, legevakt), deed, legevakt) == 403
    assert not ActionRecord.objects.exists()


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", ["own coordinator", "editor"])
def test_who_keeps_it_may(legevakt, agreement, who, deed):
    allowed = who == "editor" or deed != "withdraw"
    assert do(systems(who, legevakt), deed, legevakt) in ((200, 201) if allowed else (403,))


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_registers_for_another(legevakt, who):
    factories.municipality("Asker", "3203"), factories.task()
    said = NEW | {"responsible": legevakt.responsible.slug}
    assert systems(who, legevakt).ask("POST", "cooperations/", said).status_code == 403
    assert Cooperation.objects.count() == 1


@pytest.mark.parametrize("who", MAY_NOT)
def test_of_a_hidden_one_strangers_learn_nothing(legevakt, who):
    Cooperation.objects.update(publication="draft")
    writer = systems(who, legevakt)
    assert writer.ask("GET", f"cooperations/{legevakt.slug}/").status_code == 404
    path = f"cooperations/{legevakt.slug}/"
    assert writer.ask("PATCH", path, body(purpose="x"), **{"If-Match": "*"}).status_code == 404


@pytest.mark.parametrize("deed", DEEDS)
def test_a_scope_that_the_token_lacks_is_named(kari, legevakt, agreement, drammen, deed):
    scope = {"join": "memberships", "leave": "memberships", "decide": "decisions", "withdraw": "publication"}
    scope = f"write:{scope.get(deed, 'cooperations')}"
    writer = Writer(token(kari, drammen.organisation, [s for s in ALL if s != scope]))
    method, path, said = DEEDS[deed]
    path = path.format(member=legevakt.memberships.last().pk)
    answer = writer.change(method, f"cooperations/{legevakt.slug}/{path}", body(**said))
    assert answer.status_code == 403
    assert scope in answer.json()["detail"]


def test_a_stranger_is_told_how_to_be_known(client, legevakt):
    answer = client.post("/api/v1/cooperations/", NEW, content_type="application/json")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert "Access-Control-Allow-Origin" not in answer


def test_a_member_of_its_own_records_its_own_decision_only(legevakt, agreement, lier):
    writer = Writer(token(factories.user("liv", lier), lier.organisation))
    path = f"cooperations/{legevakt.slug}/decisions/"
    assert writer.change("POST", path, body(organisation="3301", on="2022-03-12")).status_code == 403
    assert writer.change("POST", path, body(organisation="3312", on="2022-03-12")).status_code == 201


# The body


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        pytest.param(b"name=x", "application/x-www-form-urlencoded", 415, id="form"),
        pytest.param(b"{}", "text/plain", 415, id="text"),
        pytest.param(b'{"name": ', "application/json", 400, id="cut"),
        pytest.param(b"[" * 100_000, "application/json", 400, id="deep"),
        pytest.param(b'{"name": NaN}', "application/json", 400, id="nan"),
        pytest.param(b'{"name": "\xff"}', "application/json", 400, id="not-utf-8"),
        pytest.param(b'{"name": "\\ud800"}', "application/json", 400, id="half-a-character"),
        pytest.param(b'[1]', "application/json", 400, id="no-object"),
        pytest.param(b"", "application/json", 400, id="empty"),
    ],
)  # fmt: skip
def test_what_is_not_an_object_of_json_is_refused(own, content, kind, code):
    headers = {"authorization": f"Bearer {own.secret}"}
    answer = own.client.generic("POST", "/api/v1/cooperations/", content, content_type=kind, headers=headers)
    assert answer.status_code == code


def test_too_much_is_refused_before_it_is_read(own, settings):
    settings.MAX_API_BODY_MB = 1
    answer = own.ask("POST", "cooperations/", {"name": "x" * (1 << 20)})
    assert answer.status_code == 413
