"""How does a coordinator do what happens to a cooperation: choose, see what it will do, do it, undo it?"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.history import Event, Tracked, revisions
from municipalities.models import Organisation

from .. import actions
from ..actions.record import tracked_models
from ..models import ActionRecord, Cooperation, CooperationRelation, Form, Membership, Notice, Role, Status
from .forms import ShareField
from .history import cooperation_histories

_DATE = {"type": "date", "class": "vDateField register-date"}


class ActionForm(forms.Form):
    """What every action asks: when, and why."""

    on = forms.DateField(label=gettext_lazy("Dato"), widget=forms.DateInput(format="%Y-%m-%d", attrs=_DATE))
    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        max_length=300,
        help_text=gettext_lazy("Vises i historikken, f.eks. «Vedtak i kommunestyret 12.3.2022, sak 14/22»."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args, cooperation: Cooperation, **kwargs):
        super().__init__(*args, **kwargs)
        self.cooperation = cooperation
        self.order_fields([n for n in self.fields if n not in ("on", "reason")] + ["on", "reason"])

    def arguments(self) -> dict[str, Any]:
        """Return what the action is called with beside who and why."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


def _members_field(label) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(Organisation.objects.none(), label=label)


class JoinForm(ActionForm):
    """Who joins, as what."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        label=gettext_lazy("Ny deltaker"),
        widget=AutocompleteSelect(Membership._meta.get_field("organisation"), admin.site),
    )
    role = forms.ChoiceField(choices=Role.choices, label=gettext_lazy("Rolle"), initial=Role.PARTICIPANT)
    ownership = ShareField(
        label=gettext_lazy("Eierandel"), help_text=gettext_lazy("F.eks. 40 % eller 1/7. Tomt når den er ukjent.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Med fra og med")


class MemberForm(ActionForm):
    """Which of the members it is about."""

    organisation = _members_field(gettext_lazy("Deltaker"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        there = self.cooperation.memberships.filter(Q(valid_to=None) | Q(valid_to__gte=localdate()))
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=there.values("organisation"))


class LeaveForm(MemberForm):
    """Who leaves, and when."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Siste dag")


