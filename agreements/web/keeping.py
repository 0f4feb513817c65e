"""When need a public page not be made anew?  When neither the register, the day nor the release has changed.

A page for a reader who is not signed in depends on its address, the register, the day in Norway and what is
installed, and on nothing else. So its validators are known before it is made: a reader who has it gets 304 for one
look-up of the revision, and one who has not may get what was made for another (``agreements.answers.shelf``), under a
name that holds all of the above. Every table that a page reads is watched (``agreements.triggers``), as a test makes
sure.

Whoever sends a session cookie gets a page of her own, which is neither kept nor looked up.
"""

import datetime
import functools
import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_etags
from django.utils.translation import get_language

from ..answers import reading
from ..answers.shelf import SHELF, Kept
from ..api.conditional import last_modified, release
from ..api.links import site

#: Caches may keep a page, and must ask each time whether it still holds: a change is seen at the next request.
ANYBODY = "public, max-age=0, must-revalidate"
#: No cache keeps what was made for one who is signed in, not even her own: she may sign out.
PERSONAL = "private, no-store"

_STARTED = timezone.now()
#: What pages show of the settings, which may change without a release.
_SHOWN_SETTINGS = (
    "CATALOG_PUBLISHER_URI", "CONFIRMATION_MONTHS", "DEBUG", "MAP_TILE_CREDIT", "MAP_TILE_URL", "MAX_DOCUMENT_MB",
    "OPERATOR_EMAIL", "OPERATOR_NAME", "OPERATOR_ORG_NUMBER", "SITE_URL",
)  # fmt: skip
_COMPRESSIBLE = ("text/", "application/json", "application/xml", "image/svg+xml")


@functools.cache
def edition() -> str:
    """Return what tells the installed pages from any others: code, translations, templates, styles and scripts."""
    base = Path(settings.BASE_DIR)
    digest = hashlib.blake2b(release().encode(), digest_size=8)
    files = [base / "requirements.txt", *(base / "registry").rglob("*.py")]
    files += [path for folder in ("templates", "static") for path in (base / folder).rglob("*") if path.is_file()]
    for path in sorted(files):
        digest.update(str(path.relative_to(base)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def answer(request: HttpRequest, make: Callable[[], HttpResponse], also: str = "") -> HttpResponse:
    """Return the page: 304 when the reader has it, the one that is kept, or one that is made now.

    ``also`` names the state of what the page shows beside the register, for example of files.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return _marked(make(), PERSONAL)
    # Known beforehand, so that no template asks the session, and no answer says that it depends on cookies.
    request.user = AnonymousUser()
    state, day = reading.state(), timezone.localdate()
    name = _name(request, state, day, also)
    etag = f'W/"{name}"'
    changed = last_modified(max(state.made or _STARTED, _STARTED), day, today=True)
    # Nobody knows the mark of a page that was not served; «*» and dates are weighed when it is known to exist.
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _validated(HttpResponseNotModified(), etag, changed)
    kept = SHELF.get(name)
    if kept is None:
        response = make()
        if hasattr(response, "render") and not response.is_rendered:
            response.render()
        if response.status_code != 200 or response.streaming or "Set-Cookie" in response or response.cookies:
            return _marked(response, ANYBODY)
        kept = _kept(response)
        SHELF.put(name, kept, state)
    zipped = kept.compressed and _takes_gzip(request)
    response = HttpResponse(kept.compressed if zipped else kept.body, headers=kept.headers)
    if zipped:
        response["Content-Encoding"] = "gzip"
    return get_conditional_response(request, etag, changed, _validated(response, etag, changed))


def _name(request: HttpRequest, state: reading.State, day: datetime.date, also: str) -> str:
    """Return the name of a page: all that it depends on."""
    shown = [getattr(settings, name) for name in _SHOWN_SETTINGS]
    parts = (edition(), shown, site(request), request.get_full_path(), get_language(), state, day, also)
    return hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def _kept(response: HttpResponse) -> Kept:
    body = response.content
    # Compressing what holds a secret beside a reader's own words would betray it (BREACH); these pages hold none.
    worth = len(body) > 500 and response["Content-Type"].startswith(_COMPRESSIBLE)
    return Kept(body, gzip.compress(body, 5, mtime=0) if worth else b"", dict(response.items()))


def _takes_gzip(request: HttpRequest) -> bool:
    offered = (part.replace(" ", "").lower() for part in request.headers.get("Accept-Encoding", "").split(","))
    return any(part.partition(";")[0] == "gzip" and not part.endswith((";q=0", ";q=0.0")) for part in offered)


def _validated(response: HttpResponse, etag: str, changed: int | None) -> HttpResponse:
    response["ETag"] = etag
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    patch_vary_headers(response, ["Accept-Encoding"])
    return _marked(response, ANYBODY)


def _marked(response: HttpResponse, policy: str) -> HttpResponse:
    response["Cache-Control"] = policy
    return response
