"""Does one search find municipalities, tasks, cooperations and organisations, however they are written?"""

import datetime

import pytest

from agreements.answers import writing
from agreements.models import Cooperation
from municipalities.models import MunicipalityNumber, OrganisationName
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    """Make a small register with Sámi, former and accented names."""
    tromso = make.municipality("Tromsø", "5501")
    OrganisationName.objects.create(organisation=tromso.organisation, name="Romsa", language="se")
    kafjord = make.municipality("Gáivuotna – Kåfjord", "5540")
    svelvik = make.municipality("Svelvik", "0711", valid_from=None, valid_to="2019-12-31")
    svelvik.organisation.successors.add(make.municipality("Drammen", "3301").organisation)
    MunicipalityNumber.objects.filter(municipality=kafjord).update(label="Kåfjord (Troms)")
    made = make.cooperation("Tromsø legevakt", tasks=[make.task("legevakt", "helse")], short_name="TLV")
    make.membership(made, tromso, "host")
    owner = make.organisation("Remiks Holding", "company", org_number=make.org_number(98765432), slug="remiks")
    make.membership(make.cooperation("Avfall i nord", "AS"), owner, "owner")
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tromsø", "Tromsø"),
        ("tromso", "Tromsø"),
        ("Tromsø kommune", "Tromsø"),
        ("Romsa", "Tromsø"),
        ("trmsø", "Tromsø"),
        ("5501", "Tromsø"),
        ("kåfjord", "Gáivuotna – Kåfjord"),
        ("gaivuotna", "Gáivuotna – Kåfjord"),
        ("svelvik", "Svelvik (til 2019)"),
        ("0711", "Svelvik (til 2019)"),
    ],
)
def test_a_municipality_is_found_by_any_name_and_number(get, register, text, found):
    context = get(f"/sok/?q={text}").response.context
    assert [hit.name for hit in context["municipalities"]][:1] == [found]


@pytest.mark.parametrize("text", ["legevakt", "Legevakter", "legevakten", "legevagt", "LEGE"])
def test_a_task_is_found_in_any_inflection(get, register, text):
    assert [hit.name for hit in get(f"/sok/?q={text}").response.context["tasks"]] == ["Legevakt"]


@pytest.mark.parametrize(("text", "found"), [("remiks", 1), ("holding", 1), ("remix hold", 1), ("bergen as", 0)])
def test_an_organisation_is_found_by_part_of_its_name(get, register, text, found):
    assert len(get(f"/sok/?q={text}").response.context["organisations"]) == found


def test_an_organisation_is_found_by_its_number(get, register):
    number = make.org_number(98765432)
    hits = get(f"/sok/?q={number[:3]}+{number[3:6]}+{number[6:]}").response.context["organisations"]
    assert [hit.name for hit in hits] == ["Remiks Holding"]


def test_cooperations_are_listed_with_the_way_to_all_of_them(get, register):
    page = get("/sok/?q=legevakt")
    assert [row.slug for row in page.response.context["rows"]] == [register.slug]
    assert "/samarbeid/?q=legevakt" in page.links


def test_nothing_found_says_what_to_try(get, register):
    page = get("/sok/?q=qqqqqq")
    assert "Du kan prøve dette" in page.text
    assert "/oppgaver/" in page.links


@pytest.mark.parametrize("text", ["", "%00", "%27%3B--", "%25", "_", "%5C", "x" * 3000, "%F0%9F%8D%95", "&q=2"])
def test_odd_searches_get_a_page(get, register, text):
    assert get(f"/sok/?q={text}").response.status_code == 200


def test_what_is_not_public_is_not_found(get, register):
    make.cooperation("Hemmelig utvalg", publication="draft", body=make.organisation("Hemmelig organ", "intermunicipal"))
    assert get("/sok/?q=hemmelig").response.context["nothing"]
    assert get("/sok/forslag/?q=hemmelig", accept="application/json").response.json() == {"suggestions": []}


