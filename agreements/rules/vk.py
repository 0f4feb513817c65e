"""What does kommuneloven chapter 20 demand of a vertskommunesamarbeid (VK)?  Law note, section 4.

With a felles nemnd (an organ of kind committee) it is the form of § 20-3, otherwise the administrative
form of § 20-2. A rule of the other form is not assessed.

Left out: VK-09 (the councils' decisions and the written agreement are GEN-04 and GEN-07, so that one
fault gives one finding), VK-10i (what other law demands cannot be missing in general), VK-04, 15, 17,
18, 19 and 20 (information, nothing to test).
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import replace

from ..models.forms import Form
from ..models.status import COUNCILS
from .core import OK, UNKNOWN, Result, Rule, Severity, Text, breach, clause_rule, known
from .facts import Facts, MemberFact
from .shared import if_whole_list

#: Kommuneloven of 2018 applied from each council's first meeting in 2019; the first were on this day.
IN_FORCE = datetime.date(2019, 10, 3)

VK = frozenset({Form.VK})
#: Oslo is a municipality that also has the tasks of a county municipality, and may stand with either.
OSLO = "0301"
#: Who the host tells that a cooperation is created.
RECIPIENT = {"municipality": "statsforvalter", "county_council": "departement"}
#: Words in the name of a complaint body: those of the one that delegated, those of a state body.
OWN_BODY = re.compile(r"samarbeidskommun|delegert|deltak\w*kommun|(hver|kvar|den) enkelte?|(hver|kvar) kommun", re.I)
STATE_BODY = re.compile(r"statsforvalt|fylkesmann|departement|direktorat|(helse|arbeids|mat)tilsyn|statl[ei]g", re.I)


def _has_committee(facts: Facts) -> bool:
    return any(organ.kind == "committee" for organ in facts.organs)


def _administrative(check: Callable[[Facts, datetime.date], Result]) -> Callable[[Facts, datetime.date], Result]:
    """Return the check for cooperations without a felles nemnd."""
    return lambda facts, on: UNKNOWN if _has_committee(facts) else check(facts, on)


def _with_committee(check: Callable[[Facts, datetime.date], Result]) -> Callable[[Facts, datetime.date], Result]:
    """Return the check for cooperations with a felles nemnd."""
    return lambda facts, on: check(facts, on) if _has_committee(facts) else UNKNOWN


def _hosts(facts: Facts) -> list[MemberFact]:
    return [m for m in facts.participants if "host" in m.roles]


def _names(members: list[MemberFact]) -> str:
    return ", ".join(m.name for m in members)


def one_level(facts: Facts, on: datetime.date) -> Result:
    """All are municipalities, or all are county municipalities."""
    others = [m for m in facts.participants if m.kind and m.kind not in RECIPIENT]
    counties = [m for m in facts.participants if m.kind == "county_council"]
    municipalities = [m for m in facts.participants if m.kind == "municipality" and m.number != OSLO]
    if others:
        return breach(_names(others))
    if counties and municipalities:
        return breach(_names(counties))
    return if_whole_list(facts) if len(facts.participants) > 1 and all(m.kind for m in facts.participants) else UNKNOWN


def one_host(facts: Facts, on: datetime.date) -> Result:
    """One is the host, and at least one other takes part."""
    hosts = _hosts(facts)
    if len(hosts) > 1:
        return breach(_names(hosts))
    if hosts and len(facts.participants) > 1:
        return OK
    if not facts.members_complete or not facts.participants or facts.status(on) != "active":
        return UNKNOWN  # the other, or its role, may be unrecorded
    return breach(_names(hosts), None if hosts else Severity.WARNING)


def no_legal_person(facts: Facts, on: datetime.date) -> Result:
    """The cooperation is part of the host."""
    return known(None if facts.own_legal_person is None else not facts.own_legal_person)


def no_matters_of_principle(facts: Facts, on: datetime.date) -> Result:
    """The host's administration does not decide matters of principle."""
    return known(None if facts.decides_matters_of_principle is None else not facts.decides_matters_of_principle)


def _delegations(facts: Facts, members: list[MemberFact], on: datetime.date) -> Result:
    """Each member's council has delegated; assessed where at least one delegation is recorded."""
    organs = [
        {
            d.organ
            for d in m.decisions
            if d.subject == "delegation" and d.outcome == "adopted" and (d.decided_on is None or d.decided_on <= on)
        }
        for m in members
    ]
    if not any(organs):
        return UNKNOWN
    lacking = [m for m, bodies in zip(members, organs, strict=True) if not bodies & (COUNCILS | {""})]
    if lacking:
        return breach(_names(lacking))
    return if_whole_list(facts) if all(bodies & COUNCILS for bodies in organs) else UNKNOWN


