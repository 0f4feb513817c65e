"""How is a cooperation shown, with its members, tasks and sources?"""

from collections import Counter
from fractions import Fraction

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..filters import STATUSES
from ..models import Cooperation, CooperationRelation, DatePrecision, Form, Notice, Organ, Role
from ..rules import Outcome, Severity
from .links import ApiLink, NarrowedLink, PageLink
from .places import CooperationRefSerializer, FirstDay, KnownText, LastDay, OrganisationRefSerializer

FROM_TEXT = _(
    "Starten slik den er kjent, på leserens språk: «2012/13», «senest 1. januar 2023»; null når den er ukjent."
)
TO_TEXT = _("Slutten slik den er kjent, på leserens språk; null når den er ukjent eller åpen.")

#: How we know that an organisation takes part.
BASES = [("named", _("nevnt ved navn")), ("group", _("følger av en gruppe"))]


class Precision(serializers.ChoiceField):
    """How exactly a date is known."""

    def __init__(self, **kwargs):
        help_text = _(
            "Hvor nøyaktig datoen er kjent. Datoen er den ytterste dagen ordene tillater: "
            "«2021» er 2021-01-01 som start og 2021-12-31 som slutt, med presisjonen «year»."
        )
        super().__init__(choices=DatePrecision.choices, allow_null=True, help_text=help_text, **kwargs)


def percent(share: Fraction) -> tuple[str, bool]:
    """Write a share in percent with a decimal point, and tell whether that is exact.

    A finite decimal is written whole (3/8 → 37.5); one that never ends is rounded to four decimals.
    """
    hundredths = share * 100
    twos, fives, rest = 0, 0, hundredths.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    places = max(twos, fives) if rest == 1 else 4
    digits = f"{round(hundredths * 10**places):0{places + 1}d}"
    return (f"{digits[:-places]}.{digits[-places:]}" if places else digits), rest == 1


class ShareSerializer(serializers.Serializer):
    """An exact part of the whole."""

    fraction = serializers.CharField(help_text=_("Brøk av helheten, forkortet: «2/5». Denne er alltid nøyaktig."))
    percent = serializers.CharField(
        help_text=_(
            "Prosent med desimalpunktum: «40», «0.6». Endelige desimaltall er nøyaktige, andre har fire desimaler."
        )
    )
    percent_exact = serializers.BooleanField(help_text=_("Om percent er nøyaktig; for 1/7 er den avrundet."))

    def to_representation(self, share: Fraction) -> dict:
        """Return the share in both ways of writing."""
        text, exact = percent(share)
        return {"fraction": f"{share.numerator}/{share.denominator}", "percent": text, "percent_exact": exact}


class CitationSerializer(serializers.Serializer):
    """The place in a source that states the fact."""

    source = serializers.CharField(source="source.key", help_text=_("Nøkkelen til kilden, se «sources»."))
    source_title = serializers.CharField(source="source.title", help_text=_("Kildens tittel."))
    locator = serializers.CharField(help_text=_("Stedet i kilden, f.eks. avsnitt og linje."))
    heading = serializers.CharField(help_text=_("Kildens overskrift over stedet; kan være tom."))
    note = serializers.CharField(
        help_text=_("Hva kilden skriver annerledes, eller at den motsier seg selv; kan være tom.")
    )
    retrieved = serializers.DateField(allow_null=True, help_text=_("Dagen kilden ble hentet; null når det er ukjent."))


