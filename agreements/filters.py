"""How is the register narrowed down?  One FilterSet per model, for pages, API and exports alike."""

import copy
import datetime
import functools
import re

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.models import County, Municipality, MunicipalityNumber, Organisation
from municipalities.querysets import valid_on

from .models import Cooperation, Form, Heading, Listed, Membership, Role, Source, Status, Task
from .rules import Severity

#: The value of ``on`` that leaves time out of the question.
ANY = "any"


class OnField(forms.DateField):
    """A date (YYYY-MM-DD) or the word «any»."""

    default_error_messages = {"invalid": _("Skriv datoen som ÅÅÅÅ-MM-DD, eller «any» for alle tider.")}

    def to_python(self, value):
        """Return a date, the word «any», or None when nothing was given."""
        if isinstance(value, str) and value.strip().lower() == ANY:
            return ANY
        return super().to_python(value)

    def strptime(self, value, format):
        """Read the ISO format only, so that 01-02-2024 is refused instead of guessed."""
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        return datetime.date.fromisoformat(value)


class OnFilter(django_filters.Filter):
    """``on``: the day on which the rows must hold; today unless given, «any» for all times."""

    field_class = OnField

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Gyldig på dato"))
        kwargs.setdefault("help_text", _("Dato (ÅÅÅÅ-MM-DD) som opplysningene skal gjelde for; «any» gir alle tider."))
        super().__init__(**kwargs)

    def filter(self, qs, value):
        """Leave the rows alone: the FilterSet applies the date where the model keeps it."""
        return qs


class MunicipalityField(forms.CharField):
    """A municipality by number (any that it has had) or by address name."""

    default_error_messages = {"unknown": _("Ingen kommune har nummeret eller adressenavnet «%(value)s».")}

    def to_python(self, value):
        """Return the organisation ids of the municipalities that the text names, None for an empty text."""
        text = super().to_python(value)
        if not text:
            return None
        ids = set(MunicipalityNumber.objects.filter(number=text).values_list("municipality_id", flat=True))
        ids |= set(Municipality.objects.filter(organisation__slug=text).values_list("pk", flat=True))
        if not ids:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"value": text})
        return sorted(ids)


class MunicipalityFilter(django_filters.Filter):
    field_class = MunicipalityField


class _Filters(dict):
    """The filters of a class, of which each FilterSet has copies: what they are made of nobody changes.

    A library that copies all of it for each request spends most of the time that a question takes.
    """

    def __deepcopy__(self, memo: dict) -> dict[str, django_filters.Filter]:
        copies = {name: copy.copy(one) for name, one in self.items()}
        for one in copies.values():
            one.method = one.method  # which is a method of the copy's own FilterSet
        return copies


class RegisterFilterSet(django_filters.FilterSet):
    """What all FilterSets share: the date that the answer holds for."""

    @classmethod
    def get_filters(cls) -> _Filters:
        """Return the filters of the class."""
        return _Filters(super().get_filters())

    def get_form_class(self) -> type[forms.Form]:
        """Return the form that reads the values, made once for each class."""
        return _form_class(type(self))

    @property
    def on(self) -> datetime.date | None:
        """Return the day asked about, today by default; None when all times are wanted.

        To be read after the form has been validated.
        """
        value = self.form.cleaned_data.get("on")
        if value == ANY:
            return None
        return value or timezone.localdate()


@functools.cache
def _form_class(of: type[RegisterFilterSet]) -> type[forms.Form]:
    return super(RegisterFilterSet, of(queryset=of._meta.model._default_manager.none())).get_form_class()


#: In the order of a life; ``planned``, ``active`` and ``ended`` have been there from the first day of the API.
STATUSES = Status.choices


#: How many take part, in bands: the fewest and the most of each.
SIZES = {
    "0": (0, 0), "1": (1, 1), "2": (2, 2), "3-5": (3, 5), "6-10": (6, 10), "11-20": (11, 20), "21-50": (21, 50),
    "51-": (51, 9999),
}  # fmt: skip


class Confirmed(models.TextChoices):
    """When somebody last confirmed that what the register says of a cooperation is right."""

    RECENT = "recent", _("siste tolv måneder")
    OLDER = "older", _("tidligere")
    NEVER = "never", _("aldri")


def a_year_before(day: datetime.date) -> datetime.date:
    """Return the day from which what was confirmed counts as recent; the first day there is where there is none."""
    if day.year == datetime.MINYEAR:
        return datetime.date.min
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


