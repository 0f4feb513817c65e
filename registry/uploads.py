"""How large may what is sent to the register be?  What is larger is refused before any of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agreements.api import errors

#: Room beside a document for the other fields of its form and the multipart wrapping.
ROOM_BYTES = 1 << 20


def limit_bodies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 413 by the length that the sender declares; Django never reads past that length.

    A middleware before the others, since the token against forged forms is in the body: whoever looks
    for it has read, and stored on disk, all that was sent. A body without a declared length counts as
    empty in WSGI.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length <= (settings.MAX_DOCUMENT_MB << 20) + ROOM_BYTES:
            return get_response(request)
        if request.path_info.startswith(errors.PREFIX):
            return errors.problem(request, 413)
        return render(request, "413.html", {"limit": settings.MAX_DOCUMENT_MB}, status=413)

    return middleware
