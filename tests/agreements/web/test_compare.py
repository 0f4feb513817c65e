"""Is it told what two or three have in common, what only one has, and where they differ?"""

import datetime
import re

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture(autouse=True)
def register():
    """Make two municipalities that share one cooperation on different terms, and each have one of their own."""
    lier, drammen = make.municipality("Lier", "3312"), make.municipality("Drammen", "3301")
    hole = make.municipality("Hole", "3310")
    ward = make.cooperation("Legevakten", "VK", [make.task("legevakt", "helse")], slug="legevakten")
    make.membership(ward, drammen, "host")
    make.membership(ward, lier)
    make.membership(ward, hole, valid_to=DAY(2022, 12, 31))
    fire = make.cooperation("Brann", "IKS", slug="brann", valid_from=DAY(2010, 1, 1), valid_from_precision="year")
    make.membership(fire, lier, "owner", share=(1, 7))
    make.membership(fire, make.organisation("Fylket", "county_council"), "owner")
    make.membership(make.cooperation("Museum", "IKS"), drammen, "owner", share=(1, 2))
    make.membership(make.cooperation("Hemmelig", "SA", slug="hemmelig", publication="draft"), lier)


def groups(page) -> dict[str, list[list[str]]]:
    """Return the tables under their headings, as a screen reader would read the cells."""
    found = {}
    for part in page.html.split('<section aria-labelledby="gruppe-')[1:]:
        heading = re.sub(r"<[^>]+>|\s+\d+\s*$", "", part.split("<h2")[1].split(">", 1)[1].split("</h2>")[0]).strip()
        rows = part.split("<tbody")[1].split("</tbody>")[0].split("<tr")[1:]
        cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in rows]
        found[re.sub(r"\s+\d+$", "", heading)] = [
            [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", c)).strip() for c in row] for row in cells
        ]
    return found


def facts(page) -> dict[str, list[str]]:
    body = page.html.split('class="compare"')[1].split("<tbody>")[1].split("</tbody>")[0]
    rows = [re.findall(r"<t[hd].*?</t[hd]>", row) for row in body.split("<tr")[1:]]
    return {re.sub(r"<[^>]+>", "", row[0]): [re.sub(r"<[^>]+>", "", c) for c in row[1:]] for row in rows}


def test_two_municipalities(get):
    page = get("/sammenlign/?kommune=lier-3312&kommune=drammen-3301")
    assert groups(page) == {
        "Felles for begge": [["Legevakten Vertskommunesamarbeid ulikt", "deltaker", "vertskommune"]],
        "Bare Lier": [["Brann Interkommunalt selskap (IKS)", "eier ca. 14,29 % (1/7)", "ikke med"]],
        "Bare Drammen": [["Museum Interkommunalt selskap (IKS)", "ikke med", "eier 50 %"]],
    }
    assert facts(page) == {"Samarbeid": ["2", "2"], "Som vertskommune": ["0", "1"], "Som eier": ["1", "1"]}


def test_three_municipalities_tell_what_two_of_them_share(get):
    found = groups(get("/sammenlign/?kommune=lier-3312&kommune=drammen-3301&kommune=hole-3310&on=2023-01-01"))
    assert list(found) == ["Lier og Drammen", "Bare Lier", "Bare Drammen"]
    found = groups(get("/sammenlign/?kommune=lier-3312&kommune=drammen-3301&kommune=hole-3310&on=2022-12-31"))
    assert list(found) == ["Felles for alle", "Bare Lier", "Bare Drammen"]


def test_two_cooperations(get):
    page = get("/sammenlign/?samarbeid=legevakten&samarbeid=Brann")
    assert facts(page)["Form"] == ["Vertskommunesamarbeid", "Interkommunalt selskap (IKS)"]
    assert facts(page)["Begynte"] == ["ikke oppgitt", "2010"]
    assert groups(page) == {
        "Felles for begge": [["Lier ulikt", "deltaker", "eier ca. 14,29 % (1/7)"]],
        "Bare Legevakten": [["Drammen", "vertskommune", "ikke med"]],
        "Bare Brann": [["Fylket", "ikke med", "eier"]],
    }


def test_one_on_two_days(get):
    page = get("/sammenlign/?samarbeid=legevakten&on=2022-12-31&mot=2023-01-01")
    assert groups(page)["Bare 31. desember 2022"] == [["Hole", "deltaker", "ikke med"]]
    assert "/samarbeid/legevakten/?on=2023-01-01" in page.links
    found = groups(get("/sammenlign/?kommune=hole-3310&on=2022-12-31&mot=2023-01-01"))
    assert found == {"Bare 31. desember 2022": [["Legevakten Vertskommunesamarbeid", "deltaker", "ikke med"]]}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("kommune=Dramen&kommune=lier-3312", "Mente du Drammen"),
        ("kommune=1&kommune=2", "Vi kjenner ingen kommune som heter «1»."),
        ("kommune=lier-3312&kommune=drammen-3301&kommune=hole-3310&kommune=3203", "Vi kjenner ingen kommune"),
        ("samarbeid=hemmelig&samarbeid=brann", "Registeret har ikke ett samarbeid som heter «hemmelig»."),
        ("samarbeid=Legevakte&samarbeid=brann", "Mente du Legevakten?"),
        ("samarbeid=a&samarbeid=b&samarbeid=c", "Velg høyst to samarbeid."),
        ("kommune=lier-3312&samarbeid=brann", "Velg enten kommuner eller samarbeid, ikke begge."),
        ("kommune=lier-3312&kommune=drammen-3301&mot=2020-01-01", "To datoer kan bare sammenlignes for én"),
        ("kommune=lier-3312&mot=igår", "Dette er ikke en dato"),
        ("samarbeid=%00", ""),
    ],
)
def test_what_cannot_be_compared_is_said(get, query, message):
    assert message in get(f"/sammenlign/?{query}", status=400 if message else 200).text


def test_four_municipalities_are_too_many(get):
    make.municipality("Asker", "3203")
    query = "&".join(f"kommune={n}" for n in ("3312", "3301", "3310", "3203"))
    assert "Velg høyst tre kommuner." in get(f"/sammenlign/?{query}", status=400).text


def test_with_one_chosen_the_page_asks_for_another(get):
    page = get("/sammenlign/?kommune=lier-3312")
    assert "Du har valgt Lier. Legg til en til" in page.text
    assert "gruppe-1" not in page.ids


def test_what_is_understood_is_kept_when_something_else_is_not(get):
    page = get("/sammenlign/?kommune=Lier&kommune=Dramen&samarbeid=Brand", status=400)
    fields = {values["id"]: values for values in page.elements("input") if values.get("id")}
    assert fields["kommune-1"]["value"] == "Dramen"
    assert fields["kommune-1"]["aria-invalid"] == "true"
    assert fields["kommune-2"]["value"] == ""
    assert fields["samarbeid-1"]["value"] == "Brand"
    assert [v["value"] for v in page.elements("input") if v.get("type") == "checkbox"] == ["lier-3312"]


def test_a_name_that_two_have_had_is_suggested_once(get):
    make.municipality("Drammen", "0602", valid_from=None, valid_to="2019-12-31")
    assert "Mente du Drammen?" in get("/sammenlign/?kommune=Dramen", status=400).text
