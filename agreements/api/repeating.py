"""What if a request comes twice, because its sender never got the answer?

A request with an ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header) leaves its answer behind, in the
transaction of the change itself. While one runs, another with the same key waits for PostgreSQL's unique index; then
it gets the same answer. What failed has changed nothing and is not kept, so that it may be tried again with the key.
"""

import datetime
import hashlib

import orjson
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from ..models import ApiToken, KeptAnswer

KEPT_FOR = datetime.timedelta(hours=24)
_LONGEST = 255
_HEADERS = ("Content-Type", "ETag", "Location", "Cache-Control", "Vary")

_BEGIN = """
INSERT INTO agreements_keptanswer (token_id, key, asked, headers, body, made_at)
VALUES (%s, %s, %s, '{}', '', %s) ON CONFLICT DO NOTHING RETURNING id
"""
_SWEEP = """
DELETE FROM agreements_keptanswer WHERE id IN (
    SELECT id FROM agreements_keptanswer WHERE made_at < %s ORDER BY made_at LIMIT 100 FOR UPDATE SKIP LOCKED
)
"""


class OtherRequest(APIException):
    """The key belongs to another request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "other_request"


def key_of(request: Request) -> str:
    """Return the key of a request, empty without one. Raises ``ValidationError``."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > _LONGEST or not key.isascii() or not key.isprintable():
        raise ValidationError({"Idempotency-Key": [_("Skriv høyst 255 synlige ASCII-tegn.")]})
    return key


def fingerprint(request: Request) -> str:
    """Return what tells this request from another with the same key."""
    said = (request.method, request.get_full_path(), request.headers.get("If-Match", ""))
    body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256("\n".join(said).encode() + b"\n" + body).hexdigest()


def begin(token: ApiToken, key: str, asked: str) -> HttpResponse | None:
    """Take the key, or return what was answered to it before; inside the transaction of the change.

    Raises ``OtherRequest`` where something else was asked with it.
    """
    now = timezone.now()
    KeptAnswer.objects.filter(token=token, key=key, made_at__lt=now - KEPT_FOR).delete()
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [token.pk, key, asked, now])
        if cursor.fetchone():
            cursor.execute(_SWEEP, [now - KEPT_FOR])
            return None
    kept = KeptAnswer.objects.get(token=token, key=key)
    if kept.asked != asked:
        raise OtherRequest(_("Nøkkelen i «Idempotency-Key» er brukt til en annen forespørsel det siste døgnet."))
    return HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers | {"Idempotent-Replayed": "true"})


def keep(token: ApiToken, key: str, answer: HttpResponse) -> None:
    """Leave the answer behind, in the same transaction."""
    KeptAnswer.objects.filter(token=token, key=key).update(
        status=answer.status_code,
        headers={name: answer[name] for name in _HEADERS if name in answer},
        body=answer.content,
    )
