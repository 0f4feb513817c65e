"""How is what another system sends read into values that the actions take, with the fault at its field?"""

import json
from fractions import Fraction
from typing import Any

import orjson
from django.core.exceptions import ValidationError as ModelError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from municipalities.models import Organisation
from municipalities.models.personal_numbers import validate_no_birth_number

from ..actions.publication import STEPS
from ..models import Cooperation, Decision, Form, Role, Source, Task, VagueDate
from ..models.shares import parse_share
from ..permissions import visible_to

#: No cooperation in Norway has more members, tasks or sources.
MOST_ROWS = 1000
#: Levels of objects and lists in a body: an object that is sent as it was read has the most.
DEEPEST = 20
_REASON = gettext_lazy("Hvorfor. Vises i historikken og for alle som følger registeret.")
_ORGANISATION = gettext_lazy(
    "Adressenavn (slug), organisasjonsnummer (ni siffer) eller kommunenummer (fire siffer, det som gjelder i dag). "
    "Også objektet slik det leses, med «slug»."
)


class Json(BaseParser):
    """JSON as RFC 8259 has it: no NaN, no broken UTF-8, no depth that would exhaust the reader."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        """Return what was sent. Raises ``ParseError``."""
        try:
            text = stream.read()
            read = orjson.loads(text)
        except ValueError as error:
            raise ParseError(_("Dette er ikke JSON: %(why)s") % {"why": error}) from None
        if _deeper(read, DEEPEST):
            raise ParseError(_("Dypere enn %(levels)d nivåer er det ingenting å si.") % {"levels": DEEPEST})
        json.loads(text, object_pairs_hook=_once)
        return read


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse a name that comes twice in one object: readers differ on which counts (RFC 8259, section 4)."""
    seen: set[str] = set()
    for name, _value in pairs:
        if name in seen:
            raise ParseError(_("«%(name)s» er gitt to ganger.") % {"name": name[:60]})
        seen.add(name)


def _deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_deeper(one, levels - 1) for one in inner if isinstance(one, (dict, list)))


def _or_read(key: str) -> dict:
    """Return the schema of a key, or of the object that is read and has the key in it."""
    whole = {"type": "object", "properties": {key: {"type": "string"}}, "required": [key]}
    return {"oneOf": [{"type": "string", "minLength": 1}, whole]}


@extend_schema_field(_or_read("slug"))
class OrganisationKey(serializers.Field):
    """An organisation by one of its keys."""

    default_error_messages = {
        "unknown": gettext_lazy("Registeret kjenner ingen organisasjon «%(key)s»."),
        "wrong": gettext_lazy("Skriv adressenavn, organisasjonsnummer eller kommunenummer som tekst."),
    }

    def to_internal_value(self, data: Any) -> Organisation:
        """Return the organisation."""
        key = data.get("slug") if isinstance(data, dict) else data
        if not isinstance(key, str) or not key or "\x00" in key:
            raise serializers.ValidationError(self.error_messages["wrong"], code="wrong")
        known = self.context.setdefault("organisations", {})
        if key not in known:
            known[key] = _organisation(key)
        if known[key] is None:
            message = self.error_messages["unknown"] % {"key": key[:100]}
            raise serializers.ValidationError(message, code="unknown")
        return known[key]


def _organisation(key: str) -> Organisation | None:
    rows = Organisation.objects.all()
    if key.isascii() and key.isdecimal() and len(key) == 9:
        return rows.filter(org_number=key).first()
    if key.isascii() and key.isdecimal() and len(key) == 4:
        held = rows.filter(municipality__numbers__number=key).distinct()
        return next((one for one in held if one.municipality.number_on(localdate()).number == key), None)
    return rows.filter(slug=key).first()


