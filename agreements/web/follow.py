"""How does a reader begin to follow a municipality, a cooperation or a task, and stop again?

Nothing happens by opening an address: programs that look through mail open them all. Each deed is a POST.
"""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from ..exchange import follows
from ..models import Follow, Follower
from . import limits
from .page import PoliteForm, form_page


class FollowForm(PoliteForm):
    """Where to send what changes."""

    email = forms.EmailField(
        label=_("E-postadresse"),
        max_length=254,
        error_messages={
            "required": _("Skriv e-postadressen din."),
            "invalid": _("Dette er ikke en e-postadresse. Skriv den som navn@eksempel.no."),
        },
        widget=forms.EmailInput(attrs={"class": "ds-input", "autocomplete": "email", "maxlength": None}),
    )


@form_page
def follow(request: HttpRequest) -> HttpResponse:
    """Tell how a thing can be followed, and take an e-mail address."""
    followed = follows.asked_for(request.GET)
    if followed is None:
        raise Http404
    form = FollowForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 400
        elif not limits.may_send(request, "follow"):
            form.add_error(None, limits.TOO_OFTEN)
            status = 429
        else:
            if not form.is_from_a_program:
                follows.ask(form.cleaned_data["email"], followed, get_language())
            return redirect("follow-asked")
    return render(request, "agreements/follow.html", {"followed": followed, "form": form}, status=status)


@form_page
def asked(request: HttpRequest) -> HttpResponse:
    """Say that a message is on its way, whoever has asked for what."""
    return render(request, "agreements/follow_asked.html", {"days": follows.KEPT_UNCONFIRMED.days})


@form_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let the owner of a mail box say yes."""
    found = Follow.of_token(token)
    if found is None:
        return render(request, "agreements/follow_gone.html", status=410)
    if request.method == "POST":
        follows.confirm(found, get_language())
        return redirect(request.path)
    context = {"follow": found, "name": follows.name_of(found), "stop": found.follower.token}
    return render(request, "agreements/follow_confirm.html", context)


@csrf_exempt  # a mail program posts here with nothing but the secret address (RFC 8058)
@form_page
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Let the owner of a mail box stop following one thing, or everything at once."""
    found = Follower.of_token(token)
    if found and request.method == "POST":
        chosen = request.POST.get("follow", "")
        one = found.follows.filter(pk=chosen).first() if chosen.isascii() and chosen.isdecimal() else None
        if one or not chosen:
            follows.stop(found, one)
        if "List-Unsubscribe" not in request.POST:
            return redirect(request.path)
        found = None
    rows = [(one, follows.name_of(one)) for one in found.follows.all()] if found else []
    return render(request, "agreements/follow_stop.html", {"follower": found, "rows": rows})
