"""Is it known who has adopted an agreement, who is missing, and from when it can be in force?"""

import datetime

import pytest

from agreements.insight.adoption import adoption, adoption_line
from agreements.models import Agreement, AssemblyDecision, Cooperation, Decision
from agreements.rules.gather import facts_of, with_legal_facts
from tests.factories import cooperation, county, membership, municipality, organisation

pytestmark = pytest.mark.django_db
DAY = datetime.date
ON = DAY(2026, 1, 1)
DECIDED = DAY(2025, 3, 12)
VOTED = DAY(2025, 5, 1)


@pytest.fixture
def drammen():
    return municipality().organisation


@pytest.fixture
def lier():
    return municipality("Lier", "3312").organisation


@pytest.fixture
def agreement(drammen, lier):
    """An agreement of a cooperation of Drammen and Lier."""
    made = cooperation(form="IPR")
    membership(made, drammen)
    membership(made, lier)
    return Agreement.objects.create(cooperation=made, title="Avtale")


def decide(agreement, who, on=DECIDED, organ="kommunestyre", **values):
    return Decision.objects.create(agreement=agreement, organisation=who, organ=organ, decided_on=on, **values)


def names(organisations) -> list[str]:
    return [o.name for o in organisations]


def test_without_decisions_all_are_missing(agreement):
    found = adoption(agreement, ON)
    assert (names(found.adopted), names(found.missing), found.earliest) == ([], ["Drammen", "Lier"], None)
    assert not found.complete


def test_one_of_two_has_adopted(agreement, drammen):
    decide(agreement, drammen)
    found = adoption(agreement, ON)
    assert (names(found.adopted), names(found.missing), found.earliest) == (["Drammen"], ["Lier"], None)
    assert (found.total, found.complete) == (2, False)


def test_the_last_adoption_is_the_earliest_day_in_force(agreement, drammen, lier):
    decide(agreement, drammen, DAY(2025, 6, 1))
    decide(agreement, lier, DAY(2025, 3, 12))
    found = adoption(agreement, ON)
    assert (found.complete, found.earliest) == (True, DAY(2025, 6, 1))


def test_all_have_adopted_but_a_date_is_unknown(agreement, drammen, lier):
    decide(agreement, drammen)
    decide(agreement, lier, None)
    found = adoption(agreement, ON)
    assert (found.complete, found.earliest) == (True, None)


@pytest.mark.parametrize("organ", ["kommunestyre", "bystyre", "heradsstyre", "fylkesting"])
def test_a_council_adopts(agreement, drammen, organ):
    decide(agreement, drammen, organ=organ)
    assert names(adoption(agreement, ON).adopted) == ["Drammen"]


@pytest.mark.parametrize(
    "organ", ["formannskap", "fylkesutvalg", "utvalg", "representantskap", "administrasjon", "annet", ""]
)
def test_an_organ_that_is_no_council_does_not_adopt_and_is_told(agreement, drammen, organ):
    made = decide(agreement, drammen, organ=organ)
    found = adoption(agreement, ON)
    assert names(found.missing) == ["Drammen", "Lier"]
    assert found.uncounted == ((drammen, made),)


def test_a_recommendation_before_the_council_changes_nothing(agreement, drammen):
    decide(agreement, drammen, DAY(2025, 2, 1), "formannskap")
    decide(agreement, drammen)
    found = adoption(agreement, ON)
    assert (names(found.adopted), found.uncounted) == (["Drammen"], ())


def test_a_county_council_adopts_in_its_fylkesting(agreement):
    buskerud = county().council
    membership(agreement.cooperation, buskerud)
    decide(agreement, buskerud, organ="fylkesutvalg")
    assert "Buskerud fylkeskommune" in names(adoption(agreement, ON).missing)
    decide(agreement, buskerud, DAY(2025, 5, 5), "fylkesting")
    assert names(adoption(agreement, ON).adopted) == ["Buskerud fylkeskommune"]


def test_a_participant_without_a_council_adopts_in_the_organ_that_it_has(agreement):
    trust = organisation()
    membership(agreement.cooperation, trust, "partner")
    decide(agreement, trust, organ="annet")
    assert names(adoption(agreement, ON).adopted) == ["Sørlandet sykehus"]


def test_a_rejection_is_told_apart(agreement, drammen):
    decide(agreement, drammen, outcome="rejected")
    found = adoption(agreement, ON)
    assert (names(found.rejected), names(found.missing)) == (["Drammen"], ["Lier"])


def test_rejected_first_and_then_adopted(agreement, drammen):
    decide(agreement, drammen, DAY(2025, 6, 1))
    decide(agreement, drammen, DAY(2025, 1, 1), outcome="rejected")
    assert names(adoption(agreement, ON).adopted) == ["Drammen"]


def test_adopted_first_and_then_rejected(agreement, drammen):
    decide(agreement, drammen, DAY(2025, 1, 1))
    decide(agreement, drammen, DAY(2025, 6, 1), outcome="rejected")
    assert names(adoption(agreement, ON).rejected) == ["Drammen"]


def test_a_postponement_decides_nothing(agreement, drammen):
    decide(agreement, drammen, outcome="postponed")
    assert names(adoption(agreement, ON).missing) == ["Drammen", "Lier"]


