"""Is an answer sent again exactly when it has changed?"""

import datetime

import pytest
from django.utils import timezone
from django.utils.http import http_date

from agreements.answers import reading, writing
from agreements.api import again
from agreements.models import Cooperation, Task
from agreements.models.answers import Listed, Revision
from tests import factories

pytestmark = pytest.mark.django_db

BASE = "/api/v1/cooperations/"
ONE, OTHER = f"{BASE}legevakt/", f"{BASE}vann/"
#: Those answered from the stored documents, and those made of the facts.
ADDRESSES = [
    BASE, f"{BASE}?on=2024-01-01", f"{BASE}?fields=name", ONE, f"{ONE}?on=2024-01-01", f"{ONE}?expand=decisions",
    f"{ONE}findings/", "/api/v1/municipalities/", "/api/v1/municipalities/3312/", "/api/v1/organisations/lier-3312/",
    "/api/v1/tasks/", "/api/v1/memberships/", "/api/v1/counties/?format=csv",
]  # fmt: skip
LONG_AGO = datetime.datetime(2024, 6, 1, 12, 0, 0, 500_000, tzinfo=datetime.UTC)


def grow_old() -> None:
    """Let the register have last been changed long ago: within the second of a change, nobody is told when it was."""
    writing.freshen()
    Revision.objects.update(made=LONG_AGO)
    Listed.objects.update(changed=LONG_AGO)


@pytest.fixture(autouse=True)
def lier(monkeypatch):
    """Begin on a fixed day with two cooperations, one of them of Lier."""
    again.forget()
    monkeypatch.setattr(timezone, "localdate", lambda *_: datetime.date(2024, 5, 1))
    place = factories.municipality("Lier", "3312")
    factories.membership(factories.cooperation("Legevakt", tasks=[factories.task()]), place, "host")
    factories.membership(factories.cooperation("Vann"), factories.municipality("Asker", "3203"))
    grow_old()
    return place


def asked(client, address: str, **conditions: str):
    return client.get(address, headers={name.replace("_", "-"): value for name, value in conditions.items()})


