"""Are the numbers of cooperations and members those of the registers?  Law note, section 10.

Left out: ID-03 (how a number is read and shown) and ID-06 (a cooperation may lack a number: nothing to test).

The note's section 10.2, on the form in Enhetsregisteret, has no id: ID-10.2a and ID-10.2b.
"""

import datetime
import re

from django.core.exceptions import ValidationError

from municipalities.models.fields import normalise_org_number, validate_org_number

from ..models.forms import Form
from .core import ALL_FORMS, OK, UNKNOWN, Result, Rule, Severity, Text, breach
from .facts import Facts

#: Norway has had the counties of today since this day.
COUNTIES_SINCE = datetime.date(2024, 1, 1)
#: 03 Oslo … 56 Finnmark; 21 Svalbard and 22 Jan Mayen are no counties, but have numbers in the same series.
COUNTIES = frozenset({
    "03", "11", "15", "18", "21", "22", "31", "32", "33", "34", "39", "40", "42", "46", "50", "55", "56",
})  # fmt: skip


LONGYEARBYEN = "2100"
#: What the finding says of a number that is not, or no longer, held.
GONE = {"deleted": "slettet", "unknown": "ukjent nummer"}


# ID-01, ID-02
def is_org_number(text: str) -> bool:
    """Tell whether the nine digits end in the check digit of Enhetsregisteret (modulus 11)."""
    try:
        validate_org_number(text)
    except ValidationError:
        return False
    return True


def _org_numbers(facts: Facts) -> list[str]:
    """Return the numbers as nine digits, however they were written (ID-03)."""
    numbers = (facts.org_number, *(m.org_number for m in facts.members))
    return [normalise_org_number(n) for n in numbers if n]


def org_numbers_check(facts: Facts, on: datetime.date) -> Result:
    """Every organisation number has a check digit that is right."""
    numbers = _org_numbers(facts)
    wrong = [n for n in numbers if not is_org_number(n)]
    if wrong:
        return breach(", ".join(wrong))
    return OK if numbers else UNKNOWN


def org_numbers_in_series(facts: Facts, on: datetime.date) -> Result:
    """Every organisation number begins with 8 or 9, as those given out so far do."""
    numbers = _org_numbers(facts)
    odd = [n for n in numbers if n[:1] not in ("8", "9")]
    if odd:
        return breach(", ".join(odd))
    return OK if numbers else UNKNOWN


# ID-04, ID-05
def _municipality_numbers(facts: Facts) -> list[tuple[str, str]]:
    return [(m.name, m.number) for m in facts.members if m.kind == "municipality" and m.number]


def municipality_numbers_have_four_digits(facts: Facts, on: datetime.date) -> Result:
    """Every municipality number is text of four digits, with its leading zero."""
    numbers = _municipality_numbers(facts)
    wrong = [f"{name}: {number}" for name, number in numbers if not re.fullmatch(r"[0-9]{4}", number)]
    if wrong:
        return breach(", ".join(wrong))
    return OK if numbers else UNKNOWN


def municipality_numbers_of_today(facts: Facts, on: datetime.date) -> Result:
    """Every municipality number begins with a county that there is."""
    whole = [pair for pair in _municipality_numbers(facts) if re.fullmatch(r"[0-9]{4}", pair[1])]
    dead = [f"{name}: {number}" for name, number in whole if number[:2] not in COUNTIES]
    if dead:
        return breach(", ".join(dead))
    return OK if whole else UNKNOWN


