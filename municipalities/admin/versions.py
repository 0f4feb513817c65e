"""How was an object known at a moment in the past, and how is that version brought back?"""

import pghistory
from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..history import known, moment
from ..revert import bring_about, restored


class MomentField(forms.CharField):
    """A day, or a moment in ISO 8601 as the links of the history write it."""

    def clean(self, value):
        """Return the moment; of a day its end."""
        text = super().clean(value).strip()
        try:
            return moment(text)
        except ValueError as error:
            raise ValidationError(_("Skriv en dato som ÅÅÅÅ-MM-DD, eventuelt med klokkeslett.")) from error


class KnownForm(forms.Form):
    """Which moment."""

    known_on = MomentField(
        label=gettext_lazy("Slik registeret visste det"),
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "2024-12-31", "autocomplete": "off"}),
    )


class RestoreForm(KnownForm):
    """Which moment to bring back, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"), max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"})
    )


class VersionPages:
    """The page of an earlier version, for an admin that tells its ``histories``."""

    #: Columns that a restored version leaves as they are.
    kept_by_restore: frozenset[str] = frozenset()
    #: Tables whose rows a restored version leaves alone.
    never_restored: frozenset[type[Model]] = frozenset()

    def get_urls(self):
        """Add the page of an earlier version."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_known"
        mine = path("<path:object_id>/slik-det-var/", self.admin_site.admin_view(self.known_view), name=name)
        return [mine, *super().get_urls()]

    def key_of(self, object_id: str):
        """Return the primary key that an address names, whether or not the row exists; 404 for what is no key."""
        try:
            return self.model._meta.pk.to_python(unquote(object_id))
        except Exception as error:  # to_python raises what the field's type raises
            raise Http404 from error

    def known_view(self, request, object_id):
        """Show the object and its rows as they were known at a moment, also of what has been deleted; bring it back."""
        pk = self.key_of(object_id)
        obj = self.model._default_manager.filter(pk=pk).first()
        if not (self.has_view_or_change_permission(request, obj) if obj else self.sees_deleted(request)):
            raise PermissionDenied
        may_restore = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            restoring = RestoreForm(request.POST)
            if restoring.is_valid() and self._restored(request, pk, restoring):
                info = self.opts.app_label, self.opts.model_name
                return HttpResponseRedirect(reverse("admin:{}_{}_change".format(*info), args=[quote(pk)]))
            asked = KnownForm(request.POST)
        else:
            asked = KnownForm(request.GET or None)
            restoring = RestoreForm(initial={"known_on": request.GET.get("known_on", "")})
        restoring.fields["known_on"].widget = forms.HiddenInput()
        at = asked.cleaned_data["known_on"] if asked.is_valid() else None
        rows = known(self.histories(pk), at) if at else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Slik registeret visste det: %(name)s") % {"name": obj or self._name_of_deleted(pk)},
            "subtitle": None,
            "object": obj,
            "opts": self.opts,
            "asked": asked,
            "at": at,
            "rows": rows,
            "restoring": restoring if rows and may_restore else None,
        }
        return TemplateResponse(request, "admin/register/known.html", context)

    def _restored(self, request, pk, form) -> bool:
        """Bring the version back; tell what stands in the way on the form."""
        try:
            self.restore(request, pk, form.cleaned_data["known_on"], form.cleaned_data["reason"])
        except ValidationError as error:
            for text in error.messages:
                form.add_error(None, text)
            return False
        self.message_user(request, _("Versjonen er hentet fram, og er nå den gjeldende."), messages.SUCCESS)
        return True

    def restore(self, request, pk, at, reason: str) -> None:
        """Bring the object and its rows back to how they were known, as a new change; override to do more."""
        with transaction.atomic():
            pghistory.context(reason=reason)
            histories = [t for t in self.histories(pk) if t.model not in self.never_restored]
            bring_about(restored(histories, at, self.kept_by_restore))
