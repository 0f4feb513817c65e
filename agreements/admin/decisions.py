"""How does a participant keep its own decision on an agreement that others keep?"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from municipalities.admin.base import RegisterAdmin
from municipalities.admin.forms import ReasonForm
from municipalities.history import Tracked
from municipalities.models import Organisation

from ..models import Agreement, Decision
from ..permissions import cooperations_of, organisations_of, visible_rows


@dataclass(frozen=True)
class OwnDecision:
    """A decision that the user may keep, or the place of one that is still missing."""

    organisation: Organisation
    decision: Decision | None
    url: str


def own_decisions(user, agreement: Agreement) -> list[OwnDecision]:
    """Return what the user's organisations have decided or could decide, as parties to the agreement."""
    parties = organisations_of(user).filter(memberships__cooperation=agreement.cooperation_id).distinct()
    made = agreement.decisions.filter(organisation__in=parties).select_related("organisation")
    found = [
        OwnDecision(d.organisation, d, reverse("admin:agreements_decision_change", args=[d.pk])) for d in made
    ]  # fmt: skip
    for one in parties.exclude(pk__in=made.values("organisation")):
        query = urlencode({"agreement": agreement.pk, "organisation": one.pk})
        found.append(OwnDecision(one, None, f"{reverse('admin:agreements_decision_add')}?{query}"))
    return found


class DecisionForm(ReasonForm):
    """One decision on a page of its own."""

    shown_only = ("agreement", "organisation")

    class Meta:
        model = Decision
        fields = ["outcome"]  # the admin names the rest


@admin.register(Decision)
class DecisionAdmin(RegisterAdmin):
    """One decision; whoever keeps the agreement has all of them on its page."""

    form = DecisionForm
    list_display = ["organisation", "agreement", "outcome", "organ", "decided_on"]
    list_select_related = ["organisation", "agreement"]
    list_filter = ["outcome", "organ"]
    search_fields = ["organisation__name__unaccent", "agreement__title__unaccent", "case_number"]
    search_help_text = gettext_lazy("Deltaker, avtale eller saksnummer")
    autocomplete_fields = ["agreement", "organisation"]
    fields = ["agreement", "organisation", "outcome", "organ", "decided_on", "case_number", "url", "subject"]

    def has_module_permission(self, request):
        """Keep it off the start page: it is reached from its agreement."""
        return False

    owners = staticmethod(cooperations_of)

    def get_queryset(self, request):
        """Leave out the decisions in cooperations that the user may not see."""
        return visible_rows(request.user, super().get_queryset(request))

    def get_readonly_fields(self, request, obj=None):
        """Keep who decided on what."""
        return ["agreement", "organisation"] if obj else []

    def response_post_save_add(self, request, obj):
        """Go back to the agreement."""
        return self._back(obj)

    def response_post_save_change(self, request, obj):
        """Go back to the agreement."""
        return self._back(obj)

    @staticmethod
    def _back(obj) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:agreements_agreement_change", args=[obj.agreement_id]) + "#vedtak")

    def histories(self, pk):
        """Return the decision's events."""
        return [Tracked(Decision, Q(pgh_obj_id=pk))]
