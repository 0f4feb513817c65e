"""Is it told to whom to complain: as stated, else as the law on vertskommuner has it, else unknown?"""

import pytest

from agreements.insight.complaints import ComplaintBody, complaint_body
from agreements.models import LegalProfile, Organ
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lier():
    return make.municipality("Lier", "3312").organisation


def test_what_is_stated_goes_before_the_law(lier):
    of = make.cooperation("Legevakten", "VK")
    LegalProfile.objects.create(cooperation=of, complaint_body="Statsforvalteren")
    assert complaint_body(of, lier) == ComplaintBody("Statsforvalteren")


def test_without_a_committee_it_is_the_municipality_that_delegated(lier):
    assert complaint_body(make.cooperation("Legevakten", "VK"), lier) == ComplaintBody("Lier kommune", "§ 20-5")


def test_with_a_committee_it_is_a_board_of_complaints(lier):
    of = make.cooperation("Barnevern", "VK")
    Organ.objects.create(cooperation=of, name="Nemnda", kind="committee")
    assert complaint_body(of, lier) == ComplaintBody("egen klagenemnd", "§ 20-6")


@pytest.mark.parametrize("form", ["IKS", "KO", "AGREEMENT", "UNKNOWN"])
def test_for_other_forms_it_is_unknown(lier, form):
    assert complaint_body(make.cooperation("Noe", form), lier) is None


def test_a_company_that_takes_part_has_no_inhabitants():
    assert complaint_body(make.cooperation("Legevakten", "VK"), make.organisation("Firma", "company")) is None


def test_an_empty_profile_states_nothing(lier):
    of = make.cooperation("Noe", "IKS")
    LegalProfile.objects.create(cooperation=of)
    assert complaint_body(of, lier) is None