class LawFindings(models.TextChoices):
    """The gravity of the rules of law that a cooperation breaks today (``rules.Severity``), or that it breaks none."""

    ERROR = Severity.ERROR.value, Severity.ERROR.label
    WARNING = Severity.WARNING.value, Severity.WARNING.label
    INFO = Severity.INFO.value, Severity.INFO.label
    NONE = "none", _("ingen")


class _CooperationForm(forms.Form):
    def clean(self) -> dict:
        """Refuse to look for findings on another day: they are kept for today only."""
        data = super().clean()
        if data.get("findings") and data.get("on") not in (None, "", timezone.localdate()):
            self.add_error(
                "findings", _("Lovfunn er bare regnet ut for dagen i dag. Ta bort enten datoen eller lovfunnene.")
            )
        return data


class CooperationFilter(RegisterFilterSet):
    """Narrow cooperations: by words, members, places, form, task, role, status, size, law, source and day."""

    q = django_filters.CharFilter(
        method="by_words", label=_("Søk"), help_text=_("Ord i navn, formål, oppgave eller deltaker.")
    )
    municipality = MunicipalityFilter(
        method="leave", label=_("Kommune"), help_text=_("Kommunenummer eller adressenavn, f.eks. 3301.")
    )
    organisation = django_filters.ModelChoiceFilter(
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        method="leave",
        label=_("Organisasjon"),
        help_text=_("Adressenavnet til en organisasjon som er med."),
    )
    county = django_filters.ModelChoiceFilter(
        queryset=County.objects.all(),
        to_field_name="number",
        method="leave",
        label=_("Fylke"),
        help_text=_("Fylkesnummer, f.eks. 42: minst én deltaker hører til fylket."),
    )
    form = django_filters.MultipleChoiceFilter(choices=Form.choices, label=_("Form"))
    task = django_filters.ModelMultipleChoiceFilter(
        queryset=Task.objects.all(),
        to_field_name="code",
        method="by_task",
        label=_("Oppgave"),
        help_text=_("Koden til en oppgave eller en hel sektor."),
    )
    role = django_filters.MultipleChoiceFilter(
        choices=Role.choices,
        method="leave",
        label=_("Rolle"),
        help_text=_(
            "Rollen til kommunen eller organisasjonen det spørres om, ellers til en hvilken som helst deltaker."
        ),
    )
    status = django_filters.MultipleChoiceFilter(
        choices=STATUSES,
        method="leave",
        label=_("Status"),
        help_text=_(
            "Status på datoen; flere kan velges. Uten status vises de som er gyldige på datoen: aktive, oppsagte og "
            "de som er under avvikling."
        ),
    )
    source = django_filters.ModelChoiceFilter(
        queryset=Source.objects.all(), to_field_name="key", method="by_source", label=_("Kilde")
    )
    size = django_filters.MultipleChoiceFilter(
        choices=[(band, band.replace("-", "–")) for band in SIZES],
        method="leave",
        label=_("Antall deltakere"),
        help_text=_(
            "Hvor mange kjente deltakere samarbeidet har på datoen, et avsluttet på sin siste dag; "
            "«51-» er 51 eller flere."
        ),
    )
    crosses_county_border = django_filters.ChoiceFilter(
        choices=[("true", _("Ja")), ("false", _("Nei"))],
        method="leave",
        label=_("Krysser fylkesgrensen"),
        help_text=_("Om deltakerne (kommuner og fylkeskommuner) hører til flere fylker på datoen."),
    )
    confirmed = django_filters.MultipleChoiceFilter(
        choices=Confirmed.choices,
        method="leave",
        label=_("Sist bekreftet"),
        help_text=_("Når noen sist bekreftet opplysningene: «recent» er i løpet av tolv måneder før datoen."),
    )
    findings = django_filters.MultipleChoiceFilter(
        choices=LawFindings.choices,
        method="leave",
        label=_("Lovfunn"),
        help_text=_(
            "Hvor alvorlige brudd på lovens regler registeret finner i dag; «none» er de uten. Bare for dagen i dag."
        ),
    )
    on = OnFilter()
    ordering = django_filters.OrderingFilter(
        fields={
            "sort_key": "name", "valid_from": "valid_from", "form": "form", "members": "size", "changed": "changed",
        },
        field_labels={
            "sort_key": _("navn"), "valid_from": _("start"), "form": _("form"), "members": _("antall deltakere"),
            "changed": _("siste endring"),
        },
        label=_("Sortering"),
    )  # fmt: skip

    class Meta:
        model = Cooperation
        fields: list[str] = []
        form = _CooperationForm

    def leave(self, qs: QuerySet, name: str, value) -> QuerySet:
        """Leave the rows to ``filter_queryset``, which reads several parameters together."""
        return qs

    def by_words(self, qs, name, value):
        """Keep those that match every word."""
        return qs.matching(value)

    def by_task(self, qs, name, value):
        """Keep those with one of the tasks, or a task of one of the sectors."""
        if not value:
            return qs
        links = Cooperation.tasks.through.objects.filter(
            Q(task__in=value) | Q(task__parent__in=value), cooperation=OuterRef("pk")
        )
        return qs.filter(Exists(links))

    def by_source(self, qs, name, value):
        """Keep those that cite the source, themselves or in a membership."""
        return qs.filter(Q(citations__source=value) | Q(memberships__citations__source=value)).distinct()

    def filter_queryset(self, queryset):
        """Apply the simple filters, then status and day, then member, county and role as one question."""
        data, on = self.form.cleaned_data, self.on
        day = on or timezone.localdate()
        qs = super().filter_queryset(_with_order(queryset, data["ordering"] or [], day))
        qs = _of_circle(qs.with_status_on(day), data, day)
        if data["status"]:
            qs = qs.filter(status__in=data["status"])
        elif on:
            qs = qs.valid_on(on)
        members = Membership.objects.filter(cooperation=OuterRef("pk"))
        # An ended cooperation is asked about all its members; its last day lies before the day asked about.
        if on and data["status"] != ["ended"]:
            members = members.held_on(on)
        asked = False
        if data["municipality"]:
            members, asked = members.filter(organisation__in=data["municipality"]), True
        if data["organisation"]:
            members, asked = members.filter(organisation=data["organisation"]), True
        if county := data["county"]:
            numbers = MunicipalityNumber.objects.filter(county=county, municipality=OuterRef("organisation"))
            if on:
                numbers = numbers.filter(valid_on(on))
            members, asked = members.filter(Exists(numbers) | Q(organisation=county.council)), True
        if data["role"]:
            members, asked = members.filter(role__in=data["role"]), True
        return qs.filter(Exists(members)) if asked else qs


