"""How does a coordinator keep a written agreement, the decisions that adopt it and the law's checklist?"""

from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from municipalities.admin.base import OnDayFilter, RegisterAdmin, RowsInline

from ..actions import NEVER_RESTORED
from ..insight.adoption import adoption, adoption_line
from ..insight.checklist import completeness, completeness_line
from ..insight.costs import costs
from ..models import Agreement, AssemblyDecision, Cooperation, CostPart, Decision, Form, Loan
from ..permissions import cooperations_of, visible_rows, visible_to
from .agreement_forms import AgreementForm, CostPartForm, DecisionRowForm, LoanForm
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


class DecisionInline(SuggestingInline, admin.TabularInline):
    """The decisions, with a row to fill in for each participant that has none."""

    model = Decision
    form = DecisionRowForm
    verbose_name = gettext_lazy("vedtak")
    verbose_name_plural = gettext_lazy("vedtak hos deltakerne")
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "outcome", "organ", "decided_on", "case_number", "url", "subject"]


class AssemblyDecisionInline(RowsInline, admin.TabularInline):
    """What the representantskap decided, where the change is its to make."""

    model = AssemblyDecision
    verbose_name_plural = gettext_lazy("vedtak i representantskapet, om endringer som ikke hører til kommunestyrene")


class CostPartInline(RowsInline, admin.TabularInline):
    """The parts of the cost key; the page shows what each participant pays by them."""

    model = CostPart
    form = CostPartForm
    fields = ["title", "kind", "amount", "population_on", "valid_from", "valid_to", "note", "position"]


class LoanInline(RowsInline, admin.TabularInline):
    """The loans that have been taken up."""

    model = Loan
    form = LoanForm
    fields = ["lender", "amount", "taken_on", "repaid_on", "note"]


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
    inlines = [DecisionInline, AssemblyDecisionInline, CostPartInline, LoanInline]
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
        (
            gettext_lazy("Endringer"),
            {
                "fields": ["changed_items", "majority"],
                "description": gettext_lazy(
                    "Endres noe av det loven krever at avtalen sier, må kommunestyrene selv vedta endringen. "
                    "Andre endringer kan representantskapet vedta."
                ),
            },
        ),
        (gettext_lazy("Lån"), {"fields": ["may_borrow", "loan_ceiling"]}),
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

    owners = staticmethod(cooperations_of)

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
            context["erased"] = obj.documents.exclude(erased_at=None).order_by("erased_at")
            context["costs"] = costs(stored, localdate())
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
            Agreement.objects.select_related("cooperation", "supersedes")
            .prefetch_related(
                "clauses", "decisions", "assembly_decisions", "cost_parts", "cooperation__memberships__organisation"
            )
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

    never_restored = NEVER_RESTORED

    def histories(self, pk):
        """Return the agreement's events with those of its decisions and clauses."""
        return agreement_histories(pk)
