"""How does a list of the admin become a workbook: what is filtered, or what is chosen?"""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from municipalities.models import Organisation

from ..exchange.register_sheets import cooperation_sheets, membership_sheet, organisation_sheet
from ..exchange.spreadsheets import CONTENT_TYPE, workbook
from ..models import Cooperation, Membership

MODELS: dict[str, type[Model]] = {
    "cooperation": Cooperation,
    "membership": Membership,
    "organisation": Organisation,
}


@admin.action(description=gettext_lazy("Last ned valgte som regneark (XLSX)"), permissions=["view"])
def export_selected(_model_admin, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
    """Answer with the chosen rows as a workbook."""
    return _download(request, queryset)


def export_list(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with all rows of a list as it is filtered and searched, as a workbook."""
    model = MODELS[name]
    model_admin = admin.site.get_model_admin(model)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    try:
        rows = model_admin.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        return HttpResponseRedirect(reverse(f"admin:{model._meta.app_label}_{name}_changelist", query={"e": "1"}))
    return _download(request, rows)


def _download(request: HttpRequest, rows: QuerySet) -> FileResponse:
    def address(obj: Model) -> str:
        """Return the public page; of what the public may not see, the page in the admin."""
        if isinstance(obj, Cooperation) and obj.publication != Cooperation.Publication.PUBLISHED:
            return request.build_absolute_uri(reverse("admin:agreements_cooperation_change", args=[obj.pk]))
        return request.build_absolute_uri(obj.get_absolute_url())

    if rows.model is Cooperation:
        sheets = cooperation_sheets(rows, localdate(), address)
    elif rows.model is Membership:
        sheets = [membership_sheet(rows, address)]
    else:
        sheets = [organisation_sheet(rows, address)]
    name = {Cooperation: "samarbeid", Membership: "deltakere", Organisation: "organisasjoner"}[rows.model]
    return FileResponse(
        workbook(sheets), as_attachment=True, filename=f"{name}-{localdate():%Y-%m-%d}.xlsx", content_type=CONTENT_TYPE
    )
