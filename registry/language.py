"""Which language does an answer have?"""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class LanguageMiddleware(LocaleMiddleware):
    """Let the API speak the caller's language; pages and admin are in bokmål whatever the browser asks for.

    Only the rules of law are translated so far, and half a page in another language helps nobody.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of the answer."""
        if request.path_info.startswith("/api/"):
            super().process_request(request)
        else:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = translation.get_language()
