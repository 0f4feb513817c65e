"""Does an address that led to a public thing still lead there, when the thing has been given another?"""

import functools
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from ..insight.moved import now_called


def leads_on(object_type: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a page that is not found by its address name lead to where it is found now, with the same question."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, slug: str, **others: str) -> HttpResponse:
            try:
                return view(request, slug, **others)
            except Http404:
                now = now_called(object_type, slug)
                if now is None:
                    raise
            query = request.META.get("QUERY_STRING", "")
            address = reverse(request.resolver_match.url_name, kwargs={"slug": now})
            return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)

        return wrapped

    return decorate
