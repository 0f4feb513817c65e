"""Do the front page and the pages of organisations, counties, tasks and sources tell what they promise?"""

import datetime
import re

import pytest
from django.db import OperationalError, connection
from django.template.loader import render_to_string

from agreements.models import Form
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


def test_front_counts_what_is_valid_and_public(get):
    lier = make.municipality("Lier", "3312")
    make.municipality("Asker", "3203")
    make.membership(make.cooperation("A", "IKS", [make.task("legevakt", "helse")]), lier)
    make.membership(make.cooperation("B", "VK", [make.task("jordmor", "helse")]), lier)
    make.membership(make.cooperation("C", "KO", valid_to=DAY(2019, 12, 31)), lier)
    page = get("/")
    assert re.search(r"samarbeid 2 kommuner er med 1 samarbeidsformer 2 ", page.text)
    assert "Helse 2" in page.text
    assert "/former/IKS/" in page.links
    assert "/former/KO/" not in page.links
    assert any(a.get("data-suggest") == "/sok/forslag/?bare=kommune" for a in page.elements("div"))


def test_the_unknown_form_stands_last_however_frequent(get):
    for slug, form in (("a", "UNKNOWN"), ("b", "UNKNOWN"), ("c", "IKS")):
        make.cooperation(slug, form, slug=slug)
    links = get("/").links
    assert links.index("/former/IKS/") < links.index("/former/UNKNOWN/")


def test_front_without_data_still_answers(get):
    assert "Velg kommune" in get("/").text


def test_an_organisation_tells_what_it_takes_part_in(get):
    body = make.organisation("Nordisk Film", "company", slug="nordisk-film", org_number=make.org_number(98765432))
    make.membership(make.cooperation("Kino AS", "AS"), body, "owner", share=(49, 100))
    page = get("/organisasjoner/nordisk-film/")
    for told in ("Nordisk Film", "Selskap", body.org_number, "Kino AS", "eier 49 %"):
        assert told in page.text
    assert "/organisasjoner/nordisk-film/" in get("/organisasjoner/").links


def test_a_municipality_has_its_page_elsewhere(client):
    make.municipality("Lier", "3312")
    assert client.get("/organisasjoner/lier-3312/")["Location"] == "/kommuner/lier-3312/"


def test_a_body_leads_to_its_cooperation_and_owners_own_through_it(get):
    body = make.organisation("Kino Holding", "company", slug="holding")
    kristiansand = make.municipality("Kristiansand", "4204")
    make.membership(make.cooperation("Kino Holding", slug="holding", body=body), kristiansand, "owner", share=(1, 2))
    make.membership(make.cooperation("KinoSør AS", slug="kinosor"), body, "owner", share=(51, 100))
    assert "/samarbeid/holding/" in get("/organisasjoner/holding/").links
    page = get("/kommuner/kristiansand-4204/")
    assert "Kristiansand eier 25,5 % (51/200) av KinoSør AS gjennom Kino Holding ." in page.text


def test_a_county_council_that_is_gone_leads_to_its_successors(get):
    viken = make.organisation("Viken fylkeskommune", "county_council", slug="viken", valid_to=DAY(2023, 12, 31))
    viken.successors.add(make.organisation("Akershus fylkeskommune", "county_council", slug="akershus"))
    page = get("/organisasjoner/viken/")
    assert "siste dag var 31. desember 2023" in page.text
    assert "/organisasjoner/akershus/" in page.links
    assert "/organisasjoner/viken/" in get("/organisasjoner/akershus/").links


def test_a_county_tells_its_municipalities_and_their_cooperations(get):
    lier = make.municipality("Lier", "3312")
    make.municipality("Asker", "3203", make.county("32", "Akershus"))
    make.membership(make.cooperation("Med", tasks=[make.task("legevakt", "helse")]), lier)
    make.cooperation("Uten")
    page = get("/fylker/33/")
    assert "1 kommune " in page.text
    assert "Lier 1 samarbeid" in page.text
    assert "1 samarbeid med deltakere herfra" in page.text
    assert "Uten" not in page.text
    assert "/samarbeid/?county=33&task=helse" in page.links
    assert page.response.context["county"].council.get_absolute_url() in page.links


