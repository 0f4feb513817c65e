"""Which things does the API show, and under which keys are they found?"""

import contextlib
import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from municipalities.models import County, Municipality, MunicipalityChange, MunicipalityNumber, Organisation
from municipalities.querysets import valid_on

from ..answers import reading
from ..answers.question import Question
from ..filters import (
    ANY,
    CooperationFilter,
    CountyFilterSet,
    MunicipalityFilterSet,
    OrganisationFilter,
    RegisterFilterSet,
    TaskFilterSet,
)
from ..insight.moved import now_called
from ..models import Change, Cooperation, Membership, Source, Task
from ..querysets import public_organisations
from ..rules import findings
from ..rules.gather import facts_of, with_legal_facts
from . import conditional, stored
from .errors import problems
from .links import Links, site
from .pagination import PARAMETERS, Pages, Wanted
from .parameters import FilterSetBackend, NoParameters, OnDay, StrictParameters, check, given
from .places import CountySerializer, MunicipalitySerializer, OrganisationSerializer
from .schema import ON, documented
from .serializers import CooperationSerializer, FindingSerializer, RootSerializer, SourceSerializer, TaskSerializer
from .writing import Writing


@dataclass(frozen=True)
class Asked:
    """What was asked, found valid: the filters, the day and where the answer's links lead."""

    filterset: FilterSet
    links: Links
    #: Which page of a list; None for one thing.
    page: Wanted | None

    @property
    def on(self) -> datetime.date | None:
        """Return the day asked about; None when time is left out of the question."""
        return self.filterset.on if isinstance(self.filterset, RegisterFilterSet) else None

    @property
    def day(self) -> datetime.date:
        """Return the day on which a thing is described: the day asked about, else today."""
        return self.on or timezone.localdate()

    @property
    def follows_today(self) -> bool:
        """Tell whether the same question has another answer tomorrow, though nothing is changed."""
        return self.on is None or not self.filterset.form.cleaned_data.get("on")

    @property
    def on_as_given(self) -> str | None:
        """Return the parameter ``on`` for a link to another list; None when it was not given."""
        if not self.filterset.form.cleaned_data.get("on"):
            return None
        return self.on.isoformat() if self.on else ANY


def no_such_thing(key: str) -> NotFound:
    """Return the error for a key that leads to nothing public."""
    return NotFound(_("Fant ingenting offentlig med nøkkelen «%(key)s».") % {"key": key})


class RegisterViewSet(StrictParameters, ReadOnlyModelViewSet):
    """Lists and details of public facts: the parameters are checked, then the rows are looked up."""

    list_filters: type[FilterSet] = NoParameters
    detail_filters: type[FilterSet] = NoParameters
    filter_backends = [FilterSetBackend]
    pagination_class = Pages
    lookup_value_regex = "[^/]+"
    #: As what the stream of changes knows the things, where they can get another address name.
    moves_as: str = ""

    def check_parameters(self, request: Request) -> None:
        """Read what is asked into ``self.asked``. Raises ``ValidationError`` with all faults."""
        filters = self.detail_filters if self.detail else self.list_filters
        filterset = filters(data=given(request), queryset=self.queryset.none(), request=request)
        errors, page = check(request, filterset, () if self.detail else PARAMETERS), None
        if not self.detail:
            try:
                page = Wanted.of(request)
            except ValidationError as exc:
                errors = exc.detail | errors
        if errors:
            raise ValidationError(errors)
        self.asked = Asked(filterset, Links(site(request)), page)

    def list(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return a page, or 304 when the caller has it."""
        return self.if_changed(request, functools.partial(super().list, request, *args, **kwargs))

    def retrieve(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return one thing, or 304 when the caller has it."""
        return self.if_changed(request, functools.partial(super().retrieve, request, *args, **kwargs))

    def if_changed(self, request: Request, make: Callable[[], HttpResponse]) -> HttpResponse:
        """Return an answer made from the facts with its validators; it is not made when the caller has it."""
        state = reading.state()
        etag = conditional.list_tag(request, state, self.asked.day)
        modified = conditional.last_modified(state.made, self.asked.day, today=self.asked.follows_today)
        if unchanged := conditional.not_modified(request, etag, modified):
            return unchanged
        answer = make()
        # What was read while somebody changed the facts may tell either state: no validator names it.
        settled = reading.state() == state
        return conditional.validated(answer, etag if settled else None, modified if settled else None)

    def get_serializer_context(self) -> dict:
        """Hand the question to the serializers."""
        return super().get_serializer_context() | {"asked": getattr(self, "asked", None)}

    def get_object(self):
        """Return the thing under the key in the address. Raises ``NotFound`` with a message."""
        key = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        # PostgreSQL refuses a NUL in a text with an error of its own.
        found = None if "\x00" in key else self.find(self.get_queryset(), key)
        if found is None:
            raise no_such_thing(key)
        return found

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """Lead on to the address that a thing has now, where it is not found by the key that it once had."""
        name = self.lookup_url_kwarg or self.lookup_field
        asked = self.kwargs.get(name) if self.moves_as and self.request.method in SAFE_METHODS else None
        if isinstance(exc, NotFound) and asked and (now := now_called(self.moves_as, asked)):
            address = reverse(self.request.resolver_match.view_name, kwargs=self.kwargs | {name: now})
            query = self.request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
        return super().handle_exception(exc)

    def find(self, rows: QuerySet, key: str):
        """Return the row with the key, None when there is none."""
        return rows.filter(**{self.lookup_field: key}).first()


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
    moves_as = Change.ObjectType.COOPERATION

    def list(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return a page of the stored documents, or 304 when the caller has it."""
        while True:
            state = reading.state()
            question = Question.of(self.asked.filterset)
            with contextlib.suppress(stored.ChangedError):
                return stored.page(request, self.asked.page, question, state, today=self.asked.follows_today)
            self.check_parameters(request)

    def retrieve(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return a stored document, or 304 when the caller has it."""
        asked = self.asked
        answer = stored.one(request, kwargs["slug"], asked.day, timeless=asked.on is None, today=asked.follows_today)
        if answer is None:
            answer = self.hidden(request, kwargs["slug"])
        if answer is None:
            raise no_such_thing(kwargs["slug"])
        return answer

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
        responses={200: FindingSerializer(many=True), **problems(400, 404, 405, 406)},
    )
    @action(detail=True, pagination_class=None)
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
    lookup_field = "slug"
    moves_as = Change.ObjectType.ORGANISATION

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
    lookup_field = "organisation__slug"
    lookup_url_kwarg = "key"
    moves_as = Change.ObjectType.ORGANISATION

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
        responses={200: RootSerializer, **problems(400, 405, 406)},
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
        }
        pages = {name: request.build_absolute_uri(reverse(f"api:{name}")) for name in ("changes", "schema", "docs")}
        return Response({name: links.list(endpoint) for name, endpoint in lists.items()} | pages)
