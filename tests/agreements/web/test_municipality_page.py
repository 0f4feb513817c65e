"""Does the page of a municipality tell what it takes part in, and does every name and number lead there?"""

import datetime
import re

import pytest

from municipalities.models import (
    MunicipalityChange,
    MunicipalityNumber,
    Organisation,
    OrganisationName,
    Population,
)
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312")


def redirected(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 302, response.status_code
    return response["Location"]


def test_facts_are_told(get, lier):
    lier.malform, lier.area_km2 = "bokmål", 301
    lier.save()
    OrganisationName.objects.create(organisation=lier.organisation, name="Liera", language="sma")
    Population.objects.create(municipality=lier, date=DAY(2025, 1, 1), persons=28000)
    Population.objects.create(municipality=lier, date=DAY(2026, 1, 1), persons=28456)
    page = get("/kommuner/lier-3312/")
    for told in ("Lier kommune", "3312", "Buskerud", "bokmål", "301 km²", "Liera", "sørsamisk"):
        assert told in page.text
    assert re.search(r"Innbyggere 28\s456 \(1\. januar 2026\)", page.text)
    assert re.search(r"1\.1\.2025 28\s000", page.text)
    assert any(values.get("lang") == "sma" for values in page.elements("span"))


def test_cooperations_are_grouped_by_sector_with_role_form_and_host(get, lier):
    of = make.cooperation("Legevakten", "VK", [make.task("legevakt", "helse")])
    make.membership(of, lier)
    make.membership(of, make.municipality("Drammen", "3301"), "host")
    page = get("/kommuner/lier-3312/")
    text = page.between("Klage til", "Kommuner som gjør noe for Lier")
    assert "Helse 1 Legevakten Vertskommunesamarbeid Legevakt deltaker Drammen vertskommune Lier kommune" in text
    assert "Drammen er vertskommune for Legevakten" in page.text


def test_cooperations_can_be_grouped_by_role(get, lier):
    make.membership(make.cooperation("Eid IKS", "IKS"), lier, "owner", share=(1, 7))
    make.membership(make.cooperation("Vertskap", "VK"), lier, "host")
    page = get("/kommuner/lier-3312/?vis=rolle")
    assert {"rolle-host", "rolle-owner"} <= set(page.ids)
    assert "eier ca. 14,29 % (1/7)" in page.text


def test_a_cooperation_without_a_task_is_shown(get, lier):
    make.membership(make.cooperation("Uten oppgave"), lier)
    assert "Uten oppgitt oppgave 1 Uten oppgave" in get("/kommuner/lier-3312/").text


def test_several_roles_in_one_cooperation_are_one_row(get, lier):
    of = make.cooperation("A")
    make.membership(of, lier)
    make.membership(of, lier, "host")
    page = get("/kommuner/lier-3312/")
    assert "1 samarbeid i registeret. Vertskommune i 1 , deltaker i 1 ." in page.text
    assert "vertskommune, deltaker" in page.text


def test_former_memberships_stand_apart_with_the_year(get, lier):
    make.membership(make.cooperation("Forlatt"), lier, valid_to=DAY(2021, 12, 31), valid_to_precision="year")
    make.membership(make.cooperation("Avviklet", valid_to=DAY(2022, 12, 31), valid_to_precision="year"), lier)
    page = get("/kommuner/lier-3312/")
    former = page.between("Tidligere samarbeid", "Fakta om kommunen")
    assert "Forlatt" in former
    assert "2021" in former
    assert "2022 samarbeidet er avsluttet" in former
    assert "ingen samarbeid her" in page.text


def test_the_page_holds_for_the_day_asked_about(get, lier):
    make.membership(make.cooperation("Forlatt"), lier, valid_to=DAY(2021, 12, 31))
    assert "1 samarbeid i registeret" in get("/kommuner/lier-3312/?on=2021-12-31").text
    assert "1 samarbeid i registeret" not in get("/kommuner/lier-3312/?on=2022-01-01").text


def test_what_begins_later_is_told_as_such(get, lier):
    make.membership(make.cooperation("Kommer"), lier, valid_from=DAY(2022, 1, 1), valid_from_precision="year")
    page = get("/kommuner/lier-3312/?on=2021-12-31")
    assert "Kommer (deltaker, fra 2022)" in page.between("Senere", "Fakta om kommunen")


def test_a_bad_date_gives_400_and_keeps_the_page(get, lier):
    page = get("/kommuner/lier-3312/?on=x&vis=rolle", 400)
    assert "ÅÅÅÅ-MM-DD" in page.text
    assert "Lier kommune" in page.text


def test_tabs_show_one_side_at_a_time(get, lier):
    make.membership(make.cooperation("Eid IKS", "IKS"), lier, "owner", share=(1, 7))
    make.membership(make.cooperation("Uviss IKS", "IKS"), lier, "owner")
    make.membership(make.cooperation("Vertskap", "VK"), lier, "host")
    make.membership(make.cooperation("Forlatt"), lier, valid_to=DAY(2021, 12, 31))
    found = {}
    for view in ("vert", "eier", "tidligere", "tull"):
        page = get(f"/kommuner/lier-3312/?vis={view}")
        section = page.html.split('id="med-i"')[1].split("<aside")[0]
        found[view] = {name for name in ("Eid IKS", "Uviss IKS", "Vertskap", "Forlatt") if f">{name}</a>" in section}
    assert found == {
        "vert": {"Vertskap"}, "eier": {"Eid IKS", "Uviss IKS"}, "tidligere": {"Forlatt"},
        "tull": {"Eid IKS", "Uviss IKS", "Vertskap", "Forlatt"},
    }  # fmt: skip


def test_the_bar_of_a_share_says_the_same_as_the_words(get, lier):
    make.membership(make.cooperation("Eid IKS", "IKS"), lier, "owner", share=(1, 8))
    make.membership(make.cooperation("Uviss IKS", "IKS"), lier, "owner")
    page = get("/kommuner/lier-3312/?vis=eier")
    assert "Eid IKS 12,5 % (1/8)" in page.text
    assert "Uviss IKS ukjent andel" in page.text
    assert [bar.get("width") for bar in page.elements("rect") if bar.get("class") == "bar"] == ["12.50"]
    assert any("bar-unknown" in bar["class"] for bar in page.elements("rect"))


def test_figures_and_partners_are_told(get, lier):
    drammen, hole = make.municipality("Drammen", "3301"), make.municipality("Hole", "3310")
    for n in range(2):
        shared = make.cooperation(f"Felles {n}")
        for one in (lier, drammen, hole)[: 2 + n]:
            make.membership(shared, one)
    make.membership(make.cooperation("Uten Lier"), hole)
    page = get("/kommuner/lier-3312/")
    assert "samarbeid 2 ulike partnerkommuner 2 som vertskommune 0 som eier 0" in page.text
    assert "Drammen (2), Hole (1)" in page.text
    assert {a.get("aria-label") for a in page.elements("a")} >= {"Drammen: 2 samarbeid", "Lier: kommunen selv"}


def test_what_began_and_ended_lately_is_told(get, lier):
    make.membership(make.cooperation("Ny"), lier, valid_from=DAY(2023, 5, 1))
    make.membership(make.cooperation("Gammel"), lier, valid_from=DAY(2015, 5, 1))
    make.membership(make.cooperation("Forlatt"), lier, valid_to=DAY(2022, 12, 31))
    make.membership(make.cooperation("Avviklet", valid_to=DAY(2023, 6, 30)), lier)
    page = get("/kommuner/lier-3312/?on=2024-01-01")
    text = page.between("Endringer i de to årene før 1. januar 2024", "Fakta om kommunen")
    assert re.sub(r"\s+", " ", text).strip() == (
        "30. juni 2023: avsluttet: Avviklet 1. mai 2023: ble med i Ny 31. desember 2022: gikk ut av Forlatt"
    )


@pytest.mark.parametrize(
    ("year", "leads_to"),
    [
        ("2015", "/kommuner/lier-3312/?vis=eier&on=2015-12-31"),
        ("x", "/kommuner/lier-3312/?vis=eier&on=x-12-31"),
        ("", "/kommuner/lier-3312/?vis=eier&on=-12-31"),
    ],
)
def test_a_year_of_the_slider_leads_to_its_last_day(client, lier, year, leads_to):
    assert redirected(client, f"/kommuner/lier-3312/?vis=eier&on=2020-01-01&ar={year}") == leads_to


def test_the_links_of_a_page_keep_the_day(get, lier):
    of = make.cooperation("Legevakten", slug="legevakten")
    make.membership(of, lier)
    make.membership(of, make.municipality("Drammen", "3301"), "host")
    links = get("/kommuner/lier-3312/?on=2022-01-01").links
    assert {"/samarbeid/legevakten/?on=2022-01-01", "/kommuner/drammen-3301/?on=2022-01-01"} <= set(links)


def test_before_it_came_into_being_it_takes_part_in_nothing(get, lier):
    make.membership(make.cooperation("A"), lier)
    page = get("/kommuner/lier-3312/?on=2019-12-31")
    assert "Ble til 1. januar 2020" in page.text
    assert "samarbeid i registeret" not in page.text


@pytest.fixture
def svelvik():
    old = make.municipality("Svelvik", "0711", valid_from=None, valid_to="2019-12-31")
    new = make.municipality("Drammen", "3005")
    old.organisation.successors.add(new.organisation)
    MunicipalityChange.objects.create(
        date=DAY(2020, 1, 1), kind="merge", old=old, new=new, old_number="0711", old_name="Svelvik",
        new_number="3005", new_name="Drammen",
    )  # fmt: skip
    return old


def test_a_former_municipality_says_so_and_leads_to_its_successor(get, svelvik):
    make.membership(make.cooperation("D5"), svelvik)
    page = get("/kommuner/svelvik-0711/")
    assert "Kommunen ble slått sammen med andre 1. januar 2020." in page.text
    assert "/kommuner/drammen-3005/" in page.links
    assert "D5" in page.between("Hva Svelvik var med i til slutt", "Fakta om kommunen")
    assert "/kommuner/svelvik-0711/" in get("/kommuner/drammen-3005/").links


def test_a_former_municipality_on_a_day_when_it_lived_is_no_former_one(get, svelvik):
    page = get("/kommuner/svelvik-0711/?on=2019-12-31")
    assert "den siste dagen" not in page.text
    assert "Senere: Kommunen ble slått sammen med andre 1. januar 2020. Videreført i: Drammen" in page.text


def test_the_heading_is_the_name_of_the_day_and_it_is_told_what_became_of_it(get):
    vestfold = make.county("07", "Vestfold", valid_to="2019-12-31")
    horten = make.municipality("Horten", "3901", make.county("39", "Vestfold og Telemark"))
    Organisation.objects.filter(pk=horten.pk).update(valid_from=None)
    horten.numbers.create(number="0701", name="Borre", county=vestfold, valid_to=DAY(2002, 12, 31))
    OrganisationName.objects.create(organisation=horten.organisation, name="Borre", kind="former")

    page = get("/kommuner/horten-3901/?on=2001-01-01")
    assert "<h1>Borre kommune</h1>" in page.html
    assert "Da var dette 0701 Borre i Vestfold. I dag er den 3901 Horten i Vestfold og Telemark." in page.text
    assert "Borre (tidligere navn)" not in page.text

    page = get("/kommuner/horten-3901/")
    assert "<h1>Horten kommune</h1>" in page.html
    assert "Borre (tidligere navn)" in page.text
    assert "Da var dette" not in page.text


def test_an_official_name_in_two_languages_is_called_as_in_daily_use(get, lier):
    lier.numbers.update(name="Lijre - Lier")
    page = get("/kommuner/lier-3312/?on=2024-06-01")
    assert "<h1>Lier kommune</h1>" in page.html
    assert "Da var dette" not in page.text


def test_before_it_came_into_being_those_who_were_there_are_told(get, svelvik):
    page = get("/kommuner/drammen-3005/?on=2010-01-01")
    assert "Da fantes: Svelvik" in page.text
    assert "/kommuner/svelvik-0711/?on=2010-01-01" in page.links


def test_the_population_is_that_of_the_day(get, lier):
    for year, persons in ((2020, 26000), (2026, 28456)):
        Population.objects.update_or_create(municipality=lier, date=DAY(year, 1, 1), defaults={"persons": persons})
    assert re.search(r"Innbyggere 26\s000 \(1\. januar 2020\)", get("/kommuner/lier-3312/?on=2022-01-01").text)


def test_every_number_ever_held_leads_to_the_page(client, lier):
    MunicipalityNumber.objects.create(
        municipality=lier, number="0626", name="Lier", county=make.county(), valid_to=DAY(2019, 12, 31)
    )
    assert redirected(client, "/kommuner/0626/") == "/kommuner/lier-3312/"
    assert redirected(client, "/kommuner/3312/") == "/kommuner/lier-3312/"
    assert client.get("/kommuner/9999/").status_code == 404


def test_a_number_that_two_have_held_leads_to_the_last(client):
    make.municipality("Først", "0001", valid_from=None, valid_to="2010-12-31")
    make.municipality("Sist", "0001", valid_from="2011-01-01")
    assert redirected(client, "/kommuner/0001/") == "/kommuner/sist-0001/"


def test_another_organisation_has_its_page_elsewhere(client):
    make.organisation("Nordisk Film", "company", slug="nordisk-film")
    assert redirected(client, "/kommuner/nordisk-film/") == "/organisasjoner/nordisk-film/"


@pytest.mark.parametrize("written", ["Lier", "lier", "LIER KOMMUNE", "3312", "lie"])
def test_a_search_with_one_hit_leads_straight_to_it(client, lier, written):
    assert redirected(client, f"/kommuner/?q={written}") == "/kommuner/lier-3312/"


def test_a_sami_name_leads_to_the_municipality(client, lier):
    OrganisationName.objects.create(organisation=lier.organisation, name="Kárášjohka", language="se")
    assert redirected(client, "/kommuner/?q=karasjohka") == "/kommuner/lier-3312/"


def test_os_is_not_ås(client):
    make.municipality("Os", "3430")
    make.municipality("Ås", "3218")
    assert redirected(client, "/kommuner/?q=os") == "/kommuner/os-3430/"
    assert redirected(client, "/kommuner/?q=ås") == "/kommuner/as-3218/"


def test_a_present_municipality_goes_before_a_former_one_of_the_same_name(client):
    make.municipality("Drammen", "0602", valid_from=None, valid_to="2019-12-31")
    make.municipality("Drammen", "3301")
    assert redirected(client, "/kommuner/?q=Drammen") == "/kommuner/drammen-3301/"


def test_a_former_municipality_is_found(client, svelvik):
    assert redirected(client, "/kommuner/?q=svelvik") == "/kommuner/svelvik-0711/"


def test_several_hits_are_listed_with_their_counties(get):
    make.municipality("Våler", "3419", make.county("34", "Innlandet"))
    make.municipality("Våler", "3114", make.county("31", "Østfold"))
    page = get("/kommuner/?q=våler")
    assert "2 kommuner passer til «våler»" in page.text
    assert {"/kommuner/valer-3419/", "/kommuner/valer-3114/"} <= set(page.links)


def test_a_misspelt_name_gets_suggestions(get):
    make.municipality("Drammen", "3301")
    page = get("/kommuner/?q=Dramen")
    assert "Ingen kommune heter «Dramen»" in page.text
    assert "/kommuner/drammen-3301/" in page.links


def test_the_list_holds_for_a_day_and_is_sorted_in_norwegian(get, svelvik):
    for name, number in (("Øvre Eiker", "3314"), ("Ås", "3218"), ("Aremark", "3124")):
        make.municipality(name, number)
    letters = get("/kommuner/").response.context["letters"]
    assert [letter for letter, _ in letters] == ["A", "D", "Ø", "Å"]
    assert "Svelvik" in get("/kommuner/?on=2019-12-31").text
    assert "Svelvik" not in get("/kommuner/?on=2020-01-01").text


@pytest.mark.parametrize("query", ["on=x", "q=%00"])
def test_bad_values_in_the_list_give_400_with_a_message(get, query):
    assert f"{query.split('=')[0]}-error" in get(f"/kommuner/?{query}", 400).ids
