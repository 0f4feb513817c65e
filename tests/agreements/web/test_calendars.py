"""Who may subscribe to which deadlines, and is nothing given away?"""

import datetime

import pytest
from icalendar import Calendar

from agreements.models import Agreement, CalendarAddress, Cooperation
from municipalities.models import Coordinator, User
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date
ON = "?on=2026-03-01"
PUBLIC = f"/kommuner/lier-3312/frister.ics{ON}"


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312").organisation


@pytest.fixture
def legevakt(lier):
    made = make.cooperation("Legevakten", "KO", due_on=DAY(2026, 6, 1))
    make.membership(made, lier)
    Agreement.objects.create(cooperation=made, title="Avtalen", valid_to=DAY(2026, 12, 31))
    return made


@pytest.fixture
def kari(lier):
    user = User.objects.create_user("kari", is_staff=True)
    Coordinator.objects.create(user=user, organisation=lier)
    return user


@pytest.fixture
def secret(kari):
    return f"/kalender/{CalendarAddress.objects.create(user=kari).token}.ics"


def events(client, address) -> dict[str, str]:
    response = client.get(address)
    assert response.status_code == 200
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return {str(e["summary"]): e.decoded("dtstart").isoformat() for e in found}


# The open feed of a municipality


def test_a_municipality_has_the_deadlines_of_its_cooperations_and_its_council(client, legevakt):
    assert events(client, PUBLIC) == {
        "Avtale utløper: Legevakten": "2026-12-31",
        "Eierskapsmelding: Lier": "2027-09-30",
        "Plan for eierskapskontroll: Lier": "2028-12-31",
    }


@pytest.mark.parametrize("publication", ["draft", "in_review", "withdrawn"])
def test_what_is_not_published_is_not_in_it(client, legevakt, publication):
    Cooperation.objects.update(publication=publication)
    assert "Legevakten" not in client.get(PUBLIC).content.decode()
    assert "Avtale" not in client.get(PUBLIC).content.decode()


def test_an_answer_is_a_calendar_that_caches_may_keep(client, legevakt):
    response = client.get(PUBLIC)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert client.get(PUBLIC, headers={"If-None-Match": response["ETag"]}).status_code == 304
    Agreement.objects.update(valid_to=DAY(2027, 1, 31))
    assert client.get(PUBLIC, headers={"If-None-Match": response["ETag"]}).status_code == 200


def test_an_event_leads_to_the_public_page(client, legevakt):
    event = Calendar.from_ical(client.get(PUBLIC).content).walk("VEVENT")[0]
    assert event["url"] == "http://testserver/samarbeid/legevakten/"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/kommuner/finnes-ikke/frister.ics", 404),
        ("/kommuner/9999/frister.ics", 404),
        ("/kommuner/lier-3312/frister.ics?on=2026-02-30", 400),
    ],
)
def test_what_cannot_be_answered_is_refused(client, legevakt, address, status):
    assert client.get(address).status_code == status


def test_a_number_leads_to_the_municipality(client, legevakt):
    assert client.get("/kommuner/3312/frister.ics").headers["Location"] == "/kommuner/lier-3312/frister.ics"


def test_a_company_has_no_feed(client):
    make.organisation("Selskapet", "company", slug="selskapet")
    assert client.get("/kommuner/selskapet/frister.ics").status_code == 404


def test_the_page_of_the_municipality_links_to_it(client, legevakt):
    assert 'href="/kommuner/lier-3312/frister.ics"' in client.get("/kommuner/lier-3312/").content.decode()


def test_a_calendar_is_only_read(client, legevakt, secret):
    assert client.post(PUBLIC).status_code == 405
    assert client.post(secret).status_code == 405


# The secret feed of a coordinator


def test_a_coordinator_has_her_own_also_what_is_not_published(client, legevakt, secret):
    Cooperation.objects.update(publication="draft")
    others = make.cooperation("Andres", "KO", publication="draft", due_on=DAY(2026, 6, 1))
    make.membership(others, make.municipality("Drammen", "3301"))
    found = events(client, secret + ON)
    assert found["Avtale utløper: Legevakten"] == "2026-12-31"
    assert found["Opplysninger skal bekreftes: Legevakten"] == "2026-06-01"
    assert not [name for name in found if "Andres" in name]


def test_an_answer_is_kept_by_the_calendar_only(client, legevakt, secret):
    response = client.get(secret + ON)
    assert response["Cache-Control"] == "private, max-age=3600"
    assert response["X-Robots-Tag"] == "noindex"
    assert client.get(secret + ON, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_coordinator_whose_role_is_over_has_none(client, legevakt, secret):
    Coordinator.objects.update(valid_to=DAY(2026, 2, 28))
    assert events(client, secret + ON) == {}


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_the_address_of_somebody_who_may_not_sign_in_opens_nothing(client, legevakt, secret, field):
    User.objects.update(**{field: False})
    assert client.get(secret).status_code == 404


def test_a_false_address_opens_nothing(client, legevakt, secret, kari):
    key = CalendarAddress.objects.get().key.hex
    token = secret.removeprefix("/kalender/").removesuffix(".ics")
    for false in (
        key,
        f"{key}.",
        f"{key}.x",
        token[:-1],
        token.upper(),
        f"x{token}",
        "x.y",
        "æ.ø",
        "%00",
        ".",
        str(kari.pk),
    ):
        assert client.get(f"/kalender/{false}.ics").status_code == 404, false


def test_a_copy_of_the_database_opens_nothing(client, legevakt, secret, settings):
    settings.SECRET_KEY = "a key that whoever has the copy makes up"
    token = CalendarAddress.objects.get().token
    settings.SECRET_KEY = "the key of the site"
    assert client.get(f"/kalender/{token}.ics").status_code == 404
