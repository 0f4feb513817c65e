"""How does a coordinator read, and where need be mend, municipalities and counties?"""

from django.contrib import admin
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..history import Tracked
from ..models import (
    County,
    Municipality,
    MunicipalityChange,
    MunicipalityNumber,
    Organisation,
    OrganisationName,
    Population,
)
from ..models.county import CountySuccession
from ..querysets import valid_on
from .base import OnDayFilter, RegisterAdmin, RowsInline


class CountyFilter(admin.SimpleListFilter):
    """Municipalities that belong to a county, by the county's present or former number."""

    title = gettext_lazy("fylke")
    parameter_name = "fylke"

    def lookups(self, request, model_admin):
        """Return the counties, those of today first."""
        counties = sorted(County.objects.all(), key=lambda county: county.valid_to is not None)
        return [(county.number, str(county)) for county in counties]

    def queryset(self, request, queryset):
        """Keep the municipalities that have had a number in the county."""
        if self.value():
            return queryset.filter(numbers__county__number=self.value()).distinct()
        return queryset


class ExistsFilter(OnDayFilter):
    """Municipalities of today, or former ones."""

    def lookups(self, request, model_admin):
        """Return the two choices."""
        return [("now", _("kommuner i dag")), ("past", _("tidligere kommuner"))]

    def queryset(self, request, queryset):
        """Keep the municipalities of the choice."""
        match self.value():
            case "now":
                return queryset.filter(valid_on(localdate(), "organisation__"))
            case "past":
                return queryset.filter(organisation__valid_to__lt=localdate())
        return queryset


class MunicipalityNumberInline(RowsInline, admin.TabularInline):
    """The numbers and official names through time."""

    model = MunicipalityNumber
    autocomplete_fields = ["county"]


class PopulationInline(RowsInline, admin.TabularInline):
    """The population on 1 January of each year."""

    model = Population
    ordering = ["-date"]


@admin.register(Municipality)
class MunicipalityAdmin(RegisterAdmin):
    """A municipality: mostly read, since the reference data come from SSB and Kartverket."""

    list_display = ["name", "number", "county", "malform", "centrality_class", "exists_to"]
    list_filter = [ExistsFilter, CountyFilter, "malform", "centrality_class"]
    search_fields = [
        "organisation__name__unaccent",
        "organisation__names__name__unaccent",
        "numbers__number__startswith",
    ]
    search_help_text = gettext_lazy("Navn (også tidligere, samisk og kvensk) eller kommunenummer")
    autocomplete_fields = ["organisation"]
    readonly_fields = ["names"]
    inlines = [MunicipalityNumberInline, PopulationInline]
    fieldsets = [
        (None, {"fields": ["organisation", "names", "registered_name", ("malform", "malform_confidence"), "in_robek"]}),
        (
            gettext_lazy("Sted og størrelse"),
            {
                "fields": [
                    "admin_centre",
                    "area_km2",
                    ("latitude", "longitude", "point_kind"),
                    ("centrality_class", "centrality_index"),
                    "wikidata_id",
                ]
            },
        ),
    ]

    def get_queryset(self, request):
        """Bring along the names and numbers that the list shows."""
        numbers = MunicipalityNumber.objects.select_related("county")
        return (
            super().get_queryset(request).select_related("organisation").prefetch_related(Prefetch("numbers", numbers))
        )

    def get_readonly_fields(self, request, obj=None):
        """Keep which organisation a municipality is: it is the key of everything about it."""
        return ["organisation", *self.readonly_fields] if obj else self.readonly_fields

    def get_search_results(self, request, queryset, search_term):
        """Put the municipalities of today first in autocompletes."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        order = F("organisation__valid_to").desc(nulls_first=True), "organisation__sort_key", "organisation_id"
        return found.order_by(*order), duplicates

    @admin.display(description=gettext_lazy("navn"), ordering="organisation__sort_key")
    def name(self, obj):
        """Return the name."""
        return str(obj)

    @admin.display(description=gettext_lazy("nummer"))
    def number(self, obj):
        """Return the number of today, or the last one."""
        number = obj.number_on(localdate())
        return number.number if number else None

    @admin.display(description=gettext_lazy("fylke"))
    def county(self, obj):
        """Return the county of today, or the last one."""
        number = obj.number_on(localdate())
        return number.county.name if number else None

    @admin.display(description=gettext_lazy("finnes til"), ordering="organisation__valid_to")
    def exists_to(self, obj):
        """Return the last day of a former municipality."""
        return obj.organisation.valid_to

    @admin.display(description=gettext_lazy("navn på alle språk"))
    def names(self, obj):
        """List the names, with the link to where they are changed."""
        if obj.pk is None:
            return "–"
        names = obj.organisation.names.all()
        listed = format_html_join(
            "", "<li>{} ({}, {})</li>", ((n.name, n.get_language_display(), n.get_kind_display()) for n in names)
        )
        url = reverse("admin:municipalities_organisation_change", args=[obj.pk])
        return format_html('<ul>{}</ul><a href="{}">{}</a>', listed, url, _("Endre navn og organisasjonsnummer"))

    def json_url(self, obj):
        """Return the municipality in the API."""
        return reverse("api:municipality-detail", args=[obj.organisation.slug])

    def histories(self, pk):
        """Return the municipality's events with those of its organisation, numbers, names and population."""
        return [
            *super().histories(pk),
            Tracked(Organisation, Q(pgh_obj_id=pk)),
            Tracked(OrganisationName, Q(organisation_id=pk), hidden=("organisation",)),
            Tracked(MunicipalityNumber, Q(municipality_id=pk), hidden=("municipality",)),
            Tracked(
                Population,
                Q(municipality_id=pk),
                hidden=("municipality",),
                describe=lambda row: row.date.strftime("%d.%m.%Y"),
            ),
        ]


