"""Does the OpenAPI document describe what the API answers, wholly and in words?"""

import json
import re
from datetime import date
from io import StringIO

import jsonschema
import pytest
import yaml
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.utils import translation

from agreements.models import Clause, Decision
from tests import factories

from .test_queries import one_more

LISTS = {
    "cooperations": "cooperations/{slug}/",
    "organisations": "organisations/{slug}/",
    "municipalities": "municipalities/{key}/",
    "counties": "counties/{number}/",
    "tasks": "tasks/{code}/",
    "sources": "sources/{key}/",
    "memberships": "memberships/{id}/",
    "agreements": "agreements/{id}/",
    "decisions": "decisions/{id}/",
    "clauses": "clauses/{id}/",
    "documents": "documents/{id}/",
    "municipality-changes": "municipality-changes/{id}/",
}


@pytest.fixture
def document(client, db) -> dict:
    return client.get("/api/v1/schema/").json()


def operations(document: dict) -> list[tuple[str, dict]]:
    return [(path, methods["get"]) for path, methods in document["paths"].items() if "get" in methods]


def writings(document: dict) -> list[tuple[str, dict]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "get"
    ]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_document_is_valid_and_without_warnings(db, language):
    out = StringIO()
    with translation.override(language):
        call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)
    assert json.loads(out.getvalue())["openapi"] == "3.1.0"


def test_the_document_that_is_committed_is_that_of_the_code(db):
    """Write it anew with the command in docs/api.md, and tell the change in docs/api-changelog.md."""
    out = StringIO()
    call_command("spectacular", "--format", "openapi-json", stdout=out)
    assert json.loads((settings.BASE_DIR / "docs" / "openapi.json").read_text()) == json.loads(out.getvalue())


def test_every_address_is_described(document):
    assert set(document["paths"]) == {
        "/api/v1/",
        *(f"/api/v1/{name}/" for name in LISTS),
        *(f"/api/v1/{path}" for path in LISTS.values()),
        "/api/v1/cooperations/{slug}/findings/",
        "/api/v1/cooperations/bulk/",
        *(
            f"/api/v1/cooperations/{{slug}}/{deed}/"
            for deed in (
                "memberships",
                "memberships/{membership}/leave",
                "decisions",
                "end",
                "reopen",
                "publication",
            )
        ),
        "/api/v1/changes/",
        "/api/v1/changes.atom",
        "/api/v1/forms/",
        "/api/v1/forms/{code}/",
        "/api/v1/statistics/",
    }
    assert {name.replace("/api/v1/cooperations", "") for name, _operation in writings(document)} == {
        "post /",
        "post /bulk/",
        "patch /{slug}/",
        "post /{slug}/memberships/",
        "post /{slug}/memberships/{membership}/leave/",
        "post /{slug}/decisions/",
        "post /{slug}/end/",
        "post /{slug}/reopen/",
        "post /{slug}/publication/",
    }


def test_writing_is_described_with_its_faults_and_needs_a_token(document):
    for name, operation in writings(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["security"] == [{"token": []}], name
        faults = {"400", "401", "403", "405", "406", "409", "411", "413", "415", "422", "429"}
        conditional = {"404", "412", "428"} if "{slug}" in name else set()
        assert {code for code in operation["responses"] if code > "299"} == faults | conditional, name
        headers = {p["name"]: p.get("required", False) for p in operation["parameters"] if p["in"] == "header"}
        assert headers == {"Idempotency-Key": False} | ({"If-Match": True} if conditional else {}), name
        assert all(p["description"] for p in operation["parameters"]), name
        assert all(answer["description"] is not None for answer in operation["responses"].values()), name


def test_bodies_are_described_as_closed(document):
    """Unknown fields are refused (test_writing); an object that is sent as it was read names only its key."""
    schemas = document["components"]["schemas"]
    closed = {name for name, schema in schemas.items() if schema.get("additionalProperties") is False}
    assert closed == {
        "CitationGiven", "CooperationAmended", "CooperationGiven", "CooperationRow", "Deciding", "Ending", "Joining",
        "Leaving", "Many", "MemberCorrected", "MemberGiven", "Publishing", "Reopening", "ShareAnew",
    }  # fmt: skip


def test_every_field_is_described(document):
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, about in schema.get("properties", {}).items()
        if not about.get("description") and field != "results"
    ]
    assert bare == []


def test_every_parameter_and_every_answer_is_described(document):
    for path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])


def test_every_error_is_described(document):
    withdrawn = ("cooperations/{", "organisations/{", "municipalities/{", "documents/{", "changes/")
    for path, operation in operations(document):
        expected = {"200", "400", "401", "405", "406", "429"} | ({"404"} if "{" in path else set())
        expected |= {"410"} if any(path.startswith(f"/api/v1/{name}") for name in withdrawn) else set()
        assert set(operation["responses"]) == expected, path
        for status in expected - {"200"}:
            assert operation["responses"][status]["description"], (path, status)
            assert operation["responses"][status]["content"]["application/problem+json"]["schema"], (path, status)


