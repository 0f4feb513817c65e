"""How is an object of the register said in linked data?  In Turtle, by W3C ORG, CPOV and SKOS.

A cooperation is an ``org:OrganizationalCollaboration``, a member's part in it an ``org:Membership``; municipalities,
county municipalities and state bodies are ``cv:PublicOrganisation`` (CPOV), tasks are SKOS concepts, and a merger or
split of municipalities is an ``org:ChangeEvent``. The text is written object by object, so that the whole register
needs no more memory than one of them.
"""

import re
from collections.abc import Iterator
from typing import Any

from .dataset_tables import Names

PREFIXES = """@prefix org: <http://www.w3.org/ns/org#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix schema: <https://schema.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_PUBLIC = {"municipality", "county_council", "state", "health_trust", "university"}
_LANGUAGES = {"no": "no", "se": "se", "smj": "smj", "sma": "sma", "fkv": "fkv", "und": "und"}
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
Pairs = Iterator[tuple[str, str]]


def turtle(kind: str, state: dict[str, Any], names: Names) -> str:
    """Return the statements about one object."""
    parts = [_block(subject, list(pairs)) for subject, pairs in _DESCRIBERS[kind](state, names)]
    return "".join(parts)


def literal(text: Any, mark: str = "") -> str:
    """Return a text as a Turtle literal; ``mark`` is its language (@nb) or type (^^xsd:date)."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"{mark}'


def iri(address: str) -> str:
    """Return an address as an IRI; what may not stand in one is percent-encoded."""
    return "<{}>".format(_NOT_IN_IRI.sub(lambda found: f"%{ord(found[0]):02X}", address))


def day(text: str) -> str:
    """Return a day as a literal."""
    return literal(text, "^^xsd:date")


