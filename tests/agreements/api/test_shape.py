"""Are fields, embedded facts and formats given as they are asked for?"""

import csv
import datetime
import io
import json

import jsonschema
import openpyxl
import pytest
import rdflib

from agreements.models import Clause, Decision, Task
from municipalities.models import Municipality
from tests import factories


@pytest.fixture
def facts(db):
    """Two companies, one with two owners, an agreement and a decision; and one that is not public."""
    drammen, lier = factories.municipality(), factories.municipality("Lier", "3312")
    Municipality.objects.filter(pk=drammen.pk).update(latitude=59.7, longitude=10.2, point_kind="inside")
    made = factories.cooperation("=Renovasjon IKS", "IKS", slug="renovasjon", tasks=[factories.task()])
    factories.membership(made, drammen, "owner", share=(1, 7), valid_from=datetime.date(2020, 1, 1))
    factories.membership(made, lier, "owner", share=(6, 7))
    agreement = factories.agreement(made, "Selskapsavtale", kind="company", note="coordinators only")
    Decision.objects.create(agreement=agreement, organisation=drammen.organisation, decided_on="2020-03-12")
    Clause.objects.create(agreement=agreement, item="IKS-04a", status="present", place="§ 1")
    factories.cooperation("Vann", "KO")
    hidden = factories.cooperation("Hemmelig", publication="draft")
    factories.membership(hidden, drammen)
    secret = factories.agreement(hidden, "Hemmelig avtale")
    Decision.objects.create(agreement=secret, organisation=drammen.organisation)
    Clause.objects.create(agreement=secret, item="IKS-04a", status="missing")
    return made


def get(client, path: str, **headers):
    response = client.get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == 200, response.content.decode()
    return b"".join(response) if response.streaming else response.content


def test_only_the_fields_that_are_asked_for(ask, facts):
    assert ask("cooperations/", fields="slug,form")["results"] == [
        {"slug": "renovasjon", "form": "IKS"},
        {"slug": "vann", "form": "KO"},
    ]
    assert ask("cooperations/renovasjon/", fields="name") == {"name": "=Renovasjon IKS"}
    assert set(ask("municipalities/", fields="number")["results"][0]) == {"number"}


@pytest.mark.parametrize("name", ["fields", "expand", "format"])
def test_what_is_not_known_is_refused(ask, facts, name):
    assert list(ask("cooperations/", expect=400, **{name: "secret"})) == [name]


def test_a_misspelt_field_gets_the_one_that_was_meant(ask, facts):
    assert ask("cooperations/", expect=400, fields="slg") == {"fields": ["«slg» finnes ikke her. Mente du «slug»?"]}


def test_facts_are_embedded(ask, facts):
    first, second = ask("cooperations/", expand="agreements,decisions,clauses,documents,findings")["results"]
    assert [one["title"] for one in first["agreements"]] == ["Selskapsavtale"]
    assert [one["organisation"]["name"] for one in first["decisions"]] == ["Drammen"]
    assert first["clauses"][0]["place"] == "§ 1"
    assert first["findings"][0]["rule"]
    assert second["agreements"] == second["decisions"] == second["documents"] == []
    assert "note" not in first["agreements"][0]
    assert ask(f"agreements/{facts.agreements.get().pk}/", expand="decisions")["decisions"][0]["agreement"]


def test_what_is_embedded_changes_the_validator(client, facts):
    def tag() -> str:
        return client.get("/api/v1/cooperations/renovasjon/?expand=decisions")["ETag"]

    before = tag()
    Decision.objects.update(case_number="14/22")
    assert tag() != before


def test_each_format_has_a_validator_of_its_own(client, facts):
    tags = {client.get(f"/api/v1/municipalities/?format={kind}")["ETag"] for kind in ("json", "jsonl", "csv")}
    assert len(tags) == 3
    response = client.get("/api/v1/municipalities/", headers={"accept": "text/csv"})
    assert "Accept" in response["Vary"]
    again = client.get("/api/v1/municipalities/", headers={"accept": "text/csv", "if-none-match": response["ETag"]})
    assert again.status_code == 304
    as_json = client.get("/api/v1/municipalities/", headers={"if-none-match": response["ETag"]})
    assert as_json.status_code == 200


def test_json_lines_hold_the_whole_list(client, ask, facts):
    rows = [json.loads(line) for line in get(client, "cooperations/", accept="application/jsonl").splitlines()]
    assert rows == ask("cooperations/")["results"]


def test_csv_runs_nothing_and_has_the_documented_heading(client, facts):
    text = get(client, "cooperations/?format=csv&fields=name,form,memberships,body").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][:2] == ["name", "body.id"]
    assert rows[1][0] == "'=Renovasjon IKS"
    assert rows[1][-1] == "Drammen (eier); Lier (eier)"
    assert "\r\n" in text


