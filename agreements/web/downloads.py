"""What does a page hold, as a file for a spreadsheet?  At its address with ``data.csv`` or ``data.xlsx`` behind.

The files hold all rows, not only those of one screen. They are made in portions: a CSV file is on its way
while it is made, a workbook grows on the disk. CSV is one table; a workbook has a sheet for each.
"""

import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from municipalities.models import County, Organisation
from municipalities.querysets import valid_on

from ..answers.selecting import selected
from ..exchange.guide_sheets import comparison_sheets, county_sheet, form_sheet, source_sheet, task_sheet
from ..exchange.register_sheets import cooperation_sheets, membership_sheet, organisation_sheet
from ..exchange.spreadsheets import Sheet
from ..filters import CooperationFilter
from ..models import Change, Cooperation, Form, Membership, Source, Task
from ..querysets import public_organisations
from .files import handed_out, on_this_site, to_the_page
from .listing import Listing
from .moved import leads_on
from .page import DayForm, page
from .portrait import OF_ROLE


@page
def cooperations(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out all cooperations that a search finds."""
    listing = Listing(request.GET)
    if listing.question is None:
        return to_the_page(request, kind)
    sheets = cooperation_sheets(selected(listing.question), listing.day, on_this_site(request))
    return handed_out(request, kind, "samarbeid", listing.day, sheets)


@page
@leads_on(Change.ObjectType.COOPERATION)
def cooperation(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Hand out who takes part in a cooperation; in a workbook also its agreements and decisions."""
    form = DayForm(request.GET)
    if not form.is_valid():
        return to_the_page(request, kind)
    public = Cooperation.objects.public()
    found = get_object_or_404(public, slug=slug)
    about, members, *rest = cooperation_sheets(public.filter(pk=found.pk), form.day, on_this_site(request))
    return handed_out(request, kind, slug, form.day, [members, about, *rest])


@page
@leads_on(Change.ObjectType.ORGANISATION)
def organisation(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Hand out all that a municipality or another organisation takes part in, now and formerly.

    Where the page shows a day or a role only, what it takes part in on the day, in the role.
    """
    form = DayForm(request.GET)
    if not form.is_valid():
        return to_the_page(request, kind)
    found = get_object_or_404(public_organisations(), slug=slug)
    taking_part = Membership.objects.public().filter(organisation=found)
    role = OF_ROLE.get(request.GET.get("vis", ""))
    if role:
        taking_part = taking_part.filter(role=role)
    if role or form.asked:
        taking_part = taking_part.valid_on(form.day)
    about = organisation_sheet(Organisation.objects.filter(pk=found.pk), on_this_site(request))
    return handed_out(request, kind, slug, form.day, [membership_sheet(taking_part, on_this_site(request)), about])


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
def form(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Hand out the cooperations of a form on a day."""
    if code not in Form.values:
        raise Http404
    return _about(request, kind, code.lower(), {"form": [code]})


@page
def source(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Hand out the cooperations that build on a source, also those that have ended; in a workbook also the source."""
    get_object_or_404(Source, key=key)
    today, address = timezone.localdate(), on_this_site(request)
    citing = CooperationFilter({"source": key, "on": "any"}, Cooperation.objects.public()).qs
    sheets = [*cooperation_sheets(citing, today, address), source_sheet(Source.objects.filter(key=key), address)]
    return handed_out(request, kind, key, today, sheets)


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
        return to_the_page(request, kind)
    found = Organisation.objects.filter(valid_on(form.day), kind=Organisation.Kind.MUNICIPALITY)
    return _organisations(request, kind, "kommuner", found)


@page
def counties(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the counties of today and the former ones."""
    found = County.objects.all()
    return _guide(request, kind, "fylker", [county_sheet(found, timezone.localdate(), on_this_site(request))])


@page
def tasks(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the sectors and tasks with the number of cooperations about each today."""
    valid = Cooperation.objects.public().valid_on(timezone.localdate())
    return _guide(request, kind, "oppgaver", [task_sheet(valid, on_this_site(request))])


@page
def forms(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the forms with their explanations; in a workbook also the tables that set them side by side."""
    valid = Cooperation.objects.public().valid_on(timezone.localdate())
    return _guide(request, kind, "former", [form_sheet(valid), *comparison_sheets()])


@page
def sources(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the sources of the register with licence and credit."""
    return _guide(request, kind, "kilder", [source_sheet(Source.objects.all(), on_this_site(request))])


# Parts of these


def _about(
    request: HttpRequest, kind: str, name: str, question: dict, last: datetime.date | None = None
) -> HttpResponse:
    """Hand out the cooperations that a question finds on the day asked about; of what is gone, on its last day."""
    form = DayForm(request.GET)
    if not form.is_valid():
        return to_the_page(request, kind)
    day = min(form.day, last) if last else form.day
    found = CooperationFilter(question | {"on": day.isoformat()}, Cooperation.objects.public()).qs
    return handed_out(request, kind, name, day, cooperation_sheets(found, day, on_this_site(request)))


def _organisations(request: HttpRequest, kind: str, name: str, found: QuerySet[Organisation]) -> HttpResponse:
    return _guide(request, kind, name, [organisation_sheet(found, on_this_site(request))])


def _guide(request: HttpRequest, kind: str, name: str, sheets: list[Sheet]) -> HttpResponse:
    """Hand out a list of what there is today."""
    return handed_out(request, kind, name, timezone.localdate(), sheets)