class NoticeForm(MemberForm):
    """Who gives notice, and what the last day is."""

    basis = forms.ChoiceField(
        choices=[("", "---------"), *Notice.Basis.choices], label=gettext_lazy("Grunnlag"), required=False
    )
    effective_on = forms.DateField(
        label=gettext_lazy("Siste dag i samarbeidet"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_DATE),
        help_text=gettext_lazy("Tomt: regnes ut av fristen i avtalen, ellers av lovens frist."),
    )
    reference = forms.CharField(label=gettext_lazy("Referanse"), max_length=150, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Sagt opp")


class RenameForm(ActionForm):
    """The new name."""

    name = forms.CharField(label=gettext_lazy("Nytt navn"), max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Heter dette fra og med")


class ConvertForm(ActionForm):
    """The new form, and the new name where there is one."""

    form = forms.ChoiceField(choices=Form.choices, label=gettext_lazy("Ny form"))
    name = forms.CharField(
        label=gettext_lazy("Nytt navn"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Tomt: navnet blir det samme."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Ny form fra og med")


class MergeForm(ActionForm):
    """With which others, and what the new one is called."""

    others = forms.ModelMultipleChoiceField(
        Cooperation.objects.all(),
        label=gettext_lazy("Slås sammen med"),
        widget=AutocompleteSelectMultiple(CooperationRelation._meta.get_field("successor"), admin.site),
    )
    name = forms.CharField(label=gettext_lazy("Det nye heter"), max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Slått sammen fra og med")


class SplitForm(ActionForm):
    """What the parts are called."""

    names = forms.CharField(
        label=gettext_lazy("Delene heter"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Ett navn på hver linje. Alle deltakere og oppgaver følger med til hver del; rett det etterpå."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Delt fra og med")

    def arguments(self):
        """Read one part of each line."""
        lines = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        return {"on": self.cleaned_data["on"], "parts": [{"name": line} for line in lines]}


class WindUpForm(ActionForm):
    """When winding up begins."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Under avvikling fra og med")


class EndForm(ActionForm):
    """The last day, and what takes over."""

    successor = forms.ModelChoiceField(
        Cooperation.objects.all(),
        label=gettext_lazy("Erstattet av"),
        required=False,
        widget=AutocompleteSelect(CooperationRelation._meta.get_field("successor"), admin.site),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Siste dag")


class ReopenForm(ActionForm):
    """Nothing but why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["on"]


class UndoForm(ReopenForm):
    """Nothing but why."""


def _merge(cooperation, *, others, name, **rest):
    return actions.merge([cooperation, *others], values={"name": name}, **rest)


@dataclass(frozen=True)
class Choice:
    """An action as it is offered: its name, what it does in a sentence, its form, the function, and when it fits."""

    title: Any
    explanation: Any
    form: type[ActionForm]
    do: Callable
    statuses: frozenset[str]
    names: dict[str, str] = field(default_factory=dict)


_LIVING = frozenset(Status) - {Status.ENDED}
CHOICES: dict[str, Choice] = {
    "join": Choice(
        gettext_lazy("Ny deltaker"), gettext_lazy("En organisasjon blir med fra en dag."),
        JoinForm, actions.join, _LIVING,
    ),
    "give_notice": Choice(
        gettext_lazy("Oppsigelse"), gettext_lazy("En deltaker har sagt opp, og er med til fristen er ute."),
        NoticeForm, actions.give_notice, _LIVING,
    ),
    "leave": Choice(
        gettext_lazy("Deltaker går ut"),
        gettext_lazy("En deltaker har en siste dag. Den blir stående som tidligere, og kan fortsatt ha ansvar."),
        LeaveForm, actions.leave, frozenset(Status),
    ),
    "rename": Choice(
        gettext_lazy("Nytt navn"), gettext_lazy("Samarbeidet heter noe annet. Nettadressen er den samme."),
        RenameForm, actions.rename, frozenset(Status),
    ),
    "convert": Choice(
        gettext_lazy("Gjør om til en annen form"),
        gettext_lazy("Det gamle avsluttes og et nytt begynner, med de samme deltakerne, andelene og oppgavene."),
        ConvertForm, actions.convert, _LIVING,
    ),
    "merge": Choice(
        gettext_lazy("Slå sammen"), gettext_lazy("Flere samarbeid blir til ett nytt med alles deltakere og oppgaver."),
        MergeForm, _merge, _LIVING,
    ),
    "split": Choice(
        gettext_lazy("Del"), gettext_lazy("Samarbeidet avsluttes og blir til flere nye."),
        SplitForm, actions.split, _LIVING,
    ),
    "wind_up": Choice(
        gettext_lazy("Begynn avvikling"), gettext_lazy("Samarbeidet er vedtatt oppløst og avvikles."),
        WindUpForm, actions.wind_up, _LIVING - {Status.WINDING_UP},
    ),
    "end": Choice(
        gettext_lazy("Avslutt"), gettext_lazy("Samarbeidet har en siste dag. Siden blir stående."),
        EndForm, actions.end, _LIVING,
    ),
    "reopen": Choice(
        gettext_lazy("Gjenåpne"), gettext_lazy("Samarbeidet var avsluttet eller under avvikling ved en feil."),
        ReopenForm, actions.reopen, frozenset({Status.ENDED, Status.WINDING_UP}),
    ),
}  # fmt: skip


def deeds_of(record: ActionRecord) -> list[Event]:
    """Describe what an action did, row by row and field by field."""
    known: dict[Any, Tracked] = {t.model: t for t in cooperation_histories(0)}
    models = tracked_models()
    histories, after = [], {}
    for table in {row[0] for row in record.touched}:
        rows = [row for row in record.touched if row[0] == table]
        model = models[table]
        base = known.get(model) or Tracked(model, Q())
        about = Q(pgh_obj_id__in=[row[1] for row in rows]) & Q(pgh_id__lte=max(row[3] for row in rows))
        histories.append(replace(base, condition=about))
        after[table] = min(row[2] for row in rows) - 1
    histories.sort(key=lambda t: list(models.values()).index(t.model))
    return [event for revision in revisions(histories, after=after) for event in revision.events]


def rehearse(do: Callable[[], Any]) -> list[Event]:
    """Do an action, describe what it did, and take it back as if it had never been."""
    with transaction.atomic():
        newest = ActionRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        do()
        record = ActionRecord.objects.filter(pk__gt=newest).order_by("pk").first()
        events = deeds_of(record) if record else []
        transaction.set_rollback(True)
    return events


class ActionPages:
    """The pages of a cooperation's actions, for the admin of cooperations."""

    def get_urls(self):
        """Add the list of actions, one page for each, and the one that undoes."""
        wrap = self.admin_site.admin_view
        mine = [
            path("<int:pk>/handlinger/", wrap(self.actions_view), name="agreements_cooperation_actions"),
            path("<int:pk>/handlinger/angre/<int:record>/", wrap(self.undo_view), name="agreements_cooperation_undo"),
            path("<int:pk>/handlinger/<slug:kind>/", wrap(self.action_view), name="agreements_cooperation_action"),
        ]
        return [*mine, *super().get_urls()]

    def _mine(self, request, pk: int) -> Cooperation:
        """Return the cooperation, when she may change it."""
        found = self.get_queryset(request).filter(pk=pk).first()
        if found is None:
            raise Http404
        if not self.has_change_permission(request, found):
            raise PermissionDenied
        return found

    def actions_view(self, request, pk):
        """Offer the actions that fit the cooperation today, and list those that have been done."""
        found = self._mine(request, pk)
        done = ActionRecord.objects.filter(cooperations__contains=[pk]).select_related("by", "undone_by__undone_by")
        status = found.status_on(localdate())
        context = self._context(request, found, _("Handlinger: %(name)s") % {"name": found})
        context["choices"] = [(kind, choice) for kind, choice in CHOICES.items() if status in choice.statuses]
        context["done"] = done
        return TemplateResponse(request, "admin/register/actions.html", context)

    def action_view(self, request, pk, kind):
        """Ask, show what will happen, and do it when that has been seen."""
        found = self._mine(request, pk)
        if kind not in CHOICES:
            raise Http404
        choice = CHOICES[kind]
        asked = choice.form(request.POST or None, cooperation=found)

        def do():
            reason = asked.cleaned_data["reason"]
            return choice.do(found, by=request.user, reason=reason, **asked.arguments())

        if asked.is_bound and asked.is_valid():
            for other in asked.cleaned_data.get("others", []):
                if not self.has_change_permission(request, other):
                    asked.add_error("others", _("Du kan ikke endre «%(name)s».") % {"name": other})
        context = self._context(request, found, f"{choice.title}: {found}")
        return self._ask(request, found, asked, do, context | {"explanation": choice.explanation})

    def undo_view(self, request, pk, record):
        """Show what undoing an action will do, and undo it when that has been seen."""
        found = self._mine(request, pk)
        done = ActionRecord.objects.filter(pk=record, cooperations__contains=[pk]).first()
        if done is None:
            raise Http404
        for other in Cooperation.objects.filter(pk__in=done.cooperations):
            if not self.has_change_permission(request, other):
                raise PermissionDenied
        asked = UndoForm(request.POST or None, cooperation=found)

        def do():
            return actions.undo(done, by=request.user, reason=asked.cleaned_data["reason"])

        title = _("Angre «%(action)s»") % {"action": done}
        context = self._context(request, found, title) | {
            "explanation": _("Alt blir som før. Historikken beholder begge.")
        }
        return self._ask(request, found, asked, do, context)

    def _ask(self, request, found, asked, do, context):
        context |= {"asked": asked, "media": self.media + asked.media}
        if request.method == "POST" and asked.is_valid():
            try:
                seen = constant_time_compare(request.POST.get("seen", ""), _digest(request, asked))
                if "do" in request.POST and seen:
                    do()
                    return self._done(request, found)
                context |= {"events": rehearse(do), "seen": _digest(request, asked)}
            except ValidationError as error:
                _add_errors(asked, error)
        return TemplateResponse(request, "admin/register/action.html", context)

    def _done(self, request, found) -> HttpResponseRedirect:
        """Say that it is done, with the way to undo it."""
        record = ActionRecord.objects.filter(cooperations__contains=[found.pk]).first()
        undo = reverse("admin:agreements_cooperation_undo", args=[found.pk, record.pk])
        message = format_html('{} <a href="{}">{}</a>', _("Utført: %(what)s.") % {"what": record}, undo, _("Angre"))
        self.message_user(request, message, messages.SUCCESS)
        there = Cooperation.objects.filter(pk=found.pk).exists()
        name = "admin:agreements_cooperation_actions" if there else "admin:agreements_cooperation_changelist"
        return HttpResponseRedirect(reverse(name, args=[found.pk] if there else []))

    def _context(self, request, found, title) -> dict:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": None,
            "object": found,
            "opts": self.opts,
            "status": Status(found.status_on(localdate())).label,
        }


def _digest(request, form: forms.Form) -> str:
    """Return a mark of what was asked for, so that only what has been seen is done."""
    asked = {name: [v for v in request.POST.getlist(name) if v] for name in form.fields}
    return salted_hmac("agreements.admin.actions", json.dumps([request.path, request.user.pk, asked])).hexdigest()


def _add_errors(asked: forms.Form, error: ValidationError) -> None:
    """Put what the action refuses beside the field that it is about, or above the form."""
    by_field: dict[str, Iterable[str]] = (
        error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    )
    for name, texts in by_field.items():
        for text in texts:
            asked.add_error(name if name in asked.fields else None, text)
