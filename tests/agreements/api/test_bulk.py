"""Are many cooperations written at once, all or none, with every fault told?"""

import pytest

from agreements.actions import undo
from agreements.models import ActionRecord, Cooperation, ExternalKey, Membership
from tests import factories

from .writers import Writer, token

pytestmark = pytest.mark.django_db
CITED = {"citations": [{"source": "rapport", "locator": "side 4"}]}


@pytest.fixture
def drammen():
    factories.source()
    factories.task()
    factories.municipality("Lier", "3312")
    return factories.municipality().organisation


@pytest.fixture
def kari(drammen):
    return factories.user("kari", drammen)


@pytest.fixture
def send(kari, drammen):
    """Return a function that sends rows and returns the answer."""
    writer = Writer(token(kari, drammen))

    def ask(*rows, query="", **more):
        return writer.ask("POST", f"cooperations/bulk/{query}", {"reason": "Nattlig", "cooperations": rows} | more)

    return ask


def row(number: int, **values) -> dict:
    members = [
        {"organisation": "3301", "role": "host", "ownership_share": "1/2"},
        {"organisation": "3312", "ownership_share": "1/2"},
    ]
    return {"external_id": f"sak-{number}", "name": f"Nr. {number}", "tasks": ["legevakt"], "memberships": members} | (
        CITED | values
    )


def test_new_ones_are_made_and_known_again_by_the_key_of_the_sender(send):
    answer = send(row(1), row(2))
    assert answer.status_code == 200, answer.content.decode()
    report = answer.json()
    assert (report["created"], report["changed"], report["unchanged"], report["dry_run"]) == (2, 0, 0, False)
    assert [r["slug"] for r in report["results"]] == ["nr-1", "nr-2"]
    assert Membership.objects.count() == 4

    again = send(row(1), row(2, purpose="Nytt"), row(3)).json()
    assert [r["outcome"] for r in again["results"]] == ["unchanged", "changed", "created"]
    assert Cooperation.objects.get(slug="nr-2").purpose == "Nytt"
    assert (Cooperation.objects.count(), Membership.objects.count(), ExternalKey.objects.count()) == (3, 6, 3)


def test_one_is_known_by_its_address_name_and_keeps_what_is_not_given(send, drammen):
    made = factories.cooperation(responsible=drammen, purpose="Som før")
    report = send({"slug": made.slug, "external_id": "ny", "short_name": "DLL"}).json()
    assert report["results"][0]["outcome"] == "changed"
    made.refresh_from_db()
    assert (made.short_name, made.purpose) == ("DLL", "Som før")
    assert send({"external_id": "ny", "short_name": "DLL"}).json()["unchanged"] == 1


def test_a_dry_run_tells_the_same_and_leaves_nothing(send):
    for more in ({"dry_run": True}, {"query": "?dry_run=true"}):
        report = send(row(1), **more).json()
        assert (report["dry_run"], report["created"]) == (True, 1)
    assert not Cooperation.objects.exists()
    assert not ActionRecord.objects.exists()
    assert not ExternalKey.objects.exists()


def test_every_faulty_row_is_told_with_its_fields_and_nothing_is_done(send, drammen):
    factories.cooperation("Andres", responsible=factories.organisation())
    answer = send(
        row(1),
        {"external_id": "b"},
        row(3, memberships=[{"organisation": "3301"}, {"organisation": "3301"}]),
        row(4, valid_from="2024", valid_to="2020"),
        {"slug": "andres", "purpose": "x"},
        row(6, memberships=[{"organisation": k, "ownership_share": "2/3"} for k in ("3301", "3312")]),
    )
    assert answer.status_code == 400
    assert {name.split(".")[1] for name in answer.json()["errors"]} == {"1", "4"}
    answer = send(
        row(1),
        row(3, memberships=[{"organisation": "3301"}, {"organisation": "3301"}]),
        row(4, valid_from="2024", valid_to="2020"),
    )
    assert set(answer.json()["errors"]) == {"cooperations.1.memberships.1", "cooperations.2"}
    answer = send(row(1), row(6, memberships=[{"organisation": k, "ownership_share": "2/3"} for k in ("3301", "3312")]))
    assert set(answer.json()["errors"]) == {"cooperations.1.memberships"}
    assert Cooperation.objects.count() == 1


def test_rows_of_the_wrong_shape_are_told_by_number(send):
    errors = send(row(1), {"external_id": "b", "form": "LAUG"}, 7).json()["errors"]
    assert set(errors) == {"cooperations.1.form", "cooperations.2"}


def test_one_thing_on_two_rows_is_refused(send):
    errors = send(row(1), row(1)).json()["errors"]
    assert set(errors) == {"cooperations.0.external_id", "cooperations.1.external_id"}


def test_an_etag_that_is_no_longer_right_is_a_fault_of_its_row(send, drammen, client):
    made = factories.cooperation(responsible=drammen)
    etag = client.get(f"/api/v1/cooperations/{made.slug}/")["ETag"]
    assert send({"slug": made.slug, "purpose": "En", "etag": etag}).status_code == 200
    assert set(send({"slug": made.slug, "purpose": "To", "etag": etag}).json()["errors"]) == {"cooperations.0.etag"}


@pytest.mark.parametrize("count", [0, 1001])
def test_no_row_and_more_than_a_thousand_are_refused(send, count):
    answer = send(*({"external_id": str(n)} for n in range(count)))
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"cooperations"}


def test_the_whole_is_one_action_that_can_be_undone(send, kari):
    send(row(1), row(2))
    undo(ActionRecord.objects.get(), by=kari, reason="Feil fil")
    assert not Cooperation.objects.exists()


def test_many_cost_few_queries(send, django_assert_max_num_queries):
    with django_assert_max_num_queries(150):
        assert send(*(row(n) for n in range(40))).status_code == 200