def test_a_county_says_how_to_see_the_rest(get):
    lier = make.municipality("Lier", "3312")
    for n in range(26):
        make.membership(make.cooperation(f"Samarbeid {n}"), lier)
    page = get("/fylker/33/")
    assert len(page.response.context["rows"]) == 25
    assert "/samarbeid/?county=33" in page.links
    assert "Se alle 26" in page.text


def test_a_former_county_leads_to_its_successor_and_shows_its_last_day(get):
    old = make.county("30", "Viken", valid_from=DAY(2020, 1, 1), valid_to=DAY(2023, 12, 31))
    old.successors.add(make.county("33", "Buskerud"))
    make.municipality("Lier", "3049", old, valid_to="2023-12-31")
    page = get("/fylker/30/")
    assert "Fylket finnes ikke lenger" in page.text
    assert "/fylker/33/" in page.links
    assert "Lier" in page.text
    assert "/fylker/30/" in get("/fylker/").links


def test_a_county_page_with_a_bad_date_gives_400(get):
    make.county()
    assert "ÅÅÅÅ-MM-DD" in get("/fylker/33/?on=x", 400).text
    assert get("/fylker/99/", 404)


def test_tasks_are_counted_by_sector_and_once_each(get):
    make.cooperation("A", tasks=[make.task("legevakt", "helse"), make.task("jordmor", "helse")])
    make.task("brann", "sikkerhet")
    page = get("/oppgaver/")
    assert "Helse 1 Jordmor 1 Legevakt 1" in page.text
    assert "/oppgaver/legevakt/" in page.links
    assert "/oppgaver/brann/" not in page.links


def test_sources_are_told_with_licence_and_credit(get):
    make.source("ssb", title="SSB", licence="CC BY 4.0", credit="Statistisk sentralbyrå, CC BY 4.0")
    make.cooperation("A")  # cites «rapport»
    page = get("/kilder/")
    assert "Statistisk sentralbyrå, CC BY 4.0" in page.text
    assert "Se 1 samarbeid som bygger på kilden" in get("/kilder/rapport/").text
    assert "bygger på kilden" not in get("/kilder/ssb/").text
    assert get("/kilder/finnes-ikke/", 404)


def test_every_form_is_explained(get):
    page = get("/former/")
    assert {f"form-{form.value}" for form in Form} <= set(page.ids)
    assert "vertskommunen, utfører oppgaven" in page.text


def test_the_forms_are_set_side_by_side_with_their_law(get):
    page = get("/former/")
    assert len(page.elements("table")) == 2
    assert "ett års skriftlig varsel" in page.text
    for told in ("kommuneloven § 20-2", "kommuneloven § 20-3", "kommuneloven kap. 19", "IKS-loven", "stiftelsesloven"):
        assert told in page.text, told


def test_robots_may_read_all_but_the_admin(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_neither_request_nor_context(name):
    assert "<h1>" in render_to_string(name)


def test_pages_are_read_only(client):
    assert client.post("/samarbeid/").status_code == 405
    assert client.head("/samarbeid/").status_code == 200


def test_pages_forbid_scripts_and_foreign_content(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


def test_pages_are_in_bokmål_whatever_the_browser_prefers(get):
    make.cooperation(slug="x", valid_to=DAY(2019, 12, 31))
    page = get("/samarbeid/x/?on=x", 400, accept_language="en")
    assert "31. desember 2019" in page.text
    assert page.response["Content-Language"] == "nb"


@pytest.mark.parametrize(
    ("prefix", "language", "heading"),
    [
        ("", "nb", "Noe gikk galt hos oss"),
        ("/nn", "nn", "Noko gjekk gale hos oss"),
        ("/en", "en", "Something went wrong"),
    ],
)
def test_when_the_database_is_away_the_page_tells_so_in_the_readers_language(client, prefix, language, heading):
    client.raise_request_exception = False
    with connection.execute_wrapper(_away):
        response = client.get(f"{prefix}/kilder/")
    assert response.status_code == 500
    assert f'<html lang="{language}"' in response.text
    assert f"<h1>{heading}" in response.text
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_an_address_that_is_no_text_does_not_get_into_the_page(client):
    response = client.get("/samarbeid/%00%22/")
    assert response.status_code == 404
    assert "\x00" not in response.text


def _away(execute, sql, params, many, context):
    raise OperationalError("the connection is closed")
