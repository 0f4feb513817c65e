"""How are vague dates and shares written in one field each, and memberships checked together?"""

from fractions import Fraction

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.forms import ReasonForm, RowsFormSet, SlugForm

from ..models import Cooperation, DatePrecision, GroupStatement, Membership, VagueDate
from ..models.shares import check_shares_within_whole, format_share, parse_share

_SHORT = {"class": "register-short", "autocomplete": "off"}


class VagueDateField(forms.CharField):
    """A date as exactly as it is known: «2021», «09.2021», «30.9.2021», «2012/13», «senest 2023»."""

    def __init__(self, *, end: bool, **kwargs):
        self.end = end
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs=_SHORT))
        super().__init__(**kwargs)

    def clean(self, value) -> VagueDate | None:
        """Return the date with its precision, None when nothing was written."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return VagueDate.parse(text, end=self.end)
        except ValueError as error:
            raise ValidationError(str(error), code="vague_date") from error


class ShareField(forms.CharField):
    """An exact share: «40 %», «0,6 %», «1/7», «307/1000»."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 45)
        kwargs.setdefault("widget", forms.TextInput(attrs=_SHORT))
        super().__init__(**kwargs)

    def clean(self, value) -> Fraction | None:
        """Return the share, None when nothing was written: unknown."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_share(text)
        except ValueError as error:
            raise ValidationError(str(error), code="share") from error


_DATE_HELP = gettext_lazy("Så nøyaktig som du vet: 2021, 09.2021, 30.9.2021, 2012/13 eller senest 2023.")


class PeriodMixin(forms.Form):
    """Two vague dates, each stored as a day and a precision."""

    valid_from = VagueDateField(end=False, label=gettext_lazy("Fra"), help_text=_DATE_HELP)
    valid_to = VagueDateField(end=True, label=gettext_lazy("Til"), help_text=gettext_lazy("Siste dag, medregnet."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("valid_from", "valid_to"):
            known = VagueDate.of(getattr(self.instance, name), getattr(self.instance, f"{name}_precision"))
            self.initial[name] = known.as_input() if known else ""

    def clean(self):
        """Put the precision where the row keeps it, and leave the day for the form to store."""
        data = super().clean() or self.cleaned_data
        for name in ("valid_from", "valid_to"):
            if name not in data:
                continue
            if name not in self.changed_data:
                data[name] = getattr(self.instance, name)
                continue
            known = data[name]
            data[name] = known.date if known else None
            setattr(self.instance, f"{name}_precision", known.precision if known else DatePrecision.DAY)
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("Sluttdatoen er før startdatoen."))
        return data


class SharesMixin(forms.Form):
    """Ownership and liability, each stored as a numerator and a denominator."""

    ownership = ShareField(label=gettext_lazy("Eierandel"), help_text=gettext_lazy("F.eks. 40 %, 0,6 % eller 1/7."))
    liability = ShareField(
        label=gettext_lazy("Ansvarsandel"), help_text=gettext_lazy("Bare når den er en annen enn eierandelen.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("ownership", "liability"):
            share = getattr(self.instance, f"{name}_share")
            self.initial[name] = "" if share is None else format_share(share)

    def clean(self):
        """Put both parts of each share where the row keeps them."""
        data = super().clean() or self.cleaned_data
        for name in ("ownership", "liability"):
            if name in data and name in self.changed_data:
                share = data[name]
                setattr(self.instance, f"{name}_numerator", None if share is None else share.numerator)
                setattr(self.instance, f"{name}_denominator", None if share is None else share.denominator)
        return data


class CooperationForm(PeriodMixin, SlugForm):
    """A cooperation with vague dates, an address name made for it, and the reason for the change."""

    class Meta:
        model = Cooperation
        fields = ["name", "slug"]  # the fieldsets of the admin name the rest


class MembershipRowForm(PeriodMixin, SharesMixin, forms.ModelForm):
    """A membership as a row of a cooperation."""

    class Meta:
        model = Membership
        fields = ["organisation", "role"]  # the admin names the rest


class MembershipForm(PeriodMixin, SharesMixin, ReasonForm):
    """A membership on a page of its own, checked against the other members of the cooperation."""

    shown_only = ("cooperation", "organisation", "role")

    class Meta:
        model = Membership
        fields = ["organisation", "role"]  # the admin names the rest

    def clean(self):
        """Refuse shares above the whole, and a group of another cooperation."""
        data = super().clean()
        group = data.get("group")
        cooperation = self.instance.cooperation if self.instance.pk else data.get("cooperation")
        if cooperation and group and group.cooperation_id != cooperation.pk:
            self.add_error("group", _("Gruppen hører til et annet samarbeid."))
        if cooperation and {"valid_from", "valid_to", "ownership", "liability"} <= data.keys():
            others = cooperation.memberships.exclude(pk=self.instance.pk)
            self.instance.valid_from, self.instance.valid_to = data["valid_from"], data["valid_to"]
            check_shares_within_whole([*others, self.instance])
        return data


class MembershipFormSet(RowsFormSet):
    """All memberships of a cooperation."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        groups = self.instance.group_statements.all() if self.instance.pk else []
        self._groups = [("", "---------"), *((group.pk, str(group)) for group in groups)]

    def add_fields(self, form, index):
        """Offer the groups of this cooperation only."""
        super().add_fields(form, index)
        if "group" in form.fields:
            form.fields["group"].queryset = GroupStatement.objects.filter(cooperation_id=self.instance.pk)
            form.fields["group"].widget.choices = self._groups

    def save_new(self, form, commit=True):
        """Put a new member after the others, in the order that the pages show them."""
        others = [f.instance.position for f in self.initial_forms] + [obj.position for obj in self.new_objects]
        form.instance.position = max(others, default=-1) + 1
        return super().save_new(form, commit)

    def clean(self):
        """Refuse shares that make more than the whole."""
        super().clean()
        if not any(self.errors):
            check_shares_within_whole(form.instance for form in self.rows)


class GroupFormSet(RowsFormSet):
    """All groups of members of a cooperation."""

    def clean(self):
        """Refuse to delete a group from which members follow: they would vanish unseen with it."""
        super().clean()
        for form in self.deleted_forms:
            count = form.instance.memberships.count() if form.instance.pk else 0
            if count:
                raise ValidationError(
                    _(
                        "«%(group)s» kan ikke slettes ennå: %(count)d deltakere følger av den. "
                        "Slett dem, eller tøm «følger av gruppen» på dem, og lagre først."
                    )
                    % {"group": form.instance, "count": count}
                )
