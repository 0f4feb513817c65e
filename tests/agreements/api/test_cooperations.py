"""Does the API tell of a cooperation what the register holds, on the day asked about, and nothing unpublished?"""

from datetime import date
from fractions import Fraction

import pytest

from agreements.api.serializers import percent
from agreements.models import Citation, Cooperation, CooperationRelation, GroupStatement, Notice, Organ
from tests import factories

HIDDEN = ["draft", "in_review", "withdrawn"]


@pytest.fixture
def drammen(db):
    return factories.municipality()


@pytest.fixture
def lier(db):
    return factories.municipality("Lier", "3312")


@pytest.fixture
def legevakt(drammen, lier):
    """A cooperation of two from 2020 to 2022; Lier joined a year later and left half a year before the end."""
    made = factories.cooperation(
        "Legevakten",
        "VK",
        tasks=[factories.task(kostra_function="256")],
        valid_from=date(2020, 1, 1),
        valid_to=date(2022, 12, 31),
    )
    factories.membership(made, drammen, "host")
    factories.membership(made, lier, valid_from=date(2021, 1, 1), valid_to=date(2022, 6, 30))
    return made


def members(answer: dict, which: str = "memberships") -> list[tuple[str, str]]:
    return [(row["organisation"]["name"], row["role"]) for row in answer[which]]


# What is told


def test_list_and_detail_tell_the_same(ask, legevakt):
    assert ask("cooperations/", on="2021-06-01")["results"] == [ask("cooperations/legevakten/", on="2021-06-01")]


def test_a_cooperation_is_told_whole(ask, legevakt, drammen):
    legevakt.short_name, legevakt.purpose, legevakt.form_as_stated = "LV", "Legevakt om natten.", "vertskommune"
    legevakt.stated_member_count, legevakt.count_note, legevakt.members_complete = 3, "to er nevnt", False
    legevakt.responsible, legevakt.confirmed_on = drammen.organisation, date(2022, 1, 2)
    legevakt.save()
    Organ.objects.create(cooperation=legevakt, name="Styringsgruppen", kind="steering", note="rådmennene")
    answer = ask("cooperations/legevakten/", on="2020-06-01")
    body = {
        "id": drammen.pk,
        "slug": "drammen-3301",
        "name": "Drammen",
        "kind": "municipality",
        "code": "3301",
        "org_number": None,
        "country": "NO",
        "url": "http://testserver/api/v1/organisations/drammen-3301/",
    }
    open_period = {f"valid_{end}{suffix}": None for end in ("from", "to") for suffix in ("", "_precision", "_text")}
    member = answer["memberships"][0]
    assert answer == {
        "id": legevakt.pk,
        "slug": "legevakten",
        "url": "http://testserver/api/v1/cooperations/legevakten/",
        "html_url": "http://testserver/samarbeid/legevakten/",
        "name": "Legevakten",
        "has_proper_name": True,
        "short_name": "LV",
        "body": None,
        "form": "VK",
        "form_name": "Vertskommunesamarbeid",
        "form_as_stated": "vertskommune",
        "status": "active",
        "purpose": "Legevakt om natten.",
        "tasks": [{"code": "legevakt", "name": "Legevakt", "sector": "helse", "kostra_function": "256"}],
        "valid_from": "2020-01-01",
        "valid_from_precision": "day",
        "valid_from_text": "1. januar 2020",
        "valid_to": "2022-12-31",
        "valid_to_precision": "day",
        "valid_to_text": "31. desember 2022",
        "winding_up_from": None,
        "notices": [],
        "stated_member_count": 3,
        "count_note": "to er nevnt",
        "members_complete": False,
        "leader_rotates": False,
        "memberships": [
            {
                "id": member["id"],
                "organisation": body,
                "role": "host",
                "role_name": "vertskommune",
                "ownership_share": None,
                "liability_share": None,
                "share_note": "",
                **open_period,
                "basis": "named",
                "group": None,
                "covers": "",
                "purpose": "",
                "note": "",
                "citations": [],
            }
        ],
        "former_memberships": [],
        "group_statements": [],
        "organs": [
            {"name": "Styringsgruppen", "kind": "steering", "kind_name": "styringsgruppe", "note": "rådmennene"}
        ],
        "citations": [
            {
                "source": "rapport",
                "source_title": "En rapport",
                "locator": "avsnitt 1, linje 1",
                "heading": "",
                "note": "",
                "retrieved": None,
            }
        ],
        "predecessors": [],
        "successors": [],
        "umbrella": None,
        "parts": [],
        "responsible": body,
        "confirmed_on": "2022-01-02",
    }


