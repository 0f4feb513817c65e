"""How are the facts beside cooperations narrowed down: memberships, agreements, decisions, clauses, documents, changes?

The words are those of ``filters``: who takes part, which cooperation, which day.
"""

import datetime

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from municipalities.models import MunicipalityChange, Organisation

from .filters import ANY, MunicipalityFilter, OnFilter, RegisterFilterSet
from .models import Agreement, Clause, Cooperation, Decision, Document, Form, Membership, Role
from .querysets import public_organisations

_DAY = _("Dato, ÅÅÅÅ-MM-DD, medregnet.")


def _cooperation(path: str) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        queryset=Cooperation.objects.public(),
        to_field_name="slug",
        field_name=path,
        label=_("Samarbeid"),
        help_text=_("Samarbeidets adressenavn (slug)."),
    )


def _agreement() -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        queryset=Agreement.objects.filter(cooperation__publication="published"),
        field_name="agreement",
        label=_("Avtale"),
        help_text=_("Avtalens nummer (id), se «agreements»."),
    )


def _organisation(path: str, **kwargs) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        queryset=lambda request: public_organisations(),
        to_field_name="slug",
        field_name=path,
        label=_("Organisasjon"),
        help_text=_("Adressenavnet til en organisasjon."),
        **kwargs,
    )


def _municipality(path: str, **kwargs) -> MunicipalityFilter:
    return MunicipalityFilter(
        field_name=path,
        lookup_expr="in",
        label=_("Kommune"),
        help_text=_("Kommunenummer, også et tidligere, eller adressenavn, f.eks. 3301."),
        **kwargs,
    )


def _form(path: str) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(field_name=path, choices=Form.choices, label=_("Form"))


def _day(path: str, lookup: str, label) -> django_filters.Filter:
    return _DayFilter(field_name=path, lookup_expr=lookup, label=label, help_text=_DAY)


class _DayFilter(OnFilter):
    """A day in ISO format that a column is compared with; «any» leaves it out."""

    def filter(self, qs: QuerySet, value: datetime.date | str | None) -> QuerySet:
        """Compare the column with the day."""
        if value in (None, ANY):
            return qs
        return qs.filter(**{f"{self.field_name}__{self.lookup_expr}": value})


class MembershipFilter(RegisterFilterSet):
    """Narrow memberships: by cooperation, form, member, role and day."""

    cooperation = _cooperation("cooperation")
    form = _form("cooperation__form")
    organisation = _organisation("organisation")
    municipality = _municipality("organisation")
    role = django_filters.MultipleChoiceFilter(choices=Role.choices, label=_("Rolle"))
    on = OnFilter()
    ordering = django_filters.OrderingFilter(
        fields={
            "cooperation__sort_key": "cooperation",
            "organisation__sort_key": "organisation",
            "starts": "valid_from",
        },
        label=_("Sortering"),
    )

    class Meta:
        model = Membership
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Apply the filters and the day."""
        qs = super().filter_queryset(queryset)
        return qs.valid_on(self.on) if self.on else qs


class AgreementFilter(RegisterFilterSet):
    """Narrow agreements: by cooperation, form, a member of it, kind, and the day on which they are in force."""

    cooperation = _cooperation("cooperation")
    form = _form("cooperation__form")
    municipality = _municipality("organisation", method="by_members")
    organisation = _organisation("organisation", method="by_member")
    kind = django_filters.MultipleChoiceFilter(choices=Agreement.Kind.choices, label=_("Type"))
    q = django_filters.CharFilter(
        field_name="title", lookup_expr="unaccent__icontains", label=_("Søk"), help_text=_("Del av tittelen.")
    )
    on = OnFilter()
    ordering = django_filters.OrderingFilter(
        fields={"cooperation__sort_key": "cooperation", "starts": "valid_from", "ends": "valid_to"},
        label=_("Sortering"),
    )

    class Meta:
        model = Agreement
        fields: list[str] = []

    def by_member(self, qs: QuerySet, name: str, value: Organisation | None) -> QuerySet:
        """Keep those of cooperations in which the organisation takes part."""
        return self.by_members(qs, name, [value.pk]) if value else qs

    def by_members(self, qs: QuerySet, name: str, value: list[int] | None) -> QuerySet:
        """Keep those of cooperations in which one of the organisations takes part on the day."""
        if not value:
            return qs
        members = Membership.objects.filter(cooperation=OuterRef("cooperation"), organisation__in=value)
        return qs.filter(Exists(members.held_on(self.on) if self.on else members))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Apply the filters and the day."""
        qs = super().filter_queryset(queryset)
        if not self.on:
            return qs
        began = Q(valid_from__isnull=True) | Q(valid_from__lte=self.on)
        return qs.filter(began & (Q(valid_to__isnull=True) | Q(valid_to__gte=self.on)))


