"""How does one cooperation become another: converted to a new form, merged, split?"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from municipalities.models import User

from ..models import (
    ActionRecord,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    DatePrecision,
    GroupStatement,
    LegalProfile,
    Membership,
)
from .ending import last_day
from .keeping import new_cooperation
from .record import locked, recorded
from .rows import check_shares, fill, save_checked, save_rows

ONE_DAY = datetime.timedelta(days=1)
#: What a successor has from its predecessor where nothing else is said. Dates, form and sources are its own.
INHERITED = ["purpose", "umbrella", "responsible", "members_complete", "leader_rotates", "publication"]


def convert(
    cooperation: Cooperation,
    *,
    by: User,
    reason: str,
    on: datetime.date,
    form: str,
    name: str = "",
    values: Mapping[str, Any] | None = None,
) -> Cooperation:
    """Let a cooperation go on in another form from ``on``, as a § 27 board must (kommuneloven § 31-2).

    The old record ends the day before and stays. Members with their shares, tasks, own body and
    organisation number pass to the new one, which is returned, and what lies under the old one lies
    under the new. Undone by ``undo``.
    """
    with recorded(ActionRecord.Kind.CONVERT, by=by, reason=reason, on=on) as deed:
        old = locked(cooperation)
        if form == old.form:
            raise ValidationError({"form": _("Samarbeidet har allerede denne formen.")}, code="unchanged")
        last_day(old, on - ONE_DAY)
        body, old.body = old.body, None
        old.save(update_fields=["body"])  # one body is one living cooperation
        inherited = {field: getattr(old, field) for field in INHERITED}
        named = {"name": name.strip() or old.name, "has_proper_name": old.has_proper_name or bool(name.strip())}
        new = new_cooperation(inherited | named | {"form": form, "valid_from": on, "body": body, **(values or {})})
        carry_members(old, new, on)
        carry_tasks([old], new)
        _carry_parts([old], new, on)
        number = LegalProfile.objects.filter(cooperation=old).exclude(org_number="").first()
        if number:
            save_checked(LegalProfile(cooperation=new, org_number=number.org_number))
        _follow([old], new, CooperationRelation.Kind.CONVERTED)
        deed.cooperations = [old, new]
    return new


def merge(
    cooperations: Sequence[Cooperation],
    *,
    by: User,
    reason: str,
    on: datetime.date,
    values: Mapping[str, Any] | None = None,
    into: Cooperation | None = None,
    members: Iterable | None = None,
) -> Cooperation:
    """Merge cooperations from ``on`` into a new one of ``values``, or ``into`` one that exists; return it.

    Those that go up in it end the day before. Their members and tasks pass over, each once; shares
    do not, since the parties must agree on new ones. ``members`` names them instead. The new one is
    a draft where not all of them are published: else a merger would publish what nobody has reviewed.
    Undone by ``undo``.
    """
    with recorded(ActionRecord.Kind.MERGE, by=by, reason=reason, on=on) as deed:
        old = [locked(c) for c in sorted({c.pk: c for c in cooperations}.values(), key=lambda c: c.pk)]
        old = [c for c in old if into is None or c.pk != into.pk]
        if len(old) + (into is not None) < 2:
            raise ValidationError({"cooperations": _("Velg minst to ulike samarbeid.")}, code="too_few")
        for one in old:
            last_day(one, on - ONE_DAY)
        if into is None:
            first = {field: getattr(old[0], field) for field in ("form", *INHERITED)}
            complete = {c.members_complete for c in old}
            first["members_complete"] = complete.pop() if len(complete) == 1 else None
            if len({c.publication for c in old}) > 1:
                first["publication"] = Cooperation.Publication.DRAFT
            if first["umbrella"] in old:
                first["umbrella"] = None
            new = new_cooperation(first | {"valid_from": on, **(values or {})})
        else:
            new = locked(into)
        if members is None:
            for one in old:
                carry_members(one, new, on, shares=False)
        else:
            save_rows(new, {"members": _from_day(members, on)})
        carry_tasks(old, new)
        _carry_parts(old, new, on)
        check_shares(new)
        _follow(old, new, CooperationRelation.Kind.MERGED)
        deed.cooperations = [*old, new]
    return new


def split(
    cooperation: Cooperation, *, by: User, reason: str, on: datetime.date, parts: Sequence[Mapping[str, Any]]
) -> list[Cooperation]:
    """Split a cooperation from ``on`` into ``parts``, each a mapping of values; return them.

    A part may name its ``members`` and ``tasks``; without, all of the old pass to it. The old record
    ends the day before. Undone by ``undo``.
    """
    if len(parts) < 2:
        raise ValidationError({"parts": _("Et samarbeid deles i minst to deler.")}, code="too_few")
    with recorded(ActionRecord.Kind.SPLIT, by=by, reason=reason, on=on) as deed:
        old = locked(cooperation)
        last_day(old, on - ONE_DAY)
        made = []
        for number, part in enumerate(parts):
            values = {k: v for k, v in part.items() if k not in ("members", "tasks")}
            if not values.get("name"):
                raise ValidationError({f"parts.{number}.name": _("Skriv hva delen heter.")}, code="required")
            inherited = {field: getattr(old, field) for field in ("form", *INHERITED)}
            new = new_cooperation(inherited | {"valid_from": on} | values)
            if part.get("members") is None:
                carry_members(old, new, on)
            else:
                save_rows(new, {"members": _from_day(part["members"], on)})
            if part.get("tasks") is None:
                carry_tasks([old], new)
            else:
                save_rows(new, {"tasks": part["tasks"]})
            _follow([old], new, CooperationRelation.Kind.SPLIT)
            made.append(new)
        deed.cooperations = [old, *made]
    return made


def carry_members(old: Cooperation, new: Cooperation, on: datetime.date, shares: bool = True) -> None:
    """Let the members of the old one's last day take part in the new one from ``on``, each once in each role.

    Who follows from a group statement follows from the same words in the new one.
    """
    there = {(m.organisation_id, m.role) for m in new.memberships.all() if m.valid_to is None or m.valid_to >= on}
    position = max((m.position for m in new.memberships.all()), default=-1)
    groups: dict[int, GroupStatement] = {}
    for statement in old.group_statements.all():
        copy = GroupStatement(cooperation=new)
        kept = ("wording", "role", "county", "count", "note", "position")
        groups[statement.pk] = save_checked(fill(copy, {name: getattr(statement, name) for name in kept}))
    names = ["organisation_id", "role", "covers", "share_note", "note"]
    if shares:
        parts = ("numerator", "denominator")
        names += [f"{kind}_{part}" for kind in ("ownership", "liability") for part in parts]
    for member in old.members_on(on - ONE_DAY)[0]:
        if (member.organisation_id, member.role) in there or (member.valid_to and member.valid_to < on):
            continue
        there.add((member.organisation_id, member.role))
        position += 1
        row = Membership(cooperation=new, position=position, group=groups.get(member.group_id))
        for name in names:
            setattr(row, name, getattr(member, name))
        row.valid_from, row.valid_from_precision = on, DatePrecision.DAY
        save_checked(row, "members")
    new._prefetched_objects_cache = {}


def carry_tasks(old: Iterable[Cooperation], new: Cooperation) -> None:
    """Give the new one the tasks of the old ones, each once, the main task first."""
    there = set(new.task_links.values_list("task_id", flat=True))
    for one in old:
        for link in one.task_links.all():
            if link.task_id not in there:
                save_checked(CooperationTask(cooperation=new, task_id=link.task_id, position=len(there)))
                there.add(link.task_id)


def _carry_parts(old: Iterable[Cooperation], new: Cooperation, on: datetime.date) -> None:
    """Let what lies under the old ones, and lives on, lie under the new one."""
    gone = [one.pk for one in old]
    parts = Cooperation.objects.select_for_update(no_key=True, of=["self"]).filter(umbrella__in=gone)
    for part in parts.exclude(pk__in=[*gone, new.pk]).order_by("pk"):
        if part.valid_to is None or part.valid_to >= on:
            part.umbrella = new
            part.clean()
            part.save(update_fields=["umbrella"])


def _follow(old: Iterable[Cooperation], new: Cooperation, kind: str) -> None:
    for one in old:
        save_checked(CooperationRelation(predecessor=one, successor=new, kind=kind))


def _from_day(members: Iterable, on: datetime.date) -> list[dict]:
    """Return the members as mappings that begin on ``on`` where nothing else is said."""
    given = [dict(m) if isinstance(m, Mapping) else {"organisation": m} for m in members]
    return [{"valid_from": on, **m} for m in given]
