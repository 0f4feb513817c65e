"""Does every page answer with the same number of queries, however much it shows?"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.answers import judging, tally, writing
from agreements.models import Citation, Cooperation, CooperationRelation, GroupStatement, Organ
from municipalities.models import MunicipalityNumber, OrganisationName, Population
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date
PAGES = [
    "/", "/samarbeid/", "/samarbeid/?municipality=Lier&form=VK&q=nr",
    "/samarbeid/?county=33&form=VK&role=host&status=active&size=1&size=2&confirmed=never&ordering=-size",
    "/samarbeid/fast/", "/kommuner/",
    "/kommuner/?q=vik", "/kommuner/lier-3312/", "/kommuner/lier-3312/?vis=rolle",
    "/kommuner/lier-3312/?vis=eier&on=2024-05-01", "/fylker/", "/fylker/33/",
    "/kart/", "/kart/?oppgave=sektor-1&fylke=33", "/kart/?samarbeid=fast&on=2024-05-01", "/oppgaver/oppgave-1/",
    "/oppgaver/sektor-1/", "/former/VK/", "/matrise/?fylke=33",
    "/nettverk/?kommune=lier-3312", "/nettverk/?oppgave=oppgave-1", "/sammenlign/?kommune=lier-3312&kommune=4000",
    "/sammenlign/?samarbeid=fast&mot=2021-01-01",
    "/organisasjoner/", "/organisasjoner/holding/", "/oppgaver/", "/kilder/", "/kilder/rapport/", "/om/",
]  # fmt: skip


def add_one_of_each(n: int) -> None:
    """Make one more of everything that a page lists."""
    fixed, lier = Cooperation.objects.get(slug="fast"), MunicipalityNumber.objects.get(number="3312").municipality
    body = Cooperation.objects.get(slug="holding").body
    other = make.municipality(f"Vik {n}", f"40{n:02d}", make.county(f"4{n}", f"Fylke {n}"))
    MunicipalityNumber.objects.create(
        municipality=lier, number=f"06{n:02d}", name="Lier", county=make.county(),
        valid_from=DAY(2000 + n, 1, 1), valid_to=DAY(2000 + n, 12, 31),
    )  # fmt: skip
    OrganisationName.objects.create(organisation=lier.organisation, name=f"Navn {n}")
    Population.objects.create(municipality=lier, date=DAY(2020 + n, 1, 1), persons=100)
    former = make.municipality(f"Eldre {n}", f"05{n:02d}", valid_from=None, valid_to="2019-12-31")
    former.organisation.successors.add(lier.organisation)
    lier.organisation.successors.add(other.organisation)
    owned = make.cooperation(f"Samarbeid nr {n}", "VK", [make.task(f"oppgave-{n}", f"sektor-{n}")], umbrella=fixed)
    Citation.objects.create(source=make.source(f"kilde-{n}"), cooperation=fixed, locator="x")
    group = GroupStatement.objects.create(cooperation=fixed, wording=f"gruppe {n}")
    Organ.objects.create(cooperation=fixed, name=f"Organ {n}")
    CooperationRelation.objects.create(predecessor=owned, successor=fixed)
    make.membership(owned, other, "host")
    make.membership(owned, lier)
    make.membership(owned, body, "owner", share=(1, 9))
    make.membership(make.cooperation(f"Forlatt nr {n}"), lier, valid_to=DAY(2021, 12, 31))
    cited = make.membership(fixed, other, group=group)
    Citation.objects.create(source=make.source(f"kilde-{n}"), membership=cited, locator="y", note="merket")
    make.membership(fixed, former)
    make.membership(fixed, make.organisation(f"Selskap {n}", "company"), valid_to=DAY(2021, 12, 31))


def queries(client, address: str) -> int:
    # Else the first reader after a change has the documents made, and the first of a day the law asked.
    writing.freshen()
    judging.judge(timezone.localdate())
    tally.of(timezone.localdate())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", PAGES)
def test_one_and_six_of_everything_take_the_same_queries(client, address):
    lier = make.municipality("Lier", "3312")
    make.cooperation("Fast", slug="fast")
    holding = make.cooperation("Holding", slug="holding", body=make.organisation("Holding", "company", slug="holding"))
    make.membership(holding, lier, "owner", share=(1, 2))
    for n in range(2):
        add_one_of_each(n)
    few = queries(client, address)
    for n in range(2, 7):
        add_one_of_each(n)
    assert queries(client, address) == few
    assert few <= 30
