"""Which cooperations still have a form that the law has done away with?  Law note, section 5.

Left out: OLD-02 (the councils adopt the conversion: GEN-04 asks that of the new record; that one
record was converted into another is not a fact of the rules), OLD-03 (information: what passes over).

An IPR or KO that only *cites* § 27 may have an old agreement and be converted: its form decides.
"""

import datetime
import re

from ..models.forms import Form
from .core import OK, UNKNOWN, Result, Rule, Severity, Text, breach
from .facts import Facts
from .general import KOMMUNELOVEN_IN_FORCE

#: Four years after chapters 18 and 19 came into force, which was at the council's own first meeting in 2019.
FIRST_DEADLINE = datetime.date(2023, 10, 3)
LAST_DEADLINE = datetime.date(2023, 11, 1)

SAMKOMMUNE_DEADLINE = datetime.date(2020, 1, 1)

_SAMKOMMUNE = re.compile(r"\bsamkommunen?\b", re.IGNORECASE)
# The old act's sections had a letter; «§ 28-1» alone is in the act of today, and «i» is a word.
_OLD_28 = re.compile(r"\b28\s?-\s?1\s?[abc]\b", re.IGNORECASE)


def is_converted(facts: Facts, on: datetime.date) -> Result:
    """No styre under § 27 lives after the last deadline; between the deadlines it depends on the municipality."""
    if on < FIRST_DEADLINE:
        return OK
    if on <= LAST_DEADLINE or facts.status(on) != "active":
        return UNKNOWN
    return breach()


def no_samkommune(facts: Facts, on: datetime.date) -> Result:
    """No cooperation that is called a samkommune lives after the deadline."""
    if not facts.has_proper_name or not facts.name:
        return UNKNOWN
    if not _SAMKOMMUNE.search(facts.name) or on < SAMKOMMUNE_DEADLINE:
        return OK
    if on == SAMKOMMUNE_DEADLINE or facts.status(on) != "active":
        return UNKNOWN
    return breach()


def cites_law_of_today(facts: Facts, on: datetime.date) -> Result:
    """The agreement cites §§ 20-2 and 20-3, not their forerunners §§ 28-1 b and 28-1 c."""
    if not facts.legal_basis:
        return UNKNOWN
    return breach(facts.legal_basis) if _OLD_28.search(facts.legal_basis) else OK


RULES = (
    Rule(
        "OLD-01",
        "kommuneloven § 31-2 (1)",
        Severity.ERROR,
        frozenset({Form.PAR27}),
        Text(
            nb="Et interkommunalt styre etter gammel § 27 skulle vært gjort om til IPR eller KO innen høsten 2023.",
            nn="Eit interkommunalt styre etter gammal § 27 skulle vore gjort om til IPR eller KO innan hausten 2023.",
            en="An inter-municipal board under the old § 27 should have become an IPR or a KO by autumn 2023.",
        ),
        Text(
            nb="La kommunestyrene vedta en ny avtale som gjør samarbeidet om til IPR eller KO, "
            "eller før hva det alt er blitt.",
            nn="La kommunestyra vedta ein ny avtale som gjer samarbeidet om til IPR eller KO, "
            "eller før kva det alt er blitt.",
            en="Have the councils adopt a new agreement that turns it into an IPR or a KO, "
            "or enter what it has already become.",
        ),
        is_converted,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "OLD-04",
        "Prop. 46 L (2017–2018) kap. 19",
        Severity.ERROR,
        frozenset({Form.PAR27, Form.AGREEMENT, Form.UNKNOWN}),
        Text(
            nb="En samkommune skulle være oppløst innen 1. januar 2020.",
            nn="Ein samkommune skulle vere oppløyst innan 1. januar 2020.",
            en="A samkommune had to be dissolved by 1 January 2020.",
        ),
        Text(
            nb="Før sluttdatoen, og registrer det samarbeidet som kom etter, med sin form.",
            nn="Før sluttdatoen, og registrer det samarbeidet som kom etter, med si form.",
            en="Enter its last day, and register the cooperation that followed it, with its form.",
        ),
        no_samkommune,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "OLD-05",
        "kommuneloven §§ 20-2, 20-3",
        Severity.INFO,
        frozenset({Form.VK}),
        Text(
            nb="Vertskommunesamarbeid har hjemmel i §§ 20-2 og 20-3. De avløste §§ 28-1 b og 28-1 c i den gamle loven.",
            nn="Vertskommunesamarbeid har heimel i §§ 20-2 og 20-3. Dei avløyste §§ 28-1 b og 28-1 c i den gamle lova.",
            en="A host municipality rests on §§ 20-2 and 20-3, which replaced §§ 28-1 b and 28-1 c of the old act.",
        ),
        Text(
            nb="Rett henvisningen neste gang avtalen endres.",
            nn="Rett tilvisinga neste gong avtalen blir endra.",
            en="Correct the reference the next time the agreement is changed.",
        ),
        cites_law_of_today,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
)
