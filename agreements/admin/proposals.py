"""How is a change proposed, and how do those who keep the cooperation answer?"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.forms.models import inlineformset_factory
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.labels import LABEL_NEEDS

from ..actions.proposals import accept, propose, proposer_of, reject, withdraw
from ..insight.proposed import COOPERATION_FIELDS, MEMBER_FIELDS, changed_in_words, compare, written
from ..models import Cooperation, Membership, Proposal
from ..permissions import editable_by, proposals_waiting_for, visible_to
from .forms import MembershipFormSet, MembershipRowForm, PeriodMixin

#: So many answered proposals are listed; the older ones are in the history of their cooperations.
ANSWERED = 30


# Proposing


class ProposalForm(PeriodMixin, forms.ModelForm):
    """A cooperation as it should be, and why."""

    text = forms.CharField(
        label=gettext_lazy("Hva er galt, og hvordan vet du det?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Skriv gjerne hvor det står, f.eks. «sak 14/22». Holder det med ord, så la resten stå."),
    )

    class Meta:
        model = Cooperation
        fields = COOPERATION_FIELDS


class ProposedMemberForm(MembershipRowForm):
    """A member as it should be; who it is cannot be changed, only ended and replaced."""

    class Meta(MembershipRowForm.Meta):
        fields = [name for name in MEMBER_FIELDS if name not in ("ownership", "liability")]
        widgets = {"organisation": AutocompleteSelect(Membership._meta.get_field("organisation"), admin.site)}

    field_order = MEMBER_FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].disabled = bool(self.instance.pk)


ProposedMembers = inlineformset_factory(
    Cooperation, Membership, form=ProposedMemberForm, formset=MembershipFormSet, extra=2, can_delete=False
)


def propose_page(request, pk: int):
    """Let a user write how a cooperation should be; what differs from the register becomes the proposal."""
    found = get_object_or_404(visible_to(request.user), pk=pk)
    if not request.user.has_perm("agreements.propose_cooperation", found):
        raise PermissionDenied
    # The forms write into these; the stored rows are read anew to compare with.
    form = ProposalForm(request.POST or None, instance=Cooperation.objects.get(pk=pk))
    members = ProposedMembers(
        request.POST or None,
        instance=Cooperation.objects.get(pk=pk),
        queryset=Membership.objects.prefetch_related(f"organisation__{LABEL_NEEDS}"),
        prefix="members",
    )
    if request.method == "POST" and form.is_valid() and members.is_valid():
        try:
            propose(found, by=request.user, text=form.cleaned_data["text"], changes=_changes(found, form, members))
        except ValidationError as error:
            for message in error.messages:
                form.add_error(None, message)
        else:
            messages.success(request, _("Takk. Forslaget er sendt til dem som fører samarbeidet."))
            return HttpResponseRedirect(reverse("admin:agreements_cooperation_change", args=[pk]))
    context = {
        **admin.site.each_context(request),
        "title": _("Foreslå endring: %(name)s") % {"name": found},
        "cooperation": found,
        "form": form,
        "members": members,
        "media": form.media + members.media + forms.Media(css={"all": ["admin_register/register.css"]}),
    }
    return TemplateResponse(request, "admin/register/propose.html", context)


def _changes(stored: Cooperation, form: ProposalForm, members) -> dict:
    """Return what the forms hold that the register does not, as a proposal writes it."""
    changes = {}
    if fields := _differences(stored, form.instance, COOPERATION_FIELDS):
        changes["fields"] = fields
    known = {m.pk: m for m in stored.memberships.all()}
    rows = []
    for row in members.forms:
        if not row.has_changed():
            continue
        if row.instance.pk:
            fields = _differences(known[row.instance.pk], row.instance, MEMBER_FIELDS)
            rows += [{"id": row.instance.pk, "fields": fields}] if fields else []
        else:
            new = {name: written(row.instance, name) for name in MEMBER_FIELDS}
            rows.append({"fields": {n: {"old": "", "new": v} for n, v in new.items() if v != ""}})
    return changes | ({"members": rows} if rows else {})


def _differences(stored, wanted, names) -> dict:
    pairs = ((name, written(stored, name), written(wanted, name)) for name in names)
    return {name: {"old": old, "new": new} for name, old, new in pairs if old != new}


# Answering


def proposals_page(request):
    """List the proposals that wait for the user's answer, and what has become of her own."""
    if not request.user.has_perm("agreements.view_cooperation"):
        raise PermissionDenied
    waiting = proposals_waiting_for(request.user)
    key = request.GET.get("samarbeid", "")
    if key:
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            raise Http404
        waiting = waiting.filter(cooperation=key)
    mine = Proposal.objects.filter(proposed_by=request.user)
    answered = Proposal.objects.exclude(status=Proposal.Status.WAITING).filter(
        cooperation__in=editable_by(request.user)
    )  # fmt: skip
    rows = {"cooperation", "proposed_by", "decided_by"}
    context = {
        **admin.site.each_context(request),
        "title": _("Forslag"),
        "waiting": _named(waiting.select_related(*rows)),
        "mine": _named(mine.select_related(*rows)[:ANSWERED]),
        "answered": _named(answered.select_related(*rows).order_by("-decided_at")[:ANSWERED]),
    }
    return TemplateResponse(request, "admin/register/proposals.html", context)


def _named(proposals) -> list[tuple[Proposal, str, str]]:
    return [(proposal, proposer_of(proposal), changed_in_words(proposal)) for proposal in proposals]


def proposal_page(request, pk: int):
    """Show one proposal beside the register as it is, and take the answer of who keeps the cooperation."""
    mine_or_kept = Q(cooperation__in=editable_by(request.user)) | Q(
        proposed_by=request.user.pk, cooperation__in=visible_to(request.user)
    )
    found = get_object_or_404(Proposal.objects.select_related("cooperation", "proposed_by"), mine_or_kept, pk=pk)
    may_answer = request.user.has_perm("agreements.change_cooperation", found.cooperation)
    problems = []
    if request.method == "POST":
        withdraws = "withdraw" in request.POST
        if not (may_answer or withdraws):
            raise PermissionDenied
        try:
            answer = request.POST.get("answer", "")
            if withdraws:
                withdraw(found, by=request.user)
                done = _("Forslaget er trukket tilbake.")
            elif "accept" in request.POST:
                accept(found, by=request.user, answer=answer, seen=request.POST.get("seen", ""))
                done = _("Forslaget er godtatt, og samarbeidet er endret.")
            else:
                reject(found, by=request.user, reason=answer)
                done = _("Forslaget er avslått.")
        except ValidationError as error:
            problems = error.messages
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("admin-proposals"))
        found.refresh_from_db()
    context = {
        **admin.site.each_context(request),
        "title": _("Forslag til «%(name)s»") % {"name": found.cooperation},
        "proposal": found,
        "who": proposer_of(found),
        "comparison": compare(found),
        "may_answer": may_answer and found.status == Proposal.Status.WAITING,
        "may_withdraw": found.proposed_by == request.user and found.status == Proposal.Status.WAITING,
        "problems": problems,
        "answer": request.POST.get("answer", ""),
    }
    return TemplateResponse(request, "admin/register/proposal.html", context)
