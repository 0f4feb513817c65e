"""How does the register present itself to the national data catalogue?  DCAT-AP-NO 3, ready to be harvested.

One catalogue with one data set, a distribution for each format, and the API as a data service. What the operator
decides (name, organisation number, contact) comes from the settings; the rest follows from the newest data set.
"""

import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from rdflib import RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, PROV, SKOS

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
CPSV = Namespace("http://purl.org/vocab/cpsv#")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
AUTHORITY = Namespace("http://publications.europa.eu/resource/authority/")
#: Where the types of IANA are resources (DCAT-AP-NO 3, dcat:mediaType).
IANA = Namespace("https://www.w3.org/ns/iana/media-types/")
ACTIVITY = Namespace("https://data.norge.no/vocabulary/provenance-activity-type#")
LEGAL_TYPE = Namespace("https://data.norge.no/vocabulary/legal-resource-type#")

TITLE = {
    "nb": "Register over interkommunalt samarbeid",
    "nn": "Register over interkommunalt samarbeid",
    "en": "Register of inter-municipal cooperation",
}
DESCRIPTION = {
    "nb": (
        "Hvem som deltar i hvilket interkommunalt samarbeid i Norge, i hvilken rolle og med hvilken andel, fra når til "
        "når, med avtaler, vedtak, oppgaver og kilder, og med norske kommuner og fylker gjennom tid."
    ),
    "nn": (
        "Kven som deltek i kva interkommunalt samarbeid i Noreg, i kva rolle og med kva del, frå når til når, "
        "med avtalar, vedtak, oppgåver og kjelder, og med norske kommunar og fylke gjennom tid."
    ),
    "en": (
        "Who takes part in which inter-municipal cooperation in Norway, in which role and with which share, from when "
        "to when, with agreements, decisions, tasks and sources, and with Norwegian municipalities and counties "
        "through time."
    ),
}
API_TITLE = {"nb": "API for registeret", "nn": "API for registeret", "en": "The register's API"}
PROVENANCE = {
    "nb": "Hver opplysning viser til en kilde; kildene med lisens og kreditering står i tabellen «sources».",
    "nn": "Kvar opplysning viser til ei kjelde; kjeldene med lisens og kreditering står i tabellen «sources».",
    "en": "Each fact cites a source; the sources, with licence and credit, are in the table “sources”.",
}
WHOLE = {"nb": "Hele registeret som %s.", "nn": "Heile registeret som %s.", "en": "The whole register as %s."}
KEYWORDS = {
    "nb": ["interkommunalt samarbeid", "kommuner", "samarbeidsavtaler", "vertskommune", "IKS"],
    "nn": ["interkommunalt samarbeid", "kommunar", "samarbeidsavtalar", "vertskommune", "IKS"],
    "en": ["inter-municipal cooperation", "municipalities", "agreements"],
}
#: Kommuneloven and IKS-loven, which the cooperations rest on.
LAWS = {
    "https://lovdata.no/eli/lov/2018/06/22/83": {"nb": "Kommuneloven", "nn": "Kommunelova"},
    "https://lovdata.no/eli/lov/1999/01/29/6": {"nb": "IKS-loven", "nn": "IKS-lova"},
}
#: A word of the LOS vocabulary: how municipalities govern belongs to democracy.
LOS = ["https://psi.norge.no/los/tema/demokrati-og-innbyggerrettigheter"]
NORWAY = URIRef("http://publications.europa.eu/resource/authority/country/NOR")
#: Format, which is its folder in the data set → (file type of the EU, media type of IANA, where there is one; title).
FORMATS = {
    "csv": ("CSV", "text/csv", "CSV"),
    "jsonl": ("JSON", "", "JSON Lines"),
    "parquet": ("PARQUET", "application/vnd.apache.parquet", "Parquet"),
    "sqlite": ("", "application/vnd.sqlite3", "SQLite"),
    "ttl": ("RDF_TURTLE", "text/turtle", "Turtle"),
}


