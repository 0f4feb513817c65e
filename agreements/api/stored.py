"""How is a question about cooperations answered from the stored documents, over HTTP?"""

import datetime

import orjson
from django.http import HttpRequest, HttpResponse

from ..answers import reading
from ..answers.question import Question
from ..answers.shelf import SHELF, Kept
from . import conditional
from .cursors import Cursor
from .links import site
from .pagination import Wanted

JSON = "application/json"
#: The headers of a request that may spare the caller the answer.
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")


class ChangedError(Exception):
    """The register has changed since the question was read; to be read and asked again."""


def page(
    request: HttpRequest, wanted: Wanted, question: Question, state: reading.State, *, today: bool
) -> HttpResponse:
    """Return a page of a list, or 304 when the caller has it. Raises ``ValidationError`` for a bad cursor.

    ``state`` is that of the register when the question was read: which organisations a number means, and which
    words a search, depends on it. Raises ``ChangedError`` when it has passed. ``today`` tells that no day was asked
    for, so that the answer is another one tomorrow.
    """
    place = wanted.place(len(question.order))
    if place is not None:
        question, today = question.on(place.day), False
    if reading.state() != state:
        raise ChangedError
    etag = conditional.list_tag(request, state, question.day)
    modified = conditional.last_modified(state.made, question.day, today=today)
    if _conditional(request) and (unchanged := conditional.not_modified(request, etag, modified)):
        return unchanged
    # The tag names all that the answer depends on; so what was made under it is the answer.
    if (kept := SHELF.get(etag)) is None:
        kept = Kept(_made(request, wanted, question, state, place))
        SHELF.put(etag, kept, state)
    return conditional.validated(HttpResponse(kept.body, content_type=JSON), etag, modified)


def _made(
    request: HttpRequest, wanted: Wanted, question: Question, state: reading.State, place: Cursor | None
) -> bytes:
    """Return a page as JSON. Raises ``ChangedError`` when the state has passed."""
    found = (
        reading.page(question, wanted.size, place.values, backwards=place.backwards)
        if place is not None
        else reading.page(question, wanted.size)
    )
    counted, counted_in = {}, state
    if wanted.count:
        counted["count"], counted_in = reading.count(question)
    if found.state != state or counted_in != state:
        raise ChangedError
    head = counted | {
        "next": wanted.link(found.last if found.beyond else None, question.day),
        "previous": wanted.link(found.first if found.before else None, question.day, backwards=True),
    }
    documents = reading.addressed(b"[" + b",".join(found.documents) + b"]", site(request))
    return b'%s,"results":%s}' % (orjson.dumps(head)[:-1], documents)


def one(request: HttpRequest, slug: str, day: datetime.date, *, timeless: bool, today: bool) -> HttpResponse | None:
    """Return one cooperation, 304 when the caller has it, None when there is none."""
    # PostgreSQL refuses a NUL in a text with an error of its own.
    if "\x00" in slug:
        return None
    if _conditional(request):
        held = reading.single(slug, day, timeless=timeless, content=False)
        if held and (unchanged := conditional.not_modified(request, *_validators(request, held, today=today))):
            return unchanged
    found = reading.single(slug, day, timeless=timeless)
    if found is None:
        return None
    answer = HttpResponse(reading.addressed(found.content, site(request)), content_type=JSON)
    return conditional.validated(answer, *_validators(request, found, today=today))


def _conditional(request: HttpRequest) -> bool:
    return any(name in request.META for name in _CONDITIONS)


def _validators(request: HttpRequest, found: reading.Single, *, today: bool) -> tuple[str, int | None]:
    """Return the ETag of one document, which only a change of it changes, and its last change."""
    turned = found.first_day if today else datetime.date.min
    return conditional.tag(request, found.digest), conditional.last_modified(found.changed, turned, today=today)
