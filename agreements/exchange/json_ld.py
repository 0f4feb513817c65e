"""How is the JSON of the API said in linked data?  As JSON-LD by W3C ORG and CPOV, as in ``linked_data``."""

from typing import Any

CONTEXT = {
    "org": "http://www.w3.org/ns/org#",
    "cv": "http://data.europa.eu/m8g/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "adms": "http://www.w3.org/ns/adms#",
    "schema": "https://schema.org/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "schema:startDate": {"@type": "xsd:date"},
    "schema:endDate": {"@type": "xsd:date"},
    "foaf:page": {"@type": "@id"},
    "dct:subject": {"@type": "@id"},
    "dct:spatial": {"@type": "@id"},
    "org:member": {"@type": "@id"},
    "org:role": {"@type": "@id"},
}
_PUBLIC = {"municipality", "county_council", "state", "health_trust", "university"}


def _clean(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value not in (None, "", [])}


def _named(text: str) -> dict[str, str] | None:
    return {"@value": text, "@language": "nb"} if text else None


def cooperation(row: dict[str, Any], site: str) -> dict[str, Any]:
    """Return a cooperation with its memberships."""
    subject = f"{site}/id/cooperation/{row['id']}"
    return _clean(
        {
            "@id": subject,
            "@type": "org:OrganizationalCollaboration",
            "skos:prefLabel": _named(row["name"]),
            "skos:altLabel": _named(row["short_name"]),
            "dct:identifier": row["slug"],
            "org:purpose": _named(row["purpose"]),
            "org:classification": row["form"],
            "foaf:page": row["html_url"],
            "schema:startDate": row["valid_from"],
            "schema:endDate": row["valid_to"],
            "org:hasMembership": [
                _clean(
                    {
                        "@id": f"{subject}#membership-{member['id']}",
                        "@type": "org:Membership",
                        "org:member": f"{site}/id/organisation/{member['organisation']['id']}",
                        "org:role": f"{site}/id/role/{member['role']}",
                        "schema:startDate": member["valid_from"],
                        "schema:endDate": member["valid_to"],
                    }
                )
                for member in row["memberships"]
            ],
        }
    )


def organisation(row: dict[str, Any], site: str) -> dict[str, Any]:
    """Return an organisation."""
    number = row["org_number"]
    return _clean(
        {
            "@id": f"{site}/id/organisation/{row['id']}",
            "@type": "cv:PublicOrganisation" if row["kind"] in _PUBLIC else "org:Organization",
            "skos:prefLabel": _named(row["name"]),
            "dct:identifier": row["slug"],
            "org:classification": row["kind"],
            "adms:identifier": number
            and {"@type": "adms:Identifier", "skos:notation": number, "adms:schemeAgency": _named("Enhetsregisteret")},
            "foaf:page": row["html_url"],
            "schema:startDate": row["valid_from"],
            "schema:endDate": row["valid_to"],
        }
    )


def municipality(row: dict[str, Any], site: str) -> dict[str, Any]:
    """Return a municipality, which is the organisation of the same number in the register."""
    return _clean(
        {
            "@id": f"{site}/id/organisation/{row['id']}",
            "@type": "cv:PublicOrganisation",
            "skos:prefLabel": _named(row["name"]),
            "skos:notation": row["number"],
            "dct:identifier": row["slug"],
            "dct:spatial": row["county"] and row["county"]["url"],
            "foaf:page": row["html_url"],
            "schema:startDate": row["valid_from"],
            "schema:endDate": row["valid_to"],
        }
    )