def _with_order(qs: QuerySet, ordering: list[str], day: datetime.date) -> QuerySet:
    """Annotate what only some orders need."""
    names = {name.removeprefix("-") for name in ordering}
    if "size" in names:
        qs = _with_size(qs, day)
    if "changed" in names:
        qs = qs.annotate(changed=Subquery(Listed.objects.filter(pk=OuterRef("pk")).values("changed")))
    return qs


def _with_seen(qs: QuerySet, day: datetime.date) -> QuerySet:
    """Annotate the day on which the members are counted: what has ended is seen as on its last day."""
    return qs.annotate(seen=Least(Coalesce(F("valid_to"), Value(day, DateField())), Value(day, DateField())))


def _with_size(qs: QuerySet, day: datetime.date) -> QuerySet:
    members = Membership.objects.held_on(OuterRef("seen")).filter(cooperation=OuterRef("pk")).order_by()
    counted = members.values("cooperation").annotate(n=Count("organisation", distinct=True)).values("n")
    return _with_seen(qs, day).annotate(members=Coalesce(Subquery(counted), 0))


def _of_circle(qs: QuerySet, data: dict, day: datetime.date) -> QuerySet:
    """Keep those of the size, spread and confirmation asked for."""
    if data["size"]:
        bands = Q()
        for band in data["size"]:
            bands |= Q(members__range=SIZES[band])
        qs = _with_size(qs, day).filter(bands)
    if data["crosses_county_border"]:
        seen = OuterRef(OuterRef("seen"))
        members = Membership.objects.held_on(seen).filter(cooperation=OuterRef(OuterRef("pk")))
        numbers = MunicipalityNumber.objects.filter(
            valid_on(OuterRef(OuterRef(OuterRef("seen")))),
            municipality=OuterRef("organisation"),
            county=OuterRef(OuterRef("pk")),
        )
        mine = members.filter(Exists(numbers) | Q(organisation__governed_counties=OuterRef("pk")))
        counties = County.objects.filter(Exists(mine)).order_by().annotate(all=Value(1)).values("all")
        counted = counties.annotate(n=Count("pk")).values("n")
        qs = _with_seen(qs, day).annotate(counties=Coalesce(Subquery(counted), 0))
        crossing = Q(counties__gt=1)
        qs = qs.filter(crossing if data["crosses_county_border"] == "true" else ~crossing)
    if data["confirmed"]:
        since = a_year_before(day)
        which = {
            Confirmed.RECENT: Q(confirmed_on__gt=since),
            Confirmed.OLDER: Q(confirmed_on__lte=since),
            Confirmed.NEVER: Q(confirmed_on=None),
        }
        asked = Q()
        for value in data["confirmed"]:
            asked |= which[Confirmed(value)]
        qs = qs.filter(asked)
    if data["findings"]:
        stands = Heading.objects.filter(cooperation_id=OuterRef("pk"), first_day=day)
        qs = qs.filter(Exists(stands.filter(token__in=[f"b:{value}" for value in data["findings"]])))
    return qs


