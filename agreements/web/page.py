"""What do all public pages have in common: read only, a strict content policy, validators, a day they hold for?"""

import datetime
import functools
from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import keeping

# Pages load our own files and nothing else, so that injected markup could do no harm; data: is for the icons that the
# design system's stylesheet holds.
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


View = Callable[..., HttpResponse]


def page(view: View | None = None, *, also: Callable[[], str] | None = None) -> View | Callable[[View], View]:
    """Make a view a public page: GET and HEAD only, with the content policy, and kept until the register changes.

    The page must show nothing but the register, the settings named in ``keeping`` and what is installed; the state
    of anything else, as of files, is told by ``also``.
    """
    if view is None:
        return functools.partial(page, also=also)

    @require_safe
    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        def make() -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)  # a view may have widened it
            return response

        return keeping.answer(request, make, also() if also else "")

    return wrapped


def form_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view a page with a form that is sent to us: never kept by caches, not for search engines."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Content-Security-Policy"] = CONTENT_POLICY
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


class PoliteForm(forms.Form):
    """A form that anybody may send, with a field that only programs fill in."""

    website = forms.CharField(
        label=_("La dette feltet stå tomt"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_from_a_program(self) -> bool:
        """Tell whether the field that people do not see was filled in."""
        return bool(self.cleaned_data.get("website"))


class DayForm(forms.Form):
    """The day that a page holds for, written as ÅÅÅÅ-MM-DD; empty means today."""

    on = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Dette er ikke en dato. Skriv den som ÅÅÅÅ-MM-DD, for eksempel 2019-12-31.")},
    )

    @property
    def day(self) -> datetime.date:
        """Return the day asked about; today when none, or none that can be read, was given."""
        return self.asked or timezone.localdate()

    @property
    def asked(self) -> datetime.date | None:
        """Return the day that the reader wrote."""
        return self.cleaned_data.get("on") if self.is_valid() else None

    @property
    def status(self) -> int:
        """Return the HTTP status of a page for this form: 400 for a date that cannot be read."""
        return 200 if self.is_valid() else 400
