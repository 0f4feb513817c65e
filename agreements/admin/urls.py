"""Which addresses of the admin belong to no model?"""

from django.contrib import admin
from django.http import Http404
from django.urls import path, re_path

from .deadlines import deadlines_page
from .exports import export_list
from .findings import findings_page
from .keeping import confirm_page, step_page
from .proposals import proposal_page, proposals_page, propose_page
from .registration.views import registration_start, registration_step
from .start import start_page, subscription


def no_shortcut(request, rest: str):
    """Refuse Django's way from a row's number to its public page: it tells the address of what is hidden."""
    raise Http404


urlpatterns = [
    path("r/<path:rest>", admin.site.admin_view(no_shortcut), name="admin-no-shortcut"),
    path("", admin.site.admin_view(start_page), name="admin-start"),
    path("funn/", admin.site.admin_view(findings_page), name="admin-findings"),
    path("samarbeid/<int:pk>/publisering/<slug:step>/", admin.site.admin_view(step_page), name="admin-step"),
    path("samarbeid/<int:pk>/bekreft/", admin.site.admin_view(confirm_page), name="admin-confirm"),
    path("samarbeid/<int:pk>/foresla/", admin.site.admin_view(propose_page), name="admin-propose"),
    path("forslag/", admin.site.admin_view(proposals_page), name="admin-proposals"),
    path("forslag/<int:pk>/", admin.site.admin_view(proposal_page), name="admin-proposal"),
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
