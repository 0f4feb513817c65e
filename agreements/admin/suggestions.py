"""How are the participants of a cooperation offered as rows to fill in, where each should have one?"""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from municipalities.admin.base import RowsInline
from municipalities.admin.forms import RowsFormSet
from municipalities.admin.labels import LABEL_NEEDS, choice_label
from municipalities.models import Organisation

from ..models import Cooperation
from ..models.status import OWN_RIGHT


class SuggestedRowForm(forms.ModelForm):
    """A row that may have been offered with its participant; nothing is stored until more is filled in.

    The row itself says whom it was offered for, so that it can be told from a row in which somebody
    has chosen the participant, whatever has happened to the members meanwhile.
    """

    suggested = forms.IntegerField(required=False, widget=forms.HiddenInput)

    #: What an offered row holds beside the participant.
    untouched: dict[str, Any] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        key = self.initial.get("suggested")
        if self.is_bound and not self.instance.pk:
            sent = str(self.data.get(self.add_prefix("suggested"), ""))
            key = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None
        if key:
            self.initial |= {"suggested": key, "organisation": key, **self.untouched}
            self.offer()

    def offer(self) -> None:
        """Change what an offered row asks; override where its fields differ from those of other rows."""


class SuggestingFormSet(RowsFormSet):
    """Rows of a parent that belongs to a cooperation, with one offered for each participant that has none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = _participants(getattr(self.instance, "cooperation_id", None))
        self._labels = {str(o.pk): choice_label(o) for o in offered}
        if not self.is_bound:
            taken = {row.organisation_id for row in self.get_queryset()}
            self.initial_extra = [
                {"suggested": o.pk, "organisation": o.pk, **self.form.untouched} for o in offered if o.pk not in taken
            ]
            self.extra = len(self.initial_extra)

    def add_fields(self, form, index):
        """Tell the autocomplete the names of the participants, which have been fetched together."""
        super().add_fields(form, index)
        if "organisation" in form.fields:
            widget = form.fields["organisation"].widget
            getattr(widget, "widget", widget).known.update(self._labels)


def _participants(cooperation_id: int | None) -> list[Organisation]:
    """Return those that take part today in their own right, with what their labels show."""
    cooperation = Cooperation.objects.filter(pk=cooperation_id).first()
    if cooperation is None:
        return []
    today = localdate()
    held = cooperation.memberships.held_on(min(today, cooperation.valid_to or today)).filter(role__in=OWN_RIGHT)
    rows = held.select_related("organisation").prefetch_related(f"organisation__{LABEL_NEEDS}")
    return list({m.organisation_id: m.organisation for m in rows}.values())


class SuggestingInline(RowsInline):
    """An inline with a row offered for each participant."""

    formset = SuggestingFormSet

    def get_fields(self, request, obj=None):
        """Leave out the mark of offered rows for those who may only look."""
        may_write = self.has_add_permission(request, obj) or self.has_change_permission(request, obj)
        return ["suggested", *self.fields] if may_write else self.fields
