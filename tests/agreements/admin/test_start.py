"""Does the start page show first what a coordinator must do, and let her subscribe, with a fixed number of queries?"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Agreement, CalendarAddress, Cooperation, RegistrationDraft
from municipalities.models import Coordinator, User
from tests import factories as make
from tests.admin_pages import text

pytestmark = pytest.mark.django_db

DAY = datetime.date
START, CALENDAR = "/admin/", "/admin/kalender/"
LONG_AGO = DAY(2020, 1, 31)  # overdue on whatever day the tests run


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312").organisation


@pytest.fixture
def kari(client, lier):
    user = User.objects.create_user("kari", is_staff=True, email="kari@example.org")
    Coordinator.objects.create(user=user, organisation=lier)
    client.force_login(user)
    return user


def overdue(name, member, **values) -> Cooperation:
    made = make.cooperation(name, due_on=LONG_AGO, **values)
    make.membership(made, member)
    return made


# What is shown


def test_what_is_overdue_in_her_cooperations_comes_first(client, kari, lier):
    overdue("Mitt", lier)
    overdue("Andres", make.municipality("Drammen", "3301"))
    page = client.get(START)
    assert [row.deadline.subject for row in page.context["deadlines"]] == ["Mitt"]
    shown = text(page)
    assert "1 er ute" in shown
    assert "Andres" not in shown
    assert shown.index("31. januar 2020") < shown.index("Mine samarbeid") < shown.index("Alt du kan endre")


def test_her_cooperations_begin_with_those_she_answers_for(client, kari, lier):
    make.membership(make.cooperation("Deltar"), lier)
    make.cooperation("Svarer for", responsible=lier, publication="draft")
    make.cooperation("Andres")
    shown = text(client.get(START))
    assert "Mine samarbeid (2)" in shown
    assert shown.index("Svarer for") < shown.index("ansvarlig") < shown.index("utkast") < shown.index("Deltar")


def test_breaches_of_her_cooperations_are_shown_the_gravest_first(client, kari, lier):
    make.membership(make.cooperation("Vannverket", form="IKS"), lier, "owner")
    make.cooperation("Kraftverket", form="IKS")
    page = client.get(START)
    assert page.context["breaches"][0].finding.paragraph == "foretaksnavneloven § 2-2"
    assert {b.cooperation.name for b in page.context["breaches"]} == {"Vannverket"}


def test_a_host_keeps_the_cooperation_too(client, kari, lier):
    make.membership(make.cooperation("Deltar"), lier)
    make.membership(make.cooperation("Vertskap"), lier, "host")
    own = client.get(START).context["own"]
    assert [(one.cooperation.name, one.is_responsible) for one in own] == [("Vertskap", True), ("Deltar", False)]


def test_what_is_in_review_waits_for_the_editor(client, kari, lier):
    make.membership(make.cooperation(publication="in_review"), lier)
    assert "Venter på deg" not in text(client.get(START))
    User.objects.update(is_editor=True)
    assert "Venter på deg 1 samarbeid er til gjennomsyn" in text(client.get(START))


def test_a_registration_that_is_begun_waits_for_who_began_it(client, kari, admin_user):
    RegistrationDraft.objects.create(user=admin_user)
    assert "Venter på deg" not in text(client.get(START))
    RegistrationDraft.objects.create(user=kari)
    assert "Venter på deg 1 påbegynt registrering" in text(client.get(START))


def test_changes_are_told_with_what_and_why_once_for_each_deed(client, kari, lier):
    made = overdue("Mitt", lier)
    Agreement.objects.create(cooperation=made, title="Avtalen")
    (change,) = client.get(START).context["changes"][:1]
    assert (change.cooperation, change.who) == (made, "ukjent")
    assert {"samarbeid", "medlemskap", "avtale"} == {
        part for c in client.get(START).context["changes"] if c.cooperation == made for part in c.parts
    }


def test_a_coordinator_without_cooperations_is_told(client, kari):
    shown = text(client.get(START))
    assert "Organisasjonene dine er ikke med i noe samarbeid ennå." in shown
    assert "Ingen frister er ute" in shown
    assert "Ingen brudd er funnet" in shown


def test_an_administrator_without_organisations_has_the_whole_register(admin_client):
    overdue("Andres", make.municipality("Drammen", "3301"))
    page = admin_client.get(START)
    assert "Siden viser hele registeret." in text(page)
    assert [row.deadline.subject for row in page.context["deadlines"]] == ["Andres"]


def test_a_reader_sees_nothing_of_the_unpublished(client):
    overdue("Andres", make.municipality("Drammen", "3301"))
    Cooperation.objects.update(publication="draft")
    client.force_login(User.objects.create_user("leser", is_staff=True))
    page = client.get(START)
    assert page.status_code == 200
    assert "Andres" not in text(page)


def test_a_stranger_signs_in_first(client):
    assert client.get(START).headers["Location"].startswith("/admin/login/")


def test_one_and_many_take_the_same_queries(client, kari, lier):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(START).status_code == 200
        return len(captured)

    def add(n):
        made = overdue(f"Samarbeid {n}", lier, form="IKS", responsible=lier)
        make.membership(made, make.municipality(f"Kommune {n}", f"40{n:02d}"))
        Agreement.objects.create(cooperation=made, title="Avtalen", valid_to=LONG_AGO)

    add(1)
    few = queries()
    for n in range(2, 16):
        add(n)
    assert queries() == few


# Calendar and reminders


def address(client) -> str:
    return client.get(START).context["calendar_url"]


def test_an_address_is_made_shown_again_renewed_and_revoked(client, kari):
    assert "calendar_url" not in client.get(START).context
    client.post(CALENDAR, {"deed": "renew"})
    first = address(client)
    assert address(client) == first
    assert client.get(first).status_code == 200
    client.post(CALENDAR, {"deed": "renew"})
    second = address(client)
    assert [client.get(url).status_code for url in (first, second)] == [404, 200]
    client.post(CALENDAR, {"deed": "revoke"})
    assert client.get(second).status_code == 404
    assert not CalendarAddress.objects.exists()


def test_each_has_an_address_of_her_own(client, kari, admin_client):
    client.post(CALENDAR, {"deed": "renew"})
    admin_client.post(CALENDAR, {"deed": "renew"})
    assert CalendarAddress.objects.count() == 2
    admin_client.post(CALENDAR, {"deed": "revoke"})
    assert CalendarAddress.objects.get().user == kari


def test_reminders_are_turned_off_and_on(client, kari):
    client.post(CALENDAR, {"deed": "be-quiet"})
    kari.refresh_from_db()
    assert not kari.wants_reminders
    assert "Slå på påminnelser på e-post" in text(client.get(START))
    client.post(CALENDAR, {"deed": "remind"})
    kari.refresh_from_db()
    assert kari.wants_reminders


@pytest.mark.parametrize("deed", ["", "x"])
def test_an_unknown_deed_is_refused(client, kari, deed):
    assert client.post(CALENDAR, {"deed": deed}).status_code == 400


def test_nothing_is_done_by_following_a_link_or_without_signing_in(client, kari):
    assert client.get(CALENDAR).status_code == 405
    client.logout()
    assert client.post(CALENDAR, {"deed": "renew"}).status_code == 302
    assert not CalendarAddress.objects.exists()