def _block(subject: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    lines = " ;\n".join(f"    {predicate} {value}" for predicate, value in pairs)
    return f"\n{subject}\n{lines} .\n"


def _period(row: dict[str, Any]) -> Pairs:
    if row.get("valid_from"):
        yield "schema:startDate", day(row["valid_from"])
    if row.get("valid_to"):
        yield "schema:endDate", day(row["valid_to"])


def _texts(*pairs: tuple[str, Any, str]) -> Pairs:
    for predicate, value, mark in pairs:
        if value:
            yield predicate, literal(value, mark)


def _cooperation(state: dict[str, Any], names: Names) -> Iterator[tuple[str, Pairs]]:
    subject = names.uri("cooperation", state["id"])

    def own() -> Pairs:
        yield "a", "org:OrganizationalCollaboration"
        yield from _texts(
            ("skos:prefLabel", state["name"], "@nb"),
            ("skos:altLabel", state["short_name"], "@nb"),
            ("dct:identifier", state["slug"], ""),
            ("org:purpose", state["purpose"], "@nb"),
            ("org:classification", state["form"], ""),
        )
        yield "foaf:page", iri(f"{names.site}/samarbeid/{state['slug']}/")
        yield from _period(state)
        for task in state["tasks"]:
            yield "dct:subject", iri(names.uri("task", task["task_id"]))
        for member in state["memberships"]:
            yield "org:hasMembership", iri(f"{subject}#membership-{member['id']}")
        if state["body_id"]:
            yield "schema:sameAs", iri(names.uri("organisation", state["body_id"]))
        if state["responsible_id"]:
            yield "schema:maintainer", iri(names.uri("organisation", state["responsible_id"]))
        if state["umbrella_id"]:
            yield "org:subOrganizationOf", iri(names.uri("cooperation", state["umbrella_id"]))
        for relation in state["predecessors"]:
            yield "dct:replaces", iri(names.uri("cooperation", relation["predecessor_id"]))
        for source in sorted({citation["source_id"] for citation in state["citations"]}):
            yield "dct:source", iri(names.uri("source", source))

    yield iri(subject), own()
    for member in state["memberships"]:

        def membership(member=member) -> Pairs:
            yield "a", "org:Membership"
            yield "org:member", iri(names.uri("organisation", member["organisation_id"]))
            yield "org:organization", iri(subject)
            yield "org:role", iri(f"{names.site}/id/role/{member['role']}")
            yield from _period(member)

        yield iri(f"{subject}#membership-{member['id']}"), membership()


def _organisation(state: dict[str, Any], names: Names) -> Iterator[tuple[str, Pairs]]:
    def own() -> Pairs:
        yield "a", "cv:PublicOrganisation" if state["kind"] in _PUBLIC else "org:Organization"
        yield "skos:prefLabel", literal(state["name"], "@nb")
        for name in state["names"]:
            yield "skos:altLabel", literal(name["name"], f"@{_LANGUAGES[name['language']]}")
        yield from _texts(("dct:identifier", state["slug"], ""), ("org:classification", state["kind"], ""))
        if state["org_number"]:
            yield (
                "adms:identifier",
                (
                    f"[ a adms:Identifier ; skos:notation {literal(state['org_number'])} ;"
                    f" adms:schemeAgency {literal('Enhetsregisteret', '@nb')} ]"
                ),
            )
        yield from _period(state)
        for successor in state["successor_ids"]:
            yield "dct:isReplacedBy", iri(names.uri("organisation", successor))

    yield iri(names.uri("organisation", state["id"])), own()


def _municipality(state: dict[str, Any], names: Names) -> Iterator[tuple[str, Pairs]]:
    key = state["organisation_id"]

    def own() -> Pairs:
        for number in state["numbers"]:
            yield "dct:spatial", iri(names.uri("county", number["county_id"]))
            yield "skos:notation", literal(number["number"])
        if state["wikidata_id"]:
            yield "schema:sameAs", iri(f"http://www.wikidata.org/entity/{state['wikidata_id']}")

    yield iri(names.uri("organisation", key)), iter(dict.fromkeys(own()))


def _county(state: dict[str, Any], names: Names) -> Iterator[tuple[str, Pairs]]:
    def own() -> Pairs:
        yield "a", "dct:Location"
        yield "skos:prefLabel", literal(state["name"], "@nb")
        yield "dct:identifier", literal(state["number"])
        yield from _period(state)
        for successor in state["successor_ids"]:
            yield "dct:isReplacedBy", iri(names.uri("county", successor))

    yield iri(names.uri("county", state["id"])), own()


def _task(state: dict[str, Any], names: Names) -> Iterator[tuple[str, Pairs]]:
    def own() -> Pairs:
        yield "a", "skos:Concept"
        yield "skos:inScheme", iri(f"{names.site}/oppgaver/")
        for language in ("nb", "nn", "en"):
            yield from _texts(("skos:prefLabel", state[f"name_{language}"], f"@{language}"))
        yield "skos:notation", literal(state["code"])
        if state["parent_id"]:
            yield "skos:broader", iri(names.uri("task", state["parent_id"]))

    yield iri(names.uri("task", state["id"])), own()


def _source(state: dict[str, Any], names: Names) -> Iterator[tuple[str, Pairs]]:
    def own() -> Pairs:
        yield "a", "dct:BibliographicResource"
        yield from _texts(
            ("dct:title", state["title"], "@nb"),
            ("dct:creator", state["authors"], ""),
            ("dct:publisher", state["publisher"], ""),
            ("dct:license", state["licence"], ""),
            ("dct:identifier", state["key"], ""),
        )
        if state["published"]:
            yield "dct:issued", day(state["published"])
        if state["url"]:
            yield "foaf:page", iri(state["url"])

    yield iri(names.uri("source", state["id"])), own()


def _municipality_change(state: dict[str, Any], names: Names) -> Iterator[tuple[str, Pairs]]:
    def own() -> Pairs:
        yield "a", "org:ChangeEvent"
        yield "org:originalOrganization", iri(names.uri("organisation", state["old_id"]))
        yield "org:resultingOrganization", iri(names.uri("organisation", state["new_id"]))
        yield "prov:startedAtTime", literal(f"{state['date']}T00:00:00", "^^xsd:dateTime")
        yield "dct:type", literal(state["kind"])

    yield iri(names.uri("municipality_change", state["id"])), own()


def _document(state: dict[str, Any], names: Names) -> Iterator[tuple[str, Pairs]]:
    def own() -> Pairs:
        yield "a", "foaf:Document"
        yield from _texts(
            ("dct:title", state["title"], f"@{state['language']}" if state["language"] else ""),
            ("dct:language", state["language"], ""),
            ("dct:identifier", f"sha256:{state['sha256']}", ""),
        )
        yield "foaf:page", iri(f"{names.site}/dokumenter/{state['id']}/")
        yield "dct:issued", literal(state["uploaded_at"], "^^xsd:dateTime")

    yield iri(names.uri("document", state["id"])), own()


_DESCRIBERS = {
    "cooperation": _cooperation,
    "organisation": _organisation,
    "municipality": _municipality,
    "county": _county,
    "task": _task,
    "source": _source,
    "municipality_change": _municipality_change,
    "document": _document,
}
