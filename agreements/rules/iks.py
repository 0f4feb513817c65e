"""What does the law demand of an interkommunalt selskap (IKS)?

IKS-loven (LOV-1999-01-29-6), foretaksnavneloven § 2-2 and foretaksregisterloven § 2-1: law.md section 6.

Left out, for the facts hold nothing to judge: IKS-06 (changes), IKS-15 (documents of a year), IKS-16 (summons),
IKS-17 (records of meetings), IKS-18 (consent of the others), IKS-20 (history), IKS-21 (exclusion), IKS-23 (shown only),
and IKS-25 (KOSTRA). Of IKS-05, the councils' decisions and the written form
are GEN-04 and GEN-07, so that one fault gives one finding.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from ..models.forms import Form
from ..models.status import COUNCILS
from .core import OK, UNKNOWN, Outcome, Result, Rule, Severity, Text, breach, clause_rule, known
from .facts import Facts, MemberFact, OrganFact
from .shared import TOLERANCE, one_is_left

IKS = frozenset({Form.IKS})

#: Lov 2.6.2023 nr. 22: two deputies for each member of the representantskap.
TWO_DEPUTIES_FROM = datetime.date(2023, 7, 1)
#: The same act: approval of loans (§ 22 a) and the ban on guarantees (§ 22 b).
NEW_ECONOMY_RULES_FROM = datetime.date(2024, 1, 1)
NOTICE_MONTHS = 12
SMALLEST_BOARD = 3

#: Bystyre and heradsstyre are kommunestyre (kommuneloven § 5-1). A participating IKS decides in its representantskap.
DECIDING_ORGANS = {
    "municipality": COUNCILS,
    "county_council": COUNCILS,
    "intermunicipal": frozenset({"representantskap"}),
}

_DESIGNATION = r"(?:^|\W)(?:IKS|interkommunalt\s+selskap)"
_HAS_DESIGNATION = re.compile(_DESIGNATION + r"(?:\W|$)", re.IGNORECASE)
_ENDS_WITH_DESIGNATION = re.compile(_DESIGNATION + r"(?:\s+under\s+avvikling)?\W*$", re.IGNORECASE)
# Abbreviations in capitals only: «as», «sa» and «ko» are also common words.
_OTHER_FORM = re.compile(
    r"\b(?:AS|ASA|SA|ANS|KF|FKF|HF|RHF|IPR|KO"
    r"|(?i:aksjeselskap|allmennaksjeselskap|ansvarlig\s+selskap|samvirkef[oø]retak|(?:fylkes)?kommunalt\s+f[oø]retak"
    r"|interkommunalt\s+politisk\s+råd|kommunalt\s+oppg[aå]vefellesskap))\b"
)


def _all(results: Iterable[Result]) -> Result:
    """Join the parts of one rule: a breach of any is a breach, an unknown part leaves the rule not assessed.

    The severity is that of the rule, unless all that is breached is milder.
    """
    results = list(results)
    breaches = [r for r in results if r.outcome == Outcome.BREACH]
    if breaches:
        severities = {r.severity for r in breaches}
        who = "; ".join(dict.fromkeys(r.who for r in breaches if r.who))
        return breach(who, severities.pop() if len(severities) == 1 else None)
    return UNKNOWN if not results or UNKNOWN in results else OK


def _whole_list(facts: Facts) -> Result:
    """Return ok, unless participants are not recorded, or known to be missing."""
    return UNKNOWN if not facts.participants or facts.members_complete is False else OK


def _organ(facts: Facts, kind: str) -> OrganFact | None:
    return next((o for o in facts.organs if o.kind == kind), None)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


# Who takes part, § 1


def may_take_part(facts: Facts, on: datetime.date) -> Result:
    """Judge the participants by kind: a wholly owned AS may not take part, another IKS may."""

    def one(member: MemberFact) -> Result:
        if not member.kind or (member.kind == "intermunicipal" and not member.form):
            return UNKNOWN
        allowed = member.kind in {"municipality", "county_council"} or (
            member.kind == "intermunicipal" and member.form == Form.IKS
        )
        return OK if allowed else breach(member.name)

    return _all([_whole_list(facts), *(one(m) for m in facts.participants)])


def has_two_participants(facts: Facts, on: datetime.date) -> Result:
    """Count different participants; a list that may be incomplete proves only that there are enough."""
    if len({m.org_number or m.name for m in facts.participants}) >= 2:
        return OK
    return one_is_left(facts, on)


def is_legal_person(facts: Facts, on: datetime.date) -> Result:
    return known(facts.own_legal_person)


# Shares, § 3


def _percent(share: Fraction) -> str:
    rounded = round(share * 100, 4)
    if not rounded:
        return f"{share.numerator}/{share.denominator}".replace("-", "−")
    return f"{float(rounded):.4f}".rstrip("0").rstrip(".").replace(".", ",").replace("-", "−") + " %"


def _make_the_whole(shares: list[Fraction | None], complete: bool | None, word: str) -> Result:
    """Tell whether the shares sum to 1. Above is always a breach, below only when all are known."""
    recorded = [s for s in shares if s is not None]
    all_recorded = bool(shares) and len(recorded) == len(shares)
    difference = sum(recorded, Fraction(0)) - 1
    if difference == 0 and all_recorded:
        return OK
    if difference > 0 or (difference < 0 and all_recorded and complete):
        rounding = abs(difference) <= TOLERANCE
        text = f"{word}: {_percent(difference + 1)} − 100 % = {_percent(difference)}"
        return breach(text, Severity.WARNING if rounding else None)
    return UNKNOWN


def shares_make_the_whole(facts: Facts, on: datetime.date) -> Result:
    """Sum the ansvarsandel of each, which is the eierandel where no other is agreed; and the eierandel itself."""
    owned = _make_the_whole([m.ownership for m in facts.participants], facts.members_complete, "eierandel")
    if all(m.liability is None for m in facts.participants):
        return owned
    liable = [m.effective_liability for m in facts.participants]
    return _all([_make_the_whole(liable, facts.members_complete, "ansvarsandel"), owned])


# The selskapsavtale, § 4


def _decided_by_all(facts: Facts, on: datetime.date, subject: str) -> tuple[list[Result], bool]:
    """Return each participant's answer, UNKNOWN where none is recorded; and whether any decision is recorded.

    A council that adopted is enough, whatever its formannskap recommended. Decisions after ``on`` are not made yet.
    """
    answers, anything = [], False
    for member in facts.participants:
        if member.kind not in DECIDING_ORGANS:
            continue
        made = [d for d in member.decisions if d.subject == subject and (d.decided_on is None or d.decided_on <= on)]
        anything = anything or bool(made)
        adopted = {d.organ for d in made if d.outcome == "adopted"}
        if adopted & DECIDING_ORGANS[member.kind]:
            answers.append(OK)
        elif adopted - {""}:
            answers.append(breach(f"{member.name}: {', '.join(sorted(adopted - {''}))}"))
        elif adopted:  # an organ that is not named
            answers.append(UNKNOWN)
        else:
            answers.append(breach(member.name, Severity.WARNING))
    return answers, anything


def member_iks_decides_in_assembly(facts: Facts, on: datetime.date) -> Result:
    """Judge the decisions of the participants that are IKS; the councils and the written form are GEN-04 and GEN-07.

    A missing decision says something only when others of a company in force have theirs recorded.
    """
    companies = replace(facts, members=tuple(m for m in facts.participants if m.form == Form.IKS))
    if not companies.members:
        unclear = any(m.kind == "intermunicipal" and not m.form for m in facts.participants)
        return UNKNOWN if unclear else _whole_list(facts)
    answers, _ = _decided_by_all(companies, on, "agreement")
    _, anything = _decided_by_all(facts, on, "agreement")
    if not anything or facts.agreement is None or facts.status(on) != "active":
        answers = [UNKNOWN if a.severity == Severity.WARNING else a for a in answers]
    return _all([_whole_list(facts), *answers])


def seats_are_counted(facts: Facts, on: datetime.date) -> Result:
    """Judge the clause; and compare the seats of the participants with the size of the representantskap."""
    assembly = _organ(facts, "assembly")
    seats = [m.assembly.members for m in facts.participants]
    if assembly and assembly.size is not None and seats and None not in seats:
        total = sum(seats)
        if total > assembly.size or (total < assembly.size and facts.members_complete):
            return breach(f"{total} ≠ {assembly.size}")
    return SEATS_CLAUSE.check(facts, on)


def mentions_what_other_law_requires(facts: Facts, on: datetime.date) -> Result:
    """Never a breach: whether other law requires anything is not known (law.md trap 31)."""
    answer = facts.agreement.clauses.get("IKS-07.9") if facts.agreement else None
    return OK if answer == "present" else UNKNOWN


# Name and register


def has_name_of_form(facts: Facts, on: datetime.date) -> Result:
    """Look for the designation, its place, and designations of other forms."""
    if not facts.has_proper_name:
        return UNKNOWN
    name = unicodedata.normalize("NFC", facts.name)
    if not _HAS_DESIGNATION.search(name):
        return breach(facts.name)
    if other := _OTHER_FORM.search(name):
        return breach(other[0])
    return OK if _ENDS_WITH_DESIGNATION.search(name) else breach(facts.name, Severity.WARNING)


def is_in_company_register(facts: Facts, on: datetime.date) -> Result:
    """A company whose form in Enhetsregisteret is known, but not its registration, lacks the proof."""
    if facts.status(on) != "active":
        return UNKNOWN
    if facts.in_company_register is None and facts.registered_form:
        return breach(severity=Severity.WARNING)
    return known(facts.in_company_register)


# Organs


def has_assembly(facts: Facts, on: datetime.date) -> Result:
    """Judge members, deputies and the manager. A missing seat says something once the seats of others are recorded.

    A board without a representantskap is no proof of one.
    """
    assembly = _organ(facts, "assembly")
    anything = any(m.assembly.members is not None for m in facts.participants)
    if not anything and not assembly and _organ(facts, "board"):
        return breach("representantskap", Severity.WARNING)

    def one(member: MemberFact) -> Result:
        members, deputies = member.assembly.members, member.assembly.deputies
        if members == 0:
            return breach(f"{member.name}: 0")
        if members is None:
            return breach(f"{member.name}: ?", Severity.WARNING) if anything else UNKNOWN
        if deputies is None and on >= TWO_DEPUTIES_FROM:
            return UNKNOWN
        if on >= TWO_DEPUTIES_FROM and deputies < 2 * members:
            return breach(f"{member.name}: {deputies} < {2 * members}", Severity.WARNING)
        return OK

    without_manager = known(_not(assembly.has_manager) if assembly else None)
    if without_manager.outcome == Outcome.BREACH:
        without_manager = breach("daglig leder")
    return _all([_whole_list(facts), without_manager, *(one(m) for m in facts.participants)])


def has_board(facts: Facts, on: datetime.date) -> Result:
    """Judge size and people. A representantskap without a board is no proof of one (law.md trap 33)."""
    board = _organ(facts, "board")
    if board is None:
        return breach("styre", Severity.WARNING) if _organ(facts, "assembly") else UNKNOWN
    large_enough = None if board.size is None else board.size >= SMALLEST_BOARD
    parts = {
        f"{board.size} < {SMALLEST_BOARD}": large_enough,
        "daglig leder": _not(board.has_manager),
        "representantskap": _not(board.shares_people_with_assembly),
    }
    return _all(breach(who) if holds is False else known(holds) for who, holds in parts.items())


# Economy


def borrows_lawfully(facts: Facts, on: datetime.date) -> Result:
    """A loan needs a permission and a ceiling in the selskapsavtale; a stated ceiling implies the permission."""
    loans, ceiling = facts.loans, facts.loan_ceiling
    permitted = True if facts.may_borrow is None and ceiling is not None else facts.may_borrow
    if loans and permitted is False:
        return breach(_kroner(loans))
    if loans and ceiling is not None and loans > ceiling:
        return breach(f"{_kroner(loans)} > {_kroner(ceiling)}")
    if (permitted and ceiling is None) or (loans and permitted is None):
        return breach(_kroner(loans) if loans else "", Severity.WARNING)
    return UNKNOWN if loans is None or permitted is None else OK


def _kroner(amount: Decimal) -> str:
    digits = 0 if amount == amount.to_integral_value() else 2
    return f"{amount:,.{digits}f} kr".replace(",", "\u00a0").replace(".", ",")


def robek_loans_are_approved(facts: Facts, on: datetime.date) -> Result:
    """With a participant in ROBEK, look for a notice to the ministry when the company has loans or may borrow."""
    in_robek = [m.name for m in facts.participants if m.in_robek]
    if not in_robek:
        return _all([_whole_list(facts), *(known(_not(m.in_robek)) for m in facts.participants)])
    if "departement" in facts.notifications:
        return OK
    borrows = facts.may_borrow if facts.loans is None else facts.loans > 0
    return breach(", ".join(in_robek)) if borrows else UNKNOWN  # the register does not hold leases


def gives_no_guarantees(facts: Facts, on: datetime.date) -> Result:
    return known(_not(facts.gives_guarantees))


# Leaving and ending


def notice_is_that_of_law(facts: Facts, on: datetime.date) -> Result:
    """A year only when the agreement is silent: what the agreement itself says, is never wrong."""
    agreement = facts.agreement
    if agreement is None or agreement.notice_months is None or not agreement.notice_source:
        return UNKNOWN
    if agreement.notice_source == "law" and agreement.notice_months != NOTICE_MONTHS:
        return breach(f"{agreement.notice_months} ≠ {NOTICE_MONTHS}")
    return OK


def dissolution_is_decided_by_all(facts: Facts, on: datetime.date) -> Result:
    """Once a participant has decided to dissolve, ask for the decisions of all and the notice to Foretaksregisteret."""
    answers, anything = _decided_by_all(facts, on, "dissolution")
    if not anything:
        return UNKNOWN
    told = OK if "foretaksregisteret" in facts.notifications else breach("Foretaksregisteret")
    return _all(replace(a, severity=None) for a in [_whole_list(facts), *answers, told])


def _clause(number: int, nb: str, nn: str, en: str) -> Rule:
    """Return the rule on one item of the list; changes of these items are adopted as the agreement itself."""
    return clause_rule(
        f"IKS-07.{number}",
        f"IKS-loven § 4 (3) nr. {number}",
        Form.IKS,
        Text(
            nb=f"Selskapsavtalen skal fastsette {nb}.",
            nn=f"Selskapsavtalen skal fastsetje {nn}.",
            en=f"The company agreement must state {en}.",
        ),
        Text(
            nb=f"Skriv {nb} i selskapsavtalen, og la hver deltaker vedta endringen.",
            nn=f"Skriv {nn} i selskapsavtalen, og la kvar deltakar vedta endringa.",
            en=f"State {en} in the company agreement, and let each participant adopt the change.",
        ),
    )


CLAUSES = (
    _clause(1, "foretaksnavnet", "føretaksnamnet", "the name of the company"),
    _clause(2, "hvem som deltar", "kven som deltek", "who takes part"),
    _clause(3, "formålet med selskapet", "formålet med selskapet", "the purpose of the company"),
    _clause(
        4,
        "hvilken kommune hovedkontoret ligger i",
        "kva kommune hovudkontoret ligg i",
        "in which municipality the head office lies",
    ),
    _clause(
        5,
        "antallet styremedlemmer, eller det laveste og høyeste antallet",
        "talet på styremedlemmer, eller det lågaste og høgaste talet",
        "the number of board members, or the lowest and highest number",
    ),
    _clause(
        6,
        "plikten til å gjøre innskudd og gi andre tilskudd",
        "plikta til å gjere innskot og gi andre tilskot",
        "the duty to pay in capital and to give other contributions",
    ),
    _clause(
        7,
        "eierandelen til hver deltaker, og ansvarsandelen når den er en annen",
        "eigardelen til kvar deltakar, og ansvarsdelen når han er ein annan",
        "the ownership share of each participant, and the liability share where it differs",
    ),
)
SEATS_CLAUSE = _clause(
    8,
    "hvor mange medlemmer representantskapet har, og hvor mange hver deltaker oppnevner",
    "kor mange medlemmer representantskapet har, og kor mange kvar deltakar nemner opp",
    "how many members the representantskap has, and how many each participant appoints",
)

# Foretaksregisteret


def participants_are_those_registered(facts: Facts, on: datetime.date) -> Result:
    """Compare who takes part, and with which ansvarsandel, with what Foretaksregisteret held when it was asked."""
    if facts.registered_participants is None or not facts.participants:
        return UNKNOWN
    theirs = {p.org_number: p for p in facts.registered_participants}
    ours = {m.org_number: m for m in facts.participants if m.org_number}
    unnumbered = [m for m in facts.participants if not m.org_number]
    parts = []
    only_theirs = [p for number, p in theirs.items() if number not in ours]
    # One without a number here may be any of those that are found only there; nor is a list known to be short a fault.
    if only_theirs and not unnumbered and facts.members_complete is not False:
        parts += [breach(f"{p.name or p.org_number}: bare i Foretaksregisteret") for p in only_theirs]
    elif only_theirs or unnumbered:
        parts.append(UNKNOWN)
    for number, member in ours.items():
        if number not in theirs:
            parts.append(breach(f"{member.name}: ikke i Foretaksregisteret"))
        elif member.effective_liability is None or theirs[number].share is None:
            parts.append(UNKNOWN)
        elif abs(member.effective_liability - theirs[number].share) > TOLERANCE:
            there, here = _percent(theirs[number].share), _percent(member.effective_liability)
            parts.append(breach(f"{member.name}: {here}, i Foretaksregisteret {there}"))
        else:
            parts.append(OK)
    return _all(parts)


RULES = (
    Rule(
        "IKS-01",
        "IKS-loven § 1",
        Severity.ERROR,
        IKS,
        Text(
            nb="Bare kommuner, fylkeskommuner og andre interkommunale selskaper kan delta i et IKS.",
            nn="Berre kommunar, fylkeskommunar og andre interkommunale selskap kan delta i eit IKS.",
            en="Only municipalities, county councils and other IKS may take part in an IKS.",
        ),
        Text(
            nb="La kommunen selv overta andelen, eller velg en annen selskapsform. "
            "Et aksjeselskap kan ikke delta, heller ikke når kommuner eier det helt.",
            nn="La kommunen sjølv ta over delen, eller vel ei anna selskapsform. "
            "Eit aksjeselskap kan ikkje delta, heller ikkje når kommunar eig det heilt.",
            en="Let the municipality itself take over the share, or choose another form of company. "
            "A limited company cannot take part, even when municipalities own all of it.",
        ),
        may_take_part,
    ),
    Rule(
        "IKS-02",
        "IKS-loven §§ 1, 32 (3)",
        Severity.ERROR,
        IKS,
        Text(
            nb="Et IKS skal ha minst to ulike deltakere, og må oppløses når bare én er igjen.",
            nn="Eit IKS skal ha minst to ulike deltakarar, og må løysast opp når berre éin er att.",
            en="An IKS must have at least two different participants, and must be dissolved when only one is left.",
        ),
        Text(
            nb="Ta inn en ny deltaker, eller oppløs selskapet. Før inn deltakere som mangler i registeret.",
            nn="Ta inn ein ny deltakar, eller løys opp selskapet. Før inn deltakarar som manglar i registeret.",
            en="Admit a new participant, or dissolve the company. Enter participants that the register lacks.",
        ),
        has_two_participants,
    ),
    Rule(
        "IKS-03",
        "IKS-loven § 2",
        Severity.ERROR,
        IKS,
        Text(
            nb="Et IKS er alltid et eget rettssubjekt.",
            nn="Eit IKS er alltid eit eige rettssubjekt.",
            en="An IKS is always a legal person of its own.",
        ),
        Text(
            nb="Rett opplysningen om eget rettssubjekt, eller rett formen hvis samarbeidet ikke er et IKS.",
            nn="Rett opplysninga om eige rettssubjekt, eller rett forma dersom samarbeidet ikkje er eit IKS.",
            en="Correct the answer about legal personality, or correct the form if the cooperation is not an IKS.",
        ),
        is_legal_person,
    ),
    Rule(
        "IKS-04",
        "IKS-loven § 3 (1)",
        Severity.ERROR,
        IKS,
        Text(
            nb="Deltakernes ansvarsandeler skal til sammen være 100 %. Ansvarsandelen er lik eierandelen når ikke "
            "annet er avtalt.",
            nn="Ansvarsdelane til deltakarane skal til saman vere 100 %. Ansvarsdelen er lik eigardelen når ikkje anna "
            "er avtalt.",
            en="The participants' liability shares must add up to 100 %. The liability share equals the ownership "
            "share unless otherwise agreed.",
        ),
        Text(
            nb="Sammenlign andelene med selskapsavtalen. Skriv brøker, for eksempel 1/3, i stedet for avrundede "
            "prosenter.",
            nn="Jamfør delane med selskapsavtalen. Skriv brøkar, til dømes 1/3, i staden for avrunda prosentar.",
            en="Compare the shares with the company agreement. Write fractions, such as 1/3, instead of rounded "
            "percents.",
        ),
        shares_make_the_whole,
    ),
    Rule(
        "IKS-05",
        "IKS-loven § 4 (1)",
        Severity.ERROR,
        IKS,
        Text(
            nb="I et IKS som deltar i et annet IKS, er det representantskapet som vedtar selskapsavtalen.",
            nn="I eit IKS som deltek i eit anna IKS, er det representantskapet som vedtek selskapsavtalen.",
            en="In an IKS that takes part in another IKS, its representantskap adopts the company agreement.",
        ),
        Text(
            nb="Legg avtalen fram for representantskapet i deltakeren. Vedtaket må være enstemmig, "
            "hvis ikke avtalen til deltakeren sier noe annet.",
            nn="Legg avtalen fram for representantskapet i deltakaren. Vedtaket må vere samrøystes, "
            "om ikkje avtalen til deltakaren seier noko anna.",
            en="Put the agreement before the representantskap of the participant. The decision must be unanimous, "
            "unless the participant's own agreement says otherwise.",
        ),
        member_iks_decides_in_assembly,
    ),
    *CLAUSES,
    replace(SEATS_CLAUSE, check=seats_are_counted),
    Rule(
        "IKS-07.9",
        "IKS-loven § 4 (3) nr. 9",
        Severity.INFO,
        IKS,
        Text(
            nb="Selskapsavtalen skal også ha med det som andre regler krever, for eksempel en låneramme.",
            nn="Selskapsavtalen skal òg ha med det som andre reglar krev, til dømes ei låneramme.",
            en="The company agreement must also contain what other rules require, for example a loan ceiling.",
        ),
        Text(
            nb="Se om noe mer må stå i avtalen, for eksempel lånerammen når selskapet kan låne.",
            nn="Sjå om noko meir må stå i avtalen, til dømes låneramma når selskapet kan låne.",
            en="See whether the agreement must say more, for example the ceiling when the company may borrow.",
        ),
        mentions_what_other_law_requires,
        clause=True,
    ),
    Rule(
        "IKS-08",
        "foretaksnavneloven § 2-2",
        Severity.ERROR,
        IKS,
        Text(
            nb="Navnet skal slutte med «interkommunalt selskap» eller «IKS», og ikke ha betegnelsen til en annen form.",
            nn="Namnet skal slutte med «interkommunalt selskap» eller «IKS», og ikkje ha nemninga til ei anna form.",
            en="The name must end with «interkommunalt selskap» or «IKS», and not hold the designation of another "
            "form.",
        ),
        Text(
            nb="Rett navnet i registeret hvis det er skrevet feil. Ellers må selskapet endre navn i "
            "Foretaksregisteret.",
            nn="Rett namnet i registeret dersom det er skrive feil. Elles må selskapet endre namn i "
            "Føretaksregisteret.",
            en="Correct the name here if it is misspelt. Otherwise the company must change its name in "
            "Foretaksregisteret.",
        ),
        has_name_of_form,
    ),
    Rule(
        "IKS-09",
        "foretaksregisterloven § 2-1 (1) r",
        Severity.ERROR,
        IKS,
        Text(
            nb="Et IKS skal stå i Foretaksregisteret.",
            nn="Eit IKS skal stå i Føretaksregisteret.",
            en="An IKS must stand in Foretaksregisteret.",
        ),
        Text(
            nb="Meld selskapet til Foretaksregisteret, eller før inn at det allerede står der.",
            nn="Meld selskapet til Føretaksregisteret, eller før inn at det alt står der.",
            en="Register the company in Foretaksregisteret, or enter that it already stands there.",
        ),
        is_in_company_register,
    ),
    Rule(
        "IKS-10",
        "IKS-loven § 6",
        Severity.ERROR,
        IKS,
        Text(
            nb="Hver deltaker skal ha minst ett medlem i representantskapet, og siden 1. juli 2023 minst to "
            "varamedlemmer for hvert medlem. Daglig leder kan ikke sitte der.",
            nn="Kvar deltakar skal ha minst éin medlem i representantskapet, og sidan 1. juli 2023 minst to "
            "varamedlemmer for kvar medlem. Dagleg leiar kan ikkje sitje der.",
            en="Each participant must have at least one member of the representantskap, and since 1 July 2023 at "
            "least two deputies for each member. The managing director cannot sit there.",
        ),
        Text(
            nb="La kommunestyret velge medlemmene og varamedlemmene som mangler, og før inn antallet.",
            nn="La kommunestyret velje medlemmene og varamedlemmene som manglar, og før inn talet.",
            en="Let the council elect the members and deputies that are missing, and enter the numbers.",
        ),
        has_assembly,
    ),
    Rule(
        "IKS-11",
        "IKS-loven § 10",
        Severity.ERROR,
        IKS,
        Text(
            nb="Et IKS skal ha et styre med minst tre medlemmer. Verken daglig leder eller medlemmer av "
            "representantskapet kan sitte i styret.",
            nn="Eit IKS skal ha eit styre med minst tre medlemmer. Korkje dagleg leiar eller medlemmer av "
            "representantskapet kan sitje i styret.",
            en="An IKS must have a board of at least three. Neither the managing director nor members of the "
            "representantskap can sit on the board.",
        ),
        Text(
            nb="La representantskapet velge et lovlig styre, og før inn antallet medlemmer.",
            nn="La representantskapet velje eit lovleg styre, og før inn talet på medlemmer.",
            en="Let the representantskap elect a lawful board, and enter the number of members.",
        ),
        has_board,
    ),
    Rule(
        "IKS-12",
        "IKS-loven § 22 (1)",
        Severity.ERROR,
        IKS,
        Text(
            nb="Et IKS kan bare ta opp lån når selskapsavtalen sier det og setter en øvre grense for samlet lån.",
            nn="Eit IKS kan berre ta opp lån når selskapsavtalen seier det og set ei øvre grense for samla lån.",
            en="An IKS may borrow only when the company agreement says so and sets a ceiling for the total of loans.",
        ),
        Text(
            nb="Ta lånerammen inn i selskapsavtalen, vedtatt av alle deltakerne, før selskapet låner. "
            "Et lån i strid med dette er ugyldig.",
            nn="Ta låneramma inn i selskapsavtalen, vedteken av alle deltakarane, før selskapet låner. "
            "Eit lån i strid med dette er ugyldig.",
            en="Add the ceiling to the company agreement, adopted by all participants, before the company borrows. "
            "A loan contrary to this is void.",
        ),
        borrows_lawfully,
    ),
    Rule(
        "IKS-13",
        "IKS-loven § 22 a",
        Severity.WARNING,
        IKS,
        Text(
            nb="Når en deltaker står i ROBEK, må departementet godkjenne lån og lange leieavtaler.",
            nn="Når ein deltakar står i ROBEK, må departementet godkjenne lån og lange leigeavtalar.",
            en="When a participant is listed in ROBEK, the ministry must approve loans and long leases.",
        ),
        Text(
            nb="Søk departementet om godkjenning av lånet, og før inn meldingen.",
            nn="Søk departementet om godkjenning av lånet, og før inn meldinga.",
            en="Ask the ministry to approve the loan, and enter the notice.",
        ),
        robek_loans_are_approved,
        valid_from=NEW_ECONOMY_RULES_FROM,
    ),
    Rule(
        "IKS-14",
        "IKS-loven § 22 b",
        Severity.ERROR,
        IKS,
        Text(
            nb="Et IKS kan ikke stille garanti eller pantsette eiendeler for andres gjeld.",
            nn="Eit IKS kan ikkje stille garanti eller pantsetje eigedelar for gjelda til andre.",
            en="An IKS cannot guarantee or pledge assets for the debts of others.",
        ),
        Text(
            nb="Avvikle garantien, eller la en deltaker stille den i stedet.",
            nn="Avvikle garantien, eller la ein deltakar stille han i staden.",
            en="End the guarantee, or let a participant give it instead.",
        ),
        gives_no_guarantees,
        valid_from=NEW_ECONOMY_RULES_FROM,
    ),
    Rule(
        "IKS-19",
        "IKS-loven § 30",
        Severity.INFO,
        IKS,
        Text(
            nb="En deltaker kan si opp skriftlig med ett års frist når selskapsavtalen ikke sier noe annet.",
            nn="Ein deltakar kan seie opp skriftleg med eitt års frist når selskapsavtalen ikkje seier noko anna.",
            en="A participant may leave with one year's written notice when the company agreement says nothing else.",
        ),
        Text(
            nb="Rett fristen til 12 måneder, eller før inn at den følger av avtalen.",
            nn="Rett fristen til 12 månader, eller før inn at han følgjer av avtalen.",
            en="Correct the notice to 12 months, or enter that it follows from the agreement.",
        ),
        notice_is_that_of_law,
    ),
    Rule(
        "IKS-22",
        "IKS-loven §§ 32-33",
        Severity.WARNING,
        IKS,
        Text(
            nb="Når et IKS oppløses, skal kommunestyret eller fylkestinget selv hos hver deltaker vedta det, og "
            "Foretaksregisteret skal få melding.",
            nn="Når eit IKS blir løyst opp, skal kommunestyret eller fylkestinget sjølv hos kvar deltakar vedta det, "
            "og Føretaksregisteret skal få melding.",
            en="When an IKS is dissolved, the council itself of each participant must decide so, and "
            "Foretaksregisteret must be told.",
        ),
        Text(
            nb="Før inn vedtakene som mangler, og meldingen til Foretaksregisteret.",
            nn="Før inn vedtaka som manglar, og meldinga til Føretaksregisteret.",
            en="Enter the decisions that are missing, and the notice to Foretaksregisteret.",
        ),
        dissolution_is_decided_by_all,
    ),
    Rule(
        "IKS-24",
        "foretaksregisterloven § 3-3 (1)",
        Severity.WARNING,
        IKS,
        Text(
            nb="Deltakerne og ansvarsandelene er de samme her som i Foretaksregisteret.",
            nn="Deltakarane og ansvarsdelane er dei same her som i Føretaksregisteret.",
            en="The participants and their shares of liability are the same here as in Foretaksregisteret.",
        ),
        Text(
            nb="Se etter i selskapsavtalen, og rett opplysningene her, eller send endringsmelding til "
            "Foretaksregisteret.",
            nn="Sjå etter i selskapsavtalen, og rett opplysningane her, eller send endringsmelding til "
            "Føretaksregisteret.",
            en="Look in the company agreement, and correct the facts here, or send a notice of change to "
            "Foretaksregisteret.",
        ),
        participants_are_those_registered,
    ),
)
