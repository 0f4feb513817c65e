"""How does a coordinator keep an organisation and its names?"""

from django.contrib import admin
from django.db.models import F, Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..history import Tracked
from ..models import Organisation, OrganisationName
from ..models.fields import normalise_org_number
from ..models.organisation import OrganisationSuccession
from .base import OnDayFilter, RegisterAdmin, RowsInline
from .forms import OrganisationForm


class OrganisationNameInline(RowsInline, admin.TabularInline):
    """Official, Sámi, Kven, former and other names."""

    model = OrganisationName


class CountryFilter(admin.SimpleListFilter):
    """Norway, or abroad."""

    title = gettext_lazy("land")
    parameter_name = "land"

    def lookups(self, request, model_admin):
        """Return the two choices."""
        return [("NO", _("Norge")), ("abroad", _("utlandet"))]

    def queryset(self, request, queryset):
        """Keep the organisations of the choice."""
        match self.value():
            case "NO":
                return queryset.filter(country="NO")
            case "abroad":
                return queryset.exclude(country="NO")
        return queryset


@admin.register(Organisation)
class OrganisationAdmin(RegisterAdmin):
    """Anything that can take part in a cooperation."""

    form = OrganisationForm
    list_display = ["sorted_name", "kind", "org_number", "country", "valid_from", "valid_to"]
    list_filter = [OnDayFilter, "kind", CountryFilter]
    search_fields = ["name__unaccent", "short_name", "names__name__unaccent", "org_number__startswith"]
    search_help_text = gettext_lazy("Navn (også tidligere, samisk og kvensk) eller organisasjonsnummer")
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["successors"]
    inlines = [OrganisationNameInline]
    actions = ["export_selected"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "kind", "org_number", "country", "slug"]}),
        (gettext_lazy("Levetid"), {"fields": [("valid_from", "valid_to"), "successors"]}),
        (gettext_lazy("Merknad"), {"fields": ["note"]}),
    ]

    def get_search_results(self, request, queryset, search_term):
        """Find an organisation number however it is written, and put those that still exist first.

        A list keeps its own order; in an autocomplete «Kristiansand (til 2019)» must not come first.
        """
        digits = normalise_org_number(search_term)
        term = digits if digits.isdigit() else search_term
        found, duplicates = super().get_search_results(request, queryset, term)
        return found.order_by(F("valid_to").desc(nulls_first=True), "sort_key", "id"), duplicates

    @admin.action(description=gettext_lazy("Last ned valgte som regneark (XLSX)"), permissions=["view"])
    def export_selected(self, request, queryset):
        """Lead to the workbook of the list, narrowed to what is chosen; all pages of it are the list itself."""
        whole = request.POST.get("select_across") == "1"
        chosen = request.GET if whole else {"id__in": ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))}
        return HttpResponseRedirect(reverse("admin-export", args=["organisation"], query=chosen))

    def json_url(self, obj):
        """Return the organisation in the API."""
        return reverse("api:organisation-detail", args=[obj.slug])

    def histories(self, pk):
        """Return the organisation's events with those of its names and successors."""
        return [
            *super().histories(pk),
            Tracked(OrganisationName, Q(organisation_id=pk), hidden=("organisation",)),
            Tracked(
                OrganisationSuccession,
                Q(from_organisation_id=pk),
                hidden=("from_organisation", "to_organisation"),
                kind=_("etterfølger"),
                describe=lambda row: str(row.to_organisation),
            ),
        ]