# ID-07
def members_are_registered_as_councils(facts: Facts, on: datetime.date) -> Result:
    """The number of each participant is that of a municipality or county council; in an IKS also of an IKS.

    A unit of a municipality (ORGL, BEDR, AAFY) has a number of its own, which is not the one that takes part.
    Longyearbyen lokalstyre takes part by svalbardloven § 41, whatever its form.
    """
    allowed = {"KOMM", "FYLK"} | ({"IKS"} if facts.form == Form.IKS else set())
    wrong, unknown = [], not facts.participants
    for member in facts.participants:
        if member.registered in ("", "removed") or member.number == LONGYEARBYEN:
            unknown = unknown or member.number != LONGYEARBYEN
        elif member.registered != "found":
            wrong.append(f"{member.name}: {GONE[member.registered]}")
        elif member.registered_form not in allowed:
            wrong.append(f"{member.name}: {member.registered_form or '?'}")
    if wrong:
        return breach(", ".join(wrong))
    return UNKNOWN if unknown else OK


# ID-10.2
def iks_is_registered_as_iks(facts: Facts, on: datetime.date) -> Result:
    """An IKS has the form IKS in Enhetsregisteret, and nothing else has it."""
    if not facts.registered_form or facts.form == Form.UNKNOWN:
        return UNKNOWN
    same = (facts.form == Form.IKS) == (facts.registered_form == "IKS")
    return OK if same else breach(facts.registered_form)


def legal_person_is_registered_as_such(facts: Facts, on: datetime.date) -> Result:
    """An IPR or KO that is a legal person has the form ANNA; one that is not has ORGL or no number."""
    code = facts.registered_form
    if facts.own_legal_person is None:
        return UNKNOWN
    if not code:
        lawful_without = facts.own_legal_person is False and not facts.org_number
        return OK if lawful_without else UNKNOWN
    if code == ("ANNA" if facts.own_legal_person else "ORGL"):
        return OK
    if not facts.own_legal_person and code == "OTHER":
        return UNKNOWN
    return breach(code)


