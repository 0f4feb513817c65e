"""What does the law demand of a company limited by shares, a samvirkeforetak, a stiftelse and a forening?

Aksjeloven, samvirkelova, stiftelsesloven and foretaksnavneloven § 2-2: law.md section 7.1.

AS-03, SA-04 and STI-03 are lists; each item is a rule of its own, numbered in the order of the list.
Left out: AS-06 (shown only). KF-01 stands with the rules of every form.
"""

import datetime
import re
from decimal import Decimal
from fractions import Fraction

from ..models.forms import Form
from .core import OK, UNKNOWN, Result, Rule, Severity, Text, breach, clause_rule, known
from .facts import Facts

AS = frozenset({Form.AS})
SA = frozenset({Form.SA})
STI = frozenset({Form.STI})
FLI = frozenset({Form.FLI})

SMALLEST_SHARE_CAPITAL = Decimal(30_000)
SA_NOTICE_MONTHS = 3
#: A sekundærsamvirke has samvirkeforetak as members.
SA_NOTICE_MONTHS_SECONDARY = 12
#: Stiftelsesloven § 10 (3) holds for all foundations from this day.
STI_NAME_FROM = datetime.date(2024, 7, 1)

_HALF, _TWO_THIRDS = Fraction(1, 2), Fraction(2, 3)

_AS = r"(?:^|\W)(?:ASA?|A/S|(?:allmenn)?aksjeselskap)"
_SA = r"(?:^|\W)(?:SA|samvirkef[oø]retak)"
_LAST = r"(?:\s+under\s+avvikling)?\W*$"
_ENDS_WITH_AS = re.compile(_AS + _LAST, re.IGNORECASE)
_HAS_SA = re.compile(_SA + r"(?:\W|$)", re.IGNORECASE)
_ENDS_WITH_SA = re.compile(_SA + _LAST, re.IGNORECASE)
# «Stiftelsen Nordfjordmuseet», «Sparebankstiftinga»: the word may be inflected and compounded, the abbreviation not.
_HAS_STI = re.compile(r"stiftels|stifting|\bSTI\b", re.IGNORECASE)


# Names, foretaksnavneloven § 2-2 and stiftelsesloven § 10


def ends_with_as(facts: Facts, on: datetime.date) -> Result:
    if not facts.has_proper_name:
        return UNKNOWN
    return OK if _ENDS_WITH_AS.search(facts.name) else breach(facts.name)


def ends_with_sa(facts: Facts, on: datetime.date) -> Result:
    """Look for the designation, and for its place, which is no more than a warning."""
    if not facts.has_proper_name:
        return UNKNOWN
    if not _HAS_SA.search(facts.name):
        return breach(facts.name)
    return OK if _ENDS_WITH_SA.search(facts.name) else breach(facts.name, Severity.WARNING)


def is_called_foundation(facts: Facts, on: datetime.date) -> Result:
    if not facts.has_proper_name:
        return UNKNOWN
    return OK if _HAS_STI.search(facts.name) else breach(facts.name)


# Members and shares


def has_share_capital(facts: Facts, on: datetime.date) -> Result:
    if facts.share_capital is None:
        return UNKNOWN
    if facts.share_capital >= SMALLEST_SHARE_CAPITAL:
        return OK
    return breach(f"{facts.share_capital:,.2f} kr".replace(",", "\u00a0").replace(".", ","))


_PUBLIC_OWNERS = frozenset({"municipality", "county_council"})


def _public_share(facts: Facts) -> Fraction | None:
    """Return what municipalities and county municipalities own together; None when it may be more."""
    shares = [m.ownership for m in facts.participants if m.kind in _PUBLIC_OWNERS]
    return None if not facts.participants or None in shares else sum(shares, Fraction(0))


def both_sexes_where_demanded(facts: Facts, on: datetime.date) -> Result:
    """Ask of the board only where municipalities own two thirds or more."""
    share = _public_share(facts)
    if share is None:
        return UNKNOWN
    if share < _TWO_THIRDS:
        return OK if facts.members_complete else UNKNOWN
    return known(facts.has_both_sexes_on_board)