@pytest.mark.parametrize("name", LISTS)
def test_the_documented_parameters_are_those_that_are_known(client, document, name):
    """What the answer to an unknown parameter lists is what the document lists."""
    documented = {p["name"] for p in document["paths"][f"/api/v1/{name}/"]["get"]["parameters"]}
    (message,) = client.get(f"/api/v1/{name}/?xyzzy=1").json()["errors"]["xyzzy"]
    assert set(re.findall(r"\w+", message.partition(":")[2])) == documented


@pytest.mark.parametrize("name", ["cooperations", "organisations", "municipalities", "counties"])
def test_the_day_is_documented_for_lists_and_details(document, name):
    for path in (name + "/", LISTS[name]):
        names = [p["name"] for p in document["paths"][f"/api/v1/{path}"]["get"]["parameters"]]
        assert "on" in names


def test_the_bounds_of_a_page_are_documented(document):
    parameters = {p["name"]: p for p in document["paths"]["/api/v1/cooperations/"]["get"]["parameters"]}
    assert parameters["page_size"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    assert parameters["count"]["schema"] == {"type": "boolean", "default": False}


def as_json_schema(node):
    """Return a schema in which unknown keys are to be found."""
    if isinstance(node, list):
        return [as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = {key: as_json_schema(value) for key, value in node.items()}
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        node.setdefault("additionalProperties", False)
    return node


@pytest.fixture
def filled(db):
    one_more(1)
    factories.municipality("Uten alt", "9901", factories.county("01"))
    factories.cooperation("Uten alt", cite=False)
    agreement = factories.agreement(factories.cooperation("Med avtale"))
    decider = factories.organisation("Vedtar")
    Decision.objects.create(agreement=agreement, organisation=decider, decided_on=date(2024, 1, 1))
    Clause.objects.create(agreement=agreement, item="IPR-14a", status="present")
    factories.document(agreement, confirmed=True)
    factories.cooperation("Vagt", valid_from=date(2012, 1, 1), valid_from_precision="two_years")


@pytest.mark.parametrize("name", LISTS)
def test_the_answer_is_as_described(client, filled, document, name):
    operation = document["paths"][f"/api/v1/{name}/"]["get"]
    reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"][0]
    schema = as_json_schema({**reference, "components": document["components"]})
    answer = client.get(f"/api/v1/{name}/?page_size=200").json()
    assert answer["results"]
    jsonschema.validate(answer, schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("name", LISTS)
def test_a_described_field_that_is_missing_would_be_found(client, filled, document, name):
    """Every field of an answer is required, so that the test above cannot pass on an empty thing."""
    reference = document["paths"][f"/api/v1/{name}/"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]["anyOf"][0]
    page = document["components"]["schemas"][reference["$ref"].rpartition("/")[2]]
    row = document["components"]["schemas"][page["properties"]["results"]["items"]["$ref"].rpartition("/")[2]]
    assert set(row["required"]) == set(row["properties"])


@pytest.mark.parametrize("query", ["?format=yaml", ""])
def test_the_document_comes_as_yaml_where_it_is_asked_for(client, document, query):
    accept = {} if query else {"accept": "application/vnd.oai.openapi"}
    response = client.get(f"/api/v1/schema/{query}", headers=accept)
    assert "json" not in response["Content-Type"]
    assert yaml.safe_load(response.content) == document


@pytest.mark.parametrize("value", ["xx", "../../etc", "\x00", "nb\x00"])
def test_the_document_refuses_an_unknown_language(ask, value):
    assert list(ask("schema/", expect=400, lang=value)) == ["lang"]


def test_the_document_refuses_an_unknown_parameter(ask):
    assert list(ask("schema/", expect=400, langg="nb")) == ["langg"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_document_comes_in_every_language(ask, language):
    assert ask("schema/", lang=language)["paths"]


@pytest.fixture
def docs(client, db, settings) -> str:
    # The names of collected files differ from run to run; what is asked here is where they lie.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    response = client.get("/api/v1/docs/", headers={"accept": "text/html"})
    assert response.status_code == 200
    return response.content.decode()


def test_the_documentation_asks_no_third_party(docs):
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"", docs)
    assert addresses
    assert [address for address in addresses if not address.startswith("/static/drf_spectacular_sidecar/")] == []
    assert "//" not in re.sub(r"(?m)^\s*//.*$", "", docs.split("</head>")[1]).replace("</", "")
    # Swagger UI asks validator.swagger.io unless it is told not to.
    assert '"validatorUrl": null' in docs


def test_the_files_of_the_documentation_are_here(docs):
    files = re.findall(r"\"/static/(drf_spectacular_sidecar/[^\"]+)\"", docs)
    assert len(files) == 4
    assert [name for name in files if finders.find(name) is None] == []


def test_the_documentation_reads_our_document(docs):
    assert "/api/v1/schema/" in docs
