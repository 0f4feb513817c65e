"""Does the page of a cooperation tell who takes part, how, since when and according to whom?"""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from agreements.api import errors
from agreements.models import Citation, Cooperation, CooperationRelation, GroupStatement, Notice, Organ
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture
def drammen():
    return make.municipality("Drammen", "3301")


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312")


def test_name_form_law_task_and_purpose_are_told(get):
    make.cooperation("Legevakten", "VK", [make.task("legevakt", "helse")], slug="x", purpose="Felles legevakt.")
    page = get("/samarbeid/x/")
    for told in (
        "Legevakten",
        "Vertskommunesamarbeid",
        "kommuneloven kap. 20",
        "Legevakt",
        "Helse",
        "Felles legevakt.",
    ):
        assert told in page.text
    assert "Én kommune, vertskommunen, utfører oppgaven" in page.text


def test_who_answers_whom_to_complain_to_and_how_one_leaves_is_told(get, drammen, lier):
    of = make.cooperation(slug="x", form="VK")
    make.membership(of, drammen, "host")
    make.membership(of, lier)
    told = get("/samarbeid/x/").between("Hva slags samarbeid er det?", "Hvem er med?")
    for line in (
        "Hvem har ansvaret? Drammen (vertskommune)",
        "Hvem klager jeg til? Kommunen der du bor (kommuneloven § 20-5",
        "Hvem svarer for gjelden? Vertskommunen",
        "Hvordan går en kommune ut? Ett års varsel",
    ):
        assert line in told


def test_whom_to_complain_to_is_not_guessed(get):
    make.cooperation(slug="x", form="UNKNOWN")
    told = get("/samarbeid/x/").between("Hva slags samarbeid er det?", "Hvem er med?")
    assert "Hvem klager jeg til? Ikke oppgitt." in told
    assert "Hvem svarer for gjelden? Ikke oppgitt; det kommer an på formen og på avtalen" in told
    assert "det som er vanlig for formen" not in told


def test_links_to_other_cooperations_keep_the_day(get):
    top = make.cooperation("Rådet", slug="radet")
    of = make.cooperation(slug="x", umbrella=top)
    CooperationRelation.objects.create(predecessor=make.cooperation("Gammel", slug="gammel"), successor=of)
    links = get("/samarbeid/x/?on=2021-12-31").links
    assert {"/samarbeid/radet/?on=2021-12-31", "/samarbeid/gammel/?on=2021-12-31"} <= set(links)


def test_missing_facts_are_shown_as_missing(get):
    make.cooperation(slug="x", form="UNKNOWN")
    page = get("/samarbeid/x/")
    for told in ("Kilden oppgir ikke formål", "Kilden oppgir ikke når", "ikke bekreftet ennå", "Ukjent form"):
        assert told in page.text


def test_hosts_stand_before_participants_and_names_are_sorted_in_norwegian(get, drammen, lier):
    of = make.cooperation(slug="x")
    for name in ("Ås", "Øvre Eiker", "Asker"):
        make.membership(of, make.organisation(name, "company"))
    make.membership(of, lier, "host")
    members = get("/samarbeid/x/").between("Hvem er med?", "Hvor er opplysningene fra?")
    places = [members.index(name) for name in ("Lier", "Asker", "Øvre Eiker", "Ås")]
    assert places == sorted(places)


def test_several_roles_on_the_same_terms_are_one_row(get, drammen):
    of = make.cooperation(slug="x")
    make.membership(of, drammen, "participant")
    make.membership(of, drammen, "host")
    page = get("/samarbeid/x/")
    assert "vertskommune, deltaker" in page.text
    assert "Deltakere 1 " in page.text


def test_shares_are_told_as_percent_and_fraction_and_the_unknown_as_unknown(get, drammen, lier):
    of = make.cooperation(slug="x", form="IKS")
    make.membership(of, drammen, "owner", share=(1, 7))
    make.membership(of, lier, "owner")
    page = get("/samarbeid/x/")
    assert "ca. 14,29 % (1/7)" in page.text
    assert "ukjent" in page.between("Lier", "Hvor er opplysningene fra?")


