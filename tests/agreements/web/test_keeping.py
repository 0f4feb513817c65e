"""Is a page sent again only when it has changed, and never what is another's or was withdrawn?"""

import datetime
import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import Cooperation, Source
from agreements.models.answers import DERIVED
from agreements.web.keeping import ANYBODY, PERSONAL
from municipalities.models import Municipality, MunicipalityChange, OrganisationName, Population
from tests import factories as make

from .test_queries import PAGES, add_one_of_each

pytestmark = pytest.mark.django_db

OTHERS = [
    "/sok/?q=lier", "/sok/forslag/?q=lier", "/data/", "/tilgjengelighet/", "/personvern/", "/sitemap.xml",
    "/robots.txt", "/kart/data.json", "/matrise/data.json?fylke=33", "/nn/", "/en/samarbeid/fast/",
]  # fmt: skip
ADDRESS = "/samarbeid/fast/"


@pytest.fixture
def register():
    """Make a register with one of everything, and return the cooperation with a page of its own."""
    lier = make.municipality("Lier", "3312")
    fixed = make.cooperation("Fast", slug="fast")
    holding = make.cooperation("Holding", slug="holding", body=make.organisation("Holding", "company", slug="holding"))
    make.membership(holding, lier, "owner", share=(1, 2))
    for n in range(2):
        add_one_of_each(n)
    return fixed


def again(client, address, response, **headers):
    """Ask for a page that the caller has."""
    return client.get(address, headers={"If-None-Match": response["ETag"]} | headers)


@pytest.mark.parametrize("address", PAGES + OTHERS)
def test_a_page_that_has_not_changed_is_not_made_again(client, register, address):
    first = client.get(address)
    assert first.status_code == 200
    assert first["Cache-Control"] == ANYBODY
    assert "Cookie" not in first["Vary"]
    assert not first.cookies
    with CaptureQueriesContext(connection) as queries:
        held = again(client, address, first)
        kept = client.get(address)
    assert (held.status_code, held.content) == (304, b"")
    assert held["ETag"] == first["ETag"]
    assert kept.content == first.content
    assert kept["Content-Type"] == first["Content-Type"]
    assert kept["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert len(queries) == 0  # the revision is read past Django's cursor


@pytest.mark.parametrize("address", PAGES + OTHERS)
def test_a_page_reads_watched_tables_only(client, register, address):
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'outdate\\_%'")
        watched = {row[0] for row in cursor.fetchall()}
    client.get("/om/")  # the documents are made
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    read = {table for query in queries for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    assert read - watched - {model._meta.db_table for model in DERIVED} <= {"django_content_type"}


CHANGES = {
    "cooperation": lambda: Cooperation.objects.update(purpose="Noe annet"),
    "name": lambda: OrganisationName.objects.create(organisation_id=Municipality.objects.first().pk, name="Annet"),
    "population": lambda: Population.objects.update(persons=7),
    "source": lambda: Source.objects.update(title="En annen rapport"),
    "succession": lambda: MunicipalityChange.objects.create(
        date=datetime.date(2020, 1, 1),
        kind="rename",
        old=Municipality.objects.first(),
        new=Municipality.objects.first(),
        old_number="3312",
        old_name="Lier",
        new_number="3312",
        new_name="Liar",
    ),
    "past the ORM": lambda: connection.cursor().execute("UPDATE agreements_task SET name_nb = 'Annet'"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_the_next_request(client, register, change):
    pages = ["/", ADDRESS, "/kommuner/lier-3312/", "/kilder/rapport/"]
    before = {address: client.get(address) for address in pages}
    CHANGES[change]()
    for address in pages:
        assert again(client, address, before[address]).status_code == 200


def test_what_is_sent_after_a_change_is_the_new_page(client, register):
    first = client.get(ADDRESS)
    Cooperation.objects.filter(slug="fast").update(name="Nytt navn")
    assert b"Nytt navn" not in first.content
    assert b"Nytt navn" in again(client, ADDRESS, first).content


@pytest.mark.parametrize(
    "headers", [{}, {"If-None-Match": "*"}, {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}]
)
def test_what_is_withdrawn_is_gone(client, register, headers):
    first = client.get(ADDRESS)
    Cooperation.objects.filter(slug="fast").update(publication="withdrawn")
    assert again(client, ADDRESS, first).status_code == 410
    gone = client.get(ADDRESS, headers=headers)
    assert gone.status_code == 410
    assert not gone.has_header("ETag")


def test_a_page_of_one_who_is_signed_in_is_neither_kept_nor_taken_from_others(client, register):
    public = client.get(ADDRESS)
    client.force_login(make.user(is_staff=True, is_superuser=True))
    own = again(client, ADDRESS, public)
    assert own.status_code == 200
    assert own["Cache-Control"] == PERSONAL
    assert not own.has_header("ETag")
    assert not own.has_header("Last-Modified")
    assert "Rediger" in own.content.decode()
    client.logout()
    assert client.get(ADDRESS).content == public.content
    assert "Rediger" not in public.content.decode()


def test_a_personal_page_made_first_is_not_left_for_others(client, register):
    client.force_login(make.user(is_staff=True, is_superuser=True))
    assert "Rediger" in client.get(ADDRESS).content.decode()
    client.logout()
    assert "Rediger" not in client.get(ADDRESS).content.decode()


def test_each_address_language_and_host_has_its_own(client, register, settings):
    settings.ALLOWED_HOSTS = ["testserver", "andre.example.org"]
    first = client.get("/")
    for address, host in [("/nn/", "testserver"), ("/?x=1", "testserver"), ("/", "andre.example.org")]:
        other = client.get(address, headers={"Host": host})
        assert other["ETag"] != first["ETag"]
    assert b"andre.example.org" in other.content


def test_a_setting_that_is_shown_makes_another_page(client, settings):
    first = client.get("/personvern/")
    settings.OPERATOR_NAME = "Etaten for samarbeid"
    assert "Etaten for samarbeid" in again(client, "/personvern/", first).content.decode()


def test_at_midnight_a_page_is_another(client, register, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: datetime.date(2024, 6, 1))
    first = client.get(ADDRESS)
    assert again(client, ADDRESS, first).status_code == 304
    monkeypatch.setattr(timezone, "localdate", lambda *_: datetime.date(2024, 6, 2))
    assert again(client, ADDRESS, first).status_code == 200


def test_what_is_not_understood_is_not_kept(client):
    wrong = client.get("/samarbeid/?on=i+dag")
    assert wrong.status_code == 400
    assert not wrong.has_header("ETag")


def test_a_page_comes_compressed_to_those_who_can_read_it(client, register):
    plain = client.get(ADDRESS)
    small = client.get(ADDRESS, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert small["ETag"] == plain["ETag"]
    assert "Accept-Encoding" in small["Vary"]
    assert "Content-Encoding" not in client.get(ADDRESS, headers={"Accept-Encoding": "gzip;q=0, br"})


def test_the_front_page_with_styles_and_scripts_is_below_100_kb(client, register):
    page = client.get("/").content
    files = re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)
    sent = [page, *(Path(finders.find(name.decode())).read_bytes() for name in files)]
    assert sum(len(gzip.compress(body)) for body in sent) < 100_000
