"""Walking every link of a small register: does all answer, is the markup sound, and is nothing given away?"""

import datetime
from collections import Counter

import pytest

from agreements.models import CooperationRelation, GroupStatement, Organ
from tests import factories as make

from .conftest import Page

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture
def small_register():
    """Make one of everything, so that every page type and every part of it is reached."""
    county = make.county()
    lier, drammen = make.municipality("Lier", "3312"), make.municipality("Drammen", "3301")
    svelvik = make.municipality("Svelvik", "0711", valid_from=None, valid_to="2019-12-31")
    svelvik.organisation.successors.add(drammen.organisation)
    body = make.organisation("Holding", "company", slug="holding")
    top = make.cooperation("Paraply", "IPR", [make.task("regionutvikling", "regionalt")], slug="paraply")
    main = make.cooperation(
        "Legevakten", "VK", [make.task("legevakt", "helse")], slug="legevakten", umbrella=top, body=body,
        stated_member_count=9, members_complete=False, responsible=lier.organisation,
    )  # fmt: skip
    old = make.cooperation("Gammel", "PAR27", slug="gammel", valid_to=DAY(2019, 12, 31))
    CooperationRelation.objects.create(predecessor=old, successor=main)
    group = GroupStatement.objects.create(cooperation=main, wording="alle kommuner i Buskerud", county=county)
    Organ.objects.create(cooperation=main, name="Styret", kind="board")
    make.membership(main, drammen, "host")
    make.membership(main, lier, group=group)
    make.membership(main, svelvik)
    make.membership(old, lier, valid_to=DAY(2015, 12, 31))
    make.membership(make.cooperation("Eid AS", "AS", slug="eid"), body, "owner", share=(1, 3))
    make.membership(main, drammen, "owner", share=(1, 7))
    return main


#: So many addresses of one path are opened with parameters: the choices beside a list can be combined without end.
ALIKE = 16


def walk(client) -> dict[str, Page]:
    """Return every public page that links lead to from the front page; of many alike, the first few."""
    pages: dict[str, Page] = {}
    asked: Counter[str] = Counter()
    waiting = ["/", "/finnes-ikke/", "/robots.txt"]
    while waiting:
        address = waiting.pop(0)
        path, _, query = address.partition("?")
        if address in pages or (query and asked[path] == ALIKE):
            continue
        asked[path] += bool(query)
        response = client.get(address, follow=True)
        is_page = response["Content-Type"].startswith(("text/html", "text/plain"))
        if not is_page or "attachment" in response.get("Content-Disposition", ""):
            assert response.status_code == 200, address
            assert response.getvalue(), address
            continue
        page = pages[address] = Page(response)
        for link in page.links:
            link = link.split("#")[0]
            link = path + link if link.startswith("?") else link
            # The other languages have the same pages: their addresses differ by a prefix. A calendar is no page.
            elsewhere = link.startswith(("/admin/", "/api/", "/nn/", "/en/")) or link.endswith(".ics")
            if link.startswith("/") and not elsewhere:
                waiting.append(link)
    return pages


def test_every_page(client, small_register, subtests):
    pages = walk(client)  # once, as it takes most of the time
    for check in (links_lead_to_pages, markup_is_sound, nothing_is_inline):
        with subtests.test(check.__name__):
            check(pages)


def links_lead_to_pages(pages: dict[str, Page]) -> None:
    assert {a: p.response.status_code for a, p in pages.items() if p.response.status_code != 200} == {
        "/finnes-ikke/": 404
    }
    reached = {page.response.resolver_match.url_name for page in pages.values() if page.response.status_code == 200}
    assert reached >= {
        "front", "cooperation-list", "cooperation", "municipality-list", "municipality", "county-list", "county",
        "organisation-list", "organisation", "task-list", "source-list", "source", "about",
        "map", "matrix", "network", "compare", "task", "form",
    }  # fmt: skip


def markup_is_sound(pages: dict[str, Page]) -> None:
    for address, page in pages.items():
        if address == "/robots.txt":
            continue
        assert len(page.elements("h1")) == 1, address
        assert len(page.elements("main")) == 1, address
        assert page.elements("html")[0]["lang"] == "nb", address
        assert len(page.ids) == len(set(page.ids)), (address, sorted(i for i in page.ids if page.ids.count(i) > 1))
        assert page.links[0] == "#innhold", address
        assert any(meta.get("name") == "description" and meta.get("content") for meta in page.elements("meta")), address
        assert "– Register over interkommunalt samarbeid" in page.text or address == "/", address
        labelled = {label.get("for") for label in page.elements("label")}
        for field in page.elements("input") + page.elements("select"):
            free = field.get("type") in ("hidden", "checkbox")
            assert free or field.get("id") in labelled, (address, field)
        described = [i for _, values in page.tags for i in (values.get("aria-describedby") or "").split()]
        assert set(described) <= set(page.ids), address
        for header in page.elements("th"):
            assert header.get("scope"), (address, header)
        assert len(page.elements("table")) == len(page.elements("caption")), address


def nothing_is_inline(pages: dict[str, Page]) -> None:
    for address, page in pages.items():
        # JSON-LD is data, which no browser runs.
        scripts = [s for s in page.elements("script") if s.get("type") != "application/ld+json"]
        assert all(script.get("src", "").startswith("/static/") for script in scripts), address
        assert page.html.count("></script>") == len(scripts), address
        assert not page.elements("style"), address
        assert not [v for _, v in page.tags if "style" in v or any(name.startswith("on") for name in v)], address


#: What was public before is told to be gone, and nothing else of it.
STATUS = {"draft": 404, "in_review": 404, "withdrawn": 410}


def test_what_is_not_published_is_shown_nowhere(client, small_register):
    public = small_register
    stilt = make.task("stilt", "stille")
    for publication in STATUS:
        body = make.organisation(f"Et organ {publication}", "intermunicipal", slug=f"et-organ-{publication}")
        secret = make.cooperation(
            f"Hemmelig {publication}", "SA", [stilt], slug=f"hemmelig-{publication}", publication=publication,
            body=body, umbrella=public,
        )  # fmt: skip
        make.membership(secret, public.responsible, "owner", share=(1, 2))
        make.membership(secret, public.body, "owner", share=(1, 10))
        below = make.cooperation(f"Under {publication}", slug=f"under-{publication}", umbrella=secret)
        CooperationRelation.objects.create(predecessor=secret, successor=public)
        CooperationRelation.objects.create(predecessor=below, successor=secret)
        # The body owns a part of a public cooperation: it is named there, and must not give its own cooperation away.
        make.membership(public, body, "owner", share=(1, 10))

    pages = walk(client)
    for publication in STATUS:
        assert {f"/samarbeid/under-{publication}/", f"/organisasjoner/et-organ-{publication}/"} <= set(pages)
    for address, page in pages.items():
        assert "hemmelig" not in page.html.lower(), address
    assert "Stille 0" in pages["/oppgaver/"].text
    assert "/former/SA/" not in pages["/"].links
    assert {name: client.get(f"/samarbeid/hemmelig-{name}/").status_code for name in STATUS} == STATUS
    for query in ("q=hemmelig", "form=SA", "task=stilt", "municipality=Lier&form=SA"):
        assert client.get(f"/samarbeid/?{query}&on=any").context["listing"].page.paginator.count == 0, query


def test_the_body_of_an_unpublished_cooperation_has_no_page(client):
    body = make.organisation("Hemmelig organ", "intermunicipal", slug="hemmelig-organ")
    make.cooperation("Hemmelig", slug="hemmelig", publication="draft", body=body)
    assert client.get("/organisasjoner/hemmelig-organ/").status_code == 404