def test_a_workbook(client, facts):
    book = openpyxl.load_workbook(io.BytesIO(get(client, "memberships/?format=xlsx")))
    heading, *rows = book.active.iter_rows(values_only=True)
    assert "ownership_share.fraction" in heading
    assert [row[heading.index("ownership_share.fraction")] for row in rows] == ["1/7", "6/7"]
    assert rows[0][heading.index("valid_from")] == datetime.datetime(2020, 1, 1)


def test_a_map(client, facts):
    told = json.loads(get(client, "cooperations/", accept="application/geo+json"))
    assert told["features"][0]["geometry"] == {"type": "MultiPoint", "coordinates": [[10.2, 59.7]]}
    assert told["features"][1]["geometry"] is None
    places = json.loads(get(client, "municipalities/?format=geojson"))["features"]
    assert places[0]["geometry"] == {"type": "Point", "coordinates": [10.2, 59.7]}
    assert places[1]["geometry"] is None


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own
@pytest.mark.parametrize("path", ["cooperations/", "organisations/", "municipalities/", "cooperations/renovasjon/"])
def test_linked_data_can_be_read(client, facts, path):
    graph = rdflib.Graph().parse(data=get(client, path, accept="application/ld+json"), format="json-ld")
    assert len(graph) > 3
    if path.startswith("cooperations"):
        assert (None, rdflib.URIRef("http://www.w3.org/ns/org#hasMembership"), None) in graph


#: The parts of the schema of BODS 0.4 that our statements use.
DETAILS = {
    "entity": {
        "required": ["isComponent", "entityType"],
        "properties": {
            "isComponent": {"type": "boolean"},
            "entityType": {
                "required": ["type"],
                "properties": {"type": {"enum": ["registeredEntity", "legalEntity", "arrangement", "stateBody"]}},
            },
            "jurisdiction": {"required": ["name"], "properties": {"code": {"minLength": 2, "maxLength": 6}}},
            "foundingDate": {"format": "date"},
            "uri": {"format": "uri"},
        },
    },
    "relationship": {
        "required": ["isComponent", "subject", "interestedParty", "interests"],
        "properties": {
            "interests": {
                "items": {
                    "properties": {
                        "type": {"enum": ["shareholding"]},
                        "directOrIndirect": {"enum": ["direct", "indirect", "unknown"]},
                        "share": {"properties": {"exact": {"type": "number", "minimum": 0, "maximum": 100}}},
                        "startDate": {"type": "string", "format": "date"},
                    }
                }
            }
        },
    },
}
STATEMENT = {
    "required": ["statementId", "declarationSubject", "recordId", "recordType", "recordDetails", "publicationDetails"],
    "properties": {
        "statementId": {"type": "string", "minLength": 32, "maxLength": 64},
        "statementDate": {"format": "date"},
        "recordType": {"enum": ["entity", "relationship"]},
        "recordStatus": {"enum": ["new", "updated", "closed"]},
        "publicationDetails": {
            "required": ["publicationDate", "bodsVersion", "publisher"],
            "properties": {"bodsVersion": {"const": "0.4"}},
        },
    },
}


def test_ownership_in_bods(client, facts):
    statements = json.loads(get(client, "cooperations/?format=bods"))
    for one in statements:
        jsonschema.validate(one, STATEMENT, format_checker=jsonschema.FormatChecker())
        jsonschema.validate(one["recordDetails"], DETAILS[one["recordType"]])
    assert [one["recordType"] for one in statements] == [
        "entity", "entity", "relationship", "entity", "relationship"]  # fmt: skip
    (interest,) = statements[2]["recordDetails"]["interests"]
    assert interest["details"] == "Eierandel 1/7"
    assert interest["share"]["exact"] == pytest.approx(100 / 7)
    known = {one["recordId"] for one in statements}
    assert statements[2]["recordDetails"]["interestedParty"] in known
    assert len({one["statementId"] for one in statements}) == len(statements)


@pytest.mark.parametrize("query", ["format=csv&page_size=10", "format=geojson&fields=name", "format=csv&cursor=x"])
def test_what_does_not_go_with_a_format_is_refused(ask, facts, query):
    ask(f"cooperations/?{query}", expect=400)


def test_a_list_in_another_language(client, facts):
    Task.objects.update(name_en="Emergency room")
    line = get(client, "cooperations/?format=jsonl", **{"accept-language": "en"}).splitlines()[0]
    assert json.loads(line)["tasks"][0]["name"] == "Emergency room"
