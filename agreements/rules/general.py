"""What does the law demand of every cooperation, whatever its form?  Law note, section 1 and KF-01.

Left out: GEN-05 (the other names of kommunestyret are those of GEN-04), GEN-10 and GEN-13 (nothing
to test).
"""

import datetime
import re

from ..models.forms import Form
from ..models.status import COUNCILS
from .core import ALL_FORMS, OK, UNKNOWN, Result, Rule, Severity, Text, breach, known
from .facts import DecisionFact, Facts, MemberFact
from .shared import if_whole_list, one_is_left

#: Kommuneloven of 2018 applied from each council's first meeting in 2019; the first were on this day.
KOMMUNELOVEN_IN_FORCE = datetime.date(2019, 10, 3)

#: Forms that only municipalities and county municipalities may have; in an IKS also another IKS.
COUNCIL_FORMS = frozenset({Form.IPR, Form.KO, Form.VK, Form.IKS})
#: The state or private parties belong in these, or they lie abroad: outside kommuneloven part five.
OUTSIDE_FORMS = frozenset(
    {Form.STATUTORY, Form.MULTILEVEL, Form.PARTNERSHIP, Form.TWIN, Form.INTL_PARTNERSHIP, Form.INTL_OTHER}
)
INTERMUNICIPAL_FORMS = ALL_FORMS - OUTSIDE_FORMS

#: Bystyre and heradsstyre are kommunestyre (GEN-05).
LEVELS = frozenset({"municipality", "county_council"})


def councils_of(facts: Facts) -> list[MemberFact]:
    """Return the participants that have a council: municipalities and county municipalities."""
    return [m for m in facts.participants if m.kind in LEVELS]


def adoptions(member: MemberFact) -> list[DecisionFact]:
    """Return the decisions by which the member adopted the agreement."""
    return [d for d in member.decisions if d.subject == "agreement" and d.outcome == "adopted"]


def adopted_elsewhere(members: list[MemberFact]) -> list[str]:
    """Return who is recorded to have adopted the agreement in another organ than the council, and where."""
    found = []
    for member in members:
        organs = {d.organ for d in adoptions(member)}
        if organs and "" not in organs and not organs & COUNCILS:
            found.append(f"{member.name}: {', '.join(sorted(organs))}")
    return found


# GEN-01
def form_has_basis(facts: Facts, on: datetime.date) -> Result:
    """A cooperation outside the forms that the law names cites what opens for it."""
    if facts.form == Form.UNKNOWN:
        return UNKNOWN
    if facts.legal_basis or facts.special_law:
        return OK
    return UNKNOWN if facts.agreement is None else breach()


# GEN-02
def no_outsiders(facts: Facts, on: datetime.date) -> Result:
    """Neither the state nor private parties take part; where the form allows it, it is worth knowing."""
    inside = LEVELS | {"intermunicipal", "other", ""}
    outsiders = [m.name for m in facts.participants if m.kind not in inside]
    if outsiders:
        return breach(", ".join(outsiders), None if facts.form in COUNCIL_FORMS else Severity.INFO)
    if not facts.participants or any(m.kind in ("other", "") for m in facts.participants):
        return UNKNOWN
    return if_whole_list(facts)


# GEN-03
def at_least_two(facts: Facts, on: datetime.date) -> Result:
    """A cooperation that lives has two different participants."""
    different = {m.org_number or m.name for m in facts.participants}
    if len(different) >= 2:
        return OK
    return one_is_left(facts, on)


# GEN-04
def councils_adopted(facts: Facts, on: datetime.date) -> Result:
    """Each council itself has adopted the agreement. What is missing counts once somebody's decision is recorded."""
    councils = councils_of(facts)
    wrong = adopted_elsewhere(councils)
    if wrong:
        return breach("; ".join(wrong))
    missing = [m.name for m in councils if not adoptions(m)]
    some = any(d.subject == "agreement" for m in councils for d in m.decisions)
    if missing and some and facts.agreement and facts.status(on) == "active":
        return breach(", ".join(missing), Severity.WARNING)
    in_council = all(COUNCILS & {d.organ for d in adoptions(m)} for m in councils)
    return if_whole_list(facts) if councils and in_council else UNKNOWN


# GEN-06
def in_force_after_adoption(facts: Facts, on: datetime.date) -> Result:
    """The agreement is not in force before the last council has adopted it."""
    if facts.agreement is None or facts.agreement.valid_from is None:
        return UNKNOWN
    councils = councils_of(facts)
    first = {}  # a council that adopted twice did so the first time
    for member in councils:
        dates = [d.decided_on for d in adoptions(member) if d.decided_on and d.organ in COUNCILS | {""}]
        if dates:
            first[member.name] = min(dates)
    late = [f"{name}: {date}" for name, date in first.items() if date > facts.agreement.valid_from]
    if late:
        return breach(", ".join(late))
    return if_whole_list(facts) if councils and len(first) == len(councils) else UNKNOWN


