"""Does the catalogue say what DCAT-AP-NO 3 demands, so that the national catalogue can harvest it?"""

from pathlib import Path

import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, SDO, BNode, Graph, Literal, URIRef

from agreements.exchange.catalogue import VCARD, catalogue, schema_org

SHAPES = Path(__file__).with_name("catalogue_shapes.ttl")
SITE = "https://samarbeid.example.org"
MANIFEST = {
    "known_at": "2026-01-31T12:00:00+00:00",
    "files": [
        {"name": "csv/memberships.csv", "bytes": 7, "sha256": "ab" * 32, "media_type": "text/csv"},
        {"name": "csv/memberships.csv.gz", "bytes": 5, "sha256": "cd" * 32, "media_type": "application/gzip"},
        {"name": "ttl/register.ttl", "bytes": 9, "sha256": "ef" * 32, "media_type": "text/turtle"},
        {"name": "datapackage.json", "bytes": 3, "sha256": "01" * 32, "media_type": "application/json"},
    ],
}


@pytest.fixture
def graph(settings) -> Graph:
    settings.OPERATOR_NAME = "Digital kommune"
    settings.OPERATOR_ORG_NUMBER = "991825827"
    settings.OPERATOR_EMAIL = "post@example.org"
    return catalogue(SITE, MANIFEST)


def faults(graph: Graph) -> str:
    """Return what the shapes find wrong; nothing for a catalogue that is in order."""
    fine, _report, text = pyshacl.validate(graph, shacl_graph=Graph().parse(SHAPES), advanced=True)
    return "" if fine else text


def test_the_catalogue_is_in_order(graph):
    assert faults(graph) == ""


def test_so_is_one_before_the_first_data_set_and_without_settings(settings):
    settings.OPERATOR_ORG_NUMBER = ""
    assert faults(catalogue(SITE, None)) == ""


@pytest.mark.parametrize(
    ("kind", "property_"),
    [
        (DCAT.Catalog, DCTERMS.title),
        (DCAT.Catalog, DCTERMS.description),
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Catalog, DCAT.contactPoint),
        (DCAT.Dataset, DCTERMS.title),
        (DCAT.Dataset, DCTERMS.description),
        (DCAT.Dataset, DCTERMS.publisher),
        (DCAT.Dataset, DCAT.contactPoint),
        (DCAT.Dataset, DCAT.theme),
        (DCAT.Distribution, DCAT.accessURL),
        (DCAT.DataService, DCTERMS.title),
        (DCAT.DataService, DCTERMS.publisher),
        (DCAT.DataService, DCAT.contactPoint),
        (DCAT.DataService, DCAT.endpointURL),
        (FOAF.Agent, FOAF.name),
        (VCARD.Organization, VCARD.fn),
    ],
)
def test_what_the_standard_demands_would_be_missed(graph, kind, property_):
    thing = next(graph.subjects(RDF.type, kind))
    graph.remove((thing, property_, None))
    assert faults(graph)


@pytest.mark.parametrize(
    ("kind", "property_", "value"),
    [
        (DCAT.Dataset, DCTERMS.title, Literal("En til", "nb")),
        (DCAT.Dataset, PROV.wasGeneratedBy, BNode("made")),
        (DCAT.Dataset, DCTERMS.spatial, Literal("Norge")),
        (DCAT.Distribution, DCAT.mediaType, URIRef("https://example.org/csv")),
        (DCAT.DataService, DCAT.endpointURL, URIRef("https://example.org/")),
    ],
)
def test_what_the_standard_refuses_would_be_found(graph, kind, property_, value):
    graph.add((next(graph.subjects(RDF.type, kind)), property_, value))
    assert faults(graph)


def test_the_publisher_is_the_one_in_the_settings(graph, settings):
    (publisher,) = graph.subjects(RDF.type, FOAF.Agent)
    assert str(publisher).endswith("/organizations/991825827")
    assert graph.value(publisher, FOAF.name) == Literal("Digital kommune", "nb")
    settings.CATALOG_PUBLISHER_URI = "https://example.org/oss"
    assert URIRef("https://example.org/oss") in catalogue(SITE, None).subjects(RDF.type, FOAF.Agent)


def test_the_distributions_lead_to_the_files(graph):
    (csv,) = (one for one in graph.subjects(RDF.type, DCAT.Distribution) if str(one).endswith("#csv"))
    assert list(graph.objects(csv, DCAT.downloadURL)) == [URIRef(f"{SITE}/data/csv/memberships.csv")]
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    assert str(graph.value(dataset, DCTERMS.modified)) == "2026-01-31T12:00:00+00:00"


def test_schema_org_says_the_same(settings):
    described = schema_org(SITE, MANIFEST)
    assert [one["contentUrl"] for one in described["distribution"]] == [
        f"{SITE}/data/csv/memberships.csv",
        f"{SITE}/data/ttl/register.ttl",
    ]
    words = {"@context", "@type", "@id"}
    assert all(hasattr(SDO, name) for name in set(described) - words)
