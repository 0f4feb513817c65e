"""How are the files of a data set described, for programs that read them?  Data Package and JSON Schema."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from ..models.public_state import KINDS, Rows
from .dataset_tables import OBJECTS, Column, Table, column_of

_FRICTIONLESS = {"list": "string"}
_JSON = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "string",
    "datetime": "string",
}


def data_package(tables: Iterable[Table], *, title: str, licence: dict[str, str]) -> dict[str, Any]:
    """Return the description of the CSV files as a Frictionless Data Package."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "interkommunalt-samarbeid",
        "title": title,
        "licenses": [licence],
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: Table) -> dict[str, Any]:
    return {
        "name": table.name.replace("_", "-"),
        "title": table.title,
        "path": f"csv/{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "primaryKey": [table.key],
            "missingValues": [""],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    about: dict[str, Any] = {
        "name": column.name,
        "type": _FRICTIONLESS.get(column.type, column.type),
        "title": column.title,
    }
    if column.description:
        about["description"] = column.description
    if column.choices:
        about["constraints"] = {"enum": [choice for choice in column.choices if choice]}
    return about


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of the objects of a kind, as in the JSON Lines and in ``state`` of the change stream."""
    about = KINDS[kind]
    schema = _object(about.table, [*about.columns.split(), *about.extra], about.inner)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": OBJECTS[kind], **schema}


def _object(table: str, columns: list[str], inner: dict[str, Rows]) -> dict[str, Any]:
    model = next(model for model in apps.get_models() if model._meta.db_table == table and not model._meta.proxy)
    properties = {name: _property(column_of(model, name), _may_be_null(model, name)) for name in columns}
    for name, rows in inner.items():
        below = _object(rows.table, rows.columns.split(), rows.inner)
        properties[name] = {"anyOf": [below, {"type": "null"}]} if rows.one else {"type": "array", "items": below}
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _may_be_null(model: type[models.Model], name: str) -> bool:
    return any(one.column == name and one.null for one in model._meta.concrete_fields)


def _property(column: Column, null: bool) -> dict[str, Any]:
    about: dict[str, Any] = {"title": column.title}
    if column.description:
        about["description"] = column.description
    if column.type == "list":
        kind = "integer" if column.name.endswith("_ids") else "string"
        return about | {"type": ["array", "null"] if null else "array", "items": {"type": kind}}
    about["type"] = [_JSON[column.type], "null"] if null else _JSON[column.type]
    if column.type in ("date", "datetime"):
        about["format"] = column.type.replace("datetime", "date-time")
    return about
