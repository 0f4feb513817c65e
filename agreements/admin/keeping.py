"""How is a cooperation published, withdrawn and confirmed by a click, alone or several at once?"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from ..actions.confirmation import confirm
from ..actions.publication import STEPS, steps_for, take_step
from ..models import Cooperation, Membership
from ..permissions import organisations_of, visible_to


class StepForm(forms.Form):
    """Why the step is taken."""

    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Vises i historikken."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args, needs_reason: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason
        self.fields["reason"].error_messages["required"] = _("Skriv hvorfor: begrunnelsen vises i historikken.")


def _address(cooperation: Cooperation) -> str:
    return reverse("admin:agreements_cooperation_change", args=[cooperation.pk])


def keeping_panel(user, cooperation: Cooperation) -> dict:
    """Return what the page of a cooperation says of who keeps it, and what this user can do."""
    may_edit = user.has_perm("agreements.change_cooperation", cooperation)
    own = Membership.objects.none()
    if not may_edit:
        own = cooperation.memberships.filter(organisation__in=organisations_of(user)).select_related("organisation")
    return {
        "steps": steps_for(user, cooperation),
        "may_confirm": user.has_perm("agreements.confirm_cooperation", cooperation),
        "may_edit": may_edit,
        "own_memberships": [m for m in own if user.has_perm("agreements.change_membership", m)],
        "proposals": cooperation.proposals.waiting().count() if may_edit else 0,
    }


# One cooperation


def step_page(request, pk: int, step: str):
    """Ask for the reason of a step of publication, and take it."""
    if step not in STEPS:
        raise Http404
    taken = STEPS[step]
    found = get_object_or_404(visible_to(request.user), pk=pk)
    if not request.user.has_perm(taken.permission, found):
        raise PermissionDenied
    form = StepForm(request.POST or None, needs_reason=taken.needs_reason)
    if request.method == "POST" and form.is_valid():
        try:
            take_step(found, step=step, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            messages.success(request, _("%(done)s: %(name)s.") % {"done": taken.done, "name": found})
            return HttpResponseRedirect(_address(found))
    context = {
        **admin.site.each_context(request),
        "title": f"{taken.label}: {found}",
        "step": taken,
        "chosen": [found],
        "form": form,
        "back": _address(found),
    }
    return TemplateResponse(request, "admin/register/step.html", context)


@require_POST
def confirm_page(request, pk: int):
    """Confirm by one click, and go back to the page."""
    found = get_object_or_404(visible_to(request.user), pk=pk)
    found = confirm(found, by=request.user)
    messages.success(request, _("Takk. Opplysningene er bekreftet av %(who)s.") % {"who": found.confirmed_by})
    return HttpResponseRedirect(_address(found))


# Several at once


def _take_with_all(request, chosen, step: str, reason: str = "") -> None:
    """Take the step with each that it can be taken with, and say how many were left."""
    done, left = 0, []
    for one in chosen:
        try:
            take_step(one, step=step, by=request.user, reason=reason)
            done += 1
        except (PermissionDenied, ValidationError):
            left.append(one.name)
    _tell(request, STEPS[step].done, done, left)


def _tell(request, deed: str, done: int, left: list[str]) -> None:
    if done:
        message = ngettext("%(deed)s: %(count)d samarbeid.", "%(deed)s: %(count)d samarbeid.", done)
        messages.success(request, message % {"deed": deed, "count": done})
    if left:
        message = _("Ikke gjort, fordi du ikke kan, eller fordi samarbeidet ikke er kommet dit: %(names)s.")
        messages.warning(request, message % {"names": ", ".join(left)})


@admin.action(description=gettext_lazy("Send valgte til gjennomsyn"), permissions=["change"])
def submit(model_admin, request, queryset):
    """Hand in the chosen drafts."""
    _take_with_all(request, queryset, "submit")


@admin.action(description=gettext_lazy("Publiser valgte samarbeid"), permissions=["publish"])
def publish(model_admin, request, queryset):
    """Let the public see the chosen cooperations that are in review."""
    _take_with_all(request, queryset, "publish")


@admin.action(description=gettext_lazy("Trekk tilbake valgte samarbeid"), permissions=["publish"])
def withdraw(model_admin, request, queryset):
    """Ask why, and hide the chosen cooperations from the public."""
    form = StepForm(request.POST if "reason" in request.POST else None, needs_reason=True)
    if form.is_valid():
        _take_with_all(request, queryset, "withdraw", form.cleaned_data["reason"])
        return None
    context = {
        **admin.site.each_context(request),
        "title": STEPS["withdraw"].label,
        "step": STEPS["withdraw"],
        "chosen": list(queryset),
        "action": "withdraw",
        "form": form,
        "back": reverse("admin:agreements_cooperation_changelist"),
    }
    return TemplateResponse(request, "admin/register/step.html", context)


@admin.action(description=gettext_lazy("Bekreft at opplysningene stemmer"), permissions=["change"])
def confirm_chosen(model_admin, request, queryset):
    """Confirm the chosen cooperations that the user keeps."""
    done, left = 0, []
    for one in queryset:
        try:
            confirm(one, by=request.user)
            done += 1
        except PermissionDenied:
            left.append(one.name)
    _tell(request, _("Bekreftet"), done, left)
