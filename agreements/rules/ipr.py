"""What does kommuneloven chapter 18 demand of an interkommunalt politisk råd (IPR)?  Law note, section 2.

Left out: IPR-02 and IPR-12 (the councils' decisions and the written agreement are GEN-04 and GEN-07,
so that one fault gives one finding), IPR-07, 10, 11, 13, 15, 18 and 19 (information, nothing to test).
"""

import datetime
import re
import unicodedata
from dataclasses import replace

from ..models.forms import Form
from .core import OK, UNKNOWN, Result, Rule, Severity, Text, breach, clause_rule
from .facts import Facts
from .shared import (
    if_whole_list,
    no_decisions_on_rights,
    office_keeps_the_accounts,
    only_councils,
    shares_make_the_whole,
)

#: Chapter 18 applied from each council's first meeting in 2019; the first were on this day (law note, OLD-01).
IN_FORCE = datetime.date(2019, 10, 3)

IPR = frozenset({Form.IPR})
NAME = re.compile(r"\b(interkommunalt\s+politisk\s+råd|IPR)\b", re.IGNORECASE)


def no_services(facts: Facts, on: datetime.date) -> Result:
    """A council is a forum: it does not produce services."""
    if facts.produces_services is None:
        return UNKNOWN
    return breach() if facts.produces_services else OK


def has_name(facts: Facts, on: datetime.date) -> Result:
    """The words or the abbreviation stand anywhere in the name, as whole words."""
    if not facts.has_proper_name or not facts.name:
        return UNKNOWN
    return OK if NAME.search(unicodedata.normalize("NFC", facts.name)) else breach(facts.name)


def all_have_members(facts: Facts, on: datetime.date) -> Result:
    """Every participant has a member of the representantskap; a board is no representantskap."""
    none = [m.name for m in facts.participants if m.assembly.members == 0]
    unknown = [m.name for m in facts.participants if m.assembly.members is None]
    if none:
        return breach(", ".join(none))
    if len(unknown) < len(facts.participants):
        return breach(", ".join(unknown), Severity.WARNING) if unknown else if_whole_list(facts)
    kinds = {organ.kind for organ in facts.organs}
    return breach(severity=Severity.WARNING) if "board" in kinds and "assembly" not in kinds else UNKNOWN


def enough_deputies(facts: Facts, on: datetime.date) -> Result:
    """Every participant has as many deputies as members."""
    pairs = [(m.name, m.assembly.members, m.assembly.deputies) for m in facts.participants]
    both = [pair for pair in pairs if None not in pair]
    few = [name for name, members, deputies in both if deputies < members]
    if few:
        return breach(", ".join(few))
    return if_whole_list(facts) if pairs and len(both) == len(pairs) else UNKNOWN


def loss_split_is_agreed(facts: Facts, on: datetime.date) -> Result:
    """A split of losses other than by liability stands in the agreement."""
    answer = facts.agreement.clauses.get("IPR-17") if facts.agreement else None
    if answer == "present" or facts.loss_split_deviates is False:
        return OK
    return breach() if answer == "missing" and facts.loss_split_deviates else UNKNOWN


def _clause(letter: str, demand: Text, remedy: Text, place: str = "") -> Rule:
    rule = clause_rule(f"IPR-14{letter}", f"kommuneloven § 18-4 (4) {place or letter}", Form.IPR, demand, remedy)
    return replace(rule, valid_from=IN_FORCE)


def leaving_is_agreed(facts: Facts, on: datetime.date) -> Result:
    """The agreement says how to leave; chapter 18 has no period of notice, so none can follow from the law."""
    if facts.agreement and facts.agreement.notice_source == "law":
        return breach()
    return LEAVING.check(facts, on)


