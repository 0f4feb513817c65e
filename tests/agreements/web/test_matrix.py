"""Does the matrix show who of a region is in what, sorted by task, and can it be taken along safely?"""

import csv
import datetime
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.answers import writing
from municipalities.models import County
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture(autouse=True)
def region():
    """Make a council of three municipalities, and cooperations that one, two or all of them are in."""
    lier, drammen, hole = (
        make.municipality(name, number) for name, number in (("Lier", "3312"), ("Drammen", "3301"), ("Hole", "3310"))
    )
    oslo = make.municipality("Oslo", "0301", make.county("03", "Oslo"))
    council = make.cooperation("Rådet", "IPR", [make.task("politikk", "regionalt", position=2)], slug="radet")
    for one in (lier, drammen, hole):
        make.membership(council, one)
    ward = make.cooperation("Legevakten", "VK", [make.task("legevakt", "helse", position=5)], slug="legevakten")
    make.membership(ward, drammen, "host")
    make.membership(ward, drammen, "owner", share=(1, 2))
    make.membership(ward, lier)
    make.membership(ward, oslo)
    make.membership(ward, make.organisation("Sykehuset"))
    formula = make.cooperation("=1+1 & <b>", "NETWORK", slug="formel")
    make.membership(formula, hole, valid_to=DAY(2022, 12, 31))
    secret = make.cooperation("Hemmelig", "IKS", slug="hemmelig", publication="draft")
    make.membership(secret, lier, "owner")


def table(page) -> list[list[str]]:
    """Return the rows of the matrix as a screen reader would read the cells."""
    rows = page.html.split('class="matrix">')[1].split("</table>")[0].split("<tr")[1:]
    clean = [re.sub(r'<span class="letter".*?</span>', "", row) for row in rows]
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in clean]
    return [[re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", c)).strip() for c in row] for row in cells]


def test_roles_counts_and_outsiders(get):
    assert table(get("/matrise/?ipr=radet")) == [
        ["Samarbeid", "Med", "Drammen", "Hole", "Lier"],
        ["Politikk Regionalt"],
        ["Rådet Interkommunalt politisk råd (IPR)", "3 av 3", "deltaker", "deltaker", "deltaker"],
        ["Legevakt Helse"],
        ["Legevakten Vertskommunesamarbeid", "2 av 3 + 2 andre", "vertskommune, eier", "ikke med", "deltaker"],
    ]


def test_a_county_and_a_choice_give_the_same_columns(get):
    of_county = table(get("/matrise/?fylke=33"))
    assert table(get("/matrise/?kommune=lier-3312&kommune=3301&kommune=Hole")) == of_county
    assert table(get("/matrise/?fylke=33&kommune=lier-3312")) == of_county


def test_another_day(get):
    page = get("/matrise/?kommune=hole-3310&on=2022-12-31")
    assert table(page)[-1] == ["=1+1 &amp; &lt;b&gt; Nettverk", "1 av 1", "deltaker"]
    assert "/samarbeid/formel/?on=2022-12-31" in page.links


def test_only_what_enough_of_them_are_in(get):
    assert [row[0] for row in table(get("/matrise/?ipr=radet&minst=3"))][1:] == [
        "Politikk Regionalt", "Rådet Interkommunalt politisk råd (IPR)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("fylke=99", "Ingen fylker har nummeret «99»."),
        ("ipr=legevakten", "Registeret har ikke noe samarbeid med adressen «legevakten»."),
        ("ipr=hemmelig", "Registeret har ikke noe samarbeid med adressen «hemmelig»."),
        ("kommune=Dramen", "Mente du Drammen"),
        ("kommune=qqqqqq", "Vi kjenner ingen kommune som heter «qqqqqq»."),
        ("fylke=33&minst=0", "Skriv et helt tall fra 1 til 60."),
        ("fylke=33&on=2024-13-01", "Dette er ikke en dato"),
        ("&".join(f"kommune=x{n}" for n in range(61)), "Velg høyst 60 kommuner."),
    ],
)
def test_what_is_not_known_is_said(get, query, message):
    assert message in get(f"/matrise/?{query}", status=400).text


def test_two_of_the_same_name_must_be_told_apart(get):
    make.municipality("Hole", "0612", make.county("34", "Innlandet"))
    assert "Flere kommuner heter «Hole»" in get("/matrise/?kommune=Hole", status=400).text


def test_without_a_region_the_page_asks_for_one(get):
    page = get("/matrise/")
    assert [s["id"] for s in page.elements("select")] == ["fylke", "ipr"]
    assert "<table" not in page.html


def test_the_csv_file_holds_the_same_and_runs_nothing(client):
    response = client.get("/matrise/data.csv?kommune=hole-3310&kommune=drammen-3301&on=2022-12-31")
    assert response["Content-Disposition"] == 'attachment; filename="matrise-hole-drammen-2022-12-31.csv"'
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["Samarbeid"] for row in rows] == ["Rådet", "Legevakten", "'=1+1 & <b>"]
    assert (rows[1]["Drammen"], rows[1]["Hole"], rows[1]["Andre som er med"]) == ("vertskommune, eier", "", "3")


def test_the_workbook_holds_the_same_and_runs_nothing(client):
    response = client.get("/matrise/data.xlsx?kommune=hole-3310&on=2022-12-31")
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:3] == ["Sektor", "Oppgave", "Samarbeid"]
    assert [row[2] for row in rows[1:]] == ["Rådet", "=1+1 & <b>"]
    assert sheet["C3"].data_type == "s"


def test_a_file_without_a_region_leads_back_to_the_question(client):
    response = client.get("/matrise/data.csv?fylke=99")
    assert (response.status_code, response["Location"]) == (302, "/matrise/?fylke=99")


def test_the_files_are_found_where_they_were_before(client):
    assert client.get("/en/matrise/matrise.csv?fylke=33").headers["Location"] == "/en/matrise/data.csv?fylke=33"


def test_the_json_names_roles_and_municipalities_by_their_codes(client):
    told = client.get("/matrise/data.json?ipr=radet&on=2024-01-01").json()
    assert told["on"] == "2024-01-01"
    assert [one["slug"] for one in told["municipalities"]] == ["drammen-3301", "hole-3310", "lier-3312"]
    assert told["cooperations"][1] == {
        "slug": "legevakten", "name": "Legevakten", "form": "VK", "task": "legevakt", "inside": 2, "outsiders": 2,
        "roles": {"drammen-3301": ["host", "owner"], "lier-3312": ["participant"]},
    }  # fmt: skip


def test_a_wide_region_takes_no_more_queries(client, django_assert_num_queries):
    writing.freshen()  # as a commit would have done
    with CaptureQueriesContext(connection) as before:
        client.get("/matrise/?fylke=33")
    county = County.objects.get(number="33")
    for n in range(30):
        one = make.municipality(f"Kommune {n}", f"33{50 + n}", county)
        shared = make.cooperation(f"Samarbeid {n}", tasks=[make.task(f"oppgave-{n}", f"sektor-{n}")])
        make.membership(shared, one, "host")
    writing.freshen()
    with django_assert_num_queries(len(before)):
        client.get("/matrise/?fylke=33")
