"""Does the API tell who can take part, through all changes of number, name and county?"""

from datetime import date

import pytest
from django.core.management import call_command

from municipalities.models import MunicipalityChange, OrganisationName, Population
from tests import factories


@pytest.fixture
def merged(db):
    """Svelvik (0711) went into Drammen on 2020-01-01; the old Drammen (0602) too. In 2024 Drammen got a new number."""
    old_county = factories.county("06", "Buskerud", valid_to=date(2019, 12, 31))
    viken = factories.county("30", "Viken", valid_from=date(2020, 1, 1), valid_to=date(2023, 12, 31))
    new_county = factories.county("33", "Buskerud", valid_from=date(2024, 1, 1))
    svelvik = factories.municipality("Svelvik", "0711", old_county, None, "2019-12-31")
    drammen = factories.municipality("Drammen", "3301", new_county)
    drammen.numbers.update(valid_from=date(2024, 1, 1))
    drammen.numbers.create(
        number="3005", name="Drammen", county=viken, valid_from=date(2020, 1, 1), valid_to=date(2023, 12, 31)
    )
    svelvik.organisation.successors.add(drammen.organisation)
    MunicipalityChange.objects.create(
        date=date(2020, 1, 1),
        kind="merge",
        old=svelvik,
        new=drammen,
        old_number="0711",
        old_name="Svelvik",
        new_number="3005",
        new_name="Drammen",
    )
    MunicipalityChange.objects.create(
        date=date(2024, 1, 1),
        kind="renumber",
        old=drammen,
        new=drammen,
        old_number="3005",
        old_name="Drammen",
        new_number="3301",
        new_name="Drammen",
    )
    return drammen


@pytest.mark.parametrize("key", ["3301", "3005", "drammen-3301"])
def test_a_municipality_is_found_by_every_number_and_by_its_address_name(ask, merged, key):
    assert ask(f"municipalities/{key}/")["id"] == merged.pk


@pytest.mark.parametrize(
    ("on", "number", "county"),
    [
        ("2019-12-31", "3301", "33"),  # not yet made: the last number
        ("2020-01-01", "3005", "30"),
        ("2023-12-31", "3005", "30"),
        ("2024-01-01", "3301", "33"),
    ],
)
def test_number_and_county_are_those_of_the_day(ask, merged, on, number, county):
    answer = ask("municipalities/drammen-3301/", on=on)
    assert (answer["number"], answer["county"]["number"]) == (number, county)


@pytest.mark.parametrize(("on", "found"), [("2018-01-01", "a-1111"), ("2024-01-01", "b-1111"), ("any", "b-1111")])
def test_a_number_that_two_have_had_leads_to_its_holder_on_the_day(ask, db, on, found):
    factories.municipality("A", "1111", valid_from=None, valid_to="2019-12-31")
    factories.municipality("B", "1111")
    assert ask("municipalities/1111/", on=on)["slug"] == found


@pytest.mark.parametrize(
    ("on", "names_then"),
    [("2019-12-31", ["Svelvik"]), ("2020-01-01", ["Drammen"]), ("any", ["Drammen", "Svelvik"])],
)
def test_the_list_has_the_municipalities_of_the_day(names, merged, on, names_then):
    assert names("municipalities/", on=on) == names_then


def test_a_former_municipality_answers_and_leads_to_its_successor(ask, merged):
    answer = ask("municipalities/0711/")
    assert (answer["number"], answer["valid_to"]) == ("0711", "2019-12-31")
    assert answer["successors"] == [
        {
            "number": "3301",
            "name": "Drammen",
            "slug": "drammen-3301",
            "url": "http://testserver/api/v1/municipalities/drammen-3301/",
        }
    ]
    assert [one["slug"] for one in ask("municipalities/3301/")["predecessors"]] == ["svelvik-0711"]


def test_the_changes_are_told_from_and_to_each_once_in_order_of_time(ask, merged):
    changes = ask("municipalities/3301/")["changes"]
    assert [(c["date"], c["kind"], c["old"]["number"], c["new"]["number"]) for c in changes] == [
        ("2020-01-01", "merge", "0711", "3005"),
        ("2024-01-01", "renumber", "3005", "3301"),
    ]
    assert changes[0]["old"]["url"] == "http://testserver/api/v1/municipalities/svelvik-0711/"
    assert [c["kind"] for c in ask("municipalities/0711/")["changes"]] == ["merge"]


def test_the_numbers_are_told_in_order_of_time(ask, merged):
    numbers = ask("municipalities/3301/")["numbers"]
    assert [(n["number"], n["county"]["name"], n["valid_from"]) for n in numbers] == [
        ("3005", "Viken", "2020-01-01"),
        ("3301", "Buskerud", "2024-01-01"),
    ]