LEAVING = _clause(
    "g",
    Text(
        nb="Avtalen skal si hvordan en deltaker går ut av rådet. Loven gir ingen oppsigelsesfrist.",
        nn="Avtalen skal seie korleis ein deltakar går ut av rådet. Lova gir ingen oppseiingsfrist.",
        en="The agreement must say how a participant leaves the council. The law sets no period of notice.",
    ),
    Text(
        nb="Ta inn i avtalen hvordan og med hvilken frist en deltaker kan gå ut, og la kommunestyrene vedta det.",
        nn="Ta inn i avtalen korleis og med kva frist ein deltakar kan gå ut, og la kommunestyra vedta det.",
        en="Write into the agreement how and with what notice a participant may leave; each council adopts it.",
    ),
)

CLAUSES = (
    _clause(
        "a",
        Text(
            nb="Avtalen skal fastsette navnet på rådet.",
            nn="Avtalen skal fastsetje namnet på rådet.",
            en="The agreement must state the name of the council.",
        ),
        Text(
            nb="Ta navnet inn i avtalen, og la kommunestyrene vedta endringen.",
            nn="Ta namnet inn i avtalen, og la kommunestyra vedta endringa.",
            en="Write the name into the agreement; each municipal council adopts the change.",
        ),
    ),
    _clause(
        "b",
        Text(
            nb="Avtalen skal si om rådet er et eget rettssubjekt.",
            nn="Avtalen skal seie om rådet er eit eige rettssubjekt.",
            en="The agreement must say whether the council is a legal person of its own.",
        ),
        Text(
            nb="Velg om rådet skal være eget rettssubjekt, og ta det inn i avtalen. Begge deler er lovlig.",
            nn="Vel om rådet skal vere eige rettssubjekt, og ta det inn i avtalen. Begge delar er lovleg.",
            en="Choose whether it is a legal person and write it into the agreement. Both are lawful.",
        ),
    ),
    _clause(
        "c",
        Text(
            nb="Avtalen skal si hvor mange medlemmer hver deltaker har i representantskapet.",
            nn="Avtalen skal seie kor mange medlemmer kvar deltakar har i representantskapet.",
            en="The agreement must say how many members each participant has in the representantskap.",
        ),
        Text(
            nb="Ta antall medlemmer fra hver deltaker inn i avtalen.",
            nn="Ta talet på medlemmer frå kvar deltakar inn i avtalen.",
            en="Write the number of members from each participant into the agreement.",
        ),
    ),
    _clause(
        "d",
        Text(
            nb="Avtalen skal si hvilke saker rådet kan behandle.",
            nn="Avtalen skal seie kva saker rådet kan behandle.",
            en="The agreement must say which matters the council may deal with.",
        ),
        Text(
            nb="Beskriv i avtalen hvilke saker rådet arbeider med.",
            nn="Skriv i avtalen kva saker rådet arbeider med.",
            en="Describe in the agreement the matters that the council deals with.",
        ),
    ),
    _clause(
        "e",
        Text(
            nb="Avtalen skal si hvilken myndighet rådet har.",
            nn="Avtalen skal seie kva myndigheit rådet har.",
            en="The agreement must say which powers the council has.",
        ),
        Text(
            nb="Skriv i avtalen hva rådet selv kan avgjøre, også når det bare kan uttale seg.",
            nn="Skriv i avtalen kva rådet sjølv kan avgjere, også når det berre kan uttale seg.",
            en="Write into the agreement what the council may decide, even if it may only give its opinion.",
        ),
    ),
    _clause(
        "f",
        Text(
            nb="Avtalen skal fastsette eierandelen til hver deltaker, og ansvarsandelen når den er en annen.",
            nn="Avtalen skal fastsetje eigardelen til kvar deltakar, og ansvarsdelen når han er ein annan.",
            en="The agreement must state each participant's share of ownership, and of liability where it differs.",
        ),
        Text(
            nb="Ta andelene inn i avtalen, gjerne som brøk, slik at summen blir nøyaktig 100 prosent.",
            nn="Ta delane inn i avtalen, gjerne som brøk, slik at summen blir nøyaktig 100 prosent.",
            en="Write the shares into the agreement, preferably as fractions, so that they make exactly 100 per cent.",
        ),
    ),
    replace(LEAVING, check=leaving_is_agreed),
    _clause(
        "h",
        Text(
            nb="Avtalen skal si hvordan rådet blir oppløst.",
            nn="Avtalen skal seie korleis rådet blir oppløyst.",
            en="The agreement must say how the council is dissolved.",
        ),
        Text(
            nb="Ta inn i avtalen hvem som kan oppløse rådet, og hvordan oppgjøret skal være.",
            nn="Ta inn i avtalen kven som kan oppløyse rådet, og korleis oppgjeret skal vere.",
            en="Write into the agreement who may dissolve the council and how its affairs are settled.",
        ),
    ),
    _clause(
        "h-arkiv",
        Text(
            nb="Avtalen skal si hvem som tar vare på arkivet når rådet er oppløst.",
            nn="Avtalen skal seie kven som tek vare på arkivet når rådet er oppløyst.",
            en="The agreement must say who keeps the archives after the council is dissolved.",
        ),
        Text(
            nb="Ta inn i avtalen hvilken kommune som overtar arkivet.",
            nn="Ta inn i avtalen kva kommune som overtek arkivet.",
            en="Write into the agreement which municipality takes over the archives.",
        ),
        place="h",
    ),
)

