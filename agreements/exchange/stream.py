"""What has changed since a reader was last here, and what is new in it?

A cursor names the last event that a reader has seen. It is signed, and it holds a mark of that event besides
its number: after a restore from a backup the numbers begin again at the backup's, and a cursor from the time
that was lost is then refused, instead of passing over what was done since.
"""

import base64
import binascii
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Change, Document, Task
from ..models.changes import CHANNEL, NOTE, OUT_OF_STEP

#: So many requests of one process may wait for an event at a time: half of its threads (registry.launch).
MOST_WAITERS = 2
_waiters = threading.BoundedSemaphore(MOST_WAITERS)
_signer = signing.Signer(sep=".", salt="agreements.exchange.stream")

State = dict[str, Any] | None


class BadCursorError(ValueError):
    """The text is no cursor of ours."""


class LostCursorError(ValueError):
    """The cursor names an event that this stream does not hold: it was restored from a backup."""


@dataclass(frozen=True)
class Position:
    """A place in the stream: after an event, or before the first."""

    number: int = 0
    mark: str = ""

    @classmethod
    def after(cls, change: Change | None) -> "Position":
        """Return the place after an event; before the first for None."""
        return cls(change.pk, change.event.hex[:12]) if change else cls()

    @classmethod
    def read(cls, cursor: str) -> "Position":
        """Return the place that a cursor names. Raises BadCursorError and LostCursorError."""
        try:
            body = _signer.unsign(cursor)
            number, _separator, mark = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().partition("-")
            place = cls(int(number), mark)
        except (signing.BadSignature, binascii.Error, ValueError) as error:
            raise BadCursorError(_("Dette er ikke en markør fra denne endringsstrømmen.")) from error
        if place.number:
            held = Change.objects.filter(pk=place.number).values_list("event", flat=True).first()
            if held is None or held.hex[:12] != place.mark:
                raise LostCursorError(
                    _(
                        "Markøren viser til en hendelse som ikke finnes lenger: registeret er satt tilbake fra en "
                        "sikkerhetskopi. Les på nytt fra begynnelsen, eller fra et nytt datasett."
                    )
                )
        return place

    def __str__(self) -> str:
        """Return the cursor."""
        body = base64.urlsafe_b64encode(f"{self.number}-{self.mark}".encode()).decode().rstrip("=")
        return _signer.sign(body)


def head() -> Position:
    """Return the place after the last event that has been committed."""
    return Position.after(Change.objects.only("pk", "event").order_by("-pk").first())


@dataclass(frozen=True)
class Event:
    """An event with what was public of the object before it."""

    change: Change
    before: State

    @property
    def cursor(self) -> str:
        """Return the cursor after the event."""
        return str(Position.after(self.change))

    @property
    def differences(self) -> "list[Difference]":
        """Return what an event changed, field by field; nothing for one that brings or takes the whole."""
        if self.change.kind != Change.Kind.CHANGED:
            return []
        return list(differences(self.before or {}, self.change.state or {}))


@dataclass(frozen=True)
class Difference:
    """One field, or one row of an object, before and after."""

    field: str
    before: Any
    after: Any


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Yield what differs between two states; a row in a list is named by its id: ``memberships/57/role``."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key), after.get(key), f"{path}/{key}" if path else key)
    elif _is_rows(before) and _is_rows(after) and (before or after):
        old, new = ({row["id"]: row for row in rows} for rows in (before, after))
        for key in sorted(old.keys() | new.keys()):
            yield from differences(old.get(key), new.get(key), f"{path}/{key}")
    elif before != after:
        yield Difference(path, before, after)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and "id" in row for row in value)


def with_before(change: Change) -> Event:
    """Return one event with what was before it."""
    row = _with_before(Change.objects.filter(pk=change.pk), None).first()
    return Event(change, row.before if row else None)


#: Where in the API an object of the stream is found.
ENDPOINTS = {
    Change.ObjectType.COOPERATION: "cooperation",
    Change.ObjectType.ORGANISATION: "organisation",
    Change.ObjectType.MUNICIPALITY: "municipality",
    Change.ObjectType.COUNTY: "county",
    Change.ObjectType.TASK: "task",
    Change.ObjectType.SOURCE: "source",
    Change.ObjectType.DOCUMENT: "document",
}


def as_json(event: Event, site: str) -> dict[str, Any]:
    """Return an event as the API and the webhooks give it; ``site`` is the register's address, without a last slash."""
    change = event.change
    endpoint = ENDPOINTS.get(change.object_type)
    return {
        "id": str(change.event),
        "cursor": event.cursor,
        "kind": change.kind,
        "object": {
            "type": change.object_type,
            "id": change.object_id,
            "slug": change.slug,
            "url": f"{site}{reverse(f'api:{endpoint}-list')}{change.slug}/" if endpoint else None,
        },
        "time": change.recorded_at.isoformat(),
        "reason": change.reason,
        "changes": [{"field": one.field, "before": one.before, "after": one.after} for one in event.differences],
        "state": change.state,
    }