def test_a_liability_share_is_told_where_it_is_stated_apart(get, drammen):
    of = make.cooperation(slug="x", form="IKS")
    make.membership(of, drammen, "owner", share=(1, 2), liability_numerator=1, liability_denominator=4)
    page = get("/samarbeid/x/")
    assert "Ansvarsandel" in page.text
    assert "25 %" in page.text


def test_no_column_for_shares_where_nobody_owns(get, drammen):
    make.membership(make.cooperation(slug="x"), drammen)
    assert "Eierandel" not in get("/samarbeid/x/").text


def test_members_that_follow_from_a_group_are_told_from_named_ones(get, drammen, lier):
    of = make.cooperation(slug="x")
    group = GroupStatement.objects.create(cooperation=of, wording="alle kommuner i Buskerud", count=18)
    make.membership(of, drammen)
    make.membership(of, lier, group=group)
    page = get("/samarbeid/x/")
    assert "nevnt i kilden" in page.between("Drammen kommune i", "Lier")
    assert "følger av: «alle kommuner i Buskerud»" in page.text
    assert "1 deltaker i tabellen følger av dette" in page.text


def test_stated_count_and_incomplete_list_are_told_in_words(get, drammen):
    of = make.cooperation(slug="x", stated_member_count=64, members_complete=False)
    make.membership(of, drammen)
    page = get("/samarbeid/x/")
    assert "Kilden oppgir 64 deltakere; 1 er kjent her." in page.text
    assert "Listen er ikke fullstendig" in page.text


def test_former_members_have_a_table_with_the_year_and_a_warning(get, drammen, lier):
    of = make.cooperation("Legevakten", slug="x")
    make.membership(of, drammen)
    make.membership(of, lier, valid_to=DAY(2021, 12, 31), valid_to_precision="year")
    former = get("/samarbeid/x/").between("Hvem har vært med tidligere?", "Lov og avtale")
    assert "Lier" in former
    assert "2021" in former
    assert "kan fortsatt ha ansvar" in former
    assert "Drammen" not in former


@pytest.mark.parametrize(("day", "is_member"), [("2021-12-31", True), ("2022-01-01", False)])
def test_the_page_holds_for_the_day_asked_about(get, lier, day, is_member):
    of = make.cooperation(slug="x")
    make.membership(of, lier, valid_to=DAY(2021, 12, 31))
    page = get(f"/samarbeid/x/?on={day}")
    assert (
        "Lier" in page.between("Hvem er med?", "Hvor er opplysningene fra?").split("Hvem har vært med")[0]
    ) is is_member
    assert "Siden viser forholdene" in page.text


@pytest.mark.parametrize("bad", ["x", "2022-02-30", "01.02.2022", "any", "%00"])
def test_a_bad_date_gives_400_and_a_message_and_keeps_the_page(get, bad):
    make.cooperation("Legevakten", slug="x")
    page = get(f"/samarbeid/x/?on={bad}", 400)
    assert "ÅÅÅÅ-MM-DD" in page.text
    assert "Legevakten" in page.text
    assert any(field.get("aria-invalid") for field in page.elements("input"))


def test_an_ended_cooperation_says_so_and_leads_to_its_successor(get, drammen):
    old = make.cooperation("Gammel", slug="gammel", valid_to=DAY(2022, 12, 31))
    new = make.cooperation("Ny", slug="ny")
    make.membership(old, drammen)
    CooperationRelation.objects.create(predecessor=old, successor=new, kind="renamed")
    page = get("/samarbeid/gammel/")
    assert "Avsluttet 31. desember 2022." in page.text
    assert "/samarbeid/ny/" in page.links
    assert "Drammen" in page.between("Hvem var med til slutt?", "Hvor er opplysningene fra?")
    assert "/samarbeid/gammel/" in get("/samarbeid/ny/").links


def test_a_planned_cooperation_says_so(get):
    make.cooperation(slug="x", stage="planned")
    assert "Samarbeidet har ikke begynt" in get("/samarbeid/x/").text


def test_vague_dates_are_as_vague_as_the_source(get):
    make.cooperation(slug="x", valid_from=DAY(2012, 1, 1), valid_from_precision="two_years")
    assert "fra 2012/13" in get("/samarbeid/x/").text


