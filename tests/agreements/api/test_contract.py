"""Does the API keep what its OpenAPI document promises, whatever is sent to it?"""

import json

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck
from schemathesis.specs.openapi.checks import positive_data_acceptance

from registry.wsgi import application
from tests import factories

from .test_queries import one_more

DOCUMENT = json.loads((settings.BASE_DIR / "docs" / "openapi.json").read_text())
PATHS = sorted(path for path, methods in DOCUMENT["paths"].items() if "get" in methods)
#: Which municipalities, tasks and sources there are is in the data, not in the document: a name of none gets 400.
NOT_PROMISED = [positive_data_acceptance]


@pytest.fixture
def schema(db):
    """Return the document as it is served, with an application that answers in the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    one_more(1)
    factories.document(confirmed=True)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("path", PATHS)
def test_the_document_is_kept_by_whatever_is_sent(schema, path):
    @hypothesis.given(case=schema[path]["GET"].as_strategy())
    @hypothesis.settings(
        derandomize=True, max_examples=6, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    def ask(case):
        if case.query and "wait" in case.query:
            del case.query["wait"]
        case.call_and_validate(excluded_checks=NOT_PROMISED)

    ask()


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
@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_question_is_refused_or_answered(client, db, name, query):
    response = client.get(f"/api/v1/{name}/?{query}")
    assert response.status_code in (200, 400)
    assert "Set-Cookie" not in response.headers
    assert "X-Evil" not in response.headers
    if response.status_code == 400:
        assert response["Content-Type"] == "application/problem+json"


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
