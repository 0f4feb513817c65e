"""Can a coordinator keep the eierskapsmeldinger, and is she told what is wrong?"""

import datetime

import pytest

from agreements.models import OwnershipReport
from tests import factories as make
from tests.admin_pages import saved, submit, text

pytestmark = pytest.mark.django_db

ADD = "/admin/agreements/ownershipreport/add/"


def test_an_eierskapsmelding_is_entered(admin_client):
    lier = make.municipality("Lier", "3312").organisation
    assert saved(submit(admin_client, ADD, organisation=lier.pk, adopted_on="12.03.2025", case_number="sak 14/25"))
    report = OwnershipReport.objects.get()
    assert (report.adopted_on, report.organ) == (datetime.date(2025, 3, 12), "kommunestyre")
    assert "Lier" in text(admin_client.get("/admin/agreements/ownershipreport/"))


def test_a_company_has_none(admin_client):
    company = make.organisation("Selskapet", "company")
    refused = submit(admin_client, ADD, organisation=company.pk, adopted_on="12.03.2025")
    assert "Bare kommuner og fylkeskommuner lager eierskapsmelding." in text(refused)


def test_the_same_one_is_not_entered_twice(admin_client):
    lier = make.municipality("Lier", "3312").organisation
    OwnershipReport.objects.create(organisation=lier, adopted_on=datetime.date(2025, 3, 12))
    refused = submit(admin_client, ADD, organisation=lier.pk, adopted_on="12.03.2025")
    assert "er allerede ført" in text(refused)