def catalogue(site: str, manifest: dict[str, Any] | None) -> Graph:
    """Return the catalogue; ``manifest`` is that of the newest data set, None before the first."""
    graph = Graph()
    for prefix, namespace in {
        "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "vcard": VCARD, "adms": ADMS, "spdx": SPDX, "dcatap": DCATAP,
        "prov": PROV, "skos": SKOS, "org": ORG, "eli": ELI,
    }.items():  # fmt: skip
        graph.bind(prefix, namespace)
    data = f"{site}{reverse('data')}"
    catalog, dataset, service = (URIRef(f"{data}catalog#{name}") for name in ("catalog", "dataset", "api"))
    publisher, contact = _publisher(graph, data), _contact(graph, data, site)
    modified = _modified(manifest)

    for thing, kind, titles in (
        (catalog, DCAT.Catalog, TITLE),
        (dataset, DCAT.Dataset, TITLE),
        (service, DCAT.DataService, API_TITLE),
    ):
        graph.add((thing, RDF.type, kind))
        _texts(graph, thing, DCTERMS.title, titles)
        _texts(graph, thing, DCTERMS.description, DESCRIPTION)
        graph.add((thing, DCTERMS.publisher, publisher))
        graph.add((thing, DCAT.contactPoint, contact))
        graph.add((thing, DCTERMS.license, AUTHORITY["licence/CC_BY_4_0"]))
        for language in ("NOB", "NNO", "ENG") if thing != dataset else ("NOB",):
            graph.add((thing, DCTERMS.language, AUTHORITY[f"language/{language}"]))
        if modified:
            graph.add((thing, DCTERMS.modified, modified))
    graph.remove((dataset, DCTERMS.license, None))  # of data, the licence is that of each distribution

    graph.add((catalog, DCAT.dataset, dataset))
    graph.add((catalog, DCAT.service, service))
    graph.add((catalog, DCTERMS.spatial, NORWAY))
    graph.add((catalog, DCAT.themeTaxonomy, AUTHORITY["data-theme"]))
    graph.add((catalog, FOAF.homepage, URIRef(f"{site}/")))
    _dataset(graph, dataset, data)
    _service(graph, service, dataset, site)
    for name in FORMATS:
        _distribution(graph, dataset, data, name, manifest, service)
    return graph


def _texts(graph: Graph, thing, predicate, texts: dict[str, str]) -> None:
    for language, text in texts.items():
        graph.add((thing, predicate, Literal(text, language)))


def _modified(manifest: dict[str, Any] | None) -> Literal | None:
    if not manifest or not manifest["known_at"]:
        return None
    return Literal(datetime.datetime.fromisoformat(manifest["known_at"]).isoformat(), datatype=XSD.dateTime)


def _operator() -> str:
    """Return who publishes: the operator, the register itself where none is named."""
    return settings.OPERATOR_NAME or TITLE["nb"]


def _publisher(graph: Graph, data: str) -> URIRef:
    number = settings.OPERATOR_ORG_NUMBER
    address = settings.CATALOG_PUBLISHER_URI
    if not address and number:
        address = f"https://organization-catalog.fellesdatakatalog.digdir.no/organizations/{number}"
    publisher = URIRef(address or f"{data}catalog#publisher")
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal(_operator(), "nb")))
    if number:
        graph.add((publisher, DCTERMS.identifier, Literal(number)))
    return publisher


def _contact(graph: Graph, data: str, site: str) -> URIRef:
    contact = URIRef(f"{data}catalog#contact")
    graph.add((contact, RDF.type, VCARD.Organization))
    graph.add((contact, VCARD.fn, Literal(_operator(), "nb")))
    graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{settings.OPERATOR_EMAIL or settings.DEFAULT_FROM_EMAIL}")))
    graph.add((contact, VCARD.hasURL, URIRef(f"{site}{reverse('about')}")))
    return contact


def _dataset(graph: Graph, dataset: URIRef, data: str) -> None:
    graph.add((dataset, DCAT.theme, AUTHORITY["data-theme/GOVE"]))
    for word in LOS:
        graph.add((dataset, DCAT.theme, URIRef(word)))
    for language, words in KEYWORDS.items():
        for word in words:
            graph.add((dataset, DCAT.keyword, Literal(word, language)))
    graph.add((dataset, DCTERMS.accessRights, AUTHORITY["access-right/PUBLIC"]))
    graph.add((dataset, DCTERMS.accrualPeriodicity, AUTHORITY["frequency/DAILY"]))
    graph.add((dataset, DCTERMS.spatial, NORWAY))
    graph.add((dataset, DCAT.landingPage, URIRef(data)))
    graph.add((dataset, DCTERMS.identifier, Literal(str(dataset))))
    for law, names in LAWS.items():
        graph.add((dataset, DCATAP.applicableLegislation, URIRef(law)))
        graph.add((URIRef(law), RDF.type, ELI.LegalResource))
        graph.add((URIRef(law), DCTERMS.type, LEGAL_TYPE.act))
        _texts(graph, URIRef(law), DCTERMS.title, names)
    period = BNode("period")
    graph.add((dataset, DCTERMS.temporal, period))
    graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
    # Municipalities are followed from SSB's list of 1999; cooperations from when their sources say.
    graph.add((period, DCAT.startDate, Literal("1999-01-01", datatype=XSD.date)))
    # From sources, and from those who take part.
    for activity in ("collecting-from-third-party", "collecting-from-user"):
        graph.add((dataset, PROV.wasGeneratedBy, ACTIVITY[activity]))
        graph.add((ACTIVITY[activity], RDF.type, PROV.Activity))
    statement = BNode("provenance")
    graph.add((dataset, DCTERMS.provenance, statement))
    graph.add((statement, RDF.type, DCTERMS.ProvenanceStatement))
    _texts(graph, statement, SKOS.prefLabel, PROVENANCE)


