"""How is an action taken back, or an earlier version brought back, by a new change?"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from municipalities.history import Tracked
from municipalities.models import User
from municipalities.revert import Target, bring_about, last_event, restored, values_of

from ..models import ActionRecord, Cooperation, Document
from .record import Deed, recorded, tracked_models
from .rows import check_shares

#: What a restored version leaves as it is: who may see the record, who vouches for it, and its address.
KEPT_BY_RESTORE = frozenset({"publication", "confirmed_on", "confirmed_by", "due_on", "slug"})
#: What a restored version leaves alone: a document that was taken away since may hold what nobody should see.
NEVER_RESTORED = frozenset({Document})


def undo(record: ActionRecord, *, by: User, reason: str) -> ActionRecord:
    """Take an action back: each row that it touched is again as it was before, in the fields that it changed.

    What others have changed since in other fields and rows stays. Refused with a message where a
    later change would be lost. Undoing an undoing does the action again. Return the new record.
    """
    record.refresh_from_db()
    if record.is_undone:
        raise ValidationError(_("Handlingen er allerede angret."), code="already_undone")
    with recorded(ActionRecord.Kind.UNDO, by=by, reason=reason, on=record.on) as deed:
        # One at a time; a second one waits here and then finds it undone.
        ActionRecord.objects.select_for_update(no_key=True).get(pk=record.pk)
        if ActionRecord.objects.filter(undoes=record).exists():
            raise ValidationError(_("Handlingen er allerede angret."), code="already_undone")
        models = tracked_models()
        targets = [_before(models[table], *row) for table, *row in record.touched if table in models]
        bring_about([target for target in targets if target is not None])
        _name(deed, record)
        deed.undoes = record
        for cooperation in deed.cooperations:
            check_shares(cooperation)
    return deed.record


def _name(deed: Deed, record: ActionRecord) -> None:
    """Name the cooperations of the record that is undone, also those that are gone by now."""
    there = Cooperation.objects.in_bulk(record.cooperations)
    names = record.names.split(", ") if record.names.count(", ") + 1 == len(record.cooperations) else []
    deed.cooperations = [
        there.get(pk) or Cooperation(pk=pk, name=names[n] if names else str(pk))
        for n, pk in enumerate(record.cooperations)
    ]


def _before(model, pk: int, first: int, last: int) -> Target | None:
    """Return how a row was before the action's ``first`` event; None where there is nothing to do."""
    done, before = model.pgh_event_model.objects.get(pgh_id=last), last_event(model, pk, before=first)
    newest = last_event(model, pk)
    if before is not None and before.pgh_label == "delete":
        before = None
    if done.pgh_label == "delete":
        return None if before is None else Target(model, pk, values_of(model, before))
    if newest.pgh_label == "delete":
        raise _changed_since(model, done, _("er slettet siden"))
    if before is None:
        if newest.pgh_id != last:
            raise _changed_since(model, done, _("er endret siden"))
        return Target(model, pk, None)
    was, became, is_now = (values_of(model, event) for event in (before, done, newest))
    changed = {name for name in was if was[name] != became[name]}
    if any(is_now[name] != became[name] for name in changed):
        raise _changed_since(model, done, _("er endret siden"))
    return Target(model, pk, {name: was[name] for name in changed}) if changed else None


def _changed_since(model, event, what: str) -> ValidationError:
    row = model._base_manager.filter(pk=event.pgh_obj_id).first()
    name = str(row) if row is not None else str(event.pgh_obj_id)
    message = _("Kan ikke angres: %(kind)s «%(name)s» %(what)s. Rett det for hånd, eller angre det siste først.")
    return ValidationError(
        message % {"kind": model._meta.verbose_name, "name": name, "what": what}, code="changed_since"
    )


def restore(
    cooperation: Cooperation,
    *,
    by: User,
    reason: str,
    known_on: datetime.datetime,
    histories: Iterable[Tracked],
) -> Cooperation:
    """Bring a cooperation and its rows back to how the register knew them at ``known_on``, as a new change.

    Publication, confirmation and address stay. ``histories`` tells which rows are its own.
    Refused, with the row named, where something cannot be as it was. Undone by ``undo``.
    """
    with recorded(ActionRecord.Kind.RESTORE, by=by, reason=reason) as deed:
        bring_about(restored([t for t in histories if t.model not in NEVER_RESTORED], known_on, KEPT_BY_RESTORE))
        cooperation = Cooperation.objects.get(pk=cooperation.pk)
        deed.cooperations = [cooperation]
        check_shares(cooperation)
    return cooperation
