"""Where in a list does a page begin?  A cursor tells it: opaque to the caller, and good for the list it was made for.

It holds what the last row seen is ordered by, so that a page costs the same at any depth, and rows that come or go
meanwhile neither shift nor repeat the others. It is signed together with the question, since a place in one list
means nothing in another, and it keeps the day: whoever reads past midnight reads on in the list they began.
"""

import base64
import binascii
import datetime
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

CURSOR = "cursor"
_SIGNATURE = 12  # bytes: nobody guesses 96 bits, and a forger would win nothing but a place in a public list


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the values of the row next to it, the direction from there, and the list's day."""

    values: tuple
    backwards: bool
    day: datetime.date

    def write(self, question: str) -> str:
        """Return the cursor as a text for an address."""
        said = orjson.dumps([self.day, self.backwards, *self.values])
        return base64.urlsafe_b64encode(_signature(said, question) + said).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str, question: str, columns: int) -> "Cursor":
        """Read what ``write`` has written for the same question. Raises ``ValidationError`` for anything else."""
        try:
            sealed = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error):
            sealed = b""
        signature, said = sealed[:_SIGNATURE], sealed[_SIGNATURE:]
        if not hmac.compare_digest(signature, _signature(said, question)):
            raise refused()
        day, backwards, *values = orjson.loads(said)
        if len(values) != columns:
            raise refused()
        return cls(tuple(values), backwards, datetime.date.fromisoformat(day))


def refused() -> ValidationError:
    """Return the error for a cursor that is none of ours, or not of this list."""
    return ValidationError(
        {CURSOR: [_("Dette er ikke en peker i denne listen. Følg «next» og «previous», og endre ikke filtrene.")]}
    )


def _signature(said: bytes, question: str) -> bytes:
    return salted_hmac("agreements.api.cursors", question.encode() + b"\0" + said, algorithm="sha256").digest()[
        :_SIGNATURE
    ]


def question_of(path: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Return a list with its filters as one text; in which order they were given does not matter."""
    return orjson.dumps([path, sorted(parameters)]).decode()
