"""Does the list of cooperations find, narrow, explain and keep what the reader wrote?"""

import datetime

import pytest

from agreements.answers import writing
from agreements.models import Cooperation, CooperationTask, Membership
from municipalities.models import MunicipalityNumber
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312")


def names(page) -> list[str]:
    """Return the names of the hits in order."""
    return [row.name for row in page.response.context["listing"].rows]


def facet(page, name: str) -> dict[str, int]:
    """Return the choices of a filter with their counts, in order."""
    found = [f for f in page.response.context["listing"].facets if f.name == name]
    return {choice.value: choice.count for one in found for choice in one.choices}


def test_lists_all_valid_ones_in_norwegian_order(get):
    for name in ("Øst", "Ås IKS", "Aust", "Vest"):
        make.cooperation(name)
    make.cooperation("Gammelt", valid_to=DAY(2019, 12, 31))
    page = get("/samarbeid/")
    assert names(page) == ["Aust", "Vest", "Øst", "Ås IKS"]
    assert "4 samarbeid" in page.text


def test_a_row_tells_form_task_host_and_number_of_members(get, lier):
    of = make.cooperation("Legevakten", "VK", [make.task("legevakt")], stated_member_count=7)
    make.membership(of, lier, "host")
    text = get("/samarbeid/").text
    assert "Vertskommunesamarbeid Oppgave Legevakt Vertskommune Lier Deltakere 1 kjent av 7" in text


@pytest.mark.parametrize("written", ["3312", "Lier", "lier", "lier kommune", "lier-3312", " Lier "])
def test_a_municipality_is_found_however_it_is_written(get, lier, written):
    make.membership(make.cooperation("Med"), lier)
    make.cooperation("Uten")
    page = get(f"/samarbeid/?municipality={written}")
    assert names(page) == ["Med"]
    assert "Kommune: Lier" in page.text
    assert page.elements("input")[1]["value"] == "Lier"


def test_a_homonymous_municipality_is_offered_with_its_counties(get):
    for number, county, name in (("3419", "34", "Innlandet"), ("3114", "31", "Østfold")):
        make.municipality("Våler", number, make.county(county, name))
    page = get("/samarbeid/?municipality=Våler", 400)
    assert "Flere kommuner heter «Våler»" in page.text
    assert {"?municipality=valer-3419", "?municipality=valer-3114"} <= set(page.links)
    assert "Innlandet" in page.text


def test_a_homonymous_municipality_is_found_by_the_name_with_its_county(get):
    one = make.municipality("Våler", "3419", make.county("34", "Innlandet"))
    make.municipality("Våler", "3114", make.county("31", "Østfold"))
    MunicipalityNumber.objects.filter(municipality=one).update(label="Våler (Innlandet)")
    make.membership(make.cooperation("Med"), one)
    assert names(get("/samarbeid/?municipality=Våler (Innlandet)")) == ["Med"]


def test_a_misspelt_municipality_gets_suggestions_and_keeps_the_other_filters(get, lier):
    make.municipality("Drammen", "3301")
    page = get("/samarbeid/?municipality=Dramen&form=IKS", 400)
    assert "Vi kjenner ingen kommune som heter «Dramen»" in page.text
    assert any("municipality=drammen-3301" in link and "form=IKS" in link for link in page.links)
    assert any(field.get("value") == "Dramen" and field.get("aria-invalid") for field in page.elements("input"))


def test_a_number_that_no_municipality_has_had_is_said(get):
    assert "«9999»" in get("/samarbeid/?municipality=9999", 400).text


@pytest.mark.parametrize(
    ("query", "field"),
    [("size=2-3", "size"), ("crosses_county_border=ja", "crosses_county_border"), ("confirmed=foo", "confirmed"),
     ("on=igår", "on"), ("form=FOO", "form"), ("county=99", "county"), ("task=foo", "task"), ("role=foo", "role"),
     ("status=foo", "status"), ("ordering=foo", "ordering"), ("q=%00", "q")],
)  # fmt: skip
def test_each_bad_value_gives_400_with_a_message_beside_its_field(get, query, field):
    make.cooperation("Skjult ved feil")
    page = get(f"/samarbeid/?{query}", 400)
    assert f"{field}-error" in page.ids
    assert "Skjult ved feil" not in page.text


