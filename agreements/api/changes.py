"""How do other systems follow every change?"""

import django_filters
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ..exchange import atom, stream
from ..filters import MunicipalityFilter
from ..models import Change, Task
from .errors import READING, Gone, problems
from .parameters import FilterSetBackend, StrictParameters, check, given, read_whole_number

AFTER, LIMIT, WAIT = "after", "limit", "wait"
LIMIT_DEFAULT, LIMIT_MOST, WAIT_MOST = 100, 1000, 25


class ChangeFilter(django_filters.FilterSet):
    """Narrow the stream: by what happened, the type of object, a cooperation, a municipality or a task."""

    kind = django_filters.MultipleChoiceFilter(choices=Change.Kind.choices, label=gettext_lazy("Hva som hendte"))
    type = django_filters.MultipleChoiceFilter(
        field_name="object_type", choices=Change.ObjectType.choices, label=gettext_lazy("Type objekt")
    )
    cooperation = django_filters.CharFilter(
        method="by_cooperation", label=gettext_lazy("Samarbeidets adressenavn (slug), også etter at det er slettet.")
    )
    municipality = MunicipalityFilter(
        method="by_municipality",
        label=gettext_lazy("Kommunenummer eller adressenavn: kommunen selv og samarbeidene den er med i."),
    )
    task = django_filters.ModelChoiceFilter(
        queryset=Task.objects.all(),
        to_field_name="code",
        method="by_task",
        label=gettext_lazy("Koden til en oppgave eller en hel sektor."),
    )

    class Meta:
        model = Change
        fields: list[str] = []

    def by_cooperation(self, qs: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the events of the cooperation that has, or had, the address name, and of its documents."""
        type_ = Change.ObjectType.COOPERATION
        ids = Change.objects.filter(object_type=type_, slug=value).order_by().values("object_id")
        return qs.filter(stream.of_cooperations(ids))

    def by_municipality(self, qs: QuerySet, name: str, value: list[int] | None) -> QuerySet:
        """Keep what concerns one of the municipalities that had the number."""
        return qs.filter(organisations__overlap=value) if value else qs

    def by_task(self, qs: QuerySet, name: str, value: Task | None) -> QuerySet:
        """Keep what concerns the task, or a task of the sector."""
        return qs.filter(tasks__overlap=stream.with_tasks_below(value)) if value else qs


class ObjectSerializer(serializers.Serializer):
    """Which thing an event is about."""

    type = serializers.ChoiceField(choices=Change.ObjectType.choices, help_text=gettext_lazy("Type objekt."))
    id = serializers.IntegerField(help_text=gettext_lazy("Registerets eget nummer."))
    slug = serializers.CharField(help_text=gettext_lazy("Adressenavn, nummer, kode eller nøkkel, etter typen."))
    url = serializers.URLField(
        allow_null=True, help_text=gettext_lazy("Objektet i API-et; null når det ikke har en egen adresse der.")
    )


class DifferenceSerializer(serializers.Serializer):
    """What one field was and became."""

    field = serializers.CharField(
        help_text=gettext_lazy("Stien i state; en rad i en liste er navngitt med sin id: «memberships/57/role».")
    )
    before = serializers.JSONField(allow_null=True, help_text=gettext_lazy("Før; null når feltet eller raden er ny."))
    after = serializers.JSONField(
        allow_null=True, help_text=gettext_lazy("Etter; null når feltet eller raden er borte.")
    )


class EventSerializer(serializers.Serializer):
    """One object as it became public, changed or went, in one transaction."""

    id = serializers.UUIDField(help_text=gettext_lazy("Hendelsens id; den samme i webhooks."))
    cursor = serializers.CharField(help_text=gettext_lazy("Markør: gi den i after for å lese videre herfra."))
    kind = serializers.ChoiceField(
        choices=Change.Kind.choices,
        help_text=gettext_lazy(
            "created: ført inn. published: ble offentlig, med alt. changed: endret. "
            "withdrawn: er ikke lenger offentlig. deleted: finnes ikke lenger."
        ),
    )
    object = ObjectSerializer(help_text=gettext_lazy("Hva hendelsen gjelder."))
    time = serializers.DateTimeField(help_text=gettext_lazy("Når endringen ble gyldig."))
    reason = serializers.CharField(help_text=gettext_lazy("Begrunnelsen som ble gitt; tom når ingen ble gitt."))
    changes = DifferenceSerializer(many=True, help_text=gettext_lazy("Felt for felt, for kind=changed; ellers tom."))
    state = serializers.JSONField(
        allow_null=True,
        help_text=gettext_lazy(
            "Hele objektet slik det er offentlig etter hendelsen, som i datasettene; null når det ikke lenger er det."
        ),
    )


class PageSerializer(serializers.Serializer):
    """Events in the order in which they became true."""

    results = EventSerializer(many=True, help_text=gettext_lazy("Hendelsene, den eldste først."))
    cursor = serializers.CharField(help_text=gettext_lazy("Markøren å lese videre fra, også når results er tom."))
    more = serializers.BooleanField(help_text=gettext_lazy("Om det er flere hendelser nå; ellers er alt lest."))
    next = serializers.URLField(help_text=gettext_lazy("Adressen til det som følger, med de samme filtrene."))


class StreamView(StrictParameters):
    """What the JSON stream and the Atom feed share: the filters, checked."""

    own_parameters: list[str] = []
    list_filters = ChangeFilter

    def check_parameters(self, request: Request) -> None:
        """Read what is asked. Raises ``ValidationError`` with all faults."""
        self.filterset = ChangeFilter(data=given(request), queryset=Change.objects.all(), request=request)
        errors = check(request, self.filterset, self.own_parameters)
        for name, default, most in ((LIMIT, LIMIT_DEFAULT, LIMIT_MOST), (WAIT, 0, WAIT_MOST)):
            if name in self.own_parameters and name not in errors:
                try:
                    setattr(self, name, read_whole_number(request, name, default, most))
                except ValidationError as exc:
                    errors |= exc.detail
        if AFTER in self.own_parameters and AFTER not in errors:
            try:
                self.after = (
                    stream.Position.read(cursor) if (cursor := given(request).get(AFTER)) else stream.Position()
                )
            except stream.BadCursorError as exc:
                errors[AFTER] = [str(exc)]
            except stream.LostCursorError as exc:
                if not errors:
                    raise Gone(str(exc)) from exc
        if errors:
            raise ValidationError(errors)

    @cached_property
    def chosen(self) -> QuerySet[Change]:
        """Return the events that the filters leave."""
        return self.filterset.qs


def _parameters(*names: str) -> list[OpenApiParameter]:
    """Return the parameters of an address for the OpenAPI document: its own and the filters."""
    own = {
        AFTER: OpenApiParameter(
            AFTER,
            OpenApiTypes.STR,
            description=gettext_lazy("Markøren fra forrige svar, eller fra et datasett. Uten den: fra begynnelsen."),
        ),
        LIMIT: OpenApiParameter(
            LIMIT,
            {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT},
            description=gettext_lazy("Høyst så mange hendelser i svaret."),
        ),
        WAIT: OpenApiParameter(
            WAIT,
            {"type": "integer", "minimum": 1, "maximum": WAIT_MOST},
            description=gettext_lazy(
                "Så mange sekunder vil leseren vente når det ikke er noe nytt. Venter for mange samtidig, kommer "
                "svaret straks, med «Retry-After»."
            ),
        ),
    }

    class _Described:
        list_filters = ChangeFilter

    filters = [
        OpenApiParameter(
            one["name"],
            one["schema"],
            description=one["description"],
            explode=one.get("explode"),
            style=one.get("style"),
        )
        for one in FilterSetBackend().get_schema_operation_parameters(_Described)
    ]
    return [own[name] for name in names] + filters


class Changes(StreamView):
    """Every public change, in order."""

    own_parameters = [AFTER, LIMIT, WAIT]

    @extend_schema(
        summary=gettext_lazy("Hver endring"),
        description=gettext_lazy(
            "Alt som er blitt offentlig, endret eller borte, i den rekkefølgen det ble gyldig: ingen hendelse mangler "
            "eller kommer to ganger, heller ikke når mange skriver samtidig. Les til «more» er false, ta vare på "
            "«cursor», og spør igjen. Utkast vises aldri; det som er trukket tilbake, vises bare som det."
        ),
        operation_id="changes",
        tags=["changes"],
        parameters=_parameters(AFTER, LIMIT, WAIT),
        responses={200: PageSerializer, **problems(*READING, 410)},
    )
    def get(self, request: Request) -> Response:
        """Return the events after the cursor, waiting for the first where that is asked for."""
        full = False
        page = stream.read(self.after, self.chosen, self.limit)
        if self.wait and not page.events:
            with stream.place_to_wait() as free:
                full = not free
                if free:
                    page = stream.wait_for(self.after, self.chosen, self.limit, self.wait)
        parameters = given(request)
        parameters[AFTER] = str(page.position)
        follow = f"{request.build_absolute_uri(request.path)}?{parameters.urlencode()}"
        site = request.build_absolute_uri("/").rstrip("/")
        results = [stream.as_json(event, site) for event in page.events]
        response = Response({"results": results, "cursor": str(page.position), "more": page.more, "next": follow})
        response["Cache-Control"] = "no-store"
        if full:
            response["Retry-After"] = "5"
        return response


class AtomRenderer(BaseRenderer):
    """An answer that is already written, as Atom."""

    media_type, format, charset = "application/atom+xml", "atom", "utf-8"

    def render(self, data: bytes, accepted_media_type=None, renderer_context=None) -> bytes:
        """Return what was written."""
        return data


class ChangesFeed(StreamView):
    """The newest changes for a feed reader."""

    renderer_classes = [AtomRenderer]

    @extend_schema(
        summary=gettext_lazy("Endringer som Atom"),
        description=gettext_lazy("De 50 nyeste hendelsene, den nyeste først, for den som følger med i en nyhetsleser."),
        operation_id="changes_feed",
        tags=["changes"],
        parameters=_parameters(),
        responses={(200, "application/atom+xml"): OpenApiTypes.STR, **problems(*READING)},
    )
    def get(self, request: Request) -> Response:
        """Return the feed."""
        feed = atom.feed(
            stream.latest(self.chosen),
            address=request.build_absolute_uri(),
            site=request.build_absolute_uri("/"),
            title=_("Endringer i registeret over interkommunalt samarbeid"),
        )
        return Response(feed)
