"""How does a coordinator keep a written agreement, the decisions that adopt it and the law's checklist?"""

from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from municipalities.admin.base import OnDayFilter, RegisterAdmin

from ..insight.adoption import Adoption, adoption
from ..insight.checklist import Completeness, completeness
from ..models import Agreement, Cooperation, Decision, Form
from ..permissions import visible_rows, visible_to
from .agreement_forms import AgreementForm, DecisionRowForm
from .decisions import own_decisions
from .documents import document_rows
from .history import agreement_histories
from .suggestions import SuggestingInline

#: What the written instrument of a form is called; the others have a samarbeidsavtale.
_KINDS = {
    Form.IKS: Agreement.Kind.COMPANY,
    Form.AS: Agreement.Kind.STATUTES,
    Form.SA: Agreement.Kind.STATUTES,
    Form.STI: Agreement.Kind.STATUTES,
    Form.FLI: Agreement.Kind.STATUTES,
    Form.PARTNERSHIP: Agreement.Kind.PARTNERSHIP,
}


def adoption_line(found: Adoption, members_complete: bool | None) -> str:
    """Say in one line how far the adoption has come."""
    if not found.total:
        return _("Ingen deltakere er ført på samarbeidet, så registeret vet ikke hvem som skal vedta avtalen.")
    if found.complete:
        # A list that is known to lack members says nothing of all.
        who = _("alle deltakerne som er ført, har vedtatt") if members_complete is False else _("alle har vedtatt")
        if found.earliest:
            when = _("tidligst i kraft %(date)s") % {"date": date_format(found.earliest, "j. F Y")}
        else:
            when = _("datoen for et vedtak er ikke ført")
        return f"{who}; {when}"
    parts = [
        ngettext(
            "%(count)d av %(total)d deltaker har vedtatt avtalen",
            "%(count)d av %(total)d deltakere har vedtatt avtalen",
            found.total,
        )
        % {"count": len(found.adopted), "total": found.total}
    ]
    if found.missing:
        parts.append(_("mangler: %(names)s") % {"names": _names(found.missing)})
    if found.rejected:
        parts.append(_("avvist av: %(names)s") % {"names": _names(found.rejected)})
    if found.uncounted:
        parts.append(
            _("ikke regnet med: %(decisions)s")
            % {
                "decisions": ", ".join(
                    f"{who} ({d.get_organ_display() if d.organ else _('organet er ikke ført')})"
                    for who, d in found.uncounted
                )
            }
        )
    return "; ".join([*parts, _("tidligst i kraft når alle har vedtatt")])


def _names(organisations) -> str:
    return ", ".join(map(str, organisations))


def completeness_line(found: Completeness) -> str:
    """Say in one line how many items the agreement has, and which it lacks."""
    parts = [
        _("%(count)d av %(total)d punkter finnes") % {"count": len(found.present), "total": found.total},
        _("%(count)d mangler") % {"count": len(found.missing)},
    ]
    if found.missing:
        parts[-1] += ": " + ", ".join(rule.paragraph for rule in found.missing)
    line = ", ".join(parts)
    if found.not_assessed:
        line += "; " + _("%(count)d er ikke vurdert") % {"count": len(found.not_assessed)}
    return line


def agreement_state(agreement: Agreement, superseded: bool) -> str:
    """Say in a few words whether the agreement is in force today."""
    today = localdate()
    if agreement.valid_to and agreement.valid_to < today:
        return _("avløst") if superseded else _("utløpt")
    if superseded:
        return _("avløst")
    if agreement.valid_from is None:
        return _("ikke ført når den gjelder fra")
    return _("i kraft") if agreement.valid_from <= today else _("ikke i kraft ennå")


def agreement_rows(cooperation: Cooperation) -> list[dict]:
    """Describe the agreements of a cooperation, read from what ``with_legal_facts`` prefetched."""
    agreements = cooperation.agreements.all()
    superseded = {a.supersedes_id for a in agreements}
    rows = []
    for agreement in agreements:
        answers = {c.item: c.status for c in agreement.clauses.all()}
        checked = completeness(cooperation.form, answers, localdate())
        rows.append(
            {
                "agreement": agreement,
                "state": agreement_state(agreement, agreement.pk in superseded),
                "adoption": adoption(agreement, localdate()),
                "completeness": checked if checked.total else None,
            }
        )
    return rows


class DecisionInline(SuggestingInline, admin.TabularInline):
    """The decisions, with a row to fill in for each participant that has none."""

    model = Decision
    form = DecisionRowForm
    verbose_name = gettext_lazy("vedtak")
    verbose_name_plural = gettext_lazy("vedtak hos deltakerne")
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "outcome", "organ", "decided_on", "case_number", "url", "subject"]