RULES = (
    Rule(
        "ID-01",
        "Enhetsregisteret",
        Severity.ERROR,
        ALL_FORMS,
        Text(
            nb="Et organisasjonsnummer har ni siffer, og det siste er et kontrollsiffer.",
            nn="Eit organisasjonsnummer har ni siffer, og det siste er eit kontrollsiffer.",
            en="An organisation number has nine digits, the last of which is a check digit.",
        ),
        Text(
            nb="Se etter en tastefeil, og slå opp nummeret i Enhetsregisteret.",
            nn="Sjå etter ein tastefeil, og slå opp nummeret i Einingsregisteret.",
            en="Look for a slip of the keyboard, and look the number up in Enhetsregisteret.",
        ),
        org_numbers_check,
    ),
    Rule(
        "ID-02",
        "Enhetsregisteret",
        Severity.INFO,
        ALL_FORMS,
        Text(
            nb="Organisasjonsnumre har hittil begynt på 8 eller 9.",
            nn="Organisasjonsnummer har hittil byrja på 8 eller 9.",
            en="Organisation numbers have so far begun with 8 or 9.",
        ),
        Text(
            nb="Slå opp nummeret i Enhetsregisteret. Det kan være riktig: nye nummerserier kan komme.",
            nn="Slå opp nummeret i Einingsregisteret. Det kan vere rett: nye nummerseriar kan kome.",
            en="Look the number up in Enhetsregisteret. It may be right: new series may come.",
        ),
        org_numbers_in_series,
    ),
    Rule(
        "ID-04",
        "SSBs standard for kommuneinndeling",
        Severity.ERROR,
        ALL_FORMS,
        Text(
            nb="Et kommunenummer har fire siffer, også når det første er null.",
            nn="Eit kommunenummer har fire siffer, også når det første er null.",
            en="A municipality number has four digits, also when the first is zero.",
        ),
        Text(
            nb="Skriv nummeret med fire siffer, for eksempel 0301. Regneark fjerner ofte nullen.",
            nn="Skriv nummeret med fire siffer, til dømes 0301. Rekneark tek ofte bort nullen.",
            en="Write the number with four digits, such as 0301. Spreadsheets often drop the zero.",
        ),
        municipality_numbers_have_four_digits,
    ),
    Rule(
        "ID-05",
        "SSBs standard for kommuneinndeling",
        Severity.WARNING,
        ALL_FORMS,
        Text(
            nb="Et kommunenummer må gjelde på datoen: de to første sifrene er et fylke som finnes.",
            nn="Eit kommunenummer må gjelde på datoen: dei to første sifra er eit fylke som finst.",
            en="A municipality number must be valid on the date: its first two digits are a county that exists.",
        ),
        Text(
            nb="Bytt ut nummeret med det som gjelder nå. Numre på 30, 38 og 54 gikk ut 1. januar 2024.",
            nn="Byt ut nummeret med det som gjeld no. Nummer på 30, 38 og 54 gjekk ut 1. januar 2024.",
            en="Replace the number by that of today. Numbers in 30, 38 and 54 lapsed on 1 January 2024.",
        ),
        municipality_numbers_of_today,
        valid_from=COUNTIES_SINCE,
    ),
    Rule(
        "ID-07",
        "enhetsregisterloven § 4",
        Severity.WARNING,
        frozenset({Form.IPR, Form.KO, Form.VK, Form.IKS, Form.PAR27}),
        Text(
            nb="Organisasjonsnummeret til en deltaker er det til en kommune eller fylkeskommune, i et IKS også det "
            "til et annet IKS.",
            nn="Organisasjonsnummeret til ein deltakar er det til ein kommune eller fylkeskommune, i eit IKS òg det "
            "til eit anna IKS.",
            en="The organisation number of a participant is that of a municipality or county council, in an IKS also "
            "that of another IKS.",
        ),
        Text(
            nb="Slå opp nummeret i Enhetsregisteret. Hører det til en avdeling eller virksomhet, er det kommunen over "
            "den som deltar: bruk dens nummer.",
            nn="Slå opp nummeret i Einingsregisteret. Høyrer det til ei avdeling eller verksemd, er det kommunen over "
            "ho som deltek: bruk nummeret til kommunen.",
            en="Look the number up in Enhetsregisteret. If it belongs to a department or unit, the municipality above "
            "it is the one that takes part: use its number.",
        ),
        members_are_registered_as_councils,
    ),
    Rule(
        "ID-10.2a",
        "enhetsregisterloven § 4",
        Severity.ERROR,
        ALL_FORMS,
        Text(
            nb="Et IKS har formen IKS i Enhetsregisteret, og ingen andre samarbeid har den.",
            nn="Eit IKS har forma IKS i Einingsregisteret, og ingen andre samarbeid har ho.",
            en="An IKS has the form IKS in Enhetsregisteret, and no other cooperation has it.",
        ),
        Text(
            nb="Slå opp samarbeidet i Enhetsregisteret, og rett formen her eller der.",
            nn="Slå opp samarbeidet i Einingsregisteret, og rett forma her eller der.",
            en="Look the cooperation up in Enhetsregisteret, and correct its form here or there.",
        ),
        iks_is_registered_as_iks,
    ),
    Rule(
        "ID-10.2b",
        "enhetsregisterloven § 4",
        Severity.WARNING,
        frozenset({Form.IPR, Form.KO}),
        Text(
            nb="Et IPR eller KO som er eget rettssubjekt, har formen ANNA i Enhetsregisteret. "
            "Ellers har det formen ORGL eller ikke noe nummer.",
            nn="Eit IPR eller KO som er eige rettssubjekt, har forma ANNA i Einingsregisteret. "
            "Elles har det forma ORGL eller ikkje noko nummer.",
            en="An IPR or KO that is a legal person of its own has the form ANNA in Enhetsregisteret. "
            "Otherwise it has the form ORGL or no number.",
        ),
        Text(
            nb="Se i avtalen om samarbeidet er eget rettssubjekt, og rett opplysningen her eller i Enhetsregisteret.",
            nn="Sjå i avtalen om samarbeidet er eige rettssubjekt, og rett opplysninga her eller i Einingsregisteret.",
            en="See in the agreement whether it is a legal person of its own, and correct it here or there.",
        ),
        legal_person_is_registered_as_such,
    ),
)
