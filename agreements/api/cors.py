"""May a page of another site read the API?  Yes: the data are public, and nobody is signed in to the API."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PREFIX = "/api/"


def open_to_all(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let browsers hand any answer of the API to any page, also errors and redirects.

    A middleware and not a part of the views, since a missing slash is answered before a view is reached.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith(PREFIX):
            response["Access-Control-Allow-Origin"] = "*"
            if request.method == "OPTIONS":
                response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
                response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type"
        return response

    return middleware
