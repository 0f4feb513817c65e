"""Do the map and the pages of tasks and forms show who takes part, and where there are white spots?"""

import datetime
import re

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture(autouse=True)
def four_municipalities():
    """Make two municipalities with an emergency ward, one that has left it, and one in another county without."""
    lier, drammen = make.municipality("Lier", "3312"), make.municipality("Drammen", "3301")
    hole = make.municipality("Hole", "3310")
    make.municipality("Gáivuotna - Kåfjord", "5540", make.county("55", "Troms"))
    ward = make.cooperation("Legevakten", "VK", [make.task("legevakt", "helse")], slug="legevakten")
    make.membership(ward, drammen, "host")
    make.membership(ward, lier)
    make.membership(ward, hole, valid_to=DAY(2022, 12, 31))
    make.membership(make.cooperation("Brann IKS", "IKS", slug="brann"), lier, "owner", share=(1, 2))
    secret = make.cooperation("Hemmelig", "SA", [make.task("stilt", "stille")], slug="hemmelig", publication="draft")
    make.membership(secret, hole)


def tiles(page) -> dict[str, str]:
    """Return what the links of the map say of each municipality."""
    labels = [a["aria-label"] for a in page.elements("a") if "aria-label" in a and ": " in a["aria-label"]]
    return dict(label.split(": ", 1) for label in labels)


def rows(page) -> dict[str, str]:
    """Return the table beside the map: municipality and last column."""
    body = page.html.split('id="tabell"')[1].split("<tbody>")[1].split("</tbody>")[0]
    found = {}
    for row in body.split("<tr>")[1:]:
        cells = [
            re.sub(r"<[^>]+>", "", re.sub(r'<span class="sub">.*?</span>', "", c)).strip()
            for c in re.findall(r"<t[hd].*?</t[hd]>", row)
        ]
        found[cells[0]] = cells[-1]
    return found


def test_the_map_counts_and_the_table_says_the_same(get):
    page = get("/kart/")
    expected = {
        "Lier": "2 samarbeid", "Drammen": "1 samarbeid", "Hole": "ingen samarbeid",
        "Gáivuotna - Kåfjord": "ingen samarbeid",
    }  # fmt: skip
    assert tiles(page) == expected
    assert rows(page) == {"Lier": "2", "Drammen": "1"} | {k: v for k, v in expected.items() if "ingen" in v}


def test_white_spots_of_a_task(get):
    page = get("/kart/?oppgave=legevakt")
    assert tiles(page)["Hole"] == "ingen kjent ordning"
    assert tiles(page)["Lier"] == rows(page)["Lier"] == "Legevakten"
    assert "2 av 4 kommuner" in page.text


def test_a_sector_counts_what_is_about_its_tasks(get):
    assert tiles(get("/kart/?oppgave=helse"))["Drammen"] == "Legevakten"


def test_another_day_shows_who_was_in_it_then_and_the_links_keep_the_day(get):
    page = get("/kart/?samarbeid=legevakten&on=2022-12-31")
    assert tiles(page)["Hole"] == "deltaker"
    assert tiles(page)["Drammen"] == "vertskommune"
    assert any(link.endswith("/kommuner/hole-3310/?on=2022-12-31") for link in page.links)
    assert tiles(get("/kart/?samarbeid=legevakten&on=2023-01-01"))["Hole"] == "ikke med"


def test_a_county_is_shown_alone_with_names(get):
    page = get("/kart/?fylke=33")
    assert set(tiles(page)) == set(rows(page)) == {"Lier", "Drammen", "Hole"}
    assert ">Drammen</text>" in page.html


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("fylke=99", "Ingen fylker har nummeret «99»."),
        ("oppgave=finnesikke", "Ingen oppgaver har koden «finnesikke»."),
        ("samarbeid=hemmelig", "Registeret har ikke noe samarbeid med adressen «hemmelig»."),
        ("oppgave=%00", "Ingen oppgaver har koden"),
        ("on=i%20går", "Dette er ikke en dato"),
        ("oppgave=legevakt&samarbeid=legevakten", "Velg enten en oppgave eller et samarbeid"),
    ],
)
def test_what_is_not_known_is_said(get, query, message):
    assert message in get(f"/kart/?{query}", status=400).text


def test_nothing_unpublished_shows(get):
    for address in ("/kart/", "/kart/?oppgave=stilt", "/oppgaver/stilt/", "/former/SA/"):
        page = get(address)
        assert "Hemmelig" not in page.text
        assert tiles(page).get("Hole", "ingen") in ("ingen", "ingen samarbeid", "ingen kjent ordning")


def test_the_page_of_a_task_tells_arrangements_and_white_spots(get):
    page = get("/oppgaver/legevakt/")
    assert "Registeret kjenner 1 ordning. 2 kommuner er med" in page.text
    assert "/samarbeid/legevakten/" in page.links
    spots = page.between("2 kommuner uten kjent ordning", "Vis siden for en annen dato")
    assert [name in spots for name in ("Hole", "Gáivuotna - Kåfjord", "Lier")] == [True, True, False]
    assert "/oppgaver/helse/" in page.links


def test_the_page_of_a_task_on_another_day(get):
    page = get("/oppgaver/legevakt/?on=2022-06-01")
    assert "3 kommuner er med" in page.text
    assert "/samarbeid/legevakten/?on=2022-06-01" in page.links


def test_the_page_of_a_form_explains_it_and_lists(get):
    page = get("/former/IKS/")
    assert "Et selskap som kommuner og fylkeskommuner eier sammen." in page.text
    assert "/samarbeid/brann/" in page.links
    assert tiles(page)["Lier"] == "1 samarbeid"


@pytest.mark.parametrize("address", ["/former/FOO/", "/oppgaver/finnesikke/"])
def test_an_unknown_task_or_form_is_not_found(get, address):
    get(address, status=404)


def test_numbers_in_pictures_are_written_with_a_point(get):
    drawing = get("/kart/").html.split('<svg class="tiles-svg"')[1].split("</svg>")[0]
    assert not re.search(r'(?:points|transform|x|y)="[^"]*\d,\d+,', drawing)
    assert "translate(" in drawing


def test_a_name_is_text_in_a_picture_whatever_it_holds(get):
    make.municipality('<b>"Ås" & Ø-lang-kommune-som-aldri-tar-slutt</b>', "3303")
    page = get("/kart/?fylke=33")
    assert "<b>" not in page.html
    assert '<b>"Ås" & Ø-lang-kommune-som-aldri-tar-slutt</b>' in tiles(page)
