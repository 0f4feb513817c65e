"""What does the law demand of agreements, networks, plan cooperation and what the state takes part in?

Law note, section 7.2. Left out, with nothing to test: PLAN-05, HELSE-04, HELSE-05, BRANN-03, NAV-01
and SAER-01 (information). In HELSE-03 the yearly review is no fact of the register.

A theme is not a form: what the law says of IUA and fire brigades is asked only of cooperations whose
name or legal basis shows that it concerns them.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from ..models.forms import Form
from .core import OK, UNKNOWN, Result, Rule, Severity, Text, breach, clause_rule
from .facts import Facts
from .general import KOMMUNELOVEN_IN_FORCE, adopted_elsewhere, adoptions, councils_of, if_whole_list

OSLO = "0301"  # municipality and county municipality in one


@dataclass(frozen=True, kw_only=True)
class ThemeRule(Rule):
    """A rule for one theme, in whatever form; it does not govern cooperations that ``concerns`` denies."""

    concerns: Callable[[Facts], bool]

    def governs(self, facts: Facts, on: datetime.date) -> bool:
        """Tell whether the cooperation is about the theme as well."""
        return super().governs(facts, on) and self.concerns(facts)


def _law(facts: Facts) -> str:
    return f"{facts.legal_basis} {facts.special_law}"


IUA = re.compile(r"\bIUA\b", re.IGNORECASE)
_110 = re.compile(r"\b110[-\s]?(sentral|region)|\balarmsentral", re.IGNORECASE)
_FIRE_NAME = re.compile(r"\bbrann(vesen|vern|-?\s*og\s+redning)", re.IGNORECASE)
_FIRE_LAW = re.compile(r"\bbrann(-\s?og\s+eksplosjons)?(vern)?lov", re.IGNORECASE)
_HEALTH_LAW = re.compile(r"(omsorgstj?enestelov|\bhol\b).*\b6-\d", re.IGNORECASE)


def is_iua(facts: Facts) -> bool:
    """Tell whether the name says that it is an IUA."""
    return bool(IUA.search(facts.name))


def is_110(facts: Facts) -> bool:
    """Tell whether the name is that of a 110-sentral, which takes emergency calls."""
    return bool(_110.search(facts.name))


def is_fire(facts: Facts) -> bool:
    """Tell whether the name or the legal basis is that of a fire brigade."""
    return bool(_FIRE_NAME.search(facts.name) or _FIRE_LAW.search(_law(facts))) and not is_110(facts)


def is_fire_agreement(facts: Facts) -> bool:
    """Tell whether it is a fire brigade, or somebody has answered what only an agreement on one must say."""
    return is_fire(facts) or bool(facts.agreement and "BRANN-01" in facts.agreement.clauses)


def is_health(facts: Facts) -> bool:
    """Tell whether a helseforetak takes part, or the legal basis is the chapter on agreements with it."""
    return any(m.kind == "health_trust" for m in facts.participants) or bool(_HEALTH_LAW.search(_law(facts)))


# AVT-01
_COST_KEY = Text(nb="fordelingsnøkkel eller pris", nn="fordelingsnøkkel eller pris", en="cost key or price")
_TERM = Text(nb="varighet", nn="kor lenge han varer", en="term")
_NOTICE = Text(nb="oppsigelsesfrist", nn="oppseiingsfrist", en="period of notice")


def essentials_are_recorded(facts: Facts, on: datetime.date) -> Result:
    """The register knows the price, the term and the notice of a recorded agreement."""
    agreement = facts.agreement
    if agreement is None:
        return UNKNOWN
    answers = (
        (_COST_KEY, facts.cost_key),
        (_TERM, agreement.valid_from or agreement.valid_to),
        (_NOTICE, agreement.notice_months is not None),
    )
    missing = [str(text) for text, answer in answers if not answer]
    return breach(", ".join(missing)) if missing else OK


# AVT-02
def no_delegation(facts: Facts, on: datetime.date) -> Result:
    """A mere agreement does not carry power to make enkeltvedtak, unless another law opens for it."""
    if not facts.decision_power:
        return UNKNOWN
    return breach() if facts.decision_power == "full" and not (facts.decision_basis or facts.special_law) else OK


# NET-01
def not_political(facts: Facts, on: datetime.date) -> Result:
    """A purely political cooperation between municipalities is an IPR; with others in it, it cannot be."""
    if facts.is_political is None:
        return UNKNOWN
    others = any(m.kind not in ("municipality", "county_council") for m in facts.participants)
    return breach() if facts.is_political and not others else OK


# PLAN
def two_plan_together(facts: Facts, on: datetime.date) -> Result:
    """Two or more municipalities, or regions and municipalities, plan together."""
    if len(facts.participants) >= 2:
        return OK
    return breach() if facts.participants and facts.members_complete else UNKNOWN


def board_is_even(facts: Facts, on: datetime.date) -> Result:
    """Each participant has as many members of the board, unless the agreement says otherwise."""
    if facts.agreement and facts.agreement.clauses.get("PLAN-02") == "present":
        return OK
    councils = councils_of(facts)
    seats = {m.name: m.board.members for m in councils if m.board.members is not None}
    if len(set(seats.values())) > 1:
        return breach(", ".join(f"{name}: {members}" for name, members in seats.items()))
    return if_whole_list(facts) if len(seats) == len(councils) >= 2 else UNKNOWN


def councils_adopt_the_plan(facts: Facts, on: datetime.date) -> Result:
    """The board has power over the process, never over the final plan."""
    if not facts.plan_power:
        return UNKNOWN
    return breach() if facts.plan_power == "final" else OK


def notice_of(months: int) -> Callable[[Facts, datetime.date], Result]:
    """Return the check that the recorded notice is that of the law; none recorded: that of the law applies."""

    def check(facts: Facts, on: datetime.date) -> Result:
        if facts.agreement is None or facts.agreement.notice_months is None:
            return UNKNOWN
        found = facts.agreement.notice_months
        return OK if found == months else breach(str(found))

    return check


# HELSE
def council_made_the_health_agreement(facts: Facts, on: datetime.date) -> Result:
    """The council itself makes the agreement with the helseforetak."""
    if not is_health(facts):
        return UNKNOWN
    councils = councils_of(facts)
    wrong = adopted_elsewhere(councils)
    if wrong:
        return breach("; ".join(wrong))
    known = all(any(d.organ for d in adoptions(m)) for m in councils)
    return if_whole_list(facts) if councils and known else UNKNOWN


def a_month_after(day: datetime.date) -> datetime.date:
    """Return the same day of the next month, or its last day."""
    first = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    return min(first + datetime.timedelta(days=day.day - 1), last)


def health_agreement_is_sent(facts: Facts, on: datetime.date) -> Result:
    """Helsedirektoratet has the agreement within a month, and the notice is one year."""
    agreement = facts.agreement
    if agreement is None or not is_health(facts):
        return UNKNOWN
    if agreement.notice_months not in (None, 12):
        return breach(f"{agreement.notice_months}")
    if "helsedirektoratet" in facts.notifications:
        return OK
    if agreement.signed_on is None or on <= a_month_after(agreement.signed_on):
        return UNKNOWN
    return breach(agreement.signed_on.isoformat())


# IUA
def iua_is_ordered(facts: Facts, on: datetime.date) -> Result:
    """An IUA is ordered by the state, in a regulation that is recorded."""
    if facts.ordered_by_state is None:
        return UNKNOWN
    if not facts.ordered_by_state:
        return breach()
    return OK if facts.special_law else UNKNOWN


def in_one_iua_only(facts: Facts, on: datetime.date) -> Result:
    """No participant of an IUA is in another one at the same time."""
    if facts.other_iua is None:
        return UNKNOWN
    if facts.other_iua:
        return breach(", ".join(facts.other_iua))
    return if_whole_list(facts) if facts.participants else UNKNOWN


def theme_is_not_the_form(facts: Facts, on: datetime.date) -> Result:
    """An IUA has one of the forms of the law beside its theme."""
    return OK if facts.form in {Form.VK, Form.KO, Form.IKS, Form.AGREEMENT} else breach()


# BRANN
def dsb_is_told(facts: Facts, on: datetime.date) -> Result:
    """A recorded agreement on a fire brigade has been sent to DSB."""
    if "dsb" in facts.notifications:
        return OK
    return UNKNOWN if facts.agreement is None else breach()


def shares_of_the_110_are_agreed(facts: Facts, on: datetime.date) -> Result:
    """A recorded agreement on a 110-sentral splits the cost."""
    if facts.cost_key:
        return OK
    return UNKNOWN if facts.agreement is None else breach()


# BYV
def three_levels_agree(facts: Facts, on: datetime.date) -> Result:
    """The state, the county and municipalities are all parties; Oslo is county and municipality."""
    levels = {m.kind for m in facts.participants}
    if any(m.number == OSLO for m in facts.participants):
        levels.add("county_council")
    if {"state", "county_council", "municipality"} <= levels:
        return OK
    return breach() if levels and facts.members_complete else UNKNOWN


_HEALTH_REMEDY = Text(
    nb="Ta punktet inn i samarbeidsavtalen med helseforetaket, og la kommunestyret vedta den.",
    nn="Ta punktet inn i samarbeidsavtalen med helseføretaket, og la kommunestyret vedta han.",
    en="Add the item to the agreement with the health trust, and have the council adopt it.",
)


# The twelve items of § 6-2 in the order of the law note: bokmål, nynorsk, English.
_HEALTH_ITEMS = {
    "a": ("hvem som har ansvar for hvilke oppgaver", "kven som har ansvar for kva oppgåver", "who does which tasks"),
    "b": ("innleggelse og utskriving", "innlegging og utskriving", "admission and discharge"),
    "c": ("habilitering og rehabilitering", "habilitering og rehabilitering", "habilitation and rehabilitation"),
    "d": ("kommunens tilbud om øyeblikkelig hjelp", "kommunalt tilbod om augeblikkeleg hjelp", "emergency care"),
    "e": ("utveksling av kunnskap", "utveksling av kunnskap", "exchange of knowledge"),
    "f": ("forskning og utdanning", "forsking og utdanning", "research and education"),
    "g": ("jordmortjenester", "jordmortenester", "midwife services"),
    "h": ("IKT-løsninger", "IKT-løysingar", "ICT solutions"),
    "i": ("forebygging", "førebygging", "prevention"),
    "j": ("beredskap", "beredskap", "preparedness"),
    "k": ("hvordan partene planlegger sammen", "korleis partane planlegg saman", "how the parties plan together"),
    "l": ("barn med sammensatte behov", "barn med samansette behov", "children with complex needs"),
}
_HEALTH_CLAUSES = tuple(
    clause_rule(
        f"HELSE-02{letter}",
        "helse- og omsorgstjenesteloven § 6-2",
        Form.STATUTORY,
        Text(
            nb=f"Avtalen med helseforetaket skal ta opp {nb}.",
            nn=f"Avtalen med helseføretaket skal ta opp {nn}.",
            en=f"The agreement with the health trust must deal with {en}.",
        ),
        _HEALTH_REMEDY,
    )
    for letter, (nb, nn, en) in _HEALTH_ITEMS.items()
)

_THEME_FORMS = frozenset({Form.VK, Form.KO, Form.IKS, Form.AGREEMENT, Form.STATUTORY})
_POWER_CLAUSE = clause_rule(
    "BRANN-01",
    "brannloven § 9 (3)",
    Form.AGREEMENT,
    Text(
        nb="En avtale om brannvesen skal la myndigheten ligge under kommunens formelle ansvar.",
        nn="Ein avtale om brannvesen skal la styresmakta liggje under det formelle ansvaret til kommunen.",
        en="An agreement on a fire brigade must leave public authority under the municipality's formal responsibility.",
    ),
    Text(
        nb="Ta inn i avtalen hvordan brannvesenet utøver myndighet på vegne av hver kommune.",
        nn="Ta inn i avtalen korleis brannvesenet utøver styresmakt på vegner av kvar kommune.",
        en="Write into the agreement how the fire brigade exercises authority on behalf of each municipality.",
    ),
)

RULES = (
    Rule(
        "AVT-01",
        "kommuneloven § 17-1 (2)–(3)",
        Severity.INFO,
        frozenset({Form.AGREEMENT}),
        Text(
            nb="Loven sier ikke hva avtalen må inneholde. Pris, varighet og oppsigelse bør likevel være ført.",
            nn="Lova seier ikkje kva avtalen må innehalde. Pris, varigheit og oppseiing bør likevel vere førte.",
            en="The law does not say what the agreement must contain. Price, term and notice should still be entered.",
        ),
        Text(
            nb="Finn opplysningene i avtalen, og før dem.",
            nn="Finn opplysningane i avtalen, og før dei.",
            en="Find them in the agreement, and enter them.",
        ),
        essentials_are_recorded,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "AVT-02",
        "kommuneloven § 5-4",
        Severity.WARNING,
        frozenset({Form.AGREEMENT}),
        Text(
            nb="En avtale alene kan ikke gi en annen kommune myndighet til å gjøre enkeltvedtak i lovpålagte saker.",
            nn="Ein avtale åleine kan ikkje gi ein annan kommune rett til å gjere enkeltvedtak i lovpålagde saker.",
            en="An agreement alone cannot give another municipality the power to make individual decisions "
            "(enkeltvedtak) in statutory matters.",
        ),
        Text(
            nb="Bruk vertskommunesamarbeid, eller før særloven som åpner for delegeringen.",
            nn="Bruk vertskommunesamarbeid, eller før særlova som opnar for delegeringa.",
            en="Use a host municipality, or enter the special statute that opens for the delegation.",
        ),
        no_delegation,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "NET-01",
        "kommuneloven § 18-1, departementets veileder kap. 3",
        Severity.WARNING,
        frozenset({Form.NETWORK, Form.PARTNERSHIP}),
        Text(
            nb="Et rent politisk og varig samarbeid mellom kommuner skal etter departementets veileder være et IPR.",
            nn="Eit reint politisk og varig samarbeid mellom kommunar skal etter rettleiaren frå departementet "
            "vere eit IPR.",
            en="A purely political and lasting cooperation between municipalities should be an IPR, "
            "says the ministry's guide.",
        ),
        Text(
            nb="Vurder å gjøre samarbeidet om til et interkommunalt politisk råd.",
            nn="Vurder å gjere samarbeidet om til eit interkommunalt politisk råd.",
            en="Consider turning the cooperation into an interkommunalt politisk råd (IPR).",
        ),
        not_political,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "PLAN-01",
        "plan- og bygningsloven §§ 9-1, 9-7",
        Severity.INFO,
        frozenset({Form.PLAN9}),
        Text(
            nb="Et interkommunalt plansamarbeid er mellom to eller flere kommuner, eller mellom regioner og kommuner.",
            nn="Eit interkommunalt plansamarbeid er mellom to eller fleire kommunar, "
            "eller mellom regionar og kommunar.",
            en="Inter-municipal planning is between two or more municipalities, or between regions and municipalities.",
        ),
        Text(
            nb="Før inn kommunene som mangler.",
            nn="Før inn kommunane som manglar.",
            en="Enter the municipalities that are missing.",
        ),
        two_plan_together,
    ),
    Rule(
        "PLAN-02",
        "plan- og bygningsloven § 9-2",
        Severity.WARNING,
        frozenset({Form.PLAN9}),
        Text(
            nb="Styret skal ha like mange medlemmer fra hver kommune, hvis kommunene ikke avtaler noe annet.",
            nn="Styret skal ha like mange medlemmer frå kvar kommune, viss kommunane ikkje avtaler noko anna.",
            en="The board has as many members from each municipality, unless they agree otherwise.",
        ),
        Text(
            nb="Rett antallet, eller kryss av for at avtalen har en annen sammensetning, og hvor den står.",
            nn="Rett talet, eller kryss av for at avtalen har ei anna samansetjing, og kvar ho står.",
            en="Correct the numbers, or tick that the agreement has another composition, and where it says so.",
        ),
        board_is_even,
        clause=True,
    ),
    Rule(
        "PLAN-03",
        "plan- og bygningsloven § 9-3",
        Severity.ERROR,
        frozenset({Form.PLAN9}),
        Text(
            nb="Styret kan styre prosessen, men hvert kommunestyre vedtar selv planen for sitt område.",
            nn="Styret kan styre prosessen, men kvart kommunestyre vedtek sjølv planen for sitt område.",
            en="The board may run the process, but each council itself adopts the plan for its area.",
        ),
        Text(
            nb="Legg det endelige planvedtaket tilbake til kommunestyrene.",
            nn="Legg det endelege planvedtaket tilbake til kommunestyra.",
            en="Return the final decision on the plan to the councils.",
        ),
        councils_adopt_the_plan,
    ),
    Rule(
        "PLAN-04",
        "plan- og bygningsloven § 9-5",
        Severity.INFO,
        frozenset({Form.PLAN9}),
        Text(
            nb="En kommune kan gå ut av plansamarbeidet med tre måneders skriftlig varsel.",
            nn="Ein kommune kan gå ut av plansamarbeidet med tre månaders skriftleg varsel.",
            en="A municipality may leave the planning cooperation with three months' written notice.",
        ),
        Text(
            nb="Kontroller oppsigelsesfristen som er ført.",
            nn="Kontroller oppseiingsfristen som er førd.",
            en="Check the period of notice that is entered.",
        ),
        notice_of(3),
    ),
    Rule(
        "HELSE-01",
        "helse- og omsorgstjenesteloven § 6-1",
        Severity.INFO,
        frozenset({Form.STATUTORY}),
        Text(
            nb="Kommunestyret selv inngår avtalen med helseforetaket. Staten er part, "
            "så det er ikke et interkommunalt samarbeid i kommunelovens forstand.",
            nn="Kommunestyret sjølv gjer avtalen med helseføretaket. Staten er part, "
            "så det er ikkje eit interkommunalt samarbeid slik kommunelova bruker ordet.",
            en="The council itself makes the agreement with the health trust. The state is a party, "
            "so kommuneloven does not count it as inter-municipal.",
        ),
        Text(
            nb="Legg avtalen fram for kommunestyret, og før vedtaket.",
            nn="Legg avtalen fram for kommunestyret, og før vedtaket.",
            en="Put the agreement before the council, and enter its decision.",
        ),
        council_made_the_health_agreement,
    ),
    *_HEALTH_CLAUSES,
    Rule(
        "HELSE-03",
        "helse- og omsorgstjenesteloven §§ 6-4, 6-5",
        Severity.INFO,
        frozenset({Form.STATUTORY}),
        Text(
            nb="Helseforetaket sender avtalen til Helsedirektoratet innen en måned, og oppsigelsesfristen er ett år.",
            nn="Helseføretaket sender avtalen til Helsedirektoratet innan ein månad, og oppseiingsfristen er eitt år.",
            en="The health trust sends the agreement to Helsedirektoratet within a month; the notice is one year.",
        ),
        Text(
            nb="Spør helseforetaket om avtalen er sendt, og før meldingen. Kontroller oppsigelsesfristen.",
            nn="Spør helseføretaket om avtalen er send, og før meldinga. Kontroller oppseiingsfristen.",
            en="Ask the health trust whether it has been sent, and enter the notice. Check the period of notice.",
        ),
        health_agreement_is_sent,
    ),
    ThemeRule(
        "IUA-01",
        "forurensningsloven §§ 43, 44 (2)",
        Severity.INFO,
        _THEME_FORMS,
        Text(
            nb="Staten pålegger kommunene å samarbeide i et utvalg mot akutt forurensning (IUA).",
            nn="Staten pålegg kommunane å samarbeide i eit utval mot akutt forureining (IUA).",
            en="The state orders municipalities to cooperate against acute pollution (IUA).",
        ),
        Text(
            nb="Før at samarbeidet er pålagt av staten, og forskriften som særlov.",
            nn="Før at samarbeidet er pålagt av staten, og forskrifta som særlov.",
            en="Enter that the cooperation is ordered by the state, and the regulation as special statute.",
        ),
        iua_is_ordered,
        concerns=is_iua,
    ),
    ThemeRule(
        "IUA-02",
        "forskrift om kommunal beredskap mot akutt forurensning",
        Severity.WARNING,
        _THEME_FORMS,
        Text(
            nb="En kommune er med i nøyaktig én IUA-region.",
            nn="Ein kommune er med i nøyaktig éin IUA-region.",
            en="A municipality belongs to exactly one IUA region.",
        ),
        Text(
            nb="Sammenlign med forskriften, og avslutt det medlemskapet som ikke gjelder lenger.",
            nn="Jamfør med forskrifta, og avslutt den medlemskapen som ikkje gjeld lenger.",
            en="Compare with the regulation, and end the membership that no longer holds.",
        ),
        in_one_iua_only,
        concerns=is_iua,
    ),
    ThemeRule(
        "IUA-03",
        "forurensningsloven § 44 (2)",
        Severity.INFO,
        _THEME_FORMS | {Form.NETWORK, Form.PARTNERSHIP, Form.MULTILEVEL},
        Text(
            nb="IUA er et tema, ikke en form. Samarbeidet er et vertskommunesamarbeid, KO, IKS eller en avtale.",
            nn="IUA er eit tema, ikkje ei form. Samarbeidet er eit vertskommunesamarbeid, KO, IKS eller ein avtale.",
            en="IUA is a theme, not a form. The cooperation is a host municipality, a KO, an IKS or an agreement.",
        ),
        Text(
            nb="Finn formen i avtalen, og før beredskap mot akutt forurensning som oppgave.",
            nn="Finn forma i avtalen, og før beredskap mot akutt forureining som oppgåve.",
            en="Find the form in the agreement, and enter preparedness against acute pollution as its task.",
        ),
        theme_is_not_the_form,
        concerns=is_iua,
    ),
    ThemeRule(**vars(_POWER_CLAUSE), concerns=is_fire_agreement),
    ThemeRule(
        "BRANN-02",
        "brannloven § 10 (2)",
        Severity.WARNING,
        _THEME_FORMS,
        Text(
            nb="Avtaler om brannvesen skal sendes til Direktoratet for samfunnssikkerhet og beredskap (DSB).",
            nn="Avtalar om brannvesen skal sendast til Direktoratet for samfunnstryggleik og beredskap (DSB).",
            en="Agreements on fire brigades must be sent to the Directorate for Civil Protection (DSB).",
        ),
        Text(
            nb="Send avtalen til DSB, og før meldingen med dato.",
            nn="Send avtalen til DSB, og før meldinga med dato.",
            en="Send the agreement to DSB, and enter the notice with its date.",
        ),
        dsb_is_told,
        concerns=is_fire,
    ),
    ThemeRule(
        "BRANN-04",
        "brannloven § 16",
        Severity.WARNING,
        _THEME_FORMS,
        Text(
            nb="Kommunene i en 110-region skal avtale hvor mye hver av dem betaler for 110-sentralen.",
            nn="Kommunane i ein 110-region skal avtale kor mykje kvar av dei betaler for 110-sentralen.",
            en="The municipalities of a 110 region must agree how much each pays for the emergency call centre.",
        ),
        Text(
            nb="Før fordelingsnøkkelen fra avtalen.",
            nn="Før fordelingsnøkkelen frå avtalen.",
            en="Enter the cost key from the agreement.",
        ),
        shares_of_the_110_are_agreed,
        concerns=is_110,
    ),
    Rule(
        "BYV-01",
        "ordningen med byvekstavtaler, ingen lov",
        Severity.INFO,
        frozenset({Form.MULTILEVEL}),
        Text(
            nb="I en slik avtale, som en byvekstavtale, er staten, fylkeskommunen og kommuner parter. "
            "Den er ikke et interkommunalt samarbeid i kommunelovens forstand.",
            nn="I ein slik avtale, som ein byvekstavtale, er staten, fylkeskommunen og kommunar partar. "
            "Han er ikkje eit interkommunalt samarbeid slik kommunelova bruker ordet.",
            en="The state, the county and municipalities are the parties of such an agreement, "
            "as an urban growth agreement (byvekstavtale). Kommuneloven does not count it as inter-municipal.",
        ),
        Text(
            nb="Før inn parten som mangler, eller velg en annen form.",
            nn="Før inn parten som manglar, eller vel ei anna form.",
            en="Enter the party that is missing, or choose another form.",
        ),
        three_levels_agree,
    ),
)
