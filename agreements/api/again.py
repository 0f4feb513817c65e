"""How is a question answered that was answered before, past all that had to read and check it the first time?

Whoever asks for cooperations as anybody does sends few different questions, and what makes them dear is to read them,
not to answer them. So the first answer leaves behind what was understood: never the answer, which is read from the
database each time. What was understood holds for one state of the register and one day, since it depends on them which
organisations a number means and which words a search; so do the headers that all answers to the question share, which
are taken from the first one, whatever middleware has set them. Everything else goes the long way: other methods,
tokens, cookies, and what could not be answered.
"""

import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from rest_framework.exceptions import ValidationError

from . import stored, throttling
from .cursors import CURSOR

#: So many questions of so many characters are remembered in a process; when there are more, it begins anew.
MOST, LONGEST = 1_000, 1_000
#: A search that means more words of the register than this is read anew each time, since they take room.
MOST_WORDS = 200
#: The headers that belong to one answer alone.
_OWN = {"Content-Length", "Content-Type", "ETag", "Last-Modified", "RateLimit", "RateLimit-Policy"}
#: The headers of a request that an answer may depend on. With others of these it goes the long way.
_HEARD = ("HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE")
_LONG_WAY = ("HTTP_AUTHORIZATION", "HTTP_COOKIE", "CONTENT_LENGTH")

#: Answers a question once more: for the request, and the key of a thing or the cursor of a list.
Answer = Callable[[HttpRequest, str], HttpResponse | None]


@dataclass(frozen=True)
class Understood:
    """A question that was found valid, the day on which it was, and what its answers have in common."""

    answer: Answer
    day: datetime.date
    language: str
    headers: tuple[tuple[str, str], ...]


_understood: dict[tuple, Understood] = {}


def forget() -> None:
    """Have every question read anew."""
    _understood.clear()


def note(request: HttpRequest, answer: Answer) -> None:
    """Leave with a request how its question is answered another time."""
    request.answered_by = answer


def answer_again(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer at once what has been understood before; listen to what is understood now.

    The first middleware of all, since it leaves out the others.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        name, key = _name(request)
        if name is None:
            return get_response(request)
        found = _understood.get(name)
        answer = _again(request, found, key) if found is not None else None
        if answer is None:
            answer = get_response(request)
            if hasattr(request, "answered_by") and answer.status_code in (200, 304):
                _remember(name, request.answered_by, answer)
        return answer

    return middleware


def _name(request: HttpRequest) -> tuple[tuple | None, str]:
    """Return what a question is remembered under, None where it is not, and the key or cursor that varies in it."""
    meta, path = request.META, request.path_info
    start = _list_address()
    if not path.startswith(start) or request.method != "GET" or any(meta.get(name) for name in _LONG_WAY):
        return None, ""
    query, key = meta.get("QUERY_STRING", ""), path[len(start) : -1]
    if path == start:
        query, key = _without_cursor(query)
    elif not path.endswith("/") or "/" in key:
        return None, ""
    name = (path == start, query, request.scheme, *(meta.get(header) for header in _HEARD))
    return (name if sum(len(part or "") for part in name[1:]) <= LONGEST else None), key


def _without_cursor(query: str) -> tuple[str, str]:
    """Return a query string without its cursor, and the cursor, where it has one that is plainly written."""
    if CURSOR not in query:
        return query, ""
    parts = query.split("&")
    cursors = [part for part in parts if part.startswith(f"{CURSOR}=")]
    if len(cursors) != 1 or not cursors[0][len(CURSOR) + 1 :].replace("-", "").replace("_", "").isalnum():
        return query, ""
    # The place of the cursor stays told: a question with one and without one are two.
    return "&".join(f"{CURSOR}=" if part is cursors[0] else part for part in parts), cursors[0][len(CURSOR) + 1 :]


def _again(request: HttpRequest, found: Understood, key: str) -> HttpResponse | None:
    """Return the answer, None where the question must be read anew."""
    if found.day != timezone.localdate():
        return None
    request.standing = throttling.of_anybody(request)
    if request.standing is not None and request.standing.exceeded:
        return None
    try:
        with translation.override(found.language):
            answer = found.answer(request, key)
    except (ValidationError, stored.ChangedError, Error):
        return None  # what is wrong is told on the long way
    if answer is None:
        return None
    for name, value in found.headers:
        answer[name] = value
    answer["Content-Length"] = str(len(answer.content))
    return throttling.tell(request, answer)


def _remember(name: tuple, answered_by: Answer, answer: HttpResponse) -> None:
    if answer.streaming or answer.cookies:
        return
    if len(_understood) >= MOST:
        _understood.clear()
    headers = tuple((header, value) for header, value in answer.items() if header not in _OWN)
    _understood[name] = Understood(answered_by, timezone.localdate(), answer["Content-Language"], headers)


@functools.cache
def _list_address() -> str:
    return reverse("api:cooperation-list")