def councils_delegate_to_host(facts: Facts, on: datetime.date) -> Result:
    """Each council but the host's has told its own administration to delegate."""
    if len(_hosts(facts)) != 1:
        return UNKNOWN
    return _delegations(facts, [m for m in facts.participants if "host" not in m.roles], on)


def councils_delegate_to_committee(facts: Facts, on: datetime.date) -> Result:
    """Each council, the host's too, has delegated to the nemnd."""
    return _delegations(facts, list(facts.participants), on)


def two_on_committee(facts: Facts, on: datetime.date) -> Result:
    """Each has two or more members of the nemnd."""
    seats = [m.committee.members for m in facts.participants]
    few = [m for m in facts.participants if m.committee.members is not None and m.committee.members < 2]
    if few:
        return breach(_names(few))
    return if_whole_list(facts) if seats and None not in seats else UNKNOWN


def host_has_told(facts: Facts, on: datetime.date) -> Result:
    """Statsforvalteren, or for county municipalities the department, knows of the cooperation."""
    kinds = {m.kind for m in facts.participants if m.number != OSLO} or {"municipality"}
    if not facts.notifications or facts.status(on) != "active" or not facts.participants or len(kinds) > 1:
        return UNKNOWN
    recipient = RECIPIENT.get(kinds.pop())
    if recipient is None:
        return UNKNOWN
    return OK if recipient in facts.notifications else breach()


def complaints_go_to_delegator(facts: Facts, on: datetime.date) -> Result:
    """Complaints go to the one that delegated, or to a state body; the host alone is a breach."""
    text = facts.complaint_body
    partners = [m for m in facts.participants if "host" not in m.roles]
    if OWN_BODY.search(text) or STATE_BODY.search(text) or any(_is_named(m, text) for m in partners):
        return OK
    hosts = _hosts(facts)
    if re.search(r"\bvertskommune", text, re.I) or any(_is_named(m, text) for m in hosts):
        return breach(text)
    return UNKNOWN


def _is_named(member: MemberFact, text: str) -> bool:
    """Tell whether a text names a member: «Lier», «Lier kommune», «Liers klagenemnd»."""
    name = re.sub(r"\s+(kommune|herad|fylkeskommune)$", "", member.name, flags=re.I)
    return bool(re.search(rf"\b{re.escape(name)}s?\b", text, re.I))


def has_complaints_board(facts: Facts, on: datetime.date) -> Result:
    """The councils have appointed a særskilt klagenemnd."""
    return known(facts.has_complaints_board)


def notice_of_law_is_a_year(facts: Facts, on: datetime.date) -> Result:
    """A period of notice that follows from the law is twelve months; the agreement may set another."""
    agreement = facts.agreement
    if agreement is None or agreement.notice_months is None or not agreement.notice_source:
        return UNKNOWN
    if agreement.notice_source == "law" and agreement.notice_months != 12:
        return breach(str(agreement.notice_months))
    return OK


def _clause(id: str, place: str, demand: Text, remedy: Text) -> Rule:
    return replace(clause_rule(id, f"kommuneloven § 20-4 {place}", Form.VK, demand, remedy), valid_from=IN_FORCE)


