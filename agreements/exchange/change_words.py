"""How is a change told to people, in one heading and a line for each thing that changed?"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..models import (
    Agreement,
    Change,
    Citation,
    Clause,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    Decision,
    Document,
    GroupStatement,
    LegalProfile,
    Membership,
    Notice,
    Notification,
    Organ,
    OrganSeat,
    Task,
)
from .stream import Difference, Event

#: Which table the rows of a list in a state come from.
_LISTS: dict[str, type[models.Model]] = {
    "tasks": CooperationTask,
    "memberships": Membership,
    "group_statements": GroupStatement,
    "organs": Organ,
    "seats": OrganSeat,
    "agreements": Agreement,
    "decisions": Decision,
    "clauses": Clause,
    "legal": LegalProfile,
    "notices": Notice,
    "notifications": Notification,
    "predecessors": CooperationRelation,
    "citations": Citation,
    "names": apps.get_model("municipalities", "OrganisationName"),
    "numbers": apps.get_model("municipalities", "MunicipalityNumber"),
    "populations": apps.get_model("municipalities", "Population"),
}
_OBJECTS: dict[str, type[models.Model]] = {
    Change.ObjectType.COOPERATION: Cooperation,
    Change.ObjectType.ORGANISATION: Organisation,
    Change.ObjectType.MUNICIPALITY: apps.get_model("municipalities", "Municipality"),
    Change.ObjectType.COUNTY: apps.get_model("municipalities", "County"),
    Change.ObjectType.TASK: Task,
    Change.ObjectType.SOURCE: apps.get_model("agreements", "Source"),
    Change.ObjectType.DOCUMENT: Document,
    Change.ObjectType.MUNICIPALITY_CHANGE: apps.get_model("municipalities", "MunicipalityChange"),
}
#: By which of its fields a row is named.
_NAMED_BY = ["title", "wording", "organisation_id", "task_id", "name", "item", "recipient", "locator", "date"]
_LONGEST = 200


class Words:
    """The words for some events; the names that they need are fetched once."""

    def __init__(self, events: Iterable[Event]):
        self.differences = {event.change.pk: event.differences for event in events}
        organisations, tasks = set(), set()
        for event in events:
            organisations.update(event.change.organisations)
            tasks.update(event.change.tasks)
        self.names = {
            "organisation_id": dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "name")),
            "task_id": {task.pk: task.name for task in Task.objects.filter(pk__in=tasks)},
        }

    def title(self, event: Event) -> str:
        """Return one line: what it is about, and what happened to it."""
        state = event.change.state or {}
        name = state.get("name") or state.get("title") or state.get("name_nb")
        if not name and event.change.object_type == Change.ObjectType.MUNICIPALITY:
            name = self.names["organisation_id"].get(event.change.object_id)
        return f"{name or event.change.slug}: {event.change.get_kind_display()}"

    def lines(self, event: Event) -> list[str]:
        """Return a line for each thing that changed."""
        found = self.differences.get(event.change.pk) or []
        return [self._line(_OBJECTS[event.change.object_type], one) for one in found]

    def _line(self, model: type[models.Model], one: Difference) -> str:
        words, row_of = [], None
        for part in one.field.split("/"):
            if part.isdecimal():
                continue
            row_of = _LISTS.get(part)
            model, label = (row_of, row_of._meta.verbose_name) if row_of else (model, _label(model, part))
            words.append(str(label))
        what = capfirst(", ".join(words))
        column = one.field.rpartition("/")[2]
        if row_of is not None:
            if one.before is None:
                return _("%(what)s lagt til: %(name)s") % {"what": what, "name": self._row(model, one.after)}
            if one.after is None:
                return _("%(what)s fjernet: %(name)s") % {"what": what, "name": self._row(model, one.before)}
        before, after = (self._value(model, column, value) for value in (one.before, one.after))
        return _("%(what)s: %(before)s → %(after)s") % {"what": what, "before": before, "after": after}

    def _row(self, model: type[models.Model], row: Any) -> str:
        if not isinstance(row, dict):
            return self._value(model, "", row)
        name = next((self._value(model, key, row[key]) for key in _NAMED_BY if row.get(key)), "")
        role = self._value(model, "role", row["role"]) if row.get("role") else ""
        return f"{name} ({role})" if role else name

    def _value(self, model: type[models.Model], column: str, value: Any) -> str:
        if value in (None, "", []):
            return _("ukjent")
        if isinstance(value, bool):
            return _("ja") if value else _("nei")
        if column in self.names:
            return self.names[column].get(value, str(value))
        try:
            choices = dict(model._meta.get_field(column).flatchoices)
        except FieldDoesNotExist:
            choices = {}
        text = str(choices.get(value, value))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _label(model: type[models.Model], column: str) -> str:
    try:
        return model._meta.get_field(column.removesuffix("_id")).verbose_name
    except FieldDoesNotExist:
        return column.removesuffix("_ids").replace("_", " ")
