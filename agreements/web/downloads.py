"""What does a page hold, as a file for a spreadsheet?  At its address with ``data.csv`` or ``data.xlsx`` behind.

The files hold all rows, not only those of one screen. They are made in portions: a CSV file is on its way
while it is made, a workbook grows on the disk. CSV is one table; a workbook has a sheet for each.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation

from municipalities.models import County, Organisation
from municipalities.querysets import valid_on

from ..exchange import spreadsheets, tables
from ..exchange.register_sheets import Address, cooperation_sheets, membership_sheet, organisation_sheet
from ..exchange.spreadsheets import Link, Sheet
from ..filters import CooperationFilter
from ..models import Change, Cooperation, Membership, Task
from ..querysets import public_organisations
from .listing import Listing
from .moved import leads_on
from .page import DayForm, page
from .portrait import OF_ROLE

KINDS = ("csv", "xlsx")


@page
def cooperations(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out all cooperations that a search finds."""
    listing = Listing(request.GET)
    if not listing.is_valid:
        return _to_the_page(request, kind)
    return _file(
        request, kind, "samarbeid", listing.day, cooperation_sheets(listing.filter.qs, listing.day, _on(request))
    )


@page
@leads_on(Change.ObjectType.COOPERATION)
def cooperation(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Hand out who takes part in a cooperation; in a workbook also its agreements and decisions."""
    form = DayForm(request.GET)
    if not form.is_valid():
        return _to_the_page(request, kind)
    public = Cooperation.objects.public()
    found = get_object_or_404(public, slug=slug)
    about, members, *rest = cooperation_sheets(public.filter(pk=found.pk), form.day, _on(request))
    return _file(request, kind, slug, form.day, [members, about, *rest])


@page
@leads_on(Change.ObjectType.ORGANISATION)
def organisation(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Hand out all that a municipality or another organisation takes part in, now and formerly.

    Where the page shows a day or a role only, what it takes part in on the day, in the role.
    """
    form = DayForm(request.GET)
    if not form.is_valid():
        return _to_the_page(request, kind)
    found = get_object_or_404(public_organisations(), slug=slug)
    taking_part = Membership.objects.public().filter(organisation=found)
    role = OF_ROLE.get(request.GET.get("vis", ""))
    if role:
        taking_part = taking_part.filter(role=role)
    if role or form.asked:
        taking_part = taking_part.valid_on(form.day)
    about = organisation_sheet(Organisation.objects.filter(pk=found.pk), _on(request))
    return _file(request, kind, slug, form.day, [membership_sheet(taking_part, _on(request)), about])


@page
def county(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Hand out the cooperations with members from a county on a day."""
    found = get_object_or_404(County, number=number)
    return _about(request, kind, f"fylke-{number}", {"county": number}, found.valid_to)


@page
def task(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Hand out the cooperations about a task or in a sector on a day."""
    get_object_or_404(Task, code=code)
    return _about(request, kind, code, {"task": [code]})


@page
def organisations(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the organisations other than municipalities that take part in something."""
    taking_part = Membership.objects.public().valid_on(timezone.localdate()).values("organisation")
    found = Organisation.objects.exclude(kind=Organisation.Kind.MUNICIPALITY).filter(pk__in=taking_part)
    return _organisations(request, kind, "organisasjoner", found)


@page
def municipalities(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the municipalities that there are on a day."""
    form = DayForm(request.GET)
    if not form.is_valid():
        return _to_the_page(request, kind)
    found = Organisation.objects.filter(valid_on(form.day), kind=Organisation.Kind.MUNICIPALITY)
    return _organisations(request, kind, "kommuner", found)


# Parts of these


def _about(
    request: HttpRequest, kind: str, name: str, question: dict, last: datetime.date | None = None
) -> HttpResponse:
    """Hand out the cooperations that a question finds on the day asked about; of what is gone, on its last day."""
    form = DayForm(request.GET)
    if not form.is_valid():
        return _to_the_page(request, kind)
    day = min(form.day, last) if last else form.day
    found = CooperationFilter(question | {"on": day.isoformat()}, Cooperation.objects.public()).qs
    return _file(request, kind, name, day, cooperation_sheets(found, day, _on(request)))


def _organisations(request: HttpRequest, kind: str, name: str, found) -> HttpResponse:
    return _file(request, kind, name, timezone.localdate(), [organisation_sheet(found, _on(request))])


def _to_the_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Lead to the page, which tells what is wrong with the question."""
    return redirect(f"{request.path.removesuffix(f'data.{kind}')}?{request.GET.urlencode()}")


def _on(request: HttpRequest) -> Address:
    """Return what gives the full address of a thing's page."""

    def address(thing: Model) -> str:
        return request.build_absolute_uri(thing.get_absolute_url())

    return address


def _file(request: HttpRequest, kind: str, name: str, day: datetime.date, sheets: Sequence[Sheet]) -> HttpResponse:
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