def test_a_membership_tells_its_source_and_what_it_covers(ask, drammen):
    made = factories.cooperation("Havn", "IKS")
    member = factories.membership(made, drammen, "owner", covers="tidligere Svelvik kommune", share_note="hovedeier")
    Citation.objects.create(
        source=factories.source(), membership=member, locator="linje 7", heading="Havn", note="trykt «Dramen»"
    )
    (told,) = ask("cooperations/havn/")["memberships"]
    assert (told["covers"], told["share_note"]) == ("tidligere Svelvik kommune", "hovedeier")
    assert told["citations"] == [
        {
            "source": "rapport",
            "source_title": "En rapport",
            "locator": "linje 7",
            "heading": "Havn",
            "note": "trykt «Dramen»",
            "retrieved": None,
        }
    ]


def test_one_member_with_two_roles_has_two_rows(ask, drammen):
    made = factories.cooperation("Havn")
    factories.membership(made, drammen, "host")
    factories.membership(made, drammen, "secretariat")
    assert members(ask("cooperations/havn/")) == [("Drammen", "host"), ("Drammen", "secretariat")]


@pytest.mark.parametrize("complete", [True, False, None])
def test_whether_the_list_of_members_is_complete(ask, complete, db):
    factories.cooperation("Havn", members_complete=complete)
    assert ask("cooperations/havn/")["members_complete"] is complete


def test_a_sector_as_task_has_no_sector_above_it(ask, db):
    sector = factories.task().parent
    factories.cooperation("Havn", tasks=[sector])
    assert ask("cooperations/havn/")["tasks"] == [
        {"code": "helse", "name": "Helse", "sector": None, "kostra_function": None}
    ]


# The day


@pytest.mark.parametrize(
    ("on", "count"), [("2019-12-31", 0), ("2020-01-01", 1), ("2022-12-31", 1), ("2023-01-01", 0), ("any", 1)]
)
def test_the_list_has_what_is_valid_on_the_day_both_ends_included(ask, legevakt, on, count):
    assert ask("cooperations/", on=on, count="true")["count"] == count


@pytest.mark.parametrize(
    ("on", "status"),
    [("2019-12-31", "planned"), ("2020-01-01", "active"), ("2022-12-31", "active"), ("2023-01-01", "ended")],
)
def test_the_detail_answers_on_every_day_with_its_status(ask, legevakt, on, status):
    assert ask("cooperations/legevakten/", on=on)["status"] == status


@pytest.mark.parametrize(
    ("on", "now", "before"),
    [
        ("2020-12-31", ["Drammen"], []),
        ("2021-01-01", ["Drammen", "Lier"], []),
        ("2022-06-30", ["Drammen", "Lier"], []),
        ("2022-07-01", ["Drammen"], ["Lier"]),
        ("2024-01-01", ["Drammen"], ["Lier"]),  # ended: the members of its last day
        ("any", ["Drammen", "Lier"], []),
    ],
)
def test_members_and_former_members_on_the_day(ask, legevakt, on, now, before):
    answer = ask("cooperations/legevakten/", on=on)
    assert [name for name, _role in members(answer)] == now
    assert [name for name, _role in members(answer, "former_memberships")] == before


@pytest.mark.parametrize(("today", "count"), [(date(2022, 12, 31), 1), (date(2023, 1, 1), 0)])
def test_without_a_day_the_answer_holds_today(ask, legevakt, monkeypatch, today, count):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
    assert ask("cooperations/", count="true")["count"] == count


