"""How is a question about public facts answered: checked first, then looked up, then written as it is wanted?"""

import datetime
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from ..answers import reading
from ..filters import ANY, RegisterFilterSet
from ..insight.moved import now_called, was_public
from . import conditional, formats, known, shape
from .errors import Gone
from .formats import Batches, Columns, Rows
from .links import Links, site
from .pagination import PARAMETERS, Pages, Wanted
from .parameters import FilterSetBackend, NoParameters, StrictParameters, check, given
from .shape import PLAIN, Shape

#: So many rows of a whole list are held at a time.
BATCH = 200


@dataclass(frozen=True)
class Asked:
    """What was asked, found valid: the filters, the day and where the answer's links lead."""

    filterset: FilterSet
    links: Links
    #: Which page of a list; None for one thing.
    page: Wanted | None
    #: The address of the site as the caller knows it.
    site: str = ""
    shape: Shape = PLAIN
    #: The moment as of which the register is asked; None for now.
    known_on: datetime.datetime | None = None

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
    renderer_classes = formats.TABLES
    content_negotiation_class = formats.ByFormat
    lookup_value_regex = "[^/]+"
    #: As what the stream of changes knows the things, where they can get another address name.
    moves_as: str = ""
    #: The same, where it is told of a thing that it has been public and is no longer (410).
    told_as: str = ""
    #: Whether a list comes in pages, and whether fields and formats can be chosen.
    paged = shaped = True
    #: What can be embedded in the rows.
    expansions: dict[str, shape.Expansion] = {}
    #: Whether it can be asked what was known at a moment.
    knows_past = False

    def own_parameters(self) -> tuple[str, ...]:
        """Return the parameters that the address takes besides its filters."""
        pages = PARAMETERS if self.paged and not self.detail else ()
        chosen = (shape.FIELDS, *((shape.EXPAND,) if self.expansions else ()), shape.FORMAT) if self.shaped else ()
        return (*pages, *chosen, *((known.KNOWN_ON,) if self.knows_past else ()))

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the fields that can be chosen."""
        return tuple(cls.serializer_class._declared_fields) if cls.shaped else ()

    def check_parameters(self, request: Request) -> None:
        """Read what is asked into ``self.asked``. Raises ``ValidationError`` with all faults."""
        filters = self.detail_filters if self.detail else self.list_filters
        filterset = filters(data=given(request), queryset=self.queryset.none(), request=request)
        errors = check(request, filterset, self.own_parameters())
        page, wanted, moment = None, PLAIN, None
        if self.shaped and not shape.PARAMETERS.isdisjoint(request.GET):
            wanted, faults = shape.read(
                request, self.field_names(), self.expansions, [one.format for one in self.renderer_classes]
            )
            errors = faults | errors
        if self.paged and not self.detail:
            try:
                page = Wanted.of(request)
            except ValidationError as exc:
                errors = exc.detail | errors
        if self.knows_past and known.KNOWN_ON in request.GET:
            try:
                moment = known.read(request)
            except ValidationError as exc:
                errors = exc.detail | errors
        if moment and wanted.expand:
            errors.setdefault(shape.EXPAND, [_("Det som legges ved, er av i dag: «expand» går ikke med «known_on».")])
        if moment:
            errors = known.unknown(filterset) | errors
        if errors:
            raise ValidationError(errors)
        self.asked = Asked(filterset, Links(site(request)), page, site(request), wanted, moment)

    def get_renderers(self) -> list:
        """Return the formats of an answer; what is written is answered in JSON."""
        found = super().get_renderers()
        return found if self.request.method in SAFE_METHODS else found[:1]

    @property
    def kind(self) -> str:
        """Return the format that the caller gets. Raises ``ValidationError`` for what does not go with it."""
        kind = self.request.accepted_renderer.format
        if kind == shape.JSON:
            return kind
        errors = {}
        if self.asked.page is not None:
            for name in given(self.request):
                if name in PARAMETERS:
                    errors[name] = [_("Dette formatet gir hele listen, uten sider.")]
        if kind in formats.WHOLE and self.asked.shape.fields:
            errors[shape.FIELDS] = [_("Dette formatet trenger alle feltene.")]
        if errors:
            raise ValidationError(errors)
        return kind

    def list(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return a page, or the whole list in another format; 304 when the caller has it."""
        if self.kind != shape.JSON:
            return self.if_changed(request, lambda: self.written(self.batches()))
        return self.if_changed(request, self.page)

    def retrieve(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return one thing, or 304 when the caller has it."""
        return self.if_changed(request, self.single)

    def page(self) -> Response:
        """Return a page of the list."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.in_shape(self.get_serializer(rows, many=True).data))

    def single(self) -> HttpResponse:
        """Return the thing under the key."""
        (row,) = self.in_shape([self.get_serializer(self.get_object()).data])
        return Response(row) if self.kind == shape.JSON else self.written([[row]])

    def batches(self) -> Iterator[Rows]:
        """Yield all rows of the list, some at a time."""
        found = self.filter_queryset(self.get_queryset()).iterator(chunk_size=BATCH)
        serializer = self.get_serializer()
        while part := [serializer.to_representation(row) for row in itertools.islice(found, BATCH)]:
            yield self.in_shape(part)

    def in_shape(self, rows: Rows) -> Rows:
        """Return the rows with the fields and the embedded facts that are asked for."""
        wanted = self.asked.shape
        return rows if wanted.whole else shape.shaped(wanted, rows, self.expansions, self.get_serializer_context())

    def columns(self) -> Columns:
        """Return the heading of the rows as a table."""
        wanted = self.asked.shape
        return formats.columns(self.serializer_class, wanted.fields, wanted.expand)

    def written(self, batches: Batches) -> HttpResponse:
        """Return the rows in the format that the caller gets."""
        return formats.answer(self.kind, formats.in_language(batches), view=self, name=self.basename)

    def if_changed(self, request: Request, make: Callable[[], HttpResponse]) -> HttpResponse:
        """Return an answer made from the facts with its validators; it is not made when the caller has it."""
        state = reading.state()
        etag = conditional.list_tag(request, state, self.asked.day, request.accepted_renderer.format)
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
        key = self.kwargs.get(name) if self.told_as and self.request.method in SAFE_METHODS else None
        if isinstance(exc, NotFound) and key and was_public(self.told_as, key):
            exc = Gone(_("«%(key)s» har vært offentlig, men er trukket tilbake eller slettet.") % {"key": key[:100]})
        return super().handle_exception(exc)

    def find(self, rows: QuerySet, key: str):
        """Return the row with the key, None when there is none."""
        return rows.filter(**{self.lookup_field: key}).first()
