"""Do participants join, give notice and leave as the law says, and stay visible?"""

from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from agreements.actions import decide, give_notice, join, leave, undo, withdraw_notice
from agreements.models import ActionRecord, Agreement, Cooperation, Notice
from agreements.rules import findings
from agreements.rules.gather import facts_of, with_legal_facts
from tests.factories import cooperation, membership, municipality, organisation

from .conftest import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker(db):
    return municipality("Asker", "3203").organisation


def shares(company, on):
    return {
        m.organisation.name: m.ownership_share for m in Cooperation.objects.get(pk=company.pk).members_on(day(on))[0]
    }


def breaches(company, on):
    facts = facts_of(with_legal_facts(Cooperation.objects.all()).get(pk=company.pk), day(on))
    return {f.rule for f in findings(facts, day(on)) if f.outcome == "breach"}


def test_a_joiner_takes_its_share_from_the_others_from_its_first_day(deed, company, asker, drammen, lier):
    new = dict.fromkeys((drammen, lier), Fraction(1, 3))
    join(company, **deed, on=day("2024-01-01"), organisation=asker, role="owner", ownership="1/3", shares=new)
    assert shares(company, "2023-12-31") == {"Drammen": Fraction(1, 2), "Lier": Fraction(1, 2)}
    assert shares(company, "2024-01-01") == dict.fromkeys(("Drammen", "Lier", "Asker"), Fraction(1, 3))


def test_a_joiner_whose_share_does_not_fit_is_refused(deed, company, asker):
    with pytest.raises(ValidationError) as error:
        join(company, **deed, on=day("2024-01-01"), organisation=asker, role="owner", ownership="1/3")
    assert list(error.value.message_dict) == ["members"]
    assert company.memberships.count() == 2


def test_joining_twice_in_one_role_is_refused(deed, company, lier):
    with pytest.raises(ValidationError, match="allerede denne rollen"):
        join(company, **deed, on=day("2024-01-01"), organisation=lier, role="owner")


def test_joining_what_has_ended_is_refused(deed, company, asker):
    Cooperation.objects.update(valid_to=day("2023-12-31"))
    with pytest.raises(ValidationError) as error:
        join(company, **deed, on=day("2024-01-01"), organisation=asker)
    assert list(error.value.message_dict) == ["on"]


def test_a_leaver_stays_visible_as_former_from_the_day_after(deed, company, lier):
    leave(company, **deed, on=day("2024-06-30"), organisation=lier)
    fresh = Cooperation.objects.get()
    assert lier in {m.organisation for m in fresh.members_on(day("2024-06-30"))[0]}
    assert [m.organisation for m in fresh.members_on(day("2024-07-01"))[1]] == [lier]


def test_the_remaining_get_their_new_share_the_day_after(deed, company, drammen, lier):
    leave(company, **deed, on=day("2024-06-30"), organisation=lier, shares={drammen: Fraction(1)})
    assert shares(company, "2024-06-30")["Drammen"] == Fraction(1, 2)
    assert shares(company, "2024-07-01") == {"Drammen": Fraction(1)}


def test_an_iks_with_one_left_must_be_dissolved_from_the_day_after(deed, company, lier):
    leave(company, **deed, on=day("2024-06-30"), organisation=lier)
    assert "IKS-02" not in breaches(company, "2024-06-30")
    assert "IKS-02" in breaches(company, "2024-07-01")


def test_an_iks_with_one_left_is_told_of_also_when_the_list_may_be_incomplete(deed, company, lier):
    Cooperation.objects.update(members_complete=None)
    leave(company, **deed, on=day("2024-06-30"), organisation=lier)
    assert "IKS-02" in breaches(company, "2024-07-01")


def test_one_who_is_not_a_member_cannot_leave(deed, company, asker):
    with pytest.raises(ValidationError) as error:
        leave(company, **deed, on=day("2024-06-30"), organisation=asker)
    assert list(error.value.message_dict) == ["organisation"]


def test_leaving_is_undone_by_clearing_the_end(deed, company, lier):
    leave(company, **deed, on=day("2024-06-30"), organisation=lier)
    undo(ActionRecord.objects.get(), **deed)
    assert company.memberships.get(organisation=lier).valid_to is None


@pytest.mark.parametrize(
    ("form", "given", "last"),
    [
        pytest.param("IKS", "2024-02-29", "2025-02-28", id="leap-day"),
        pytest.param("VK", "2023-12-31", "2024-12-31", id="end-of-year"),
        pytest.param("PLAN9", "2023-11-30", "2024-02-29", id="three-months-into-february"),
    ],
)
def test_the_last_day_follows_from_the_law_where_nothing_is_agreed(deed, drammen, lier, form, given, last):
    made = cooperation("X", form)
    membership(made, lier)
    notice = give_notice(made, **deed, on=day(given), organisation=lier)
    assert (notice.effective_on, notice.basis) == (day(last), "law")
    assert Cooperation.objects.get().status_on(day(given)) == "notice_given"


def test_the_agreement_goes_before_the_law(deed, company, lier):
    Agreement.objects.create(cooperation=company, title="Avtale", notice_months=6)
    notice = give_notice(company, **deed, on=day("2024-01-31"), organisation=lier)
    assert (notice.effective_on, notice.basis) == (day("2024-07-31"), "agreement")


def test_after_a_boundary_change_notice_is_six_months(deed, company, lier):
    notice = give_notice(company, **deed, on=day("2024-08-31"), organisation=lier, basis="boundary_change")
    assert notice.effective_on == day("2025-02-28")


def test_where_neither_agreement_nor_law_says_the_last_day_must_be_given(deed, lier):
    made = cooperation("X", "KO")
    membership(made, lier)
    with pytest.raises(ValidationError) as error:
        give_notice(made, **deed, on=day("2024-01-01"), organisation=lier)
    assert list(error.value.message_dict) == ["effective_on"]


def test_a_stranger_cannot_give_notice(deed, company):
    with pytest.raises(ValidationError) as error:
        give_notice(company, **deed, on=day("2024-01-01"), organisation=organisation())
    assert list(error.value.message_dict) == ["organisation"]


def test_notice_is_given_once_until_it_is_withdrawn(deed, company, lier):
    notice = give_notice(company, **deed, on=day("2024-01-01"), organisation=lier)
    with pytest.raises(ValidationError, match="allerede sagt opp"):
        give_notice(company, **deed, on=day("2024-02-01"), organisation=lier)
    withdraw_notice(notice, **deed, on=day("2024-03-01"))
    give_notice(company, **deed, on=day("2024-03-01"), organisation=lier)
    assert Notice.objects.count() == 2


def test_a_decision_is_recorded_for_a_member_only(deed, company, lier, asker):
    agreement = Agreement.objects.create(cooperation=company, title="Avtale")
    decide(agreement, **deed, on=day("2024-01-01"), organisation=lier, organ="kommunestyre", case_number="14/24")
    assert agreement.decisions.get().case_number == "14/24"
    with pytest.raises(ValidationError) as error:
        decide(agreement, **deed, on=day("2024-01-01"), organisation=asker)
    assert list(error.value.message_dict) == ["organisation"]
