"""Which language does an answer have?"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


def answer_in_a_language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let an address of a page decide its language (`/nn/…`, `/en/…`, else bokmål), and the API speak the caller's.

    Django's own middleware lets `Accept-Language` have a say in pages too, so that one address
    would have several answers; neither a link nor a cache could then be trusted.
    The coordinators' workplace is in bokmål.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        of_caller = request.path_info.startswith("/api/")
        if of_caller:
            language = translation.get_language_from_request(request)
        else:
            language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        if of_caller:
            patch_vary_headers(response, ["Accept-Language"])
        return response

    return answer
