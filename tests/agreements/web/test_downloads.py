"""Does every page offer what it shows as files: the same rows, all of them, and nothing else?"""

import csv
import datetime
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.answers import writing
from agreements.models import Agreement, Form
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture
def register():
    """Make cooperations of two forms, one of them ended, and one that is not public."""
    lier, drammen = make.municipality("Lier", "3312"), make.municipality("Drammen", "3301")
    task = make.task("legevakt", "helse")
    legevakt = make.cooperation("Legevakten", "VK", [task], slug="legevakten")
    make.membership(legevakt, drammen, "host")
    make.membership(legevakt, lier)
    Agreement.objects.create(cooperation=legevakt, title="Avtalen")
    holding = make.organisation("Holding", "company", slug="holding")
    avfall = make.cooperation("=1+1", "IKS", slug="avfall")
    make.membership(avfall, lier, "owner", share=(1, 3))
    make.membership(avfall, holding, "owner", share=(2, 3))
    make.membership(make.cooperation("Gammel", slug="gammel", valid_to=DAY(2019, 12, 31)), lier)
    secret = make.cooperation("Hemmelig", "VK", [task], slug="hemmelig", publication="draft")
    make.membership(secret, lier)
    return legevakt


@pytest.fixture
def download(client):
    """Return a function that fetches a file, and gives its rows without the heading."""

    def fetch(address):
        response = client.get(address)
        assert response.status_code == 200, address
        assert response.headers["Content-Disposition"].startswith("attachment")
        body = b"".join(response.streaming_content)
        if ".xlsx" in address:
            book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
            return {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))[1:]

    return fetch


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("/samarbeid/", {"Legevakten", "'=1+1"}),
        ("/samarbeid/?q=legevaktten", {"Legevakten"}),
        ("/samarbeid/?findings=info&findings=warning&findings=error&findings=none", {"Legevakten", "'=1+1"}),
        ("/samarbeid/?form=VK", {"Legevakten"}),
        ("/samarbeid/?municipality=Lier&status=ended", {"Gammel"}),
        ("/samarbeid/?on=2019-01-01", {"Legevakten", "'=1+1", "Gammel"}),
        ("/samarbeid/?q=finnesikke", set()),
        ("/fylker/33/", {"Legevakten", "'=1+1"}),
        ("/fylker/33/?on=2019-01-01", set()),
        ("/oppgaver/helse/", {"Legevakten"}),
        ("/organisasjoner/", {"Holding"}),
        ("/kommuner/", {"Lier", "Drammen"}),
        ("/samarbeid/legevakten/", {"Legevakten"}),
        ("/kommuner/lier-3312/", {"Legevakten", "'=1+1", "Gammel"}),
        ("/kommuner/lier-3312/?vis=eier", {"'=1+1"}),
        ("/kommuner/lier-3312/?vis=vert", set()),
        ("/kommuner/lier-3312/?on=2024-01-01", {"Legevakten", "'=1+1"}),
        ("/organisasjoner/holding/", {"'=1+1"}),
        ("/former/IKS/", {"'=1+1"}),
        ("/former/", set(Form.values)),
        ("/fylker/", {"33"}),
        ("/oppgaver/", {"Helse"}),
        ("/kilder/", {"En rapport"}),
        ("/kilder/rapport/", {"Legevakten", "'=1+1", "Gammel"}),
        ("/kart/", {"3312", "3301"}),
        ("/matrise/?fylke=33", {"Helse", ""}),
        ("/nettverk/?oppgave=legevakt", {"Drammen"}),
        ("/sammenlign/?kommune=lier-3312&kommune=drammen-3301", {"Legevakten", "'=1+1"}),
    ],
)
def test_a_page_offers_its_rows_as_csv(download, register, page, names):
    path, _mark, query = page.partition("?")
    assert {row[0] for row in download(f"{path}data.csv?{query}")} == names


@pytest.mark.parametrize(
    ("address", "sheets"),
    [
        ("/samarbeid/data.xlsx", {"Samarbeid": 2, "Deltakere": 4, "Avtaler": 1, "Vedtak": 0}),
        ("/samarbeid/legevakten/data.xlsx", {"Deltakere": 2, "Samarbeid": 1, "Avtaler": 1, "Vedtak": 0}),
        ("/kommuner/lier-3312/data.xlsx", {"Deltakere": 3, "Organisasjoner": 1}),
        ("/organisasjoner/data.xlsx", {"Organisasjoner": 1}),
    ],
)
def test_a_page_offers_its_rows_as_a_workbook(download, register, address, sheets):
    assert {title: len(rows) for title, rows in download(address).items()} == sheets


@pytest.mark.parametrize(
    "page",
    ["/samarbeid/", "/samarbeid/?municipality=Lier&form=VK&on=2024-01-01", "/samarbeid/legevakten/?on=2024-01-01",
     "/kommuner/", "/kommuner/lier-3312/", "/organisasjoner/", "/organisasjoner/holding/", "/fylker/33/?on=2024-01-01",
     "/oppgaver/legevakt/?on=2024-01-01", "/former/", "/former/IKS/?on=2024-01-01", "/fylker/", "/oppgaver/",
     "/kilder/", "/kilder/rapport/", "/kart/?oppgave=legevakt&on=2024-01-01", "/matrise/?fylke=33&on=2024-01-01",
     "/nettverk/?kommune=lier-3312&on=2024-01-01", "/sammenlign/?kommune=lier-3312&mot=2010-01-01&on=2024-01-01"],
)  # fmt: skip
def test_the_page_leads_to_its_files_and_its_json(get, client, register, page):
    links = get(page).links
    (as_csv,) = [link for link in links if "data.csv" in link]
    (as_xlsx,) = [link for link in links if "data.xlsx" in link]
    as_json = links[links.index(as_csv) - 1]
    for address in (as_csv, as_xlsx, as_json):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.getvalue(), address
        assert ("on=2024-01-01" in address) == ("on=2024-01-01" in page)