@extend_schema_field({"type": "string", "minLength": 1})
class ByKey(serializers.Field):
    """Something of the register by its key; also as the object that is read, which has the key in it."""

    def __init__(self, rows, key: str, **kwargs):
        self.rows, self.key = rows, key
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the row."""
        key = data.get(self.key) if isinstance(data, dict) else data
        if not isinstance(key, str) or "\x00" in key:
            raise serializers.ValidationError(_("Skriv nøkkelen «%(key)s» som tekst.") % {"key": self.key})
        known = self.context.setdefault(self.rows.__name__, {})
        if key not in known:
            known[key] = self.rows.objects.filter(**{self.key: key}).first()
        if known[key] is None:
            raise serializers.ValidationError(_("Registeret kjenner ikke «%(value)s».") % {"value": key[:100]})
        return known[key]


class CooperationKey(ByKey):
    """A cooperation by its address name; of what the caller may not see, nothing is told."""

    def __init__(self, **kwargs):
        super().__init__(Cooperation, "slug", **kwargs)

    def to_internal_value(self, data: Any) -> Cooperation:
        """Return the cooperation."""
        found = super().to_internal_value(data)
        if not visible_to(self.context["user"]).filter(pk=found.pk).exists():
            raise serializers.ValidationError(_("Registeret kjenner ikke «%(value)s».") % {"value": found.slug})
        return found


@extend_schema_field(_or_read("fraction"))
class ShareField(serializers.Field):
    """An exact share: «1/7», «40 %», or the object that is read, of which the fraction counts."""

    def to_internal_value(self, data: Any) -> Fraction:
        """Return the fraction."""
        text = data.get("fraction") if isinstance(data, dict) else data
        if not isinstance(text, str):
            raise serializers.ValidationError(_("Skriv andelen som tekst: «1/7» eller «40 %»."))
        try:
            return parse_share(text)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


@extend_schema_field({"type": "string", "maxLength": 40})
class VagueDay(serializers.Field):
    """A day as exactly as it is known: «2021-09-30», «2021-09», «2021», «2012/13», «senest 2023»."""

    def __init__(self, *, end: bool = False, **kwargs):
        self.end = end
        super().__init__(required=False, allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> VagueDate:
        """Return the day with its precision."""
        if not isinstance(data, str) or len(data) > 40:
            raise serializers.ValidationError(_("Skriv datoen som tekst: ÅÅÅÅ-MM-DD, eller så mye som er kjent."))
        try:
            return VagueDate.parse(data, end=self.end)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class Given(serializers.Serializer):
    """What is sent to one address: unknown fields are refused, and a fødselsnummer in any text (law.md OFF-05)."""

    def to_internal_value(self, data: Any) -> dict:
        """Return the values by field. Raises ``ValidationError`` by field."""
        if not isinstance(data, dict):
            raise serializers.ValidationError({"": [_("Send et JSON-objekt.")]})
        errors = {str(name)[:60]: [_("Ukjent felt.")] for name in data if name not in self.fields}
        for name, value in data.items():
            if isinstance(value, str) and name in self.fields:
                try:
                    validate_no_birth_number(value)
                except ModelError as error:
                    errors[name] = error.messages
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError(error.detail | errors) from None
        if errors:
            raise serializers.ValidationError(errors)
        return values


class Reasoned(Given):
    """A change, with why."""

    reason = serializers.CharField(min_length=1, max_length=300, help_text=_REASON)


class Dated(Reasoned):
    """A change that takes effect on a day."""

    on = serializers.DateField(help_text=gettext_lazy("Dagen det gjelder fra, ÅÅÅÅ-MM-DD."))


def _text(most: int, help_text) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=most, help_text=help_text)


class MemberGiven(Given):
    """That an organisation takes part."""

    organisation = OrganisationKey(help_text=_ORGANISATION)
    role = serializers.ChoiceField(choices=Role.choices, default=Role.PARTICIPANT, help_text=gettext_lazy("Rolle."))
    ownership_share = ShareField(
        required=False, allow_null=True, source="ownership", help_text=gettext_lazy("Eierandel: «1/7» eller «40 %».")
    )
    liability_share = ShareField(
        required=False, allow_null=True, source="liability",
        help_text=gettext_lazy("Ansvarsandel der den er en annen enn eierandelen."),
    )  # fmt: skip
    share_note = _text(100, gettext_lazy("Andel i ord."))
    covers = _text(200, gettext_lazy("Når bare en del er med."))
    purpose = _text(2000, gettext_lazy("Formålet med deltakelsen i deltakerens egne ord."))
    note = _text(300, gettext_lazy("Merknad."))
    valid_from = VagueDay(help_text=gettext_lazy("Første dag, så nøyaktig som den er kjent: «2021-09-30», «2021»."))
    valid_to = VagueDay(end=True, help_text=gettext_lazy("Siste dag; null når den ikke er kjent eller åpen."))


class MemberCorrected(MemberGiven):
    """A membership to be corrected, by its id; without one it is a new row."""

    id = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text=gettext_lazy("Registerets nummer for medlemskapet.")
    )
    organisation = OrganisationKey(required=False, help_text=_ORGANISATION)
    role = serializers.ChoiceField(choices=Role.choices, required=False, help_text=gettext_lazy("Rolle."))

    def validate(self, data: dict) -> dict:
        """Ask who it is, where it is not a row that is there."""
        if "id" not in data and "organisation" not in data:
            raise serializers.ValidationError({"organisation": [_("Si hvem det er, eller «id» for raden.")]})
        return data


class CitationGiven(Given):
    """Where it is stated."""

    source = ByKey(Source, "key", help_text=gettext_lazy("Nøkkelen til kilden, se «sources»."))
    locator = serializers.CharField(
        min_length=1, max_length=200, help_text=gettext_lazy("Stedet i kilden: side, avsnitt, sak.")
    )
    note = _text(300, gettext_lazy("Hva kilden skriver annerledes."))


class CooperationFields(Given):
    """What can be said of a cooperation; the names are those that are read."""

    name = serializers.CharField(min_length=1, max_length=300, help_text=gettext_lazy("Navn."))
    has_proper_name = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Usann når navnet bare er en beskrivelse.")
    )
    short_name = _text(80, gettext_lazy("Kortnavn."))
    form = serializers.ChoiceField(choices=Form.choices, required=False, help_text=gettext_lazy("Form."))
    form_as_stated = _text(100, gettext_lazy("Formen med kildens ord."))
    purpose = _text(5000, gettext_lazy("Formål."))
    stage = serializers.ChoiceField(
        choices=Cooperation.Stage.choices, required=False, help_text=gettext_lazy("Planlagt eller etablert.")
    )
    valid_from = VagueDay(help_text=gettext_lazy("Første dag, så nøyaktig som den er kjent: «2021-09-30», «2021»."))
    valid_to = VagueDay(end=True, help_text=gettext_lazy("Siste dag; null når den er åpen."))
    stated_member_count = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=100_000,
        help_text=gettext_lazy("Antallet deltakere kilden oppgir."),
    )  # fmt: skip
    count_note = _text(300, gettext_lazy("Merknad til antallet."))
    members_complete = serializers.BooleanField(
        required=False, allow_null=True, help_text=gettext_lazy("Om deltakerlisten er fullstendig; null når ukjent.")
    )
    leader_rotates = serializers.BooleanField(required=False, help_text=gettext_lazy("Om ledelsen går på omgang."))
    umbrella = CooperationKey(
        required=False, allow_null=True,
        help_text=gettext_lazy("Det overordnede samarbeidet, ved adressenavn."),
    )  # fmt: skip
    responsible = OrganisationKey(required=False, help_text=_ORGANISATION)
    tasks = serializers.ListField(
        child=ByKey(Task, "code"), required=False, max_length=100,
        help_text=gettext_lazy("Kodene til alle oppgavene, hovedoppgaven først."),
    )  # fmt: skip
    memberships = MemberGiven(many=True, required=False, max_length=MOST_ROWS, help_text=gettext_lazy("Deltakerne."))
    citations = CitationGiven(
        many=True, required=False, max_length=100, help_text=gettext_lazy("Kilder. Ved endring: nye kilder.")
    )


def _slug(help_text) -> serializers.RegexField:
    return serializers.RegexField(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", required=False, max_length=120, help_text=help_text)


class CooperationGiven(CooperationFields, Reasoned):
    """A new cooperation. It is a draft until somebody hands it in and it is published."""

    slug = _slug(gettext_lazy("Adressenavn; lages av navnet når det ikke er gitt. Kan ikke endres siden."))
    citations = CitationGiven(
        many=True, min_length=1, max_length=100, help_text=gettext_lazy("Minst én kilde som forteller om samarbeidet.")
    )


class CooperationAmended(CooperationFields, Reasoned):
    """What shall be otherwise; what is not given stays."""

    name = serializers.CharField(required=False, min_length=1, max_length=300, help_text=gettext_lazy("Navn."))
    memberships = MemberCorrected(
        many=True, required=False, max_length=MOST_ROWS,
        help_text=gettext_lazy("Rettelser av medlemskap ved «id», og nye. De som ikke er nevnt, blir stående."),
    )  # fmt: skip


class CooperationRow(CooperationFields):
    """One cooperation among many, known by the key of the sender or by its address name."""

    name = serializers.CharField(
        required=False, min_length=1, max_length=300, help_text=gettext_lazy("Navn; må med når samarbeidet er nytt.")
    )

    external_id = serializers.CharField(
        required=False,
        min_length=1,
        max_length=200,
        help_text=gettext_lazy("Nøkkelen avsenderen kjenner samarbeidet under."),
    )
    slug = _slug(gettext_lazy("Adressenavn, der det ikke er gitt en «external_id»."))
    etag = serializers.CharField(
        required=False, min_length=1, max_length=100,
        help_text=gettext_lazy("ETag-en fra sist det ble lest; er den en annen nå, er raden feil."),
    )  # fmt: skip


class ShareAnew(Given):
    """A new ownership share of another participant."""

    organisation = OrganisationKey(help_text=_ORGANISATION)
    ownership_share = ShareField(allow_null=True, help_text=gettext_lazy("Ny eierandel; null når den er ukjent."))


_SHARES = gettext_lazy("De andres nye eierandeler, der de endres.")


class Joining(MemberGiven, Dated):
    """That an organisation joins on a day."""

    valid_from = None
    shares = ShareAnew(many=True, required=False, max_length=MOST_ROWS, help_text=_SHARES)


class Leaving(Dated):
    """That a participant leaves; ``on`` is its last day."""

    on = serializers.DateField(help_text=gettext_lazy("Siste dag, ÅÅÅÅ-MM-DD."))
    shares = ShareAnew(many=True, required=False, max_length=MOST_ROWS, help_text=_SHARES)


class Deciding(Reasoned):
    """What a participant decided about an agreement."""

    agreement = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1,
        help_text=gettext_lazy("Avtalens nummer; kan utelates når samarbeidet har én avtale."),
    )  # fmt: skip
    organisation = OrganisationKey(help_text=_ORGANISATION)
    on = serializers.DateField(allow_null=True, help_text=gettext_lazy("Dagen det ble vedtatt; null når ukjent."))
    organ = serializers.ChoiceField(
        choices=Decision.Organ.choices, required=False, allow_blank=True, help_text=gettext_lazy("Organet som vedtok.")
    )
    subject = serializers.ChoiceField(
        choices=Decision.Subject.choices, required=False, help_text=gettext_lazy("Hva vedtaket gjelder.")
    )
    outcome = serializers.ChoiceField(
        choices=Decision.Outcome.choices, required=False, help_text=gettext_lazy("Utfallet.")
    )
    case_number = _text(60, gettext_lazy("Saksnummer, f.eks. «sak 14/22»."))
    url = serializers.URLField(
        required=False, allow_blank=True, max_length=500, help_text=gettext_lazy("Lenke til saken.")
    )


class Ending(Dated):
    """That a cooperation ends; ``on`` is its last day."""

    on = serializers.DateField(help_text=gettext_lazy("Siste dag, ÅÅÅÅ-MM-DD."))
    successor = CooperationKey(
        required=False, allow_null=True,
        help_text=gettext_lazy("Samarbeidet som tar over, ved adressenavn."),
    )  # fmt: skip


class Reopening(Reasoned):
    """That a cooperation lives on after all."""

    on = serializers.DateField(
        required=False, allow_null=True, help_text=gettext_lazy("Dagen det gjelder fra, ÅÅÅÅ-MM-DD.")
    )


class Publishing(Reasoned):
    """A step of publication."""

    step = serializers.ChoiceField(
        choices=[(key, step.label) for key, step in STEPS.items()],
        help_text=gettext_lazy(
            "submit: til gjennomsyn. return: tilbake til utkast. publish og withdraw: redaktøren. reopen: som utkast."
        ),
    )


def split(said: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list]]:
    """Return the fields of a cooperation and the rows of its tables, by the names of the actions."""
    apart = ("reason", "memberships", "citations", "tasks", "external_id", "etag")
    tables = {"members": said.get("memberships"), "citations": said.get("citations"), "tasks": said.get("tasks")}
    values = {name: value for name, value in said.items() if name not in apart}
    return values, {name: rows for name, rows in tables.items() if rows is not None}
