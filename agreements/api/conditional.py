"""Has an answer changed since the caller last got it?

A list is told by the revision of the register, the question and the day; one cooperation by its own document. Both
are known without making the answer, so that a 304 costs one look-up. Texts come from the code as well, so the tag
also names the release.
"""

import datetime
import functools
import hashlib
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from ..answers.reading import State
from .errors import problem
from .links import site

#: Caches may keep an answer, and must ask whether it still holds: a change is seen at once.
CACHE_CONTROL = "public, no-cache"


@functools.cache
def release() -> str:
    """Return what tells the running code and its translations from any other."""
    files = (p for app in ("agreements", "municipalities", "locale") for p in Path(settings.BASE_DIR, app).rglob("*"))
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(p for p in files if p.suffix in (".py", ".mo")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def tag(request: HttpRequest, *parts: object) -> str:
    """Return the strong ETag of an answer that depends on the parts, on what was asked, and on the language."""
    said = "\n".join((release(), site(request), get_language() or "", *map(str, parts)))
    return f'"{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()}"'


def list_tag(request: HttpRequest, state: State, day: datetime.date, *parts: object) -> str:
    """Return the ETag of an answer that depends on the whole register, and on the parts."""
    return tag(request, state.revision, state.made, request.get_full_path(), day, *parts)


def last_modified(changed: datetime.datetime | None, day: datetime.date, *, today: bool) -> int | None:
    """Return the second in which an answer last changed, None when it cannot be told.

    An answer for today has also changed at midnight. Within the second of a change another may follow, which
    whole seconds could not tell apart; then there is only the ETag.
    """
    if changed is None:
        return None
    if today:
        changed = max(changed, _midnight(day))
    second = int(changed.timestamp())
    return second if timezone.now().timestamp() >= second + 1 else None


@functools.lru_cache(maxsize=8)
def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def not_modified(request: HttpRequest, etag: str, modified: int | None) -> HttpResponse | None:
    """Return 304 or 412 when the caller's conditions ask for that, else None."""
    answer = get_conditional_response(request, etag, modified)
    if answer is not None and answer.status_code == 412:
        answer = problem(request, 412)
    return validated(answer, etag, modified) if answer is not None else None


def validated(answer: HttpResponse, etag: str | None, modified: int | None) -> HttpResponse:
    """Add the validators to an answer, and what caches must know."""
    from django.utils.http import http_date

    if etag is not None:
        answer["ETag"] = etag
    if modified is not None:
        answer["Last-Modified"] = http_date(modified)
    answer["Cache-Control"] = CACHE_CONTROL
    patch_vary_headers(answer, ("Accept", "Accept-Language"))
    return answer