@admin.register(Agreement)
class AgreementAdmin(RegisterAdmin):
    """The written instrument of a cooperation in one version."""

    form = AgreementForm
    change_form_template = "admin/register/agreement_form.html"
    list_display = ["title", "cooperation", "kind", "signed_on", "valid_from", "valid_to"]
    list_select_related = ["cooperation"]
    list_filter = [OnDayFilter, "kind", "cooperation__form"]
    search_fields = ["title__unaccent", "cooperation__name__unaccent", "archive_reference"]
    search_help_text = gettext_lazy("Tittel, navn på samarbeidet eller arkivreferanse")
    autocomplete_fields = ["cooperation"]
    inlines = [DecisionInline]
    fieldsets = [
        (None, {"fields": ["cooperation", "kind", "title", "supersedes"]}),
        (
            gettext_lazy("Tid og oppsigelse"),
            {
                "fields": [
                    "signed_on",
                    ("valid_from", "valid_to"),
                    "renewal",
                    ("notice_months", "notice_source"),
                ]
            },
        ),
        (gettext_lazy("Dokumentet"), {"fields": ["is_written", "languages", "archive_reference", "note"]}),
    ]
    #: A new agreement of which it is not known yet whose it is: the rest depends on the cooperation.
    first_fieldsets = [
        (
            None,
            {
                "fields": ["cooperation", "kind", "title"],
                "description": gettext_lazy("Resten fyller du ut når avtalen er lagret på samarbeidet."),
            },
        )
    ]

    def get_queryset(self, request):
        """Leave out the agreements of cooperations that the user may not see."""
        return visible_rows(request.user, super().get_queryset(request))

    # Which cooperation

    def _prefilled(self, request) -> Cooperation | None:
        """Return the cooperation that the address names, if there is one."""
        if not hasattr(request, "_agreement_cooperation"):
            key = request.GET.get("cooperation", "")
            pk = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
            request._agreement_cooperation = visible_to(request.user).filter(pk=pk).first()
        return request._agreement_cooperation

    def _is_first_step(self, request, obj) -> bool:
        return obj is None and self._prefilled(request) is None

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Tell the form which cooperation a new agreement is for."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.prefilled = None if obj else self._prefilled(request)
        return form

    def get_fieldsets(self, request, obj=None):
        """Ask first for the cooperation, where it is not known."""
        return self.first_fieldsets if self._is_first_step(request, obj) else self.fieldsets

    def get_inlines(self, request, obj):
        """Ask for decisions when it is known who should decide."""
        return [] if self._is_first_step(request, obj) else self.inlines

    def get_readonly_fields(self, request, obj=None):
        """Keep the cooperation: an agreement does not move to another."""
        return [] if self._is_first_step(request, obj) else ["cooperation"]

    def get_changeform_initial_data(self, request):
        """Begin with the kind of instrument that the form has."""
        cooperation = self._prefilled(request)
        kind = _KINDS.get(cooperation.form, Agreement.Kind.COOPERATION) if cooperation else Agreement.Kind.COOPERATION
        asked = super().get_changeform_initial_data(request)
        if cooperation is None:
            asked.pop("cooperation", None)  # it names none, and the autocomplete would look for it
        return {"kind": kind} | asked

    # The page

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Add the tracker of decisions, the state of the checklist and the link to a new version."""
        if obj:
            stored = self._with_members(obj.pk)
            found = adoption(stored, localdate())
            context["adoption"] = found
            context["adoption_line"] = adoption_line(found, stored.cooperation.members_complete)
            answers = {c.item: c.status for c in stored.clauses.all()}
            context["completeness_line"] = completeness_line(
                completeness(stored.cooperation.form, answers, localdate())
            )
            context["documents"] = document_rows(obj)
            context["may_upload"] = request.user.has_perm("agreements.add_document", obj)
            if self.has_add_permission(request, obj):
                query = urlencode({"cooperation": obj.cooperation_id, "supersedes": obj.pk})
                context["new_version_url"] = f"{reverse('admin:agreements_agreement_add')}?{query}"
            else:
                context["own_decisions"] = own_decisions(request.user, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @staticmethod
    def _with_members(pk: int) -> Agreement:
        """Return the stored agreement with all that the tracker reads."""
        return (
            Agreement.objects.select_related("cooperation")
            .prefetch_related("clauses", "decisions", "cooperation__memberships__organisation")
            .get(pk=pk)
        )

    # Saving

    def save_related(self, request, form, formsets, change):
        """Save the decisions and the answers of the checklist."""
        super().save_related(request, form, formsets, change)
        form.save_clauses()

    def response_add(self, request, obj, post_url_continue=None):
        """Go on to the rest of the form after the first step."""
        if self._is_first_step(request, None) and "_addanother" not in request.POST:
            request.POST = request.POST.copy()
            request.POST["_continue"] = "1"
        return super().response_add(request, obj, post_url_continue)

    def response_post_save_add(self, request, obj):
        """Go back to the cooperation, from which most agreements are reached."""
        return self._back(obj)

    def response_post_save_change(self, request, obj):
        """Go back to the cooperation."""
        return self._back(obj)

    @staticmethod
    def _back(obj) -> HttpResponseRedirect:
        url = reverse("admin:agreements_cooperation_change", args=[obj.cooperation_id])
        return HttpResponseRedirect(f"{url}#avtaler")

    # Links and history

    def view_on_site(self, obj):
        """Return the public page of the cooperation."""
        return obj.cooperation.get_absolute_url() if obj.cooperation.publication == "published" else None

    def histories(self, pk):
        """Return the agreement's events with those of its decisions and clauses."""
        return agreement_histories(pk)