def records_are_open_where_demanded(facts: Facts, on: datetime.date) -> Result:
    """Where municipalities own more than half, offentleglova applies, but to those that mainly compete."""
    share = _public_share(facts)
    if share is None or facts.public_records_act is None:
        return UNKNOWN
    if share > _HALF and not facts.public_records_act:
        return breach()
    return OK


def is_in_foundation_register(facts: Facts, on: datetime.date) -> Result:
    return known(facts.in_foundation_register)


def nobody_is_liable(facts: Facts, on: datetime.date) -> Result:
    """Judge the ansvarsandel, which owners with limited liability do not have."""
    liable = [m.name for m in facts.members if m.liability is not None]
    if liable:
        return breach(", ".join(liable))
    return OK if facts.members else UNKNOWN


def nobody_owns(facts: Facts, on: datetime.date) -> Result:
    """Judge ownership shares, and the role of owner, which says the same."""
    owners = [m.name for m in facts.members if m.ownership is not None or "owner" in m.roles]
    if owners:
        return breach(", ".join(owners))
    return OK if facts.members else UNKNOWN


def has_two_members(facts: Facts, on: datetime.date) -> Result:
    """Count different members; a list that may be incomplete proves only that there are enough."""
    if len({m.org_number or m.name for m in facts.participants}) >= 2:
        return OK
    if not facts.participants or not facts.members_complete or facts.status(on) != "active":
        return UNKNOWN
    return breach(", ".join(m.name for m in facts.participants))


def notice_is_short(facts: Facts, on: datetime.date) -> Result:
    """Compare the notice period with three months, or twelve when a member is itself a samvirkeforetak."""
    months = facts.agreement.notice_months if facts.agreement else None
    if months is None:
        return UNKNOWN
    secondary = any(m.form == Form.SA for m in facts.participants)
    longest = SA_NOTICE_MONTHS_SECONDARY if secondary else SA_NOTICE_MONTHS
    return OK if months <= longest else breach(f"{months} > {longest}")


def business_is_registered(facts: Facts, on: datetime.date) -> Result:
    """Ask only an association that drives næring."""
    if facts.is_business is False:
        return OK
    if facts.in_company_register or facts.is_business:
        return known(facts.in_company_register)
    return UNKNOWN


def _items(rule: str, paragraph: str, form: Form, items: tuple[tuple[str, str, str], ...]) -> tuple[Rule, ...]:
    """Return one rule for each item that the vedtekter must contain, numbered in the order of the law."""
    return tuple(
        clause_rule(
            f"{rule}.{number}",
            paragraph,
            form,
            Text(
                nb=f"Vedtektene skal fastsette {nb}.",
                nn=f"Vedtektene skal fastsetje {nn}.",
                en=f"The statutes must state {en}.",
            ),
            Text(
                nb=f"Skriv {nb} i vedtektene.",
                nn=f"Skriv {nn} i vedtektene.",
                en=f"State {en} in the statutes.",
            ),
        )
        for number, (nb, nn, en) in enumerate(items, start=1)
    )


AS_ITEMS = _items(
    "AS-03",
    "aksjeloven § 2-2",
    Form.AS,
    (
        ("foretaksnavnet", "føretaksnamnet", "the name of the company"),
        ("hva slags virksomhet selskapet driver", "kva slags verksemd selskapet driv", "the business of the company"),
        ("hvor stor aksjekapitalen er", "kor stor aksjekapitalen er", "the share capital"),
        ("hva hver aksje lyder på (pålydende)", "kva kvar aksje lyder på (pålydande)", "the nominal value of a share"),
    ),
)

SA_ITEMS = _items(
    "SA-04",
    "samvirkelova § 10",
    Form.SA,
    (
        ("foretaksnavnet", "føretaksnamnet", "the name of the cooperative"),
        (
            "hvilken kommune foretaket har kontor i",
            "kva kommune føretaket har kontor i",
            "in which municipality the cooperative has its office",
        ),
        ("virksomheten til foretaket", "verksemda til føretaket", "the activity of the cooperative"),
        (
            "andelsinnskuddet: størrelse, rente og tilbakebetaling",
            "andelsinnskotet: storleik, rente og tilbakebetaling",
            "the member's contribution: its size, interest and repayment",
        ),
        ("om medlemmene betaler kontingent", "om medlemmene betaler kontingent", "whether members pay a fee"),
        ("hva årsoverskuddet brukes til", "kva årsoverskotet blir brukt til", "how a surplus is used"),
        ("antallet styremedlemmer", "talet på styremedlemmer", "the number of board members"),
        (
            "hvilke saker årsmøtet behandler",
            "kva saker årsmøtet behandlar",
            "which matters the annual meeting deals with",
        ),
        (
            "hvem som får nettoformuen ved oppløsning",
            "kven som får nettoformuen ved oppløysing",
            "who receives the net assets on dissolution",
        ),
    ),
)

