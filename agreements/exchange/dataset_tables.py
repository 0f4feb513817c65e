"""Which tables does the whole register have as data, and which row stands in which?

The tables follow from what is public (``agreements.models.public_state``): each kind of object is a table, and
each list within it one more, with the number of the object it belongs to. Titles, types and explanations are
those of the models, so that data and documentation cannot part.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models.public_state import KINDS, Rows

#: Where the rows of a list go: its path in the objects → table, column with the number of what it lies in.
_LISTS = {
    "cooperation/tasks": ("cooperation_tasks", "cooperation_id"),
    "cooperation/memberships": ("memberships", "cooperation_id"),
    "cooperation/memberships/citations": ("citations", "membership_id"),
    "cooperation/group_statements": ("group_statements", "cooperation_id"),
    "cooperation/organs": ("organs", "cooperation_id"),
    "cooperation/organs/seats": ("organ_seats", "organ_id"),
    "cooperation/agreements": ("agreements", "cooperation_id"),
    "cooperation/agreements/decisions": ("decisions", "agreement_id"),
    "cooperation/agreements/clauses": ("clauses", "agreement_id"),
    "cooperation/legal": ("legal_profiles", "cooperation_id"),
    "cooperation/notices": ("notices", "cooperation_id"),
    "cooperation/notifications": ("notifications", "cooperation_id"),
    "cooperation/predecessors": ("cooperation_relations", "successor_id"),
    "cooperation/citations": ("citations", "cooperation_id"),
    "organisation/names": ("organisation_names", "organisation_id"),
    "municipality/numbers": ("municipality_numbers", "municipality_id"),
    "municipality/populations": ("populations", "municipality_id"),
}
#: The table of each kind of object, and the file of its whole objects.
OBJECTS = {
    "cooperation": "cooperations",
    "organisation": "organisations",
    "municipality": "municipalities",
    "county": "counties",
    "task": "tasks",
    "source": "sources",
    "municipality_change": "municipality_changes",
    "document": "documents",
}
_NAMES_ADDED = {
    "organisation_slug": gettext_lazy("Adressenavnet til organisasjonen."),
    "organisation_name": gettext_lazy("Navnet på organisasjonen."),
    "cooperation_slug": gettext_lazy("Adressenavnet til samarbeidet."),
}


@dataclass(frozen=True)
class Column:
    """A column: ``type`` is string, integer, number, boolean, date, datetime or list (of text or numbers)."""

    name: str
    type: str
    title: str
    description: str = ""
    choices: tuple[str, ...] = ()


@dataclass
class Table:
    """A table with its columns in order; ``key`` is the column that tells its rows apart."""

    name: str
    title: str
    columns: list[Column] = field(default_factory=list)
    key: str = "id"


def column_of(model: type[models.Model], name: str) -> Column:
    """Return the column as the model describes it."""
    if name.endswith("_ids"):
        what = model._meta.get_field("successors").verbose_name
        return Column(name, "list", capfirst(str(what)), _("Numrene deres."))
    one = next(one for one in model._meta.concrete_fields if one.column == name)
    target = one.target_field if one.is_relation else one
    kinds = [
        (ArrayField, "list"),
        (models.BooleanField, "boolean"),
        (models.DecimalField, "number"),
        (models.DateTimeField, "datetime"),
        (models.DateField, "date"),
        (models.IntegerField, "integer"),
        (models.AutoField, "integer"),
    ]
    while target.is_relation:
        target = target.target_field
    kind = next((kind for base, kind in kinds if isinstance(target, base)), "string")
    choices = tuple(str(value) for value, _label in one.choices or ())
    return Column(name, kind, capfirst(str(one.verbose_name)), str(one.help_text), choices)


def tables() -> dict[str, Table]:
    """Return every table, with titles in the language that is active."""
    by_name = {model._meta.db_table: model for model in apps.get_models() if not model._meta.proxy}
    found: dict[str, Table] = {}

    def add(path: str, rows: Rows) -> None:
        model = by_name[rows.table]
        name, parent = _LISTS[path]
        columns = [column_of(model, column) for column in rows.columns.split()]
        parents = ["cooperation_id"] if path.startswith("cooperation/") and parent != "successor_id" else []
        parents += [parent] if parent not in parents else []
        links = [Column(one, "integer", capfirst(_link_title(one))) for one in parents]
        if name not in found:
            found[name] = Table(name, capfirst(str(model._meta.verbose_name_plural)), _with_names([*columns, *links]))
            if "id" not in rows.columns.split():
                found[name].key = parent
        else:  # citations stand in two places
            known = {column.name for column in found[name].columns}
            found[name].columns += [column for column in links if column.name not in known]
        for inner, below in rows.inner.items():
            add(f"{path}/{inner}", below)

    for kind, about in KINDS.items():
        model = by_name[about.table]
        columns = [column_of(model, column) for column in [*about.columns.split(), *about.extra]]
        uri = Column("uri", "string", _("Lenket-data-adresse"), _("Varig adresse som navngir dette."))
        title = capfirst(str(model._meta.verbose_name_plural))
        table = Table(OBJECTS[kind], title, _with_names([*columns, uri]), about.key)
        found[OBJECTS[kind]] = table
        for name, rows in about.inner.items():
            add(f"{kind}/{name}", rows)
    return found


def _link_title(column: str) -> str:
    return str(
        {
            "cooperation_id": gettext_lazy("samarbeidets nummer"),
            "membership_id": gettext_lazy("medlemskapets nummer"),
            "organ_id": gettext_lazy("organets nummer"),
            "agreement_id": gettext_lazy("avtalens nummer"),
            "successor_id": gettext_lazy("etterfølgerens nummer"),
            "organisation_id": gettext_lazy("organisasjonens nummer"),
            "municipality_id": gettext_lazy("kommunens nummer i registeret"),
        }[column]
    )


def _with_names(columns: list[Column]) -> list[Column]:
    """Add the names that spare a reader the look-up of a number."""
    names = {column.name for column in columns}
    added = [name for name in _NAMES_ADDED if f"{name.partition('_')[0]}_id" in names and name not in names]
    return columns + [Column(name, "string", capfirst(str(_NAMES_ADDED[name])).rstrip(".")) for name in added]


def valid_part(state: dict[str, Any], day: datetime.date) -> dict[str, Any] | None:
    """Return what of an object holds on a day: both ends included, open where none is stated; None for nothing."""
    text = day.isoformat()
    if (state.get("valid_from") or text) > text or (state.get("valid_to") or text) < text:
        return None
    part = {}
    for name, value in state.items():
        if isinstance(value, list) and any(isinstance(row, dict) for row in value):
            value = [held for row in value if (held := valid_part(row, day)) is not None]
        part[name] = value
    return part


@dataclass
class Names:
    """What rows need to know of other objects: who the organisations are, and where things are named."""

    site: str
    organisations: dict[int, tuple[str, str]] = field(default_factory=dict)

    def uri(self, kind: str, key: int) -> str:
        """Return the linked-data address of an object; a municipality is the organisation that it is."""
        kind = "organisation" if kind == "municipality" else kind
        return f"{self.site}/id/{kind}/{key}"

    def rows(self, kind: str, state: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the rows of an object, each with the name of its table."""
        about = KINDS[kind]
        own = {name: value for name, value in state.items() if name not in about.inner}
        own["uri"] = self.uri(kind, state[about.key])
        yield OBJECTS[kind], self._named(own)
        for name, inner in about.inner.items():
            yield from self._inner(f"{kind}/{name}", inner, state[name], state[about.key], state)

    def _inner(self, path: str, about: Rows, value: Any, parent: int, top: dict) -> Iterator[tuple[str, dict]]:
        table, column = _LISTS[path]
        for row in (value or []) if not about.one else [value] if value else []:
            own = {name: one for name, one in row.items() if name not in about.inner}
            own[column] = parent
            if path.startswith("cooperation/") and column != "successor_id":
                own["cooperation_id"] = top["id"]
                own["cooperation_slug"] = top["slug"]
            yield table, self._named(own)
            for name, inner in about.inner.items():
                yield from self._inner(f"{path}/{name}", inner, row[name], row["id"], top)

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        if row.get("organisation_id") in self.organisations:
            row["organisation_slug"], row["organisation_name"] = self.organisations[row["organisation_id"]]
        return row