def _service(graph: Graph, service: URIRef, dataset: URIRef, site: str) -> None:
    root = URIRef(f"{site}{reverse('api:root')}")
    graph.add((service, DCAT.endpointURL, root))
    graph.add((service, DCAT.endpointDescription, URIRef(f"{site}{reverse('api:schema')}")))
    graph.add((service, DCAT.landingPage, URIRef(f"{site}{reverse('api:docs')}")))
    graph.add((service, DCAT.servesDataset, dataset))
    graph.add((service, DCAT.theme, AUTHORITY["data-theme/GOVE"]))
    graph.add((service, DCTERMS.accessRights, AUTHORITY["access-right/PUBLIC"]))
    graph.add((service, DCTERMS["format"], AUTHORITY["file-type/JSON"]))
    graph.add((service, DCTERMS.conformsTo, URIRef("https://spec.openapis.org/oas/v3.1.0.html")))
    graph.add((service, DCATAP.availability, AUTHORITY["planned-availability/STABLE"]))
    for law in LAWS:
        graph.add((service, DCATAP.applicableLegislation, URIRef(law)))
    for language, words in KEYWORDS.items():
        for word in words:
            graph.add((service, DCAT.keyword, Literal(word, language)))


def _distribution(graph: Graph, dataset, data: str, name: str, manifest: dict[str, Any] | None, service) -> None:
    file_type, media_type, title = FORMATS[name]
    one = URIRef(f"{data}catalog#{name}")
    graph.add((dataset, DCAT.distribution, one))
    graph.add((one, RDF.type, DCAT.Distribution))
    _texts(graph, one, DCTERMS.title, dict.fromkeys(WHOLE, title))
    _texts(graph, one, DCTERMS.description, {language: text % title for language, text in WHOLE.items()})
    graph.add((one, DCAT.accessURL, URIRef(f"{data}#{name}")))
    if file_type:
        graph.add((one, DCTERMS["format"], AUTHORITY[f"file-type/{file_type}"]))
    if media_type:
        graph.add((one, DCAT.mediaType, IANA[media_type]))
    graph.add((one, DCTERMS.license, AUTHORITY["licence/CC_BY_4_0"]))
    graph.add((one, ADMS.status, AUTHORITY["distribution-status/COMPLETED"]))
    graph.add((one, DCATAP.availability, AUTHORITY["planned-availability/STABLE"]))
    files = [file for file in (manifest or {}).get("files", []) if file["name"].startswith(f"{name}/")]
    files = [file for file in files if not file["name"].endswith(".gz")]
    for file in files:
        graph.add((one, DCAT.downloadURL, URIRef(data + file["name"])))
    if len(files) == 1:
        graph.add((one, DCAT.byteSize, Literal(file["bytes"], datatype=XSD.nonNegativeInteger)))
        check = BNode(f"checksum-{name}")
        graph.add((one, SPDX.checksum, check))
        graph.add((check, RDF.type, SPDX.Checksum))
        graph.add((check, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
        graph.add((check, SPDX.checksumValue, Literal(file["sha256"], datatype=XSD.hexBinary)))


def schema_org(site: str, manifest: dict[str, Any] | None) -> dict[str, Any]:
    """Return the data set as search engines for data read it (schema.org)."""
    data = f"{site}{reverse('data')}"
    files = [file for file in (manifest or {}).get("files", []) if not file["name"].endswith(".gz")]
    about: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{data}catalog#dataset",
        "name": TITLE["nb"],
        "description": DESCRIPTION["nb"],
        "url": data,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
        "inLanguage": "nb",
        "keywords": KEYWORDS["nb"],
        "spatialCoverage": "Norge",
        "temporalCoverage": "1999-01-01/..",
        "creator": {"@type": "Organization", "name": _operator()},
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": data + file["name"],
                "encodingFormat": file["media_type"],
                "contentSize": f"{file['bytes']} B",
                "sha256": file["sha256"],
            }
            for file in files
            if file["name"].split("/")[0] in FORMATS
        ],
    }
    if manifest and manifest["known_at"]:
        about["dateModified"] = manifest["known_at"]
    return about
