"""How does a coordinator keep the tasks and the sources?"""

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.base import RegisterAdmin
from municipalities.admin.forms import ReasonForm
from municipalities.reference import unique_slug

from ..models import Source, Task


class SectorFilter(admin.SimpleListFilter):
    """Sectors, or the tasks of one sector."""

    title = gettext_lazy("sektor")
    parameter_name = "sektor"

    def lookups(self, request, model_admin):
        """Return the sectors."""
        sectors = Task.objects.filter(parent=None)
        return [("-", _("bare sektorene")), *((sector.code, sector.name) for sector in sectors)]

    def queryset(self, request, queryset):
        """Keep the tasks of the choice."""
        if self.value() == "-":
            return queryset.filter(parent=None)
        if self.value():
            return queryset.filter(parent__code=self.value())
        return queryset


@admin.register(Task)
class TaskAdmin(RegisterAdmin):
    """A sector or a task in one."""

    list_display = ["name_nb", "parent", "code", "kostra_function", "cooperation_count", "position"]
    list_select_related = ["parent"]
    list_filter = [SectorFilter]
    search_fields = ["name_nb", "name_nn", "name_en", "code", "kostra_function", "parent__name_nb"]
    search_help_text = gettext_lazy("Navn, kode, sektor eller KOSTRA-funksjon")
    prepopulated_fields = {"code": ["name_nb"]}
    autocomplete_fields = ["parent"]
    fields = ["name_nb", "name_nn", "name_en", "code", "parent", "kostra_function", "position"]

    def get_queryset(self, request):
        """Count the cooperations that have the task."""
        return super().get_queryset(request).annotate(cooperation_count=Count("links"))

    @admin.display(description=gettext_lazy("samarbeid"), ordering="cooperation_count")
    def cooperation_count(self, obj):
        """Return how many cooperations have the task."""
        return obj.cooperation_count

    def json_url(self, obj):
        """Return the task in the API."""
        return reverse("api:task-detail", args=[obj.code])


class SourceForm(ReasonForm):
    """A source, whose key is made from the title where it is left empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = _("Siste del av nettadressen. Lages av tittelen når feltet er tomt.")

    def clean(self):
        """Fill in an empty key."""
        data = super().clean() or self.cleaned_data
        if "key" in self.fields and "key" not in self.errors and not data.get("key") and data.get("title"):
            data["key"] = unique_slug(Source, data["title"], self.instance.pk, field="key")
        return data


@admin.register(Source)
class SourceAdmin(RegisterAdmin):
    """Where facts come from."""

    form = SourceForm
    list_display = ["title", "publisher", "published", "licence", "citation_count"]
    list_filter = ["licence"]
    search_fields = ["title", "authors", "publisher", "key"]
    search_help_text = gettext_lazy("Tittel, forfatter, utgiver eller nøkkel")
    prepopulated_fields = {"key": ["title"]}
    readonly_fields = ["cooperations"]
    fieldsets = [
        (None, {"fields": ["title", "key", "authors", "publisher", ("published", "as_of"), "url"]}),
        (gettext_lazy("Bruk"), {"fields": ["licence", "credit", "used_for", "cooperations"]}),
    ]

    def get_queryset(self, request):
        """Count the places that are cited."""
        return super().get_queryset(request).annotate(citation_count=Count("citations"))

    @admin.display(description=gettext_lazy("henvisninger"), ordering="citation_count")
    def citation_count(self, obj):
        """Return how often the source is cited."""
        return obj.citation_count

    @admin.display(description=gettext_lazy("samarbeid"))
    def cooperations(self, obj):
        """Return the link to the cooperations that cite the source."""
        if obj.pk is None:
            return "–"
        url = reverse("admin:agreements_cooperation_changelist")
        return format_html('<a href="{}?kilde={}">{}</a>', url, obj.key, _("Vis samarbeid som bygger på kilden"))

    def json_url(self, obj):
        """Return the source in the API."""
        return reverse("api:source-detail", args=[obj.key])
