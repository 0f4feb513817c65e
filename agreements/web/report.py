"""How does a reader tell of a fault, from any page?"""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation

from ..actions.page_reports import report_fault
from ..models import Cooperation
from ..querysets import public_organisations
from . import limits
from .page import PoliteForm, form_page

#: As long a page's address may be.
LONGEST = 500


class ReportForm(PoliteForm):
    """What is wrong, and where an answer may be sent."""

    text = forms.CharField(
        label=_("Hva er feil, og hva er riktig?"),
        max_length=3000,
        error_messages={"required": _("Skriv hva som er feil.")},
        widget=forms.Textarea(attrs={"class": "ds-input", "rows": 7, "maxlength": None}),
    )
    email = forms.EmailField(
        label=_("E-postadresse, hvis du vil ha svar"),
        required=False,
        max_length=254,
        error_messages={"invalid": _("Dette er ikke en e-postadresse. Skriv den som navn@eksempel.no.")},
        widget=forms.EmailInput(attrs={"class": "ds-input", "autocomplete": "email", "maxlength": None}),
    )

    def clean_text(self) -> str:
        """Refuse what a database cannot hold."""
        return self.cleaned_data["text"].replace("\x00", "")


@form_page
def report(request: HttpRequest) -> HttpResponse:
    """Take a reader's words about the page that ``side`` names, and hand them on."""
    page = own_page(request.GET.get("side", ""))
    cooperation, organisation = _subject(page)
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 400
        elif not limits.may_send(request, "report"):
            form.add_error(None, limits.TOO_OFTEN)
            status = 429
        elif form.is_from_a_program or _hand_on(form, page, cooperation, organisation):
            return redirect("report-received")
        else:
            status = 400
    context = {"form": form, "page": page, "cooperation": cooperation, "organisation": organisation}
    return render(request, "agreements/report.html", context, status=status)


@form_page
def received(request: HttpRequest) -> HttpResponse:
    """Thank the reader, and say what happens now."""
    return render(request, "agreements/report_received.html")


def _hand_on(form: ReportForm, page: str, cooperation: Cooperation | None, organisation: Organisation | None) -> bool:
    """Hand the words on; False, with what is wrong said in the form, when they cannot be stored."""
    told = {"cooperation": cooperation, "organisation": organisation, "contact_email": form.cleaned_data["email"]}
    try:
        # Those who read it are written to in the language of the workplace.
        with translation.override(settings.LANGUAGE_CODE):
            report_fault(page, form.cleaned_data["text"], **told)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    except PermissionDenied:  # withdrawn while the reader wrote
        report_fault(page, form.cleaned_data["text"], contact_email=form.cleaned_data["email"])
    return True


def own_page(address: str) -> str:
    """Return the address of a page of ours, with its query; the front page for what is none."""
    address = address.replace("\x00", "")[:LONGEST]
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    is_path = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if is_path and address.isprintable() else "/"


def _subject(page: str) -> tuple[Cooperation | None, Organisation | None]:
    """Return the public cooperation, or the public organisation, that a page is about."""
    match = _match(urlsplit(page).path)
    slug = match.kwargs.get("slug") if match else None
    if not slug:
        return None, None
    public = Cooperation.objects.public()
    if match.url_name == "cooperation":
        return public.filter(slug=slug).first(), None
    if match.url_name in ("organisation", "municipality"):
        found = public_organisations().filter(slug=slug).first()
        # A body that is a cooperation is kept by those who keep the cooperation.
        return (public.filter(body=found).first() if found else None), found
    return None, None


def _match(path: str) -> ResolverMatch | None:
    """Return which view a path leads to, in the language of its prefix."""
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            return resolve(path)
        except Resolver404:
            return None
