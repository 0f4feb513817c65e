import pytest

from agreements.insight.duplicates import likely_duplicates
from agreements.models import LegalProfile
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def neighbours():
    return [make.municipality(name, number).organisation for name, number in (("Drammen", "3301"), ("Lier", "3312"))]


@pytest.fixture
def water(neighbours):
    made = make.cooperation("Glitrevannverket IKS", "IKS", slug="glitrevannverket")
    for who in neighbours:
        make.membership(made, who, "owner")
    return made


def names(*args):
    return [one.cooperation.name for one in likely_duplicates(*args)]


@pytest.mark.parametrize("name", ["Glitrevannverket IKS", "glitrevannverket", "Glitrevanverket IKS"])
def test_nearly_the_same_name_is_enough(water, name):
    assert names(name) == [water.name]


def test_a_similar_name_counts_with_the_same_members(water, neighbours):
    assert names("Glitrevann og avløp") == []
    assert names("Glitrevann og avløp", [who.pk for who in neighbours]) == [water.name]


def test_a_similar_name_does_not_count_with_a_few_of_the_members(water, neighbours):
    others = [make.organisation(f"Nabo {number}").pk for number in range(3)]
    assert names("Glitrevann og avløp", [neighbours[0].pk, *others]) == []


def test_the_same_members_alone_do_not_count(water, neighbours):
    assert names("Felles legevakt", [who.pk for who in neighbours]) == []


@pytest.mark.parametrize("where", ["profile", "body"])
def test_the_same_organisation_number_goes_first(water, where):
    number = make.org_number(99482563)
    same = make.cooperation("Noe helt annet", "IKS", slug="annet")
    if where == "profile":
        LegalProfile.objects.create(cooperation=same, org_number=number)
    else:
        same.body = make.organisation("Noe helt annet IKS", "intermunicipal", org_number=number)
        same.save()
    found = likely_duplicates("Glitrevannverket IKS", [], number)
    assert [(one.cooperation.name, one.same_number) for one in found] == [(same.name, True), (water.name, False)]


def test_it_is_one_query_however_many_there_are(water, neighbours, django_assert_num_queries):
    for number in range(5):
        make.cooperation(f"Glitrevannverket {number}", "IKS", slug=f"glitre-{number}")
    with django_assert_num_queries(1):
        assert len(likely_duplicates("Glitrevannverket", [who.pk for who in neighbours])) == 6
