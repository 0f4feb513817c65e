"""How are rows brought back to how the history says they were, as a new change that is itself kept?"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .history import Tracked, rows_known_on, safe_name


@dataclass
class Target:
    """How one row shall be: ``values`` by column, or None when it shall not exist."""

    model: type[models.Model]
    pk: Any
    values: dict[str, Any] | None

    @property
    def current(self) -> models.Model | None:
        """Return the row as it is now."""
        return self.model._base_manager.filter(pk=self.pk).first()


def values_of(model: type[models.Model], event) -> dict[str, Any]:
    """Return what an event keeps of a row, by column."""
    kept = {f.name for f in event._meta.fields}
    return {f.attname: getattr(event, f.attname) for f in model._meta.concrete_fields if f.name in kept}


def last_event(model: type[models.Model], pk: Any, before: int | None = None):
    """Return the newest event of a row, or the newest one that is older than the event ``before``."""
    events = model.pgh_event_model.objects.filter(pgh_obj_id=pk)
    return (events.filter(pgh_id__lt=before) if before else events).order_by("-pgh_id").first()


def bring_about(targets: Iterable[Target]) -> list[models.Model]:
    """Make the rows as they shall be, all or nothing; return those that exist afterwards.

    Everything passes the models' own validation and the database's constraints. Raises
    ``ValidationError`` that names the row when a row cannot be as it was, e.g. because something
    that it points to has been deleted, or because other rows have come to build on it.
    """
    targets = list(targets)
    with transaction.atomic():
        _delete([t for t in targets if t.values is None])
        made = _save([_rebuilt(t) for t in targets if t.values is not None])
        for row in made:
            try:
                row.full_clean()
            except ValidationError as error:
                raise _refusal(row, " ".join(error.messages)) from error
            except ObjectDoesNotExist as error:
                raise _refusal(row, _("noe den viser til, er slettet.")) from error
    return made


def restored(
    histories: Iterable[Tracked], known_on: datetime.datetime, kept: frozenset[str] = frozenset()
) -> list[Target]:
    """Return how each row must become to be as it was known at a moment; rows that are so already are left out.

    Raises ``ValidationError`` when there was nothing then, and when nothing has changed since.
    """
    targets, found = [], False
    for tracked in histories:
        then = rows_known_on(tracked, known_on)
        now = {row.pk: row for row in tracked.model._base_manager.filter(pk__in=tracked.ever())}
        found = found or bool(then)
        for pk in {*then, *now}:
            if pk not in then:
                targets.append(Target(tracked.model, pk, None))
                continue
            was = values_of(tracked.model, then[pk])
            values = {k: v for k, v in was.items() if pk not in now or (k not in kept and getattr(now[pk], k) != v)}
            if values:
                targets.append(Target(tracked.model, pk, values))
    if not found:
        raise ValidationError(_("Registeret visste ikke om dette på den tiden."), code="unknown_then")
    if not targets:
        raise ValidationError(_("Alt er allerede slik det var da."), code="unchanged")
    return targets


def _rebuilt(target: Target) -> models.Model:
    row = target.current or target.model(pk=target.pk)
    for name, value in target.values.items():
        setattr(row, name, value)
    return row


def _delete(targets: list[Target]) -> None:
    """Delete rows, unless other rows than these would go with them."""
    allowed = {(t.model, t.pk) for t in targets}
    by_model: dict[type[models.Model], list] = defaultdict(list)
    for target in targets:
        if (row := target.current) is not None:
            by_model[target.model].append(row)
    collector = Collector(using="default")
    try:
        for rows in by_model.values():
            collector.collect(rows)
    except (ProtectedError, RestrictedError):
        # Rows that are to go may protect each other; what else they protect is told by the next try.
        pass
    going = {(model, row.pk) for model, rows in collector.data.items() for row in rows}
    going |= {(qs.model, row.pk) for qs in collector.fast_deletes for row in qs}
    if strangers := going - allowed:
        model, pk = next(iter(strangers))
        raise _refusal(model._base_manager.get(pk=pk), _("er kommet til siden, og ville blitt slettet."))
    waiting = [row for rows in by_model.values() for row in rows]
    while waiting:
        left = []
        for row in waiting:
            try:
                with transaction.atomic():
                    row.delete()
            except (ProtectedError, RestrictedError) as error:
                left.append((row, error))
        if len(left) == len(waiting):
            row, error = left[0]
            holders = getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", ())
            raise _refusal(row, _("er i bruk: %(what)s.") % {"what": ", ".join(sorted(map(str, holders))[:3])})
        waiting = [row for row, _error in left if type(row)._base_manager.filter(pk=row.pk).exists()]


def _save(rows: list[models.Model]) -> list[models.Model]:
    """Save rows in an order in which each has its place free and what it points to exists."""
    waiting, saved = rows, []
    while waiting:
        left = []
        for row in waiting:
            try:
                with transaction.atomic():
                    row.save()
                saved.append(row)
            except IntegrityError as error:
                left.append((row, error))
        if len(left) == len(waiting):
            row, error = left[0]
            raise _refusal(row, _constraint_message(row, error)) from error
        waiting = [row for row, _error in left]
    return saved


def _constraint_message(row: models.Model, error: IntegrityError) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    found = next((c for c in row._meta.constraints if c.name == name), None)
    return str(found.violation_error_message) if found else _("er i strid med noe som er ført siden.")


def _refusal(row: models.Model, why: str) -> ValidationError:
    where = _("%(kind)s «%(name)s»") % {"kind": capfirst(row._meta.verbose_name), "name": safe_name(row)}
    return ValidationError({NON_FIELD_ERRORS: [f"{where}: {why}"]}, code="cannot_be_as_it_was")
