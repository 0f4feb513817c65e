"""Do the filters ask what they say they ask, also on the boundary days?"""

import datetime

import pytest

from agreements.filters import CooperationFilter
from agreements.models import Cooperation
from tests.factories import cooperation, county, membership, municipality, organisation, source, task

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def found(**asked) -> set[str]:
    chosen = CooperationFilter({"on": "2026-01-01", **asked}, queryset=Cooperation.objects.all())
    assert chosen.is_valid(), chosen.errors
    return set(chosen.qs.values_list("slug", flat=True))


def faults(**asked) -> dict:
    chosen = CooperationFilter(asked, queryset=Cooperation.objects.all())
    assert not chosen.is_valid()
    return chosen.errors


@pytest.mark.parametrize(
    "value", ["20240101", "2024-W01-1", "01.02.2024", "2024-13-01", "2024-02-30", "i går", "2024-1-1"]
)
def test_a_day_is_written_one_way(value):
    assert "on" in faults(on=value)


@pytest.mark.parametrize(
    ("on", "there"), [("2020-05-31", False), ("2020-06-01", True), ("2021-12-31", True), ("2022-01-01", False)]
)
def test_both_ends_of_a_cooperation_belong_to_it(on, there):
    cooperation(valid_from=day("2020-06-01"), valid_to=day("2021-12-31"))
    assert bool(found(on=on)) is there
    assert found(on="any")


def test_a_municipality_is_found_by_any_number_it_has_had_and_by_its_address():
    drammen = municipality()
    membership(cooperation(), drammen)
    cooperation("En annen")
    assert found(municipality="3301") == found(municipality=drammen.organisation.slug) == {"drammen-lier-legevakt"}
    assert "municipality" in faults(municipality="9999")


def test_a_municipality_takes_part_in_nothing_before_it_was_made():
    membership(cooperation(), municipality(valid_from="2020-01-01"))
    assert not found(municipality="3301", on="2019-12-31")
    assert found(municipality="3301", on="2020-01-01")


def test_the_role_is_that_of_the_municipality_asked_about():
    drammen, of = municipality(), cooperation()
    membership(of, drammen)
    membership(of, municipality("Lier", "3312"), "host")
    assert found(municipality="3312", role=["host"])
    assert not found(municipality="3301", role=["host"])
    assert found(role=["host"])


def test_a_county_is_that_of_its_municipalities_and_its_council():
    buskerud, agder = county(), county("42", "Agder")
    membership(cooperation("A"), municipality(in_county=buskerud))
    membership(cooperation("B"), agder.council, "owner")
    assert found(county="33") == {"a"}
    assert found(county="42") == {"b"}


def test_a_sector_holds_its_tasks():
    cooperation("A", tasks=[task("legevakt", "helse")])
    cooperation("B", tasks=[task("brann", "beredskap")])
    assert found(task=["legevakt"]) == found(task=["helse"]) == {"a"}


def test_status_decides_instead_of_validity():
    cooperation("Slutt", valid_to=day("2020-01-01"))
    cooperation("Kommer", stage="planned")
    cooperation("Er")
    assert found() == {"kommer", "er"}
    assert found(status=["ended"]) == {"slutt"}
    assert found(status=["planned"]) == {"kommer"}
    assert found(status=["active", "ended"]) == {"er", "slutt"}


def test_an_ended_cooperation_is_found_by_its_last_members():
    membership(cooperation(valid_to=day("2020-06-30")), municipality(), valid_to=day("2020-06-30"))
    assert found(status=["ended"], municipality="3301")


def test_a_source_is_found_through_memberships_too():
    from agreements.models import Citation

    member = membership(cooperation(cite=False), organisation())
    Citation.objects.create(source=source("annen"), membership=member, locator="s. 1")
    assert found(source="annen")


def test_many_words_are_cut_to_ten():
    cooperation("en to tre fire fem seks sju åtte ni ti")
    assert found(q="en to tre fire fem seks sju åtte ni ti ord-som-ikke-finnes")
    assert not found(q="ord-som-ikke-finnes en")
