"""Which address leads where?"""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import include, path


def icon(request: HttpRequest) -> HttpResponseRedirect:
    """Lead to the icon where browsers ask for it by habit: the admin and the API name none."""
    return HttpResponseRedirect(static("favicon.svg"))


urlpatterns = [
    path("admin/", include("agreements.admin.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("registry.api_urls")),
    path("favicon.ico", icon),
    # Bokmål has no prefix; nynorsk lies under /nn/, English under /en/.
    *i18n_patterns(
        path("", include("agreements.web.urls")),
        path("", include("agreements.web.insight_urls")),
        path("", include("agreements.web.follow_urls")),
        path("", include("agreements.web.download_urls")),
        prefix_default_language=False,
    ),
]

# The API tells also these in JSON.
handler400 = "agreements.api.errors.bad_request"
handler404 = "agreements.web.missing.not_found"
handler500 = "agreements.web.missing.server_error"