@pytest.mark.parametrize(("on", "code"), [("2019-12-31", "0602"), ("2020-01-01", "3005"), ("2024-01-01", "3301")])
def test_the_number_of_a_municipality_is_that_of_the_day(ask, drammen, on, code):
    drammen.numbers.all().delete()
    drammen.organisation.valid_from = None
    drammen.organisation.save()
    for number, start, end in (
        ("0602", None, date(2019, 12, 31)),
        ("3005", date(2020, 1, 1), date(2023, 12, 31)),
        ("3301", date(2024, 1, 1), None),
    ):
        drammen.numbers.create(number=number, name="Drammen", county=factories.county(), valid_from=start, valid_to=end)
    factories.membership(factories.cooperation("Havn"), drammen)
    (member,) = ask("cooperations/havn/", on=on)["memberships"]
    assert member["organisation"]["code"] == code


@pytest.mark.parametrize(
    ("on", "code"), [("2019-12-31", "06"), ("2020-01-01", "33"), ("2024-01-01", "33"), ("any", "33")]
)
def test_the_number_of_a_county_council_is_that_of_its_county_on_the_day(ask, db, on, code):
    council = factories.organisation("Buskerud fylkeskommune", "county_council")
    factories.county("06", council=council, valid_to=date(2019, 12, 31))
    factories.county("33", council=council, valid_from=date(2024, 1, 1))
    factories.membership(factories.cooperation("Vei"), council)
    (member,) = ask("cooperations/vei/", on=on)["memberships"]
    assert member["organisation"]["code"] == code


def test_other_organisations_have_no_number(ask, db):
    foreign = factories.organisation("Kolding", "foreign_municipality", country="DK", org_number=None)
    factories.membership(factories.cooperation("Vennskap", "TWIN"), foreign)
    told = ask("cooperations/vennskap/")["memberships"][0]["organisation"]
    assert (told["code"], told["country"], told["kind"]) == (None, "DK", "foreign_municipality")


@pytest.mark.parametrize(
    ("precision", "day", "text"),
    [
        ("day", date(2021, 9, 3), "3. september 2021"),
        ("month", date(2021, 9, 1), "september 2021"),
        ("year", date(2021, 1, 1), "2021"),
        ("two_years", date(2012, 1, 1), "2012/13"),
        ("by", date(2023, 1, 31), "senest 31. januar 2023"),
    ],
)
def test_a_vague_start_is_told_as_it_is_known(ask, db, precision, day, text):
    factories.cooperation("Havn", valid_from=day, valid_from_precision=precision)
    answer = ask("cooperations/havn/")
    assert answer["valid_from"] == day.isoformat()
    assert answer["valid_from_precision"] == precision
    assert answer["valid_from_text"].lower() == text


def test_a_vague_end_of_a_membership_is_told_as_it_is_known(ask, drammen):
    made = factories.cooperation("Havn")
    factories.membership(made, drammen, valid_to=date(2021, 12, 31), valid_to_precision="year")
    (former,) = ask("cooperations/havn/", on="2022-01-01")["former_memberships"]
    assert (former["valid_to"], former["valid_to_precision"], former["valid_to_text"]) == ("2021-12-31", "year", "2021")


# Shares


@pytest.mark.parametrize(
    ("share", "fraction", "text", "exact"),
    [
        ((2, 5), "2/5", "40", True),
        ((40, 100), "2/5", "40", True),
        ((1, 7), "1/7", "14.2857", False),
        ((2, 3), "2/3", "66.6667", False),
        ((307, 1000), "307/1000", "30.7", True),
        ((6, 1000), "3/500", "0.6", True),
        ((1, 1), "1/1", "100", True),
        ((0, 1), "0/1", "0", True),
        ((3, 1024), "3/1024", "0.29296875", True),
        ((1, 10**18), "1/1000000000000000000", "0.0000000000000001", True),
        ((1, 3 * 10**12), "1/3000000000000", "0.0000", False),
    ],
)
def test_a_share_is_told_as_fraction_and_percent(ask, drammen, share, fraction, text, exact):
    factories.membership(factories.cooperation("Havn", "IKS"), drammen, "owner", share=share)
    (member,) = ask("cooperations/havn/")["memberships"]
    assert member["ownership_share"] == {"fraction": fraction, "percent": text, "percent_exact": exact}
    assert member["liability_share"] is None


