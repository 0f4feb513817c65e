"""Is every public fact there (memberships, agreements, decisions, clauses, documents, figures), and nothing else?"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Clause, Cooperation, Decision
from municipalities.models import MunicipalityChange
from tests import factories

LISTS = ["memberships", "agreements", "decisions", "clauses", "documents"]


def fill(number: int, publication: str = "published") -> Cooperation:
    """Make a cooperation with one of every fact."""
    place = factories.municipality(f"Kommune {number}", f"33{number:02d}")
    made = factories.cooperation(
        f"Samarbeid {number}", "IPR", tasks=[factories.task()], publication=publication, slug=f"s-{number}"
    )
    factories.membership(made, place, "owner", share=(1, 3), valid_from=datetime.date(2021, 1, 1))
    agreement = factories.agreement(made, f"Avtale {number}", valid_from=datetime.date(2022, 1, 1))
    Decision.objects.create(agreement=agreement, organisation=place.organisation, decided_on=f"2022-01-{number:02d}")
    Clause.objects.create(agreement=agreement, item="IPR-14a", status="present", place=f"punkt {number}")
    factories.document(agreement, confirmed=True, title=f"Fil {number}")
    return made


@pytest.fixture
def filled(db):
    fill(1), fill(2)
    fill(3, publication="draft")
    factories.document(factories.agreement(Cooperation.objects.get(slug="s-1"), "Gammel"), title="Ikke bekreftet")


def test_nothing_unpublished_is_shown(ask, filled):
    for name in LISTS:
        rows = ask(f"{name}/", **({"on": "any"} if name in ("memberships", "agreements") else {}))["results"]
        assert {row["cooperation"]["slug"] for row in rows} == {"s-1", "s-2"}, name
    assert [row["title"] for row in ask("documents/")["results"]] == ["Fil 1", "Fil 2"]


@pytest.mark.parametrize("name", LISTS)
def test_what_is_unpublished_is_not_found_by_its_number(client, ask, filled, name):
    hidden = Cooperation.objects.get(slug="s-3")
    agreement = hidden.agreements.get()
    keys = {
        "memberships": hidden.memberships.get().pk,
        "agreements": agreement.pk,
        "decisions": agreement.decisions.get().pk,
        "clauses": agreement.clauses.get().pk,
        "documents": agreement.documents.get().pk,
    }
    ask(f"{name}/{keys[name]}/", expect=404)
    if name != "agreements":
        return
    assert list(ask("decisions/", expect=400, agreement=agreement.pk)) == ["agreement"]
    assert list(ask("decisions/", expect=400, cooperation="s-3")) == ["cooperation"]


@pytest.mark.parametrize("name", LISTS)
def test_each_row_has_its_own_address(client, ask, filled, name):
    row = ask(f"{name}/", cooperation="s-2")["results"][0]
    assert client.get(row["url"]).json() == row


@pytest.mark.parametrize("key", ["0", "x", "99999999999999999999999", "-1", "%00", "1e3", "%D9%A1"])
def test_an_odd_number_is_not_found(client, db, key):
    assert client.get(f"/api/v1/memberships/{key}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("memberships/?municipality=3301", 1),
        ("memberships/?on=2020-12-31", 0),
        ("memberships/?on=2021-01-01", 2),
        ("memberships/?role=host", 0),
        ("memberships/?form=IPR&ordering=-valid_from", 2),
        ("agreements/?on=2021-12-31&cooperation=s-2", 0),
        ("agreements/?municipality=3301", 2),
        ("agreements/?q=avtale 2", 1),
        ("decisions/?municipality=3302", 1),
        ("decisions/?decided_from=2022-01-02", 1),
        ("decisions/?decided_to=2022-01-01&outcome=adopted", 1),
        ("clauses/?item=IPR-14a&status=present", 2),
        ("documents/?q=legevakt", 2),
        ("documents/?file_type=docx", 0),
    ],
)
def test_lists_are_narrowed(client, filled, query, count):
    assert len(client.get(f"/api/v1/{query}").json()["results"]) == count


@pytest.mark.parametrize("name", LISTS)
def test_pages_follow_each_other(client, filled, name):
    on = "&on=any" if name in ("memberships", "agreements") else ""
    whole = client.get(f"/api/v1/{name}/?page_size=200{on}").json()["results"]
    seen, address = [], f"/api/v1/{name}/?page_size=1&count=true{on}"
    while address:
        page = client.get(address).json()
        assert page["count"] == len(whole)
        seen += page["results"]
        address = page["next"]
    assert seen == whole


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_queries_for_many_rows(client, filled, name):
    def count() -> int:
        client.get(f"/api/v1/{name}/")  # what is outdated is made anew
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/{name}/")
        return len(queries)

    few = count()
    for number in range(4, 7):
        fill(number)
    assert count() == few


def test_changes_of_municipalities(ask, db):
    old, new = factories.municipality("Lier", "0626"), factories.municipality("Lier nye", "3049")
    MunicipalityChange.objects.create(
        date="2020-01-01", kind="renumber", old=old, new=new,
        old_number="0626", old_name="Lier", new_number="3049", new_name="Lier",
    )  # fmt: skip
    (row,) = ask("municipality-changes/", municipality="3049", date_from="2020-01-01")["results"]
    assert (row["old"]["number"], row["new"]["number"]) == ("0626", "3049")
    assert ask("municipality-changes/", date_from="2020-01-02")["results"] == []


def test_forms_tell_their_law_and_number(ask, filled):
    forms = {row["code"]: row for row in ask("forms/")}
    assert forms["IPR"]["law"] == "kommuneloven kap. 18"
    assert forms["IPR"]["cooperation_count"] == 2
    assert ask("forms/IPR/") == forms["IPR"]
    ask("forms/XX/", expect=404)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("form", [("IPR", 2)]),
        ("task", [("legevakt", 2)]),
        ("sector", [("helse", 2)]),
        ("county", [("33", 2)]),
        ("municipality", [("3301", 1), ("3302", 1)]),
    ],
)
def test_figures(ask, filled, by, expected):
    answer = ask("statistics/", by=by)
    assert [(row["key"], row["cooperations"]) for row in answer["results"]] == expected
    assert answer["total"] == 2
    assert ask("statistics/", by=by, on="2019-01-01")["total"] == 2
