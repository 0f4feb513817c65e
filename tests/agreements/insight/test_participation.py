"""What does an organisation take part in on a day, formerly and later?"""

import datetime

import pytest

from agreements.insight.participation import ROLE_ORDER, in_charge, participations
from agreements.models import Role
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date
TODAY = DAY(2024, 1, 1)


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312").organisation


def names(rows) -> list[str]:
    return [row.cooperation.name for row in rows]


def test_every_role_has_a_place():
    assert sorted(ROLE_ORDER) == sorted(Role)


@pytest.mark.parametrize(
    ("day", "group"),
    [("2020-12-31", "coming"), ("2021-01-01", "current"), ("2022-12-31", "current"), ("2023-01-01", "former")],
)
def test_both_days_of_a_membership_belong_to_it(lier, day, group):
    make.membership(make.cooperation("A"), lier, valid_from=DAY(2021, 1, 1), valid_to=DAY(2022, 12, 31))
    found = participations(lier, DAY.fromisoformat(day))
    assert names(getattr(found, group)) == ["A"]
    assert len(found.current) + len(found.former) + len(found.coming) == 1


def test_a_membership_ends_with_its_cooperation(lier):
    make.membership(make.cooperation("A", valid_to=DAY(2022, 12, 31)), lier)
    (row,) = participations(lier, TODAY).former
    assert row.end.date == DAY(2022, 12, 31)
    assert row.status == "ended"


def test_a_member_in_a_new_role_is_both_former_and_current(lier):
    of = make.cooperation("A")
    make.membership(of, lier, "observer", valid_to=DAY(2022, 12, 31))
    make.membership(of, lier, "owner", valid_from=DAY(2023, 1, 1))
    found = participations(lier, TODAY)
    assert [row.roles for row in found.current] == [["eier"]]
    assert [row.roles for row in found.former] == [["observatør"]]


def test_the_unpublished_is_left_out(lier):
    make.membership(make.cooperation("A", publication="draft"), lier)
    found = participations(lier, TODAY)
    assert (found.current, found.former, found.coming) == ([], [], [])


def test_hosts_answer_before_leaders_and_leaders_before_owners(lier):
    of = make.cooperation("A")
    owner = make.membership(of, make.organisation("Eier"), "owner")
    leader = make.membership(of, make.organisation("Leder"), "leader")
    host = make.membership(of, lier, "host")
    assert in_charge([owner, leader, host]) == (Role.HOST, [lier])
    assert in_charge([owner, leader]) == (Role.LEADER, [leader.organisation])
    assert in_charge([owner]) == (Role.OWNER, [owner.organisation])
    assert in_charge([make.membership(of, lier, "customer")]) == (None, [])


def test_a_former_host_is_not_in_charge(lier):
    of = make.cooperation("A")
    make.membership(of, lier)
    make.membership(of, make.organisation("Før"), "host", valid_to=DAY(2022, 12, 31))
    (row,) = participations(lier, TODAY).current
    assert row.in_charge == (None, [])


def test_hosts_for_the_organisation_leave_out_itself(lier):
    drammen = make.municipality("Drammen", "3301").organisation
    for name, host in (("Hos Drammen", drammen), ("Hos Lier", lier)):
        of = make.cooperation(name)
        make.membership(of, host, "host")
        if host != lier:
            make.membership(of, lier)
    found = participations(lier, TODAY)
    assert [(host, names(rows)) for host, rows in found.hosted_by_others(lier)] == [(drammen, ["Hos Drammen"])]


def test_sectors_stand_in_the_order_of_the_taxonomy_and_the_untold_last(lier):
    make.membership(make.cooperation("A"), lier)
    make.membership(make.cooperation("B", tasks=[make.task("brann", "sikkerhet")]), lier)
    make.membership(make.cooperation("C", tasks=[make.task("legevakt", "helse")]), lier)
    for code, position in (("helse", 1), ("sikkerhet", 2)):
        task = make.task(code=f"x-{code}", sector=code).parent
        task.position = position
        task.save()
    groups = participations(lier, TODAY).by_sector()
    assert [(sector.code if sector else None, names(rows)) for sector, rows in groups] == [
        ("helse", ["C"]), ("sikkerhet", ["B"]), (None, ["A"]),
    ]  # fmt: skip
