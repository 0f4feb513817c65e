"""Where is it kept which eierskapsmeldinger the councils have adopted?"""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from municipalities.admin.base import RegisterAdmin

from ..models import OwnershipReport


@admin.register(OwnershipReport)
class OwnershipReportAdmin(RegisterAdmin):
    """An eierskapsmelding that a council has adopted; the calendar tells when the next one is due."""

    list_display = ["organisation", "adopted_on", "organ", "case_number"]
    list_select_related = ["organisation"]
    list_filter = ["organ", "organisation__kind"]
    search_fields = ["organisation__name__unaccent", "case_number"]
    search_help_text = gettext_lazy("Navn på kommunen eller fylkeskommunen, eller saksnummer")
    autocomplete_fields = ["organisation"]
    date_hierarchy = "adopted_on"
    fields = ["organisation", "adopted_on", "organ", "case_number", "url"]
