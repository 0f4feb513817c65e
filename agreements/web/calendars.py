"""Which deadlines may a calendar subscribe to: of a municipality, openly, and of a coordinator, by a secret address?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from municipalities.models import Municipality

from ..exchange.calendar_feed import feed, span
from ..insight.deadlines import Deadline, Kind, in_order
from ..insight.due import (
    cooperations_of,
    coordinated_by,
    deadlines_for,
    deadlines_in,
    with_deadline_facts,
)
from ..models import CalendarAddress, Cooperation
from .page import DayForm
from .views import last_holder

#: Calendars ask again within the hour at the earliest; deadlines do not change by the minute.
MAX_AGE = 3600


@require_safe
@conditional_page
@cache_control(public=True, max_age=MAX_AGE)
def municipality_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the deadlines of the published cooperations of a municipality, and of its council.

    When the facts must be confirmed is the coordinators' own routine, and left out.
    """
    if slug.isdecimal() and len(slug) == 4:
        return redirect("municipality-calendar", last_holder(slug).organisation.slug)
    found = get_object_or_404(Municipality.objects.select_related("organisation"), organisation__slug=slug)
    form = DayForm(request.GET)
    if not form.is_valid():
        return _refusal(form)
    body = found.organisation
    first, last = span(form.day)
    public = with_deadline_facts(cooperations_of([body], form.day, Cooperation.objects.public()))
    deadlines = in_order(
        [
            *(d for d in deadlines_in(public, first, last, form.day) if d.kind != Kind.CONFIRMATION),
            *deadlines_for([body], first, last),
        ]
    )
    name = _("Frister i interkommunalt samarbeid: %(name)s") % {"name": body.name}

    def link(deadline: Deadline) -> str:
        return request.build_absolute_uri((deadline.cooperation or body).get_absolute_url())

    return _calendar(feed(name, deadlines, form.day, link, public=True), f"frister-{body.slug}.ics")


@require_safe
@conditional_page
@cache_control(private=True, max_age=MAX_AGE)
def coordinator_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Return the deadlines of the cooperations of a coordinator's organisations, also of unpublished ones.

    The address is the only key, since calendars cannot sign in. A false address and a revoked one
    are answered alike.
    """
    address = CalendarAddress.of_token(token)
    if address is None:
        raise Http404(_("Det finnes ingen kalender på denne adressen."))
    form = DayForm(request.GET)
    if not form.is_valid():
        return _refusal(form)
    organisations = coordinated_by(address.user, form.day)
    first, last = span(form.day)
    mine = with_deadline_facts(cooperations_of(organisations, form.day))
    deadlines = in_order([*deadlines_in(mine, first, last, form.day), *deadlines_for(organisations, first, last)])
    names = ", ".join(o.name for o in organisations) or address.user.get_username()

    def link(deadline: Deadline) -> str:
        if deadline.cooperation:
            path = reverse("admin:agreements_cooperation_change", args=[deadline.cooperation.pk])
        else:
            path = reverse("admin-deadlines")
        return request.build_absolute_uri(path)

    body = feed(_("Mine frister: %(names)s") % {"names": names}, deadlines, form.day, link, public=False)
    response = _calendar(body, "mine-frister.ics")
    response["X-Robots-Tag"] = "noindex"
    return response


def _calendar(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _refusal(form: DayForm) -> HttpResponse:
    return HttpResponse(" ".join(form.errors["on"]), status=400, content_type="text/plain; charset=utf-8")
