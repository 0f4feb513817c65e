"""Can a long list be read whole, without a gap or a row twice, also while the register changes?"""

import itertools
import json
from urllib.request import urlopen

import pytest

from agreements.models import Cooperation
from tests import factories


@pytest.fixture
def three(db):
    for name in ("Alfa", "Beta", "Gamma"):
        factories.cooperation(name)


@pytest.fixture
def follow(client, db):
    """Return a function that asks for the address in an answer, and returns the next answer."""

    def get(answer: dict, link: str = "next") -> dict:
        response = client.get(answer[link])
        assert response.status_code == 200, response.content.decode()
        return response.json()

    return get


def names(answer: dict) -> list[str]:
    return [row["name"] for row in answer["results"]]


def test_a_page_has_fifty_rows_unless_asked_otherwise(ask, follow):
    for number in range(51):
        factories.cooperation(f"Nr {number:02d}", cite=False)
    answer = ask("cooperations/")
    assert set(answer) == {"next", "previous", "results"}
    assert len(answer["results"]) == 50
    assert answer["previous"] is None
    assert answer["next"].startswith("http://testserver/api/v1/cooperations/?cursor=")
    assert names(follow(answer)) == ["Nr 50"]


@pytest.mark.parametrize("value", ["0", "-1", "abc", "1.5", "1e2", "1_0", "+5", "٥", "²", "00"])
def test_what_is_no_whole_number_from_one_is_refused(ask, three, value):
    assert ask("cooperations/", expect=400, page_size=value) == {"page_size": ["Skriv et helt tall fra 1 og oppover."]}


@pytest.mark.parametrize("value", ["201", "1000", "9" * 5000])
def test_a_page_that_is_too_large_is_refused_and_not_cut(ask, three, value):
    assert ask("cooperations/", expect=400, page_size=value) == {"page_size": ["Høyst 200."]}


@pytest.mark.parametrize("value", ["1", "200"])
def test_the_smallest_and_the_largest_page_are_given(ask, three, value):
    assert len(ask("cooperations/", page_size=value)["results"]) == min(3, int(value))


@pytest.mark.parametrize("name", ["cooperations", "organisations", "municipalities", "counties", "tasks", "sources"])
def test_rows_are_counted_only_when_asked_for(ask, name):
    factories.membership(factories.cooperation(tasks=[factories.task()]), factories.municipality())
    assert "count" not in ask(f"{name}/")
    assert "count" not in ask(f"{name}/", count="false")
    answer = ask(f"{name}/", count="true", page_size="200")
    assert answer["count"] == len(answer["results"])


def test_a_count_is_of_all_pages(ask, three):
    assert ask("cooperations/", count="true", page_size="1", q="a")["count"] == 3


@pytest.mark.parametrize("value", ["1", "True", "ja"])
def test_a_count_is_asked_for_in_one_way(ask, three, value):
    assert ask("cooperations/", expect=400, count=value) == {"count": ["Skriv «true» eller «false»."]}


def test_an_empty_list_has_one_empty_page(ask):
    assert ask("cooperations/") == {"next": None, "previous": None, "results": []}


def test_the_links_keep_the_filters(ask, follow, three):
    answer = follow(ask("cooperations/", on="any", form="VK", page_size="1"))
    assert names(answer) == ["Beta"]
    for link in ("next", "previous"):
        assert "&form=VK&on=any&page_size=1" in answer[link]


@pytest.mark.parametrize("name", ["cooperations", "organisations", "municipalities", "counties", "tasks", "sources"])
def test_every_list_can_be_read_forwards_and_back(ask, follow, name):
    for number in range(7):
        county = factories.county(f"{number:02d}", f"Fylke {number % 2}")
        factories.membership(
            factories.cooperation(f"Likt {number % 3}", slug=f"likt-{number}", tasks=[factories.task(f"o-{number}")]),
            factories.municipality(f"Kommune {number % 2}", f"{number:02d}01", county),
        )
        factories.source(f"kilde-{number}", title=f"Kilde {number % 2}")
    whole = ask(f"{name}/", page_size="200")
    assert (whole["next"], whole["previous"]) == (None, None)
    answer = ask(f"{name}/", page_size="3")
    pages = [answer["results"]]
    while answer["next"]:
        answer = follow(answer)
        pages.append(answer["results"])
    assert list(itertools.chain(*pages)) == whole["results"]
    back = [answer["results"]]
    while answer["previous"]:
        answer = follow(answer, "previous")
        back.insert(0, answer["results"])
    assert list(itertools.chain(*back)) == whole["results"]
    assert answer["next"]


