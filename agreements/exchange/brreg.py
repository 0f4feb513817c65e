"""What does Enhetsregisteret hold of an organisation number?  Asked over its open API, one number at a time.

What comes is data from outside: it is read as strictly as a form. Only what the rules compare is kept, and nothing
about persons, who may hold roles too. An answer that is no answer (silence, an error, a page that is not JSON or
not of the number asked for) raises ``NoAnswerError``, so that nobody takes it for «not registered».
"""

import datetime
import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ..models import RegistryEntry

MOST_ANSWER = 4_000_000  # bytes; an entry is some thousand
_UNIT = "application/vnd.brreg.enhetsregisteret.enhet.v2+json;charset=UTF-8"
_ROLES = "application/vnd.brreg.enhetsregisteret.rolle.v1+json;charset=UTF-8"
#: «Deltaker med delt ansvar» and «deltaker med solidarisk ansvar».
_PARTICIPANT = {"DTPR", "DTSO"}


class NoAnswerError(Exception):
    """Enhetsregisteret did not answer the question; the text says what happened instead."""


@dataclass(frozen=True)
class Entry:
    """What Enhetsregisteret answered, named as in ``RegistryEntry``."""

    org_number: str
    outcome: str
    name: str = ""
    form: str = ""
    deleted_on: datetime.date | None = None
    in_company_register: bool | None = None
    participants: list[dict[str, str]] | None = None


def ask(org_number: str) -> Entry:
    """Return what is held of a number, with the participants where it is an IKS. Raises NoAnswerError."""
    status, told = _get(f"/enheter/{org_number}", _UNIT)
    if status in (404, 410):
        outcome = RegistryEntry.Outcome.UNKNOWN if status == 404 else RegistryEntry.Outcome.REMOVED
        return Entry(org_number, outcome)
    try:
        entry = _entry(org_number, told)
    except (KeyError, TypeError, ValueError) as error:
        raise NoAnswerError(f"the answer about {org_number} cannot be read ({error!r})") from error
    if entry.form != "IKS" or entry.outcome != RegistryEntry.Outcome.FOUND:
        return entry
    status, told = _get(f"/enheter/{org_number}/roller", _ROLES)
    if status != 200:
        return entry
    try:
        # A company has participants; an empty list only says that they are not told.
        return Entry(**{**vars(entry), "participants": _participants(told) or None})
    except (KeyError, TypeError, ValueError) as error:
        raise NoAnswerError(f"the roles of {org_number} cannot be read ({error!r})") from error


def _entry(org_number: str, told: Any) -> Entry:
    if told["organisasjonsnummer"] != org_number:
        raise ValueError(f"it is about {told['organisasjonsnummer']!r}")
    # Empty texts occur as dates.
    deleted = datetime.date.fromisoformat(_text(told["slettedato"], 10)) if told.get("slettedato") else None
    in_register = told.get("registrertIForetaksregisteret")
    return Entry(
        org_number=org_number,
        outcome=RegistryEntry.Outcome.DELETED if deleted else RegistryEntry.Outcome.FOUND,
        name=_text(told["navn"], 300),
        form=_text(told["organisasjonsform"]["kode"], 10),
        deleted_on=deleted,
        in_company_register=in_register if isinstance(in_register, bool) else None,
    )


def _participants(told: Any) -> list[dict[str, str]]:
    found = []
    for group in told["rollegrupper"]:
        for role in group["roller"]:
            ended = role.get("avregistrert") or role.get("fratraadt")
            if role["type"]["kode"] not in _PARTICIPANT or ended or not role.get("enhet"):
                continue
            unit = role["enhet"]
            found.append(
                {
                    "org_number": _text(unit["organisasjonsnummer"], 9),
                    "name": _text(" ".join(unit.get("navn") or []), 300),
                    "form": _text((unit.get("organisasjonsform") or {}).get("kode", ""), 10),
                    "share": _text(role.get("ansvarsandel") or "", 60),
                }
            )
    return found


def _text(value: Any, longest: int) -> str:
    """Return a text that PostgreSQL can hold. Raises TypeError and ValueError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    if len(value) > longest or "\x00" in value:
        raise ValueError(f"{value[:longest]!r} … is too long or holds a null character")
    return value.strip()


def _get(path: str, accept: str) -> tuple[int, Any]:
    """Return the status, 200, 404 or 410, and for 200 the JSON. Raises NoAnswerError."""
    url = settings.BRREG_URL + path
    # The address is the operator's own, and http or https by the settings.
    request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "samarbeidsregister"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=settings.BRREG_TIMEOUT) as answer:  # noqa: S310
            status, body = answer.status, answer.read(MOST_ANSWER + 1)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (404, 410):
                return error.code, None
        raise NoAnswerError(f"{url} answered {error.code}") from error
    except (OSError, http.client.HTTPException) as error:  # no name, no connection, silence, no HTTP
        raise NoAnswerError(f"{url}: {error or type(error).__name__}") from error
    if status != 200 or len(body) > MOST_ANSWER:
        raise NoAnswerError(f"{url} answered {status} with {len(body)} bytes")
    try:
        return status, json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoAnswerError(f"{url} answered with something that is not JSON") from error