@pytest.mark.parametrize("query", ["organisation=foo", "source=foo"])
def test_a_bad_value_without_a_field_is_said_too(get, query):
    page = get(f"/samarbeid/?{query}", 400)
    assert "foo" in page.text
    assert "other-error" in page.ids


@pytest.mark.parametrize("page", ["abc", "0", "99", "-1"])
def test_a_page_that_does_not_exist_gives_400_and_the_way_to_the_first(get, page):
    make.cooperation("En")
    shown = get(f"/samarbeid/?form=VK&page={page}", 400)
    assert f"ingen side «{page}»" in shown.text
    assert "?form=VK" in shown.links


def test_each_active_filter_can_be_removed_alone(get, lier):
    make.membership(make.cooperation("Med", "IKS"), lier)
    page = get("/samarbeid/?municipality=lier-3312&form=IKS&form=VK&q=med")
    assert "?municipality=lier-3312&form=VK&q=med" in page.links
    assert "?municipality=lier-3312&form=IKS&q=med" in page.links
    assert "?form=IKS&form=VK&q=med" in page.links
    assert "?municipality=lier-3312&form=IKS&form=VK" in page.links


def test_counts_beside_forms_hold_for_the_other_filters(get, lier):
    for name, form, member in (("A", "IKS", True), ("B", "IKS", True), ("C", "VK", True), ("D", "VK", False)):
        of = make.cooperation(name, form)
        if member:
            make.membership(of, lier)
    page = get("/samarbeid/?municipality=3312&form=IKS")
    assert facet(page, "form") == {"IKS": 2, "VK": 1}
    assert "?municipality=3312&form=IKS&form=VK" in page.links
    assert "?municipality=3312" in page.links


def test_counts_beside_statuses_are_those_of_the_list(get):
    make.cooperation("A")
    make.cooperation("B", valid_to=DAY(2019, 12, 31))
    make.cooperation("C", stage="planned")
    assert facet(get("/samarbeid/"), "status") == {"planned": 1, "active": 1, "ended": 1}
    for status, name in (("planned", "C"), ("active", "A"), ("ended", "B")):
        assert names(get(f"/samarbeid/?status={status}")) == [name]


def test_pages_hold_fifty_and_keep_the_filters(get):
    for n in range(51):
        make.cooperation(f"Samarbeid {n:02d}", "IKS")
    page = get("/samarbeid/?form=IKS")
    assert len(names(page)) == 50
    assert "?form=IKS&page=2" in page.links
    assert names(get("/samarbeid/?form=IKS&page=2")) == ["Samarbeid 50"]


def test_an_empty_list_is_an_answer_that_suggests_what_to_change(get, lier):
    of = make.cooperation("Gammelt", valid_to=DAY(2019, 12, 31))
    make.membership(of, lier)
    page = get("/samarbeid/?municipality=lier-3312&q=gammelt")
    assert "0 samarbeid" in page.text
    assert "Ingen samarbeid passer" in page.text
    assert "?municipality=lier-3312&q=gammelt&status=ended" in page.links


def test_what_the_form_has_no_field_for_is_carried_along(get):
    body = make.organisation("Nordisk Film", "company", slug="nordisk-film")
    make.membership(make.cooperation("Kino", tasks=[make.task("kino"), make.task("film")]), body)
    page = get("/samarbeid/?organisation=nordisk-film&task=kino&task=film&source=rapport")
    hidden = {(f["name"], f["value"]) for f in page.elements("input") if f.get("type") == "hidden"}
    assert hidden == {("organisation", "nordisk-film"), ("source", "rapport"), ("task", "kino")}
    assert names(page) == ["Kino"]


def test_all_times_is_kept_in_the_date_field(get):
    make.cooperation("Gammelt", valid_to=DAY(2019, 12, 31))
    page = get("/samarbeid/?on=any")
    assert names(page) == ["Gammelt"]
    field = next(f for f in page.elements("input") if f.get("name") == "on")
    assert (field["type"], field["value"]) == ("text", "any")


def test_the_list_holds_for_the_day_asked_about(get):
    make.cooperation("Gammelt", valid_to=DAY(2019, 12, 31))
    assert names(get("/samarbeid/?on=2019-12-31")) == ["Gammelt"]
    assert names(get("/samarbeid/?on=2020-01-01")) == []


def test_order_can_be_chosen(get):
    make.cooperation("A", valid_from=DAY(2010, 1, 1))
    make.cooperation("B", valid_from=DAY(2020, 1, 1))
    assert names(get("/samarbeid/?ordering=-valid_from")) == ["B", "A"]


