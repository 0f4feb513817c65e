"""How are the facts beside cooperations shown: memberships, agreements, decisions, clauses and documents?"""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from ..models import Agreement, Clause, Decision, Document
from ..rules import RULES
from .links import ApiLink, NarrowedLink, PageLink
from .places import (
    ChangeSerializer,
    CooperationRefSerializer,
    FirstDay,
    KnownChoice,
    KnownText,
    LastDay,
    OrganisationRefSerializer,
)
from .serializers import MembershipSerializer

ID = _("Registerets eget nummer; endres ikke.")
OF_COOPERATION = _("Samarbeidet.")
_RULES = {rule.id: rule for rule in RULES}


class MembershipFactSerializer(MembershipSerializer):
    """A membership with the cooperation that it is in."""

    url = ApiLink("membership", key="pk", help_text=_("Medlemskapet i API-et."))
    cooperation = CooperationRefSerializer(help_text=OF_COOPERATION)


class AgreementSerializer(serializers.Serializer):
    """The written instrument of a cooperation in one version."""

    id = serializers.IntegerField(help_text=ID)
    url = ApiLink("agreement", key="pk", help_text=_("Avtalen i API-et."))
    cooperation = CooperationRefSerializer(help_text=OF_COOPERATION)
    kind = serializers.ChoiceField(choices=Agreement.Kind.choices, help_text=_("Type avtale."))
    kind_name = serializers.CharField(source="get_kind_display", help_text=_("Type i ord, på leserens språk."))
    title = serializers.CharField(help_text=_("Tittel."))
    supersedes = serializers.IntegerField(
        source="supersedes_id",
        allow_null=True,
        help_text=_("Nummeret (id) til den forrige versjonen; null for den første."),
    )
    is_written = serializers.BooleanField(
        allow_null=True, help_text=_("Om avtalen er skriftlig; null når det er ukjent.")
    )
    signed_on = serializers.DateField(allow_null=True, help_text=_("Dagen den ble signert; null når den er ukjent."))
    valid_from = FirstDay(help_text=_("Første dag i kraft, medregnet; null når den er ukjent."))
    valid_to = LastDay(help_text=_("Siste dag i kraft, medregnet; null når avtalen er tidsubestemt."))
    renewal = KnownChoice(choices=Agreement.Renewal.choices, help_text=_("Fornyelse; null når den er ukjent."))
    notice_months = serializers.IntegerField(
        allow_null=True, help_text=_("Oppsigelsesfrist i måneder; null når den er ukjent.")
    )
    notice_source = KnownChoice(
        choices=Agreement.NoticeSource.choices,
        help_text=_("Om fristen følger av avtalen eller loven; null når det er ukjent."),
    )
    languages = serializers.ListField(
        child=serializers.CharField(), help_text=_("Språkene avtalen er skrevet på, som koder; tom når de er ukjent.")
    )
    archive_reference = serializers.CharField(help_text=_("Arkivreferanse; tom når den ikke er ført."))
    changed_items = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text=_("Punktene i loven som denne versjonen endrer, som regel-id; null når det ikke er ført."),
    )
    majority = KnownChoice(
        choices=Agreement.Majority.choices,
        help_text=_(
            "Flertallet som trengs for andre endringer; null når lovens regel gjelder, to tredeler av stemmene."
        ),
    )
    may_borrow = serializers.BooleanField(
        allow_null=True, help_text=_("Om avtalen lar samarbeidet ta opp lån; null når det er ukjent.")
    )
    loan_ceiling = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, help_text=_("Låneramme i kroner; null når den er ukjent.")
    )
    decisions_url = NarrowedLink("decision", "agreement", "pk", on=False, help_text=_("Vedtakene om avtalen."))
    clauses_url = NarrowedLink("clause", "agreement", "pk", on=False, help_text=_("Svarene på lovens punkter."))
    documents_url = NarrowedLink("document", "agreement", "pk", on=False, help_text=_("De offentlige filene."))


class DecisionSerializer(serializers.Serializer):
    """One body's decision about an agreement."""

    id = serializers.IntegerField(help_text=ID)
    url = ApiLink("decision", key="pk", help_text=_("Vedtaket i API-et."))
    cooperation = CooperationRefSerializer(source="agreement.cooperation", help_text=OF_COOPERATION)
    agreement = serializers.IntegerField(source="agreement_id", help_text=_("Nummeret (id) til avtalen."))
    organisation = OrganisationRefSerializer(help_text=_("Den som vedtok."))
    subject = serializers.ChoiceField(choices=Decision.Subject.choices, help_text=_("Hva vedtaket gjelder."))
    organ = KnownChoice(choices=Decision.Organ.choices, help_text=_("Organet som vedtok; null når det er ukjent."))
    decided_on = serializers.DateField(allow_null=True, help_text=_("Dagen det ble vedtatt; null når den er ukjent."))
    case_number = serializers.CharField(help_text=_("Saksnummer; tomt når det er ukjent."))
    outcome = serializers.ChoiceField(choices=Decision.Outcome.choices, help_text=_("Utfall."))
    outcome_name = serializers.CharField(source="get_outcome_display", help_text=_("Utfall i ord, på leserens språk."))
    case_url = serializers.CharField(source="url", help_text=_("Lenke til saken; tom når den er ukjent."))


