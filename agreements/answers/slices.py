"""What is the public JSON of a cooperation, on every day that there is?"""

import datetime
import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from ..api.links import Links
from ..api.serializers import CooperationSerializer
from ..models import Cooperation
from ..models.answers import FIRST, LAST
from .scribe import Scribe
from .turning import Bodies, turning_days

#: Where the address of the site belongs: a byte that JSON never holds, since it is escaped in texts.
BASE = b"\x01"


class StoredLinks(Links):
    """Addresses that begin with ``BASE``, so that a document serves under every name of the site."""

    def __init__(self) -> None:
        super().__init__("")

    def _absolute(self, path: str) -> orjson.Fragment:
        return orjson.Fragment(b'"' + BASE + orjson.dumps(path)[1:])


@dataclass(frozen=True)
class Day:
    """The question that a document answers, as the serializers read it: «on» is None for all times."""

    links: Links
    day: datetime.date
    on: datetime.date | None
    on_as_given: str | None = None


@dataclass(frozen=True)
class Slice:
    """A document and the days on which it is true, both included."""

    timeless: bool
    first_day: datetime.date
    last_day: datetime.date
    content: bytes

    @property
    def digest(self) -> str:
        """Return what tells this content from every other."""
        return hashlib.blake2b(self.content, digest_size=16).hexdigest()


def slices(cooperation: Cooperation, scribe: Scribe | None = None) -> Iterator[Slice]:
    """Return the documents of all days, in order: first those of a day, then those of «on=any».

    The cooperation comes from ``with_answer()``, with others that the same ``scribe`` writes. What is equal on days
    that follow each other is one slice.
    """
    scribe = scribe or Scribe(StoredLinks(), Bodies())
    whole: dict = {}
    for timeless in (False, True):
        yield from _merged(timeless, _contents(cooperation, timeless, scribe, whole))


def content_on(cooperation: Cooperation, day: datetime.date, *, timeless: bool = False) -> bytes:
    """Return the document of one day, made from the facts alone."""
    serializer = _serializer()
    serializer.context["asked"] = Day(StoredLinks(), day, None if timeless else day)
    return orjson.dumps(serializer.to_representation(cooperation))


@functools.cache
def _serializer() -> CooperationSerializer:
    """Return one to be used again and again: to make one costs more than to use it."""
    return CooperationSerializer(context={})


def _contents(
    cooperation: Cooperation, timeless: bool, scribe: Scribe, whole: dict
) -> Iterator[tuple[datetime.date, bytes]]:
    """Return each turning day with the document from then on; ``whole`` is what was told before, nothing at first."""
    for day in (FIRST, *turning_days(cooperation, scribe.bodies, timeless=timeless)):
        asked = Day(scribe.links, day, None if timeless else day)
        whole |= scribe.of_the_day(cooperation, asked) if whole else scribe.whole(cooperation, asked)
        yield day, orjson.dumps(whole)


def _merged(timeless: bool, contents: Iterable[tuple[datetime.date, bytes]]) -> Iterator[Slice]:
    first, held = None, b""
    for day, content in contents:
        if first is None:
            first, held = day, content
        elif content != held:
            yield Slice(timeless, first, day - datetime.timedelta(days=1), held)
            first, held = day, content
    yield Slice(timeless, first, LAST, held)
