"""How is told that a part of the API will go?  In every answer of it, and in the OpenAPI document."""

import datetime
from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema

from .errors import Gone
from .links import site


def deprecated(*, since: datetime.date, sunset: datetime.date) -> Callable[[type], type]:
    """Return the decorator of a view that goes on the day ``sunset``; from then on it answers 410.

    ``Deprecation`` (RFC 9745) tells since when, ``Sunset`` (RFC 8594) until when; both lead to the changelog,
    which tells what to use instead, and for how long what must go is served.
    """

    def decorate(view: type) -> type:
        initial, finalize = view.initial, view.finalize_response

        def checked(self, request, *args, **kwargs) -> None:
            if timezone.localdate() >= sunset:
                raise Gone(_("Denne adressen ble fjernet %(day)s.") % {"day": sunset.isoformat()})
            initial(self, request, *args, **kwargs)

        def told(self, request, response, *args, **kwargs) -> HttpResponse:
            response = finalize(self, request, response, *args, **kwargs)
            response["Deprecation"] = f"@{_second(since)}"
            response["Sunset"] = http_date(_second(sunset))
            page = f"{site(request)}{reverse('api:changelog')}"
            links = [f'<{page}>; rel="{kind}"; type="text/plain"' for kind in ("deprecation", "sunset")]
            response["Link"] = ", ".join([response["Link"], *links] if "Link" in response else links)
            return response

        view.initial, view.finalize_response = checked, told
        return extend_schema(deprecated=True)(view)

    return decorate


def _second(day: datetime.date) -> int:
    return int(timezone.make_aware(datetime.datetime.combine(day, datetime.time.min)).timestamp())
