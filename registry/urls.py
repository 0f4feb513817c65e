"""Which address leads where?"""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", include("agreements.admin.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("registry.api_urls")),
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
handler404 = "agreements.api.errors.not_found"
handler500 = "agreements.api.errors.server_error"