class MembershipSerializer(serializers.Serializer):
    """That an organisation takes part, in one role, in one period."""

    id = serializers.IntegerField(help_text=_("Registerets eget nummer for medlemskapet."))
    organisation = OrganisationRefSerializer(help_text=_("Den som er med."))
    role = serializers.ChoiceField(choices=Role.choices, help_text=_("Rolle. En med flere roller har én rad for hver."))
    role_name = serializers.CharField(source="get_role_display", help_text=_("Rolle i ord, på leserens språk."))
    ownership_share = ShareSerializer(allow_null=True, help_text=_("Eierandel; null når den er ukjent."))
    liability_share = ShareSerializer(
        allow_null=True,
        help_text=_("Ansvarsandel der den er oppgitt for seg; null når den er som eierandelen eller ukjent."),
    )
    share_note = serializers.CharField(help_text=_("Andel i ord, f.eks. «hovedaksjonær»; kan være tomt."))
    valid_from = FirstDay()
    valid_from_precision = Precision(source="start.precision")
    valid_from_text = serializers.CharField(source="start", allow_null=True, help_text=FROM_TEXT)
    valid_to = LastDay()
    valid_to_precision = Precision(source="end.precision")
    valid_to_text = serializers.CharField(source="end", allow_null=True, help_text=TO_TEXT)
    basis = serializers.ChoiceField(
        choices=BASES,
        help_text=_(
            "Om kilden nevner deltakeren ved navn, eller om den følger av en gruppe («alle kommuner i Agder»)."
        ),
    )
    group = serializers.CharField(
        source="group.wording", allow_null=True, help_text=_("Gruppen i ord; null når deltakeren er nevnt ved navn.")
    )
    covers = serializers.CharField(
        help_text=_("Når bare en del er med, f.eks. «tidligere Svelvik kommune»; tomt når hele kommunen er med.")
    )
    purpose = serializers.CharField(
        help_text=_("Formålet med deltakelsen i deltakerens egne ord; tomt når det ikke er ført.")
    )
    note = serializers.CharField(help_text=_("Merknad; tomt når det ikke er noen."))
    citations = CitationSerializer(many=True, help_text=_("Kilder til medlemskapet."))

    #: What depends on the day, by the number of the organisation. See ``answers.scribe``.
    OF_THE_DAY = ("organisation",)


class GroupStatementSerializer(serializers.Serializer):
    """A statement about members who are not named one by one."""

    wording = serializers.CharField(help_text=_("Gruppen i ord, f.eks. «alle kommuner i Agder»."))
    role = serializers.ChoiceField(choices=Role.choices, help_text=_("Rollen gruppen har."))
    role_name = serializers.CharField(source="get_role_display", help_text=_("Rolle i ord, på leserens språk."))
    count = serializers.IntegerField(
        allow_null=True, help_text=_("Antallet kilden oppgir; null når den ikke gjør det.")
    )
    county = serializers.CharField(
        source="county.number",
        allow_null=True,
        help_text=_("Fylkesnummeret gruppen gjelder; null når den ikke gjelder ett fylke."),
    )
    note = serializers.CharField(help_text=_("Merknad; tomt når det ikke er noen."))
    derived = serializers.IntegerField(
        help_text=_("Antall medlemskap, nåværende og tidligere, som er utledet av gruppen. 0: gruppen er bare ord.")
    )


class CooperationTaskSerializer(serializers.Serializer):
    """A task that a cooperation has."""

    code = serializers.CharField(source="task.code", help_text=_("Oppgavens kode, se «tasks»."))
    name = serializers.CharField(source="task.name", help_text=_("Navn på leserens språk."))
    sector = serializers.CharField(
        source="task.parent.code",
        allow_null=True,
        help_text=_("Koden til sektoren; null når oppgaven selv er en hel sektor."),
    )
    kostra_function = KnownText(
        source="task.kostra_function", help_text=_("KOSTRA-funksjon, tre siffer (SSB); null der ingen passer.")
    )


class OrganSerializer(serializers.Serializer):
    """An organ of the cooperation."""

    name = serializers.CharField(help_text=_("Navn."))
    kind = serializers.ChoiceField(choices=Organ.Kind.choices, help_text=_("Type organ."))
    kind_name = serializers.CharField(source="get_kind_display", help_text=_("Type i ord, på leserens språk."))
    note = serializers.CharField(help_text=_("Hvem som sitter der, og hva organet gjør; kan være tomt."))


class FindingSerializer(serializers.Serializer):
    """What one rule of law says about a cooperation on the day; the order is that of the law note."""

    rule = serializers.CharField(help_text=_("Regelens id, f.eks. IKS-08."))
    paragraph = serializers.CharField(help_text=_("Lov og paragraf."))
    severity = serializers.ChoiceField(
        choices=Severity.choices,
        help_text=_("Hvor alvorlig et brudd er: feil, advarsel (noe mangler bevis) eller opplysning."),
    )
    outcome = serializers.ChoiceField(
        choices=Outcome.choices,
        help_text=_("Om regelen er fulgt, brutt eller ikke kan vurderes. Ukjent er aldri brudd."),
    )
    text = serializers.CharField(help_text=_("Hva loven krever, på leserens språk; ved brudd også hva det gjelder."))
    remedy = serializers.CharField(help_text=_("Hvordan et brudd kan rettes."))


