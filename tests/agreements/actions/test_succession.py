"""Do members, tasks and successor links follow when a cooperation is converted, merged, split, ended and reopened?"""

from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from agreements.actions import amend, convert, end, merge, reopen, restore, split, undo, wind_up
from agreements.admin.history import cooperation_histories
from agreements.models import ActionRecord, Cooperation, CooperationRelation, Membership
from tests.factories import cooperation, membership, organisation, task

from .conftest import day

pytestmark = pytest.mark.django_db
FIRST, LAST = day("2024-01-01"), day("2023-12-31")


def state():
    """Return everything that an undoing must bring back."""
    return (
        list(Cooperation.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        list(CooperationRelation.objects.order_by("pk").values()),
    )


def last_record():
    return ActionRecord.objects.latest("pk")


@pytest.fixture
def board(drammen, lier):
    """Return a cooperation after the old § 27 with a body of its own and a former member."""
    made = cooperation("Legevaktstyret", "PAR27", [task()], body=organisation("Legevaktstyret", "intermunicipal"))
    membership(made, drammen, share=(2, 3))
    membership(made, lier, share=(1, 3))
    membership(made, organisation("Nesbyen", "municipality"), valid_to=day("2015-12-31"))
    return made


def test_converting_carries_members_tasks_and_body_over(deed, board):
    body = board.body
    new = convert(board, **deed, on=FIRST, form="KO", name="Legevakten KO")
    board.refresh_from_db()
    assert (board.valid_to, board.body, board.status_on(FIRST)) == (LAST, None, "ended")
    assert (new.form, new.valid_from, new.body, new.publication) == ("KO", FIRST, body, "published")
    carried = {(m.organisation.name, m.ownership_share, m.valid_from) for m in new.memberships.all()}
    assert carried == {("Drammen", Fraction(2, 3), FIRST), ("Lier", Fraction(1, 3), FIRST)}
    assert [str(t) for t in new.task_links.all()] == ["Legevakt"]
    link = CooperationRelation.objects.get()
    assert (link.predecessor, link.successor, link.kind) == (board, new, "converted")


def test_merging_makes_one_of_two_with_each_member_once_and_no_shares(deed, company, drammen):
    other = cooperation("Avfall IKS", "IKS", [task("avfall")])
    membership(other, drammen, "owner", share=(1, 1))
    membership(other, organisation("Asker", "municipality"), "owner")
    new = merge([company, other], **deed, on=FIRST, values={"name": "Storrenovasjon IKS"})
    members = {(m.organisation.name, m.ownership_share) for m in new.memberships.all()}
    assert members == {("Drammen", None), ("Lier", None), ("Asker", None)}
    assert {str(t) for t in new.task_links.all()} == {"Legevakt", "Avfall"}
    assert {c.status_on(FIRST) for c in Cooperation.objects.exclude(pk=new.pk)} == {"ended"}
    assert {r.predecessor for r in new.predecessor_links.all()} == {company, other}


def test_merging_into_one_that_lives_on(deed, company):
    other = cooperation("Avfall IKS", "IKS")
    membership(other, organisation("Asker", "municipality"), "owner")
    into = merge([other], into=company, **deed, on=FIRST)
    assert (into, into.valid_to) == (company, None)
    assert {m.organisation.name for m in into.members_on(FIRST)[0]} == {"Drammen", "Lier", "Asker"}


def test_merging_with_a_draft_makes_a_draft(deed, company):
    draft = cooperation("Avfall IKS", "IKS", publication="draft")
    new = merge([company, draft], **deed, on=FIRST, values={"name": "Storrenovasjon IKS"})
    assert new.publication == "draft"


@pytest.mark.parametrize("kind", ["convert", "merge"])
def test_what_lies_under_the_old_one_lies_under_the_new(deed, board, kind):
    part = cooperation("Legevaktbilen", umbrella=board)
    ended = cooperation("Nødnettet", umbrella=board, valid_to=LAST)
    new = ACTIONS[kind](board, deed)
    assert Cooperation.objects.get(pk=part.pk).umbrella == new
    assert Cooperation.objects.get(pk=ended.pk).umbrella == board
    undo(last_record(), **deed)
    assert Cooperation.objects.get(pk=part.pk).umbrella == board


def test_an_umbrella_merges_with_what_lies_under_it(deed, company):
    part = cooperation("Avfall IKS", "IKS", umbrella=company)
    assert merge([part, company], **deed, on=FIRST, values={"name": "Storrenovasjon IKS"}).umbrella is None


def test_one_alone_cannot_merge(deed, company):
    with pytest.raises(ValidationError) as error:
        merge([company, company], **deed, on=FIRST, values={"name": "X"})
    assert list(error.value.message_dict) == ["cooperations"]


def test_splitting_lets_each_part_choose_its_members(deed, company, lier):
    made = split(company, **deed, on=FIRST, parts=[{"name": "Øst IKS"}, {"name": "Vest IKS", "members": [lier]}])
    assert [{m.organisation.name for m in c.memberships.all()} for c in made] == [{"Drammen", "Lier"}, {"Lier"}]
    assert {r.kind for r in company.successor_links.all()} == {"split"}


@pytest.mark.parametrize(
    ("parts", "field"),
    [([{"name": "Øst"}], "parts"), ([{"name": "Øst"}, {"name": ""}], "parts.1.name")],
)
def test_a_split_needs_two_named_parts(deed, company, parts, field):
    with pytest.raises(ValidationError) as error:
        split(company, **deed, on=FIRST, parts=parts)
    assert list(error.value.message_dict) == [field]
    assert Cooperation.objects.get().valid_to is None


def test_ending_and_reopening(deed, company):
    end(company, **deed, on=LAST, successor=(new := cooperation("Ny IKS", "IKS")))
    company.refresh_from_db()
    assert company.status_on(FIRST) == "ended"
    with pytest.raises(ValidationError, match="har tatt over"):
        reopen(company, **deed)
    new.predecessor_links.all().delete()
    assert reopen(company, **deed).status_on(FIRST) == "active"


def test_winding_up_and_reopening(deed, company):
    assert wind_up(company, **deed, on=FIRST).status_on(FIRST) == "winding_up"
    assert reopen(company, **deed).status_on(FIRST) == "active"
    with pytest.raises(ValidationError, match="verken avsluttet"):
        reopen(company, **deed)


@pytest.mark.parametrize("last", ["2023-12-31", "2009-12-31"], ids=["twice", "before-it-began"])
def test_an_end_that_cannot_be_is_refused(deed, company, last):
    Cooperation.objects.update(valid_to=LAST)
    with pytest.raises(ValidationError) as error:
        end(company, **deed, on=day(last))
    assert list(error.value.message_dict) == ["on"]


ACTIONS = {
    "convert": lambda c, who: convert(c, **who, on=FIRST, form="KO"),
    "split": lambda c, who: split(c, **who, on=FIRST, parts=[{"name": "Øst"}, {"name": "Vest"}]),
    "merge": lambda c, who: merge([c, cooperation("Annet")], **who, on=FIRST, values={"name": "Ny"}),
    "end": lambda c, who: end(c, **who, on=LAST),
    "wind_up": lambda c, who: wind_up(c, **who, on=LAST),
}


@pytest.mark.parametrize("kind", ACTIONS)
def test_each_is_undone_and_done_again(deed, board, kind):
    cooperation("Annet", slug="annet-2") if kind != "merge" else None
    ACTIONS[kind](board, deed)
    before_undo = state()
    undo(last_record(), **deed)
    assert Cooperation.objects.get(pk=board.pk).valid_to is None
    assert Cooperation.objects.get(pk=board.pk).body is not None
    assert not CooperationRelation.objects.exists()
    undo(last_record(), **deed)
    assert state() == before_undo


def test_nothing_is_undone_twice(deed, company):
    end(company, **deed, on=LAST)
    record = last_record()
    undo(record, **deed)
    with pytest.raises(ValidationError, match="allerede angret"):
        undo(record, **deed)


def test_undoing_leaves_what_others_have_changed_since(deed, company):
    end(company, **deed, on=LAST)
    record = last_record()
    amend(company, **deed, values={"purpose": "Nytt formål"})
    undo(record, **deed)
    company.refresh_from_db()
    assert (company.valid_to, company.purpose) == (None, "Nytt formål")


def test_undoing_is_refused_where_a_later_change_would_be_lost(deed, company):
    end(company, **deed, on=LAST)
    record = last_record()
    amend(company, **deed, values={"valid_to": day("2025-12-31")})
    with pytest.raises(ValidationError, match="endret siden"):
        undo(record, **deed)
    assert Cooperation.objects.get().valid_to == day("2025-12-31")


# Restoring: each change in a transaction of its own, since those of one transaction have one time


@pytest.mark.django_db(transaction=True)
def test_an_earlier_version_is_brought_back_with_its_rows_as_a_new_change(deed, company, lier):
    then = Cooperation.pgh_event_model.objects.latest("pgh_id").pgh_created_at
    then = max(then, Membership.pgh_event_model.objects.latest("pgh_id").pgh_created_at)
    gone = company.memberships.get(organisation=lier).pk
    values = {"name": "Annet navn", "purpose": "Annet", "publication": "withdrawn"}
    amend(company, **deed, values=values, members=[{"id": gone, "delete": True}], organs=["Nytt råd"])
    restore(company, **deed, known_on=then, histories=cooperation_histories(company.pk))
    company.refresh_from_db()
    assert (company.name, company.purpose, company.publication) == ("Renovasjon IKS", "", "withdrawn")
    assert company.memberships.get(pk=gone).organisation == lier
    assert not company.organs.exists()
    assert Cooperation.pgh_event_model.objects.filter(pgh_obj_id=company.pk).count() == 3
    with pytest.raises(ValidationError, match="allerede slik"):
        restore(company, **deed, known_on=then, histories=cooperation_histories(company.pk))


@pytest.mark.django_db(transaction=True)
def test_a_version_that_points_to_what_is_gone_is_refused_and_nothing_changed(deed, company, lier):
    then = Membership.pgh_event_model.objects.latest("pgh_id").pgh_created_at
    amend(company, **deed, values={"purpose": "Nytt"})
    company.memberships.filter(organisation=lier).delete()
    lier.municipality.numbers.all().delete()
    lier.municipality.delete()
    lier.delete()
    with pytest.raises(ValidationError, match="Medlemskap"):
        restore(company, **deed, known_on=then, histories=cooperation_histories(company.pk))
    assert Cooperation.objects.get().purpose == "Nytt"
