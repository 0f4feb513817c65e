"""How did the register know cooperations at a moment in the past?

The triggers keep every row as it was after each change, so a cooperation with all its rows can be
built again as it stood. What is built has the shape of what ``with_details`` fetches, and is read
by the same pages and serializers; it is never to be saved.

Left out on purpose: documents. A file that was withdrawn or erased must stay hidden, whatever was public before, so
pages ask for the documents of today.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Q, prefetch_related_objects

from municipalities.history import known_rows
from municipalities.models import County, Municipality, Organisation

from ..models import (
    Agreement,
    AssemblyDecision,
    Citation,
    Clause,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    CostPart,
    Decision,
    GroupStatement,
    LegalProfile,
    Loan,
    Membership,
    Notice,
    Notification,
    Organ,
    OrganSeat,
    Source,
    Task,
)

#: The rows of a cooperation by the name under which it holds them.
_ROWS: dict[str, type[models.Model]] = {
    "memberships": Membership,
    "task_links": CooperationTask,
    "group_statements": GroupStatement,
    "organs": Organ,
    "citations": Citation,
    "notices": Notice,
    "notifications": Notification,
    "agreements": Agreement,
}
#: The rows of an agreement, likewise.
_AGREEMENT_ROWS: dict[str, type[models.Model]] = {
    "decisions": Decision,
    "assembly_decisions": AssemblyDecision,
    "clauses": Clause,
    "cost_parts": CostPart,
    "loans": Loan,
}
_FAR = datetime.date.max


def known_publicly(at: datetime.datetime, keys: Iterable[int] | None = None) -> list[Cooperation]:
    """Return the cooperations that the public may see now and could see at ``at``, as they were known then.

    What has since been withdrawn stays hidden, also its relatives. Sorted as lists are.
    """
    public = Cooperation.objects.public()
    now = set((public if keys is None else public.filter(pk__in=keys)).values_list("pk", flat=True))
    return _build(now, at, visible=set(public.values_list("pk", flat=True)))


def known(keys: Iterable[int], at: datetime.datetime) -> list[Cooperation]:
    """Return the cooperations of ``keys`` as the register knew them at ``at``, published or not; for the admin."""
    return _build(set(keys), at, visible=None)


def _build(keys: set[int], at: datetime.datetime, visible: set[int] | None) -> list[Cooperation]:
    """Build cooperations in a number of queries that depends on the tables, not on the rows."""

    def rows(model: type[models.Model], condition: Q) -> list:
        return known_rows(model, condition, at)

    found = rows(Cooperation, Q(pgh_obj_id__in=keys))
    if visible is not None:
        found = [c for c in found if c.publication == "published"]
    mine = Q(cooperation_id__in=[c.pk for c in found])
    held = {name: rows(model, mine) for name, model in _ROWS.items()}
    profiles = rows(LegalProfile, mine)
    cited = rows(Citation, Q(membership_id__in=_keys(held["memberships"])))
    of_agreements = Q(agreement_id__in=_keys(held["agreements"]))
    agreed = {name: rows(model, of_agreements) for name, model in _AGREEMENT_ROWS.items()}
    seats = rows(OrganSeat, Q(organ_id__in=_keys(held["organs"])))
    keys = set(_keys(found))
    links = rows(CooperationRelation, Q(predecessor_id__in=keys) | Q(successor_id__in=keys))
    others = {k for link in links for k in (link.predecessor_id, link.successor_id)}
    others |= {c.umbrella_id for c in found if c.umbrella_id}
    relatives = rows(Cooperation, Q(pgh_obj_id__in=others - keys) | Q(umbrella_id__in=keys))
    if visible is not None:
        relatives = [c for c in relatives if c.publication == "published" and c.pk in visible]
    named = {c.pk: c for c in [*relatives, *found]}

    everything = [*held.values(), *agreed.values(), profiles, cited, seats, found]
    known_bodies = _organisations(everything, at)
    _point(everything, Organisation, known_bodies)
    _point([found], Cooperation, named)
    for model in (Source, County, Municipality):
        _point(everything, model, model._default_manager.in_bulk(_wanted(everything, model)))
    tasks = Task.objects.select_related("parent").in_bulk(_wanted(everything, Task))
    _point(everything, Task, tasks)

    _hold(held["memberships"], "citations", cited, "membership_id")
    for name, many in agreed.items():
        _hold(held["agreements"], name, many, "agreement_id")
    _hold(held["organs"], "seats", seats, "organ_id")
    _point([held["memberships"]], GroupStatement, {g.pk: g for g in held["group_statements"]})
    for name, many in held.items():
        _hold(found, name, many, "cooperation_id")
    links = [link for link in links if link.predecessor_id in named and link.successor_id in named]
    _point([links], Cooperation, named)
    _hold(found, "successor_links", links, "predecessor_id")
    _hold(found, "predecessor_links", links, "successor_id")
    _hold(found, "parts", relatives + found, "umbrella_id")
    own = {profile.pk: profile for profile in profiles}
    for cooperation in found:
        if cooperation.umbrella_id and cooperation.umbrella_id not in named:
            cooperation.umbrella = None  # the public may not see it
        if cooperation.pk in own:
            cooperation.legal = own[cooperation.pk]
        else:
            cooperation._state.fields_cache["legal"] = None
    order = {pk: n for n, pk in enumerate(Cooperation.objects.filter(pk__in=named).values_list("pk", flat=True))}
    return sorted(found, key=lambda c: (order.get(c.pk, len(order)), c.pk))


def _keys(rows: Iterable[models.Model]) -> list[int]:
    return [row.pk for row in rows]


def _wanted(tables: Iterable[Iterable[models.Model]], model: type[models.Model]) -> set[int]:
    """Return the ids that the rows point to in the table of ``model``."""
    return {
        key
        for table in tables
        for row in table
        for f in row._meta.concrete_fields
        if f.is_relation and f.related_model is model and (key := getattr(row, f.attname)) is not None
    }


def _point(tables: Iterable[Iterable[models.Model]], model: type[models.Model], to: Mapping[int, Any]) -> None:
    """Let each row hold what it points to in the table of ``model``, where that is known."""
    for table in tables:
        for row in table:
            for f in row._meta.concrete_fields:
                if f.is_relation and f.related_model is model and getattr(row, f.attname) in to:
                    f.set_cached_value(row, to[getattr(row, f.attname)])


def _hold(parents: Iterable[models.Model], name: str, rows: Iterable[models.Model], key: str) -> None:
    """Let each parent hold its rows as if they had been prefetched, and each row its parent."""
    by_parent: dict[int, list[models.Model]] = defaultdict(list)
    for row in sorted(rows, key=_order):
        by_parent[getattr(row, key)].append(row)
    for parent in parents:
        mine = by_parent[parent.pk]
        relation = parent._meta.get_field(name)
        for row in mine:
            relation.field.set_cached_value(row, parent)
        held = relation.related_model._default_manager.all()
        held._result_cache, held._prefetch_done = mine, True
        parent.__dict__.setdefault("_prefetched_objects_cache", {})[name] = held


def _order(row: models.Model) -> tuple:
    """Return the place of a row among its like, as the models order them."""
    if isinstance(row, Agreement):  # the newest first, those without a date last
        return (-(row.valid_from or datetime.date.min).toordinal(), -row.pk)
    day = next((getattr(row, n) for n in ("decided_on", "given_on", "sent_on", "taken_on") if hasattr(row, n)), None)
    return (getattr(row, "position", 0), day or _FAR, getattr(row, "item", ""), row.pk)


def _organisations(tables: list[Iterable[models.Model]], at: datetime.datetime) -> dict[int, Organisation]:
    """Return the organisations under the names that they had then, with numbers and successors of today."""
    wanted = _wanted(tables, Organisation)
    then = {o.pk: o for o in known_rows(Organisation, Q(pgh_obj_id__in=wanted), at)}
    found = Organisation.objects.in_bulk(wanted - then.keys()) | then
    prefetch_related_objects(list(found.values()), "municipality__numbers__county", "successors")
    return found
