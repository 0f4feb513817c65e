"""How is a long list read in pages, without a gap or a row twice?"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from .cursors import CURSOR, Cursor, question_of
from .links import site
from .parameters import given, read_flag, read_whole_number

PAGE_SIZE, COUNT = "page_size", "count"
#: What an address with a list takes besides its filters.
PARAMETERS = (CURSOR, PAGE_SIZE, COUNT)
DEFAULT_SIZE, LARGEST_SIZE = 50, 200


@dataclass(frozen=True)
class Wanted:
    """Which page of a list is asked for, and the list's own address, from which the other pages are reached."""

    size: int
    cursor: str
    count: bool
    address: str
    path: str
    filters: tuple[tuple[str, str], ...]
    size_given: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: Request | HttpRequest) -> "Wanted":
        """Read the parameters of a page. Raises ``ValidationError`` with all faults, by parameter."""
        errors: dict = {}
        size, count = DEFAULT_SIZE, False
        parameters = given(request)
        try:
            size = read_whole_number(request, PAGE_SIZE, DEFAULT_SIZE, LARGEST_SIZE)
        except ValidationError as exc:
            errors |= exc.detail
        try:
            count = read_flag(request, COUNT)
        except ValidationError as exc:
            errors |= exc.detail
        if errors:
            raise ValidationError(errors)
        pairs = [(name, value) for name, values in parameters.lists() for value in values]
        return cls(
            size=size,
            cursor=parameters.get(CURSOR, ""),
            count=count,
            address=site(request) + request.path,
            path=request.path,
            filters=tuple(pair for pair in pairs if pair[0] not in PARAMETERS),
            size_given=tuple(pair for pair in pairs if pair[0] in (PAGE_SIZE, COUNT)),
        )

    @property
    def question(self) -> str:
        """Return the list that is read, apart from the page."""
        return question_of(self.path, self.filters)

    def place(self, columns: int) -> Cursor | None:
        """Return where the page begins, None for the first. Raises ``ValidationError``."""
        return Cursor.read(self.cursor, self.question, columns) if self.cursor else None

    def link(self, values: Sequence | None, day: datetime.date, *, backwards: bool = False) -> str | None:
        """Return the address of the page beyond the row with the values; None when there is none."""
        if values is None:
            return None
        cursor = Cursor(tuple(values), backwards, day).write(self.question)
        return f"{self.address}?{urlencode(sorted([*self.filters, *self.size_given, (CURSOR, cursor)]))}"


class Pages(BasePagination):
    """Pages that begin after a row, in the order of the queryset, which must be total."""

    def paginate_queryset(self, queryset: QuerySet, request: Request, view=None) -> list:
        """Return the rows of the page asked for. Raises ``ValidationError`` for a cursor of another list."""
        wanted, day = view.asked.page, view.asked.day
        self.wanted, self.day = wanted, day
        order = [(name.removeprefix("-"), name.startswith("-")) for name in queryset.query.order_by]
        place = wanted.place(len(order))
        self.count = queryset.count() if wanted.count else None
        backwards = place is not None and place.backwards
        rows = queryset.annotate(**{f"at_{n}": F(name) for n, (name, _falling) in enumerate(order)})
        if backwards:
            rows = rows.reverse()
        if place is not None:
            rows = rows.filter(_beyond([(f"at_{n}", f != backwards) for n, (_n, f) in enumerate(order)], place.values))
        found = list(rows[: wanted.size + 1])
        more, found = len(found) > wanted.size, found[: wanted.size]
        if backwards:
            found.reverse()
        first, last = (
            [[getattr(found[end], f"at_{n}") for n in range(len(order))] for end in (0, -1)] if found else (None, None)
        )
        self.first = first if (more if backwards else place is not None) else None
        self.last = last if (backwards or more) else None
        return found

    def get_paginated_response(self, data: list) -> Response:
        """Return the rows with the way to the pages beside them."""
        counted = {"count": self.count} if self.count is not None else {}
        return Response(
            counted
            | {
                "next": self.wanted.link(self.last, self.day),
                "previous": self.wanted.link(self.first, self.day, backwards=True),
                "results": data,
            }
        )

    def get_schema_operation_parameters(self, view) -> list[dict]:
        """Document the parameters of a page with their bounds."""
        return [
            _parameter(
                CURSOR,
                gettext_lazy("Peker til en side, fra «next» eller «previous». Den gjelder bare med de samme filtrene."),
                {"type": "string"},
            ),
            _parameter(
                PAGE_SIZE,
                gettext_lazy("Antall rader på siden, høyst 200. Et større tall gir 400."),
                {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE},
            ),
            _parameter(
                COUNT,
                gettext_lazy("«true» gir også antallet rader i alt, som tar lengre tid å finne."),
                {"type": "boolean", "default": False},
            ),
        ]

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """Describe the envelope of a list."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "description": _("Antall rader i alt, på alle sidene; bare med «count=true»."),
                    "example": 123,
                },
                "next": {**link, "description": _("Adressen til neste side; null på den siste.")},
                "previous": {**link, "description": _("Adressen til forrige side; null på den første.")},
                "results": schema,
            },
        }


def offset_page(asked, found: list) -> tuple[list, dict]:
    """Return the rows of a page of a list that is held whole, and its envelope; such a list does not change."""
    wanted, day = asked.page, asked.day
    place = wanted.place(1)
    at = place.values[0] if place else 0
    after = at + wanted.size
    envelope: dict = {"count": len(found)} if wanted.count else {}
    envelope["next"] = wanted.link([after] if after < len(found) else None, day)
    envelope["previous"] = wanted.link([max(0, at - wanted.size)] if at > 0 else None, day)
    return found[at:after], envelope


def _beyond(order: Sequence[tuple[str, bool]], values: Sequence) -> Q:
    """Return the condition that a row stands after the one with the values."""
    later = Q()
    for n, (name, falling) in enumerate(order):
        equal = {f"{before}": values[m] for m, (before, _falling) in enumerate(order[:n])}
        later |= Q(**equal, **{f"{name}__{'lt' if falling else 'gt'}": values[n]})
    return later


def _parameter(name: str, description, schema: dict) -> dict:
    return {"name": name, "in": "query", "required": False, "description": str(description), "schema": schema}