class OrganisationFilter(RegisterFilterSet):
    """Narrow organisations: by words, kind, country, organisation number and day."""

    q = django_filters.CharFilter(method="by_words", label=_("Søk"), help_text=_("Del av navnet, også tidligere navn."))
    kind = django_filters.MultipleChoiceFilter(choices=Organisation.Kind.choices, label=_("Type"))
    country = django_filters.CharFilter(field_name="country", lookup_expr="iexact", label=_("Landkode"))
    org_number = django_filters.CharFilter(field_name="org_number", label=_("Organisasjonsnummer"))
    on = OnFilter()
    ordering = django_filters.OrderingFilter(fields={"sort_key": "name", "kind": "kind"}, label=_("Sortering"))

    class Meta:
        model = Organisation
        fields: list[str] = []

    def by_words(self, qs, name, value):
        """Keep those with the text in a name, present or former."""
        return qs.filter(Q(name__unaccent__icontains=value) | Q(names__name__unaccent__icontains=value)).distinct()

    def filter_queryset(self, queryset):
        """Apply the filters and the day."""
        qs = super().filter_queryset(queryset)
        return qs.valid_on(self.on) if self.on else qs


class MunicipalityFilterSet(RegisterFilterSet):
    """Narrow municipalities: by words, number, county and day."""

    q = django_filters.CharFilter(
        method="by_words", label=_("Søk"), help_text=_("Del av navnet, også samisk, kvensk og tidligere.")
    )
    number = django_filters.CharFilter(
        method="by_number", label=_("Kommunenummer"), help_text=_("Også tidligere numre.")
    )
    county = django_filters.ModelChoiceFilter(
        queryset=County.objects.all(), to_field_name="number", method="leave", label=_("Fylke")
    )
    on = OnFilter()
    ordering = django_filters.OrderingFilter(fields={"organisation__sort_key": "name"}, label=_("Sortering"))

    class Meta:
        model = Municipality
        fields: list[str] = []

    def leave(self, qs, name, value):
        """Leave the rows to ``filter_queryset``."""
        return qs

    def by_words(self, qs, name, value):
        """Keep those with the text in a name of any language or time."""
        return qs.filter(
            Q(organisation__name__unaccent__icontains=value) | Q(organisation__names__name__unaccent__icontains=value)
        ).distinct()

    def by_number(self, qs, name, value):
        """Keep those that have or had the number."""
        return qs.filter(Exists(MunicipalityNumber.objects.filter(municipality=OuterRef("pk"), number=value)))

    def filter_queryset(self, queryset):
        """Apply the filters, then county and day together: who lay in the county on the day."""
        qs = super().filter_queryset(queryset)
        numbers = MunicipalityNumber.objects.filter(municipality=OuterRef("pk"))
        if self.on:
            numbers = numbers.filter(valid_on(self.on))
        if county := self.form.cleaned_data["county"]:
            numbers = numbers.filter(county=county)
        return qs.filter(Exists(numbers))


class CountyFilterSet(RegisterFilterSet):
    """Narrow counties by day."""

    on = OnFilter()

    class Meta:
        model = County
        fields: list[str] = []

    def filter_queryset(self, queryset):
        """Apply the day."""
        qs = super().filter_queryset(queryset)
        return qs.valid_on(self.on) if self.on else qs


class TaskFilterSet(django_filters.FilterSet):
    """Narrow tasks by sector."""

    sector = django_filters.ModelChoiceFilter(
        queryset=Task.objects.filter(parent=None), to_field_name="code", field_name="parent", label=_("Sektor")
    )

    class Meta:
        model = Task
        fields: list[str] = []
