"""How are many cooperations taken from another system at once, new ones and known ones, all or none?"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from municipalities.models import Organisation, User
from municipalities.reference import unique_slug

from ..models import ActionRecord, Citation, Cooperation, CooperationTask, ExternalKey, Membership, Task
from ..models.shares import check_shares_within_whole
from ..permissions import editable_by
from .keeping import new_cooperation
from .record import recorded
from .rows import check_shares, fill, prefixed, save_rows

Tables = dict[str, list]


@dataclass
class Wanted:
    """A cooperation as another system knows it; what is not given stays as it is."""

    values: dict[str, Any]
    tables: Tables
    external_id: str = ""
    slug: str = ""
    #: What became of it.
    cooperation: Cooperation | None = None
    outcome: str = ""
    faults: list[ValidationError] = field(default_factory=list)


class FaultyRowsError(Exception):
    """Some rows are impossible; nothing was done. ``faults`` are the errors by the number of the row."""

    def __init__(self, faults: Mapping[int, list[ValidationError]]):
        super().__init__(f"{len(faults)} rows")
        self.faults = faults


def upsert(
    rows: Sequence[Wanted],
    *,
    by: User,
    reason: str,
    organisation: Organisation | None,
    still_as_read: Callable[[int, Cooperation], None] = lambda number, cooperation: None,
    dry_run: bool = False,
) -> None:
    """Make or bring up to date all cooperations, or none; each row is told what became of it.

    A row is known by ``external_id``, the key of a system of ``organisation``, else by ``slug``. Rows of members are
    matched by organisation and role, and none is taken away. New ones are drafts. The whole is one action, undone by
    ``undo``. Raises ``FaultyRowsError`` with the faults of every row. A ``dry_run`` does all of it and takes it back.
    """
    with transaction.atomic():
        _upsert(rows, by, reason, organisation, still_as_read)
        if dry_run:
            transaction.set_rollback(True)


def _upsert(rows, by, reason, organisation, still_as_read) -> None:
    with recorded(ActionRecord.Kind.UPSERT, by=by, reason=reason) as deed:
        _find(rows, organisation, by, still_as_read)
        _refuse_faulty(rows)
        fresh = [row for row in rows if row.cooperation is None]
        for row in rows:
            if row.cooperation is not None:
                _guarded(row, _bring_up_to_date)
        _make(fresh)
        _refuse_faulty(rows)
        _bind(rows, organisation)
        deed.cooperations = [row.cooperation for row in rows if row.outcome != "unchanged"]


def _refuse_faulty(rows: Sequence[Wanted]) -> None:
    if faults := {number: row.faults for number, row in enumerate(rows) if row.faults}:
        raise FaultyRowsError(faults)


def _fault(row: Wanted, name: str, message: str) -> None:
    row.faults.append(ValidationError({name: message}))


# Which is which


def _find(rows: Sequence[Wanted], organisation: Organisation | None, by: User, still_as_read: Callable) -> None:
    """Find and lock the cooperations that are known, and refuse what may not be written."""
    keys = [row.external_id for row in rows if row.external_id]
    links = ExternalKey.objects.filter(organisation=organisation, value__in=keys)
    by_key = dict(links.values_list("value", "cooperation_id"))
    slugs = [row.slug for row in rows if row.slug]
    locked = Cooperation.objects.select_for_update(no_key=True).order_by("pk")
    wanted = locked.filter(models.Q(slug__in=slugs) | models.Q(pk__in=by_key.values()))
    found = list(wanted.prefetch_related("memberships", "task_links", "citations"))
    by_pk, by_slug = {one.pk: one for one in found}, {one.slug: one for one in found}
    editable = set(editable_by(by).filter(pk__in=by_pk).values_list("pk", flat=True))
    may_begin: dict[int | None, bool] = {}
    for number, row in enumerate(rows):
        keyed, named = by_pk.get(by_key.get(row.external_id)), by_slug.get(row.slug)
        if keyed and named and keyed != named:
            _fault(row, "slug", _("Nøkkelen «external_id» hører til et annet samarbeid."))
        row.cooperation = keyed or named
        if row.cooperation is None:
            responsible = row.values.setdefault("responsible", organisation)
            key = responsible.pk if responsible else None
            if key not in may_begin:
                may_begin[key] = by.has_perm("agreements.add_cooperation", Cooperation(responsible=responsible))
            for name in ("name", "citations"):
                if not (row.values.get(name) or row.tables.get(name)):
                    _fault(row, name, _("Må med når samarbeidet er nytt."))
            allowed = may_begin[key]
        else:
            allowed = row.cooperation.pk in editable
        if not allowed:
            row.faults.append(ValidationError(_("Tokenet gir ikke rett til dette i dette samarbeidet.")))
        elif row.cooperation is not None:
            try:
                still_as_read(number, row.cooperation)
            except ValidationError as error:
                row.faults.append(error)
    for name in ("external_id", "slug"):
        counted = Counter(getattr(row, name) for row in rows)
        for row in rows:
            if getattr(row, name) and counted[getattr(row, name)] > 1:
                _fault(row, name, _("Verdien står på flere rader."))
    twice = Counter(row.cooperation.pk for row in rows if row.cooperation)
    for row in rows:
        if row.cooperation and twice[row.cooperation.pk] > 1 and not row.faults:
            _fault(row, "slug", _("Flere rader gjelder samme samarbeid."))


def _bind(rows: Sequence[Wanted], organisation: Organisation | None) -> None:
    """Remember the keys that are new."""
    bound = set(
        ExternalKey.objects.filter(
            organisation=organisation, value__in=[row.external_id for row in rows if row.external_id]
        ).values_list("value", flat=True)
    )
    ExternalKey.objects.bulk_create(
        ExternalKey(organisation=organisation, value=row.external_id, cooperation=row.cooperation)
        for row in rows
        if row.external_id and row.external_id not in bound
    )


# New ones


def _make(rows: Sequence[Wanted]) -> None:
    """Make the new ones, a table at a time; when PostgreSQL refuses one, row by row, to learn which and why."""
    taken = {row.slug for row in rows}
    built = [(row, _built(row, taken)) for row in rows]
    if any(row.faults for row in rows):
        return
    try:
        with transaction.atomic():
            Cooperation.objects.bulk_create(made["cooperation"][0] for _row, made in built)
            for row, made in built:
                row.cooperation = made["cooperation"][0]
            for model in (CooperationTask, Membership, Citation):
                name = model._meta.model_name
                model.objects.bulk_create([one for _row, made in built for one in made.get(name, ())], batch_size=2000)
    except IntegrityError:
        for row in rows:
            row.cooperation = None
            _guarded(row, _make_one)
    for row in rows:
        row.outcome = "created"


def _built(row: Wanted, taken: set[str]) -> dict[str, list[models.Model]]:
    """Return the rows of a new cooperation, checked as far as that asks nothing of the database."""
    made: dict[str, list[models.Model]] = {}
    try:
        whole = fill(Cooperation(), row.values | ({"slug": row.slug} if row.slug else {}))
        whole.slug = whole.slug or _free_slug(whole.name, taken)
        taken.add(whole.slug)
        made["cooperation"] = [_checked(whole)]
        for model, name, table in ((CooperationTask, "task", "tasks"), (Membership, "", "members")):
            made[model._meta.model_name] = [
                _filled(model(cooperation=whole, position=n), {name: given} if name else given, f"{table}.{n}")
                for n, given in enumerate(row.tables.get(table, ()))
            ]
        made["citation"] = [
            _filled(Citation(cooperation=whole), given, f"citations.{n}")
            for n, given in enumerate(row.tables.get("citations", ()))
        ]
        try:
            check_shares_within_whole(made["membership"])
        except ValidationError as error:
            raise ValidationError({"members": error.messages}) from error
    except ValidationError as error:
        row.faults.append(error)
    return made


def _free_slug(name: str, taken: set[str]) -> str:
    """Return an address name that neither the register nor this batch has."""
    wanted = slug = unique_slug(Cooperation, name)
    number = 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _filled(one: models.Model, values: Mapping[str, Any], prefix: str) -> models.Model:
    try:
        return _checked(fill(one, values))
    except ValidationError as error:
        raise prefixed(error, prefix) from error


def _checked(one: models.Model) -> models.Model:
    """Return a row whose fields are sound; what it points at is there, since it was looked up."""
    one.clean_fields(exclude={f.name for f in one._meta.fields if f.is_relation or f.generated})
    one.clean()
    return one


def _make_one(row: Wanted) -> None:
    row.cooperation = new_cooperation(row.values | ({"slug": row.slug} if row.slug else {}))
    save_rows(row.cooperation, row.tables)


def _guarded(row: Wanted, act: Callable[[Wanted], None]) -> None:
    """Do it to one row, and note what is wrong with it."""
    try:
        with transaction.atomic():
            act(row)
    except ValidationError as error:
        row.faults.append(error)
    except IntegrityError:
        row.faults.append(_why(row.cooperation))


def _why(cooperation: Cooperation | None) -> ValidationError:
    """Return in words what PostgreSQL refused, as far as the cooperation itself tells it."""
    try:
        if cooperation is not None:
            cooperation.full_clean()
    except ValidationError as error:
        return error
    return ValidationError(_("Raden er i strid med noe annet som er ført."))


# Known ones


def _bring_up_to_date(row: Wanted) -> None:
    """Change what differs."""
    one = row.cooperation
    changed = _differs(one, row.values)
    if changed:
        _checked(one).save()
    tables = {
        "tasks": _other_tasks(one, row.tables.get("tasks")),
        "members": _other_members(one, row.tables.get("members", ())),
        "citations": _new_citations(one, row.tables.get("citations", ())),
    }
    tables = {name: rows for name, rows in tables.items() if rows}
    if tables:
        save_rows(one, tables)
        check_shares(one)
    row.outcome = "changed" if changed or tables else "unchanged"


def _differs(row: models.Model, values: Mapping[str, Any]) -> bool:
    """Fill in values and tell whether any was another before."""
    before = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    fill(row, values)
    return any(getattr(row, name) != value for name, value in before.items())


def _other_tasks(cooperation: Cooperation, tasks: Sequence[Task] | None) -> list:
    if tasks is None or [link.task_id for link in cooperation.task_links.all()] == [task.pk for task in tasks]:
        return []
    return task_rows(cooperation, tasks)


def task_rows(cooperation: Cooperation, tasks: Sequence[Task]) -> list:
    """Return the rows that make ``tasks``, in this order, all that a cooperation has."""
    links = {link.task_id: link for link in cooperation.task_links.all()}
    wanted = {task.pk: task for task in tasks}
    gone = [{"id": link.pk, "delete": True} for pk, link in links.items() if pk not in wanted]
    there = [
        {"id": links[pk].pk, "position": n} if pk in links else {"task": task, "position": n}
        for n, (pk, task) in enumerate(wanted.items())
    ]
    return gone + there


def _other_members(cooperation: Cooperation, given: Sequence[Mapping[str, Any]]) -> list:
    """Return the rows of members that are new or otherwise; one is known by who, in which role, from when."""
    there = list(cooperation.memberships.all())
    rows = []
    for values in given:
        alike = [m for m in there if (m.organisation_id, m.role) == (values["organisation"].pk, values["role"])]
        start = values.get("valid_from")
        same = [m for m in alike if start is not None and m.valid_from == start.date]
        known = same[0] if same else alike[0] if len(alike) == 1 else None
        if known is None:
            rows.append(values)
        elif _differs(known, values):
            rows.append({"id": known.pk} | values)
    return rows


def _new_citations(cooperation: Cooperation, given: Sequence[Mapping[str, Any]]) -> list:
    there = {(c.source_id, c.locator) for c in cooperation.citations.all()}
    return [values for values in given if (values["source"].pk, values["locator"]) not in there]
