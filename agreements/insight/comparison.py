"""How do the forms of cooperation differ in law: who may take part, who decides, who pays, how does one leave?

The answers are those of kommuneloven chs. 17-20, IKS-loven, aksjeloven, samvirkelova, stiftelsesloven and
foretaksnavneloven § 2-2, in the texts of ``rules.RULES_AS_OF``. How far the councils control each form follows figure 1
of NORCE report 3-2023 (after Brandtzæg et al. 2008): the foundation least, the municipality's own organisation most.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Form


@dataclass(frozen=True)
class Column:
    """One form, or one of the two kinds of vertskommune: its short name and the form whose page explains it."""

    name: str | Promise
    form: Form
    law: str | Promise


@dataclass(frozen=True)
class Question:
    """One thing that differs, with the answer for each column; ``in_short`` is told of every single cooperation too."""

    text: str | Promise
    answers: tuple[str | Promise, ...]
    in_short: bool = False


@dataclass(frozen=True)
class Comparison:
    """A table: forms side by side."""

    title: str | Promise
    columns: tuple[Column, ...]
    questions: tuple[Question, ...]

    @property
    def rows(self) -> list[tuple[str | Promise, list[tuple[Column, str | Promise]]]]:
        """Return each question with the column and the answer side by side."""
        return [(q.text, list(zip(self.columns, q.answers, strict=True))) for q in self.questions]


_NO_RULE = _("loven sier ingenting")
_BY_AGREEMENT = _("ikke oppgitt; det kommer an på formen og på avtalen")
_KL = "kommuneloven"

IN_LAW = Comparison(
    _("Formene som lovene om kommunene gir"),
    (
        Column(_("Vertskommune, administrativ"), Form.VK, f"{_KL} § 20-2"),
        Column(_("Vertskommune med felles nemnd"), Form.VK, f"{_KL} § 20-3"),
        Column(_("Oppgavefellesskap (KO)"), Form.KO, f"{_KL} kap. 19"),
        Column(_("Politisk råd (IPR)"), Form.IPR, f"{_KL} kap. 18"),
        Column(_("Interkommunalt selskap (IKS)"), Form.IKS, "IKS-loven"),
    ),
    (
        Question(
            _("Hvem kan være med?"),
            (
                _("bare kommuner, eller bare fylkeskommuner"),
                _("bare kommuner, eller bare fylkeskommuner"),
                _("kommuner og fylkeskommuner"),
                _("kommuner og fylkeskommuner"),
                _("kommuner, fylkeskommuner og andre IKS-er"),
            ),
        ),
        Question(
            _("Hvor mange må det være?"),
            (_("to, og bare én er vert"), _("to, og bare én er vert"), _("to"), _("to"), _("to")),
        ),
        Question(
            _("Er det et eget rettssubjekt?"),
            (_("nei"), _("nei"), _("avtalen bestemmer"), _("avtalen bestemmer"), _("ja")),
        ),
        Question(
            _("Hva må navnet inneholde?"),
            (
                _("ingen krav"),
                _("ingen krav"),
                "«kommunalt oppgavefellesskap» / «KO»",
                "«interkommunalt politisk råd» / «IPR»",
                "«interkommunalt selskap» / «IKS»",
            ),
        ),
        Question(
            _("Kan det gjøre enkeltvedtak?"),
            (
                _("ja, i saker som ikke er prinsipielle"),
                _("ja, når loven ikke sier noe annet"),
                _("nei, bare i interne saker og om tilskudd"),
                _("nei, bare i interne saker og om tilskudd"),
                _("bare når en særlov åpner for det"),
            ),
        ),
        Question(
            _("Hvem bestemmer øverst?"),
            (
                _("kommunedirektøren i vertskommunen"),
                _("en nemnd med folkevalgte, minst to fra hver"),
                _("representantskapet, minst ett medlem fra hver"),
                _("representantskapet, minst ett medlem fra hver"),
                _("representantskapet, minst ett medlem fra hver, og et styre"),
            ),
        ),
        Question(
            _("Hvor mye kan kommunestyret styre?"),
            (
                _("mye: kommunen kan gi instruks i sine egne saker og ta oppgaven tilbake"),
                _("mye: kommunens egne folkevalgte sitter i nemnda"),
                _("middels: gjennom dem kommunestyret velger til representantskapet"),
                _("mye: rådet er folkevalgte som drøfter, og tar ikke over oppgaver"),
                _("middels: gjennom representantskapet; selskapet styres ellers av styret"),
            ),
        ),
        Question(
            _("Hvem svarer for gjelden?"),
            (
                _("vertskommunen; oppgjøret står i avtalen"),
                _("vertskommunen; oppgjøret står i avtalen"),
                _("deltakerne, uten grense, hver for sin andel"),
                _("deltakerne, uten grense, hver for sin andel"),
                _("deltakerne, uten grense, hver for sin andel"),
            ),
            in_short=True,
        ),
        Question(
            _("Hvordan går en kommune ut?"),
            (
                _("ett års varsel, om avtalen ikke sier noe annet"),
                _("ett års varsel, om avtalen ikke sier noe annet"),
                _("slik avtalen sier; loven har ingen frist"),
                _("slik avtalen sier; loven har ingen frist"),
                _("ett års skriftlig varsel, om avtalen ikke sier noe annet"),
            ),
            in_short=True,
        ),
        Question(  # VK: the settlement is the agreement's own; IPR-07, KO-06; IKS-20
            _("Hva må den som går ut, fortsatt svare for?"),
            (
                _("det avtalen sier om oppgjør"),
                _("det avtalen sier om oppgjør"),
                _("sin andel av gjelden slik den er ved utgangen"),
                _("sin andel av gjelden slik den er ved utgangen"),
                _("sin andel av gjelden, til kreditorene har gitt slipp på kravet"),
            ),
            in_short=True,
        ),
        Question(
            _("Hvordan oppløses det?"),
            (
                _("straks, når alle er enige"),
                _("straks, når alle er enige"),
                _("slik avtalen sier"),
                _("slik avtalen sier"),
                _("når alle kommunestyrene er enige; må oppløses når én er igjen"),
            ),
        ),
        Question(
            _("Hvem skal ha melding?"),
            (
                _("statsforvalteren, fra vertskommunen (fylkeskommuner: departementet)"),
                _("statsforvalteren, fra vertskommunen (fylkeskommuner: departementet)"),
                _("ingen"),
                _("ingen"),
                "Foretaksregisteret",
            ),
        ),
    ),
)

COMMON = Comparison(
    _("Andre former som kommuner bruker"),
    (
        Column(_("Aksjeselskap (AS)"), Form.AS, "aksjeloven"),
        Column(_("Samvirkeforetak (SA)"), Form.SA, "samvirkelova"),
        Column(_("Forening"), Form.FLI, _NO_RULE),
        Column(_("Stiftelse"), Form.STI, "stiftelsesloven"),
        Column(_("Avtale"), Form.AGREEMENT, f"{_KL} § 17-1"),
        Column(_("Nettverk"), Form.NETWORK, _NO_RULE),
    ),
    (
        Question(
            _("Hvem kan være med?"),
            (
                _("alle, også private"),
                _("alle som bruker foretaket"),
                _("alle"),
                _("ingen eier den"),
                _("alle"),
                _("alle"),
            ),
        ),
        Question(_("Er det et eget rettssubjekt?"), (_("ja"), _("ja"), _("ja"), _("ja"), _("nei"), _("nei"))),
        Question(
            _("Hvem bestemmer øverst?"),
            (
                _("generalforsamlingen"),
                _("årsmøtet"),
                _("årsmøtet"),
                _("styret"),
                _("hver kommune"),
                _("ingen: nettverket tar ikke bindende avgjørelser"),
            ),
        ),
        Question(
            _("Hvor mye kan kommunestyret styre?"),
            (
                _("lite: bare gjennom generalforsamlingen"),
                _("lite: bare gjennom årsmøtet"),
                _("lite: bare gjennom årsmøtet"),
                _("minst: vedtektene styrer, og ingen kan endre formålet alene"),
                _("mye: hver kommune bestemmer selv, innenfor avtalen"),
                _("mye: hver kommune bestemmer selv"),
            ),
        ),
        Question(
            _("Hvem svarer for gjelden?"),
            (
                _("selskapet; eierne risikerer bare innskuddet"),
                _("foretaket; medlemmene svarer ikke"),
                _("foreningen"),
                _("stiftelsen"),
                _("hver kommune for sitt"),
                _("hver kommune for sitt"),
            ),
            in_short=True,
        ),
        Question(
            _("Hvordan går en kommune ut?"),
            (
                _("ved å selge aksjene"),
                _("skriftlig, med høyst tre måneders varsel"),
                _("slik vedtektene sier"),
                _("har ingen andel å gå ut med"),
                _("slik avtalen sier"),
                _("når den vil"),
            ),
            in_short=True,
        ),
    ),
)

COMPARISONS = (IN_LAW, COMMON)


def in_short(form: Form) -> list[tuple[str | Promise, str | Promise]]:
    """Return what a reader asks first of a form: who answers for the debt, how one leaves, and at what price.

    The two kinds of vertskommune answer alike. Of a form that the tables do not have, the agreement alone tells.
    """
    for comparison in COMPARISONS:
        for place, column in enumerate(comparison.columns):
            if column.form == form:
                return [(q.text, q.answers[place]) for q in comparison.questions if q.in_short]
    return [(q.text, _BY_AGREEMENT) for q in IN_LAW.questions if q.in_short]


def is_compared(form: Form) -> bool:
    """Tell whether the tables have a form."""
    return any(column.form == form for comparison in COMPARISONS for column in comparison.columns)
