"""Where do the editors read which faults readers have told of?"""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..models import PageReport


@admin.register(PageReport)
class PageReportAdmin(admin.ModelAdmin):
    """What readers have written about pages that are not about one cooperation; what is handled is deleted."""

    list_display = ["made_at", "page", "text"]
    list_per_page = 50
    search_fields = ["page", "text"]
    fields = ["made_at", "link", "text", "contact_email"]
    readonly_fields = fields

    def has_add_permission(self, request):
        """Readers write them."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody changes what a reader wrote."""
        return False

    @admin.display(description=_("Side"))
    def link(self, obj):
        """Return the page as a link."""
        return format_html('<a href="{0}">{0}</a>', obj.page)