def test_the_name_is_that_of_the_day(ask, db):
    made = factories.municipality("Stad", "4649", valid_from=None)
    made.numbers.update(valid_from=date(2020, 1, 1))
    made.numbers.create(number="1441", name="Selje", county=factories.county(), valid_to=date(2019, 12, 31))
    assert ask("municipalities/1441/", on="2019-12-31")["name"] == "Selje"
    assert ask("municipalities/1441/", on="2020-01-01")["name"] == "Stad"


def test_figures_of_a_municipality(ask, merged):
    Population.objects.create(municipality=merged, date=date(2025, 1, 1), persons=104_000, source="SSB 07459")
    Population.objects.create(municipality=merged, date=date(2024, 1, 1), persons=103_291, source="SSB 07459")
    OrganisationName.objects.create(organisation=merged.organisation, name="Drammen kommune", kind="alias")
    merged.area_km2, merged.latitude, merged.longitude, merged.point_kind = "317.65", "59.7440", "10.2045", "centroid"
    merged.centrality_class, merged.centrality_index, merged.malform = 2, 900, "nøytral"
    merged.save()
    answer = ask("municipalities/3301/")
    assert answer["population"] == [
        {"date": "2024-01-01", "persons": 103291, "source": "SSB 07459"},
        {"date": "2025-01-01", "persons": 104000, "source": "SSB 07459"},
    ]
    assert answer["area_km2"] == 317.65
    assert answer["point"] == {"latitude": 59.744, "longitude": 10.2045, "kind": "centroid"}
    assert (answer["centrality_class"], answer["centrality_index"], answer["malform"]) == (2, 900, "nøytral")
    assert answer["names"] == [
        {"name": "Drammen kommune", "kind": "alias", "language": "no", "valid_from": None, "valid_to": None}
    ]


def test_unknown_figures_are_null(ask, merged):
    answer = ask("municipalities/3301/")
    unknown = ("area_km2", "point", "centrality_class", "centrality_index", "malform", "org_number")
    assert {answer[name] for name in unknown} == {None}
    assert answer["population"] == []


@pytest.mark.parametrize("county", ["06", "33"])
def test_municipalities_of_a_county_on_any_day(names, merged, county):
    assert names("municipalities/", on="any", county=county) == {"06": ["Svelvik"], "33": ["Drammen"]}[county]


# Organisations


def test_an_organisation_is_found_by_address_name_and_by_id(ask, db):
    made = factories.organisation("Sørlandet sykehus", slug="sorlandet-sykehus")
    assert ask("organisations/sorlandet-sykehus/") == ask(f"organisations/{made.pk}/")


def test_an_address_name_of_digits_comes_before_an_id(ask, db):
    other = factories.organisation("Annen")
    made = factories.organisation("Opplysningen", "company", slug=str(other.pk))
    assert ask(f"organisations/{other.pk}/")["id"] == made.pk


@pytest.mark.parametrize("key", ["0", "²", "٥", "9" * 19, "-1", "1.0"])
def test_no_organisation_under_an_odd_id(client, db, key):
    assert client.get(f"/api/v1/organisations/{key}/").status_code == 404


def test_an_organisation_is_told_whole(ask, db):
    number = factories.org_number(98370627)
    old = factories.organisation("Gammelt", slug="gammelt", valid_to=date(2019, 12, 31))
    made = factories.organisation(
        "Nytt", "company", slug="nytt", short_name="N", org_number=number, valid_from=date(2020, 1, 1), note="merk"
    )
    old.successors.add(made)
    factories.cooperation("Nytt AS", "AS", slug="nytt-as", body=made)
    assert ask("organisations/nytt/") == {
        "id": made.pk,
        "slug": "nytt",
        "name": "Nytt",
        "kind": "company",
        "code": None,
        "org_number": number,
        "country": "NO",
        "url": "http://testserver/api/v1/organisations/nytt/",
        "html_url": "http://testserver/organisasjoner/nytt/",
        "kind_name": "selskap",
        "short_name": "N",
        "names": [],
        "valid_from": "2020-01-01",
        "valid_to": None,
        "predecessors": [
            {
                "id": old.pk,
                "slug": "gammelt",
                "name": "Gammelt",
                "url": "http://testserver/api/v1/organisations/gammelt/",
            }
        ],
        "successors": [],
        "note": "merk",
        "municipality_url": None,
        "cooperation": {
            "slug": "nytt-as",
            "name": "Nytt AS",
            "url": "http://testserver/api/v1/cooperations/nytt-as/",
        },
        "cooperation_count": 0,
        "cooperations_url": "http://testserver/api/v1/cooperations/?organisation=nytt",
    }


