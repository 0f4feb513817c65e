"""Which addresses of the admin belong to no model?"""

from django.contrib import admin
from django.urls import path, re_path

from .deadlines import deadlines_page
from .exports import export_list
from .findings import findings_page
from .registration.views import registration_start, registration_step
from .start import start_page, subscription

urlpatterns = [
    path("", admin.site.admin_view(start_page), name="admin-start"),
    path("funn/", admin.site.admin_view(findings_page), name="admin-findings"),
    path("frister/", admin.site.admin_view(deadlines_page), name="admin-deadlines"),
    path("kalender/", admin.site.admin_view(subscription), name="admin-subscription"),
    re_path(
        r"^regneark/(?P<name>cooperation|membership|organisation)/$",
        admin.site.admin_view(export_list),
        name="admin-export",
    ),
    path("registrer/", registration_start, name="admin-registration"),
    path("registrer/<uuid:draft_id>/<slug:step>/", registration_step, name="admin-registration-step"),
]