class NoticeSerializer(serializers.Serializer):
    """That a participant has given notice."""

    organisation = OrganisationRefSerializer(help_text=_("Den som sa opp."))
    given_on = serializers.DateField(help_text=_("Dagen det ble sagt opp."))
    effective_on = serializers.DateField(
        allow_null=True, help_text=_("Siste dag i samarbeidet; null når den ikke er kjent.")
    )
    basis = serializers.ChoiceField(
        choices=Notice.Basis.choices,
        allow_blank=True,
        help_text=_("Hva oppsigelsen bygger på; tomt når det er ukjent."),
    )
    withdrawn_on = serializers.DateField(
        allow_null=True, help_text=_("Dagen oppsigelsen ble trukket tilbake; null når den ikke er det.")
    )


class RelativeFields(serializers.Serializer):
    """How one cooperation followed another."""

    kind = serializers.ChoiceField(choices=CooperationRelation.Kind.choices, help_text=_("Hva som skjedde."))
    kind_name = serializers.CharField(source="get_kind_display", help_text=_("Hva som skjedde, på leserens språk."))
    note = serializers.CharField(help_text=_("Merknad; tomt når det ikke er noen."))


class PredecessorSerializer(RelativeFields):
    """A cooperation that this one followed."""

    slug = serializers.CharField(source="predecessor.slug", help_text=_("Adressenavn; endres ikke."))
    name = serializers.CharField(source="predecessor.name", help_text=_("Navn."))
    url = ApiLink("cooperation", source="predecessor", help_text=_("Samarbeidet i API-et."))


class SuccessorSerializer(RelativeFields):
    """A cooperation that followed this one."""

    slug = serializers.CharField(source="successor.slug", help_text=_("Adressenavn; endres ikke."))
    name = serializers.CharField(source="successor.name", help_text=_("Navn."))
    url = ApiLink("cooperation", source="successor", help_text=_("Samarbeidet i API-et."))


