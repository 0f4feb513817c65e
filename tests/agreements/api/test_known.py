"""Does the API tell what was known at a moment, and nothing that the public may not see?"""

import datetime

import pytest
from django.utils import timezone

from agreements.models import Cooperation, Membership
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def then() -> dict[str, str]:
    """Return moments: before all, with one member under an old name, and as it is now."""
    before = timezone.now()
    drammen, lier = factories.municipality(), factories.municipality("Lier", "3312")
    made = factories.cooperation("Gammelt navn", "VK", slug="legevakt", tasks=[factories.task()])
    factories.membership(made, drammen, "host")
    withdrawn = factories.cooperation("Trukket", "KO")
    middle = timezone.now()
    Cooperation.objects.filter(pk=made.pk).update(name="Nytt navn", form="KO")
    factories.membership(made, lier)
    withdrawn.publication = "draft"
    withdrawn.save()
    later = factories.cooperation("Senere")
    factories.membership(later, lier)
    return {"before": before.isoformat(), "middle": middle.isoformat()}


def test_a_list_as_it_was_known(names, then):
    assert names("cooperations/", known_on=then["middle"]) == ["Gammelt navn"]
    assert names("cooperations/", known_on=then["before"]) == []
    assert names("cooperations/") == ["Nytt navn", "Senere"]


def test_one_thing_as_it_was_known(ask, then):
    told = ask("cooperations/legevakt/", known_on=then["middle"])
    assert told["name"] == "Gammelt navn"
    assert [row["organisation"]["name"] for row in told["memberships"]] == ["Drammen"]
    ask("cooperations/legevakt/", expect=404, known_on=then["before"])
    ask("cooperations/senere/", expect=404, known_on=then["middle"])
    ask("cooperations/trukket/", expect=410, known_on=then["middle"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"form": "VK"}, True),
        ({"form": "KO"}, False),
        ({"municipality": "3301", "role": "host"}, True),
        ({"municipality": "3312"}, False),
        ({"county": "33"}, True),
        ({"task": "helse"}, True),
        ({"status": "ended"}, False),
        ({"source": "rapport"}, True),
        ({"q": "gammelt drammen"}, True),
        ({"q": "nytt"}, False),
        ({"on": "2021-01-01"}, True),
        ({"on": "any", "ordering": "-valid_from,form"}, True),
    ],
)
def test_the_filters_ask_about_what_was_known(names, then, query, found):
    assert names("cooperations/", known_on=then["middle"], **query) == (["Gammelt navn"] if found else [])


def test_memberships_as_they_were_known(ask, then):
    rows = ask("memberships/", known_on=then["middle"])["results"]
    assert [(row["cooperation"]["name"], row["organisation"]["name"]) for row in rows] == [("Gammelt navn", "Drammen")]
    assert ask(f"memberships/{rows[0]['id']}/", known_on=then["middle"]) == rows[0]
    assert ask("memberships/", known_on=then["middle"], municipality="3312")["results"] == []
    later = Membership.objects.get(cooperation__slug="senere")
    ask(f"memberships/{later.pk}/", expect=404, known_on=then["middle"])


def test_pages_of_what_was_known(client, ask):
    for name in "ABC":
        factories.cooperation(name)
    first = ask("cooperations/", known_on=timezone.now().isoformat(), page_size="2", count="true", fields="name")
    assert first["count"] == 3
    second = client.get(first["next"]).json()
    assert [row["name"] for row in first["results"] + second["results"]] == ["A", "B", "C"]
    assert [row["name"] for row in client.get(second["previous"]).json()["results"]] == ["A", "B"]
    assert second["next"] is None


def test_the_whole_list_as_it_was_known(client, then):
    response = client.get("/api/v1/cooperations/", {"known_on": then["middle"], "format": "csv", "fields": "name"})
    assert b"".join(response).decode("utf-8-sig") == "name\r\nGammelt navn\r\n"


def test_a_day_means_its_end(names, then):
    assert names("cooperations/", known_on=timezone.localdate().isoformat()) == ["Nytt navn", "Senere"]
    assert names("cooperations/", known_on="2020-01-01") == []


@pytest.mark.parametrize("value", ["x", "2024-13-01", "2024", "any", "2024-01-01T25:00", "\u0662024-01-01"])
def test_what_is_no_moment_is_refused(ask, value):
    assert list(ask("cooperations/", expect=400, known_on=value)) == ["known_on"]


def test_the_future_is_refused(ask):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert "framtiden" in ask("cooperations/", expect=400, known_on=tomorrow.isoformat())["known_on"][0]
    ask("cooperations/", expect=400, known_on="9999-12-31")


def test_what_is_embedded_is_of_today_and_is_refused(ask):
    assert list(ask("cooperations/", expect=400, known_on="2024-01-01", expand="agreements")) == ["expand"]


def test_size_spread_and_confirmation_as_they_were_known(names, then):
    late = {"known_on": then["middle"]}
    assert names("cooperations/", size="1", **late) == ["Gammelt navn"]
    assert names("cooperations/", size="2", **late) == []
    assert names("cooperations/", crosses_county_border="false", **late) == ["Gammelt navn"]
    assert names("cooperations/", crosses_county_border="true", **late) == []
    assert names("cooperations/", confirmed="never", **late) == ["Gammelt navn"]
    assert names("cooperations/", confirmed="recent", **late) == []
    now = timezone.now().isoformat()
    assert names("cooperations/", ordering="-size", known_on=now) == ["Nytt navn", "Senere"]
    assert names("cooperations/", ordering="size", known_on=now) == ["Senere", "Nytt navn"]


def test_the_order_of_changes_is_of_today_and_is_refused(ask):
    assert list(ask("cooperations/", expect=400, known_on="2024-01-01", ordering="name,-changed")) == ["ordering"]
