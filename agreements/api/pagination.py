"""How is a long list read in pages, without a gap or a row twice?"""

from django.core.paginator import EmptyPage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from .parameters import read_whole_number

PAGE = "page"
PAGE_SIZE = "page_size"


class Pages(PageNumberPagination):
    """Numbered pages; a page that is too large is refused, never silently cut."""

    page_size = 50
    max_page_size = 200
    page_query_param = PAGE
    page_size_query_param = PAGE_SIZE

    def get_page_size(self, request: Request) -> int:
        """Return the number of rows on a page. Raises ``ValidationError`` when it is not from 1 to 200."""
        return read_whole_number(request, PAGE_SIZE, self.page_size, highest=self.max_page_size)

    def paginate_queryset(self, queryset, request: Request, view=None) -> list:
        """Return the rows of the page asked for. Raises ``NotFound`` past the last page."""
        self.request = request
        paginator = self.django_paginator_class(queryset, self.get_page_size(request))
        number = read_whole_number(request, PAGE, 1)
        try:
            self.page = paginator.page(number)
        except EmptyPage as exc:
            raise NotFound(_("Siden finnes ikke: siste side er %(last)s.") % {"last": paginator.num_pages}) from exc
        return list(self.page)

    def get_schema_operation_parameters(self, view) -> list[dict]:
        """Document ``page`` and ``page_size`` with their bounds."""
        return [
            {
                "name": PAGE,
                "in": "query",
                "required": False,
                "description": str(gettext_lazy("Sidetall fra 1. En side etter den siste gir 404.")),
                "schema": {"type": "integer", "minimum": 1, "default": 1},
            },
            {
                "name": PAGE_SIZE,
                "in": "query",
                "required": False,
                "description": str(gettext_lazy("Antall rader på siden, høyst 200. Et større tall gir 400.")),
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": self.max_page_size,
                    "default": self.page_size,
                },
            },
        ]

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """Describe the envelope of a list."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": _("Antall rader i alt, på alle sidene."), "example": 123},
                "next": {**link, "description": _("Adressen til neste side; null på den siste.")},
                "previous": {**link, "description": _("Adressen til forrige side; null på den første.")},
                "results": schema,
            },
        }