def test_the_liability_share_is_a_fact_of_its_own(ask, drammen):
    factories.membership(
        factories.cooperation("Havn", "IKS"), drammen, "owner", liability_numerator=1, liability_denominator=4
    )
    (member,) = ask("cooperations/havn/")["memberships"]
    assert member["ownership_share"] is None
    assert member["liability_share"] == {"fraction": "1/4", "percent": "25", "percent_exact": True}


def test_an_exact_percent_is_the_share_itself():
    for bottom in (1, 2, 4, 5, 8, 16, 25, 40, 125, 1000, 4096):
        for top in range(bottom + 1):
            text, exact = percent(Fraction(top, bottom))
            assert exact
            assert Fraction(text) == Fraction(100 * top, bottom)


# Named or in a group


def test_a_member_from_a_group_is_told_from_a_named_one(ask, drammen, lier):
    made = factories.cooperation("Agder-nettverket", slug="agder")
    group = GroupStatement.objects.create(
        cooperation=made, wording="alle kommuner i fylket", county=factories.county(), count=17, note="ikke Oslo"
    )
    GroupStatement.objects.create(cooperation=made, wording="flere bedrifter", role="partner", position=1)
    factories.membership(made, drammen)
    factories.membership(made, lier, group=group)
    answer = ask("cooperations/agder/")
    assert [(row["organisation"]["name"], row["basis"], row["group"]) for row in answer["memberships"]] == [
        ("Drammen", "named", None),
        ("Lier", "group", "alle kommuner i fylket"),
    ]
    assert answer["group_statements"] == [
        {
            "wording": "alle kommuner i fylket",
            "role": "participant",
            "role_name": "deltaker",
            "count": 17,
            "county": "33",
            "note": "ikke Oslo",
            "derived": 1,
        },
        {
            "wording": "flere bedrifter",
            "role": "partner",
            "role_name": "partner",
            "count": None,
            "county": None,
            "note": "",
            "derived": 0,
        },
    ]


# Relatives


def test_predecessors_and_successors_are_linked_both_ways(ask, db):
    old, new = factories.cooperation("Gammel"), factories.cooperation("Ny")
    CooperationRelation.objects.create(predecessor=old, successor=new, kind="converted", note="fra § 27")
    (before,), (after,) = ask("cooperations/ny/")["predecessors"], ask("cooperations/gammel/")["successors"]
    how = {"kind": "converted", "kind_name": "ble gjort om til en annen form", "note": "fra § 27"}
    assert before == {**how, "slug": "gammel", "name": "Gammel", "url": "http://testserver/api/v1/cooperations/gammel/"}
    assert after == {**how, "slug": "ny", "name": "Ny", "url": "http://testserver/api/v1/cooperations/ny/"}


def test_umbrella_and_parts_are_linked_both_ways(ask, db):
    above = factories.cooperation("Vårt Agder", slug="vart-agder")
    factories.cooperation("Digi Agder", slug="digi-agder", umbrella=above)
    assert ask("cooperations/digi-agder/")["umbrella"]["slug"] == "vart-agder"
    assert [part["slug"] for part in ask("cooperations/vart-agder/")["parts"]] == ["digi-agder"]


def test_the_body_of_a_cooperation_is_told(ask, db):
    body = factories.organisation("Havn IKS", "intermunicipal", org_number=factories.org_number(97476067))
    factories.cooperation("Havn", "IKS", body=body)
    assert ask("cooperations/havn/")["body"]["org_number"] == body.org_number


# What the public may see


@pytest.fixture(params=HIDDEN)
def hidden(request, drammen):
    """A cooperation that the public may not see, tied to a public one in every way."""
    made = factories.cooperation(
        "Hemmelig", "IKS", slug="hemmelig", tasks=[factories.task()], publication=request.param
    )
    factories.membership(made, drammen, "owner")
    return made


