"""Do old addresses lead on after a thing has been given another, and never by a name that was not public?"""

import pytest

from agreements.models import Cooperation
from municipalities.models import Organisation
from tests import factories as make

# The stream is filled when transactions commit.
pytestmark = pytest.mark.django_db(transaction=True)


def move(rows, old, new) -> None:
    rows.filter(slug=old).update(slug=new)


@pytest.fixture
def moved():
    """Make a cooperation and a municipality that have had three addresses."""
    made = make.cooperation("Legevakten", slug="en")
    lier = make.municipality("Lier", "3312")
    make.membership(made, lier)
    move(Cooperation.objects, "en", "to")
    move(Cooperation.objects, "to", "tre")
    move(Organisation.objects, "lier-3312", "lier")
    return made


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("/samarbeid/en/", "/samarbeid/tre/"),
        ("/samarbeid/to/?on=2024-01-01", "/samarbeid/tre/?on=2024-01-01"),
        ("/nn/samarbeid/en/", "/nn/samarbeid/tre/"),
        ("/kommuner/lier-3312/", "/kommuner/lier/"),
        ("/api/v1/cooperations/en/", "/api/v1/cooperations/tre/"),
        ("/api/v1/cooperations/en/findings/?on=2024-01-01", "/api/v1/cooperations/tre/findings/?on=2024-01-01"),
        ("/api/v1/organisations/lier-3312/", "/api/v1/organisations/lier/"),
        ("/api/v1/municipalities/lier-3312/", "/api/v1/municipalities/lier/"),
    ],
)
def test_an_old_address_leads_to_the_present_one_for_good(client, moved, old, now):
    response = client.get(old)
    assert (response.status_code, response.headers["Location"]) == (301, now)
    assert client.get(now).status_code == 200


def test_an_organisation_leads_on_too(client):
    make.membership(make.cooperation(), make.organisation("Holding", "company", slug="holding"))
    move(Organisation.objects, "holding", "konsern")
    assert client.get("/organisasjoner/holding/").headers["Location"] == "/organisasjoner/konsern/"


def test_what_has_the_name_now_goes_before_what_had_it(client, moved):
    make.cooperation("Ny", slug="en")
    assert client.get("/samarbeid/en/").status_code == 200
    Cooperation.objects.filter(slug="en").update(slug="fire")
    assert client.get("/samarbeid/en/").headers["Location"] == "/samarbeid/fire/"  # it had the name last


def test_a_draft_with_an_old_name_does_not_show(client, moved):
    make.cooperation("Hemmelig", slug="en", publication="draft")
    assert client.get("/samarbeid/en/").headers["Location"] == "/samarbeid/tre/"


def test_what_has_moved_back_is_found_there(client, moved):
    move(Cooperation.objects, "tre", "en")
    assert client.get("/samarbeid/en/").status_code == 200
    assert client.get("/samarbeid/tre/").headers["Location"] == "/samarbeid/en/"


def test_a_name_from_before_publication_leads_nowhere(client):
    made = make.cooperation("Hemmelig plan", slug="hemmelig-plan", publication="draft")
    Cooperation.objects.filter(pk=made.pk).update(slug="planen")
    Cooperation.objects.filter(pk=made.pk).update(publication="published")
    for address in ("/samarbeid/hemmelig-plan/", "/api/v1/cooperations/hemmelig-plan/"):
        assert client.get(address).status_code == 404


def test_what_is_no_longer_public_is_not_led_to(client, moved):
    Cooperation.objects.update(publication="withdrawn")
    for address, status in (("/samarbeid/en/", 404), ("/api/v1/cooperations/en/", 410)):
        response = client.get(address)
        assert response.status_code == status
        assert "tre" not in response.headers.get("Location", "")


@pytest.mark.parametrize("address", ["/samarbeid/finnes-ikke/", "/api/v1/cooperations/a%00b/", "/kommuner/x/"])
def test_what_never_was_is_not_found(client, moved, address):
    assert client.get(address).status_code == 404