# GEN-07
def is_written(facts: Facts, on: datetime.date) -> Result:
    """The agreement is written, and the register knows where the document is."""
    agreement = facts.agreement
    if agreement is None:
        return UNKNOWN
    if agreement.is_written is False:
        return breach()
    if agreement.has_reference:
        return OK
    return breach() if agreement.is_written else UNKNOWN


# GEN-08
def power_has_basis(facts: Facts, on: datetime.date) -> Result:
    """A legal person of its own that makes enkeltvedtak cites the law that opens for it."""
    if not facts.decision_power:
        return UNKNOWN
    if facts.decision_power != "full" or facts.decision_basis or facts.special_law:
        return OK
    always = facts.form in {Form.IKS, Form.AS, Form.SA, Form.STI, Form.FLI}
    if facts.own_legal_person is None and not always:
        return UNKNOWN
    return breach() if facts.own_legal_person or always else OK


# GEN-09
def a_year_after(day: datetime.date) -> datetime.date:
    """Return the same day of the next year; 28 February for 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def no_special_notice(facts: Facts, on: datetime.date) -> Result:
    """No participant had its boundaries changed in the last year."""
    changed = [m for m in facts.participants if m.number_changed_on and m.number_changed_on <= on]
    recent = [m for m in changed if on <= a_year_after(m.number_changed_on)]
    if recent:
        return breach(", ".join(f"{m.name}: {a_year_after(m.number_changed_on)}" for m in recent))
    return OK if changed else UNKNOWN


# GEN-11
def procurement_assessed(facts: Facts, on: datetime.date) -> Result:
    """Somebody has asked whether the procurement rules apply."""
    return known(facts.procurement_assessed)


# GEN-12
def without_longyearbyen(facts: Facts, on: datetime.date) -> Result:
    """Longyearbyen lokalstyre does not take part."""
    if any(m.number == "2100" or "longyearbyen lokalstyre" in m.name.lower() for m in facts.participants):
        return breach()
    return if_whole_list(facts) if facts.participants else UNKNOWN


# GEN-14
def decisions_have_dates(facts: Facts, on: datetime.date) -> Result:
    """Every decision that is recorded has its date."""
    decisions = [(m.name, d) for m in facts.participants for d in m.decisions]
    undated = dict.fromkeys(name for name, d in decisions if d.decided_on is None)
    if undated:
        return breach(", ".join(undated))
    return OK if decisions else UNKNOWN


# KF-01
_KF = re.compile(r"\b(fylkes)?kommunalt\s+f[oø]retak\b|\bF?KF$", re.IGNORECASE)


def no_kommunalt_foretak(facts: Facts, on: datetime.date) -> Result:
    """Neither the cooperation nor a participant is a kommunalt foretak, which is part of one municipality."""
    if facts.registered_form == "KF":
        return breach(facts.name)
    enterprises = [m.name for m in facts.participants if m.kind not in LEVELS and _KF.search(m.name.strip())]
    if enterprises:
        return breach(", ".join(enterprises))
    if not facts.participants or any(m.kind in ("other", "") for m in facts.participants):
        return UNKNOWN
    return if_whole_list(facts)


RULES = (
    Rule(
        "GEN-01",
        "kommuneloven § 17-1 (2)",
        Severity.WARNING,
        frozenset({Form.AGREEMENT, Form.PROJECT, Form.UNKNOWN}),
        Text(
            nb="Et samarbeid uten en av lovens egne former må ha en annen lovlig hjemmel.",
            nn="Eit samarbeid utan ei av formene i lova må ha ein annan lovleg heimel.",
            en="A cooperation that has none of the forms named in the law must rest on another lawful basis.",
        ),
        Text(
            nb="Skriv inn lovhjemmelen, for eksempel kommuneloven § 17-1, eller særloven som åpner for samarbeidet.",
            nn="Skriv inn lovheimelen, til dømes kommunelova § 17-1, eller særlova som opnar for samarbeidet.",
            en="Enter the legal basis, such as kommuneloven § 17-1, or the special statute that opens for it.",
        ),
        form_has_basis,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "GEN-02",
        "kommuneloven § 17-1 (1)",
        Severity.ERROR,
        INTERMUNICIPAL_FORMS,
        Text(
            nb="Et interkommunalt samarbeid er mellom kommuner og fylkeskommuner, uten staten og private.",
            nn="Eit interkommunalt samarbeid er mellom kommunar og fylkeskommunar, utan staten og private.",
            en="An inter-municipal cooperation is between municipalities and county municipalities, "
            "without the state and private parties.",
        ),
        Text(
            nb="IPR, KO, vertskommune og IKS: rett deltakerlisten eller velg en annen form. "
            "I andre former er dette bare en opplysning: samarbeidet er ikke interkommunalt i lovens forstand.",
            nn="IPR, KO, vertskommune og IKS: rett deltakarlista eller vel ei anna form. "
            "I andre former er dette berre ei opplysning: samarbeidet er ikkje interkommunalt slik lova bruker ordet.",
            en="IPR, KO, host municipality and IKS: correct the members or choose another form. "
            "In other forms this is for information only: the law does not count the cooperation as inter-municipal.",
        ),
        no_outsiders,
    ),
    Rule(
        "GEN-03",
        "kommuneloven §§ 18-1, 19-1, 20-1, IKS-loven §§ 1, 32",
        Severity.ERROR,
        COUNCIL_FORMS,
        Text(
            nb="Et samarbeid må ha minst to ulike deltakere.",
            nn="Eit samarbeid må ha minst to ulike deltakarar.",
            en="A cooperation must have at least two different participants.",
        ),
        Text(
            nb="Før inn deltakerne som mangler, eller oppløs samarbeidet og før sluttdatoen.",
            nn="Før inn deltakarane som manglar, eller løys opp samarbeidet og før sluttdatoen.",
            en="Enter the participants that are missing, or dissolve the cooperation and enter its last day.",
        ),
        at_least_two,
    ),
    Rule(
        "GEN-04",
        "kommuneloven §§ 18-4 (2), 19-4 (2), 20-4 (2), IKS-loven § 4 (1)",
        Severity.ERROR,
        COUNCIL_FORMS,
        Text(
            nb="Kommunestyret eller fylkestinget selv skal vedta avtalen hos hver deltaker.",
            nn="Kommunestyret eller fylkestinget sjølv skal vedta avtalen hos kvar deltakar.",
            en="The council of each participating municipality and county must itself adopt the agreement.",
        ),
        Text(
            nb="Legg avtalen fram for kommunestyret eller fylkestinget, og før vedtaket med organ, dato og saksnummer.",
            nn="Legg avtalen fram for kommunestyret eller fylkestinget, og før vedtaket med organ, dato og saksnummer.",
            en="Put the agreement before the council, and enter its decision with organ, date and case number.",
        ),
        councils_adopted,
    ),
    Rule(
        "GEN-06",
        "kommuneloven §§ 18-4 (2), 19-4 (2), 20-4 (2), IKS-loven § 4 (1)",
        Severity.WARNING,
        COUNCIL_FORMS,
        Text(
            nb="Avtalen kan ikke gjelde for alle før det siste kommunestyret har vedtatt den.",
            nn="Avtalen kan ikkje gjelde for alle før det siste kommunestyret har vedteke han.",
            en="The agreement cannot be in force for all before the last council has adopted it.",
        ),
        Text(
            nb="Kontroller vedtaksdatoene og datoen avtalen gjelder fra.",
            nn="Kontroller vedtaksdatoane og datoen avtalen gjeld frå.",
            en="Check the dates of the decisions and the date from which the agreement is in force.",
        ),
        in_force_after_adoption,
    ),
    Rule(
        "GEN-07",
        "kommuneloven §§ 18-4 (1), 19-4 (1), 20-4 (1), IKS-loven § 4 (1)",
        Severity.WARNING,
        COUNCIL_FORMS,
        Text(
            nb="Avtalen skal være skriftlig, og registeret skal vite hvor dokumentet finnes.",
            nn="Avtalen skal vere skriftleg, og registeret skal vite kvar dokumentet finst.",
            en="The agreement must be written, and the register must know where the document is.",
        ),
        Text(
            nb="Skriv avtalen ned, og før arkivreferansen.",
            nn="Skriv avtalen ned, og før arkivreferansen.",
            en="Put the agreement in writing, and enter its archive reference.",
        ),
        is_written,
    ),
    Rule(
        "GEN-08",
        "kommuneloven § 5-4",
        Severity.WARNING,
        frozenset({Form.IKS, Form.AS, Form.SA, Form.STI, Form.FLI, Form.PAR27, Form.UNKNOWN}),
        Text(
            nb="Et eget rettssubjekt kan bare gjøre enkeltvedtak i lovpålagte saker når en lov åpner for det.",
            nn="Eit eige rettssubjekt kan berre gjere enkeltvedtak i lovpålagde saker når ei lov opnar for det.",
            en="A legal person of its own may make individual decisions (enkeltvedtak) in statutory matters "
            "only where a statute opens for it.",
        ),
        Text(
            nb="Før hjemmelen for enkeltvedtakene, for eksempel paragrafen i særloven, eller ta myndigheten tilbake.",
            nn="Før heimelen for enkeltvedtaka, til dømes paragrafen i særlova, eller ta styresmakta tilbake.",
            en="Enter the basis for the decisions, such as the section of the special statute, or take the power back.",
        ),
        power_has_basis,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "GEN-09",
        "inndelingslova § 16",
        Severity.INFO,
        COUNCIL_FORMS | {Form.PAR27, Form.STATUTORY},
        Text(
            nb="Etter en grenseendring kan deltakeren i ett år si opp med seks måneders frist, "
            "og alle parter kan kreve at avtalen vurderes på nytt.",
            nn="Etter ei grenseendring kan deltakaren i eitt år seie opp med seks månaders frist, "
            "og alle partar kan krevje at avtalen blir vurdert på nytt.",
            en="For one year after a change of boundaries, the participant may leave with six months' notice, "
            "and any party may demand that the agreement be reconsidered.",
        ),
        Text(
            nb="Avklar før datoen om deltakeren vil gå ut, eller om avtalen skal endres.",
            nn="Avklar før datoen om deltakaren vil gå ut, eller om avtalen skal endrast.",
            en="Settle before the date whether the participant will leave or the agreement be changed.",
        ),
        no_special_notice,
    ),
    Rule(
        "GEN-11",
        "kommuneloven § 17-1 (3)",
        Severity.INFO,
        INTERMUNICIPAL_FORMS,
        Text(
            nb="Om anskaffelsesreglene gjelder, avhenger av dem selv og ikke av formen. Det bør være vurdert.",
            nn="Om innkjøpsreglane gjeld, kjem an på dei sjølve og ikkje på forma. Det bør vere vurdert.",
            en="Whether the procurement rules apply depends on those rules, not on the form. It should be assessed.",
        ),
        Text(
            nb="Vurder om samarbeidet må følge anskaffelsesreglene, og før at det er gjort.",
            nn="Vurder om samarbeidet må følgje innkjøpsreglane, og før at det er gjort.",
            en="Assess whether the procurement rules apply to the cooperation, and enter that it has been done.",
        ),
        procurement_assessed,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "GEN-12",
        "svalbardloven § 41",
        Severity.ERROR,
        frozenset({Form.IPR, Form.KO, Form.VK}),
        Text(
            nb="Longyearbyen lokalstyre kan ikke delta i IPR, KO eller vertskommunesamarbeid.",
            nn="Longyearbyen lokalstyre kan ikkje delta i IPR, KO eller vertskommunesamarbeid.",
            en="Longyearbyen lokalstyre cannot take part in an IPR, a KO or a host municipality.",
        ),
        Text(
            nb="Rett deltakerlisten, eller bruk en annen form, for eksempel en avtale.",
            nn="Rett deltakarlista, eller bruk ei anna form, til dømes ein avtale.",
            en="Correct the list of members, or use another form, such as a contract.",
        ),
        without_longyearbyen,
        valid_from=KOMMUNELOVEN_IN_FORCE,
    ),
    Rule(
        "GEN-14",
        "kommuneloven § 27-1",
        Severity.INFO,
        COUNCIL_FORMS,
        Text(
            nb="Vedtaksdatoen bør være ført: fristen for å kreve lovlighetskontroll løper i tre uker.",
            nn="Vedtaksdatoen bør vere førd: fristen for å krevje lovlegkontroll er tre veker.",
            en="The date of the decision should be entered: its legality may be challenged for three weeks.",
        ),
        Text(
            nb="Finn datoen i møteboken, og før den på vedtaket.",
            nn="Finn datoen i møteboka, og før han på vedtaket.",
            en="Find the date in the minutes, and enter it on the decision.",
        ),
        decisions_have_dates,
    ),
    Rule(
        "KF-01",
        "kommuneloven kap. 9",
        Severity.ERROR,
        ALL_FORMS,
        Text(
            nb="Et kommunalt foretak (KF, FKF) er en del av én kommune. Deltakeren er kommunen selv.",
            nn="Eit kommunalt føretak (KF, FKF) er ein del av éin kommune. Deltakaren er kommunen sjølv.",
            en="A municipal enterprise (KF, FKF) is part of one municipality. The participant is the municipality.",
        ),
        Text(
            nb="Før kommunen eller fylkeskommunen som eier foretaket, som deltaker.",
            nn="Før kommunen eller fylkeskommunen som eig føretaket, som deltakar.",
            en="Enter the municipality or county municipality that owns the enterprise as the participant.",
        ),
        no_kommunalt_foretak,
    ),
)
