"""Which forms can a cooperation have, and which law governs each?"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Form(models.TextChoices):
    """Forms of cooperation, in law and outside it (kommuneloven § 17-1: the list is open).

    A theme such as legevakt, IUA or revisjon is a task, never a form. ``UNKNOWN`` means that the
    source does not state the form; it is never guessed.
    """

    IKS = "IKS", _("Interkommunalt selskap (IKS)")  # IKS-loven
    VK = "VK", _("Vertskommunesamarbeid")  # kommuneloven ch. 20
    KO = "KO", _("Kommunalt oppgavefellesskap (KO)")  # kommuneloven ch. 19
    IPR = "IPR", _("Interkommunalt politisk råd (IPR)")  # kommuneloven ch. 18
    AS = "AS", _("Aksjeselskap (AS)")  # aksjeloven
    SA = "SA", _("Samvirkeforetak (SA)")  # samvirkelova
    STI = "STI", _("Stiftelse")  # stiftelsesloven
    FLI = "FLI", _("Forening")  # no statute
    AGREEMENT = "AGREEMENT", _("Avtalebasert samarbeid")  # kommuneloven § 17-1 (2)-(3)
    NETWORK = "NETWORK", _("Nettverk")
    PARTNERSHIP = "PARTNERSHIP", _("Partnerskap")
    PROJECT = "PROJECT", _("Prosjektsamarbeid")
    PLAN9 = "PLAN9", _("Interkommunalt plansamarbeid")  # plan- og bygningsloven ch. 9
    STATUTORY = "STATUTORY", _("Lovpålagt samarbeid")  # helse- og omsorgstjenesteloven § 6-1 and others
    MULTILEVEL = "MULTILEVEL", _("Avtale mellom stat, fylke og kommuner")  # byvekstavtale
    PAR27 = "PAR27", _("Interkommunalt styre etter gammel § 27")  # kommuneloven § 31-2, to be converted
    TWIN = "TWIN", _("Vennskapsby")
    INTL_PARTNERSHIP = "INTL_PARTNERSHIP", _("Kommunalt partnerskap med utlandet")
    INTL_OTHER = "INTL_OTHER", _("Annet internasjonalt samarbeid")
    UNKNOWN = "UNKNOWN", _("Ukjent form")


#: What each form means to a citizen, in two sentences, and the law behind it.
FORM_EXPLANATIONS = {
    Form.IKS: (
        _("Et selskap som kommuner og fylkeskommuner eier sammen. Eierne svarer for all gjeld, hver for sin andel."),
        "IKS-loven",
    ),
    Form.VK: (
        _("Én kommune, vertskommunen, utfører oppgaven for de andre. Samarbeidet er ikke et eget selskap."),
        "kommuneloven kap. 20",
    ),
    Form.KO: (
        _("Kommunene løser en oppgave sammen under et felles representantskap. De svarer for gjelden etter sin andel."),
        "kommuneloven kap. 19",
    ),
    Form.IPR: (
        _("Et råd der politikerne drøfter saker på tvers av kommunegrensene. Rådet produserer ikke tjenester."),
        "kommuneloven kap. 18",
    ),
    Form.AS: (
        _("Et selskap der eierne bare risikerer det de har skutt inn. Kommuner kan eie sammen med andre."),
        "aksjeloven",
    ),
    Form.SA: (
        _("Et foretak som eies av medlemmene som bruker det. Medlemmene svarer ikke for gjelden."),
        "samvirkelova",
    ),
    Form.STI: (
        _("En formue som tjener et formål. Ingen eier en stiftelse, heller ikke kommunene som opprettet den."),
        "stiftelsesloven",
    ),
    Form.FLI: (_("En sammenslutning av medlemmer. Vedtektene avgjør hvem som kan være med."), ""),
    Form.AGREEMENT: (
        _("Kommunene har en avtale om å samarbeide, uten eget selskap. Loven sier ikke hva avtalen må inneholde."),
        "kommuneloven § 17-1",
    ),
    Form.NETWORK: (
        _("Fagfolk eller ledere møtes og lærer av hverandre. Nettverket tar ikke bindende avgjørelser."),
        "",
    ),
    Form.PARTNERSHIP: (_("Flere parter arbeider mot et felles mål. Partene kan være andre enn kommuner."), ""),
    Form.PROJECT: (_("Et samarbeid om en avgrenset oppgave. Det tar slutt når oppgaven er løst."), ""),
    Form.PLAN9: (
        _("Kommuner lager en plan sammen. Hvert kommunestyre vedtar planen for sitt eget område."),
        "plan- og bygningsloven kap. 9",
    ),
    Form.STATUTORY: (_("Loven eller staten krever at partene samarbeider. Staten er ofte selv part."), ""),
    Form.MULTILEVEL: (
        _("Staten, fylkeskommunen og kommunene har en felles avtale. Byvekstavtaler er det vanligste eksempelet."),
        "",
    ),
    Form.PAR27: (
        _("En eldre samarbeidsform. Den skulle vært gjort om til politisk råd eller oppgavefellesskap innen 2023."),
        "kommuneloven § 31-2",
    ),
    Form.TWIN: (
        _("To byer i ulike land har avtalt å kjenne hverandre. Samarbeidet handler ofte om kultur og skole."),
        "",
    ),
    Form.INTL_PARTNERSHIP: (
        _("En norsk og en utenlandsk kommune arbeider sammen om bestemte oppgaver. Staten støtter ofte arbeidet."),
        "",
    ),
    Form.INTL_OTHER: (_("Nettverk eller medlemskap på tvers av land. Partene kan være byer, regioner og andre."), ""),
    Form.UNKNOWN: (_("Kilden sier ikke hvilken form samarbeidet har. Registeret gjetter ikke."), ""),
}
