"""How does a reader choose what to compare, and read what is the same and what is not?"""

import functools
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..insight import compare as insight
from ..models import Cooperation, CooperationTask, Membership
from .choices import WithMunicipalities, numbered
from .page import DayForm, page

MOST_MUNICIPALITIES, MOST_COOPERATIONS = 3, 2


class SeveralCooperations(forms.Field):
    """Public cooperations by address name or by their very name, one value each; empty values are passed over."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: list[str] | None) -> list[Cooperation]:
        """Return the cooperations in the order given, each once. Raises ``ValidationError`` for every unknown one."""
        found, faults = self.read(value)
        if faults:
            raise ValidationError(list(faults.values()))
        return found

    def read(self, value: list[str] | None) -> tuple[list[Cooperation], dict[str, ValidationError]]:
        """Return the cooperations that are understood, and what is wrong with each text that is not."""
        texts = list(dict.fromkeys(" ".join(t.replace("\x00", "").split())[:300] for t in value or []))
        texts = [t for t in texts if t]
        if len(texts) > MOST_COOPERATIONS:
            return [], {"": ValidationError(_("Velg høyst to samarbeid."))}
        found, faults = {}, {}
        for text in texts:
            public = Cooperation.objects.public()
            called = list(public.filter(slug=text)[:1]) or list(public.filter(name__iexact=text)[:2])
            if len(called) == 1:
                found[called[0].pk] = called[0]
                continue
            alike = ", ".join(public.matching(text).values_list("name", flat=True)[:3])
            message = _("Registeret har ikke ett samarbeid som heter «%(name)s».") % {"name": text}
            meant = " " + _("Mente du %(names)s?") % {"names": alike} if alike else ""
            faults[text] = ValidationError(message + meant)
        return list(found.values()), faults


class CompareForm(WithMunicipalities, DayForm):
    """Two or three municipalities, two cooperations, or one of either on two days (``on`` and ``mot``)."""

    samarbeid = SeveralCooperations(required=False)
    mot = forms.DateField(
        required=False, input_formats=["%Y-%m-%d"], error_messages=DayForm.base_fields["on"].error_messages
    )

    def clean(self) -> dict:
        """Refuse what cannot be set side by side."""
        municipalities = self.cleaned_data.get("kommune") or []
        cooperations = self.cleaned_data.get("samarbeid") or []
        if municipalities and cooperations:
            raise ValidationError(_("Velg enten kommuner eller samarbeid, ikke begge."))
        if len(municipalities) > MOST_MUNICIPALITIES:
            raise ValidationError({"kommune": _("Velg høyst tre kommuner.")})
        if self.cleaned_data.get("mot") and len(municipalities) + len(cooperations) > 1:
            raise ValidationError({"mot": _("To datoer kan bare sammenlignes for én kommune eller ett samarbeid.")})
        return self.cleaned_data

    @functools.cached_property
    def _read_cooperations(self) -> tuple[list[Cooperation], dict[str, ValidationError]]:
        if self.is_valid():
            return self.cleaned_data["samarbeid"], {}
        return self.fields["samarbeid"].read(self["samarbeid"].value())

    @property
    def chosen_cooperations(self) -> list[Cooperation]:
        """Return the cooperations that were understood."""
        return self._read_cooperations[0]

    @property
    def cooperation_fields(self) -> list[tuple[int, str]]:
        """Return the fields for more of them, with what was not understood."""
        return numbered(self._read_cooperations[1], MOST_COOPERATIONS)

    @property
    def municipalities(self) -> list[Organisation]:
        """Return the municipalities that were chosen."""
        return (self.cleaned_data.get("kommune") if self.is_valid() else None) or []

    @property
    def cooperations(self) -> list[Cooperation]:
        """Return the cooperations that were chosen."""
        return (self.cleaned_data.get("samarbeid") if self.is_valid() else None) or []

    @property
    def one(self) -> Organisation | Cooperation | None:
        """Return what was chosen alone."""
        chosen = self.municipalities + self.cooperations
        return chosen[0] if len(chosen) == 1 else None


@dataclass(frozen=True)
class Compared:
    """What is set side by side; no sides where too little was chosen."""

    sides: list[insight.Side]
    groups: list[insight.Group]
    facts: list[tuple[str, list[str], bool]]  # the term, what each side has, and whether they differ
    on_two_days: bool
    of_members: bool

    @property
    def names(self) -> list[str]:
        """Return what tells the sides apart: their titles, or the days of one."""
        return [date_format(s.day, "DATE_FORMAT") if self.on_two_days else s.title for s in self.sides]

    @property
    def titles(self) -> list[str]:
        """Return what is compared, each once."""
        return list(dict.fromkeys(side.title for side in self.sides))


@page
def compare(request: HttpRequest) -> HttpResponse:
    """Show two or three things side by side, or let the reader choose them."""
    form = CompareForm(request.GET)
    found = compared(form)
    context = {
        "form": form,
        "day": form.day,
        "sides": list(zip(found.names, found.sides, strict=True)),
        "dates": found.on_two_days,
        "facts": found.facts,
        "groups": [(_heading(group.inside, found.names), group) for group in found.groups],
        "municipalities": form.municipalities,
        "cooperations": form.cooperations,
        "of_members": found.of_members,
        "one": form.one,
        "question": request.GET.urlencode(),
    }
    return render(request, "agreements/compare.html", context, status=form.status)


def compared(form: CompareForm) -> Compared:
    """Set side by side what the reader has chosen."""
    chosen = form.cleaned_data if form.is_valid() else {}
    municipalities, cooperations = form.municipalities, form.cooperations
    days = [form.day, chosen["mot"]] if chosen.get("mot") else [form.day]
    sides, subjects = [], {}
    if len(municipalities) * len(days) > 1:
        sides = [insight.municipality_side(one, day, subjects) for one in municipalities for day in days]
    elif len(cooperations) * len(days) > 1:
        members = Membership.objects.select_related("organisation")
        links = CooperationTask.objects.select_related("task__parent")
        by_id = (
            Cooperation.objects.public()
            .prefetch_related(Prefetch("memberships", members), Prefetch("task_links", links))
            .in_bulk([c.pk for c in cooperations])
        )
        sides = [insight.cooperation_side(by_id[c.pk], day, subjects) for c in cooperations for day in days]
    return Compared(sides, insight.groups(sides, subjects), _facts(sides), len(days) > 1, bool(cooperations))


def _facts(sides: list[insight.Side]) -> list[tuple[str, list[str], bool]]:
    """Return the facts by line: the term, what each side has, and whether they differ."""
    if not sides:
        return []
    lines = zip(*(side.facts for side in sides), strict=True)
    return [(line[0][0], [value for _term, value in line], len({value for _term, value in line}) > 1) for line in lines]


def _heading(inside: tuple[int, ...], names: list[str]) -> str:
    if len(inside) == len(names):
        return _("Felles for begge") if len(names) == 2 else _("Felles for alle")
    if len(inside) == 1:
        return _("Bare %(name)s") % {"name": names[inside[0]]}
    return _(" og ").join(names[n] for n in inside)
