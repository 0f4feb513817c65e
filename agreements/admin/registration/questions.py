"""Which questions does each form have, and what does the law say about them?

One table, ``FORM_QUESTIONS``, read by the guided registration. A question that the law does not ask
of a form is not asked: a stiftelse has no owners, so nobody is asked for a share; a vertskommune is
never a legal person of its own. The paragraphs are those of ``agreements.rules``; abbreviations: koml
(kommuneloven), pbl (plan- og bygningsloven), hol (helse- og omsorgstjenesteloven).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ...models import Agreement, Form, Notification, Organ, Role

Words = str | Promise

_AS_THE_AGREEMENT_SAYS = _("Skriv det avtalen sier. La feltet stå tomt når du ikke vet det.")


@dataclass(frozen=True)
class Question:
    """A field of ``LegalProfile``, with help in plain words and the paragraph that it comes from."""

    field: str
    help: Words
    paragraph: str = ""


@dataclass(frozen=True)
class Single:
    """A role that exactly one of the members has, as the vertskommune does."""

    role: Role
    label: Words
    help: Words
    paragraph: str


@dataclass(frozen=True)
class Seats:
    """The organ in which every member has seats; ``optional`` when many cooperations of the form have none."""

    organ: Organ.Kind
    name: Words
    help: Words
    paragraph: str
    optional: bool = False


@dataclass(frozen=True)
class FormQuestions:
    """What is asked about a cooperation of one form.

    ``roles`` are offered for each member, the first one chosen beforehand. ``board`` is the help for the
    size of a board, empty when it is not asked.
    """

    group: Words
    roles: tuple[Role, ...]
    name: Words = ""
    single: Single | None = None
    ownership: Words = ""
    liability: Words = ""
    seats: Seats | None = None
    board: Words = ""
    legal: tuple[Question, ...] = ()
    notice_to: Notification.Recipient | None = None
    notice_help: Words = ""
    instrument: Agreement.Kind = Agreement.Kind.COOPERATION
    period: Words = _AS_THE_AGREEMENT_SAYS


_LAW = _("Former i kommuneloven og IKS-loven")
_BODIES = _("Selskap, stiftelse og forening")
_LOOSE = _("Avtaler, nettverk og prosjekter")
_SPECIAL = _("Samarbeid etter andre lover, og en utgått form")
_ABROAD = _("Samarbeid med utlandet")
_OPEN = _("Når formen ikke er kjent")

_NUMBER = Question(
    "org_number", _("Ni siffer fra Enhetsregisteret. La feltet stå tomt når samarbeidet ikke har noe."), ""
)
_CHOSEN_NUMBER = Question(
    "org_number",
    _("Ni siffer. Et samarbeid som ikke er eget rettssubjekt, trenger ikke noe nummer."),
    "enhetsregisterloven § 4",
)
_COMPANY_REGISTER = Question(
    "in_company_register", _("Selskapet skal stå i Foretaksregisteret."), "foretaksregisterloven § 2-1"
)
_PUBLIC_RECORDS = Question(
    "public_records_act",
    _("Gjelder når kommunene har mer enn halvparten av stemmene, men ikke i direkte konkurranse med private."),
    "offentleglova § 2",
)
_AUDITOR = Question("auditor", _("Hvem som reviderer regnskapet."), "")
_COST_KEY = Question("cost_key", _("Hvordan utgiftene deles, f.eks. «20 % likt, resten etter folketall»."), "")
_LOSS = Question(
    "loss_split_deviates",
    _("Svar ja når avtalen deler et udekket merforbruk på en annen måte enn etter ansvarsandelene."),
    "koml § 14-12",
)
_PROCUREMENT = Question(
    "procurement_assessed",
    _("Om noen har vurdert anskaffelsesreglene. Formen avgjør det ikke."),
    "koml § 17-1",
)
_OFFICE = Single(
    Role.OFFICE,
    _("Kontorkommune"),
    _("Den som fører regnskapet når samarbeidet ikke er eget rettssubjekt. Den er også deltaker."),
    "koml § 14-8",
)
_OWN_SHARE_LIABILITY = _("Bare når den er en annen enn eierandelen. Ansvaret er ubegrenset for egen andel.")


def _own_person(item: str) -> Question:
    return Question(
        "own_legal_person", _("Avtalen velger selv, og skal si hva den har valgt. Begge deler er lov."), item
    )


def _no_decisions(paragraph: str) -> Question:
    return Question(
        "decision_power",
        _("Kan ikke gjøre enkeltvedtak, unntatt i interne saker og når det forvalter tilskuddsordninger."),
        paragraph,
    )


def _assembly(paragraph: str) -> Seats:
    return Seats(
        Organ.Kind.ASSEMBLY,
        _("Representantskapet"),
        _("Hver deltaker har minst ett medlem, og minst like mange varamedlemmer som medlemmer."),
        paragraph,
    )


FORM_QUESTIONS: dict[str, FormQuestions] = {
    Form.IKS: FormQuestions(
        _LAW,
        (Role.OWNER, Role.CUSTOMER),
        name=_("Navnet skal ende på «IKS» eller «interkommunalt selskap» (foretaksnavneloven § 2-2)."),
        ownership=_("Prosent eller brøk. Til sammen skal andelene bli hele selskapet (IKS-loven § 3)."),
        liability=_OWN_SHARE_LIABILITY,
        seats=Seats(
            Organ.Kind.ASSEMBLY,
            _("Representantskapet"),
            _("Hver eier har minst ett medlem, og to varamedlemmer for hvert medlem."),
            "IKS-loven § 6",
        ),
        board=_("Minst tre medlemmer (IKS-loven § 10)."),
        legal=(
            _NUMBER,
            _COMPANY_REGISTER,
            Question("head_office", _("Selskapsavtalen skal si hvilken kommune det er."), "IKS-loven § 4 nr. 4"),
            Question(
                "may_borrow",
                _("Selskapet kan bare ta opp lån når selskapsavtalen sier det. Ellers er lånet ugyldig."),
                "IKS-loven § 22",
            ),
            Question(
                "loan_ceiling",
                _("Kan selskapet låne, skal avtalen ha et tak for samlet opplåning."),
                "IKS-loven § 22",
            ),
            Question("loans", _("Det selskapet har lånt nå."), "IKS-loven § 22"),
            Question("gives_guarantees", _("Et IKS kan ikke stille garanti for andre."), "IKS-loven § 22 b"),
            _AUDITOR,
            _PUBLIC_RECORDS,
        ),
        instrument=Agreement.Kind.COMPANY,
        period=_("Sier avtalen ingenting, er fristen tolv måneder, og oppsigelsen skriftlig (IKS-loven § 30)."),
    ),
    Form.VK: FormQuestions(
        _LAW,
        (Role.PARTICIPANT,),
        single=Single(
            Role.HOST,
            _("Vertskommune"),
            _("Akkurat én. De andre er samarbeidskommuner; kommuner og fylkeskommuner kan ikke blandes."),
            "koml § 20-2",
        ),
        seats=Seats(
            Organ.Kind.COMMITTEE,
            _("Felles folkevalgt nemnd"),
            _("Bare når samarbeidet har en nemnd: hver deltaker har minst to medlemmer. Ellers er feltene tomme."),
            "koml § 20-3",
            optional=True,
        ),
        legal=(
            Question(
                "special_law",
                _("Loven som oppgavene følger av, f.eks. barnevernsloven. Den kan hindre at de legges til en annen."),
                "koml § 20-1",
            ),
            Question(
                "decides_matters_of_principle",
                _("Uten nemnd kan vertskommunen bare avgjøre saker som ikke er prinsipielle."),
                "koml § 20-2",
            ),
            Question(
                "complaint_body",
                _("Uten nemnd: kommunen som delegerte myndigheten."),
                "koml § 20-5",
            ),
            Question(
                "has_complaints_board", _("Med nemnd: klagenemnd som kommunestyrene selv oppnevner."), "koml § 20-6"
            ),
            Question("cost_key", _("Det økonomiske oppgjøret mellom deltakerne skal stå i avtalen."), "koml § 20-4 f"),
            _PROCUREMENT,
        ),
        notice_to=Notification.Recipient.GOVERNOR,
        notice_help=_(
            "Vertskommunen skal orientere statsforvalteren når samarbeidet opprettes (koml § 20-4). "
            "For fylkeskommuner er det departementet; før det på siden til samarbeidet."
        ),
        period=_("Sier avtalen ingenting, er fristen tolv måneder (koml § 20-8)."),
    ),
    Form.KO: FormQuestions(
        _LAW,
        (Role.PARTICIPANT,),
        name=_("Navnet skal ha med «kommunalt oppgavefellesskap» eller «KO» (koml § 19-1)."),
        single=_OFFICE,
        ownership=_("Prosent eller brøk. Avtalen skal si hver deltakers eierandel (koml § 19-4 f)."),
        liability=_OWN_SHARE_LIABILITY,
        seats=_assembly("koml § 19-3"),
        legal=(
            _own_person("koml § 19-4 b"),
            _CHOSEN_NUMBER,
            _no_decisions("koml § 19-1"),
            Question(
                "may_borrow", _("Avtalen skal si om oppgavefellesskapet kan ta opp lån, ja eller nei."), "koml § 19-4 g"
            ),
            Question(
                "is_business",
                _("Er det eget rettssubjekt og driver næring, skal det stå i Foretaksregisteret."),
                "foretaksregisterloven § 2-1",
            ),
            _COST_KEY,
            _LOSS,
            Question("auditor", _("Representantskapet velger revisor når avtalen ikke sier noe annet."), "koml § 24-1"),
        ),
        period=_("Loven har ingen frist: avtalen skal si hvordan en deltaker trer ut (koml § 19-4 i)."),
    ),
    Form.IPR: FormQuestions(
        _LAW,
        (Role.PARTICIPANT,),
        name=_("Navnet skal ha med «interkommunalt politisk råd» eller «IPR» (koml § 18-1)."),
        single=_OFFICE,
        ownership=_("Prosent eller brøk. Avtalen skal si hver deltakers eierandel (koml § 18-4 f)."),
        liability=_OWN_SHARE_LIABILITY,
        seats=_assembly("koml § 18-3"),
        legal=(
            _own_person("koml § 18-4 b"),
            _CHOSEN_NUMBER,
            _no_decisions("koml § 18-1"),
            Question(
                "produces_services",
                _("Rådet er et sted å drøfte saker, ikke et sted som lager tjenester."),
                "koml § 18-1",
            ),
            _LOSS,
            Question("auditor", _("Representantskapet velger revisor når avtalen ikke sier noe annet."), "koml § 24-1"),
        ),
        period=_("Loven har ingen frist: avtalen skal si hvordan en deltaker trer ut (koml § 18-4 g)."),
    ),
    Form.AS: FormQuestions(
        _BODIES,
        (Role.OWNER, Role.CUSTOMER),
        name=_("Navnet skal ende på «AS» eller «aksjeselskap» (foretaksnavneloven § 2-2)."),
        ownership=_("Andelen av aksjene etter aksjeeierboken (aksjeloven § 4-5). Eierne har ikke ansvar for gjelden."),
        board=_("Hvor mange styret har."),
        legal=(
            _NUMBER,
            _COMPANY_REGISTER,
            Question("share_capital", _("Minst 30 000 kroner."), "aksjeloven § 3-1"),
            _PUBLIC_RECORDS,
        ),
        instrument=Agreement.Kind.STATUTES,
    ),
    Form.SA: FormQuestions(
        _BODIES,
        (Role.OWNER, Role.CUSTOMER),
        name=_("Navnet skal ha med «SA» eller «samvirkeforetak» (foretaksnavneloven § 2-2)."),
        ownership=_("Bare når vedtektene sier hvor stor del hvert medlem har. Medlemmene har ikke ansvar for gjelden."),
        board=_("Vedtektene skal si hvor mange styret har (samvirkelova § 10)."),
        legal=(
            _NUMBER,
            _COMPANY_REGISTER,
            Question("head_office", _("Vedtektene skal si hvilken kommune kontoret er i."), "samvirkelova § 10"),
        ),
        instrument=Agreement.Kind.STATUTES,
        period=_("Høyst tre måneder, tolv når medlemmene selv er samvirkeforetak (samvirkelova § 22)."),
    ),
    Form.STI: FormQuestions(
        _BODIES,
        (Role.FOUNDER, Role.PARTICIPANT, Role.FUNDER),
        name=_("Navnet skal ha med «stiftelse» eller «STI» (stiftelsesloven § 10)."),
        board=_("Vedtektene skal si hvor mange styret har, og hvem som velger det (stiftelsesloven § 10)."),
        legal=(_NUMBER, _PUBLIC_RECORDS),
        instrument=Agreement.Kind.STATUTES,
        period=_("Ingen eier en stiftelse, så ingen kan si opp en eierandel. La feltet stå tomt."),
    ),
    Form.FLI: FormQuestions(
        _BODIES,
        (Role.PARTICIPANT, Role.LEADER, Role.SECRETARIAT, Role.FUNDER, Role.OBSERVER),
        board=_("Hvor mange styret har etter vedtektene."),
        legal=(
            _NUMBER,
            Question(
                "is_business",
                _("En forening som driver næring, skal stå i Foretaksregisteret."),
                "foretaksregisterloven § 2-1",
            ),
            Question("in_company_register", _("Bare foreninger som driver næring."), "foretaksregisterloven § 2-1"),
        ),
        instrument=Agreement.Kind.STATUTES,
        period=_("Vedtektene avgjør hvordan et medlem melder seg ut."),
    ),
    Form.AGREEMENT: FormQuestions(
        _LOOSE,
        (Role.PARTICIPANT, Role.LEADER, Role.SECRETARIAT, Role.PARTNER, Role.SUPPLIER, Role.CUSTOMER, Role.FUNDER),
        legal=(
            Question(
                "legal_basis",
                _("Hvilken lov som gir adgang til å samarbeide slik. Listen i loven er åpen."),
                "koml § 17-1",
            ),
            Question("special_law", _("Loven som oppgaven følger av."), ""),
            Question(
                "decision_power",
                _("En avtale uten vertskommune kan ikke flytte myndighet til enkeltvedtak i lovpålagte oppgaver."),
                "koml § 5-4",
            ),
            _COST_KEY,
            _PROCUREMENT,
        ),
    ),
    Form.NETWORK: FormQuestions(
        _LOOSE,
        (
            Role.PARTICIPANT,
            Role.LEADER,
            Role.SECRETARIAT,
            Role.ORGANISER,
            Role.INITIATOR,
            Role.PARTNER,
            Role.FUNDER,
            Role.OBSERVER,
        ),
        legal=(
            Question(
                "is_political",
                _("Et varig og rent politisk samarbeid mellom kommuner bør etter departementets veileder være et IPR."),
                "koml § 18-1",
            ),
            _COST_KEY,
        ),
    ),
    Form.PARTNERSHIP: FormQuestions(
        _LOOSE,
        (Role.PARTNER, Role.LEADER, Role.SECRETARIAT, Role.FUNDER, Role.OBSERVER),
        legal=(
            Question(
                "is_political",
                _("Et varig og rent politisk samarbeid mellom kommuner bør etter departementets veileder være et IPR."),
                "koml § 18-1",
            ),
            _COST_KEY,
        ),
        instrument=Agreement.Kind.PARTNERSHIP,
    ),
    Form.PROJECT: FormQuestions(
        _LOOSE,
        (Role.PARTICIPANT, Role.LEADER, Role.PARTNER, Role.INITIATOR, Role.FUNDER, Role.SUPPLIER),
        legal=(_COST_KEY, _PROCUREMENT),
    ),
    Form.PLAN9: FormQuestions(
        _SPECIAL,
        (Role.PARTICIPANT, Role.LEADER, Role.SECRETARIAT),
        seats=Seats(
            Organ.Kind.BOARD,
            _("Styret for plansamarbeidet"),
            _("Like mange fra hver kommune når de ikke avtaler noe annet."),
            "pbl § 9-2",
        ),
        legal=(
            Question("ordered_by_state", _("Departementet kan pålegge et plansamarbeid."), "pbl § 9-1"),
            Question(
                "plan_power",
                _("Styret kan styre prosessen. Hvert kommunestyre gjør det endelige planvedtaket for sitt område."),
                "pbl § 9-3",
            ),
            _COST_KEY,
        ),
        period=_("Tre måneders skriftlig frist (pbl § 9-5)."),
    ),
    Form.STATUTORY: FormQuestions(
        _SPECIAL,
        (Role.PARTICIPANT, Role.PARTNER, Role.LEADER, Role.SECRETARIAT),
        legal=(
            Question("special_law", _("Loven som krever samarbeidet, f.eks. hol § 6-1 eller brannloven § 16."), ""),
            Question("ordered_by_state", _("Om staten har pålagt akkurat dette samarbeidet."), "hol § 6-6"),
            _COST_KEY,
        ),
        period=_("Avtaler mellom kommune og helseforetak har ett års frist (hol § 6-5)."),
    ),
    Form.MULTILEVEL: FormQuestions(
        _SPECIAL,
        (Role.PARTICIPANT, Role.PARTNER, Role.LEADER, Role.SECRETARIAT, Role.FUNDER),
        legal=(
            Question(
                "legal_basis",
                _("Vedtaket eller loven avtalen bygger på. Staten er part, så koml kap. 17–20 gjelder ikke."),
                "koml § 17-1",
            ),
            _COST_KEY,
        ),
    ),
    Form.PAR27: FormQuestions(
        _SPECIAL,
        (Role.PARTICIPANT, Role.OWNER),
        name=_("Formen er utgått: den skulle vært gjort om til IPR eller KO senest 1.11.2023 (koml § 31-2)."),
        ownership=_("Prosent eller brøk, når avtalen sier det."),
        liability=_OWN_SHARE_LIABILITY,
        board=_("Styret var øverste organ etter den gamle § 27."),
        legal=(
            Question("own_legal_person", _("Avhenger av hvor selvstendig styret er."), "kommuneloven 1992 § 27"),
            _CHOSEN_NUMBER,
        ),
    ),
    Form.TWIN: FormQuestions(_ABROAD, (Role.PARTICIPANT,)),
    Form.INTL_PARTNERSHIP: FormQuestions(
        _ABROAD,
        (Role.PARTNER, Role.LEADER, Role.FUNDER, Role.SECRETARIAT),
        instrument=Agreement.Kind.PARTNERSHIP,
    ),
    Form.INTL_OTHER: FormQuestions(
        _ABROAD, (Role.PARTICIPANT, Role.ORGANISER, Role.FUNDER, Role.PARTNER, Role.SECRETARIAT, Role.OBSERVER)
    ),
    Form.UNKNOWN: FormQuestions(
        _OPEN,
        (Role.PARTICIPANT, *(role for role in Role if role != Role.PARTICIPANT)),
        ownership=_("Bare når kilden nevner en andel, i prosent eller brøk."),
        liability=_("Bare når kilden nevner en egen ansvarsandel."),
        legal=(
            Question("own_legal_person", _("Svar bare når kilden sier det."), ""),
            _NUMBER,
            Question("legal_basis", _("Loven kilden viser til, om den nevner noen."), ""),
            _COST_KEY,
        ),
    ),
}