def test_a_decision_counts_from_its_own_day(agreement, drammen):
    decide(agreement, drammen, DAY(2025, 3, 12))
    assert names(adoption(agreement, DAY(2025, 3, 11)).adopted) == []
    assert names(adoption(agreement, DAY(2025, 3, 12)).adopted) == ["Drammen"]


@pytest.mark.parametrize("subject", ["delegation", "dissolution"])
def test_a_decision_on_something_else_does_not_adopt(agreement, drammen, subject):
    decide(agreement, drammen, subject=subject)
    assert names(adoption(agreement, ON).adopted) == []


def test_a_delegation_is_adopted_by_delegating(agreement, drammen):
    agreement.kind = "delegation"
    decide(agreement, drammen, subject="delegation")
    assert names(adoption(agreement, ON).adopted) == ["Drammen"]


@pytest.mark.parametrize("role", ["observer", "customer", "supplier", "funder", "secretariat"])
def test_who_does_not_take_part_in_its_own_right_need_not_adopt(agreement, role):
    membership(agreement.cooperation, municipality("Modum", "3316"), role)
    assert adoption(agreement, ON).total == 2


def test_a_participant_with_two_roles_counts_once(agreement, drammen):
    membership(agreement.cooperation, drammen, "office")
    assert adoption(agreement, ON).total == 2


def test_a_former_member_need_not_adopt(agreement, lier):
    agreement.cooperation.memberships.filter(organisation=lier).update(valid_to=DAY(2025, 12, 31))
    assert adoption(agreement, DAY(2025, 12, 31)).total == 2
    assert adoption(agreement, DAY(2026, 1, 1)).total == 1


def test_those_who_join_when_it_comes_into_force_must_adopt(agreement):
    membership(agreement.cooperation, municipality("Modum", "3316"), valid_from=DAY(2026, 7, 1))
    assert adoption(agreement, ON).total == 2
    agreement.valid_from = DAY(2026, 7, 1)
    assert names(adoption(agreement, ON).missing) == ["Drammen", "Lier", "Modum"]


def test_of_an_agreement_that_is_over_the_members_of_its_last_day_count(agreement):
    membership(agreement.cooperation, municipality("Modum", "3316"), valid_from=DAY(2025, 1, 1))
    agreement.valid_to = DAY(2024, 12, 31)
    assert adoption(agreement, ON).total == 2


def test_without_participants_nothing_is_complete():
    empty = Agreement.objects.create(cooperation=cooperation(), title="Avtale")
    found = adoption(empty, ON)
    assert (found.total, found.complete, found.earliest) == (0, False, None)


# A change that the representantskap can make


@pytest.fixture
def change(agreement):
    """A new version of the agreement of a KO that changes nothing of what the law lists."""
    agreement.cooperation.form = "KO"
    agreement.cooperation.save()
    return Agreement.objects.create(
        cooperation=agreement.cooperation, title="Ny versjon", supersedes=agreement, changed_items=[]
    )


def vote(change, votes_for=20, votes_against=10, decided_on=VOTED):
    return AssemblyDecision.objects.create(
        agreement=change, votes_for=votes_for, votes_against=votes_against, decided_on=decided_on
    )


def test_the_representantskap_is_awaited_and_no_council_asked(change):
    found = adoption(change, ON)
    assert (found.by, found.total, found.complete) == ("assembly", 0, False)
    assert adoption_line(found, None) == "venter på representantskapet, som selv kan vedta denne endringen"


def test_two_thirds_of_the_votes_carry_the_change(change):
    vote(change)
    found = adoption(change, ON)
    assert (found.complete, found.earliest) == (True, DAY(2025, 5, 1))
    assert adoption_line(found, None) == (
        "representantskapet har vedtatt endringen: 20 stemmer for og 10 mot; tidligst i kraft 1. mai 2025"
    )


def test_fewer_do_not(change):
    vote(change, 19)
    found = adoption(change, ON)
    assert (found.complete, found.earliest) == (False, None)
    assert "vedtok ikke endringen med det flertallet den krever: 19 stemmer for og 10 mot" in adoption_line(found, None)


def test_the_version_before_says_which_majority(change):
    vote(change, 19)
    change.supersedes.majority = "simple"
    assert adoption(change, ON).complete


def test_votes_that_are_not_recorded_carry_nothing(change):
    vote(change, None, None)
    found = adoption(change, ON)
    assert (found.complete, found.carried) == (False, None)


def test_a_vote_counts_from_its_own_day(change):
    vote(change)
    assert not adoption(change, DAY(2025, 4, 30)).complete
    assert adoption(change, DAY(2025, 5, 1)).complete


@pytest.mark.parametrize("items", [pytest.param(None, id="not recorded"), pytest.param(["KO-11g"], id="an item")])
def test_other_changes_are_for_the_councils(change, items):
    change.changed_items = items
    vote(change)
    found = adoption(change, ON)
    assert (found.by, found.total, found.complete) == ("councils", 2, False)


def test_the_councils_answer_for_the_version_that_they_adopted(change, drammen):
    """A change by the representantskap is no version that the councils have failed to adopt."""
    decide(change.supersedes, drammen)
    read = with_legal_facts(Cooperation.objects.all()).get()
    facts = facts_of(read, ON)
    assert [len(m.decisions) for m in facts.members] == [1, 0]
    assert (facts.agreement.is_change, facts.agreement.changed_items) == (True, frozenset())
