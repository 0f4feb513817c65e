"""Does an answer take the same number of queries however much it tells?"""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.answers.writing import freshen
from agreements.models import Citation, Cooperation, CooperationRelation, GroupStatement, Organ
from municipalities.models import MunicipalityChange, OrganisationName, Population
from tests import factories


def one_more(number: int) -> None:
    """Make a cooperation, a county and a municipality with everything that can be told of them."""
    county = factories.county(f"{number:02d}", f"Fylke {number}")
    place = factories.municipality(f"Kommune {number}", f"{number:02d}01", county)
    neighbour = factories.municipality(f"Nabo {number}", f"{number:02d}02", county)
    place.organisation.successors.add(neighbour.organisation)
    county.successors.add(factories.county(f"{number + 50}", f"Arving {number}", council=county.council))
    OrganisationName.objects.create(organisation=place.organisation, name=f"Suohkan {number}", language="se")
    Population.objects.create(municipality=place, date=date(2024, 1, 1), persons=number)
    MunicipalityChange.objects.create(
        date=date(2020, 1, 1),
        kind="rename",
        old=place,
        new=neighbour,
        old_number=f"{number:02d}01",
        old_name="a",
        new_number=f"{number:02d}02",
        new_name="b",
    )
    made = factories.cooperation(
        f"Samarbeid {number}",
        tasks=[factories.task(f"oppgave-{number}", f"sektor-{number}")],
        umbrella=factories.cooperation(f"Over {number}"),
        body=factories.organisation(f"Organ {number}", "intermunicipal"),
        responsible=county.council,
    )
    factories.cooperation(f"Del {number}", umbrella=made, responsible=place.organisation)
    before, after = factories.cooperation(f"Før {number}"), factories.cooperation(f"Etter {number}")
    CooperationRelation.objects.create(predecessor=before, successor=made)
    CooperationRelation.objects.create(predecessor=made, successor=after)
    Organ.objects.create(cooperation=made, name="Styret")
    fill(made, place, neighbour, county, number)


def fill(made: Cooperation, place, neighbour, county, number: int) -> None:
    """Give the cooperation members of all kinds, former ones too, with their sources."""
    group = GroupStatement.objects.create(cooperation=made, wording=f"alle i fylke {number}", county=county)
    members = [
        factories.membership(made, place, "host"),
        factories.membership(made, neighbour, group=group),
        factories.membership(made, county.council, "partner", share=(1, 7)),
        factories.membership(made, factories.organisation(f"Firma {number}", "company"), valid_to=date(2020, 1, 1)),
    ]
    for member in members:
        Citation.objects.create(source=factories.source(f"kilde-{number}"), membership=member, locator="linje 1")


def count(client, address: str) -> int:
    freshen()  # how much must be made anew is no part of the answer
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(f"/api/v1/{address}").status_code == 200
    return len(queries)


@pytest.mark.parametrize("on", ["any", "2024-01-01"])
@pytest.mark.parametrize("name", ["cooperations", "organisations", "municipalities", "counties"])
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(client, db, name, on):
    address = f"{name}/?page_size=200&on={on}"
    one_more(1)
    few = count(client, address)
    for number in range(2, 6):
        one_more(number)
    assert count(client, address) == few


@pytest.mark.parametrize("name", ["tasks", "sources"])
def test_a_list_without_days_takes_as_many_queries_for_many_rows_as_for_few(client, db, name):
    one_more(1)
    few = count(client, f"{name}/")
    for number in range(2, 6):
        one_more(number)
    assert count(client, f"{name}/") == few


def test_a_cooperation_takes_as_many_queries_with_many_members_as_with_few(client, db):
    one_more(1)
    few = count(client, "cooperations/samarbeid-1/")
    made = Cooperation.objects.get(slug="samarbeid-1")
    for number in range(2, 6):
        county = factories.county(f"{number:02d}", f"Fylke {number}")
        places = [factories.municipality(f"K {number} {n}", f"{number:02d}0{n}", county) for n in (1, 2)]
        fill(made, *places, county, number)
    assert count(client, "cooperations/samarbeid-1/") == few


@pytest.mark.parametrize("query", ["on=x", "xyzzy=1", "page_size=201", "form=X"])
def test_a_question_refused_by_its_form_asks_the_database_nothing(client, db, django_assert_num_queries, query):
    with django_assert_num_queries(0):
        assert client.get(f"/api/v1/cooperations/?{query}").status_code == 400