class CooperationSerializer(serializers.Serializer):
    """A cooperation with its members, tasks and sources; the same in the list and alone."""

    # Identity
    id = serializers.IntegerField(help_text=_("Registerets eget nummer for samarbeidet."))
    slug = serializers.CharField(help_text=_("Adressenavn; endres ikke."))
    url = ApiLink("cooperation", help_text=_("Samarbeidet i API-et."))
    html_url = PageLink(help_text=_("Den offentlige siden om samarbeidet."))
    name = serializers.CharField(help_text=_("Navn."))
    has_proper_name = serializers.BooleanField(
        help_text=_("Om samarbeidet har et eget navn; ellers er navnet en beskrivelse.")
    )
    short_name = serializers.CharField(help_text=_("Kortnavn; tomt når det ikke finnes."))
    body = OrganisationRefSerializer(
        allow_null=True, help_text=_("Organisasjonen som samarbeidet selv er, når den er ført; ellers null.")
    )

    # Form and content
    form = serializers.ChoiceField(
        choices=Form.choices, help_text=_("Form. UNKNOWN: kilden sier ikke hvilken; det gjettes aldri.")
    )
    form_name = serializers.CharField(source="get_form_display", help_text=_("Form i ord, på leserens språk."))
    form_as_stated = serializers.CharField(help_text=_("Formen med kildens ord; tom når kilden ikke sier noe."))
    status = serializers.SerializerMethodField(
        help_text=_(
            "Status på datoen: planlagt, vedtatt (av alle, men ikke begynt), aktiv, oppsagt (en deltaker er på vei "
            "ut), under avvikling eller avsluttet."
        )
    )
    purpose = serializers.CharField(help_text=_("Formål i én setning; tomt når det ikke er kjent."))
    tasks = CooperationTaskSerializer(source="task_links", many=True, help_text=_("Oppgaver, hovedoppgaven først."))

    # Life
    valid_from = FirstDay()
    valid_from_precision = Precision(source="start.precision")
    valid_from_text = serializers.CharField(source="start", allow_null=True, help_text=FROM_TEXT)
    valid_to = LastDay()
    valid_to_precision = Precision(source="end.precision")
    valid_to_text = serializers.CharField(source="end", allow_null=True, help_text=TO_TEXT)
    winding_up_from = serializers.DateField(
        allow_null=True, help_text=_("Dagen avviklingen begynte; null når den ikke er ført.")
    )
    notices = NoticeSerializer(many=True, help_text=_("Oppsigelser, også de som er trukket tilbake eller har virket."))

    # Members
    stated_member_count = serializers.IntegerField(
        allow_null=True, help_text=_("Antall deltakere slik kilden oppgir det; null når den ikke gjør det.")
    )
    count_note = serializers.CharField(help_text=_("Merknad til antallet; kan være tom."))
    members_complete = serializers.BooleanField(
        allow_null=True, help_text=_("Om deltakerlisten er fullstendig; null når kilden ikke lar oss avgjøre det.")
    )
    leader_rotates = serializers.BooleanField(help_text=_("Om ledelsen går på omgang."))
    memberships = MembershipSerializer(
        source="members_shown",
        many=True,
        help_text=_(
            "Medlemskap på datoen; for et avsluttet samarbeid på dets siste dag. Med «on=any» alle, også tidligere."
        ),
    )
    former_memberships = MembershipSerializer(
        source="former_shown",
        many=True,
        help_text=_("Medlemskap som var slutt før datoen; de kan fortsatt ha ansvar. Tom med «on=any»."),
    )
    group_statements = GroupStatementSerializer(many=True, help_text=_("Deltakere som kilden nevner som gruppe."))
    organs = OrganSerializer(many=True, help_text=_("Samarbeidets organer."))

    # Sources and relatives
    citations = CitationSerializer(many=True, help_text=_("Kilder til samarbeidet."))
    predecessors = PredecessorSerializer(
        source="predecessor_links", many=True, help_text=_("Samarbeid som dette fulgte etter.")
    )
    successors = SuccessorSerializer(
        source="successor_links", many=True, help_text=_("Samarbeid som fulgte etter dette.")
    )
    umbrella = CooperationRefSerializer(
        source="umbrella_shown", allow_null=True, help_text=_("Det overordnede samarbeidet; null når det ikke er noe.")
    )
    parts = CooperationRefSerializer(many=True, help_text=_("Samarbeid som ligger under dette."))

    # Keeping the record
    responsible = OrganisationRefSerializer(
        allow_null=True, help_text=_("Organisasjonen som svarer for opplysningene; null når ingen er utpekt.")
    )
    confirmed_on = serializers.DateField(
        allow_null=True, help_text=_("Dagen opplysningene sist ble bekreftet; null når de ikke er det.")
    )

    #: What depends on the day; all the rest is the same on every day. See ``answers.scribe``.
    OF_THE_DAY = ("body", "status", "notices", "memberships", "former_memberships", "responsible")

    def to_representation(self, cooperation: Cooperation) -> dict:
        """Part the members by the day, and leave out what the public may not see."""
        self.prepare(cooperation)
        return super().to_representation(cooperation)

    def prepare(self, cooperation: Cooperation) -> None:
        """Note at a cooperation what the fields read."""
        self.prepare_day(cooperation)
        derived = Counter(member.group_id for member in cooperation.memberships.all())
        for statement in cooperation.group_statements.all():
            statement.derived = derived[statement.pk]
        above = cooperation.umbrella
        cooperation.umbrella_shown = above if above and above.publication == "published" else None

    def prepare_day(self, cooperation: Cooperation) -> None:
        """Note at a cooperation what the fields of the day read."""
        on = self.context["asked"].on
        shown = (list(cooperation.memberships.all()), []) if on is None else cooperation.members_on(on)
        cooperation.members_shown, cooperation.former_shown = shown

    @extend_schema_field(serializers.ChoiceField(choices=STATUSES))
    def get_status(self, cooperation: Cooperation) -> str:
        """Return the status on the day asked about."""
        return cooperation.status_on(self.context["asked"].day)


