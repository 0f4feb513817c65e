"""Where do coordinators keep municipalities, organisations and users?"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import organisations, people, places
from .labels import LabelledAutocomplete

__all__ = ["organisations", "people", "places"]

admin.site.site_header = _("Register over interkommunalt samarbeid")
admin.site.site_title = _("Register over interkommunalt samarbeid")
admin.site.index_title = _("Hva vil du gjøre?")
admin.site.index_template = "admin/register/index.html"
# The forms need the width; the start page and the path above each page lead everywhere.
admin.site.enable_nav_sidebar = False


def _autocomplete(request):
    """Answer every autocomplete of the admin."""
    return LabelledAutocomplete.as_view(admin_site=admin.site)(request)


admin.site.autocomplete_view = _autocomplete
