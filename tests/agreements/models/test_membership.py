"""What can a membership be, and what can never be stored?"""

import datetime
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from agreements.models import GroupStatement, Membership
from tests.factories import cooperation, county, membership, municipality, organisation

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_shares_are_exact_fractions():
    company = cooperation("IKS", form="IKS")
    thirds = [membership(company, organisation(f"Eier {n}"), "owner", (1, 3)) for n in range(3)]
    assert sum((m.ownership_share for m in thirds), Fraction(0)) == 1


@pytest.mark.parametrize("share", [(3, 2), (1, 0)])
def test_a_share_above_the_whole_or_without_denominator_is_refused(share):
    with pytest.raises(IntegrityError, match="membership_ownership_share_fraction"), transaction.atomic():
        membership(cooperation(), organisation(), "owner", share)


def test_half_a_fraction_is_refused():
    with pytest.raises(IntegrityError, match="membership_liability_share_fraction"), transaction.atomic():
        membership(cooperation(), organisation(), "owner", liability_numerator=1)


def test_an_unknown_share_is_unknown_and_not_zero():
    assert membership(cooperation(), organisation(), "owner").ownership_share is None
    assert membership(cooperation("B"), organisation(), "owner", (0, 1)).ownership_share == 0


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        pytest.param((None, "2019-12-31"), ("2020-01-01", None), True, id="day-after"),
        pytest.param((None, "2020-01-01"), ("2020-01-01", None), False, id="same-day"),
        pytest.param((None, None), ("2020-01-01", "2020-01-01"), False, id="inside"),
    ],
)
def test_the_same_member_in_the_same_role_on_the_same_day(first, second, allowed):
    of, who = cooperation(), organisation()
    periods = [{"valid_from": a and day(a), "valid_to": b and day(b)} for a, b in (first, second)]
    membership(of, who, **periods[0])
    if allowed:
        membership(of, who, **periods[1])
        assert Membership.objects.count() == 2
    else:
        with pytest.raises(IntegrityError, match="membership_once_per_role"), transaction.atomic():
            membership(of, who, **periods[1])


def test_one_member_may_have_several_roles():
    of, who = cooperation(), organisation()
    for role in ("participant", "leader", "secretariat"):
        membership(of, who, role)
    assert of.memberships.count() == 3


def test_a_member_that_follows_from_a_group_can_be_told_from_a_named_one():
    of = cooperation()
    group = GroupStatement.objects.create(cooperation=of, wording="alle kommuner i Agder", count=25)
    named, derived = membership(of, organisation("A")), membership(of, organisation("B"), group=group)
    assert (named.basis, derived.basis) == ("named", "group")


@pytest.mark.parametrize(
    ("date", "count"), [("2021-08-31", 0), ("2021-09-01", 1), ("2022-12-31", 1), ("2023-01-01", 0)]
)
def test_both_ends_belong_to_a_membership(date, count):
    membership(cooperation(), organisation(), valid_from=day("2021-09-01"), valid_to=day("2022-12-31"))
    assert Membership.objects.valid_on(day(date)).count() == count


def test_a_membership_ends_with_its_cooperation():
    membership(cooperation(valid_to=day("2013-12-31")), organisation())
    assert Membership.objects.valid_on(day("2013-12-31")).count() == 1
    assert Membership.objects.valid_on(day("2014-01-01")).count() == 0


def test_an_open_start_does_not_reach_back_before_the_municipality_was_made():
    drammen = municipality(valid_from="2020-01-01")
    membership(cooperation(), drammen)
    assert Membership.objects.valid_on(day("2019-12-31")).count() == 0
    assert Membership.objects.valid_on(day("2020-01-01")).count() == 1


def test_a_dissolved_member_stays_until_a_person_settles_who_follows():
    viken = organisation("Viken fylkeskommune", "county_council", valid_to=day("2023-12-31"))
    membership(cooperation(), viken)
    assert Membership.objects.valid_on(day("2026-01-01")).count() == 1


def test_current_and_former_members_are_told_apart():
    of = cooperation(valid_from=day("2010-01-01"))
    here, left = organisation("Her"), organisation("Gikk")
    membership(of, here)
    membership(of, left, valid_to=day("2022-12-31"))
    membership(of, organisation("Kommer"), valid_from=day("2030-01-01"))
    current, former = of.members_on(day("2023-01-01"))
    assert [m.organisation for m in current] == [here]
    assert [m.organisation for m in former] == [left]
    assert {m.organisation for m in of.members_on(day("2022-12-31"))[0]} == {here, left}


def test_an_ended_cooperation_shows_the_members_of_its_last_day():
    of = cooperation(valid_to=day("2013-12-31"))
    stayed, left = organisation("Ble"), organisation("Gikk")
    membership(of, stayed)
    membership(of, left, valid_to=day("2012-12-31"))
    current, former = of.members_on(day("2026-01-01"))
    assert [m.organisation for m in current] == [stayed]
    assert [m.organisation for m in former] == [left]


def test_a_cooperation_can_be_a_member_through_its_body():
    avfall = cooperation("Avfall Sør", form="AS", body=organisation("Avfall Sør", "intermunicipal"))
    energy = cooperation("Returkraft", form="UNKNOWN")
    membership(energy, avfall.body, "owner", (499, 1000))
    assert energy.memberships.get().organisation.cooperation == avfall


def test_homonymous_municipalities_are_two_members():
    of = cooperation()
    membership(of, municipality("Våler", "3114", county("31", "Østfold")))
    membership(of, municipality("Våler", "3419", county("34", "Innlandet")))
    assert of.memberships.count() == 2
