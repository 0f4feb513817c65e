"""May a page of another site read the API and the data sets?  Yes: they are public, and nobody is signed in to them.

Writing is not open to the pages of others: a token belongs in a system, never in a browser.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SAFE = ("GET", "HEAD", "OPTIONS")
#: What a page of another site may read beside the headers that it always may.
EXPOSED = "Accept-Ranges, Content-Range, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After"
PREFIXES = ("/api/", "/data/", "/id/")


def open_to_all(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let browsers hand any answer of the API, data file or linked data to any page, also errors and redirects.

    A middleware and not a part of the views, since a missing slash is answered before a view is reached.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith(PREFIXES) and request.method in SAFE:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = EXPOSED
            if request.method == "OPTIONS":
                response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
                response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match, Range"
        return response

    return middleware
