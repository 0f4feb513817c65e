"""Is a cooperation still as the caller read it?  And how is it shown to those who keep it, published or not?"""

import hashlib

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException

from ..answers.reading import addressed
from ..answers.slices import content_on
from ..models import Cooperation
from . import conditional
from .links import site

#: What an unpublished cooperation is answered with is for the holder of the token alone.
PRIVATE = "private, no-store"


class PreconditionFailed(APIException):
    """It is no longer as the caller read it."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"


class PreconditionRequired(APIException):
    """The caller does not say how it read it."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"


def representation(cooperation: Cooperation) -> bytes:
    """Return the JSON of a cooperation as it is today; of one that is not public with its state of publication.

    Of a public one it is the document that everybody reads, byte by byte, so that both have the same ETag.
    """
    # As the stored documents are made; ``addressed`` puts them into the language of the caller.
    with translation.override(settings.LANGUAGE_CODE):
        found = Cooperation.objects.filter(pk=cooperation.pk).with_answer().get()
        content = content_on(found, timezone.localdate())
    if found.publication == Cooperation.Publication.PUBLISHED:
        return content
    return b'{"publication":%s,%s' % (orjson.dumps(found.publication), content[1:])


def tag(request: HttpRequest, content: bytes) -> str:
    """Return the strong ETag of a representation, in the language of the caller."""
    return conditional.tag(request, hashlib.blake2b(content, digest_size=16).hexdigest())


def require_match(request: HttpRequest, cooperation: Cooperation) -> None:
    """Refuse a change of what the caller has not read as it is; the cooperation is locked by the caller.

    An ETag counts in whichever language it was read. Raises ``PreconditionRequired`` and ``PreconditionFailed``.
    """
    given = parse_etags(request.headers.get("If-Match", ""))
    if not given:
        raise PreconditionRequired(_("Send «If-Match» med ETag-en til samarbeidet slik du leste det."))
    if given == ["*"]:
        return
    if not matches(request, cooperation, given):
        raise PreconditionFailed(_("Samarbeidet er endret siden du leste det. Les det på nytt."))


def matches(request: HttpRequest, cooperation: Cooperation, given: list[str]) -> bool:
    """Tell whether one of the ETags is that of the cooperation as it is."""
    content = representation(cooperation)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if tag(request, content) in given:
                return True
    return False


def shown(request: HttpRequest, cooperation: Cooperation, code: int = 200) -> HttpResponse:
    """Return the answer that shows a cooperation as it is now."""
    content = representation(cooperation)
    answer = HttpResponse(addressed(content, site(request)), status=code, content_type="application/json")
    answer["ETag"] = tag(request, content)
    answer["Cache-Control"] = PRIVATE
    answer["Vary"] = "Accept, Accept-Language, Authorization"
    return answer
