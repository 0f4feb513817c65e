"""Which checks are the same in several forms?  Kommuneloven chapters 18 and 19 use the same words in these."""

import datetime
from fractions import Fraction

from .core import OK, UNKNOWN, Result, Severity, breach
from .facts import Facts

#: A sum this near the whole comes from rounded percentages, such as three of 33.33.
TOLERANCE = Fraction(5, 10_000)


def if_whole_list(facts: Facts) -> Result:
    """Return ok, unless the register knows that it lacks some of the members."""
    return UNKNOWN if facts.members_complete is False else OK


def one_is_left(facts: Facts, on: datetime.date) -> Result:
    """Judge a cooperation with fewer than two participants: a breach unless it is being wound up.

    One participant alone proves nothing while the list may be incomplete; once others are known to
    have left, it is worth a warning.
    """
    if not facts.participants or facts.members_complete is False or facts.status(on) != "active":
        return UNKNOWN
    who = facts.participants[0].name  # several rows may be one participant
    if facts.members_complete:
        return breach(who)
    return breach(who, Severity.WARNING) if facts.has_lost_members else UNKNOWN


def only_councils(facts: Facts, on: datetime.date) -> Result:
    """Only municipalities and county municipalities take part; the levels may be mixed."""
    others = [m.name for m in facts.participants if m.kind and m.kind not in ("municipality", "county_council")]
    if others:
        return breach(", ".join(others))
    return if_whole_list(facts) if facts.participants and all(m.kind for m in facts.participants) else UNKNOWN


def no_decisions_on_rights(facts: Facts, on: datetime.date) -> Result:
    """Enkeltvedtak only in internal matters and grants, legal person or not; other law opens for no more."""
    if not facts.decision_power:
        return UNKNOWN
    return breach() if facts.decision_power == "full" else OK


def shares_make_the_whole(facts: Facts, on: datetime.date) -> Result:
    """The shares of liability add up to one; a share of liability not agreed is that of ownership."""
    shares = [m.effective_liability for m in facts.participants]
    total = sum((s for s in shares if s is not None), Fraction(0))
    gap = total - 1
    if gap < 0 and not (facts.members_complete and shares and None not in shares):
        return UNKNOWN  # a share or a member may be missing
    if gap == 0:
        return UNKNOWN if None in shares else if_whole_list(facts)
    size = f"{float(abs(gap) * 100):.4g}".replace(".", ",")
    severity = Severity.WARNING if abs(gap) <= TOLERANCE else None
    return breach(f"100 % {'+' if gap > 0 else '−'} {size} %", severity)


def office_keeps_the_accounts(facts: Facts, on: datetime.date) -> Result:
    """A body that is no legal person has one kontorkommune."""
    if facts.own_legal_person is None:
        return UNKNOWN
    if facts.own_legal_person:
        return OK
    offices = [m.name for m in facts.members if "office" in m.roles]
    if len(offices) > 1:
        return breach(", ".join(offices))
    if offices or facts.has_office_municipality:
        return OK
    return breach() if facts.members_complete or facts.has_office_municipality is False else UNKNOWN