@pytest.fixture(params=["first", "again"])
def way(request, client):
    """Ask for an address so that the next question is a first one, or one that has been understood before."""

    def ask(address: str):
        answer = client.get(address)
        if request.param == "first":
            again.forget()
        return answer

    return ask


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_has_an_answer_is_told_that_it_holds(client, way, address):
    whole = way(address)
    assert whole.status_code == 200
    assert whole["ETag"].startswith('"')  # a strong one: byte for byte the same
    held = asked(client, address, if_none_match=whole["ETag"])
    assert (held.status_code, held.content) == (304, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert held[name] == whole[name]


FORMS = {
    "{tag}": 304,
    "W/{tag}": 304,  # a cache that has compressed the answer weakens its tag
    '"other", {tag}': 304,
    '{tag},"other"': 304,
    "*": 304,
    '"other"': 200,
    "other": 200,
    "": 200,
    '"': 200,
    "{bare}": 200,
    '"{bare}x"': 200,
    'W/"other"': 200,
}


@pytest.mark.parametrize("address", [BASE, ONE, "/api/v1/municipalities/"])
def test_each_form_of_if_none_match(client, way, address):
    tag = way(address)["ETag"]
    told = {form: form.format(tag=tag, bare=tag.strip('"')) for form in FORMS}
    answers = {form: asked(client, address, if_none_match=value) for form, value in told.items()}
    assert {form: answer.status_code for form, answer in answers.items()} == FORMS
    assert {answer["ETag"] for answer in answers.values()} == {tag}


@pytest.mark.parametrize("address", [BASE, f"{BASE}?on=2024-01-01", ONE, "/api/v1/municipalities/?on=2024-01-01"])
def test_by_the_date_of_the_last_change(client, way, address):
    modified = way(address)["Last-Modified"]
    assert modified == "Sat, 01 Jun 2024 12:00:00 GMT"
    second = int(LONG_AGO.timestamp())
    for since, status in [(second, 304), (second + 3600, 304), (second - 1, 200)]:
        assert asked(client, address, if_modified_since=http_date(since)).status_code == status
    for nonsense in ("", "yesterday", "2024-06-01", "Sat, 99 Jun 2024 12:00:00 GMT"):
        assert asked(client, address, if_modified_since=nonsense).status_code == 200


def test_the_tag_outweighs_the_date(client, way):
    modified = way(BASE)["Last-Modified"]
    assert asked(client, BASE, if_none_match='"other"', if_modified_since=modified).status_code == 200


@pytest.mark.parametrize("address", [BASE, ONE])
def test_who_wants_only_what_she_has_is_refused_anything_else(client, way, address):
    whole = way(address)
    assert asked(client, address, if_match=whole["ETag"]).status_code == 200
    assert asked(client, address, if_match="*").status_code == 200
    assert asked(client, address, if_match='"other"').status_code == 412
    assert asked(client, address, if_match=f"W/{whole['ETag']}").status_code == 412  # strong comparison (RFC 9110)
    assert asked(client, address, if_unmodified_since=whole["Last-Modified"]).status_code == 200
    before = http_date(int(LONG_AGO.timestamp()) - 1)
    assert asked(client, address, if_unmodified_since=before).status_code == 412


CHANGES = {
    "the cooperation": lambda lier: Cooperation.objects.filter(slug="legevakt").update(purpose="Noe annet"),
    "a member's name": lambda lier: type(lier.organisation).objects.filter(pk=lier.pk).update(name="Lier ny"),
    "a new member": lambda lier: factories.membership(
        Cooperation.objects.get(slug="legevakt"), factories.organisation()
    ),
    "its task": lambda lier: Task.objects.filter(code="legevakt").update(name_nb="Akutthjelp"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_another_tag_and_leaves_that_of_others(client, way, lier, change):
    before = {address: way(address) for address in (BASE, ONE, OTHER)}
    CHANGES[change](lier)
    for address in (BASE, ONE):
        answer = asked(client, address, if_none_match=before[address]["ETag"])
        assert answer.status_code == 200
        assert answer["ETag"] != before[address]["ETag"]
    other = asked(client, OTHER, if_none_match=before[OTHER]["ETag"])
    assert (other.status_code, other["ETag"]) == (304, before[OTHER]["ETag"])


def test_what_was_changed_and_put_back_is_told_by_its_content(client, way):
    before = way(ONE)
    for purpose in ("Noe annet", before.json()["purpose"]):
        Cooperation.objects.filter(slug="legevakt").update(purpose=purpose)
        reading.state()
    assert asked(client, ONE, if_none_match=before["ETag"]).status_code == 304


def test_within_the_second_of_a_change_only_the_tag_tells(client, way):
    Cooperation.objects.update(purpose="Noe annet")
    writing.freshen()
    # As if it were now, and for as long as the test takes.
    now = timezone.now() + datetime.timedelta(minutes=1)
    Revision.objects.update(made=now)
    Listed.objects.update(changed=now)
    for address in (BASE, ONE):
        answer = way(address)
        assert "Last-Modified" not in answer
        assert asked(client, address, if_modified_since=http_date(now.timestamp() + 5)).status_code == 200
        assert asked(client, address, if_none_match=answer["ETag"]).status_code == 304


@pytest.mark.parametrize("address", [BASE, ONE])
def test_another_language_or_site_has_another_tag(client, settings, address):
    settings.ALLOWED_HOSTS = ["testserver", "andre.example.org"]
    conditions = ({}, {"accept_language": "en"}, {"accept_language": "nn"}, {"host": "andre.example.org"})
    tags = [asked(client, address, **each)["ETag"] for each in conditions]
    assert len(set(tags)) == len(tags)


def test_another_question_has_another_tag(client):
    tags = [
        client.get(BASE + query)["ETag"] for query in ("", "?on=2024-01-01", "?on=2024-01-02", "?form=VK", "?q=vann")
    ]
    assert len(set(tags)) == len(tags)


def test_at_midnight_an_answer_for_today_is_another_and_one_for_a_day_is_not(client, way, monkeypatch):
    today, day = way(BASE), way(f"{BASE}?on=2024-01-01")
    monkeypatch.setattr(timezone, "localdate", lambda *_: datetime.date(2024, 7, 1))
    after = asked(client, BASE, if_none_match=today["ETag"])
    assert after.status_code == 200
    assert after["Last-Modified"] == "Sun, 30 Jun 2024 22:00:00 GMT"  # midnight in Norway
    assert asked(client, f"{BASE}?on=2024-01-01", if_none_match=day["ETag"]).status_code == 304
    assert asked(client, BASE, if_modified_since=today["Last-Modified"]).status_code == 200


def test_what_was_withdrawn_is_gone_whatever_the_caller_has(client, way):
    before = way(ONE)
    Cooperation.objects.filter(slug="legevakt").update(publication="withdrawn")
    for conditions in (
        {"if_none_match": before["ETag"]},
        {"if_none_match": "*"},
        {"if_modified_since": http_date(9e9)},
    ):
        answer = asked(client, ONE, **conditions)
        assert answer.status_code == 404
        assert "ETag" not in answer
