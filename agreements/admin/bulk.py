"""How does a coordinator change many cooperations at once, and see first what changes for which?"""

import hashlib

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..actions.bulk import Change, Wish, change_all, changes_of, with_what_changes
from ..exchange.pasted import read_names
from ..models import Cooperation, Source, Task
from .registration.steps import grouped_tasks

#: So many can be read through before they are changed; more is a job for the import.
MOST = 300


class BulkForm(forms.Form):
    """What shall be so in all that are chosen; an empty field leaves it as it is."""

    responsible = forms.CharField(
        label=gettext_lazy("Ansvarlig for opplysningene"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Navn, kommunenummer eller organisasjonsnummer."),
    )
    add_task = forms.ChoiceField(label=gettext_lazy("Legg til oppgave"), required=False)
    remove_task = forms.ChoiceField(label=gettext_lazy("Ta bort oppgave"), required=False)
    due_on = forms.DateField(
        label=gettext_lazy("Skal bekreftes innen"),
        required=False,
        widget=forms.DateInput(attrs={"class": "register-short", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Skriv datoen som 31.12.2023.")},
    )
    source = forms.ModelChoiceField(
        Source.objects.all(), label=gettext_lazy("Legg til kilde"), required=False, to_field_name="key"
    )
    locator = forms.CharField(label=gettext_lazy("Sted i kilden"), required=False, max_length=100)
    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        max_length=300,
        help_text=gettext_lazy("Vises i historikken til hvert samarbeid."),
        error_messages={"required": gettext_lazy("Skriv hvorfor.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("– ingen –")), *grouped_tasks()]
        for name in ("add_task", "remove_task"):
            self.fields[name].choices = choices

    def clean_responsible(self):
        """Return the one organisation that is meant."""
        written = self.cleaned_data["responsible"]
        if not written:
            return None
        readings = read_names(written, localdate())
        if len(readings) == 1 and readings[0].found:
            return readings[0].found
        maybe = ", ".join(f"{o} ({o.get_kind_display()})" for reading in readings for o in reading.candidates)
        raise ValidationError(
            _("Skriv én organisasjon som registeret kjenner. Mente du: %(maybe)s?") % {"maybe": maybe}
            if maybe
            else _("Registeret kjenner ingen organisasjon som heter det.")
        )

    def clean(self):
        """Ask for something to change, and for the place in a source."""
        data = super().clean()
        if data.get("source") and not data.get("locator"):
            self.add_error("locator", _("Skriv hvor i kilden det står."))
        if data.get("add_task") and data.get("add_task") == data.get("remove_task"):
            self.add_error("remove_task", _("Du kan ikke legge til og ta bort den samme oppgaven."))
        if not self.errors and not any(data.get(name) for name in self.fields if name not in ("reason", "locator")):
            self.add_error(None, _("Fyll ut minst ett felt som skal endres."))
        return data

    @property
    def wish(self) -> Wish:
        """Return what shall be so."""
        data = self.cleaned_data
        tasks = {task.code: task for task in Task.objects.filter(code__in=[data["add_task"], data["remove_task"]])}
        return Wish(
            data["responsible"], tasks.get(data["add_task"]), tasks.get(data["remove_task"]), data["due_on"],
            data["source"], data["locator"],
        )  # fmt: skip


@admin.action(description=gettext_lazy("Endre valgte samarbeid …"), permissions=["change"])
def bulk_edit(model_admin, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
    """Ask what to change, show what changes for which, and change all or none."""
    chosen = list(with_what_changes(Cooperation.objects.filter(pk__in=queryset.order_by().values("pk"))))
    if len(chosen) > MOST:
        model_admin.message_user(
            request, _("Velg høyst %(most)d samarbeid om gangen.") % {"most": MOST}, messages.ERROR
        )
        return None
    mine = [one for one in chosen if model_admin.has_change_permission(request, one)]
    sent = request.POST.get("bulk")
    form = BulkForm(request.POST) if sent else BulkForm()
    context = {
        **admin.site.each_context(request),
        "title": _("Endre flere samarbeid"),
        "opts": model_admin.opts,
        "form": form,
        "chosen": chosen,
        "refused": [one for one in chosen if one not in mine],
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
    }
    if sent and form.is_valid():
        changes = _changes(mine, form.wish)
        seal = _seal(changes)
        if sent == "save" and request.POST.get("seal") == seal and mine:
            return _saved(model_admin, request, mine, form)
        context |= {
            "changes": changes,
            "seal": seal,
            "changed_meanwhile": sent == "save",
            "untouched": len(mine) - len({change.cooperation.pk for change in changes}),
        }
    request.current_app = admin.site.name
    return TemplateResponse(request, "admin/register/bulk_edit.html", context)


def _saved(model_admin, request: HttpRequest, mine: list[Cooperation], form: BulkForm) -> HttpResponse | None:
    try:
        with transaction.atomic():
            count = change_all(mine, form.wish, by=request.user, reason=form.cleaned_data["reason"])
    except ValidationError as error:
        model_admin.message_user(
            request, _("Ingenting ble endret. %(why)s") % {"why": " ".join(error.messages)}, messages.ERROR
        )
        return None
    text = ngettext("%(count)d samarbeid er endret.", "%(count)d samarbeid er endret.", count) % {"count": count}
    model_admin.message_user(request, text, messages.SUCCESS)
    return None


def _changes(mine: list[Cooperation], wish: Wish) -> list[Change]:
    return [change for one in mine for change in changes_of(one, wish)]


def _seal(changes: list[Change]) -> str:
    """Return what tells the changes that were shown from others: somebody may have saved in between."""
    told = "\n".join(f"{c.cooperation.pk}|{c.fact}|{c.before}|{c.after}" for c in changes)
    return hashlib.sha256(told.encode()).hexdigest()