RULES = (
    Rule(
        "IPR-01",
        "kommuneloven § 18-1 (1)",
        Severity.ERROR,
        IPR,
        Text(
            nb="Bare kommuner og fylkeskommuner kan delta i et interkommunalt politisk råd.",
            nn="Berre kommunar og fylkeskommunar kan delta i eit interkommunalt politisk råd.",
            en="Only municipalities and county municipalities may take part in an interkommunalt politisk råd.",
        ),
        Text(
            nb="La de andre være observatører, eller velg en annen samarbeidsform.",
            nn="La dei andre vere observatørar, eller vel ei anna samarbeidsform.",
            en="Let the others be observers, or choose another form of cooperation.",
        ),
        only_councils,
        IN_FORCE,
    ),
    Rule(
        "IPR-03",
        "kommuneloven § 18-1 (1)",
        Severity.WARNING,
        IPR,
        Text(
            nb="Et politisk råd er et sted for å drøfte saker, ikke for å produsere tjenester.",
            nn="Eit politisk råd er ein stad for å drøfte saker, ikkje for å produsere tenester.",
            en="A political council is a place to discuss matters, not to produce services.",
        ),
        Text(
            nb="Legg tjenestene til en annen form, for eksempel et kommunalt oppgavefellesskap.",
            nn="Legg tenestene til ei anna form, til dømes eit kommunalt oppgåvefellesskap.",
            en="Move the services to another form, such as a kommunalt oppgavefellesskap.",
        ),
        no_services,
        IN_FORCE,
    ),
    Rule(
        "IPR-04",
        "kommuneloven § 18-1 (2)",
        Severity.ERROR,
        IPR,
        Text(
            nb="Rådet kan ikke få myndighet til å gjøre enkeltvedtak, unntatt i interne saker og tilskuddsordninger.",
            nn="Rådet kan ikkje få myndigheit til å gjere enkeltvedtak, unnateke i interne saker og tilskotsordningar.",
            en="The council may not be given power to make enkeltvedtak, except in internal matters and on grants.",
        ),
        Text(
            nb="Ta myndigheten ut av avtalen, eller legg oppgaven til et vertskommunesamarbeid.",
            nn="Ta myndigheita ut av avtalen, eller legg oppgåva til eit vertskommunesamarbeid.",
            en="Take the power out of the agreement, or move the task to a vertskommune.",
        ),
        no_decisions_on_rights,
        IN_FORCE,
    ),
    Rule(
        "IPR-05",
        "kommuneloven § 18-1 (3)",
        Severity.ERROR,
        IPR,
        Text(
            nb="Navnet skal inneholde «interkommunalt politisk råd» eller «IPR».",
            nn="Namnet skal innehalde «interkommunalt politisk råd» eller «IPR».",
            en="The name must contain «interkommunalt politisk råd» or «IPR».",
        ),
        Text(
            nb="Endre navnet i avtalen, for eksempel ved å legge til «IPR».",
            nn="Endre namnet i avtalen, til dømes ved å leggje til «IPR».",
            en="Change the name in the agreement, for example by adding «IPR».",
        ),
        has_name,
        IN_FORCE,
    ),
    Rule(
        "IPR-06",
        "kommuneloven § 18-2 (1)",
        Severity.ERROR,
        IPR,
        Text(
            nb="Ansvarsandelene til deltakerne skal til sammen være 100 prosent.",
            nn="Ansvarsdelane til deltakarane skal til saman vere 100 prosent.",
            en="The participants' shares of liability must add up to 100 per cent.",
        ),
        Text(
            nb="Rett andelene slik de står i avtalen. Skriv dem som brøk når prosentene ikke går opp.",
            nn="Rett delane slik dei står i avtalen. Skriv dei som brøk når prosentane ikkje går opp.",
            en="Correct the shares as the agreement has them. Write fractions where percentages do not add up.",
        ),
        shares_make_the_whole,
        IN_FORCE,
    ),
    Rule(
        "IPR-08",
        "kommuneloven § 18-3 (1)",
        Severity.ERROR,
        IPR,
        Text(
            nb="Representantskapet er øverste organ, og hver deltaker skal ha minst ett medlem der.",
            nn="Representantskapet er øvste organ, og kvar deltakar skal ha minst éin medlem der.",
            en="The representantskap is the highest organ, and each participant must have at least one member in it.",
        ),
        Text(
            nb="La hvert kommunestyre velge minst ett medlem, og før opp antallet her.",
            nn="La kvart kommunestyre velje minst éin medlem, og før opp talet her.",
            en="Let each municipal council elect at least one member, and record the number here.",
        ),
        all_have_members,
        IN_FORCE,
    ),
    Rule(
        "IPR-09",
        "kommuneloven § 18-3 (1)",
        Severity.WARNING,
        IPR,
        Text(
            nb="Hver deltaker skal ha minst like mange varamedlemmer som medlemmer i representantskapet.",
            nn="Kvar deltakar skal ha minst like mange varamedlemmer som medlemmer i representantskapet.",
            en="Each participant must have at least as many deputies as members in the representantskap.",
        ),
        Text(
            nb="La kommunestyret velge flere varamedlemmer.",
            nn="La kommunestyret velje fleire varamedlemmer.",
            en="Let the municipal council elect more deputies.",
        ),
        enough_deputies,
        IN_FORCE,
    ),
    *CLAUSES,
    Rule(
        "IPR-16",
        "kommuneloven § 14-8 (2)",
        Severity.WARNING,
        IPR,
        Text(
            nb="Et råd som ikke er eget rettssubjekt, skal ha én kontorkommune som tar regnskapet inn i sitt eget.",
            nn="Eit råd som ikkje er eige rettssubjekt, skal ha éin kontorkommune som tek rekneskapen inn i sin eigen.",
            en="A council that is no legal person must have one kontorkommune, which includes its accounts in its own.",
        ),
        Text(
            nb="Avtal hvilken deltaker som er kontorkommune, og før opp rollen her.",
            nn="Avtal kva deltakar som er kontorkommune, og før opp rolla her.",
            en="Agree which participant is the kontorkommune, and record the role here.",
        ),
        office_keeps_the_accounts,
        IN_FORCE,
    ),
    Rule(
        "IPR-17",
        "kommuneloven § 14-12 (3)–(4)",
        Severity.WARNING,
        IPR,
        Text(
            nb="Deles merforbruk på en annen måte enn etter ansvarsandelene, skal det stå i avtalen.",
            nn="Blir meirforbruk delt på ein annan måte enn etter ansvarsdelane, skal det stå i avtalen.",
            en="If losses are split otherwise than by the shares of liability, the agreement must say so.",
        ),
        Text(
            nb="Ta fordelingen av merforbruk inn i avtalen, eller følg ansvarsandelene.",
            nn="Ta fordelinga av meirforbruk inn i avtalen, eller følg ansvarsdelane.",
            en="Write the split of losses into the agreement, or follow the shares of liability.",
        ),
        loss_split_is_agreed,
        IN_FORCE,
        clause=True,
    ),
)
