"""How does a reader choose a region, a task or a cooperation in the address of a page?

The forms refuse what they do not know with a message beside the field; the page then answers 400.
"""

import datetime
import functools
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.models import County, MunicipalityNumber, Organisation
from municipalities.models.fields import norwegian_sort_key

from ..models import Cooperation, Form, Task
from . import lookup
from .page import DayForm

#: So many municipalities fit into one table or picture: the largest county has 46.
MOST_MUNICIPALITIES = 60


class CodeField(forms.ModelChoiceField):
    """A row by the code that it has in addresses."""

    def __init__(self, queryset, code: str, unknown: str):
        super().__init__(queryset, to_field_name=code, required=False, error_messages={"invalid_choice": unknown})

    def to_python(self, value: Any) -> Any:
        """Return the row; what cannot be a code is not asked for."""
        text = str(value or "").strip()
        if text and not re.fullmatch(r"[-\w]{1,120}", text):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": text})
        return super().to_python(text)


class SeveralMunicipalities(forms.Field):
    """Municipalities by address name, number or name, one value each; empty values are passed over."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: list[str] | None) -> list[Organisation]:
        """Return the municipalities in the order given, each once. Raises ``ValidationError`` for every unknown one."""
        found, faults = self.read(value)
        if faults:
            raise ValidationError(list(faults.values()))
        return found

    def read(self, value: list[str] | None) -> tuple[list[Organisation], dict[str, ValidationError]]:
        """Return the municipalities that are understood, and what is wrong with each text that is not."""
        texts = list(dict.fromkeys(" ".join(t.replace("\x00", "").split()) for t in value or []))
        texts = [t for t in texts if t]
        if len(texts) > MOST_MUNICIPALITIES:
            return [], {"": ValidationError(_("Velg høyst %(n)s kommuner.") % {"n": MOST_MUNICIPALITIES})}
        known = {o.slug: o for o in Organisation.objects.filter(slug__in=texts, kind=Organisation.Kind.MUNICIPALITY)}
        found, faults = {}, {}
        for text in texts:
            try:
                one = known.get(text) or _municipality(text)
                found[one.pk] = one
            except ValidationError as error:
                faults[text] = error
        return list(found.values()), faults


def _municipality(text: str) -> Organisation:
    """Return the one municipality that is called so."""
    called = lookup.municipalities_called(text, timezone.localdate())
    if len(called) == 1:
        return called[0].organisation
    if called:
        names = ", ".join(lookup.unique_name(m) for m in called)
        raise ValidationError(_("Flere kommuner heter «%(name)s»: %(names)s.") % {"name": text, "names": names})
    alike = lookup.municipalities_like(text)
    if alike:
        # Each once: one that is no more is often called as the one that took over.
        names = ", ".join(dict.fromkeys(lookup.unique_name(m) for m in alike))
        raise ValidationError(
            _("Vi kjenner ingen kommune som heter «%(name)s». Mente du %(names)s?") % {"name": text, "names": names}
        )
    raise ValidationError(_("Vi kjenner ingen kommune som heter «%(name)s».") % {"name": text})


def county_field() -> CodeField:
    """Return the field for a county by its number."""
    return CodeField(County.objects.all(), "number", gettext_lazy("Ingen fylker har nummeret «%(value)s»."))


def cooperation_field(form: Form | None = None) -> CodeField:
    """Return the field for a public cooperation by its address name, perhaps of one form."""
    public = Cooperation.objects.public()
    return CodeField(
        public.filter(form=form) if form else public,
        "slug",
        gettext_lazy("Registeret har ikke noe samarbeid med adressen «%(value)s»."),
    )


def task_field() -> CodeField:
    """Return the field for a task or a sector by its code."""
    return CodeField(Task.objects.all(), "code", gettext_lazy("Ingen oppgaver har koden «%(value)s»."))


def numbered(texts: Iterable[str], fewest: int) -> list[tuple[int, str]]:
    """Return the fields for what could not be understood, numbered, with empty ones up to ``fewest``."""
    written = [text for text in texts if text]
    return list(enumerate(written + [""] * max(0, fewest - len(written)), start=1))


class WithMunicipalities(forms.Form):
    """A form with municipalities of one's choice: those understood are kept when another is not, as it was written."""

    kommune = SeveralMunicipalities(required=False)

    @functools.cached_property
    def _read(self) -> tuple[list[Organisation], dict[str, ValidationError]]:
        if self.is_valid():
            return self.cleaned_data["kommune"], {}
        return self.fields["kommune"].read(self["kommune"].value())

    @property
    def chosen_municipalities(self) -> list[Organisation]:
        """Return the municipalities that were understood."""
        return self._read[0]

    @property
    def municipality_fields(self) -> list[tuple[int, str]]:
        """Return the fields for more of them, with what was not understood."""
        return numbered(self._read[1], 3)


class RegionForm(WithMunicipalities, DayForm):
    """A region: a county, the members of a political council (IPR), municipalities of one's choice, or all together."""

    fylke = county_field()
    ipr = cooperation_field(Form.IPR)

    def region(self) -> "list[Organisation]":
        """Return the municipalities of the region on the day, by name; none when nothing (known) was chosen."""
        chosen = self.cleaned_data if self.is_valid() else {}
        found = {o.pk: o for o in chosen.get("kommune") or []}
        ids = []
        if county := chosen.get("fylke"):
            ids += (
                MunicipalityNumber.objects.valid_on(self.day)
                .filter(county=county)
                .values_list("municipality", flat=True)
            )
        if council := chosen.get("ipr"):
            members = council.memberships.held_on(self.day).filter(organisation__kind=Organisation.Kind.MUNICIPALITY)
            ids += members.values_list("organisation", flat=True)
        found |= {o.pk: o for o in Organisation.objects.filter(pk__in=ids)} if ids else {}
        return sorted(found.values(), key=lambda o: norwegian_sort_key(o.name))

    def title(self) -> str:
        """Name the region as the reader chose it."""
        chosen = self.cleaned_data if self.is_valid() else {}
        names = [str(chosen[name]) for name in ("fylke", "ipr") if chosen.get(name)]
        several = [o.name for o in chosen.get("kommune") or []]
        if len(several) > 5:
            several = [_("%(n)s valgte kommuner") % {"n": len(several)}]
        return ", ".join(names + several)


def carried(query: QueryDict, *left_out: str) -> list[tuple[str, str]]:
    """Return the parameters of an address as hidden fields, without those that a form has fields for."""
    return [(name, value) for name, values in query.lists() if name not in left_out for value in values if value]


def counties_on(day: datetime.date) -> list[County]:
    """Return the counties of a day, for a choice."""
    return [c for c in County.objects.all() if c.is_valid_on(day)]


def sectors() -> list[tuple[Task, list[Task]]]:
    """Return the taxonomy for a choice: each sector with its tasks."""
    children: dict[int | None, list[Task]] = {}
    for task in Task.objects.all():
        children.setdefault(task.parent_id, []).append(task)
    return [(sector, children.get(sector.pk, [])) for sector in children.get(None, [])]