CLAUSES = (
    _clause(
        "VK-10a",
        "(3) a",
        Text(
            nb="Avtalen skal si hvem som deltar.",
            nn="Avtalen skal seie kven som deltek.",
            en="The agreement must say who takes part.",
        ),
        Text(
            nb="List opp deltakerne i avtalen.",
            nn="List opp deltakarane i avtalen.",
            en="List the participants in the agreement.",
        ),
    ),
    _clause(
        "VK-10b",
        "(3) b",
        Text(
            nb="Avtalen skal si hvem som er vertskommune.",
            nn="Avtalen skal seie kven som er vertskommune.",
            en="The agreement must say who is the vertskommune.",
        ),
        Text(
            nb="Skriv i avtalen hvem som er vertskommune.",
            nn="Skriv i avtalen kven som er vertskommune.",
            en="Name the vertskommune in the agreement.",
        ),
    ),
    _clause(
        "VK-10c",
        "(3) c",
        Text(
            nb="Avtalen skal si hvilke oppgaver og hvilken myndighet vertskommunen får.",
            nn="Avtalen skal seie kva oppgåver og kva myndigheit vertskommunen får.",
            en="The agreement must say which tasks and which powers go to the vertskommune.",
        ),
        Text(
            nb="Beskriv oppgavene og myndigheten i avtalen, med lovene de følger av.",
            nn="Skriv oppgåvene og myndigheita inn i avtalen, med lovene dei følgjer av.",
            en="Describe the tasks and powers in the agreement, with the statutes they follow from.",
        ),
    ),
    _clause(
        "VK-10d",
        "(3) d",
        Text(
            nb="Avtalen skal si når oppgaver og myndighet blir overført.",
            nn="Avtalen skal seie når oppgåver og myndigheit blir overførte.",
            en="The agreement must say when tasks and powers are transferred.",
        ),
        Text(
            nb="Ta datoen for overføringen inn i avtalen.",
            nn="Ta datoen for overføringa inn i avtalen.",
            en="Write the date of transfer into the agreement.",
        ),
    ),
    _clause(
        "VK-10e",
        "(3) e",
        Text(
            nb="Avtalen skal si hvilke av vertskommunens vedtak deltakerne skal få vite om.",
            nn="Avtalen skal seie kva vedtak i vertskommunen deltakarane skal få vite om.",
            en="The agreement must say which decisions of the vertskommune the participants are told of.",
        ),
        Text(
            nb="Ta inn i avtalen hva vertskommunen skal melde fra om, og hvordan.",
            nn="Ta inn i avtalen kva vertskommunen skal melde frå om, og korleis.",
            en="Write into the agreement what the vertskommune must report, and how.",
        ),
    ),
    _clause(
        "VK-10f",
        "(3) f",
        Text(
            nb="Avtalen skal ha regler om det økonomiske oppgjøret.",
            nn="Avtalen skal ha reglar om det økonomiske oppgjeret.",
            en="The agreement must have rules on the economic settlement.",
        ),
        Text(
            nb="Ta fordelingsnøkkelen og betalingsfristene inn i avtalen.",
            nn="Ta fordelingsnøkkelen og betalingsfristane inn i avtalen.",
            en="Write the cost key and the terms of payment into the agreement.",
        ),
    ),
    _clause(
        "VK-10g",
        "(3) g",
        Text(
            nb="Avtalen skal si hvordan en deltaker går ut av samarbeidet.",
            nn="Avtalen skal seie korleis ein deltakar går ut av samarbeidet.",
            en="The agreement must say how a participant leaves the cooperation.",
        ),
        Text(
            nb="Ta inn i avtalen hvordan en deltaker går ut. Fristen er ett år når avtalen ikke sier noe annet.",
            nn="Ta inn i avtalen korleis ein deltakar går ut. Fristen er eitt år når avtalen ikkje seier noko anna.",
            en="Write into the agreement how a participant leaves. The notice is one year unless it says otherwise.",
        ),
    ),
    _clause(
        "VK-10h",
        "(3) h",
        Text(
            nb="Avtalen skal si hvordan samarbeidet blir oppløst.",
            nn="Avtalen skal seie korleis samarbeidet blir oppløyst.",
            en="The agreement must say how the cooperation is dissolved.",
        ),
        Text(
            nb="Ta inn i avtalen hvordan oppgaver, ansatte og verdier blir ført tilbake.",
            nn="Ta inn i avtalen korleis oppgåver, tilsette og verdiar blir førte tilbake.",
            en="Write into the agreement how tasks, staff and assets are returned.",
        ),
    ),
)

COMMITTEE_SEATS = _clause(
    "VK-11",
    "(4)",
    Text(
        nb="Avtalen skal si hvor mange medlemmer hver deltaker har i den felles nemnda.",
        nn="Avtalen skal seie kor mange medlemmer kvar deltakar har i den felles nemnda.",
        en="The agreement must say how many members each participant has in the joint committee.",
    ),
    Text(
        nb="Ta antall medlemmer fra hver deltaker inn i avtalen. Det skal være minst to.",
        nn="Ta talet på medlemmer frå kvar deltakar inn i avtalen. Det skal vere minst to.",
        en="Write the number of members from each participant into the agreement. It must be two or more.",
    ),
)