def test_the_json_of_a_search_finds_the_same(get, client, register):
    page = get("/samarbeid/?municipality=Lier")
    address = next(link for link in page.links if link.startswith("/api/v1/cooperations/"))
    found = {one["slug"] for one in client.get(address).json()["results"]}
    assert found == {row.slug for row in page.response.context["listing"].rows}


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/samarbeid/data.csv?form=FOO", "/samarbeid/?form=FOO"),
        ("/samarbeid/legevakten/data.csv?on=x", "/samarbeid/legevakten/?on=x"),
        ("/fylker/33/data.xlsx?on=x", "/fylker/33/?on=x"),
        ("/former/IKS/data.csv?on=x", "/former/IKS/?on=x"),
        ("/kart/data.csv?oppgave=x", "/kart/?oppgave=x"),
        ("/nettverk/data.json?kommune=x", "/nettverk/?kommune=x"),
        ("/sammenlign/data.xlsx?kommune=x", "/sammenlign/?kommune=x"),
    ],
)
def test_a_faulty_question_leads_to_the_page_that_explains_it(client, register, address, page):
    assert client.get(address).headers["Location"] == page
    assert client.get(page).status_code == 400


@pytest.mark.parametrize(
    "address",
    ["/samarbeid/hemmelig/data.csv", "/samarbeid/x/data.xlsx", "/kommuner/x/data.csv", "/fylker/99/data.csv",
     "/former/XX/data.csv", "/kilder/x/data.csv"],
)  # fmt: skip
def test_there_is_no_file_of_what_is_not_public(client, register, address):
    assert client.get(address).status_code == 404


def test_the_map_hands_out_what_its_table_tells(download, register):
    (drammen, lier) = download("/kart/data.csv?samarbeid=legevakten")
    assert drammen[1:4] == ["Drammen", "Buskerud", "vertskommune"]
    assert lier[3] == "deltaker"
    assert [row[3] for row in download("/kart/data.csv")] == ["1", "2"]
    assert [row[3] for row in download("/kart/data.csv?oppgave=legevakt")] == ["Legevakten", "Legevakten"]


def test_the_network_hands_out_the_cooperations_behind_each_tie(client, download, register):
    assert download("/nettverk/data.csv?kommune=lier-3312") == [["Drammen", "Lier", "1", "Legevakten"]]
    (tie,) = client.get("/nettverk/data.json?kommune=lier-3312").json()["ties"]
    assert tie == {
        "municipalities": ["drammen-3301", "lier-3312"], "shared": 1,
        "cooperations": [{"slug": "legevakten", "name": "Legevakten"}],
    }  # fmt: skip


def test_the_comparison_hands_out_roles_and_shares(client, download, register):
    question = "kommune=lier-3312&kommune=drammen-3301"
    (ward, waste) = download(f"/sammenlign/data.csv?{question}")
    assert ward[:6] == ["Legevakten", "Vertskommunesamarbeid", "deltaker", "", "vertskommune", ""]
    assert waste[2:6] == ["eier", "1/3", "ikke med", ""]
    told = client.get(f"/sammenlign/data.json?{question}").json()
    assert [row["sides"] for row in told["rows"]] == [
        [{"roles": [role], "share": None, "share_note": ""} for role in ("participant", "host")],
        [{"roles": ["owner"], "share": "1/3", "share_note": ""}, None],
    ]


def test_the_forms_are_also_set_side_by_side(download, register):
    book = download("/former/data.xlsx")
    (company,) = [row for row in book.pop("Former") if row[0] == "IKS"]
    assert (company[1], company[4]) == ("Interkommunalt selskap (IKS)", 1)
    assert {rows[0][0] for rows in book.values()} == {"Hvem kan være med?"}


def test_a_file_tells_by_its_name_what_it_holds_and_of_which_day(client, register):
    response = client.get("/sammenlign/data.csv?kommune=lier-3312&kommune=drammen-3301&on=2024-01-01")
    assert response["Content-Disposition"] == 'attachment; filename="sammenligning-lier-drammen-2024-01-01.csv"'


def test_a_file_is_in_the_language_of_its_page(client, register):
    parts = client.get("/en/samarbeid/data.csv").streaming_content
    assert "/en/samarbeid/legevakten/" in b"".join(parts).decode()


def test_many_rows_take_the_same_queries(client, register):
    def count() -> int:
        writing.freshen()  # as a commit would have done
        with CaptureQueriesContext(connection) as captured:
            b"".join(client.get("/samarbeid/data.csv").streaming_content)
        return len(captured)

    few = count()
    for n in range(20):
        made = make.cooperation(f"Nr. {n}", "VK", [make.task("legevakt", "helse")])
        make.membership(made, make.organisation(f"Selskap {n}", "company"))
    assert count() == few <= 12


def test_a_tab_of_a_role_links_to_files_and_json_of_the_role_on_the_day(get, register):
    links = get("/kommuner/lier-3312/?vis=eier&on=2024-01-01").links
    assert "/kommuner/lier-3312/data.csv?vis=eier&on=2024-01-01" in links
    assert "/api/v1/cooperations/?municipality=lier-3312&role=owner&on=2024-01-01" in links
