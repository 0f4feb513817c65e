"""How is what a page holds handed out as a file: a workbook or CSV, named by what and day, in the reader's language?"""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import translation

from ..exchange import spreadsheets, tables
from ..exchange.register_sheets import Address
from ..exchange.spreadsheets import Link, Sheet

KINDS = ("csv", "xlsx")


def handed_out(request: HttpRequest, kind: str, name: str, day: datetime.date, sheets: Sequence[Sheet]) -> HttpResponse:
    """Answer with the sheets as a workbook, or with the first of them as CSV."""
    filename = f"{name}-{day.isoformat()}.{kind}"
    if kind == "xlsx":
        book = spreadsheets.workbook(sheets)
        return FileResponse(book, as_attachment=True, filename=filename, content_type=spreadsheets.CONTENT_TYPE)
    heading = [str(column.heading) for column in sheets[0].columns]
    parts = _in_language(tables.csv_parts(heading, map(_plain, sheets[0].rows)), translation.get_language())
    response = StreamingHttpResponse(parts, content_type=tables.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def to_the_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Lead to the page, which tells what is wrong with the question."""
    return redirect(f"{request.path.removesuffix(f'data.{kind}')}?{request.GET.urlencode()}")


def on_this_site(request: HttpRequest) -> Address:
    """Return what gives the full address of a thing's page."""

    def address(thing: Model) -> str:
        return request.build_absolute_uri(thing.get_absolute_url())

    return address


def _plain(row: Sequence[object]) -> list[object]:
    return [value.url if isinstance(value, Link) else value for value in row]


def _in_language(parts: Iterable[str], language: str) -> Iterator[str]:
    """Yield parts made in the reader's language: the answer is read when the request is over."""
    parts = iter(parts)
    while True:
        with translation.override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part