def test_umbrella_and_parts_lead_to_each_other(get):
    top = make.cooperation("Paraply", slug="topp")
    make.cooperation("Del", slug="del", umbrella=top)
    assert "/samarbeid/del/" in get("/samarbeid/topp/").links
    assert "/samarbeid/topp/" in get("/samarbeid/del/").links


def test_a_dissolved_member_is_shown_with_its_successor(get):
    viken = make.organisation("Viken fylkeskommune", "county_council", valid_to=DAY(2023, 12, 31))
    viken.successors.add(make.organisation("Buskerud fylkeskommune", "county_council", slug="buskerud"))
    make.membership(make.cooperation(slug="x"), viken)
    page = get("/samarbeid/x/")
    assert "Finnes ikke lenger (til 31. desember 2023)" in page.text
    assert "/organisasjoner/buskerud/" in page.links
    assert "Finnes ikke lenger" not in get("/samarbeid/x/?on=2023-12-31").text


def test_a_member_that_covers_only_a_part_is_told(get, drammen):
    make.membership(make.cooperation(slug="x"), drammen, covers="tidligere Svelvik kommune")
    assert "gjelder bare tidligere Svelvik kommune" in get("/samarbeid/x/").text


def test_organs_sources_and_the_responsible_are_told(get, drammen):
    of = make.cooperation(
        slug="x", responsible=drammen.organisation, confirmed_on=DAY(2024, 3, 1), confirmed_by="Kari Nordmann"
    )
    Organ.objects.create(cooperation=of, name="ATM-utvalget", kind="committee", note="tolv politikere")
    Citation.objects.create(source=make.source(), cooperation=of, locator="avsnitt 9", note="motsier seg selv")
    who = make.membership(of, drammen)
    Citation.objects.create(source=make.source(), membership=who, locator="linje 4", note="trykt «Dramen»")
    page = get("/samarbeid/x/")
    for told in (
        "ATM-utvalget", "Nemnd eller utvalg: tolv politikere", "avsnitt 9", "motsier seg selv",
        "Drammen: trykt «Dramen»", "1. mars 2024", "Kari Nordmann",
    ):  # fmt: skip
        assert told in page.text
    assert "/kilder/rapport/" in page.links


def test_a_cooperation_without_a_proper_name_says_so(get):
    make.cooperation(slug="x", has_proper_name=False)
    assert "ikke noe eget navn" in get("/samarbeid/x/").text


def test_the_page_leads_to_its_json(get, client):
    make.cooperation(slug="x")
    assert "/api/v1/cooperations/x/" in get("/samarbeid/x/").links
    assert client.get("/api/v1/cooperations/x/").json()["slug"] == "x"


def test_only_staff_see_the_way_to_the_admin(get, client):
    pk = make.cooperation(slug="x").pk
    address = f"/admin/agreements/cooperation/{pk}/change/"
    assert address not in get("/samarbeid/x/").links
    client.force_login(get_user_model().objects.create_user("kari", is_staff=True))
    assert address in get("/samarbeid/x/").links


def test_names_are_escaped(get, drammen):
    make.cooperation('<script>alert("x")</script>', slug="x")
    assert "<script>" not in get("/samarbeid/x/").html


def test_an_unknown_address_gives_a_404_that_helps(get):
    assert Cooperation.objects.count() == 0
    page = get("/samarbeid/finnes-ikke/", 404)
    assert "Vi finner ikke siden" in page.text
    assert "/samarbeid/" in page.links
    assert any(field.get("name") == "q" and field.get("value") == "finnes ikke" for field in page.elements("input"))


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/kommuner/drammmen/", "/kommuner/drammen-3301/"),
        ("/kommuner/drammen-9999/", "/kommuner/drammen-3301/"),
        ("/samarbeid/legevakten-i-drammen/", "/samarbeid/legevakten-i-drammen-og-lier/"),
        ("/nn/drammen", "/nn/kommuner/drammen-3301/"),
    ],
)
def test_an_unknown_address_leads_to_what_is_called_alike(get, drammen, address, meant):
    make.cooperation("Legevakten i Drammen og Lier", slug="legevakten-i-drammen-og-lier")
    assert meant in get(address, 404).links


@pytest.mark.parametrize("address", ["/wp-x/drammen/", "/samarbeid/x/drammen/", "/en/wp/drammen/", "/drammen.php"])
def test_where_nothing_of_ours_lies_nothing_is_searched(get, drammen, django_assert_num_queries, address):
    with django_assert_num_queries(0):
        page = get(address, 404)
    assert "Vi finner ikke siden" in page.text or "/en/" in address