@admin.register(MunicipalityChange)
class MunicipalityChangeAdmin(RegisterAdmin):
    """The change history of SSB."""

    list_display = ["date", "kind", "old_number", "old_name", "new_number", "new_name"]
    list_display_links = ["date", "old_name"]
    list_filter = ["kind"]
    date_hierarchy = "date"
    search_fields = ["old_name__unaccent", "new_name__unaccent", "old_number", "new_number"]
    search_help_text = gettext_lazy("Gammelt eller nytt navn eller nummer")
    autocomplete_fields = ["old", "new"]
    fields = [
        ("date", "kind"),
        "old",
        ("old_number", "old_name"),
        "new",
        ("new_number", "new_name"),
        "note",
        "source",
    ]


@admin.register(County)
class CountyAdmin(RegisterAdmin):
    """A county and its council through time."""

    list_display = ["sorted_name", "number", "council", "valid_from", "valid_to"]
    list_filter = [OnDayFilter]
    list_select_related = ["council"]
    search_fields = ["name__unaccent", "official_name__unaccent", "number"]
    search_help_text = gettext_lazy("Navn eller fylkesnummer")
    autocomplete_fields = ["council", "successors"]
    fieldsets = [
        (None, {"fields": ["number", "name", "official_name", "council"]}),
        (gettext_lazy("Levetid"), {"fields": [("valid_from", "valid_to"), "successors"]}),
        (gettext_lazy("Merknad"), {"fields": ["note"]}),
    ]

    def json_url(self, obj):
        """Return the county in the API."""
        return reverse("api:county-detail", args=[obj.number])

    def histories(self, pk):
        """Return the county's events with those of its successors."""
        return [
            *super().histories(pk),
            Tracked(
                CountySuccession,
                Q(from_county_id=pk),
                hidden=("from_county", "to_county"),
                kind=_("etterfølger"),
                describe=lambda row: str(row.to_county),
            ),
        ]
