"""How often may a system or an address ask?

Three counts, each in windows of a minute:

* requests with a token, by token, in PostgreSQL: one count for all workers;
* tokens that open nothing, by address, in PostgreSQL as well;
* anonymous requests, by address, in the memory of each worker: such a read touches no table but the one that it reads,
  so the bound holds per worker.

The address is that of the connection. Where a proxy of ours stands there (``TRUSTED_PROXIES``), it is the last one
that the proxy did not vouch for. Anonymous reading from a trusted proxy that names nobody is the machine itself,
and is not counted.
"""

import ipaddress
import math
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from ..models import Quota

WINDOW = 60  # seconds
#: So many addresses are counted at once in the memory of a worker; when there are more, counting begins anew.
MOST_ADDRESSES = 20_000

_COUNT = """
INSERT INTO agreements_quota AS q (who, window_start, used) VALUES (%s, %s, 1)
ON CONFLICT (who) DO UPDATE SET window_start = excluded.window_start,
    used = CASE WHEN q.window_start = excluded.window_start THEN q.used + 1 ELSE 1 END
RETURNING used
"""
#: Whoever opens a window takes away a few that have long been closed.
_SWEEP = """
DELETE FROM agreements_quota WHERE who IN (
    SELECT who FROM agreements_quota WHERE window_start < %s LIMIT 100 FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True)
class Standing:
    """What is left of a policy in the window that is running."""

    policy: str
    limit: int
    used: int
    seconds_left: int

    @property
    def exceeded(self) -> bool:
        """Tell whether this request is one too many."""
        return self.used > self.limit


class Throttle(BaseThrottle):
    """Count a request, and refuse it when there have been too many."""

    def allow_request(self, request: Request, view) -> bool:
        """Count; the standing is kept on the request, for the headers of the answer."""
        counted = getattr(request._request, "standing", None)  # by one who answers anybody before us
        self.standing = request._request.standing = counted or _standing(request)
        return self.standing is None or not self.standing.exceeded

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return self.standing.seconds_left if self.standing else None


def tell(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Add ``RateLimit-Policy`` and ``RateLimit`` (draft-ietf-httpapi-ratelimit-headers) to an answer."""
    standing = getattr(request, "standing", None)
    if standing is not None:
        answer["RateLimit-Policy"] = f'"{standing.policy}";q={standing.limit};w={WINDOW}'
        left = max(standing.limit - standing.used, 0)
        answer["RateLimit"] = f'"{standing.policy}";r={left};t={standing.seconds_left}'
    return answer


def refuse_guessing(request: Request) -> None:
    """Refuse an address that has tried too many tokens in vain. Raises ``Throttled``."""
    limit = settings.THROTTLE_FAILED_TOKENS
    window, left = _now()
    who = _name("guess", address_of(request))
    if limit and Quota.objects.filter(who=who, window_start=window, used__gte=limit).exists():
        request._request.standing = Standing("guess", limit, limit, left)
        raise Throttled(wait=left)


def note_guess(request: Request) -> None:
    """Count a token that opened nothing."""
    _stored("guess", address_of(request), settings.THROTTLE_FAILED_TOKENS)


def _standing(request: Request) -> Standing | None:
    if request.auth is not None:
        return _stored("token", str(request.auth.pk), settings.THROTTLE_TOKEN)
    return of_anybody(request)


def of_anybody(request: Request | HttpRequest) -> Standing | None:
    """Count a request without a token; None where it is not counted."""
    address = address_of(request)
    return None if address is None else _remembered(address, settings.THROTTLE_READS)


def address_of(request: Request | HttpRequest) -> str | None:
    """Return who asks; None for the machine itself. Of IPv6 it is the network of 64 bits, which one host may roam."""
    names = [name.strip() for name in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if name.strip()]
    chain = [*names[-20:], request.META.get("REMOTE_ADDR", "")]
    while chain and chain[-1] in settings.TRUSTED_PROXIES:
        chain.pop()
    if not chain:
        return None
    try:
        found = ipaddress.ip_address(chain[-1])
    except ValueError:
        return "unknown"
    if found.version == 6 and not found.ipv4_mapped:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)


def _now() -> tuple[int, int]:
    """Return the number of the window, and the whole seconds that are left of it."""
    moment = time.time()
    window = int(moment // WINDOW)
    return window, max(1, math.ceil((window + 1) * WINDOW - moment))


def _name(policy: str, who: str | None) -> str:
    return f"{policy}:{who or 'local'}"


def _stored(policy: str, who: str | None, limit: int) -> Standing | None:
    """Count in PostgreSQL, at once and not with the transaction of the request; a limit of 0 is none."""
    if not limit:
        return None
    window, left = _now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_name(policy, who), window])
        used = cursor.fetchone()[0]
        if used == 1:
            cursor.execute(_SWEEP, [window - 5])
    return Standing(policy, limit, used, left)


_lock = threading.Lock()
_reads: dict[str, int] = {}
_reads_window = 0


def _remembered(address: str, limit: int) -> Standing | None:
    """Count in the memory of this worker."""
    global _reads_window
    if not limit:
        return None
    window, left = _now()
    with _lock:
        if window != _reads_window or len(_reads) >= MOST_ADDRESSES:
            _reads.clear()
            _reads_window = window
        _reads[address] = used = _reads.get(address, 0) + 1
    return Standing("reads", limit, used, left)
