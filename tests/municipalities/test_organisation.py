"""What is an organisation number, a sort key, a period?"""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from municipalities.models import MunicipalityNumber, Organisation
from municipalities.models.fields import norwegian_sort_key, validate_org_number
from tests.factories import county, municipality, organisation


@pytest.mark.parametrize("number", ["974760673", "971524960", "937884117", "123456785", "800000130"])
def test_valid_organisation_numbers(number):
    validate_org_number(number)


@pytest.mark.parametrize(
    "number", ["974760674", "800000050", "800000051", "80000005x", "97476067", "9747606731", "٩٧٤٧٦٠٦٧٣"]
)
def test_invalid_organisation_numbers(number):
    with pytest.raises(ValidationError):
        validate_org_number(number)


@pytest.mark.parametrize("written", ["974 760 673", "NO974760673MVA", "NO 974 760 673 MVA", "974.760.673"])
def test_an_organisation_number_is_stored_as_nine_digits(written):
    body = Organisation(slug="x", kind="company", name="X", org_number=written)
    body.clean_fields()
    assert body.org_number == "974760673"


@pytest.mark.django_db
def test_an_empty_organisation_number_is_null_so_that_many_can_be_without():
    for slug in ("a", "b"):
        body = Organisation(slug=slug, kind="company", name=slug, org_number="")
        body.full_clean()
        body.save()
    assert Organisation.objects.filter(org_number=None).count() == 2


@pytest.mark.django_db
def test_two_bodies_cannot_share_an_organisation_number():
    organisation("A", org_number="974760673")
    with pytest.raises(IntegrityError), transaction.atomic():
        organisation("B", org_number="974760673")


@pytest.mark.django_db
def test_norwegian_order_is_the_same_in_the_database_and_in_python():
    names = [
        "Ås",
        "Aa",
        "Åmli",
        "Østre Toten",
        "Øvre Eiker",
        "Ærfugl",
        "Zakarias",
        "Áfjord",
        "Afjord",
        "«Bø»",
        "Bodø",
        "Båtsfjord",
    ]
    for name in names:
        organisation(name)
    expected = [
        "Áfjord",
        "Afjord",
        "Bodø",
        "«Bø»",
        "Båtsfjord",
        "Zakarias",
        "Ærfugl",
        "Østre Toten",
        "Øvre Eiker",
        "Aa",
        "Åmli",
        "Ås",
    ]
    assert [norwegian_sort_key(o.name) for o in Organisation.objects.all()] == sorted(map(norwegian_sort_key, names))
    in_database = list(Organisation.objects.values_list("name", flat=True))
    assert in_database[2:] == expected[2:]
    assert set(in_database[:2]) == {"Áfjord", "Afjord"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("date", "found"),
    [("2019-12-31", False), ("2020-01-01", True), ("2023-12-31", True), ("2024-01-01", False)],
)
def test_both_ends_of_a_period_belong_to_it(date, found):
    municipality("Ålesund", "1507", county("15", "Møre og Romsdal"), "2020-01-01", "2023-12-31")
    day = datetime.date.fromisoformat(date)
    assert MunicipalityNumber.objects.valid_on(day).exists() is found
    assert Organisation.objects.filter(kind="municipality").valid_on(day).exists() is found


@pytest.mark.django_db
def test_a_number_has_one_holder_at_a_time_also_on_the_boundary_day():
    buskerud = county()
    municipality("Gamle", "3301", buskerud, "2000-01-01", "2019-12-31")
    municipality("Nye", "3301", buskerud, "2020-01-01")
    with pytest.raises(IntegrityError, match="municipality_number_one_holder"), transaction.atomic():
        municipality("Tredje", "3301", buskerud, "2019-12-31", "2019-12-31")


@pytest.mark.django_db
def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(IntegrityError, match="organisation_period"), transaction.atomic():
        organisation("X", valid_from=datetime.date(2020, 1, 2), valid_to=datetime.date(2020, 1, 1))


@pytest.mark.django_db
def test_a_foreign_city_needs_a_country():
    with pytest.raises(IntegrityError, match="organisation_foreign_has_country"), transaction.atomic():
        organisation("Odense", kind="foreign_municipality")
    assert organisation("Odense", kind="foreign_municipality", country="DK").pk