@dataclass(frozen=True)
class Page:
    """Some events and the place after them: that of the last one, or the end of the stream."""

    events: list[Event]
    position: Position
    more: bool = field(default=False)


def read(after: Position, chosen: QuerySet[Change] | None = None, limit: int = 100) -> Page:
    """Return the events after a place, the oldest first, of those that are chosen.

    The end is asked for first: every event up to it is then in the answer of the second question, because
    numbers are given in the order of commits (``agreements.models.changes``).
    """
    end = head()
    rows = list(_with_before(Change.objects.all() if chosen is None else chosen, after)[: limit + 1])
    events = [Event(row, row.before) for row in rows[:limit]]
    last = Position.after(events[-1].change) if events else after
    if len(rows) > limit:
        return Page(events, last, more=True)
    return Page(events, max(end, last, key=lambda place: place.number))


def _with_before(chosen: QuerySet[Change], after: Position | None) -> QuerySet[Change]:
    earlier = Change.objects.filter(
        object_type=OuterRef("object_type"), object_id=OuterRef("object_id"), pk__lt=OuterRef("pk")
    ).order_by("-pk")
    rows = chosen.readable().annotate(before=Subquery(earlier.values("state")[:1]))
    return rows.filter(pk__gt=after.number).order_by("pk") if after else rows.order_by("-pk")


def concerning(
    *, municipality: int | None = None, cooperation: int | None = None, task: Task | None = None
) -> QuerySet[Change]:
    """Return the events about a municipality (or any organisation), a cooperation or a task, by their ids.

    A municipality's are those of itself and of the cooperations that it takes part in, at the time of
    the event, including the one in which it left. A sector's are those of all its tasks.
    """
    chosen = Change.objects.all()
    if municipality is not None:
        chosen = chosen.filter(organisations__contains=[municipality])
    if cooperation is not None:
        chosen = chosen.filter(of_cooperations([cooperation]))
    if task is not None:
        chosen = chosen.filter(tasks__overlap=with_tasks_below(task))
    return chosen


def of_cooperations(ids: Iterable[int] | QuerySet) -> Q:
    """Return the condition for the events about cooperations and their documents."""
    papers = Document.objects.filter(agreement__cooperation__in=ids).values("pk")
    return Q(object_type=Change.ObjectType.COOPERATION, object_id__in=ids) | Q(
        object_type=Change.ObjectType.DOCUMENT, object_id__in=papers
    )


def with_tasks_below(task: Task) -> list[int]:
    """Return the ids of a task and, of a sector, of the tasks in it."""
    return list(Task.objects.filter(Q(pk=task.pk) | Q(parent=task)).values_list("pk", flat=True))


def latest(chosen: QuerySet[Change], limit: int = 50) -> list[Event]:
    """Return the newest events of those that are chosen, the newest first: for pages and the Atom feed."""
    return [Event(row, row.before) for row in _with_before(chosen, None)[:limit]]


@contextmanager
def place_to_wait() -> Iterator[bool]:
    """Tell whether this request may wait: so many at a time that others are still served."""
    free = _waiters.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            _waiters.release()


def wait_for(after: Position, chosen: QuerySet[Change], limit: int, seconds: float) -> Page:
    """Return the next events, waiting up to ``seconds`` for the first of them.

    Listens before it looks, so that an event between the two is not slept through.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    try:
        page = read(after, chosen, limit)
        driver = connection.connection
        for _notice in _until_silent(driver, seconds) if not page.events else ():
            page = read(after, chosen, limit)
            if page.events:
                break
        return page
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"UNLISTEN {CHANNEL}")


def _until_silent(driver, seconds: float) -> Iterable[None]:
    """Yield at each notification until the time is over."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for _notice in driver.notifies(timeout=left, stop_after=1):
            yield


def out_of_step() -> dict[str, list[int]]:
    """Return the objects of which the last event is not what is public now, by type: none, if all is well."""
    found = {}
    with connection.cursor() as cursor:
        for name, sql in OUT_OF_STEP.items():
            cursor.execute(sql)
            if ids := [row[0] for row in cursor]:
                found[name] = ids
    return found


def append_missing(found: dict[str, list[int]]) -> None:
    """Append the events that ``out_of_step`` found missing, when the transaction commits."""
    with connection.cursor() as cursor:
        for name, ids in found.items():
            cursor.execute(NOTE, [name, ids])