class DecisionFilter(django_filters.FilterSet):
    """Narrow decisions: by cooperation, agreement, who decided, about what, how and when."""

    cooperation = _cooperation("agreement__cooperation")
    agreement = _agreement()
    organisation = _organisation("organisation")
    municipality = _municipality("organisation")
    subject = django_filters.MultipleChoiceFilter(choices=Decision.Subject.choices, label=_("Hva vedtaket gjelder"))
    outcome = django_filters.MultipleChoiceFilter(choices=Decision.Outcome.choices, label=_("Utfall"))
    decided_from = _day("decided_on", "gte", _("Vedtatt fra og med"))
    decided_to = _day("decided_on", "lte", _("Vedtatt til og med"))
    ordering = django_filters.OrderingFilter(fields={"decided": "decided_on"}, label=_("Sortering"))

    class Meta:
        model = Decision
        fields: list[str] = []


class ClauseFilter(django_filters.FilterSet):
    """Narrow clauses: by cooperation, agreement, item of the law and answer."""

    cooperation = _cooperation("agreement__cooperation")
    agreement = _agreement()
    item = django_filters.CharFilter(label=_("Punkt i loven"), help_text=_("Regelens id, f.eks. IPR-14a."))
    status = django_filters.MultipleChoiceFilter(choices=Clause.Status.choices, label=_("Svar"))

    class Meta:
        model = Clause
        fields: list[str] = []


class DocumentFilter(django_filters.FilterSet):
    """Narrow documents: by what they say, cooperation, agreement, language and type of file."""

    q = django_filters.CharFilter(
        method="by_words", label=_("Søk"), help_text=_("Ord i teksten, i enhver bøyning; alle må finnes.")
    )
    cooperation = _cooperation("agreement__cooperation")
    agreement = _agreement()
    language = django_filters.CharFilter(label=_("Språk"), help_text=_("Språkkode, f.eks. nb, nn, en eller uk."))
    file_type = django_filters.MultipleChoiceFilter(
        field_name="format", choices=Document.Format.choices, label=_("Filtype")
    )

    class Meta:
        model = Document
        fields: list[str] = []

    def by_words(self, qs: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those that say every word."""
        for word in list(dict.fromkeys(value.split()))[:10]:
            qs = qs.saying(word)
        return qs


class MunicipalityChangeFilter(django_filters.FilterSet):
    """Narrow changes of municipalities: by municipality, kind and day."""

    municipality = _municipality("old", method="by_municipality")
    kind = django_filters.MultipleChoiceFilter(choices=MunicipalityChange.Kind.choices, label=_("Type endring"))
    date_from = _day("date", "gte", _("Fra og med"))
    date_to = _day("date", "lte", _("Til og med"))
    ordering = django_filters.OrderingFilter(fields={"date": "date"}, label=_("Sortering"))

    class Meta:
        model = MunicipalityChange
        fields: list[str] = []

    def by_municipality(self, qs: QuerySet, name: str, value: list[int] | None) -> QuerySet:
        """Keep those from or to one of the municipalities."""
        return qs.filter(Q(old__in=value) | Q(new__in=value)) if value else qs