class ClauseSerializer(serializers.Serializer):
    """The answer to one item that the law requires of an agreement."""

    id = serializers.IntegerField(help_text=ID)
    url = ApiLink("clause", key="pk", help_text=_("Svaret i API-et."))
    cooperation = CooperationRefSerializer(source="agreement.cooperation", help_text=OF_COOPERATION)
    agreement = serializers.IntegerField(source="agreement_id", help_text=_("Nummeret (id) til avtalen."))
    item = serializers.CharField(help_text=_("Regelens id, f.eks. IPR-14a."))
    paragraph = serializers.SerializerMethodField(help_text=_("Lov og paragraf; tomt når regelen ikke finnes lenger."))
    demand = serializers.SerializerMethodField(help_text=_("Hva loven krever, på leserens språk."))
    status = serializers.ChoiceField(
        choices=Clause.Status.choices, help_text=_("Om avtalen har punktet. Det som ikke er vurdert, har ingen rad.")
    )
    place = serializers.CharField(help_text=_("Sted i avtalen, f.eks. «punkt 4»; kan være tomt."))

    def get_paragraph(self, clause: Clause) -> str:
        """Return the paragraph of the rule."""
        return _RULES[clause.item].paragraph if clause.item in _RULES else ""

    def get_demand(self, clause: Clause) -> str:
        """Return what the rule demands."""
        return str(_RULES[clause.item].demand) if clause.item in _RULES else ""


class DocumentSerializer(serializers.Serializer):
    """A file of an agreement that the public may read."""

    id = serializers.IntegerField(help_text=ID)
    url = ApiLink("document", key="pk", help_text=_("Dokumentet i API-et."))
    file_url = PageLink(help_text=_("Filen selv."))
    cooperation = CooperationRefSerializer(source="agreement.cooperation", help_text=OF_COOPERATION)
    agreement = serializers.IntegerField(source="agreement_id", help_text=_("Nummeret (id) til avtalen."))
    title = serializers.CharField(help_text=_("Tittel."))
    version = serializers.CharField(help_text=_("Utgave, f.eks. «signert»; kan være tom."))
    language = KnownText(help_text=_("Språkkode; null når språket er ukjent."))
    access = serializers.ChoiceField(
        choices=Document.Access.choices, help_text=_("Om filen er hel eller en sladdet utgave.")
    )
    exemption_basis = serializers.CharField(help_text=_("Hjemmelen for det som er sladdet; ellers tom."))
    file_type = serializers.ChoiceField(
        source="format", choices=Document.Format.choices, help_text=_("Filtypen etter innholdet.")
    )
    size = serializers.IntegerField(help_text=_("Størrelse i byte."))
    sha256 = serializers.CharField(help_text=_("Kontrollsum (SHA-256), 64 heksadesimale siffer."))
    uploaded_at = serializers.DateTimeField(help_text=_("Når filen ble lastet opp."))


class MunicipalityChangeSerializer(ChangeSerializer):
    """A change of a municipality with its own address."""

    id = serializers.IntegerField(help_text=ID)
    url = ApiLink("municipality-change", key="pk", help_text=_("Endringen i API-et."))
    source = serializers.CharField(help_text=_("Kilde; tom når den er ukjent."))


class FormSerializer(serializers.Serializer):
    """A form of cooperation with its law."""

    code = serializers.CharField(help_text=_("Kode; endres ikke."))
    url = serializers.URLField(help_text=_("Formen i API-et."))
    name = serializers.CharField(help_text=_("Navn på leserens språk."))
    explanation = serializers.CharField(help_text=_("Hva formen betyr, på leserens språk."))
    law = KnownText(help_text=_("Loven som gjelder; null når ingen lov regulerer formen."))
    cooperation_count = serializers.IntegerField(help_text=_("Antall offentlige samarbeid med formen på datoen."))
    cooperations_url = serializers.URLField(help_text=_("Samarbeidene som er talt i cooperation_count."))


class FigureSerializer(serializers.Serializer):
    """How many there are of one kind."""

    key = serializers.CharField(help_text=_("Kode, nummer eller adressenavn, etter hva det telles etter."))
    name = serializers.CharField(help_text=_("Navn på leserens språk."))
    cooperations = serializers.IntegerField(help_text=_("Antall offentlige samarbeid på datoen."))


class FiguresSerializer(serializers.Serializer):
    """Counts on a day."""

    by = serializers.CharField(help_text=_("Hva det er talt etter."))
    on = serializers.DateField(allow_null=True, help_text=_("Datoen det er talt på; null for alle tider."))
    total = serializers.IntegerField(
        help_text=_("Antall samarbeid i alt; mindre enn summen når ett samarbeid telles flere steder.")
    )
    results = FigureSerializer(many=True, help_text=_("Antallene, det største først."))
