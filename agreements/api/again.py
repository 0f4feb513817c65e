"""How is a question answered that was answered before, past all that had to read and check it the first time?

Whoever asks for cooperations as anybody does sends few different questions, and what makes them dear is to read them,
not to answer them. So the first answer leaves behind what was understood: never the answer, which is read from the
database each time, or is known to be as it was by the state of the register. What was understood holds for one state of
the register and one day, since it depends on them which organisations a number means and which words a search; so do
the headers that all answers to the question share, which are taken from the first one, whatever middleware has set
them. Everything else goes the long way: other methods, tokens, cookies, and what could not be answered.
"""

import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone, translation
from rest_framework.exceptions import ValidationError

from ..answers import reading
from ..answers.shelf import SHELF
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

#: What tells an answer from others to the same question, and the conditions that it may be held against otherwise.
_VALIDATORS = ("ETag", "Last-Modified")
_PRECONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")

#: Answers a question once more: for the request, and the key of a thing or the cursor of a list.
Answer = Callable[[HttpRequest, str], HttpResponse | None]


@dataclass(frozen=True)
class Understood:
    """A question that was found valid, the day on which it was, and what its answers have in common.

    Of the first page of a list also the state of the register, and the validators, the same as long as that is.
    """

    answer: Answer
    day: datetime.date
    language: str
    headers: tuple[tuple[str, str], ...]
    state: reading.State | None = None
    validators: tuple[str, ...] = ()


_understood: dict[tuple, Understood] = {}


def forget() -> None:
    """Have every question read anew."""
    _understood.clear()


def note(request: HttpRequest, answer: Answer, state: reading.State | None = None) -> None:
    """Leave with a request how its question is answered another time, and the state that a list was read in."""
    request.answered_by, request.answered_in = answer, state


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
                _remember(name, request, answer)
                _remember_validators(name, key, answer)
        elif found.state is not None and not found.validators:
            _remember_validators(name, key, answer)
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
        answer = _unchanged(request, found) if found.validators and not key else None
        if answer is None:
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


def _unchanged(request: HttpRequest, found: Understood) -> HttpResponse | None:
    """Return the answer where the register is as it was, and the caller has it or it is kept; None otherwise."""
    meta, etag = request.META, found.validators[0]
    held = meta.get("HTTP_IF_NONE_MATCH")
    if any(name in meta for name in _PRECONDITIONS):
        return None
    if held == etag:
        answer: HttpResponse = HttpResponseNotModified()
    elif held is None and "HTTP_IF_MODIFIED_SINCE" not in meta and (kept := SHELF.get(etag)):
        answer = HttpResponse(kept.body, content_type=stored.JSON)
    else:
        return None
    if reading.state() != found.state:
        return None
    for name, value in zip(_VALIDATORS, found.validators, strict=True):
        answer[name] = value
    return answer


def _remember(name: tuple, request: HttpRequest, answer: HttpResponse) -> None:
    if answer.streaming or answer.cookies:
        return
    if len(_understood) >= MOST:
        _understood.clear()
    headers = tuple((header, value) for header, value in answer.items() if header not in _OWN)
    day, language = timezone.localdate(), answer["Content-Language"]
    _understood[name] = Understood(request.answered_by, day, language, headers, request.answered_in)


def _remember_validators(name: tuple, key: str, answer: HttpResponse) -> None:
    """Keep the validators of the first page of a list, once it has both: in the second of a change it has but one."""
    found = _understood.get(name)
    if found and found.state and not key and all(header in answer for header in _VALIDATORS):
        _understood[name] = replace(found, validators=tuple(answer[header] for header in _VALIDATORS))


@functools.cache
def _list_address() -> str:
    return reverse("api:cooperation-list")
