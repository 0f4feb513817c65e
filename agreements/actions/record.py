"""How is an action written down: atomic, with who and why, and with all rows that it touched?"""

import contextlib
import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pghistory
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from municipalities.models import Organisation, OrganisationName, User

from ..models import ActionRecord, Cooperation


@dataclass
class Deed:
    """An action that is being done; it names the cooperations that it is about."""

    cooperations: list[Cooperation] = field(default_factory=list)
    undoes: ActionRecord | None = None
    record: ActionRecord | None = None


@contextlib.contextmanager
def recorded(kind: str, *, by: User, reason: str, on: datetime.date | None = None) -> Iterator[Deed]:
    """Do what stands inside all or nothing, keep it in the history with who and why, and leave an ``ActionRecord``.

    Raises ``ValidationError`` where the reason is missing. A request is one context of the history, so one
    request does one action.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ValidationError({"reason": _("Skriv hvorfor: begrunnelsen vises i historikken.")}, code="required")
    with transaction.atomic(), pghistory.context(reason=reason, action=kind, user=by.pk) as context:
        deed = Deed()
        before = _events(context.id)
        yield deed
        deed.record = ActionRecord.objects.create(
            kind=kind,
            cooperations=[c.pk for c in deed.cooperations],
            names=", ".join(c.name for c in deed.cooperations),
            on=on,
            reason=reason,
            by=by,
            touched=_touched(_events(context.id) - before),
            undoes=deed.undoes,
        )


def tracked_models() -> dict[str, type[models.Model]]:
    """Return the models whose rows an action may touch, by label."""
    mine = [m for m in apps.get_app_config("agreements").get_models() if hasattr(m, "pgh_event_model")]
    return {m._meta.label: m for m in (*mine, Organisation, OrganisationName) if m is not ActionRecord}


def _events(context_id) -> set[tuple[str, int, int]]:
    """Return (table, event, row) of all that has happened in a context of the history."""
    queries = [
        model.pgh_event_model.objects.filter(pgh_context_id=context_id)
        .annotate(table=Value(label, output_field=CharField()))
        .order_by()
        .values_list("table", "pgh_id", "pgh_obj_id")
        for label, model in tracked_models().items()
    ]
    return set(queries[0].union(*queries[1:], all=True))


def _touched(events: Iterable[tuple[str, int, int]]) -> list[list]:
    """Return one [table, row, first event, last event] for each row."""
    rows: dict[tuple[str, int], list[int]] = {}
    for table, event, pk in sorted(events, key=lambda e: e[1]):
        rows.setdefault((table, pk), []).append(event)
    return [[table, pk, numbers[0], numbers[-1]] for (table, pk), numbers in rows.items()]


def locked(cooperation: Cooperation) -> Cooperation:
    """Return the cooperation as it is now, kept from being changed by others until the action is done."""
    try:
        return Cooperation.objects.select_for_update(no_key=True).get(pk=cooperation.pk)
    except Cooperation.DoesNotExist:
        raise ValidationError({"cooperation": _("Samarbeidet er slettet.")}, code="gone") from None
