"""How does the guided registration lead from step to step, so that nothing typed is ever lost?

Each step is a page with an address of its own. What is sent is kept at once, right or wrong, in a
``RegistrationDraft`` that only its user sees: the browser's back button, an error, a closed window
and another day make no difference. Whoever has been signed out meanwhile finds the page as it was
sent after signing in again: the session carries it.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, wraps

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.models import User

from ...actions.registration import Registration, register_whole
from ...insight.duplicates import likely_duplicates
from ...models import Cooperation, Form, RegistrationDraft
from ...models.forms import FORM_EXPLANATIONS
from ...permissions import organisations_of, visible_to
from ...rules.gather import with_legal_facts
from ..findings import LawPanel, law_panel
from .building import build
from .details import HowForm
from .questions import FORM_QUESTIONS
from .steps import WhatForm, WhoForm, initial_of, organisations_by_pk

STEPS = {
    "hva": gettext_lazy("Hva det er"),
    "hvem": gettext_lazy("Hvem som er med"),
    "hvordan": gettext_lazy("Andeler og det loven spør om"),
    "se-over": gettext_lazy("Se over og lagre"),
}
#: So much of a page is carried through a new sign-in, in characters; whoever is not signed in can send it.
MOST_CARRIED = 100_000
_CARRIED = "registration_carried"
_NOT_HERS = gettext_lazy(
    "Du kan bare registrere samarbeid som din egen organisasjon er ansvarlig for. Velg den i trinn 3."
)


def carried_through_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep what is sent by one who has been signed out, until the page is opened again after the sign-in."""
    inside = admin.site.admin_view(view)

    @wraps(view)
    def opened(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and not admin.site.has_permission(request):
            sent = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
            if sum(len(name) + sum(map(len, values)) for name, values in sent.items()) <= MOST_CARRIED:
                request.session[_CARRIED] = {"path": request.path, "sent": sent}
        return inside(request, *args, **kwargs)

    return opened


@carried_through_sign_in
def registration_start(request: HttpRequest) -> HttpResponse:
    """Begin a registration: the first step, without a draft until something is sent."""
    _check_permission(request)
    if request.method == "POST":
        draft = RegistrationDraft(user=request.user)
        _keep(draft, "hva", request.POST)
        return _after(request, draft, "hva")
    drafts = RegistrationDraft.objects.filter(user=request.user)[:20]
    sent = _carried(request)
    form = WhatForm(initial=initial_of(sent or MultiValueDict()))
    return _page(request, None, "hva", {"form": form, "drafts": drafts, "groups": _form_groups(form)})


@carried_through_sign_in
def registration_step(request: HttpRequest, draft_id, step: str) -> HttpResponse:
    """Show or receive one step of a draft."""
    _check_permission(request)
    if step not in STEPS:
        raise Http404
    draft = RegistrationDraft.objects.filter(pk=draft_id, user=request.user).first()
    if draft is None and request.method == "POST":
        messages.info(request, _("Registreringen er lagret eller forkastet allerede."))
        return HttpResponseRedirect(reverse("admin:agreements_cooperation_changelist"))
    draft = get_object_or_404(RegistrationDraft, pk=draft_id, user=request.user)
    if request.method == "POST":
        if request.POST.get("go") == "discard":
            draft.delete()
            messages.success(request, _("Den påbegynte registreringen er forkastet."))
            return HttpResponseRedirect(reverse("admin:index"))
        if step == "se-over":
            return _save(request, draft) if request.POST.get("go") == "save" else _leave(request, draft, step)
        _keep(draft, step, request.POST)
        return _after(request, draft, step)
    if (sent := _carried(request)) is not None and step != "se-over":
        _keep(draft, step, sent)
        messages.info(request, _("Du ble logget ut underveis. Det du skrev, er her ennå."))
    return _show(request, draft, step, check="sjekk" in request.GET)


# What is kept


def _check_permission(request: HttpRequest) -> None:
    if not request.user.has_perm("agreements.add_cooperation"):
        raise PermissionDenied


def _keep(draft: RegistrationDraft, step: str, sent: MultiValueDict) -> None:
    """Store what was sent for a step; PostgreSQL keeps no null characters."""
    draft.answers[step] = {
        name: [value.replace("\x00", "") for value in values]
        for name, values in sent.lists()
        if name not in ("csrfmiddlewaretoken", "go")
    }
    draft.save()


def _carried(request: HttpRequest) -> MultiValueDict | None:
    """Return what was sent to this page before the sign-in, once."""
    if request.session.get(_CARRIED, {}).get("path") != request.path:
        return None
    return MultiValueDict(request.session.pop(_CARRIED)["sent"])


def _sent(draft: RegistrationDraft, step: str) -> MultiValueDict:
    return MultiValueDict(draft.answers.get(step, {}))


class _UnreadyError(Exception):
    """An earlier step has faults; it carries the step."""


class _Answers:
    """The answers of a draft as forms, each read once. A form with faults raises ``_UnreadyError``."""

    def __init__(self, draft: RegistrationDraft, request: HttpRequest):
        self.draft = draft
        self.user = request.user

    @cached_property
    def what(self) -> WhatForm:
        return _judged(WhatForm(_sent(self.draft, "hva")), "hva")

    @cached_property
    def who(self) -> WhoForm:
        return _judged(WhoForm(_sent(self.draft, "hvem"), user=self.user), "hvem")

    def how(self, *, check: bool) -> HowForm:
        """Return the third step for the form and the members of the first two."""
        keeps = list(organisations_of(self.user).values_list("pk", flat=True))
        sent = _sent(self.draft, "hvordan")
        if not sent and keeps:
            # Whoever registers for her own organisation answers for it, until she says otherwise.
            sent = MultiValueDict({"responsible": [str(next((k for k in keeps if k in self.who.members), keeps[0]))]})
        members = list(organisations_by_pk(self.who.members).values())
        keepers = list(organisations_by_pk(keeps).values())
        return HowForm(sent, form=self.what.cleaned_data["form"], members=members, keepers=keepers, check=check)

    @cached_property
    def judged_how(self) -> HowForm:
        return _judged(self.how(check=True), "hvordan")

    def judge(self, step: str) -> None:
        """Read one step and those it builds on."""
        {"hva": lambda: self.what, "hvem": lambda: self.who, "hvordan": lambda: self.judged_how}[step]()

    def build(self) -> Registration:
        """Return the registration that the answers make."""
        return build(self.what, self.who, self.judged_how)


def _judged(form, step: str):
    if not form.is_valid():
        raise _UnreadyError(step)
    return form


# From step to step


def _address(draft: RegistrationDraft | None, step: str, **query: str) -> str:
    if draft is None:
        return reverse("admin-registration")
    return reverse("admin-registration-step", args=[draft.pk, step], query=query or None)


def _leave(request: HttpRequest, draft: RegistrationDraft, step: str) -> HttpResponse:
    """Go to the step that was asked for: one by name, the one before, or the next."""
    names = list(STEPS)
    go = request.POST.get("go", "next")
    target = {"back": names[max(names.index(step) - 1, 0)], "next": names[min(names.index(step) + 1, 3)]}.get(go, go)
    return HttpResponseRedirect(_address(draft, target if target in STEPS else step))


def _after(request: HttpRequest, draft: RegistrationDraft, step: str) -> HttpResponse:
    """Answer a step that has been kept: go on when it is in order, else back to it with what is wrong."""
    go = request.POST.get("go", "next")
    if go in STEPS or go == "back":
        return _leave(request, draft, step)
    if go == "equal":
        _share_equally(draft, _Answers(draft, request))
    if go == "all":
        offered = WhoForm(initial=initial_of(_sent(draft, step)), user=request.user).offered
        draft.answers[step]["picked"] = [str(key) for key in offered]
        draft.save()
    # Always a page of its own address, never the answer to a sending: the back button passes it without a question.
    if go != "next":
        return HttpResponseRedirect(_address(draft, step) + ("" if go == "equal" else "#velg"))
    try:
        _Answers(draft, request).judge(step)
    except _UnreadyError as unready:
        return HttpResponseRedirect(_address(draft, str(unready), sjekk="1"))
    return _leave(request, draft, step)


def _share_equally(draft: RegistrationDraft, answers: _Answers) -> None:
    """Give each member the same share, as an exact fraction."""
    try:
        members = answers.who.members
    except _UnreadyError:
        return
    for key in members:
        draft.answers["hvordan"][f"ownership-{key}"] = [f"1/{len(members)}"]
    draft.save()


def _show(request: HttpRequest, draft: RegistrationDraft, step: str, *, check: bool) -> HttpResponse:
    """Show a step as it was filled in; an earlier one first when it has faults."""
    sent = _sent(draft, step)
    try:
        if step == "hva":
            form = WhatForm(sent) if check else WhatForm(initial=initial_of(sent))
            return _page(request, draft, step, {"form": form, "groups": _form_groups(form)})
        answers = _Answers(draft, request)
        if step == "hvem":
            alike = likely_duplicates(answers.what.cleaned_data["name"], among=visible_to(request.user))
            form = WhoForm(sent if check else None, initial=initial_of(sent), user=request.user)
            return _page(request, draft, step, {"form": form, "alike": alike, "what": answers.what})
        if step == "hvordan":
            return _page(request, draft, step, {"form": answers.how(check=check)})
        return _review(request, answers)
    except _UnreadyError as unready:
        return HttpResponseRedirect(_address(draft, str(unready), sjekk="1"))


def _page(request: HttpRequest, draft: RegistrationDraft | None, step: str, more: dict) -> HttpResponse:
    form = more.get("form")
    problems = more.pop("problems", None) or _problems(form)
    form_value = draft and draft.answers.get("hva", {}).get("form", [""])[0]
    context = {
        **admin.site.each_context(request),
        "title": _("Registrer et samarbeid: %(step)s") % {"step": STEPS[step]},
        "draft": draft,
        "step": step,
        "number": list(STEPS).index(step) + 1,
        "steps": STEPS.items(),
        "form_label": dict(Form.choices).get(form_value, ""),
        "asked": FORM_QUESTIONS.get(form_value),
        "problems": problems,
        "errors": bool(problems),
        **more,
    }
    request.current_app = admin.site.name
    return TemplateResponse(request, f"admin/register/registration/{step}.html", context)


def _problems(form) -> list[tuple[str, str, str]]:
    """Return every error with the id and the label of its field, in the order of the page, for the list at its top."""
    if form is None or not form.is_bound:
        return []
    if hasattr(form, "problems"):
        return form.problems
    found = []
    places = {name: place for place, name in enumerate(form.fields)}
    for name, texts in sorted(form.errors.items(), key=lambda error: places.get(error[0], -1)):
        field = form[name] if name in form.fields else None
        where = (field.id_for_label or f"{field.auto_id}_0", str(field.label)) if field else ("", "")
        found += [(*where, text) for text in texts]
    return found


def _form_groups(form: WhatForm) -> list[tuple[str, list]]:
    """Return the radio buttons of the forms in their groups, each with what the form is."""
    groups: dict[str, list] = {}
    for radio in form["form"]:
        value = radio.data["value"]
        groups.setdefault(str(FORM_QUESTIONS[value].group), []).append((radio, *FORM_EXPLANATIONS[value]))
    return list(groups.items())


# The last look


def _tried(registration: Registration, user: User) -> tuple[LawPanel | None, list[str]]:
    """Save the registration for a moment; return what the law says of it, or why it cannot be saved."""
    try:
        with transaction.atomic():
            saved = register_whole(registration, by=user)
            law = law_panel(with_legal_facts(Cooperation.objects.all()).get(pk=saved.pk), localdate())
            transaction.set_rollback(True)
    except ValidationError as error:
        return None, error.messages
    return law, []


def _alike(registration: Registration, user: User) -> list:
    return likely_duplicates(
        registration.cooperation.name,
        {m.organisation_id for m in registration.memberships},
        registration.legal.org_number if registration.legal else "",
        among=visible_to(user),
    )


def _review(request: HttpRequest, answers: _Answers, problems: Sequence[str] = ()) -> HttpResponse:
    """Show everything that would be saved, what the law says of it, and what looks like it."""
    law, refused = _tried(answers.build(), request.user)
    registration = answers.build()  # afresh: what was saved for a moment bears keys of rows that are gone
    more = {
        "problems": [("", "", text) for text in [*problems, *refused]],
        "new": registration,
        "how": answers.judged_how,
        "rows": _summary(answers.judged_how),
        "law": law,
        "alike": _alike(registration, request.user),
        "reason": request.POST.get("change_reason", ""),
    }
    return _page(request, answers.draft, "se-over", more)


def _summary(how: HowForm) -> list[tuple[str, str]]:
    """Return what was answered about law and agreement, as pairs of label and answer."""
    pairs = []
    for part in (how.legal, how.agreement):
        for name, value in part.cleaned_data.items() if part is not None else ():
            if value not in (None, ""):
                shown = part.fields[name].choices if hasattr(part.fields[name], "choices") else None
                text = {True: _("ja"), False: _("nei")}.get(value) if isinstance(value, bool) else None
                pairs.append((part.fields[name].label, text or dict(shown or {}).get(value) or part[name].value()))
    return pairs


def _save(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    """Save the cooperation once, unless something like it has come that the user has not seen."""
    seen, answers = set(request.POST.getlist("seen")), _Answers(draft, request)
    try:
        with transaction.atomic():
            # Two clicks on the button save one cooperation: the second waits here, and finds no draft.
            if not RegistrationDraft.objects.select_for_update().filter(pk=draft.pk).exists():
                messages.info(request, _("Registreringen er lagret allerede."))
                return HttpResponseRedirect(reverse("admin:agreements_cooperation_changelist"))
            registration = answers.build()
            if {str(one.cooperation.pk) for one in _alike(registration, request.user)} - seen:
                return _review(request, answers, [_("Se over samarbeidene som ligner, før du lagrer.")])
            if not request.user.has_perm("agreements.add_cooperation", registration.cooperation):
                return _review(request, answers, [_NOT_HERS])
            reason = request.POST.get("change_reason", "").strip()[:300]
            saved = register_whole(registration, by=request.user, reason=reason)
            draft.delete()
    except ValidationError as error:
        return _review(request, answers, error.messages)
    except _UnreadyError as unready:
        return HttpResponseRedirect(_address(draft, str(unready), sjekk="1"))
    messages.success(request, _next_steps(saved))
    return HttpResponseRedirect(reverse("admin:agreements_cooperation_change", args=[saved.pk]))


def _next_steps(saved: Cooperation) -> str:
    """Say what was done, and link to what comes next: the agreement, the decisions, publication."""
    agreement = saved.agreements.first()
    if agreement:
        url, text = reverse("admin:agreements_agreement_change", args=[agreement.pk]), _("før vedtakene om avtalen")
    else:
        url = reverse("admin:agreements_agreement_add", query={"cooperation": saved.pk})
        text = _("legg til avtalen og vedtakene")
    return format_html(
        _("«{name}» er lagret som utkast. Neste: {agreement}, og trykk «Send til gjennomsyn» når du er ferdig."),
        name=saved.name,
        agreement=format_html('<a href="{}">{}</a>', url, text),
    )
