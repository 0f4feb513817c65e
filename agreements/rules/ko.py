"""What does kommuneloven chapter 19 demand of a kommunalt oppgavefellesskap (KO)?  Law note, section 3.

Left out: KO-02 and KO-09 (the councils' decisions and the written agreement are GEN-04 and GEN-07,
so that one fault gives one finding), KO-06, 10, 14 and 15 (information, nothing to test).
The list of what the agreement must answer is not that of the political councils.
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

#: Chapter 19 applied from each council's first meeting in 2019; the first were on this day (law note, OLD-01).
IN_FORCE = datetime.date(2019, 10, 3)
#: The act on Foretaksregisteret of 2025, which names the KO, replaced that of 1985 on this day.
COMPANY_REGISTER_ACT = datetime.date(2026, 1, 1)

KO = frozenset({Form.KO})
NAME = re.compile(r"\b(kommunalt\s+oppg[aå]vefellesskap|KO)\b", re.IGNORECASE)
MISSPELT = re.compile(r"\bkommunalt\s+oppg[aå]vefelleskap\b", re.IGNORECASE)


def has_name(facts: Facts, on: datetime.date) -> Result:
    """The words or the abbreviation stand anywhere in the name, as whole words: «kommune» has no KO."""
    if not facts.has_proper_name or not facts.name:
        return UNKNOWN
    name = unicodedata.normalize("NFC", facts.name)
    if NAME.search(name):
        return OK
    misspelt = MISSPELT.search(name)
    return breach(misspelt[0], Severity.WARNING) if misspelt else breach(facts.name)


def all_have_members_and_deputies(facts: Facts, on: datetime.date) -> Result:
    """Every participant has a member of the representantskap, and as many deputies as members.

    A board is no representantskap: with a board alone, an old § 27 body has not really been converted.
    """
    seats = [(m.name, m.assembly.members, m.assembly.deputies) for m in facts.participants]
    none = [name for name, members, _ in seats if members == 0]
    unknown = [name for name, members, _ in seats if members is None]
    both = [seat for seat in seats if None not in seat]
    few = [name for name, members, deputies in both if deputies < members]
    if none:
        return breach(", ".join(none))
    if few:
        return breach(", ".join(few), Severity.WARNING)
    if len(unknown) < len(seats):
        if unknown:
            return breach(", ".join(unknown), Severity.WARNING)
        return if_whole_list(facts) if len(both) == len(seats) else UNKNOWN
    kinds = {organ.kind for organ in facts.organs}
    return breach(severity=Severity.WARNING) if "board" in kinds and "assembly" not in kinds else UNKNOWN


def manager_stays_out(facts: Facts, on: datetime.date) -> Result:
    """The manager has no seat in the representantskap."""
    answers = [organ.has_manager for organ in facts.organs if organ.kind == "assembly"]
    if True in answers:
        return breach()
    return OK if answers and None not in answers else UNKNOWN


def loss_split_is_agreed(facts: Facts, on: datetime.date) -> Result:
    """A split of losses other than by liability stands in the agreement."""
    answer = facts.agreement.clauses.get("KO-13") if facts.agreement else None
    if answer == "present" or facts.loss_split_deviates is False:
        return OK
    return breach() if answer == "missing" and facts.loss_split_deviates else UNKNOWN


def business_is_registered(facts: Facts, on: datetime.date) -> Result:
    """A KO that is a legal person and drives business stands in Foretaksregisteret."""
    if facts.is_business is False or facts.own_legal_person is False or facts.in_company_register:
        return OK
    if facts.is_business and facts.own_legal_person and facts.in_company_register is False:
        return breach()
    return UNKNOWN


def _clause(letter: str, demand: Text, remedy: Text, place: str = "") -> Rule:
    rule = clause_rule(f"KO-11{letter}", f"kommuneloven § 19-4 (4) {place or letter}", Form.KO, demand, remedy)
    return replace(rule, valid_from=IN_FORCE)


def leaving_is_agreed(facts: Facts, on: datetime.date) -> Result:
    """The agreement says how to leave; chapter 19 has no period of notice, so none can follow from the law."""
    if facts.agreement and facts.agreement.notice_source == "law":
        return breach()
    return LEAVING.check(facts, on)


LEAVING = _clause(
    "i",
    Text(
        nb="Avtalen skal si hvordan en deltaker går ut av fellesskapet. Loven gir ingen oppsigelsesfrist.",
        nn="Avtalen skal seie korleis ein deltakar går ut av fellesskapet. Lova gir ingen oppseiingsfrist.",
        en="The agreement must say how a participant leaves. The law sets no period of notice.",
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
            nb="Avtalen skal fastsette navnet på oppgavefellesskapet.",
            nn="Avtalen skal fastsetje namnet på oppgåvefellesskapet.",
            en="The agreement must state the name of the kommunalt oppgavefellesskap.",
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
            nb="Avtalen skal si om oppgavefellesskapet er et eget rettssubjekt.",
            nn="Avtalen skal seie om oppgåvefellesskapet er eit eige rettssubjekt.",
            en="The agreement must say whether the kommunalt oppgavefellesskap is a legal person of its own.",
        ),
        Text(
            nb="Velg om det skal være eget rettssubjekt, og ta det inn i avtalen. Begge deler er lovlig.",
            nn="Vel om det skal vere eige rettssubjekt, og ta det inn i avtalen. Begge delar er lovleg.",
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
            nb="Avtalen skal si hvilke oppgaver og hvilken myndighet fellesskapet har.",
            nn="Avtalen skal seie kva oppgåver og kva myndigheit fellesskapet har.",
            en="The agreement must say which tasks and which powers it has.",
        ),
        Text(
            nb="Beskriv i avtalen både oppgavene og hva fellesskapet selv kan avgjøre.",
            nn="Skriv i avtalen både oppgåvene og kva fellesskapet sjølv kan avgjere.",
            en="Describe in the agreement both the tasks and what it may decide.",
        ),
    ),
    _clause(
        "e",
        Text(
            nb="Avtalen skal si om deltakerne skal skyte inn penger eller gi andre bidrag.",
            nn="Avtalen skal seie om deltakarane skal skyte inn pengar eller gi andre bidrag.",
            en="The agreement must say whether the participants must pay in capital or give other contributions.",
        ),
        Text(
            nb="Ta innskudd og bidrag inn i avtalen, også når det ikke er noen innskuddsplikt.",
            nn="Ta innskot og bidrag inn i avtalen, også når det ikkje er noka innskotsplikt.",
            en="Write capital and contributions into the agreement, also when there is no duty to pay in.",
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
    _clause(
        "g",
        Text(
            nb="Avtalen skal si om oppgavefellesskapet kan ta opp lån.",
            nn="Avtalen skal seie om oppgåvefellesskapet kan ta opp lån.",
            en="The agreement must say whether the kommunalt oppgavefellesskap may take up loans.",
        ),
        Text(
            nb="Svar ja eller nei i avtalen. Loven krever ingen låneramme.",
            nn="Svar ja eller nei i avtalen. Lova krev inga låneramme.",
            en="Answer yes or no in the agreement. The law demands no loan ceiling.",
        ),
    ),
    _clause(
        "h",
        Text(
            nb="Avtalen skal si hva oppgavefellesskapet skal rapportere til deltakerne.",
            nn="Avtalen skal seie kva oppgåvefellesskapet skal rapportere til deltakarane.",
            en="The agreement must say what is reported to the participants.",
        ),
        Text(
            nb="Ta inn i avtalen hva som skal rapporteres, og når.",
            nn="Ta inn i avtalen kva som skal rapporterast, og når.",
            en="Write into the agreement what is reported, and when.",
        ),
    ),
    replace(LEAVING, check=leaving_is_agreed),
    _clause(
        "j",
        Text(
            nb="Avtalen skal si hvordan oppgavefellesskapet blir oppløst.",
            nn="Avtalen skal seie korleis oppgåvefellesskapet blir oppløyst.",
            en="The agreement must say how the kommunalt oppgavefellesskap is dissolved.",
        ),
        Text(
            nb="Ta inn i avtalen hvem som kan oppløse fellesskapet, og hvordan oppgjøret skal være.",
            nn="Ta inn i avtalen kven som kan oppløyse fellesskapet, og korleis oppgjeret skal vere.",
            en="Write into the agreement who may dissolve it and how its affairs are settled.",
        ),
    ),
    _clause(
        "j-arkiv",
        Text(
            nb="Avtalen skal si hvem som har ansvar for arkivet når fellesskapet er oppløst.",
            nn="Avtalen skal seie kven som har ansvar for arkivet når fellesskapet er oppløyst.",
            en="The agreement must say who answers for the archives after it is dissolved.",
        ),
        Text(
            nb="Ta inn i avtalen hvilken kommune som overtar arkivet.",
            nn="Ta inn i avtalen kva kommune som overtek arkivet.",
            en="Write into the agreement which municipality takes over the archives.",
        ),
        place="j",
    ),
)

RULES = (
    Rule(
        "KO-01",
        "kommuneloven § 19-1 (1)",
        Severity.ERROR,
        KO,
        Text(
            nb="Bare kommuner og fylkeskommuner kan delta i et kommunalt oppgavefellesskap.",
            nn="Berre kommunar og fylkeskommunar kan delta i eit kommunalt oppgåvefellesskap.",
            en="Only municipalities and county municipalities may take part in a kommunalt oppgavefellesskap.",
        ),
        Text(
            nb="La de andre gå ut, eller velg en samarbeidsform som er åpen for dem.",
            nn="La dei andre gå ut, eller vel ei samarbeidsform som er open for dei.",
            en="Let the others leave, or choose a form of cooperation that is open to them.",
        ),
        only_councils,
        IN_FORCE,
    ),
    Rule(
        "KO-03",
        "kommuneloven § 19-1 (2)",
        Severity.ERROR,
        KO,
        Text(
            nb="Fellesskapet kan ikke få myndighet til å gjøre enkeltvedtak, unntatt internt og om tilskudd. "
            "Det gjelder også når det er eget rettssubjekt.",
            nn="Fellesskapet kan ikkje få myndigheit til å gjere enkeltvedtak, unnateke internt og om tilskot. "
            "Det gjeld også når det er eige rettssubjekt.",
            en="It may not be given power to make enkeltvedtak, except in internal matters and on grants, "
            "even if it is a legal person.",
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
        "KO-04",
        "kommuneloven § 19-1 (3)",
        Severity.ERROR,
        KO,
        Text(
            nb="Navnet skal inneholde «kommunalt oppgavefellesskap» eller «KO».",
            nn="Namnet skal innehalde «kommunalt oppgåvefellesskap» eller «KO».",
            en="The name must contain «kommunalt oppgavefellesskap» or «KO».",
        ),
        Text(
            nb="Endre navnet i avtalen, for eksempel ved å legge til «KO». Oppgavefellesskap skrives med to s-er.",
            nn="Endre namnet i avtalen, til dømes ved å leggje til «KO». Oppgåvefellesskap skal ha to s-ar.",
            en="Change the name in the agreement, for example by adding «KO». Oppgavefellesskap has a double s.",
        ),
        has_name,
        IN_FORCE,
    ),
    Rule(
        "KO-05",
        "kommuneloven § 19-2 (1)",
        Severity.ERROR,
        KO,
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
        "KO-07",
        "kommuneloven § 19-3 (1)",
        Severity.ERROR,
        KO,
        Text(
            nb="Representantskapet er øverste organ. Hver deltaker skal ha minst ett medlem der, "
            "og minst like mange varamedlemmer som medlemmer.",
            nn="Representantskapet er øvste organ. Kvar deltakar skal ha minst éin medlem der, "
            "og minst like mange varamedlemmer som medlemmer.",
            en="The representantskap is the highest organ. Each participant must have at least one member in it, "
            "and at least as many deputies as members.",
        ),
        Text(
            nb="La hvert kommunestyre velge medlemmer og varamedlemmer, og før opp antallet her.",
            nn="La kvart kommunestyre velje medlemmer og varamedlemmer, og før opp talet her.",
            en="Let each municipal council elect members and deputies, and record the numbers here.",
        ),
        all_have_members_and_deputies,
        IN_FORCE,
    ),
    Rule(
        "KO-08",
        "kommuneloven § 19-3 (3)",
        Severity.ERROR,
        KO,
        Text(
            nb="Daglig leder kan ikke være medlem av representantskapet.",
            nn="Dagleg leiar kan ikkje vere medlem av representantskapet.",
            en="The manager cannot be a member of the representantskap.",
        ),
        Text(
            nb="La kommunestyret velge en annen inn i representantskapet.",
            nn="La kommunestyret velje ein annan inn i representantskapet.",
            en="Let the municipal council elect someone else to the representantskap.",
        ),
        manager_stays_out,
        IN_FORCE,
    ),
    *CLAUSES,
    Rule(
        "KO-12",
        "kommuneloven § 14-8 (2)",
        Severity.WARNING,
        KO,
        Text(
            nb="Er fellesskapet ikke eget rettssubjekt, skal én kontorkommune ta regnskapet inn i sitt eget.",
            nn="Er fellesskapet ikkje eige rettssubjekt, skal éin kontorkommune ta rekneskapen inn i sin eigen.",
            en="If it is no legal person, one kontorkommune must include its accounts in its own.",
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
        "KO-13",
        "kommuneloven § 14-12 (3)–(4)",
        Severity.WARNING,
        KO,
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
    Rule(
        "KO-16",
        "foretaksregisterloven § 2-1 (1) w",
        Severity.WARNING,
        KO,
        Text(
            nb="Et oppgavefellesskap som er eget rettssubjekt og driver næring, skal stå i Foretaksregisteret.",
            nn="Eit oppgåvefellesskap som er eige rettssubjekt og driv næring, skal stå i Føretaksregisteret.",
            en="A kommunalt oppgavefellesskap that is a legal person and does business must be in Foretaksregisteret.",
        ),
        Text(
            nb="Meld oppgavefellesskapet til Foretaksregisteret.",
            nn="Meld oppgåvefellesskapet til Føretaksregisteret.",
            en="Report it to Foretaksregisteret, the register of business enterprises.",
        ),
        business_is_registered,
        COMPANY_REGISTER_ACT,
    ),
)