def test_a_search_for_a_municipality_also_leads_to_its_page(get, lier):
    assert "/kommuner/lier-3312/" in get("/samarbeid/?q=lier").links


def test_other_parameters_do_no_harm(get):
    make.cooperation("A")
    page = get("/samarbeid/?utm_source=x&form=")
    assert names(page) == ["A"]
    assert not any("utm_source" in link for link in page.links)


def test_several_tasks_of_one_cooperation_do_not_double_it(get):
    of = make.cooperation("A", tasks=[make.task("legevakt"), make.task("jordmor")])
    assert CooperationTask.objects.filter(cooperation=of).count() == 2
    assert names(get("/samarbeid/?task=helse")) == ["A"]


def test_several_roles_count_as_one_member(get, lier):
    of = make.cooperation("A")
    make.membership(of, lier, "host")
    make.membership(of, lier)
    assert Membership.objects.count() == 2
    assert "Deltakere 1" in get("/samarbeid/").text


def test_a_list_is_narrowed_by_size_border_and_confirmation_with_counts(get, lier):
    other = make.municipality("Voss", "4621", make.county("46", "Vestland"))
    both = make.cooperation("Begge", confirmed_on=DAY(2026, 1, 1))
    make.membership(both, lier)
    make.membership(both, other)
    make.membership(make.cooperation("Bare Lier", confirmed_on=DAY(2020, 1, 1)), lier)
    make.cooperation("Ingen")
    page = get("/samarbeid/?on=2026-06-01")
    assert facet(page, "size") == {"0": 1, "1": 1, "2": 1}
    assert facet(page, "crosses_county_border") == {"true": 1, "false": 2}
    assert facet(page, "confirmed") == {"recent": 1, "older": 1, "never": 1}
    assert facet(page, "municipality") == {"lier-3312": 2, "voss-4621": 1}
    for query in ("size=2", "crosses_county_border=true", "confirmed=recent", "municipality=voss-4621"):
        assert f"?on=2026-06-01&{query}" in page.links
        assert names(get(f"/samarbeid/?on=2026-06-01&{query}")) == ["Begge"]
    assert names(get("/samarbeid/?on=2026-06-01&ordering=-size")) == ["Begge", "Bare Lier", "Ingen"]


def test_of_many_municipalities_ten_are_shown_until_the_reader_asks_for_all(get):
    of = make.cooperation("A")
    for n in range(12):
        make.membership(of, make.municipality(f"Kommune {n:02d}", f"33{n:02d}"))
    page = get("/samarbeid/")
    assert len(facet(page, "municipality")) == 10
    assert "?alle=municipality#avgrens-municipality" in page.links
    page = get("/samarbeid/?alle=municipality&municipality=kommune-03-3303")
    assert len(facet(page, "municipality")) == 12
    assert "Valgt: Kommune 03" in page.text


def test_the_last_change_is_what_changed_last(get):
    for name in ("A", "B", "C"):
        make.cooperation(name)
        writing.freshen()
    Cooperation.objects.filter(name="A").update(purpose="Noe nytt.")
    writing.freshen()
    assert names(get("/samarbeid/?ordering=-changed")) == ["A", "C", "B"]
    writing.forget_editions()
    assert list(writing.rebuild())
    assert names(get("/samarbeid/?ordering=-changed")) == ["A", "C", "B"]


@pytest.mark.parametrize(
    ("query", "told"),
    [("", False), ("q=vann", False), ("form=IKS&form=VK&county=33", "(3 i bruk)"), ("ordering=-name", False)],
)
def test_what_is_folded_away_on_a_phone_tells_how_much_of_it_is_in_use(get, query, told):
    make.county()
    summary = get(f"/samarbeid/?{query}").between("Kommune, oppgave og mer", "Kommune")
    assert (told in summary) if told else "i bruk" not in summary


@pytest.mark.parametrize(("query", "opened"), [("", False), ("form=IKS", False), ("municipality=qq", True)])
def test_what_is_folded_away_is_open_where_a_message_stands_in_it(get, query, opened):
    (fold,) = [
        a for a in get(f"/samarbeid/?{query}", 400 if opened else 200).elements("details") if a.get("class") == "fold"
    ]
    assert ("open" in fold) is opened
