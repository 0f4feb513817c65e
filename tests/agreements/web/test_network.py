"""Does the network tell who works with whom, the same way every time, and in words as well?"""

import datetime
import re

import pytest

from agreements.insight.network import Network, Tie
from agreements.web.circle import ring, thickness
from municipalities.models import Organisation
from tests import factories as make

DAY = datetime.date


@pytest.fixture
def four(db):
    lier, drammen, hole, asker = (
        make.municipality(name, number)
        for name, number in (("Lier", "3312"), ("Drammen", "3301"), ("Hole", "3310"), ("Asker", "3203"))
    )
    legevakt = make.task("legevakt", "helse")
    ward = make.cooperation("Legevakten", "VK", [legevakt], slug="legevakten")
    fire = make.cooperation("Brann", "IKS", slug="brann")
    for of, members in ((ward, (lier, drammen, hole)), (fire, (lier, drammen))):
        for one in members:
            make.membership(of, one)
    make.membership(ward, lier, "host")
    make.membership(make.cooperation("Forlatt"), asker, valid_to=DAY(2022, 12, 31))
    make.membership(make.cooperation("Alene"), asker)
    secret = make.cooperation("Hemmelig", "SA", publication="draft")
    for one in (lier, asker):
        make.membership(secret, one)
    return lier, drammen, hole, asker


def ties(page) -> list[tuple[str, str, str]]:
    """Return the table: who, how many, in what."""
    body = page.html.split('id="tabell"')[1].split("<tbody")[1].split("</tbody>")[0]
    rows = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in body.split("<tr")[1:]]
    return [tuple(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", c)).strip() for c in row) for row in rows]


EXPECTED = [
    ("Drammen – Lier", "2", "Legevakten, Brann"),
    ("Drammen – Hole", "1", "Legevakten"),
    ("Hole – Lier", "1", "Legevakten"),
]


@pytest.mark.parametrize(
    "query", ["kommune=lier-3312", "kommune=lier-3312&kommune=drammen-3301&kommune=hole-3310&kommune=asker-3203"]
)
def test_ties_are_counted_and_named_strongest_first(get, four, query):
    assert ties(get(f"/nettverk/?{query}")) == EXPECTED


def test_a_task_counts_only_its_own_cooperations(get, four):
    assert [row[:2] for row in ties(get("/nettverk/?oppgave=legevakt"))] == [
        ("Drammen – Hole", "1"), ("Drammen – Lier", "1"), ("Hole – Lier", "1"),
    ]  # fmt: skip


def test_a_region_shows_also_those_who_stand_alone(get, four):
    page = get("/nettverk/?fylke=33")
    labels = {a["aria-label"] for a in page.elements("a") if "aria-label" in a}
    assert labels >= {"Asker: 0 forbindelser", "Lier: 2 forbindelser", "Hole: 2 forbindelser"}


def test_links_keep_the_day(get, four):
    assert "/kommuner/drammen-3301/?on=2024-01-01" in get("/nettverk/?kommune=lier-3312&on=2024-01-01").links


def test_nothing_shared_is_said(get, four):
    assert "Ingen av dem er med i det samme" in get("/nettverk/?kommune=asker-3203").text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("kommune=Atlantis", "Vi kjenner ingen kommune som heter «Atlantis»."),
        ("oppgave=foo", "Ingen oppgaver har koden «foo»."),
        ("oppgave=legevakt&fylke=33", "Velg enten en oppgave eller en region, ikke begge."),
    ],
)
def test_what_is_not_known_is_said(get, four, query, message):
    assert message in get(f"/nettverk/?{query}", status=400).text


def test_the_same_network_gives_the_same_drawing(get, four):
    first, second = (get("/nettverk/?fylke=33").html.split('class="ring"')[1].split("</svg>")[0] for _n in range(2))
    assert first == second
    assert not re.search(r"\d{1,3},\d", first)


def bodies(*names: str) -> list[Organisation]:
    return [Organisation(pk=n, slug=f"k-{n}", name=name, kind="municipality") for n, name in enumerate(names, start=1)]


def test_those_who_share_most_stand_beside_each_other():
    a, b, c, d = bodies("A", "B", "C", "D")
    drawn = ring(Network([a, b, c, d], [Tie(a, c, [1, 2, 3]), Tie(c, d, [1, 2]), Tie(a, b, [1])]))
    assert [node.name for node in drawn.nodes] == ["C", "A", "B", "D"]
    assert [line.thickness for line in drawn.lines] == [1, 2, 2]


def test_the_chosen_one_stands_on_top():
    a, b = bodies("A", "B")
    drawn = ring(Network([a, b], [Tie(a, b, [1])]), chosen=b)
    assert [(node.name, node.chosen) for node in drawn.nodes] == [("B", True), ("A", False)]
    assert (drawn.nodes[0].x, drawn.nodes[0].y) == ("380.0", "150.0")


def test_nobody_is_not_drawn_and_a_long_name_is_cut_in_the_drawing_alone():
    assert ring(Network([], [])) is None
    [node] = ring(Network(bodies("Å" * 60), [])).nodes
    assert node.name + node.rest == "Å" * 21 + "…"
    assert len(node.name) == 11  # as many as have room on a phone
    assert node.label.startswith("Å" * 60)


@pytest.mark.parametrize(("weight", "expected"), [(1, 1), (2, 2), (3, 2), (4, 3), (8, 4), (15, 4), (16, 5), (900, 5)])
def test_thickness_grows_with_what_is_shared(weight, expected):
    assert thickness(weight) == expected
