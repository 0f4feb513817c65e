import datetime

import pytest
from django.core.exceptions import ValidationError

from agreements.actions.registration import Registration, register_whole
from agreements.models import Agreement, Citation, Clause, Cooperation, Membership, Organ, OrganSeat, Source
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari(django_user_model):
    return django_user_model.objects.create_user("kari")


@pytest.fixture
def new():
    """Return a registration in order, not saved."""
    drammen = make.municipality().organisation
    return Registration(
        cooperation=Cooperation(name="Vann IKS", slug="vann", form="IKS"),
        tasks=[make.task("vann", "teknisk"), make.task("avlop", "teknisk")],
        memberships=[Membership(organisation=drammen, role="owner", ownership_numerator=1, ownership_denominator=2)],
        organs=[(Organ(name="Representantskapet", kind="assembly"), [OrganSeat(organisation=drammen, members=2)])],
        agreement=Agreement(title="Selskapsavtale"),
        clauses=[Clause(item="IKS-07.1", status="present")],
        citations=[Citation(source=Source(key="ny", title="Ny kilde"), locator="punkt 1")],
    )


def refused(new, kari, *said):
    """Tell that it is refused with the words, and that nothing is saved."""
    with pytest.raises(ValidationError) as error:
        register_whole(new, by=kari)
    assert all(words in " ".join(error.value.messages) for words in said)
    assert not Cooperation.objects.exists()
    assert not Source.objects.filter(key="ny").exists()


def test_everything_is_saved_together_with_the_reason(new, kari):
    made = register_whole(new, by=kari, reason="Vedtak i sak 14/22")
    assert [link.task.code for link in made.task_links.all()] == ["vann", "avlop"]
    assert made.memberships.get().ownership_share.denominator == 2
    assert made.organs.get().seats.get().members == 2
    assert made.agreements.get().clauses.get().item == "IKS-07.1"
    assert made.citations.get().source.key == "ny"
    event = Membership.pgh_event_model.objects.get(cooperation_id=made.pk)
    assert event.pgh_context.metadata["reason"] == "Vedtak i sak 14/22"


def test_the_source_is_the_reason_where_none_is_given(new, kari):
    made = register_whole(new, by=kari)
    event = Cooperation.pgh_event_model.objects.filter(pgh_obj_id=made.pk).latest("pgh_id")
    assert event.pgh_context.metadata["reason"] == "Registrert etter Ny kilde, punkt 1"


def test_a_cooperation_without_a_source_is_refused(new, kari):
    new.citations = []
    refused(new, kari, "minst én kilde")


def test_an_address_name_that_is_taken_is_refused(new, kari):
    make.cooperation("En annen", slug="vann", cite=False)
    with pytest.raises(ValidationError, match="Adressenavn"):
        register_whole(new, by=kari)
    assert Cooperation.objects.count() == 1


def test_a_member_twice_in_a_role_is_refused_with_the_message_of_the_database(new, kari):
    new.memberships = [*new.memberships, Membership(organisation=new.memberships[0].organisation, role="owner")]
    refused(new, kari, "har allerede denne rollen")


def test_shares_above_the_whole_are_refused(new, kari):
    more = make.municipality("Lier", "3312").organisation
    new.memberships = [
        *new.memberships,
        Membership(organisation=more, role="owner", ownership_numerator=2, ownership_denominator=3),
    ]
    refused(new, kari, "eierandelene", "mer enn 100 %")


def test_an_agreement_with_a_fault_is_refused_with_all_the_rest(new, kari):
    new.agreement.valid_from, new.agreement.valid_to = datetime.date(2020, 1, 2), datetime.date(2020, 1, 1)
    refused(new, kari, "Sluttdatoen er før startdatoen.")


def test_a_source_without_a_place_is_refused(new, kari):
    new.citations[0].locator = ""
    refused(new, kari)
