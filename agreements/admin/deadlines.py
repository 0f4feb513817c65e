"""Which deadlines are overdue and which are coming, by month, for the coordinator who looks?"""

import datetime
import itertools
from dataclasses import dataclass

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.models import Organisation
from municipalities.querysets import valid_on

from ..insight.deadlines import Deadline, Kind, in_order
from ..insight.due import cooperations_of, coordinated_by, deadlines_for, deadlines_in, with_deadline_facts
from ..insight.months import months_after
from ..models import Cooperation
from ..permissions import visible_to
from ..querysets import CooperationQuerySet
from .findings import municipality_choices

#: So many names of those whom a deadline concerns are written out.
NAMES_SHOWN = 3


@dataclass(frozen=True)
class DeadlineRow:
    """A deadline as a line of a list, with the address where something can be done about it."""

    deadline: Deadline
    url: str
    overdue: bool

    @property
    def is_draft(self) -> bool:
        """Tell whether the public cannot see the cooperation."""
        cooperation = self.deadline.cooperation
        return cooperation is not None and cooperation.publication != Cooperation.Publication.PUBLISHED

    @property
    def whom(self) -> str:
        """Return those whom it concerns, the first of them by name."""
        if self.deadline.cooperation is None:
            return ""
        names = [o.name for o in self.deadline.concerns]
        shown = ", ".join(names[:NAMES_SHOWN])
        rest = len(names) - NAMES_SHOWN
        return _("%(names)s og %(count)d til") % {"names": shown, "count": rest} if rest > 0 else shown


#: Where on the page of a cooperation a deadline of a kind is kept.
_ANCHORS = {
    Kind.CONFIRMATION: "id_due_on",
    Kind.CONVERSION: "id_form",
    Kind.ENDING: "id_valid_to",
    Kind.LEAVING: "memberships-group",
    Kind.SPECIAL_NOTICE: "memberships-group",
}


def deadline_rows(deadlines: list[Deadline], on: datetime.date) -> list[DeadlineRow]:
    """Return the lines of a list, each with the address of what it is about."""
    return [DeadlineRow(d, _address(d), d.is_overdue(on)) for d in deadlines]


def _address(deadline: Deadline) -> str:
    if deadline.cooperation is not None:
        page = reverse("admin:agreements_cooperation_change", args=[deadline.cooperation.pk])
        return f"{page}#{_ANCHORS.get(deadline.kind, 'avtaler')}"
    body = deadline.concerns[0]
    if deadline.kind == Kind.OWNERSHIP_REPORT:
        return reverse("admin:agreements_ownershipreport_add", query={"organisation": body.pk})
    return reverse("admin:municipalities_organisation_change", args=[body.pk])


class DeadlinesForm(forms.Form):
    """Choose whose deadlines, of which kind, and how far ahead; ``on`` is the day to look from."""

    whose = forms.ChoiceField(label=gettext_lazy("Hvem"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    municipality = forms.ChoiceField(label=gettext_lazy("Kommune"), required=False)
    months = forms.TypedChoiceField(label=gettext_lazy("Tidsrom"), required=False, coerce=int, empty_value=12)
    on = forms.DateField(
        label=gettext_lazy("Fra dagen"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Skriv datoen som ÅÅÅÅ-MM-DD.")},
    )

    def __init__(self, data, today: datetime.date, has_organisations: bool):
        super().__init__(data)
        mine, everybody = ("mine", _("mine organisasjoner")), ("all", _("hele registeret"))
        # An empty choice is the first one: one's own deadlines, of those who have organisations.
        self.fields["whose"].choices = [("", mine[1] if has_organisations else everybody[1]), mine, everybody]
        self.fields["whose"].widget.choices = [mine, everybody] if has_organisations else [everybody]
        self.fields["kind"].choices = [("", _("alle typer")), *Kind.choices]
        self.fields["municipality"].choices = municipality_choices(today)
        self.fields["months"].choices = [
            (3, _("tre måneder")), (12, _("et år")), (36, _("tre år")), (60, _("fem år")),
        ]  # fmt: skip
        self.fields["months"].initial = 12
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("«%(value)s» er ikke et av valgene.")


def deadlines_page(request):
    """List deadlines: what is overdue first, then what is coming, month by month."""
    if not request.user.has_perm("agreements.view_cooperation"):
        raise PermissionDenied
    today = localdate()
    organisations = coordinated_by(request.user, today)
    # The fields show what was chosen, also where the address names only a part of it.
    usual = {"whose": "mine" if organisations else "all", "months": "12"}
    asked = DeadlinesForm(usual | request.GET.dict(), today, bool(organisations))
    valid = asked.is_valid()
    context = {**admin.site.each_context(request), "title": _("Frister"), "asked": asked, "valid": valid}
    if valid:
        context |= _overview(asked.cleaned_data, organisations, visible_to(request.user), today)
    return TemplateResponse(request, "admin/register/deadlines.html", context, status=200 if valid else 400)


def _overview(asked: dict, mine: list[Organisation], visible: CooperationQuerySet, today: datetime.date) -> dict:
    """Return what is overdue and what is coming among the deadlines asked for."""
    on = asked["on"] or today
    last = months_after(on, asked["months"] or 12)
    whole = not (asked["whose"] == "mine" and mine)
    cooperations = visible if whole else cooperations_of(mine, on, visible)
    organisations = [] if whole else mine
    if asked["municipality"]:
        chosen = list(
            Organisation.objects.filter(valid_on(on, "municipality__numbers__"))
            .filter(municipality__numbers__number=asked["municipality"])
            .distinct()
        )
        cooperations = cooperations_of(chosen, on, cooperations)
        organisations = chosen if whole else [o for o in mine if o in chosen]
    found = in_order(
        [
            *deadlines_in(with_deadline_facts(cooperations), datetime.date.min, last, on),
            *deadlines_for(organisations, on, last),
        ]
    )
    if asked["kind"]:
        found = [d for d in found if d.kind == asked["kind"]]
    rows = deadline_rows(found, on)
    coming = [row for row in rows if row.deadline.date >= on]
    return {
        "on": on,
        "last": last,
        "overdue": [row for row in rows if row.overdue],
        "coming": coming,
        "by_month": [
            (month, list(of_month))
            for month, of_month in itertools.groupby(coming, lambda row: row.deadline.date.replace(day=1))
        ],
        "narrowed": bool(asked["kind"] or asked["municipality"]),
        "leaves_out_councils": whole and not asked["municipality"],
    }