@pytest.mark.parametrize("ordering", ["", "name", "-name", "form", "-valid_from"])
def test_equal_rows_have_an_order_of_their_own(ask, follow, ordering):
    made = [factories.cooperation("Likt navn", slug=f"likt-{number}").pk for number in range(7)]
    answer = ask("cooperations/", ordering=ordering, page_size="1")
    seen = [answer["results"][0]["id"]]
    while answer["next"]:
        answer = follow(answer)
        seen.append(answer["results"][0]["id"])
    assert seen == made


def test_names_are_sorted_as_in_norwegian(names):
    for name in ("Ås", "Øvre Eiker", "Zoo", "Aasen", "Ærfugl", "Alta"):
        factories.cooperation(name)
    assert names("cooperations/") == ["Alta", "Zoo", "Ærfugl", "Øvre Eiker", "Ås", "Aasen"]


# While the register changes


def test_what_comes_and_goes_before_the_place_moves_nothing(ask, follow, three):
    answer = ask("cooperations/", page_size="1")
    Cooperation.objects.get(name="Alfa").delete()
    factories.cooperation("Aaa først", slug="forst")
    factories.cooperation("A")
    assert names(follow(answer)) == ["Beta"]


def test_what_comes_after_the_place_is_read(ask, follow, three):
    answer = ask("cooperations/", page_size="1")
    factories.cooperation("Alta")
    assert names(follow(answer)) == ["Alta"]


def test_the_row_at_the_place_may_go(ask, follow, three):
    answer = ask("cooperations/", page_size="2")
    Cooperation.objects.get(name="Beta").delete()
    assert names(follow(answer)) == ["Gamma"]


def test_who_reads_past_midnight_reads_the_day_they_began(ask, follow, monkeypatch):
    from datetime import date

    for name in ("Alfa", "Beta"):
        factories.cooperation(name, valid_to=date(2025, 12, 31))
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2025, 12, 31))
    answer = ask("cooperations/", page_size="1")
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 1, 1))
    assert names(follow(answer)) == ["Beta"]


# Cursors that are not ours


REFUSED = {
    "cursor": ["Dette er ikke en peker i denne listen. Følg «next» og «previous», og endre ikke filtrene."],
}


@pytest.mark.parametrize("name", ["cooperations", "organisations"])
@pytest.mark.parametrize("value", ["x", "=", "æ", "AAAA", "-" * 5000, "W10", "' OR 1=1 --", "%00"])
def test_a_made_up_cursor_is_refused(ask, three, name, value):
    assert ask(f"{name}/", expect=400, cursor=value) == REFUSED


def test_a_cursor_with_one_letter_changed_is_refused(client, ask, three):
    address = ask("cooperations/", page_size="1")["next"]
    head, cursor = address.split("cursor=")
    cursor, tail = cursor.split("&")
    # The last letter may hold bits that mean nothing: base64 has several texts for some bytes.
    for at in range(len(cursor) - 1):
        changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        assert client.get(f"{head}cursor={changed}&{tail}").status_code == 400


@pytest.mark.parametrize("change", ["form=IKS", "ordering=-name", "q=a", "on=2024-01-01"])
def test_a_cursor_of_another_question_is_refused(client, ask, three, change):
    response = client.get(f"{ask('cooperations/', page_size='1')['next']}&{change}")
    assert response.status_code == 400
    assert response.json()["errors"] == REFUSED


def test_a_cursor_of_another_list_is_refused(ask, three):
    factories.organisation("A"), factories.organisation("B")
    cursor = ask("organisations/", page_size="1")["next"].split("cursor=")[1].split("&")[0]
    assert ask("cooperations/", expect=400, cursor=cursor) == REFUSED


def test_the_size_of_the_page_may_change_on_the_way(client, ask, three):
    address = ask("cooperations/", page_size="1")["next"].replace("page_size=1", "page_size=2")
    assert names(client.get(address).json()) == ["Beta", "Gamma"]


def test_the_whole_list_can_be_read_over_http(live_server):
    made = {factories.cooperation(f"Samarbeid {number % 5}", slug=f"s-{number}", cite=False).pk for number in range(23)}
    address = f"{live_server.url}/api/v1/cooperations/?page_size=4&on=any&count=true"
    seen, sizes = [], []
    while address:
        with urlopen(address, timeout=30) as response:  # noqa: S310 - our own server
            answer = json.load(response)
        assert answer["count"] == 23
        seen += [row["id"] for row in answer["results"]]
        sizes.append(len(answer["results"]))
        address = answer["next"]
    assert sizes == [4, 4, 4, 4, 4, 3]
    assert len(seen) == len(set(seen))
    assert set(seen) == made
