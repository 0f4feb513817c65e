"""How do the forms of the admin read what a secretary writes, and check rows against each other?"""

import datetime
from collections.abc import Callable

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.forms.models import BaseInlineFormSet, ModelChoiceIteratorValue
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..models import Organisation
from ..models.fields import normalise_org_number
from ..models.personal_numbers import validate_no_birth_number
from ..reference import unique_slug
from .labels import choice_label


def refuse_birth_numbers(form: forms.ModelForm) -> None:
    """Refuse a fødselsnummer in any text of a form: the register never stores one (law.md OFF-05)."""
    for name, value in list(form.cleaned_data.items()):
        if isinstance(value, str):
            try:
                validate_no_birth_number(value)
            except ValidationError as error:
                form.add_error(name, error)


class ReasonForm(forms.ModelForm):
    """Ask why something is changed; the answer goes into the history, not into the row."""

    #: Tells whether the user may add the object that the form has made; None where nothing is added.
    may_add: Callable[[models.Model], bool] | None = None

    #: Fields that the page of a stored object shows without asking; constraints that name them are checked anyway.
    shown_only: tuple[str, ...] = ()

    change_reason = forms.CharField(
        label=_("Begrunnelse for endringen"),
        required=False,
        max_length=300,
        help_text=_(
            "Hvorfor? Valgfritt. Vises i historikken og for alle som følger registeret, "
            "f.eks. «Vedtak i kommunestyret 12.3.2022, sak 14/22»."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def _clean_form(self):
        super()._clean_form()
        refuse_birth_numbers(self)

    def _get_validation_exclusions(self):
        excluded = super()._get_validation_exclusions()
        return excluded - set(self.shown_only) if self.instance.pk else excluded

    def _post_clean(self):
        """Refuse what the user may not add where she has put it."""
        super()._post_clean()
        if self.may_add is not None and not self.errors and not self.may_add(self.instance):
            self.add_error(
                None, _("Dette kan du ikke føre her. Velg noe som du fører opplysningene for, eller foreslå endringen.")
            )


class HeldBack(forms.Form):
    """A form that comes back with a message, however right it is."""

    why_held_back = ""

    def clean(self):
        """Refuse, beside what else is wrong."""
        data = super().clean()
        self.add_error(None, self.why_held_back)
        return data


class SlugForm(ReasonForm):
    """Make the address name from the name where it is left empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # not for those who may only look
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Siste del av nettadressen. Lages av navnet når feltet er tomt.")

    def clean(self):
        """Fill in an empty address name."""
        data = super().clean() or self.cleaned_data
        if "slug" in self.fields and "slug" not in self.errors and not data.get("slug") and data.get("name"):
            data["slug"] = unique_slug(self._meta.model, data["name"], self.instance.pk)
        return data


class OrgNumberField(forms.CharField):
    """An organisation number as people write it: «NO 974 760 673 MVA» is longer than the nine digits stored."""

    def __init__(self, **kwargs):
        kwargs["max_length"] = 30
        super().__init__(**kwargs)


class OrganisationForm(SlugForm):
    """An organisation, whose number may be written with spaces, NO and MVA."""

    class Meta:
        model = Organisation
        fields = ["name", "org_number"]  # the fieldsets of the admin name the rest
        field_classes = {"org_number": OrgNumberField}

    def clean_org_number(self):
        """Return the nine digits, or nothing; the model checks them."""
        return normalise_org_number(self.cleaned_data.get("org_number") or "") or None


class KnownChoices(AutocompleteSelect):
    """An autocomplete that need not ask the database for the name of what is already chosen.

    Django's own asks once per row of an inline.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.known: dict[str, str] = {}

    def optgroups(self, name, value, attr=None):
        """Return the chosen option, and the empty one where the field may be empty."""
        chosen = [v for v in value if v not in ("", None)]
        if any(str(v) not in self.known for v in chosen):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [
            self.create_option(name, ModelChoiceIteratorValue(v, None), self.known[str(v)], True, n)
            for n, v in enumerate(chosen, start=1)
        ]
        return [(None, options, 0)]


class RowsFormSet(BaseInlineFormSet):
    """The rows of one parent, checked against each other before they are checked against the database.

    All rows of the parent are in the form, so a rule within the parent is settled here, and the
    stored rows, which the same form may be about to change, are left out of it. Otherwise «end
    this membership and begin a new one» in one go would be refused.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._mutual = [
            c for c in self.model._meta.constraints if isinstance(c, UniqueConstraint | ExclusionConstraint)
        ]

    def add_fields(self, form, index):
        """Name each field, and tell each autocomplete what it holds, which the queryset has brought along."""
        super().add_fields(form, index)
        for name, form_field in form.fields.items():
            widget = getattr(form_field.widget, "widget", form_field.widget)
            if not widget.is_hidden:  # in a table no label stands beside the field
                widget.attrs.setdefault("aria-label", capfirst(form_field.label or name))
            if not isinstance(widget, AutocompleteSelect) or isinstance(widget, forms.SelectMultiple):
                continue
            form_field.label_from_instance = choice_label
            related = form.instance._state.fields_cache.get(name)
            known = KnownChoices(widget.field, widget.admin_site, attrs=widget.attrs, choices=widget.choices)
            known.is_required = widget.is_required
            if related is not None:
                known.known[str(related.pk)] = choice_label(related)
            if widget is form_field.widget:
                form_field.widget = known
            else:
                form_field.widget.widget = known

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        # Django would check each row against the stored ones, and leave out what concerns the parent.
        form.instance.validate_constraints = lambda exclude=None: None
        form.validate_unique = lambda: self._check_row(form)
        return form

    def _check_row(self, form) -> None:
        """Check the constraints that concern one row alone."""
        exclude = form._get_validation_exclusions()
        for constraint in self.model._meta.constraints:
            if constraint not in self._mutual:
                try:
                    constraint.validate(self.model, form.instance, exclude=exclude)
                except ValidationError as error:
                    form._update_errors(error)

    def validate_unique(self):
        """Leave it to ``clean``, whose messages say what is wrong on the row where it is wrong."""

    @property
    def rows(self) -> list:
        """Return the forms of the rows that will stand when the form is saved, as far as they are valid."""
        deleted = self.deleted_forms
        return [
            form
            for form in self.forms
            if form not in deleted and form.is_valid() and (form.has_changed() or form.instance.pk)
        ]

    def clean(self):
        """Refuse a row that another row of the form, or of another parent in the database, excludes."""
        super().clean()
        for form in self.rows:
            refuse_birth_numbers(form)
        for constraint in self._mutual:
            self._check_mutual(constraint)

    def _check_mutual(self, constraint) -> None:
        names, with_period = _columns(constraint)
        within = self.fk.name in names
        compared = [name for name in names if name != self.fk.name]
        seen: list = []
        for form in self.rows:
            row = form.instance
            values = tuple(getattr(row, self.model._meta.get_field(name).attname) for name in compared)
            if any(v is None for v in values) and getattr(constraint, "nulls_distinct", None) is not False:
                continue
            clash = any(values == others and (not with_period or _overlap(row, other)) for others, other in seen)
            if clash or (not within and self._in_database(compared, values, row, with_period)):
                form.add_error(NON_FIELD_ERRORS, str(constraint.violation_error_message))
            seen.append((values, row))

    def _in_database(self, names, values, row, with_period: bool) -> bool:
        """Tell whether a row of another parent has these values, in an overlapping period."""
        others = self.model._default_manager.filter(**dict(zip(names, values, strict=True)))
        others = others.exclude(pk__in=[form.instance.pk for form in self.initial_forms])
        return others.filter(_overlapping(row)).exists() if with_period else others.exists()


def _columns(constraint) -> tuple[list[str], bool]:
    """Return the columns that a constraint compares for equality, and whether it compares periods too."""
    if isinstance(constraint, UniqueConstraint):
        return list(constraint.fields), False
    expressions = [expression for expression, _operator in constraint.expressions]
    names = [e.name if isinstance(e, F) else e for e in expressions if isinstance(e, F | str)]
    return names, len(names) < len(expressions)


def _overlap(one, other) -> bool:
    """Tell whether two rows hold on a common day: both ends belong to the period, null is open."""
    first, last = datetime.date.min, datetime.date.max
    return (one.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
        one.valid_to or last
    )


def _overlapping(row) -> Q:
    starts = Q(valid_from__isnull=True) | Q(valid_from__lte=row.valid_to) if row.valid_to else Q()
    ends = Q(valid_to__isnull=True) | Q(valid_to__gte=row.valid_from) if row.valid_from else Q()
    return starts & ends