STI_ITEMS = _items(
    "STI-03",
    "stiftelsesloven § 10",
    Form.STI,
    (
        ("navnet på stiftelsen", "namnet på stiftinga", "the name of the foundation"),
        ("formålet med stiftelsen", "formålet med stiftinga", "the purpose of the foundation"),
        (
            "hvor mange styremedlemmer stiftelsen har, og hvordan de velges",
            "kor mange styremedlemmer stiftinga har, og korleis dei blir valde",
            "how many board members the foundation has, and how they are elected",
        ),
        (
            "hvilke andre organer stiftelsen har, og hva de kan avgjøre",
            "kva andre organ stiftinga har, og kva dei kan avgjere",
            "which other bodies the foundation has, and what they decide",
        ),
        ("hvor stor grunnkapitalen er", "kor stor grunnkapitalen er", "the basic capital"),
    ),
)

RULES = (
    Rule(
        "AS-01",
        "foretaksnavneloven § 2-2",
        Severity.ERROR,
        AS,
        Text(
            nb="Navnet på et aksjeselskap skal slutte med «aksjeselskap» eller «AS».",
            nn="Namnet på eit aksjeselskap skal slutte med «aksjeselskap» eller «AS».",
            en="The name of a company limited by shares must end with «aksjeselskap» or «AS».",
        ),
        Text(
            nb="Rett navnet i registeret hvis det er skrevet feil. Ellers må selskapet endre vedtektene.",
            nn="Rett namnet i registeret dersom det er skrive feil. Elles må selskapet endre vedtektene.",
            en="Correct the name here if it is misspelt. Otherwise the company must change its statutes.",
        ),
        ends_with_as,
    ),
    Rule(
        "AS-02",
        "aksjeloven § 3-1",
        Severity.ERROR,
        AS,
        Text(
            nb="Aksjekapitalen skal være minst 30 000 kroner.",
            nn="Aksjekapitalen skal vere minst 30 000 kroner.",
            en="The share capital must be at least 30,000 kroner.",
        ),
        Text(
            nb="Sammenlign beløpet med Foretaksregisteret, og rett det. Ellers må selskapet øke kapitalen.",
            nn="Jamfør beløpet med Føretaksregisteret, og rett det. Elles må selskapet auke kapitalen.",
            en="Compare the amount with Foretaksregisteret and correct it. Otherwise the company must raise its "
            "capital.",
        ),
        has_share_capital,
    ),
    *AS_ITEMS,
    Rule(
        "AS-04",
        "aksjeloven § 4-5",
        Severity.ERROR,
        AS,
        Text(
            nb="Eierne av et aksjeselskap svarer ikke for gjelden, så ingen av dem har ansvarsandel. "
            "Aksjene står i aksjeeierboken.",
            nn="Eigarane av eit aksjeselskap svarer ikkje for gjelda, så ingen av dei har ansvarsdel. "
            "Aksjane står i aksjeeigarboka.",
            en="The owners of a company limited by shares are not liable for its debts, so none has a liability share. "
            "The shares stand in the register of shareholders.",
        ),
        Text(
            nb="Fjern ansvarsandelen, og før inn eierandelen fra aksjeeierboken.",
            nn="Fjern ansvarsdelen, og før inn eigardelen frå aksjeeigarboka.",
            en="Remove the liability share, and enter the ownership share from the register of shareholders.",
        ),
        nobody_is_liable,
    ),
    Rule(
        "AS-05",
        "kommuneloven § 21-1",
        Severity.INFO,
        AS,
        Text(
            nb="Begge kjønn skal sitte i styret når kommuner og fylkeskommuner eier minst to tredeler av aksjene.",
            nn="Begge kjønn skal sitje i styret når kommunar og fylkeskommunar eig minst to tredelar av aksjane.",
            en="Both sexes must be on the board where municipalities and counties own two thirds of the shares.",
        ),
        Text(
            nb="Se etter hvem som sitter i styret, og velg et nytt styre hvis kravet ikke er oppfylt.",
            nn="Sjå etter kven som sit i styret, og vel eit nytt styre dersom kravet ikkje er oppfylt.",
            en="See who sits on the board, and elect a new one if the demand is not met.",
        ),
        both_sexes_where_demanded,
    ),
    Rule(
        "AS-07",
        "offentleglova § 2 (1) c–d",
        Severity.INFO,
        AS,
        Text(
            nb="Offentleglova gjelder når kommuner og fylkeskommuner har mer enn halvparten av stemmene, "
            "om ikke selskapet hovedsakelig konkurrerer med private.",
            nn="Offentleglova gjeld når kommunar og fylkeskommunar har meir enn halvparten av røystene, "
            "om ikkje selskapet hovudsakleg konkurrerer med private.",
            en="Offentleglova applies where municipalities and counties have more than half of the votes, "
            "unless the company mainly competes with private ones.",
        ),
        Text(
            nb="Rett opplysningen, eller se etter at selskapet er i direkte konkurranse med private.",
            nn="Rett opplysninga, eller sjå etter at selskapet er i direkte konkurranse med private.",
            en="Correct the fact, or see that the company competes directly with private ones.",
        ),
        records_are_open_where_demanded,
    ),
    Rule(
        "SA-01",
        "foretaksnavneloven § 2-2",
        Severity.ERROR,
        SA,
        Text(
            nb="Navnet på et samvirkeforetak skal slutte med «samvirkeforetak» eller «SA».",
            nn="Namnet på eit samvirkeføretak skal slutte med «samvirkeføretak» eller «SA».",
            en="The name of a samvirkeforetak must end with «samvirkeforetak» or «SA».",
        ),
        Text(
            nb="Rett navnet i registeret hvis det er skrevet feil. Ellers må foretaket endre vedtektene.",
            nn="Rett namnet i registeret dersom det er skrive feil. Elles må føretaket endre vedtektene.",
            en="Correct the name here if it is misspelt. Otherwise the cooperative must change its statutes.",
        ),
        ends_with_sa,
    ),
    Rule(
        "SA-02",
        "samvirkelova § 8",
        Severity.ERROR,
        SA,
        Text(
            nb="Et samvirkeforetak skal ha minst to medlemmer, ellers skal det oppløses.",
            nn="Eit samvirkeføretak skal ha minst to medlemmer, elles skal det løysast opp.",
            en="A samvirkeforetak must have at least two members, or else be dissolved.",
        ),
        Text(
            nb="Ta inn et nytt medlem, eller oppløs foretaket. Før inn medlemmer som mangler i registeret.",
            nn="Ta inn ein ny medlem, eller løys opp føretaket. Før inn medlemmer som manglar i registeret.",
            en="Admit a new member, or dissolve the cooperative. Enter members that the register lacks.",
        ),
        has_two_members,
    ),
    Rule(
        "SA-03",
        "samvirkelova §§ 1, 3",
        Severity.ERROR,
        SA,
        Text(
            nb="Medlemmene av et samvirkeforetak svarer ikke for gjelden, så ingen av dem har ansvarsandel.",
            nn="Medlemmene av eit samvirkeføretak svarer ikkje for gjelda, så ingen av dei har ansvarsdel.",
            en="The members of a samvirkeforetak are not liable for its debts, so none has a liability share.",
        ),
        Text(
            nb="Fjern ansvarsandelen.",
            nn="Fjern ansvarsdelen.",
            en="Remove the liability share.",
        ),
        nobody_is_liable,
    ),
    *SA_ITEMS,
    Rule(
        "SA-05",
        "samvirkelova § 22",
        Severity.WARNING,
        SA,
        Text(
            nb="Et medlem skal kunne melde seg ut med høyst tre måneders frist, eller tolv når medlemmene selv er "
            "samvirkeforetak.",
            nn="Ein medlem skal kunne melde seg ut med høgst tre månaders frist, eller tolv når medlemmene sjølve er "
            "samvirkeføretak.",
            en="A member must be able to leave with at most three months' notice, or twelve when the members are "
            "samvirkeforetak themselves.",
        ),
        Text(
            nb="Kort ned fristen i vedtektene, eller se til at de gir en tungtveiende grunn for den.",
            nn="Kort ned fristen i vedtektene, eller sjå til at dei gir ein tungtvegande grunn for han.",
            en="Shorten the notice in the statutes, or see that they give a weighty reason for it.",
        ),
        notice_is_short,
    ),
    Rule(
        "STI-01",
        "stiftelsesloven §§ 2-3",
        Severity.ERROR,
        STI,
        Text(
            nb="Ingen eier en stiftelse, heller ikke den som opprettet den.",
            nn="Ingen eig ei stifting, heller ikkje den som oppretta henne.",
            en="Nobody owns a foundation, not even its founder.",
        ),
        Text(
            nb="Fjern eierandelen og rollen som eier. Før inn hvem som opprettet stiftelsen, og hvem som velger "
            "styret.",
            nn="Fjern eigardelen og rolla som eigar. Før inn kven som oppretta stiftinga, og kven som vel styret.",
            en="Remove the ownership share and the role of owner. Enter the founder, and who elects the board.",
        ),
        nobody_owns,
    ),
    Rule(
        "STI-02",
        "stiftelsesloven § 10 (3)",
        Severity.WARNING,
        STI,
        Text(
            nb="Navnet på en stiftelse skal inneholde «stiftelse» eller «STI».",
            nn="Namnet på ei stifting skal innehalde «stifting», «stiftelse» eller «STI».",
            en="The name of a foundation must contain «stiftelse» or «STI».",
        ),
        Text(
            nb="Rett navnet i registeret, eller be stiftelsen om å endre navnet. Eldre stiftelser kan ha fått "
            "overgangstid.",
            nn="Rett namnet i registeret, eller be stiftinga om å endre namnet. Eldre stiftingar kan ha fått "
            "overgangstid.",
            en="Correct the name here, or ask the foundation to change it. Older foundations may have been given time.",
        ),
        is_called_foundation,
        valid_from=STI_NAME_FROM,
    ),
    *STI_ITEMS,
    Rule(
        "STI-04",
        "stiftelsesloven § 11",
        Severity.INFO,
        STI,
        Text(
            nb="En stiftelse skal meldes til Stiftelsesregisteret innen tre måneder.",
            nn="Ei stifting skal meldast til Stiftingsregisteret innan tre månader.",
            en="A foundation must be reported to the register of foundations within three months.",
        ),
        Text(
            nb="Meld stiftelsen til Stiftelsesregisteret, eller rett opplysningen.",
            nn="Meld stiftinga til Stiftingsregisteret, eller rett opplysninga.",
            en="Report the foundation to the register, or correct the fact.",
        ),
        is_in_foundation_register,
    ),
    Rule(
        "FLI-01",
        "ulovfestet foreningsrett",
        Severity.INFO,
        FLI,
        Text(
            nb="En forening eier seg selv: medlemmene har ingen eierandel.",
            nn="Ei foreining eig seg sjølv: medlemmene har ingen eigardel.",
            en="An association owns itself: its members have no ownership share.",
        ),
        Text(
            nb="Fjern eierandelen og rollen som eier, og før inn medlemmene som deltakere.",
            nn="Fjern eigardelen og rolla som eigar, og før inn medlemmene som deltakarar.",
            en="Remove the ownership share and the role of owner, and enter the members as participants.",
        ),
        nobody_owns,
    ),
    Rule(
        "FLI-02",
        "foretaksregisterloven § 2-1 (1) p",
        Severity.WARNING,
        FLI,
        Text(
            nb="En forening som driver næringsvirksomhet, skal stå i Foretaksregisteret.",
            nn="Ei foreining som driv næringsverksemd, skal stå i Føretaksregisteret.",
            en="An association that does business must stand in Foretaksregisteret.",
        ),
        Text(
            nb="Meld foreningen til Foretaksregisteret, eller før inn at den allerede står der.",
            nn="Meld foreininga til Føretaksregisteret, eller før inn at ho alt står der.",
            en="Register the association in Foretaksregisteret, or enter that it already stands there.",
        ),
        business_is_registered,
    ),
)
