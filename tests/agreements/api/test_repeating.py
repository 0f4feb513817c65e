"""Is a request that comes twice done once, and are two writers kept from overwriting each other?"""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.utils import timezone

from agreements.models import ActionRecord, Cooperation, KeptAnswer
from tests import factories

from .writers import Writer, token

NEW = {"name": "Nytt samarbeid", "citations": [{"source": "rapport", "locator": "side 4"}], "reason": "Sak 14/22"}
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def drammen(db):
    return factories.municipality().organisation


@pytest.fixture
def kari(drammen):
    factories.source()
    return factories.user("kari", drammen)


@pytest.fixture
def own(kari, drammen):
    return Writer(token(kari, drammen))


# One after the other


def test_the_same_request_with_the_same_key_gets_the_same_answer(own):
    first, second = (own.ask("POST", "cooperations/", NEW, **KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert {name: first[name] == second[name] for name in ("ETag", "Location", "Content-Type")} == dict.fromkeys(
        ("ETag", "Location", "Content-Type"), True
    )
    assert (first.get("Idempotent-Replayed"), second["Idempotent-Replayed"]) == (None, "true")
    assert Cooperation.objects.count() == ActionRecord.objects.count() == 1


def test_the_order_of_the_fields_does_not_matter(own):
    own.ask("POST", "cooperations/", NEW, **KEY)
    assert own.ask("POST", "cooperations/", dict(reversed(NEW.items())), **KEY).status_code == 201
    assert Cooperation.objects.count() == 1


def test_without_a_key_each_is_a_request_of_its_own(own):
    for _ in range(2):
        own.ask("POST", "cooperations/", NEW)
    assert Cooperation.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda own: own.ask("POST", "cooperations/", NEW | {"name": "Annet"}, **KEY), id="other-body"),
        pytest.param(
            lambda own: own.ask("PATCH", "cooperations/nytt-samarbeid/", NEW, **KEY, **{"If-Match": "*"}),
            id="other-address",
        ),
    ],
)
def test_the_key_of_another_request_is_refused(own, other):
    own.ask("POST", "cooperations/", NEW, **KEY)
    assert other(own).status_code == 422
    assert ActionRecord.objects.count() == 1


def test_what_failed_may_be_tried_again_with_the_key(own):
    assert own.ask("POST", "cooperations/", NEW | {"name": ""}, **KEY).status_code == 400
    assert not KeptAnswer.objects.exists()
    assert own.ask("POST", "cooperations/", NEW, **KEY).status_code == 201


def test_the_keys_of_two_tokens_have_nothing_to_do_with_each_other(own, kari, drammen):
    own.ask("POST", "cooperations/", NEW, **KEY)
    Writer(token(kari, drammen)).ask("POST", "cooperations/", NEW | {"name": "Annet"}, **KEY)
    assert Cooperation.objects.count() == 2


def test_a_key_is_forgotten_after_a_day(own):
    own.ask("POST", "cooperations/", NEW, **KEY)
    own.ask("POST", "cooperations/", NEW | {"name": "To"}, **{"Idempotency-Key": "to"})
    KeptAnswer.objects.update(made_at=timezone.now() - datetime.timedelta(hours=24, seconds=1))
    assert own.ask("POST", "cooperations/", NEW | {"name": "Annet"}, **KEY).status_code == 201
    assert [kept.key for kept in KeptAnswer.objects.all()] == [KEY["Idempotency-Key"]]


@pytest.mark.parametrize("key", ["x" * 256, "nøkkel", "a\tb"])
def test_a_key_of_other_signs_is_refused(own, key):
    assert own.ask("POST", "cooperations/", NEW, **{"Idempotency-Key": key}).status_code == 400


# At once, over connections of their own


@pytest.fixture
def at_once(transactional_db):
    """Return a function that does things side by side, and returns what each gave."""

    def run(*deeds):
        gate = threading.Barrier(len(deeds))

        def one(deed):
            try:
                gate.wait()
                return deed()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(deeds)) as pool:
            return [future.result() for future in [pool.submit(one, deed) for deed in deeds]]

    return run


def writers(secret: str, count: int) -> list[Writer]:
    return [Writer(secret) for _ in range(count)]


def test_of_two_who_have_read_the_same_one_writes_and_the_other_is_told(at_once, kari, drammen):
    made = factories.cooperation(responsible=drammen)
    two = writers(token(kari, drammen), 2)
    path, read = f"cooperations/{made.slug}/", two[0].etag(made.slug)
    bodies = [{"purpose": text, "reason": text} for text in ("den ene", "den andre")]
    answers = at_once(
        *(lambda w=w, b=b: w.ask("PATCH", path, b, **{"If-Match": read}) for w, b in zip(two, bodies, strict=True))
    )
    assert sorted(a.status_code for a in answers) == [200, 412]
    done, refused = sorted(answers, key=lambda a: a.status_code)
    made.refresh_from_db()
    assert done.json()["purpose"] == made.purpose
    assert refused["ETag"] == done["ETag"] == two[0].etag(made.slug)
    assert ActionRecord.objects.count() == 1


def test_of_several_with_the_same_key_one_is_done_and_all_get_its_answer(at_once, kari, drammen):
    four = writers(token(kari, drammen), 4)
    answers = at_once(*(lambda w=w: w.ask("POST", "cooperations/", NEW, **KEY) for w in four))
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert [a.get("Idempotent-Replayed") for a in answers].count(None) == 1
    assert Cooperation.objects.count() == 1


def test_two_new_ones_of_one_name_at_once_leave_no_error_of_ours(at_once, kari, drammen):
    two = writers(token(kari, drammen), 2)
    answers = at_once(*(lambda w=w: w.ask("POST", "cooperations/", NEW) for w in two))
    codes = sorted(a.status_code for a in answers)
    assert codes in ([201, 201], [201, 409])
    assert Cooperation.objects.count() == codes.count(201)


def test_who_waits_too_long_for_another_is_told_to_try_again(at_once, kari, drammen, monkeypatch):
    from agreements.api import writing

    monkeypatch.setattr(writing, "_PATIENCE", "50ms")
    made = factories.cooperation(responsible=drammen)
    writer = Writer(token(kari, drammen))
    held, done = threading.Event(), threading.Event()

    def hold():
        from django.db import transaction

        with transaction.atomic():
            Cooperation.objects.select_for_update().get(pk=made.pk)
            held.set()
            done.wait(20)

    def write():
        held.wait(20)
        try:
            return writer.ask(
                "PATCH", f"cooperations/{made.slug}/", {"reason": "x", "purpose": "y"}, **{"If-Match": "*"}
            )
        finally:
            done.set()

    answer = at_once(hold, write)[1]
    assert answer.status_code == 409
    assert not connection.in_atomic_block
    assert not ActionRecord.objects.exists()
