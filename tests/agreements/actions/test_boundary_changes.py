"""Is a successor of a municipality that is gone proposed where there is but one, and left open where there are more?"""

import datetime

import pytest
from django.core.management import CommandError, call_command

from agreements.actions.boundary_changes import propose_successions
from agreements.actions.proposals import accept, reject
from agreements.models import Membership, Proposal
from municipalities.models import MunicipalityChange
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date
ON = DAY(2024, 6, 1)


def merged(old, new, kind="merge", number="3301") -> None:
    MunicipalityChange.objects.create(
        date=DAY(2020, 1, 1), kind=kind, old=old, new=new, old_number="0711", old_name=old.organisation.name,
        new_number=number, new_name=new.organisation.name,
    )  # fmt: skip


@pytest.fixture
def svelvik():
    return make.municipality("Svelvik", "0711", valid_from=None, valid_to="2019-12-31")


@pytest.fixture
def drammen():
    return make.municipality()


@pytest.fixture
def vann(svelvik):
    made = make.cooperation("Vann", "IKS")
    make.membership(made, svelvik, "owner", share=(1, 10), valid_from="2001-01-01", covers="tettstedet")
    return made


def test_the_only_successor_takes_the_place_when_a_person_accepts(vann, svelvik, drammen):
    merged(svelvik, drammen)

    (proposal,) = propose_successions(on=ON).proposed
    assert Membership.objects.get().valid_to is None
    assert "Svelvik ble en del av Drammen" in proposal.text
    accept(proposal, by=make.user("rita", is_editor=True))

    old, new = Membership.objects.order_by("position")
    assert old.valid_to == DAY(2019, 12, 31)
    assert (new.organisation, new.valid_from, new.role) == (drammen.organisation, DAY(2020, 1, 1), "owner")
    assert (str(new.ownership_share), new.covers) == ("1/10", "tettstedet")


def test_a_successor_that_is_there_already_does_not_join_again(vann, svelvik, drammen):
    merged(svelvik, drammen)
    make.membership(vann, drammen, "owner", share=(1, 5), valid_from="2020-01-01")

    (proposal,) = propose_successions(on=ON).proposed

    assert len(proposal.changes["members"]) == 1


def test_a_divided_municipality_stays_open(vann, svelvik, drammen):
    merged(svelvik, drammen, "split")
    merged(svelvik, make.municipality("Holmestrand", "3903"), "split", "3903")

    done = propose_successions(on=ON)

    assert done.proposed == []
    assert [[str(o) for o in heirs] for _member, heirs in done.open] == [["Drammen", "Holmestrand"]]


def council(name, valid_to=None, *heirs):
    made = make.organisation(f"{name} fylkeskommune", "county_council", valid_to=valid_to)
    made.successors.set(heirs)
    return made


def test_the_only_successor_of_a_county_council_takes_its_place(drammen):
    agder = council("Agder")
    kultur = make.cooperation("Kultur", "IKS")
    make.membership(kultur, council("Aust-Agder", DAY(2019, 12, 31), agder), "owner", share=(1, 2))

    (proposal,) = propose_successions(on=ON).proposed
    assert "Agder fylkeskommune kom i stedet for Aust-Agder fylkeskommune" in proposal.text
    accept(proposal, by=make.user("rita", is_editor=True))

    old, new = Membership.objects.order_by("position")
    assert (old.valid_to, new.organisation, new.valid_from) == (DAY(2019, 12, 31), agder, DAY(2020, 1, 1))
    assert propose_successions(on=ON).proposed == []


def test_a_county_council_that_was_divided_or_whose_successor_is_gone_stays_open(vann):
    viken = council("Viken", DAY(2023, 12, 31), council("Akershus"), council("Østfold"))
    for gone in (viken, council("Buskerud", DAY(2019, 12, 31), viken)):
        make.membership(vann, gone, "owner")

    done = propose_successions(on=ON)

    assert done.proposed == []
    assert [[o.name for o in heirs] for member, heirs in done.open if member.organisation.kind == "county_council"] == [
        ["Akershus fylkeskommune", "Østfold fylkeskommune"],
        ["Viken fylkeskommune"],
    ]


@pytest.mark.parametrize("answer", [None, "accept", "reject"])
def test_nothing_is_proposed_twice(vann, svelvik, drammen, answer):
    merged(svelvik, drammen)
    (proposal,) = propose_successions(on=ON).proposed
    editor = make.user("rita", is_editor=True)
    if answer == "accept":
        accept(proposal, by=editor)
    elif answer == "reject":
        reject(proposal, by=editor, reason="Tettstedet er ute")

    assert propose_successions(on=ON).proposed == []
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    "ended",
    [
        pytest.param({"membership": {"valid_to": DAY(2019, 12, 31)}}, id="the membership"),
        pytest.param({"cooperation": {"valid_to": DAY(2020, 12, 31)}}, id="the cooperation"),
    ],
)
def test_what_has_ended_needs_no_successor(vann, svelvik, drammen, ended):
    merged(svelvik, drammen)
    Membership.objects.update(**ended.get("membership", {}))
    type(vann).objects.update(**ended.get("cooperation", {}))

    done = propose_successions(on=ON)

    assert (done.proposed, done.open) == ([], [])


def test_the_command_tells_what_it_did(vann, svelvik, drammen, capsys):
    merged(svelvik, drammen)

    call_command("propose_successions", on="2024-06-01")
    told = capsys.readouterr().out
    assert "Foreslått: Vann: Svelvik ble en del av Drammen" in told
    assert "1 forslag, 0 åpne" in told


def test_the_command_says_what_is_no_date():
    with pytest.raises(CommandError, match="is no date"):
        call_command("propose_successions", on="i går")
