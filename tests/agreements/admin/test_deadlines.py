"""Does the calendar show what is overdue and what is coming, to whom it concerns, with a fixed number of queries?"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Agreement, Cooperation
from municipalities.models import Coordinator, User
from tests import factories as make
from tests.admin_pages import text

pytestmark = pytest.mark.django_db

DAY = datetime.date
CALENDAR = "/admin/frister/"
ON = "on=2026-12-15"


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312").organisation


@pytest.fixture
def kari(client, lier):
    """Return a coordinator of Lier who is signed in and may look."""
    user = User.objects.create_user("kari", is_staff=True)
    Coordinator.objects.create(user=user, organisation=lier)
    client.force_login(user)
    return user


def expiring(name, day, member, **values) -> Cooperation:
    made = make.cooperation(name, "KO", **values)
    make.membership(made, member)
    Agreement.objects.create(cooperation=made, title="Avtalen", valid_to=day, renewal="none")
    return made


def months(page) -> list[tuple[str, list[str]]]:
    return [(f"{month:%Y-%m}", [row.deadline.subject for row in rows]) for month, rows in page.context["by_month"]]


def overdue(page) -> list[str]:
    return [row.deadline.subject for row in page.context["overdue"]]


def test_what_is_overdue_comes_first_then_each_month(client, kari, lier):
    expiring("Utløpt", DAY(2026, 12, 14), lier)
    expiring("I dag", DAY(2026, 12, 15), lier)
    expiring("Nyttårsaften", DAY(2026, 12, 31), lier)
    expiring("Nyttårsdag", DAY(2027, 1, 1), lier)
    page = client.get(f"{CALENDAR}?{ON}")
    assert overdue(page) == ["Utløpt"]
    assert months(page)[:2] == [("2026-12", ["I dag", "Nyttårsaften"]), ("2027-01", ["Nyttårsdag"])]
    shown = text(page)
    assert shown.index("Utløpt") < shown.index("Desember 2026") < shown.index("Januar 2027")
    assert "1 frist er ute." in shown


def test_a_coordinator_sees_her_own_and_with_a_choice_the_whole_register(client, kari, lier):
    expiring("Mitt", DAY(2027, 1, 31), lier)
    expiring("Andres", DAY(2027, 1, 31), make.municipality("Drammen", "3301"))
    assert months(client.get(f"{CALENDAR}?{ON}")) == [("2027-01", ["Mitt"]), ("2027-09", ["Lier"])]
    assert months(client.get(f"{CALENDAR}?{ON}&whose=all")) == [("2027-01", ["Andres", "Mitt"])]


def test_somebody_without_organisations_sees_the_whole_register(admin_client, lier):
    expiring("Mitt", DAY(2027, 1, 31), lier)
    for whose in ("", "&whose=mine", "&whose=all"):
        assert months(admin_client.get(f"{CALENDAR}?{ON}{whose}")) == [("2027-01", ["Mitt"])]


def test_a_municipality_is_chosen_with_what_its_council_owes(admin_client, lier):
    expiring("Mitt", DAY(2027, 1, 31), lier)
    expiring("Andres", DAY(2027, 1, 31), make.municipality("Drammen", "3301"))
    page = admin_client.get(f"{CALENDAR}?{ON}&municipality=3312")
    assert months(page) == [("2027-01", ["Mitt"]), ("2027-09", ["Lier"])]
    assert f"/admin/agreements/ownershipreport/add/?organisation={lier.pk}" in page.content.decode()


def test_one_kind_is_chosen(admin_client, lier):
    expiring("Mitt", DAY(2027, 1, 31), lier, due_on=DAY(2027, 2, 1))
    assert months(admin_client.get(f"{CALENDAR}?{ON}&kind=confirmation")) == [("2027-02", ["Mitt"])]


def test_how_far_ahead_is_chosen_the_last_day_included(admin_client, lier):
    expiring("Med", DAY(2027, 3, 15), lier)
    expiring("Ikke med", DAY(2027, 3, 16), lier)
    assert months(admin_client.get(f"{CALENDAR}?{ON}&months=3")) == [("2027-03", ["Med"])]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("on=2026-02-30", "Skriv datoen som ÅÅÅÅ-MM-DD."),
        ("kind=x", "«x» er ikke et av valgene."),
        ("municipality=9999", "«9999» er ikke et av valgene."),
        ("months=-1", "«-1» er ikke et av valgene."),
        ("whose=x", "«x» er ikke et av valgene."),
    ],
)
def test_a_choice_that_cannot_be_understood_is_told(admin_client, query, told):
    page = admin_client.get(f"{CALENDAR}?{query}")
    assert page.status_code == 400
    assert told in text(page)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_do_no_harm(admin_client, lier, day):
    expiring("Mitt", DAY(9999, 12, 31), lier)
    assert admin_client.get(f"{CALENDAR}?on={day}").status_code == 200


def test_an_empty_calendar_says_what_would_fill_it(admin_client):
    assert "Ingen frister kommer i dette tidsrommet. Frister følger av" in text(admin_client.get(f"{CALENDAR}?{ON}"))
    assert "Ingen frister passer med valgene" in text(admin_client.get(f"{CALENDAR}?{ON}&kind=expiry"))


def test_those_whom_it_concerns_are_named_the_first_of_them(admin_client):
    made = make.cooperation(form="KO", due_on=DAY(2027, 1, 31))
    for number in range(5):
        make.membership(made, make.municipality(f"Kommune {number}", f"40{number:02d}"))
    assert "Gjelder: Kommune 0, Kommune 1, Kommune 2 og 2 til" in text(admin_client.get(f"{CALENDAR}?{ON}"))


def test_a_stranger_signs_in_first(client):
    assert client.get(CALENDAR).status_code == 302


def test_one_and_many_take_the_same_queries(client, kari, lier):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{CALENDAR}?{ON}").status_code == 200
        return len(captured)

    def add(n):
        expiring(f"Samarbeid {n}", DAY(2027, 1, 31), lier, due_on=DAY(2027, 2, 1), responsible=lier)
        make.municipality(f"Kommune {n}", f"40{n:02d}")

    add(1)
    few = queries()
    for n in range(2, 7):
        add(n)
    assert queries() == few
