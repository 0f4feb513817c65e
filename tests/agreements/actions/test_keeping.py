"""Do register, amend and rename write what they are given, refuse what cannot be, and say where it is wrong?"""

from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from agreements.actions import amend, register, rename, undo
from agreements.models import ActionRecord, Cooperation, Membership, VagueDate
from municipalities.models import OrganisationName
from tests.factories import organisation, source, task

from .conftest import day

pytestmark = pytest.mark.django_db


def test_register_takes_plain_values_and_makes_an_address_name(deed, drammen, lier):
    made = register(
        **deed,
        values={"name": "Brannvesenet på Ås IKS", "form": "IKS", "valid_from": VagueDate.parse("2021", end=False)},
        members=[lier, {"organisation": drammen, "role": "owner", "ownership": "1/7"}],
        tasks=[task("brann")],
        citations=[{"source": source(), "locator": "s. 4"}],
        legal={"own_legal_person": True},
    )
    made = Cooperation.objects.get(pk=made.pk)
    assert (made.slug, made.publication, made.valid_from_precision) == ("brannvesenet-pa-as-iks", "draft", "year")
    shares = [(m.organisation.name, m.ownership_share, m.position) for m in made.memberships.all()]
    assert shares == [("Lier", None, 0), ("Drammen", Fraction(1, 7), 1)]
    assert [str(link) for link in made.task_links.all()] == ["Brann"]
    assert made.legal.own_legal_person is True
    assert made.citations.count() == 1


def test_two_of_one_name_get_addresses_of_their_own(deed):
    slugs = [register(**deed, values={"name": "Legevakt"}).slug for _ in range(2)]
    assert slugs == ["legevakt", "legevakt-2"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"values": {}}, "name", id="no-name"),
        pytest.param({"values": {"name": "X", "form": "Z"}}, "form", id="no-such-form"),
        pytest.param({"values": {"name": "X", "colour": "red"}}, "colour", id="no-such-field"),
        pytest.param({"values": {"name": "X", "sort_key": "a"}}, "sort_key", id="generated-field"),
        pytest.param(
            {"values": {"name": "X"}, "members": [{"role": "owner"}]}, "members.0.organisation", id="no-member"
        ),
        pytest.param({"values": {"name": "X"}, "members": ["Lier"]}, "members.0", id="a-word-is-no-member"),
        pytest.param({"values": {"name": "X"}, "planets": []}, "planets", id="no-such-table"),
        pytest.param({"values": {"name": "X"}, "legal": {"loans": "mange"}}, "legal.loans", id="no-amount"),
        pytest.param({"values": {"name": "X", "umbrella": 99}}, "umbrella", id="no-such-umbrella"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_kept(deed, given, field):
    with pytest.raises(ValidationError) as error:
        register(**deed, **given)
    assert list(error.value.message_dict) == [field]
    assert not Cooperation.objects.exists()
    assert not ActionRecord.objects.exists()


@pytest.mark.parametrize("share", ["40", "3/2", "1/0"])
def test_a_share_that_is_none_is_refused_on_its_row(deed, lier, share):
    with pytest.raises(ValidationError) as error:
        register(**deed, values={"name": "X"}, members=[{"organisation": lier, "ownership": share}])
    assert list(error.value.message_dict) == ["members.0.ownership"]


def test_shares_above_the_whole_are_refused(deed, drammen, lier):
    members = [{"organisation": who, "role": "owner", "ownership": "60 %"} for who in (drammen, lier)]
    with pytest.raises(ValidationError) as error:
        register(**deed, values={"name": "X"}, members=members)
    assert "120 %" in error.value.message_dict["members"][0]


@pytest.mark.parametrize("reason", ["", "   ", None])
def test_no_action_without_a_reason(anne, reason):
    with pytest.raises(ValidationError) as error:
        register(by=anne, reason=reason, values={"name": "X"})
    assert list(error.value.message_dict) == ["reason"]


def test_the_reason_and_the_person_are_in_the_history(deed, anne):
    made = register(**deed, values={"name": "X"})
    event = Cooperation.pgh_event_model.objects.get(pgh_obj_id=made.pk)
    assert event.pgh_context.metadata == {"reason": "Vedtak i sak 14/22", "action": "register", "user": anne.pk}
    record = ActionRecord.objects.get()
    assert (record.kind, record.cooperations, record.names, record.by) == ("register", [made.pk], "X", anne)


def test_amend_changes_adds_and_removes_and_leaves_the_rest(deed, company, drammen, lier):
    old = company.memberships.get(organisation=lier)
    third = organisation("Asker", "municipality")
    amend(
        company,
        **deed,
        values={"purpose": "Avfall"},
        members=[{"id": old.pk, "delete": True}, {"organisation": third, "role": "owner", "ownership": "50 %"}],
    )
    assert Cooperation.objects.get().purpose == "Avfall"
    assert {m.organisation for m in Membership.objects.all()} == {drammen, third}


def test_amend_refuses_a_row_of_another_cooperation(deed, company):
    other = register(**deed, values={"name": "Y"})
    with pytest.raises(ValidationError) as error:
        amend(other, **deed, members=[{"id": company.memberships.first().pk, "note": "min"}])
    assert list(error.value.message_dict) == ["members.0.id"]


def test_renaming_keeps_the_address_and_the_former_name_of_the_body(deed, company):
    company.body = organisation("Renovasjon IKS", "intermunicipal")
    company.save()
    rename(company, **deed, on=day("2024-01-01"), name="Ren By IKS")
    company.refresh_from_db()
    assert (company.name, company.slug, company.body.name) == ("Ren By IKS", "renovasjon-iks", "Ren By IKS")
    assert OrganisationName.objects.values_list("name", "kind").get() == ("Renovasjon IKS", "former")


def test_undoing_a_registration_removes_it_until_something_builds_on_it(deed, lier):
    made = register(**deed, values={"name": "X"}, members=[lier])
    undo(ActionRecord.objects.get(), **deed)
    assert not Cooperation.objects.exists()
    made = register(**deed, values={"name": "X"}, members=[lier])
    amend(made, **deed, tasks=[task()])
    with pytest.raises(ValidationError, match="kommet til siden"):
        undo(ActionRecord.objects.filter(kind="register").first(), **deed)
    assert Cooperation.objects.get().memberships.count() == 1