class TaskSerializer(serializers.Serializer):
    """A sector, or a task in a sector."""

    code = serializers.CharField(help_text=_("Kode; endres ikke."))
    url = ApiLink("task", key="code", help_text=_("Oppgaven i API-et."))
    html_url = PageLink(help_text=_("Samarbeidene om oppgaven på de offentlige sidene."))
    sector = serializers.CharField(
        source="parent.code", allow_null=True, help_text=_("Koden til sektoren; null når dette selv er en sektor.")
    )
    name = serializers.CharField(help_text=_("Navn på leserens språk."))
    name_nb = serializers.CharField(help_text=_("Navn på bokmål."))
    name_nn = serializers.CharField(help_text=_("Navn på nynorsk."))
    name_en = serializers.CharField(help_text=_("Navn på engelsk."))
    kostra_function = KnownText(help_text=_("KOSTRA-funksjon, tre siffer (SSB); null der ingen passer."))
    cooperations_url = NarrowedLink(
        "cooperation",
        "task",
        "code",
        on=False,
        help_text=_("Samarbeidene om oppgaven, for en sektor om alle dens oppgaver."),
    )


class SourceSerializer(serializers.Serializer):
    """A publication or register that facts are taken from."""

    key = serializers.CharField(help_text=_("Nøkkel; endres ikke."))
    url = ApiLink("source", key="key", help_text=_("Kilden i API-et."))
    html_url = PageLink(help_text=_("Den offentlige siden om kilden."))
    title = serializers.CharField(help_text=_("Tittel."))
    authors = serializers.CharField(help_text=_("Forfattere; tomt når de er ukjent."))
    publisher = serializers.CharField(help_text=_("Utgiver; tomt når den er ukjent."))
    published = serializers.DateField(allow_null=True, help_text=_("Utgitt; null når det er ukjent."))
    as_of = serializers.DateField(
        allow_null=True, help_text=_("Dagen kilden beskriver forholdene på; null når den ikke sier det.")
    )
    licence = serializers.CharField(help_text=_("Lisens; tom når den er ukjent."))
    credit = serializers.CharField(help_text=_("Kreditering som skal følge opplysningene; kan være tom."))
    used_for = serializers.CharField(help_text=_("Hva registeret bruker kilden til; kan være tomt."))
    source_url = serializers.CharField(source="url", help_text=_("Kildens egen nettadresse; kan være tom."))
    cooperations_url = NarrowedLink(
        "cooperation", "source", "key", on=False, help_text=_("Samarbeidene som viser til kilden.")
    )


class RootSerializer(serializers.Serializer):
    """What there is."""

    cooperations = serializers.URLField(help_text=_("Samarbeid, med deltakere og kilder."))
    organisations = serializers.URLField(help_text=_("Alle som kan delta, i Norge og utlandet."))
    municipalities = serializers.URLField(help_text=_("Norske kommuner gjennom tid."))
    counties = serializers.URLField(help_text=_("Norske fylker gjennom tid."))
    tasks = serializers.URLField(help_text=_("Sektorer og oppgaver."))
    sources = serializers.URLField(help_text=_("Kildene opplysningene er hentet fra."))
    memberships = serializers.URLField(help_text=_("Hvem som er med i hva, én rad for hvert medlemskap."))
    agreements = serializers.URLField(help_text=_("Avtalene til samarbeidene."))
    decisions = serializers.URLField(help_text=_("Vedtakene om avtalene."))
    clauses = serializers.URLField(help_text=_("Svarene på punktene som loven krever i avtalene."))
    documents = serializers.URLField(help_text=_("De offentlige filene til avtalene."))
    municipality_changes = serializers.URLField(help_text=_("Sammenslåinger, delinger og nye numre av kommuner."))
    forms = serializers.URLField(help_text=_("Formene et samarbeid kan ha, med loven."))
    statistics = serializers.URLField(help_text=_("Antall samarbeid etter form, oppgave, fylke og kommune."))
    changes = serializers.URLField(help_text=_("Hver endring, i den rekkefølgen den ble gyldig."))
    schema = serializers.URLField(help_text=_("Denne beskrivelsen som OpenAPI 3."))
    docs = serializers.URLField(help_text=_("Dokumentasjon der spørsmål kan prøves."))
    changelog = serializers.URLField(help_text=_("Hva som er endret i API-et, og hva som skal bort."))
