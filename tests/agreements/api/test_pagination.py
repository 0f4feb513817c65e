"""Can a long list be read whole, without a gap or a row twice?"""

import json
from urllib.request import urlopen

import pytest

from tests import factories


@pytest.fixture
def three(db):
    for name in ("Alfa", "Beta", "Gamma"):
        factories.cooperation(name)


def test_a_page_has_fifty_rows_unless_asked_otherwise(ask):
    for number in range(51):
        factories.cooperation(f"Nr {number:02d}", cite=False)
    answer = ask("cooperations/")
    assert answer["count"] == 51
    assert len(answer["results"]) == 50
    assert answer["previous"] is None
    assert answer["next"] == "http://testserver/api/v1/cooperations/?page=2"


@pytest.mark.parametrize("value", ["0", "-1", "abc", "1.5", "1e2", "1_0", "+5", "٥", "²", "00"])
@pytest.mark.parametrize("name", ["page", "page_size"])
def test_what_is_no_whole_number_from_one_is_refused(ask, three, name, value):
    assert ask("cooperations/", expect=400, **{name: value}) == {name: ["Skriv et helt tall fra 1 og oppover."]}


@pytest.mark.parametrize("value", ["201", "1000", "9" * 5000])
def test_a_page_that_is_too_large_is_refused_and_not_cut(ask, three, value):
    assert ask("cooperations/", expect=400, page_size=value) == {"page_size": ["Høyst 200."]}


@pytest.mark.parametrize("value", ["1", "200"])
def test_the_smallest_and_the_largest_page_are_given(ask, three, value):
    assert len(ask("cooperations/", page_size=value)["results"]) == min(3, int(value))


@pytest.mark.parametrize("value", ["4", "99999999", "9" * 25, "9" * 5000])
def test_past_the_last_page_there_is_nothing(ask, three, value):
    answer = ask("cooperations/", expect=404, page_size="1", page=value)
    assert answer == {"detail": "Siden finnes ikke: siste side er 3."}


def test_an_empty_list_has_one_empty_page(ask):
    assert ask("cooperations/") == {"count": 0, "next": None, "previous": None, "results": []}


def test_the_links_keep_the_filters(ask, three):
    answer = ask("cooperations/", on="any", form="VK", page_size="1", page="2")
    assert answer["next"].endswith("?form=VK&on=any&page=3&page_size=1")
    assert answer["previous"].endswith("?form=VK&on=any&page_size=1")


@pytest.mark.parametrize("ordering", ["", "name", "-name", "form", "-valid_from"])
def test_equal_rows_have_an_order_of_their_own(ask, ordering):
    made = [factories.cooperation("Likt navn", slug=f"likt-{number}").pk for number in range(7)]
    seen = [
        ask("cooperations/", ordering=ordering, page_size="1", page=str(page))["results"][0]["id"]
        for page in range(1, 8)
    ]
    assert seen == made


def test_names_are_sorted_as_in_norwegian(names):
    for name in ("Ås", "Øvre Eiker", "Zoo", "Aasen", "Ærfugl", "Alta"):
        factories.cooperation(name)
    assert names("cooperations/") == ["Alta", "Zoo", "Ærfugl", "Øvre Eiker", "Ås", "Aasen"]


def test_the_whole_list_can_be_read_over_http(live_server):
    made = {factories.cooperation(f"Samarbeid {number % 5}", slug=f"s-{number}", cite=False).pk for number in range(23)}
    address = f"{live_server.url}/api/v1/cooperations/?page_size=4&on=any"
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
