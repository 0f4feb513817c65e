"""Which address leads where?"""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", include("agreements.admin.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("registry.api_urls")),
    path("", include("agreements.web.urls")),
]
