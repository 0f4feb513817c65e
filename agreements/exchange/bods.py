"""Who owns what, in the Beneficial Ownership Data Standard, version 0.4?

One entity statement for each cooperation with known shares and for each of its owners, and one relationship statement
for each share. A municipality is a state body: BODS has no natural persons here, so nothing is beneficial ownership.
"""

import datetime
import json
import uuid
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

VERSION = "0.4"
_STATE = {"municipality", "county_council", "state", "health_trust", "university"}
#: Legal persons that are registered, by form; the others are bound by their agreement alone.
_REGISTERED = {"IKS", "AS", "SA", "STI", "FLI"}
_LEGAL = {"KO", "IPR"}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://standard.openownership.org/en/0.4.0/")


class Statements:
    """Writes the statements about cooperations one by one; an organisation is stated once."""

    def __init__(self, site: str, publisher: str, day: datetime.date, published: datetime.date):
        self._site, self._day = site, day.isoformat()
        self._stated: set[str] = set()
        self._details = {
            "publicationDate": published.isoformat(),
            "bodsVersion": VERSION,
            "publisher": {"name": publisher, "url": site},
        }

    def of(self, cooperation: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the statements about a cooperation as the API shows it; none where no share is known."""
        shares = [member for member in cooperation["memberships"] if member["ownership_share"]]
        if not shares:
            return
        subject = f"cooperation-{cooperation['id']}"
        yield self._statement(subject, subject, "entity", self._cooperation(cooperation), cooperation["citations"])
        for member in shares:
            owner = f"organisation-{member['organisation']['id']}"
            if owner not in self._stated:
                self._stated.add(owner)
                yield self._statement(subject, owner, "entity", self._organisation(member["organisation"]), [])
            yield self._statement(
                subject,
                f"membership-{member['id']}",
                "relationship",
                {
                    "isComponent": False,
                    "subject": subject,
                    "interestedParty": owner,
                    "interests": [_interest(member)],
                },
                member["citations"],
            )

    def _statement(self, subject: str, record: str, kind: str, details: dict, citations: list[dict]) -> dict[str, Any]:
        told = {
            "declarationSubject": subject,
            "statementDate": self._day,
            "recordId": record,
            "recordType": kind,
            "recordStatus": "new",
            "recordDetails": details,
            "publicationDetails": self._details,
        }
        if titles := sorted({citation["source_title"] for citation in citations}):
            told["source"] = {"type": ["thirdParty"], "description": "; ".join(titles)}
        # The same statement has the same identifier, whoever asks and however often.
        named = uuid.uuid5(_NAMESPACE, json.dumps([self._site, told["statementDate"], record, details], sort_keys=True))
        return {"statementId": str(named)} | told

    def _cooperation(self, cooperation: dict[str, Any]) -> dict[str, Any]:
        form, body = cooperation["form"], cooperation["body"]
        kind = "registeredEntity" if form in _REGISTERED else "legalEntity" if form in _LEGAL else "arrangement"
        details: dict[str, Any] = {
            "isComponent": False,
            "entityType": {"type": kind, "details": cooperation["form_name"]},
            "name": cooperation["name"],
            "jurisdiction": {"name": "Norge", "code": "NO"},
            "uri": cooperation["url"],
        }
        if body and body["org_number"]:
            details["identifiers"] = [_identifier(body["org_number"])]
        if cooperation["valid_from"]:
            details["foundingDate"] = cooperation["valid_from"]
        if cooperation["valid_to"]:
            details["dissolutionDate"] = cooperation["valid_to"]
        return details

    def _organisation(self, organisation: dict[str, Any]) -> dict[str, Any]:
        kind = "stateBody" if organisation["kind"] in _STATE else "registeredEntity"
        details: dict[str, Any] = {
            "isComponent": False,
            "entityType": {"type": kind},
            "name": organisation["name"],
            "jurisdiction": {"name": organisation["country"], "code": organisation["country"]},
            "uri": organisation["url"],
        }
        if organisation["org_number"]:
            details["identifiers"] = [_identifier(organisation["org_number"])]
        return details


def _identifier(number: str) -> dict[str, str]:
    return {"id": number, "scheme": "NO-BRC", "schemeName": "Enhetsregisteret, Brønnøysundregistrene"}


def _interest(member: dict[str, Any]) -> dict[str, Any]:
    """Return the share: in percent as BODS has it, which cannot hold 1/7, and exact in words."""
    fraction = member["ownership_share"]["fraction"]
    percent = float(Fraction(fraction) * 100)
    interest: dict[str, Any] = {
        "type": "shareholding",
        "directOrIndirect": "direct",
        "beneficialOwnershipOrControl": False,
        "details": f"Eierandel {fraction}",
        "share": {"exact": percent, "minimum": percent, "maximum": percent},
    }
    if member["valid_from"]:
        interest["startDate"] = member["valid_from"]
    if member["valid_to"]:
        interest["endDate"] = member["valid_to"]
    return interest