def test_suggestions_name_the_kind_and_lead_to_the_page(client, register):
    found = client.get("/sok/forslag/?q=troms").json()["suggestions"]
    assert [(s["kind"], s["name"]) for s in found] == [("Kommune", "Tromsø"), ("Samarbeid", "Tromsø legevakt")]
    assert found[1]["address"] == register.get_absolute_url()
    assert client.get("/sok/forslag/?q=tlv").json()["suggestions"][0]["name"] == "Tromsø legevakt"
    assert client.get("/en/sok/forslag/?q=tlv").json()["suggestions"][0]["address"].startswith("/en/")
    assert client.get("/sok/forslag/?q=t").json() == {"suggestions": []}


def test_as_many_queries_for_much_as_for_little(get, register, django_assert_max_num_queries):
    for n in range(10):
        made = make.cooperation(f"Legevakt {n}", tasks=[make.task("legevakt", "helse")])
        make.membership(made, make.municipality(f"Tromsø {n}", f"60{n:02d}", valid_from=datetime.date.min.isoformat()))
    assert Cooperation.objects.count() == 12
    writing.freshen()
    with django_assert_max_num_queries(24):
        get("/sok/?q=tromsø")
    with django_assert_max_num_queries(16):
        get("/sok/forslag/?q=tromsø")


def test_a_field_for_one_kind_gets_suggestions_of_this_only(client, register):
    found = client.get("/sok/forslag/?q=troms&bare=kommune").json()["suggestions"]
    assert {one["kind"] for one in found} == {"Kommune"}
    others = client.get("/sok/forslag/?q=troms&bare=samarbeid").json()["suggestions"]
    assert {one["kind"] for one in others} == {"Samarbeid"}
    assert len(client.get("/sok/forslag/?q=troms&bare=x").json()["suggestions"]) > len(found)


def test_what_is_suggested_is_understood_where_it_is_filled_in(client, get):
    for number, county in (("3114", "Østfold"), ("3419", "Innlandet")):
        one = make.municipality("Våler", number, make.county(number[:2], county))
        one.numbers.update(label=f"Våler ({county})")
    make.municipality("Våler", "0137", make.county("01", "Gamle Østfold"), valid_from=None, valid_to="2019-12-31")
    for n in "12":
        make.cooperation("Vålerlaget", slug=f"laget-{n}")

    values = [one["value"] for one in client.get("/sok/forslag/?q=våler&bare=kommune").json()["suggestions"]]
    assert sorted(values) == ["Våler (Innlandet)", "Våler (Østfold)", "valer-0137"]
    chosen = get("/matrise/?" + "&".join(f"kommune={value}" for value in values)).response.context["form"]
    assert len(chosen.chosen_municipalities) == 3
    values = [one["value"] for one in client.get("/sok/forslag/?q=vålerlaget&bare=samarbeid").json()["suggestions"]]
    assert sorted(values) == ["laget-1", "laget-2"]


@pytest.mark.parametrize("question", ["hvem driver legevakten i Tromsø?", "who runs the legevakt in Tromsø"])
def test_a_question_is_answered_by_the_words_that_carry_it(get, register, question):
    page = get(f"/sok/?q={question}")
    assert "Her er treff på «legevakt" in page.text
    assert [hit.name for hit in page.response.context["municipalities"]] == ["Tromsø"]
    assert "/samarbeid/tromso-legevakt/" in page.links


def test_a_municipality_that_is_named_beside_a_task_is_found(get, register):
    make.task("barnevern", "sosial", name_nb="Barnevern")
    page = get("/sok/?q=barnevern tromsø")
    assert [hit.name for hit in page.response.context["municipalities"]] == ["Tromsø"]
    assert [hit.name for hit in page.response.context["tasks"]] == ["Barnevern"]


@pytest.mark.parametrize(("word", "name"), [("søppel", "Renovasjon"), ("Kloakk", "Avløp"), ("garbage", "Renovasjon")])
def test_a_task_is_found_by_what_people_call_it(get, db, word, name):
    make.task("renovasjon", "teknisk", name_nb="Renovasjon")
    make.task("avlop", "teknisk", name_nb="Avløp")
    assert [hit.name for hit in get(f"/sok/?q={word}").response.context["tasks"]] == [name]
