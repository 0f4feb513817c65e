"""What does a coordinator need to see first when she signs in, and how does she subscribe to her deadlines?"""

import datetime
from dataclasses import dataclass

import pghistory
from django.contrib import admin, messages
from django.http import HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from municipalities.models import Organisation, User

from ..insight.breaches import Breach, breaches_of, by_severity, gravity
from ..insight.changes import latest_changes
from ..insight.deadlines import in_order
from ..insight.due import cooperations_of, coordinated_by, deadlines_for, deadlines_in, with_deadline_facts
from ..insight.months import months_after
from ..models import CalendarAddress, Cooperation, Status
from ..permissions import KEEPING_ROLES, is_editor, proposals_waiting_for, visible_to
from .deadlines import deadline_rows

#: How far ahead the start page looks, and how many lines each list has; the rest is a click away.
MONTHS_AHEAD = 3
ROWS = 8
OWN_ROWS = 12


@dataclass(frozen=True)
class OwnCooperation:
    """One of the user's cooperations: whether her organisations keep it, and what is wrong with it."""

    cooperation: Cooperation
    is_responsible: bool
    status: Status
    breaches: int


def start_page(request):
    """Show what is due, what is wrong, her cooperations and what has changed; then all tables, as Django does."""
    today = localdate()
    context = {"may_look": request.user.has_perm("agreements.view_cooperation")}
    if context["may_look"]:
        context |= _work(request.user, today)
    address = CalendarAddress.objects.filter(user=request.user).first()
    if address:
        context["calendar_url"] = request.build_absolute_uri(reverse("coordinator-calendar", args=[address.token]))
    return admin.site.index(request, extra_context=context)


def _work(user: User, today: datetime.date) -> dict:
    """Return what concerns the user's organisations; without any, what concerns the whole register."""
    organisations = coordinated_by(user, today)
    visible = visible_to(user)
    chosen = cooperations_of(organisations, today, visible) if organisations else visible.exclude(valid_to__lt=today)
    cooperations = list(with_deadline_facts(chosen))
    last = months_after(today, MONTHS_AHEAD)
    found = in_order(
        [
            *deadlines_in(cooperations, datetime.date.min, last, today),
            *deadlines_for(organisations, today, last),
        ]
    )
    whole = is_editor(user) and not organisations
    rows = [row for row in deadline_rows(found, today) if row.overdue or row.deadline.date >= today]
    broken = sorted(breaches_of(cooperations, today), key=lambda b: gravity(b.finding.severity))
    return {
        "organisations": organisations,
        "deadlines": rows[:ROWS],
        "deadline_count": len(rows),
        "overdue_count": sum(row.overdue for row in rows),
        "months_ahead": MONTHS_AHEAD,
        "breaches": broken[:ROWS],
        "breach_count": len(broken),
        "severities": [(severity, count) for severity, count in by_severity(broken) if count],
        "waiting": _waiting(user),
        "own": _own(cooperations, organisations, broken, today) if organisations else [],
        "own_rows": OWN_ROWS,
        "cooperation_count": len(cooperations),
        "changes": latest_changes(None if whole else [c.pk for c in cooperations], ROWS),
    }


def _own(
    cooperations: list[Cooperation], organisations: list[Organisation], broken: list[Breach], today: datetime.date
) -> list[OwnCooperation]:
    """Return her cooperations, first those that her organisations are responsible for."""
    mine = {o.pk for o in organisations}
    counts: dict[int, int] = {}
    for breach in broken:
        counts[breach.cooperation.pk] = counts.get(breach.cooperation.pk, 0) + 1
    own = [OwnCooperation(c, _keeps(c, mine, today), c.status_on(today), counts.get(c.pk, 0)) for c in cooperations]
    return sorted(own, key=lambda one: not one.is_responsible)


def _keeps(cooperation: Cooperation, mine: set[int], today: datetime.date) -> bool:
    """Tell whether one of the organisations keeps the facts of the cooperation, as ``editable_by`` asks it."""
    held = (m.role in KEEPING_ROLES and m.organisation_id in mine for m in cooperation.members_on(today)[0])
    return cooperation.responsible_id in mine or any(held)


def _waiting(user: User) -> list[tuple[str, str]]:
    """Return what waits for the user herself, each with the address where she does it."""
    found = []
    begun = user.registration_drafts.count()
    if begun:
        text = ngettext("%(n)d påbegynt registrering", "%(n)d påbegynte registreringer", begun)
        found.append((text % {"n": begun}, reverse("admin-registration")))
    proposed = proposals_waiting_for(user).count()
    if proposed:
        text = ngettext("%(n)d forslag venter på svar", "%(n)d forslag venter på svar", proposed)
        found.append((text % {"n": proposed}, reverse("admin-proposals")))
    if is_editor(user):  # only the editor-in-chief publishes
        in_review = Cooperation.Publication.IN_REVIEW
        count = Cooperation.objects.filter(publication=in_review).count()
        text = ngettext("%(n)d samarbeid er til gjennomsyn", "%(n)d samarbeid er til gjennomsyn", count)
        address = reverse("admin:agreements_cooperation_changelist", query={"publication__exact": in_review})
        found += [(text % {"n": count}, address)] if count else []
    return found


# Calendar and reminders


def _renew(user: User) -> str:
    CalendarAddress.objects.filter(user=user).delete()
    CalendarAddress.objects.create(user=user)
    return _("Du har fått en ny kalenderadresse. En adresse du hadde før, virker ikke lenger.")


def _revoke(user: User) -> str:
    CalendarAddress.objects.filter(user=user).delete()
    return _("Kalenderadressen er slettet og virker ikke lenger.")


def _remind(user: User, wanted: bool) -> str:
    user.wants_reminders = wanted
    user.save(update_fields=["wants_reminders"])
    return _("Du får påminnelser på e-post.") if wanted else _("Du får ikke lenger påminnelser på e-post.")


_DEEDS = {
    "renew": _renew,
    "revoke": _revoke,
    "remind": lambda user: _remind(user, True),
    "be-quiet": lambda user: _remind(user, False),
}


@require_POST
def subscription(request):
    """Make, renew or revoke the user's own calendar address, or turn her reminders on and off."""
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        return HttpResponseBadRequest(_("Ukjent valg."))
    pghistory.context(reason=_("Valgt på startsiden"))
    messages.success(request, deed(request.user))
    return HttpResponseRedirect(reverse("admin:index") + "#kalender")