RULES = (
    Rule(
        "VK-01",
        "kommuneloven §§ 20-1, 20-2 (1), 20-3 (1)",
        Severity.ERROR,
        VK,
        Text(
            nb="Et vertskommunesamarbeid er mellom kommuner eller mellom fylkeskommuner, ikke på tvers.",
            nn="Eit vertskommunesamarbeid er mellom kommunar eller mellom fylkeskommunar, ikkje på tvers.",
            en="A vertskommune cooperation is between municipalities or between county municipalities, not across.",
        ),
        Text(
            nb="Del samarbeidet etter nivå, eller velg en form som er åpen for begge, som kommunalt oppgavefellesskap.",
            nn="Del samarbeidet etter nivå, eller vel ei form som er open for begge, som kommunalt oppgåvefellesskap.",
            en="Split the cooperation by level, or choose a form open to both, such as kommunalt oppgavefellesskap.",
        ),
        one_level,
        IN_FORCE,
    ),
    Rule(
        "VK-02",
        "kommuneloven §§ 20-2 (1), 20-4 (3) b",
        Severity.ERROR,
        VK,
        Text(
            nb="Det skal være nøyaktig én vertskommune og minst én samarbeidskommune.",
            nn="Det skal vere nøyaktig éin vertskommune og minst éin samarbeidskommune.",
            en="There must be exactly one vertskommune and at least one other participant.",
        ),
        Text(
            nb="Rett rollene, eller registrer ett samarbeid for hver vertskommune.",
            nn="Rett rollene, eller registrer eitt samarbeid for kvar vertskommune.",
            en="Correct the roles, or record one cooperation for each vertskommune.",
        ),
        one_host,
        IN_FORCE,
    ),
    Rule(
        "VK-03",
        "kommuneloven kap. 20",
        Severity.ERROR,
        VK,
        Text(
            nb="Et vertskommunesamarbeid er en del av vertskommunen og aldri et eget rettssubjekt.",
            nn="Eit vertskommunesamarbeid er ein del av vertskommunen og aldri eit eige rettssubjekt.",
            en="A vertskommune cooperation is part of the host and never a legal person of its own.",
        ),
        Text(
            nb="Rett opplysningen, eller rett formen hvis samarbeidet er et eget selskap eller fellesskap.",
            nn="Rett opplysninga, eller rett forma dersom samarbeidet er eit eige selskap eller fellesskap.",
            en="Correct the fact, or the form if the cooperation is a company or body of its own.",
        ),
        no_legal_person,
        IN_FORCE,
    ),
    Rule(
        "VK-05",
        "kommuneloven § 20-2 (1)",
        Severity.ERROR,
        VK,
        Text(
            nb="Uten felles nemnd kan vertskommunen bare avgjøre saker som ikke er prinsipielle.",
            nn="Utan felles nemnd kan vertskommunen berre avgjere saker som ikkje er prinsipielle.",
            en="Without a joint committee the host may only decide matters that are not of principle.",
        ),
        Text(
            nb="La kommunestyrene selv avgjøre prinsipielle saker, eller opprett en felles nemnd.",
            nn="La kommunestyra sjølve avgjere prinsipielle saker, eller opprett ei felles nemnd.",
            en="Let the municipal councils decide matters of principle, or set up a joint committee.",
        ),
        _administrative(no_matters_of_principle),
        IN_FORCE,
    ),
    Rule(
        "VK-06",
        "kommuneloven § 20-2 (2)",
        Severity.WARNING,
        VK,
        Text(
            nb="Hvert kommunestyre skal selv be sin kommunedirektør om å delegere til vertskommunen.",
            nn="Kvart kommunestyre skal sjølv be kommunedirektøren sin om å delegere til vertskommunen.",
            en="Each council must itself instruct its own chief executive to delegate to the vertskommune.",
        ),
        Text(
            nb="La kommunestyret vedta delegeringen, og før opp vedtaket her.",
            nn="La kommunestyret vedta delegeringa, og før opp vedtaket her.",
            en="Let the municipal council adopt the delegation, and record the decision here.",
        ),
        _administrative(councils_delegate_to_host),
        IN_FORCE,
    ),
    Rule(
        "VK-07",
        "kommuneloven § 20-3 (2)",
        Severity.WARNING,
        VK,
        Text(
            nb="Alle kommunestyrene skal selv delegere den samme myndigheten til den felles nemnda.",
            nn="Alle kommunestyra skal sjølve delegere den same myndigheita til den felles nemnda.",
            en="All councils must themselves delegate the same power to the joint committee.",
        ),
        Text(
            nb="La de kommunestyrene som mangler, vedta den samme delegeringen, og før opp vedtakene her.",
            nn="La dei kommunestyra som manglar, vedta den same delegeringa, og før opp vedtaka her.",
            en="Let the councils that are missing adopt the same delegation, and record the decisions here.",
        ),
        _with_committee(councils_delegate_to_committee),
        IN_FORCE,
    ),
    Rule(
        "VK-08",
        "kommuneloven § 20-3 (3)",
        Severity.ERROR,
        VK,
        Text(
            nb="Hver deltaker skal ha minst to medlemmer i den felles nemnda.",
            nn="Kvar deltakar skal ha minst to medlemmer i den felles nemnda.",
            en="Each participant must have at least two members of the joint committee.",
        ),
        Text(
            nb="La kommunestyret velge flere medlemmer, og rett avtalen hvis den sier færre enn to.",
            nn="La kommunestyret velje fleire medlemmer, og rett avtalen dersom han seier færre enn to.",
            en="Let the council elect more members, and correct the agreement if it says fewer than two.",
        ),
        _with_committee(two_on_committee),
        IN_FORCE,
    ),
    *CLAUSES,
    replace(COMMITTEE_SEATS, check=_with_committee(COMMITTEE_SEATS.check)),
    Rule(
        "VK-12",
        "kommuneloven § 20-4 (5)",
        Severity.WARNING,
        VK,
        Text(
            nb="Vertskommunen skal orientere statsforvalteren om at samarbeidet er opprettet, "
            "eller departementet når deltakerne er fylkeskommuner.",
            nn="Vertskommunen skal orientere statsforvaltaren om at samarbeidet er oppretta, "
            "eller departementet når deltakarane er fylkeskommunar.",
            en="The host must inform statsforvalteren that the cooperation is created, "
            "or the ministry when the participants are county municipalities.",
        ),
        Text(
            nb="La vertskommunen sende en orientering, og før den opp her. Godkjenning trengs ikke.",
            nn="La vertskommunen sende ei orientering, og før ho opp her. Godkjenning trengst ikkje.",
            en="Let the host send a notice, and record it here. No approval is needed.",
        ),
        host_has_told,
        IN_FORCE,
    ),
    Rule(
        "VK-13",
        "kommuneloven § 20-5",
        Severity.WARNING,
        VK,
        Text(
            nb="Kommunen som har delegert, er klageinstans. Vertskommunen er det ikke for de andre.",
            nn="Kommunen som har delegert, er klageinstans. Vertskommunen er det ikkje for dei andre.",
            en="Complaints go to the municipality that delegated. The host does not decide them for the others.",
        ),
        Text(
            nb="Rett klageinstansen til kommunen som har delegert, eller til det statlige organet når loven sier det.",
            nn="Rett klageinstansen til kommunen som har delegert, eller til det statlege organet når lova seier det.",
            en="Let complaints go to the municipality that delegated, or to the state body where the law says so.",
        ),
        _administrative(complaints_go_to_delegator),
        IN_FORCE,
    ),
    Rule(
        "VK-14",
        "kommuneloven § 20-6",
        Severity.WARNING,
        VK,
        Text(
            nb="Med felles nemnd skal kommunestyrene oppnevne minst én særskilt klagenemnd der alle er med.",
            nn="Med felles nemnd skal kommunestyra nemne opp minst éi særskild klagenemnd der alle er med.",
            en="With a joint committee the councils must appoint a complaints board with members from each.",
        ),
        Text(
            nb="La kommunestyrene oppnevne en særskilt klagenemnd.",
            nn="La kommunestyra nemne opp ei særskild klagenemnd.",
            en="Let the municipal councils appoint a complaints board.",
        ),
        _with_committee(has_complaints_board),
        IN_FORCE,
    ),
    Rule(
        "VK-16",
        "kommuneloven § 20-8 (2)",
        Severity.INFO,
        VK,
        Text(
            nb="Oppsigelsesfristen er ett år når avtalen ikke sier noe annet.",
            nn="Oppseiingsfristen er eitt år når avtalen ikkje seier noko anna.",
            en="The period of notice is one year unless the agreement says otherwise.",
        ),
        Text(
            nb="Rett fristen til tolv måneder, eller oppgi at den følger av avtalen.",
            nn="Rett fristen til tolv månader, eller oppgi at han følgjer av avtalen.",
            en="Correct the period to twelve months, or state that it follows from the agreement.",
        ),
        notice_of_law_is_a_year,
        IN_FORCE,
    ),
)
