"""Which deadlines does the register hold, for whom, and with how many queries?"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.insight.deadlines import Kind
from agreements.insight.due import (
    cooperations_of,
    coordinated_by,
    deadlines_for,
    deadlines_in,
    with_deadline_facts,
)
from agreements.models import Agreement, Cooperation, OwnershipReport
from municipalities.models import Coordinator, MunicipalityChange, User
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date
ON = DAY(2026, 3, 1)


def due():
    return deadlines_in(with_deadline_facts(Cooperation.objects.all()), DAY(2000, 1, 1), DAY(2099, 12, 31), ON)


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312").organisation


def test_deadlines_concern_members_in_their_own_right_and_who_is_responsible(lier):
    made = make.cooperation(
        valid_to=DAY(2026, 12, 31), responsible=make.organisation("Sekretariatet", "intermunicipal")
    )
    make.membership(made, lier)
    make.membership(made, lier, "leader")
    make.membership(made, make.organisation("Tilhøreren", "company"), "observer")
    make.membership(made, make.organisation("Før", "company"), valid_to=DAY(2026, 2, 28))
    assert [[o.name for o in d.concerns] for d in due()] == [["Lier", "Sekretariatet"]]


def merger(date, old, new, kind="merge"):
    MunicipalityChange.objects.create(
        date=date, kind=kind, old=old, new=new, old_number=old.numbers.get().number, old_name=str(old),
        new_number=new.numbers.get().number, new_name=str(new),
    )  # fmt: skip


def test_a_merger_of_three_gives_its_members_one_special_notice():
    asker = make.municipality("Asker", "3203", valid_from="2020-01-01")
    for number in ("0220", "0627", "0628"):
        merger(
            DAY(2020, 1, 1),
            make.municipality(f"Kommune {number}", number, valid_from=None, valid_to="2019-12-31"),
            asker,
        )
    make.membership(make.cooperation(form="KO"), asker)
    assert [(d.kind, d.date) for d in due()] == [(Kind.SPECIAL_NOTICE, DAY(2021, 1, 1))]


@pytest.mark.parametrize("kind", ["renumber", "rename"])
def test_a_new_number_or_name_is_no_change_of_boundaries(kind):
    asker = make.municipality("Asker", "3203", valid_from="2024-01-01")
    merger(DAY(2024, 1, 1), make.municipality("Gamle Asker", "3025", valid_to="2023-12-31"), asker, kind)
    make.membership(make.cooperation(form="KO"), asker)
    assert due() == []


def test_a_year_of_notice_by_law_is_for_the_statutory_health_agreement_only():
    for form in ("STATUTORY", "NETWORK"):
        made = make.cooperation(form, form)
        make.membership(made, make.organisation(f"Sykehuset {form}", "health_trust"))
        Agreement.objects.create(cooperation=made, title="Avtale", valid_to=DAY(2027, 12, 31))
    assert [(d.kind, d.cooperation.form) for d in due()] == [
        (Kind.NOTICE, "STATUTORY"),
        (Kind.EXPIRY, "NETWORK"),
        (Kind.EXPIRY, "STATUTORY"),
    ]


def test_the_same_queries_for_one_and_for_many(lier):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert due()
        return len(captured)

    def add(n):
        made = make.cooperation(f"Samarbeid {n}", "KO", due_on=DAY(2027, 1, 1), responsible=lier)
        make.membership(made, make.municipality(f"Kommune {n}", f"40{n:02d}"))
        Agreement.objects.create(cooperation=made, title="Avtale", valid_to=DAY(2027, 12, 31))

    add(1)
    few = queries()
    for n in range(2, 6):
        add(n)
    assert queries() == few


# Whose


def test_a_coordinator_has_organisations_while_she_has_the_role(lier):
    user = User.objects.create_user("kari")
    Coordinator.objects.create(user=user, organisation=lier, valid_from=ON, valid_to=ON)
    days = [ON - datetime.timedelta(1), ON, ON + datetime.timedelta(1)]
    assert [coordinated_by(user, day) for day in days] == [[], [lier], []]


def test_her_cooperations_are_those_that_live_and_in_which_her_organisations_have_a_part(lier):
    other = make.municipality("Drammen", "3301").organisation
    make.membership(make.cooperation("Deltar"), lier)
    make.membership(make.cooperation("Utkast", publication="draft"), lier, "observer")
    make.cooperation("Ansvarlig", responsible=lier)
    make.cooperation("Organet", body=lier)
    make.membership(make.cooperation("Siste dag", valid_to=ON), lier)
    make.membership(make.cooperation("Avsluttet", valid_to=DAY(2026, 2, 28)), lier)
    make.membership(make.cooperation("Forlatt"), lier, valid_to=DAY(2026, 2, 28))
    make.membership(make.cooperation("Andres", responsible=other), other)
    assert [c.name for c in cooperations_of([lier], ON)] == ["Ansvarlig", "Deltar", "Organet", "Siste dag", "Utkast"]


# Eierskapsmelding


@pytest.mark.parametrize(("organ", "count"), [("kommunestyre", 0), ("bystyre", 0), ("formannskap", 1), ("", 1)])
def test_only_the_council_itself_adopts_an_eierskapsmelding(lier, organ, count):
    OwnershipReport.objects.create(organisation=lier, adopted_on=DAY(2025, 6, 1), organ=organ)
    due = deadlines_for([lier], ON, DAY(2027, 12, 31))
    assert len([d for d in due if d.kind == Kind.OWNERSHIP_REPORT]) == count
