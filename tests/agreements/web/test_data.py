"""Can the whole register be fetched, and do the addresses of linked data lead to what they name?"""

import gzip
import json

import pytest
import rdflib

from agreements.exchange import dump
from agreements.models import Change, Cooperation
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def data(settings, tmp_path):
    """Publish a data set with one cooperation."""
    settings.DATA_DIR = tmp_path
    made = factories.cooperation("</script><b>Lege", slug="lege")
    factories.membership(made, factories.municipality(), "host")
    dump.publish()
    return made


def body(response) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return content


def test_the_page_lists_every_file(get, data, client):
    page = get("/data/")
    manifest = json.loads(body(client.get("/data/manifest.json")))
    listed = {link.removeprefix("/data/") for link in page.links if link.startswith("/data/")}
    assert {file["name"] for file in manifest["files"]} <= listed
    for name in listed - {""}:
        response = client.get(f"/data/{name}")
        assert response.status_code == 200, name
        body(response)


def test_the_page_describes_itself_to_search_engines(get, data):
    page = get("/data/")
    script = page.html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    described = json.loads(script)
    assert described["@type"] == "Dataset"
    assert described["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert any(one["contentUrl"].endswith("/data/csv/memberships.csv") for one in described["distribution"])


def test_the_page_is_there_before_the_first_data_set(get, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "finnes-ikke"
    assert "ikke laget ennå" in get("/data/").text
    get("/data/manifest.json", 404)
    get("/data/catalog")


def test_a_file_comes_with_length_type_and_checksum(client, data):
    response = client.get("/data/csv/memberships.csv")
    content = body(response)
    assert response["Content-Type"] == "text/csv"
    assert int(response["Content-Length"]) == len(content)
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get("/data/csv/memberships.csv", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, body(again)) == (304, b"")
    packed = client.get("/data/csv/memberships.csv.gz")
    assert packed["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in packed.headers
    assert gzip.decompress(body(packed)) == content
    head = client.head("/data/manifest.json")
    assert (head.status_code, body(head)) == (200, b"")
    assert client.post("/data/manifest.json").status_code == 405


@pytest.mark.parametrize(
    "name",
    ["../secret-key", "csv/../../secret-key", "/etc/passwd", "csv", "csv/", "nei.csv", "%00"],
)
def test_only_the_files_of_the_data_set_are_handed_out(client, data, settings, name):
    (settings.DATA_DIR / "secret-key").write_text("hemmelig")
    assert client.get(f"/data/{name}").status_code == 404


# The catalogue


@pytest.mark.parametrize(
    ("address", "accept", "media_type"),
    [
        ("/data/catalog", "*/*", "text/turtle"),
        ("/data/catalog", "text/html,*/*;q=0.1", "text/turtle"),
        ("/data/catalog", "text/html", "text/turtle"),
        ("/data/catalog", "application/ld+json", "application/ld+json"),
        ("/data/catalog", "application/rdf+xml, text/turtle;q=0.5", "application/rdf+xml"),
        ("/data/catalog.jsonld", "text/turtle", "application/ld+json"),
        ("/data/catalog.ttl", "*/*", "text/turtle"),
        ("/data/catalog?format=rdf", "*/*", "application/rdf+xml"),
    ],
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # within rdflib
def test_the_catalogue_comes_in_the_form_that_is_asked_for(client, data, address, accept, media_type):
    response = client.get(address, headers={"accept": accept})
    assert response["Content-Type"] == f"{media_type}; charset=utf-8"
    assert "Accept" in response["Vary"]
    names = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/rdf+xml": "xml"}
    graph = rdflib.Graph().parse(data=response.content, format=names[media_type])
    assert len(list(graph.subjects(rdflib.RDF.type, rdflib.DCAT.Distribution))) == 5


def test_a_form_that_there_is_not_is_refused(client, data):
    assert client.get("/data/catalog", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/data/catalog.xlsx").status_code == 404
    assert client.get("/data/catalog?format=xlsx").status_code == 404


# Linked data


def test_a_linked_data_address_leads_to_page_json_or_turtle(client, data):
    address = f"/id/cooperation/{data.pk}"
    page = client.get(address, headers={"accept": "text/html"})
    assert (page.status_code, page["Location"]) == (303, "/samarbeid/lege/")
    json_ = client.get(address, headers={"accept": "application/json"})
    assert (json_.status_code, json_["Location"]) == (303, "/api/v1/cooperations/lege/")
    turtle = client.get(address, headers={"accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=turtle.content, format="turtle")
    subject = rdflib.URIRef(f"http://127.0.0.1:8000{address}")
    assert str(graph.value(subject, rdflib.SKOS.prefLabel)) == "</script><b>Lege"


@pytest.mark.parametrize("kind", ["organisation", "municipality", "task", "source", "county"])
def test_everything_has_an_address_that_leads_to_its_page(client, data, kind):
    factories.cooperation("Med oppgave", tasks=[factories.task()])
    for change in Change.objects.filter(object_type=kind):
        response = client.get(f"/id/{kind}/{change.object_id}", follow=True)
        assert response.status_code == 200, response.redirect_chain


def test_what_is_not_public_has_no_address(client, data):
    draft = factories.cooperation("Utkast", publication="draft", cite=False)
    assert client.get(f"/id/cooperation/{draft.pk}").status_code == 404
    Cooperation.objects.filter(pk=data.pk).update(publication="withdrawn")
    assert client.get(f"/id/cooperation/{data.pk}").status_code == 404
    for address in ("/id/tull/1", "/id/cooperation/999999999999999999999", "/id/cooperation/0"):
        assert client.get(address).status_code == 404
