"""Does the API keep what its OpenAPI document promises, whatever is sent to it?"""

import functools
import json

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from agreements.models import Document
from registry.wsgi import application
from tests import factories

from .test_queries import one_more
from .writers import token

DOCUMENT = json.loads((settings.BASE_DIR / "docs" / "openapi.json").read_text())
PATHS = sorted(path for path, methods in DOCUMENT["paths"].items() if "get" in methods)
WRITINGS = sorted(
    (path, method) for path, methods in DOCUMENT["paths"].items() for method in methods if method in ("post", "patch")
)
#: Which municipalities, tasks and sources there are is in the data, not in the document: a name of none gets 400.
NOT_PROMISED = [positive_data_acceptance]


@functools.cache  # reading it takes longer than a test
def described():
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


@pytest.fixture
def schema(db):
    """Return the document as it is served, with an application that answers in the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    one_more(1)
    factories.document(confirmed=True)
    yield described()
    for signal in signals:
        signal.connect(close_old_connections)


def examples(operation, mode: GenerationMode, many: int):
    """Return the decorator that calls a function with so many questions or bodies, the same ones each time."""

    def decorate(ask):
        given = hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        return hypothesis.settings(
            derandomize=True, max_examples=many, database=None, deadline=None, suppress_health_check=list(HealthCheck)
        )(given(ask))

    return decorate


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", [path for path in PATHS if "parameters" in DOCUMENT["paths"][path]["get"]])
def test_the_document_is_kept_by_whatever_is_sent(schema, path, mode):
    @examples(schema[path]["GET"], mode, 3)
    def ask(case):
        if case.query and "wait" in case.query:
            del case.query["wait"]
        case.call_and_validate(excluded_checks=NOT_PROMISED)

    ask()


@pytest.fixture
def written(schema, settings):
    """Return a cooperation and the secret of a token that may do everything with it."""
    settings.THROTTLE_TOKEN = 0
    drammen = factories.municipality()
    made = Document.objects.get(title="Signert avtale").agreement.cooperation
    factories.membership(made, drammen, "host", (1, 2))
    factories.membership(made, factories.municipality("Lier", "3312"))
    return made, token(factories.user("kari", drammen, is_superuser=True), drammen.organisation)


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), WRITINGS)
def test_the_document_is_kept_by_whatever_a_writer_sends(schema, written, path, method, mode):
    """Each body meets the same register, as what it changes is taken back."""
    made, secret = written
    keys = {"slug": made.slug, "membership": made.memberships.first().pk}

    @examples(schema[path][method.upper()], mode, 5)
    def send(case):
        case.path_parameters = {name: keys[name] for name in case.path_parameters or {}}
        with transaction.atomic():
            case.call_and_validate(
                excluded_checks=NOT_PROMISED, headers={"Authorization": f"Bearer {secret}", "If-Match": "*"}
            )
            transaction.set_rollback(True)

    send()


def test_a_writer_is_understood_where_all_is_right(schema, written):
    """That what the test above sends is not refused at the door already."""
    made, secret = written
    headers = {"Authorization": f"Bearer {secret}", "If-Match": "*"}
    body = {"reason": "Sak 1/24", "purpose": "Legevakt"}
    operation = schema["/api/v1/cooperations/{slug}/"]["PATCH"]
    case = operation.Case(path_parameters={"slug": made.slug}, body=body, media_type="application/json")
    assert case.call_and_validate(headers=headers).status_code == 200


LISTS = ["cooperations", "organisations", "memberships", "agreements", "decisions", "documents", "changes"]
HOSTILE = {
    "huge page": "page_size=99999999999999999999999",
    "negative page": "page_size=-1",
    "many keys": "&".join(f"k{n}=1" for n in range(10_000)),
    "many values": "&".join("fields=a" for _n in range(900)),
    "long": f"q={'x' * 20_000}",
    "nul": "q=%00",
    "bytes": "q=%ff%fe%c0%80",
    "half a pair": "q=%ed%a0%80",
    "cursor": "cursor=AAAA",
    "cursor of bytes": "cursor=%ff%00",
    "long cursor": f"cursor={'A' * 9000}",
    "sql": "ordering=name;DROP TABLE agreements_cooperation--",
    "sql in a value": "cooperation=' OR 1=1--",
    "header": "format=csv%0d%0aSet-Cookie:%20a=b",
    "header in a field": "fields=%0d%0aX-Evil:%201",
    "path": "fields=../../etc/passwd,__class__,cooperation__publication",
    "moment": "known_on=9999-99-99T99:99:99",
    "deep": f"expand={','.join(['agreements'] * 500)}.agreements.cooperation",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_hostile_question_is_refused_or_answered(client, db, name):
    for case, query in HOSTILE.items():
        response = client.get(f"/api/v1/{name}/?{query}")
        assert response.status_code in (200, 400), case
        assert "Set-Cookie" not in response.headers, case
        assert "X-Evil" not in response.headers, case
        if response.status_code == 400:
            assert response["Content-Type"] == "application/problem+json", case


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "x" * 5000},
        {"accept": "application/json;q=abc"},
        {"accept": "*/*" + ",a/b" * 2000},
        {"accept-language": "x" * 5000},
        {"accept-language": "en\x00"},
        {"if-none-match": '"' * 3000},
        {"if-modified-since": "yesterday"},
        {"range": "bytes=0-1"},
    ],
)
def test_a_hostile_header_is_no_fault_of_ours(client, db, headers):
    assert client.get("/api/v1/cooperations/", headers=headers).status_code < 500