@pytest.mark.parametrize("address", ["/wp-login.php", "/samarbeid/hemmelig-plan/", "/%00/", "/x", "/" + "y" * 3000])
def test_an_unknown_address_suggests_nothing_that_is_not_public(get, address):
    make.cooperation("Hemmelig plan", slug="hemmelig-plan", publication="draft")
    page = get(address, 404)
    assert "Kanskje du leter etter" not in page.text
    assert "Hemmelig plan" not in page.text


def test_a_page_that_was_withdrawn_leads_on_without_telling_what_it_was(get):
    make.cooperation("Legevakten, ny", slug="ny")
    make.cooperation("Legevakten, hemmelig", slug="legevakten", publication="withdrawn")
    page = get("/samarbeid/legevakten/", 410)
    assert "/samarbeid/ny/" in page.links
    assert "hemmelig" not in page.text


def test_a_fault_of_ours_is_told_without_the_database(rf):
    with translation.override("nn"), CaptureQueriesContext(connection) as asked:
        response = errors.server_error(rf.get("/nn/samarbeid/"))
    assert response.status_code == 500
    assert 'lang="nn"' in response.content.decode()
    assert not asked.captured_queries


def test_shares_are_shown_as_bars_that_say_the_same_in_words(get):
    of = make.cooperation("Eid IKS", "IKS", slug="eid")
    for name, number, share in (("Lier", "3312", (1, 4)), ("Drammen", "3301", (1, 2)), ("Hole", "3310", None)):
        make.membership(of, make.municipality(name, number), "owner", share=share)
    page = get("/samarbeid/eid/")
    chart = page.between("Eierandeler", "Deltakere i Eid IKS")
    assert "(de kjente er til sammen 75 %) Drammen 50 % Lier 25 % Hole ukjent andel" in chart
    assert [bar.get("width") for bar in page.elements("rect") if bar.get("class") == "bar"] == ["50.00", "25.00"]


def test_members_are_shown_on_a_map_with_their_roles(get):
    of = make.cooperation("Legevakten", "VK", slug="legevakten")
    make.membership(of, make.municipality("Drammen", "3301"), "host")
    make.membership(of, make.municipality("Lier", "3312"))
    make.municipality("Asker", "3203")
    page = get("/samarbeid/legevakten/")
    assert {a["aria-label"] for a in page.elements("a") if "aria-label" in a} >= {
        "Drammen: vertskommune",
        "Lier: deltaker",
    }
    assert "Asker:" not in page.html
    assert "/kart/?samarbeid=legevakten" in page.links


def test_the_line_of_time_stands_on_the_page_and_the_page_can_be_cited(get):
    of = make.cooperation("Legevakten", "VK", slug="legevakten", valid_from=DAY(2010, 1, 1))
    make.membership(of, make.municipality("Lier", "3312"), valid_from=DAY(2012, 1, 1))
    page = get("/samarbeid/legevakten/?on=2024-01-31")
    assert "1. januar 2010 Samarbeidet begynte 1. januar 2012 Lier kom med" in page.text
    assert "Forholdene 31. januar 2024. http://testserver/samarbeid/legevakten/?on=2024-01-31 (lest" in page.text


def test_a_notice_is_told_while_it_runs(get, drammen):
    of = make.cooperation("Legevakten", slug="x")
    make.membership(of, drammen)
    Notice.objects.create(
        cooperation=of, organisation=drammen.organisation, given_on=DAY(2024, 3, 1), effective_on=DAY(2025, 3, 1)
    )
    assert "Drammen sa opp 1. mars 2024 og er med til og med 1. mars 2025." in get("/samarbeid/x/?on=2025-03-01").text
    assert "sa opp" not in get("/samarbeid/x/?on=2025-03-02").text


def test_winding_up_is_told(get):
    make.cooperation("Legevakten", slug="x", winding_up_from=DAY(2024, 3, 1))
    assert "Under avvikling fra 1. mars 2024" in get("/samarbeid/x/?on=2024-03-01").text
    assert "Under avvikling" not in get("/samarbeid/x/?on=2024-02-29").text
