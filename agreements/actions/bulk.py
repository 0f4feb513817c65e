"""How are many cooperations changed alike, shown beforehand, all or none?"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from municipalities.models import Organisation, User

from ..models import Cooperation, Source, Task
from ..querysets import CooperationQuerySet
from .keeping import amend


@dataclass(frozen=True)
class Wish:
    """What shall be so in each cooperation; None leaves it as it is."""

    responsible: Organisation | None = None
    add_task: Task | None = None
    remove_task: Task | None = None
    due_on: datetime.date | None = None
    source: Source | None = None
    locator: str = ""


@dataclass(frozen=True)
class Change:
    """One fact of one cooperation before and after."""

    cooperation: Cooperation
    fact: str
    before: str
    after: str


def with_what_changes(cooperations: CooperationQuerySet) -> CooperationQuerySet:
    """Fetch with the cooperations what ``changes_of`` reads, in a fixed number of queries."""
    return cooperations.select_related("responsible").prefetch_related("task_links__task", "citations__source")


def changes_of(cooperation: Cooperation, wish: Wish) -> list[Change]:
    """Return what would change in a cooperation from ``with_what_changes``; nothing where it is so already."""
    found: list[Change] = []

    def note(fact: str, before: object, after: object) -> None:
        if before != after:
            found.append(Change(cooperation, fact, _shown(before), _shown(after)))

    if wish.responsible:
        note(_("ansvarlig"), cooperation.responsible, wish.responsible)
    if wish.due_on:
        note(_("skal bekreftes innen"), cooperation.due_on, wish.due_on)
    tasks = [link.task for link in cooperation.task_links.all()]
    kept = [task for task in tasks if task != wish.remove_task]
    note(_("oppgaver"), tasks, kept + [wish.add_task] * bool(wish.add_task and wish.add_task not in kept))
    if wish.source and not _cites(cooperation, wish):
        note(_("ny kildehenvisning"), None, f"{wish.source}, {wish.locator}")
    return found


@transaction.atomic
def change_all(cooperations: Sequence[Cooperation], wish: Wish, *, by: User, reason: str) -> int:
    """Change all cooperations, or none; return how many were changed.

    Each is an action of its own with the reason, and can be undone alone. Raises ``ValidationError``.
    """
    changed = 0
    for cooperation in cooperations:
        if changes_of(cooperation, wish):
            amend(cooperation, by=by, reason=reason, **_amendment(cooperation, wish))
            changed += 1
    return changed


def _amendment(cooperation: Cooperation, wish: Wish) -> dict[str, Any]:
    links = list(cooperation.task_links.all())
    tasks: list[Any] = [{"id": link.pk, "delete": True} for link in links if link.task == wish.remove_task]
    if wish.add_task and wish.add_task not in [link.task for link in links]:
        tasks.append(wish.add_task)
    cites = wish.source and not _cites(cooperation, wish)
    return {
        "values": {name: value for name in ("responsible", "due_on") if (value := getattr(wish, name)) is not None},
        "tasks": tasks,
        "citations": [{"source": wish.source, "locator": wish.locator}] if cites else [],
    }


def _cites(cooperation: Cooperation, wish: Wish) -> bool:
    return any((c.source, c.locator) == (wish.source, wish.locator) for c in cooperation.citations.all())


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, datetime.date):
        return date_format(value, "DATE_FORMAT")
    return "–" if value is None else str(value)