def test_the_unpublished_is_not_in_the_list(ask, hidden):
    assert ask("cooperations/", on="any", count="true")["count"] == 0


def test_the_unpublished_is_not_found_alone(ask, hidden):
    assert "nøkkelen" in ask("cooperations/hemmelig/", expect=404)["detail"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "hemmelig"),
        ("municipality", "3301"),
        ("organisation", "drammen-3301"),
        ("county", "33"),
        ("form", "IKS"),
        ("task", "legevakt"),
        ("source", "rapport"),
        ("role", "owner"),
        ("status", "active"),
    ],
)
def test_the_unpublished_is_found_by_no_filter(ask, hidden, name, value):
    public = factories.cooperation("Åpent", "IKS", slug="apent", tasks=[factories.task()])
    factories.membership(public, hidden.memberships.get().organisation, "owner")
    found = [row["slug"] for row in ask("cooperations/", on="any", **{name: value})["results"]]
    assert found == ([] if name == "q" else ["apent"])


def test_the_unpublished_is_not_told_as_a_relative(ask, hidden):
    before, after = factories.cooperation("Etter"), factories.cooperation("Før", slug="for")
    CooperationRelation.objects.create(predecessor=hidden, successor=before)
    CooperationRelation.objects.create(predecessor=after, successor=hidden)
    assert ask("cooperations/etter/")["predecessors"] == []
    assert ask("cooperations/for/")["successors"] == []


def test_the_unpublished_is_not_told_as_an_umbrella(ask, hidden):
    factories.cooperation("Del", umbrella=hidden)
    assert ask("cooperations/del/")["umbrella"] is None


def test_the_unpublished_is_not_told_as_a_part(ask, hidden):
    hidden.umbrella = factories.cooperation("Over")
    hidden.save()
    assert ask("cooperations/over/")["parts"] == []


def test_the_unpublished_is_not_counted(ask, hidden):
    assert ask("organisations/drammen-3301/", on="any")["cooperation_count"] == 0
    assert ask("municipalities/3301/", on="any")["cooperation_count"] == 0


def test_the_body_of_the_unpublished_is_not_told(ask, names, hidden):
    hidden.body = factories.organisation("Hemmelig IKS", "intermunicipal", slug="hemmelig-iks")
    hidden.save()
    assert "Hemmelig IKS" not in names("organisations/", on="any")
    ask("organisations/hemmelig-iks/", expect=404)
    ask(f"organisations/{hidden.body_id}/", expect=404)


def test_the_body_of_the_unpublished_is_told_as_a_member_of_the_public_but_not_what_it_is(ask, hidden):
    hidden.body = factories.organisation("Hemmelig IKS", "intermunicipal", slug="hemmelig-iks")
    hidden.save()
    factories.membership(factories.cooperation("Åpent", slug="apent"), hidden.body)
    assert ask("organisations/hemmelig-iks/")["cooperation"] is None


# Language


def test_words_follow_the_language_of_the_reader(client, db):
    task = factories.task(name_en="Emergency care")
    factories.cooperation("Havn", tasks=[task])
    (told,) = client.get("/api/v1/cooperations/havn/", headers={"accept-language": "en"}).json()["tasks"]
    assert told["name"] == "Emergency care"


def test_notices_and_winding_up_are_told(ask, legevakt, drammen):
    Notice.objects.create(
        cooperation=legevakt, organisation=drammen.organisation, given_on=date(2021, 3, 1), basis="law",
        effective_on=date(2022, 3, 1),
    )  # fmt: skip
    answer = ask("cooperations/legevakten/", on="2022-03-01")
    assert answer["status"] == "notice_given"
    notice = answer["notices"][0]
    assert notice["organisation"]["code"] == "3301"
    assert (notice["given_on"], notice["effective_on"], notice["basis"]) == ("2021-03-01", "2022-03-01", "law")
    Cooperation.objects.filter(pk=legevakt.pk).update(winding_up_from=date(2022, 1, 1))
    answer = ask("cooperations/legevakten/", on="2022-03-01")
    assert (answer["status"], answer["winding_up_from"]) == ("winding_up", "2022-01-01")
