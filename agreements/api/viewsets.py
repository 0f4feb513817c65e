"""Which things does the API show, and under which keys are they found?"""

import contextlib
import datetime
import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import orjson
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from municipalities.models import County, Municipality, MunicipalityChange, MunicipalityNumber, Organisation
from municipalities.querysets import valid_on

from ..answers import reading
from ..answers.question import Question
from ..answers.writing import LANGUAGE
from ..filters import (
    CooperationFilter,
    CountyFilterSet,
    MunicipalityFilterSet,
    OrganisationFilter,
    TaskFilterSet,
)
from ..models import Change, Cooperation, Membership, Source, Task
from ..querysets import public_organisations
from ..rules import findings
from ..rules.gather import facts_of, with_legal_facts
from . import again, formats, known, shape, stored
from .asking import BATCH, RegisterViewSet, no_such_thing
from .errors import READING, problems
from .formats import Rows
from .links import Links, site
from .pagination import offset_page
from .parameters import OnDay, StrictParameters
from .places import CountySerializer, MunicipalitySerializer, OrganisationSerializer
from .schema import ON, documented
from .serializers import CooperationSerializer, FindingSerializer, RootSerializer, SourceSerializer, TaskSerializer
from .shape import PLAIN
from .writing import Writing


def cooperation_count(member: str, on: datetime.date | None) -> Coalesce:
    """Return the number of public cooperations that the organisation in column ``member`` takes part in."""
    rows = Membership.objects.public().filter(organisation=OuterRef(member))
    if on:
        rows = rows.valid_on(on)
    counted = rows.order_by().values("organisation").annotate(n=Count("cooperation", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@documented(
    summaries=(gettext_lazy("Samarbeid"), gettext_lazy("Ett samarbeid")),
    key=gettext_lazy("Samarbeidets adressenavn (slug)."),
    serializer=CooperationSerializer,
    listing=gettext_lazy(
        "Offentlige samarbeid med deltakere, andeler og kilder. Uten «status» vises de som er gyldige på datoen."
    ),
    detail=gettext_lazy(
        "Ett samarbeid. Også planlagte og avsluttede svarer, uansett dato; «on» avgjør status, medlemskap og numre."
    ),
)
class CooperationViewSet(Writing, RegisterViewSet):
    """Cooperations that the public may see; those with a token also see and change their own."""

    queryset = Cooperation.objects.public()
    serializer_class = CooperationSerializer
    list_filters = CooperationFilter
    detail_filters = OnDay
    lookup_field = "slug"
    renderer_classes = [*formats.TABLES, formats.GeoJson, formats.JsonLd, formats.Bods]
    expansions = shape.OF_COOPERATIONS
    knows_past = True
    moves_as = told_as = Change.ObjectType.COOPERATION

    def check_parameters(self, request: Request) -> None:
        """Note the state of the register first: which organisations and words are meant depends on it."""
        self.state = None if self.detail else reading.state()
        super().check_parameters(request)

    def list(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return a page of the stored documents, or 304 when the caller has it."""
        if self.asked.known_on or request.accepted_renderer.format != shape.JSON:
            return super().list(request, *args, **kwargs)
        while True:
            with contextlib.suppress(stored.ChangedError):
                return self.stored_page(request, Question.of(self.asked.filterset), self.state)
            self.check_parameters(request)

    def stored_page(self, request: Request, question: Question, state: reading.State) -> HttpResponse:
        """Return a page of the stored documents. Raises ``ChangedError`` when the state has passed."""
        wanted = self.asked.page
        tell = functools.partial(stored.page, question=question, state=state, today=self.asked.follows_today)
        answer = tell(request, wanted)
        if not self.asked.shape.whole:
            return self.reshaped(answer, state)
        if sum(len(meaning.words) for meaning in question.words) <= again.MOST_WORDS:
            again.note(request._request, lambda other, cursor: tell(other, replace(wanted, cursor=cursor)), state)
        return answer

    def reshaped(self, answer: HttpResponse, state: reading.State) -> HttpResponse:
        """Return a page of stored documents in the shape that is asked for."""
        if answer.status_code != 200:
            return answer
        content = orjson.loads(answer.content)
        content["results"] = self.in_shape(content["results"])
        answer.content = orjson.dumps(content, default=str)
        # What is embedded was read later than the rest.
        if self.asked.shape.expand and reading.state() != state:
            del answer["ETag"], answer["Last-Modified"]
        return answer

    def page(self) -> Response:
        """Return a page of what was known."""
        found = self.known()
        rows, envelope = offset_page(self.asked, found)
        return Response(envelope | {"results": self.in_shape(self.get_serializer(rows, many=True).data)})

    def known(self) -> Sequence[Cooperation]:
        """Return the whole list as it was known."""
        question = Question.of(self.asked.filterset)
        return known.cooperations(question, self.asked.filterset.form.cleaned_data["q"], self.asked.known_on)

    def batches(self) -> Iterator[Rows]:
        """Yield all rows of the list from the stored documents, or as they were known."""
        if self.asked.known_on:
            found, serializer = iter(self.known()), self.get_serializer()
            while part := [serializer.to_representation(row) for row in itertools.islice(found, BATCH)]:
                yield self.in_shape(part)
            return
        # What is sent as it is stored need not be read.
        stored_so = self.kind == formats.JsonLines.format and self.asked.shape.whole and get_language() == LANGUAGE
        size = BATCH * 5 if stored_so else BATCH
        documents = reading.stream(Question.of(self.asked.filterset), batch=size)
        while part := list(itertools.islice(documents, size)):
            if stored_so:
                yield [orjson.Fragment(reading.addressed(one, self.asked.site)) for one in part]
            else:
                yield self.in_shape(orjson.loads(reading.addressed(b"[" + b",".join(part) + b"]", self.asked.site)))

    def retrieve(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return a stored document, or 304 when the caller has it."""
        asked = self.asked
        if asked.known_on or asked.shape != PLAIN or request.accepted_renderer.format != shape.JSON:
            return super().retrieve(request, *args, **kwargs)
        tell = functools.partial(stored.one, day=asked.day, timeless=asked.on is None, today=asked.follows_today)
        answer = tell(request, kwargs["slug"])
        if answer is not None:
            again.note(request._request, tell)
        else:
            answer = self.hidden(request, kwargs["slug"])
        if answer is None:
            raise no_such_thing(kwargs["slug"])
        return answer

    def single(self) -> HttpResponse:
        """Return a cooperation in the shape that is asked for, or as it was known."""
        asked, slug = self.asked, self.kwargs["slug"]
        if asked.known_on:
            thing = known.one(self.get_object().pk, asked.known_on)
            row = thing and self.get_serializer(thing).data
        else:
            found = None if "\x00" in slug else reading.single(slug, asked.day, timeless=asked.on is None)
            row = found and orjson.loads(reading.addressed(found.content, asked.site))
        if row is None:
            raise no_such_thing(slug)
        (row,) = self.in_shape([row])
        return Response(row) if self.kind == shape.JSON else self.written([[row]])

    @extend_schema(
        summary=gettext_lazy("Hva loven sier"),
        description=gettext_lazy(
            "Hva hver regel i loven sier om samarbeidet på datoen: i orden, brudd eller ikke vurdert. "
            "Reglene bygger på lovene slik de lød 2. mai 2026, og er ikke juridisk rådgivning."
        ),
        parameters=[
            OpenApiParameter(
                "slug",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description=gettext_lazy("Samarbeidets adressenavn (slug)."),
            ),
            ON,
        ],
        responses={200: FindingSerializer(many=True), **problems(*READING, 404, 410)},
    )
    @action(detail=True, pagination_class=None, shaped=False, knows_past=False, renderer_classes=[JSONRenderer])
    def findings(self, request: Request, slug: str) -> Response:
        """Return what each rule that governs the cooperation says of it on the day."""
        return self.if_changed(request, self._findings)

    def _findings(self) -> Response:
        cooperation = with_legal_facts(Cooperation.objects.public()).get(pk=self.get_object().pk)
        found = findings(facts_of(cooperation, self.asked.day), self.asked.day)
        return Response(FindingSerializer(found, many=True).data)


@documented(
    summaries=(gettext_lazy("Organisasjoner"), gettext_lazy("Én organisasjon")),
    key=gettext_lazy("Organisasjonens adressenavn (slug) eller registerets nummer for den (id)."),
    serializer=OrganisationSerializer,
    listing=gettext_lazy(
        "Alle som kan delta: kommuner, fylkeskommuner, statlige organer, selskaper, byer i utlandet …"
    ),
    detail=gettext_lazy("Én organisasjon. Også nedlagte svarer, uansett dato."),
)
class OrganisationViewSet(RegisterViewSet):
    """Organisations, with the number of cooperations they take part in."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    list_filters = OrganisationFilter
    detail_filters = OnDay
    renderer_classes = [*formats.TABLES, formats.JsonLd]
    lookup_field = "slug"
    moves_as = told_as = Change.ObjectType.ORGANISATION

    def get_queryset(self) -> QuerySet:
        """Return the organisations with all that the answer shows."""
        return (
            public_organisations()
            .annotate(cooperation_count=cooperation_count("pk", self.asked.on))
            .select_related("municipality", "cooperation")
            .prefetch_related("names", "municipality__numbers", "governed_counties", "successors", "predecessors")
        )

    def find(self, rows: QuerySet, key: str) -> Organisation | None:
        """Return the organisation by address name, else by id."""
        found = super().find(rows, key)
        if found is None and key.isascii() and key.isdigit():
            found = rows.filter(pk=int(key[:19])).first()
        return found


@documented(
    summaries=(gettext_lazy("Kommuner"), gettext_lazy("Én kommune")),
    key=gettext_lazy("Et kommunenummer, også et tidligere, eller kommunens adressenavn (slug)."),
    serializer=MunicipalitySerializer,
    listing=gettext_lazy("Norske kommuner på datoen. Nummer, navn og fylke er de som gjaldt da."),
    detail=gettext_lazy("Én kommune. Også tidligere kommuner svarer, uansett dato, og viser til etterfølgerne."),
)
class MunicipalityViewSet(RegisterViewSet):
    """Municipalities through time."""

    queryset = Municipality.objects.all()
    serializer_class = MunicipalitySerializer
    list_filters = MunicipalityFilterSet
    detail_filters = OnDay
    renderer_classes = [*formats.TABLES, formats.GeoJson, formats.JsonLd]
    lookup_field = "organisation__slug"
    lookup_url_kwarg = "key"
    moves_as = told_as = Change.ObjectType.ORGANISATION

    def get_queryset(self) -> QuerySet:
        """Return the municipalities with all that the answer shows."""
        changes = MunicipalityChange.objects.select_related("old__organisation", "new__organisation")
        return (
            Municipality.objects.annotate(cooperation_count=cooperation_count("pk", self.asked.on))
            .select_related("organisation")
            .prefetch_related(
                "numbers__county",
                "populations",
                "organisation__names",
                "organisation__successors__municipality__numbers",
                "organisation__predecessors__municipality__numbers",
                Prefetch("changes_from", changes),
                Prefetch("changes_to", changes),
            )
        )

    def find(self, rows: QuerySet, key: str) -> Municipality | None:
        """Return the municipality by address name, else the one that has the number on the day, else had it last."""
        if found := super().find(rows, key):
            return found
        holders = MunicipalityNumber.objects.filter(number=key).order_by(F("valid_from").desc(nulls_last=True))
        holder = holders.filter(valid_on(self.asked.day)).first() or holders.first()
        return rows.filter(pk=holder.municipality_id).first() if holder else None


@documented(
    summaries=(gettext_lazy("Fylker"), gettext_lazy("Ett fylke")),
    key=gettext_lazy("Fylkesnummer, to siffer."),
    serializer=CountySerializer,
    listing=gettext_lazy("Norske fylker på datoen."),
    detail=gettext_lazy("Ett fylke. Også tidligere fylker svarer, uansett dato."),
)
class CountyViewSet(RegisterViewSet):
    """Counties through time."""

    queryset = County.objects.all()
    serializer_class = CountySerializer
    list_filters = CountyFilterSet
    detail_filters = OnDay
    lookup_field = "number"

    def get_queryset(self) -> QuerySet:
        """Return the counties with all that the answer shows."""
        held = MunicipalityNumber.objects.filter(county=OuterRef("pk"))
        if self.asked.on:
            held = held.valid_on(self.asked.on)
        counted = held.order_by().values("county").annotate(n=Count("municipality", distinct=True)).values("n")
        return (
            County.objects.annotate(municipality_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
            .select_related("council__municipality")
            .prefetch_related(
                "council__municipality__numbers", "council__governed_counties", "successors", "predecessors"
            )
        )


@documented(
    summaries=(gettext_lazy("Oppgaver"), gettext_lazy("Én oppgave")),
    key=gettext_lazy("Oppgavens eller sektorens kode."),
    serializer=TaskSerializer,
    listing=gettext_lazy("Sektorene og oppgavene i dem."),
    detail=gettext_lazy("Én oppgave eller sektor."),
)
class TaskViewSet(RegisterViewSet):
    """The taxonomy of tasks."""

    queryset = Task.objects.select_related("parent")
    serializer_class = TaskSerializer
    list_filters = TaskFilterSet
    lookup_field = "code"


@documented(
    summaries=(gettext_lazy("Kilder"), gettext_lazy("Én kilde")),
    key=gettext_lazy("Kildens nøkkel."),
    serializer=SourceSerializer,
    listing=gettext_lazy("Kildene som opplysningene er hentet fra, med lisens og kreditering."),
    detail=gettext_lazy("Én kilde."),
)
class SourceViewSet(RegisterViewSet):
    """Publications and registers."""

    queryset = Source.objects.all()
    serializer_class = SourceSerializer
    lookup_field = "key"


class Root(StrictParameters):
    """What there is in the API."""

    @extend_schema(
        summary=gettext_lazy("Hva som finnes"),
        description=gettext_lazy("Adressene til alt som finnes i API-et."),
        operation_id="root",
        tags=["root"],
        responses={200: RootSerializer, **problems(*READING)},
    )
    def get(self, request: Request) -> Response:
        """Return the addresses of all lists."""
        links = Links(site(request))
        lists = {
            "cooperations": "cooperation",
            "organisations": "organisation",
            "municipalities": "municipality",
            "counties": "county",
            "tasks": "task",
            "sources": "source",
            "memberships": "membership",
            "agreements": "agreement",
            "decisions": "decision",
            "clauses": "clause",
            "documents": "document",
            "municipality_changes": "municipality-change",
            "forms": "form",
            "statistics": "statistics",
        }
        pages = {
            name: request.build_absolute_uri(reverse(f"api:{name}"))
            for name in ("changes", "schema", "docs", "changelog")
        }
        return Response({name: links.list(endpoint) for name, endpoint in lists.items()} | pages)