def test_a_municipality_and_its_organisation_lead_to_each_other(ask, client, merged):
    municipality = ask("municipalities/3301/")
    organisation = client.get(municipality["organisation_url"]).json()
    assert organisation["municipality_url"] == municipality["url"]


@pytest.mark.parametrize(("on", "count"), [("2019-12-31", 0), ("2020-01-01", 1), ("2021-12-31", 1), ("2022-01-01", 0)])
def test_an_organisation_is_listed_while_it_exists(ask, db, on, count):
    factories.organisation(valid_from=date(2020, 1, 1), valid_to=date(2021, 12, 31))
    assert ask("organisations/", on=on, count="true")["count"] == count


@pytest.mark.parametrize(
    ("on", "count"), [("2020-12-31", 1), ("2021-01-01", 2), ("2021-12-31", 2), ("2022-01-01", 1), ("any", 2)]
)
@pytest.mark.parametrize("path", ["organisations/drammen-3301/", "municipalities/drammen-3301/"])
def test_the_count_is_that_of_the_list_it_links_to(ask, client, merged, path, on, count):
    lasting, short = factories.cooperation("Varig"), factories.cooperation("Kort")
    factories.membership(lasting, merged, "host")
    factories.membership(lasting, merged, "secretariat")
    factories.membership(short, merged, valid_from=date(2021, 1, 1), valid_to=date(2021, 12, 31))
    answer = ask(path, on=on)
    assert answer["cooperation_count"] == count
    assert len(client.get(answer["cooperations_url"]).json()["results"]) == count


# Counties


def test_a_county_is_told_whole(ask, merged):
    answer = ask("counties/30/", on="2020-01-01")
    assert (answer["number"], answer["name"], answer["valid_to"]) == ("30", "Viken", "2023-12-31")
    assert (answer["council"]["name"], answer["council"]["code"]) == ("Viken fylkeskommune", "30")
    assert answer["municipality_count"] == 1


@pytest.mark.parametrize(("on", "count"), [("2019-12-31", 0), ("2020-01-01", 1), ("2023-12-31", 1), ("2024-01-01", 0)])
def test_municipalities_of_a_county_are_counted_on_the_day_as_in_the_list(ask, client, merged, on, count):
    answer = ask("counties/30/", on=on)
    assert answer["municipality_count"] == count
    assert len(client.get(answer["municipalities_url"]).json()["results"]) == count


@pytest.mark.parametrize(
    ("on", "numbers"),
    [("2019-12-31", ["06"]), ("2020-01-01", ["30"]), ("2024-01-01", ["33"]), ("any", ["06", "33", "30"])],
)
def test_counties_of_the_day(ask, merged, on, numbers):
    assert [row["number"] for row in ask("counties/", on=on)["results"]] == numbers


def test_counties_that_follow_each_other_are_linked(ask, merged):
    from municipalities.models import County

    County.objects.get(number="30").successors.add(County.objects.get(number="33"))
    assert [one["number"] for one in ask("counties/30/")["successors"]] == ["33"]
    assert [one["number"] for one in ask("counties/33/")["predecessors"]] == ["30"]


# Tasks and sources


def test_tasks_are_told_with_their_sector(ask, client, db):
    factories.cooperation("Havn", tasks=[factories.task(kostra_function="256")])
    answer = ask("tasks/legevakt/")
    assert (answer["sector"], answer["kostra_function"], answer["name_nn"]) == ("helse", "256", "Legevakt")
    assert len(client.get(answer["cooperations_url"]).json()["results"]) == 1
    assert len(client.get(ask("tasks/helse/")["cooperations_url"]).json()["results"]) == 1
    assert [row["code"] for row in ask("tasks/", sector="helse")["results"]] == ["legevakt"]


def test_sources_are_told_with_their_credit(ask, client, db):
    made = factories.source(url="https://example.org/r", credit="NN", as_of=date(2022, 12, 1))
    factories.cooperation("Havn")
    answer = ask("sources/rapport/")
    assert (answer["source_url"], answer["credit"], answer["as_of"]) == (made.url, "NN", "2022-12-01")
    assert (answer["licence"], answer["published"]) == ("CC BY 4.0", None)
    assert len(client.get(answer["cooperations_url"]).json()["results"]) == 1


# The whole country


@pytest.mark.django_db
def test_the_municipalities_of_norway_are_counted_right(ask):
    call_command("load_reference", verbosity=0)
    for on, count in (("2024-01-01", 357), ("2020-01-01", 356), ("2018-01-01", 422)):
        assert ask("municipalities/", on=on, page_size="1", count="true")["count"] == count
    counties = ask("counties/", on="2024-01-01")["results"]
    assert len(counties) == 15
    assert sum(county["municipality_count"] for county in counties) == 357
