"""What has been done to an object and its rows: when, by whom, why, and from what to what?"""

import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .models import User

EMPTY = "–"


@dataclass(frozen=True)
class Composite:
    """Columns that are one fact to a reader, e.g. a date and its precision, a numerator and a denominator."""

    label: str
    columns: tuple[str, ...]
    show: Callable[..., Any]


@dataclass(frozen=True)
class Tracked:
    """Which events of a model belong to a history.

    ``hidden`` columns say nothing to the reader, as the parent whose history it is.
    """

    model: type[models.Model]
    condition: Q
    hidden: tuple[str, ...] = ()
    composites: tuple[Composite, ...] = ()
    #: What the rows are called, where the model's own names say nothing (many-to-many rows).
    kind: str = ""
    describe: Callable[[models.Model], str] = str

    @property
    def event_model(self) -> type[models.Model]:
        """Return the table that the triggers write to."""
        return self.model.pgh_event_model

    def events(self) -> list:
        """Return the events with their context, oldest first."""
        return list(self.event_model.objects.filter(self.condition).select_related("pgh_context").order_by("pgh_id"))

    @property
    def row_key(self) -> str:
        """Return the column of an event that tells which row it is about; a many-to-many row has no ``pgh_obj``."""
        return "pgh_obj_id" if hasattr(self.event_model, "pgh_obj_id") else "id"

    def ever(self) -> set:
        """Return which rows the history is about, also those that are gone."""
        return set(self.event_model.objects.filter(self.condition).values_list(self.row_key, flat=True))

    def columns(self) -> list[models.Field]:
        """Return the model's fields that the event table keeps and a reader wants to see."""
        kept = {f.name for f in self.event_model._meta.fields}
        skipped = {*self.hidden, *(name for composite in self.composites for name in composite.columns)}
        if self.model._meta.pk.auto_created:
            skipped.add(self.model._meta.pk.name)
        return [f for f in self.model._meta.concrete_fields if f.name in kept and f.name not in skipped]


