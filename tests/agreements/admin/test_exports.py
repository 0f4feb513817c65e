import datetime
import io

import pytest
from openpyxl import load_workbook

from agreements.models import Agreement, Decision, LegalProfile
from municipalities.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db

LIST = "/admin/agreements/cooperation/"


@pytest.fixture
def water():
    made = make.cooperation(
        "=Vann IKS", "IKS", [make.task("vann", "teknisk")], slug="vann", valid_from=datetime.date(2012, 1, 1),
        valid_from_precision="year", due_on=datetime.date(2026, 3, 1), responsible=make.municipality().organisation,
    )  # fmt: skip
    LegalProfile.objects.create(cooperation=made, org_number="974760673")
    make.membership(made, made.responsible, "owner", share=(1, 3))
    agreement = Agreement.objects.create(cooperation=made, title="Selskapsavtale", signed_on=datetime.date(2012, 2, 29))
    Decision.objects.create(agreement=agreement, organisation=made.responsible, organ="kommunestyre")
    return made


def sheets(response):
    """Return the rows of each sheet by heading."""
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    found = {}
    for page in book:
        head, *rows = page.iter_rows(values_only=True)
        found[page.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return found


def test_the_list_is_a_workbook_with_four_sheets(admin_client, water):
    response = admin_client.get("/admin/regneark/cooperation/")
    assert response["Content-Disposition"].startswith('attachment; filename="samarbeid-')
    found = sheets(response)
    assert {title: len(rows) for title, rows in found.items()} == {
        "Samarbeid": 1, "Deltakere": 1, "Avtaler": 1, "Vedtak": 1,
    }  # fmt: skip
    (row,) = found["Samarbeid"]
    assert (row["Navn"], row["Status"], row["Organisasjonsnummer"]) == ("=Vann IKS", "aktiv", "974760673")
    assert (row["Fra"], row["Presisjon for fra"]) == (datetime.datetime(2012, 1, 1), "år")
    assert row["Skal bekreftes innen"] == datetime.datetime(2026, 3, 1)
    assert row["Adresse"] == "http://testserver/samarbeid/vann/"
    (member,) = found["Deltakere"]
    assert (member["Deltaker"], member["Nummer"], member["Eierandel, brøk"]) == ("Drammen", "3301", "1/3")
    assert member["Eierandel, prosent"] == pytest.approx(1 / 3)
    assert found["Avtaler"][0]["Signert"] == datetime.datetime(2012, 2, 29)
    assert found["Vedtak"][0]["Organ"] == "kommunestyret"


def test_what_the_public_may_not_see_is_addressed_in_the_admin(admin_client, water):
    water.publication = "draft"
    water.save()
    (row,) = sheets(admin_client.get("/admin/regneark/cooperation/"))["Samarbeid"]
    assert row["Adresse"] == f"http://testserver/admin/agreements/cooperation/{water.pk}/change/"


def test_the_filter_of_the_list_holds(admin_client, water):
    make.cooperation("Legevakten", "VK", slug="legevakten")
    found = sheets(admin_client.get("/admin/regneark/cooperation/?form__exact=VK"))
    assert [row["Navn"] for row in found["Samarbeid"]] == ["Legevakten"]
    assert found["Deltakere"] == []


def test_the_chosen_rows_are_a_workbook(admin_client, water):
    make.cooperation("Legevakten", "VK", slug="legevakten")
    data = {"action": "export_selected", "_selected_action": [water.pk], "index": "0"}
    assert [row["Navn"] for row in sheets(admin_client.post(LIST, data))["Samarbeid"]] == ["=Vann IKS"]


def test_the_chosen_organisations_are_a_workbook(admin_client, water):
    lier = make.municipality("Lier", "3312").organisation
    url = "/admin/municipalities/organisation/"
    data = {"action": "export_selected", "_selected_action": [lier.pk], "index": "0"}
    (rows,) = sheets(admin_client.post(url, data, follow=True)).values()
    assert [row["Navn"] for row in rows] == ["Lier"]


def test_all_pages_of_organisations_are_the_list_as_it_is_searched(admin_client, water):
    lier = make.municipality("Lier", "3312").organisation
    make.organisation("Lierbyen", "company")
    data = {"action": "export_selected", "_selected_action": [lier.pk], "select_across": "1", "index": "0"}
    (rows,) = sheets(admin_client.post("/admin/municipalities/organisation/?q=lier", data, follow=True)).values()
    assert sorted(row["Navn"] for row in rows) == ["Lier", "Lierbyen"]


def test_members_are_a_workbook_too(admin_client, water):
    found = sheets(admin_client.get("/admin/regneark/membership/"))
    assert {title: [row["Samarbeid"] for row in rows] for title, rows in found.items()} == {"Deltakere": ["=Vann IKS"]}


def test_an_organisation_has_its_numbers_as_texts(admin_client):
    make.municipality("Oslo", "0301", make.county("03", "Oslo"))
    rows = sheets(admin_client.get("/admin/regneark/organisation/?q=oslo"))["Organisasjoner"]
    assert "0301" in [row["Kommunenummer"] for row in rows]


def test_the_queries_are_as_many_for_many_as_for_one(admin_client, water, django_assert_max_num_queries):
    for number in range(6):
        other = make.cooperation(f"Samarbeid {number}", "IKS", [make.task()], slug=f"s-{number}")
        make.membership(other, make.municipality(f"Kommune {number}", f"99{number:02d}"), "owner")
    with django_assert_max_num_queries(22):
        assert len(sheets(admin_client.get("/admin/regneark/cooperation/"))["Samarbeid"]) == 7


def test_a_filter_that_is_none_leads_back_to_the_list(admin_client):
    response = admin_client.get("/admin/regneark/cooperation/?form__exact=IKS&id__exact=x")
    assert response.url == f"{LIST}?e=1"


def test_who_may_not_see_the_list_is_refused(client):
    client.force_login(User.objects.create_user("ingen"))
    assert client.get("/admin/regneark/cooperation/").status_code == 302  # to the sign-in


def test_a_reader_takes_along_what_she_may_see_only(client, water):
    make.cooperation("Utkastet", "IKS", slug="utkastet", publication="draft")
    client.force_login(User.objects.create_user("leser", is_staff=True))
    rows = sheets(client.get("/admin/regneark/cooperation/"))["Samarbeid"]
    assert [row["Navn"] for row in rows] == ["=Vann IKS"]


def test_the_list_links_to_the_workbook_with_its_filter(admin_client, water):
    page = admin_client.get(f"{LIST}?form__exact=IKS").content.decode()
    assert 'href="/admin/regneark/cooperation/?form__exact=IKS"' in page
    assert "/admin/regneark/" not in admin_client.get("/admin/agreements/source/").content.decode()