@dataclass(frozen=True)
class FieldChange:
    """One fact before and after, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Event:
    """What happened to one row."""

    action: str  # "insert", "update", "delete"
    kind: str
    name: str
    changes: list[FieldChange]

    @property
    def verb(self) -> str:
        """Return what was done, in a word."""
        return {"insert": _("Lagt til"), "update": _("Endret"), "delete": _("Slettet")}.get(self.action, self.action)


@dataclass
class Revision:
    """What one person did in one go."""

    when: datetime.datetime
    who: str
    why: str
    events: list[Event] = field(default_factory=list)


class Names:
    """The names of the rows that foreign keys point to, also of rows that have been deleted since."""

    def __init__(self) -> None:
        self._wanted: dict[type[models.Model], set] = defaultdict(set)
        self.found: dict[type[models.Model], dict] = {}

    def want(self, model: type[models.Model], pk: Any) -> None:
        """Note that the name of a row will be asked for."""
        if pk is not None:
            self._wanted[model].add(pk)

    def load(self) -> None:
        """Fetch every row that was asked for: one query per table, one more where rows are gone."""
        for model, pks in self._wanted.items():
            # select_related() follows the required foreign keys, which __str__ may read.
            rows = model._default_manager.select_related().in_bulk(pks)
            missing = pks - rows.keys()
            if missing and hasattr(model, "pgh_event_model"):
                rows |= {e.pgh_obj_id: as_instance(model, e, self) for e in _last_events(model, missing)}
            self.found[model] = rows

    def row(self, model: type[models.Model], pk: Any) -> models.Model | None:
        """Return the row as it is now, or as it was when it was deleted."""
        return self.found.get(model, {}).get(pk)

    def name(self, model: type[models.Model], pk: Any) -> str:
        """Return the name of a row; its number when nothing is left of it."""
        row = self.row(model, pk)
        return safe_name(row) if row is not None else f"{model._meta.verbose_name} {pk}"


def moment(text: str) -> datetime.datetime:
    """Read a day (its end, in the register's own time) or a moment in ISO 8601.

    Raises ``ValueError`` for anything else.
    """
    if not re.match(r"\d{4}-\d{2}-\d{2}(?:[T ]|$)", text):
        raise ValueError(text)
    if len(text) == 10:
        day = datetime.date.fromisoformat(text)
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time.max))
    read = datetime.datetime.fromisoformat(text)
    return read if timezone.is_aware(read) else timezone.make_aware(read)


def rows_known_on(tracked: Tracked, moment: datetime.datetime) -> dict[Any, Any]:
    """Return the events that tell how each row was known at ``moment``, by row; what was gone then is left out."""
    key, events = tracked.row_key, tracked.event_model.objects
    mine = {f"{key}__in": events.filter(tracked.condition).values(key)}
    newest = events.filter(pgh_created_at__lte=moment, **mine).order_by(key, "-pgh_id").distinct(key)
    standing = events.filter(tracked.condition, pgh_id__in=newest.values("pgh_id"))
    return {
        _key(event): event
        for event in standing.select_related("pgh_context").order_by(key)
        if event.pgh_label != "delete"
    }


def known_rows(model: type[models.Model], condition: Q, moment: datetime.datetime) -> list[models.Model]:
    """Return the rows that met ``condition`` at ``moment`` as they were known then.

    They are built from the history and are never to be saved. ``condition`` is one on events, in
    which the row's own id is ``pgh_obj_id``.
    """
    events = rows_known_on(Tracked(model, condition), moment).values()
    kept = {f.name for f in model.pgh_event_model._meta.fields}
    fields = [f.attname for f in model._meta.concrete_fields if f.name in kept]
    rows = []
    for event in sorted(events, key=lambda e: e.pgh_obj_id):
        row = model(**{name: getattr(event, name) for name in fields})
        row._state.adding = False
        rows.append(row)
    return rows


def known(histories: Iterable[Tracked], moment: datetime.datetime) -> list[Event]:
    """Return every row that was known at ``moment``, with its facts in words."""
    found = [(tracked, event) for tracked in histories for event in rows_known_on(tracked, moment).values()]
    names = _names_of(found)
    described = []
    for tracked, event in found:
        facts = [FieldChange(k, "", v) for k, v in _facts(tracked, event, names).items() if v != EMPTY]
        name = safe_name(as_instance(tracked.model, event, names), tracked.describe)
        described.append(Event("known", tracked.kind or str(tracked.model._meta.verbose_name), name, facts))
    return described


def _last_events(model: type[models.Model], pks: set) -> Iterable:
    events = model.pgh_event_model.objects.filter(pgh_obj_id__in=pks)
    return events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")


def as_instance(model: type[models.Model], event, names: Names) -> models.Model:
    """Rebuild the row as the event keeps it, so that its own ``__str__`` can name it."""
    kept = {f.name for f in event._meta.fields}
    fields = [f for f in model._meta.concrete_fields if f.name in kept]
    row = model(**{f.attname: getattr(event, f.attname) for f in fields})
    for f in fields:
        if f.is_relation and (target := names.row(f.related_model, getattr(event, f.attname))) is not None:
            setattr(row, f.name, target)
    return row


def safe_name(row: models.Model, describe: Callable[[models.Model], str] = str) -> str:
    """Name a row; by its number where what its name is made of is gone."""
    try:
        return describe(row)
    except ObjectDoesNotExist:
        return f"{row._meta.verbose_name} {row.pk}"


def show_value(column: models.Field, value: Any, names: Names) -> str:
    """Write a stored value as the reader knows it: choices, dates and foreign keys in words."""
    if value is None or value in ("", []):
        return EMPTY
    if column.is_relation:
        return names.name(column.related_model, value)
    if column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("ja") if value else _("nei")
    if isinstance(value, datetime.datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int | float) or hasattr(value, "as_tuple"):
        return number_format(value, use_l10n=True)
    return str(value)


def _facts(tracked: Tracked, event, names: Names) -> dict[str, str]:
    """Return every fact of an event by its label, in the order of the model."""
    if event is None:
        return {}
    facts = {
        str(column.verbose_name): show_value(column, getattr(event, column.attname), names)
        for column in tracked.columns()
    }
    for composite in tracked.composites:
        shown = composite.show(*(getattr(event, name) for name in composite.columns))
        facts[composite.label] = EMPTY if shown is None else str(shown)
    return facts


def _event(tracked: Tracked, event, before, names: Names) -> Event:
    """Describe one event; of a new or a deleted row only the facts that it held."""
    facts = _facts(tracked, event, names)
    earlier = {} if event.pgh_label == "delete" else _facts(tracked, before, names)
    changes = []
    for label, value in facts.items():
        old = earlier.get(label, EMPTY)
        if event.pgh_label == "delete":
            old, value = value, EMPTY
        if old != value:
            changes.append(FieldChange(label, old, value))
    return Event(
        action=event.pgh_label,
        kind=tracked.kind or str(tracked.model._meta.verbose_name),
        name=safe_name(as_instance(tracked.model, event, names), tracked.describe),
        changes=changes,
    )


def _names_of(loaded: Iterable[tuple[Tracked, Any]]) -> Names:
    """Fetch the names of all that events point to, and of who made them."""
    names = Names()
    for tracked, event in loaded:
        for column in tracked.model._meta.concrete_fields:
            if column.is_relation and hasattr(event, column.attname):
                names.want(column.related_model, getattr(event, column.attname))
        if event.pgh_context_id and event.pgh_context:
            names.want(User, event.pgh_context.metadata.get("user"))
    names.load()
    return names


def _key(event) -> Any:
    """Return which row an event is about; a many-to-many row has no ``pgh_obj``."""
    return event.pgh_obj_id if hasattr(event, "pgh_obj_id") else event.id


def _who(metadata: dict, names: Names) -> str:
    if metadata.get("user"):
        user = names.row(User, metadata["user"])
        if user is None:
            return _("bruker nr. %(id)s") % {"id": metadata["user"]}
        name = user.get_full_name() or user.get_username()
        return f"{name} ({metadata['via']})" if metadata.get("via") else name
    if metadata.get("command"):
        return _("kommandoen %(name)s") % {"name": metadata["command"]}
    return _("ukjent")


def revisions(histories: Iterable[Tracked], after: Mapping[str, int] | None = None) -> list[Revision]:
    """Return all that was done to the rows, newest first, what one person did in one go together.

    ``after`` holds for each table the number of an event; only what came after it is told.
    The number of queries depends on the number of tables, not of rows.
    """
    loaded = [(tracked, event) for tracked in histories for event in tracked.events()]
    names = _names_of(loaded)
    earlier: dict[tuple, Any] = {}
    described = []
    for order, (tracked, event) in enumerate(loaded):
        row = (tracked.model, _key(event))
        if after is None or event.pgh_id > (after.get(tracked.model._meta.label) or 0):
            described.append((event, order, _event(tracked, event, earlier.get(row), names)))
        earlier[row] = event
    # One transaction has one time; one request or command has one context.
    described.sort(key=lambda item: (item[0].pgh_created_at, str(item[0].pgh_context_id), item[1]))
    result = []
    for (when, _context), group in itertools.groupby(
        described, key=lambda item: (item[0].pgh_created_at, item[0].pgh_context_id)
    ):
        items = list(group)
        metadata = items[0][0].pgh_context.metadata if items[0][0].pgh_context else {}
        events = [event for _event_row, _order, event in items]
        result.append(Revision(when, _who(metadata, names), metadata.get("reason") or "", events))
    return result[::-1]
