"""In which formats is a list of the API given, beside JSON?

JSON Lines, CSV, XLSX, GeoJSON, JSON-LD and BODS hold the whole list, however long: they are streamed in batches, so
that the memory does not grow with the register. All are made from the JSON of the same rows.
"""

import csv
import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from municipalities.models import Municipality

from ..exchange import json_ld, spreadsheets, tables
from ..exchange.bods import Statements

Rows = list[dict[str, Any]]
Batches = Iterable[Rows]
Columns = list[str]


class _Written(BaseRenderer):
    """A format for the negotiation; the answer is written here, not by the renderer."""

    charset = None

    def render(self, data: bytes, accepted_media_type=None, renderer_context=None) -> bytes:
        """Return what was written."""
        return data


class JsonLines(_Written):
    """One row in each line."""

    media_type, format = "application/jsonl", "jsonl"


class Csv(_Written):
    """A table for spreadsheets."""

    media_type, format = "text/csv", "csv"


class Xlsx(_Written):
    """A workbook."""

    media_type, format = spreadsheets.CONTENT_TYPE, "xlsx"


class GeoJson(_Written):
    """A map (RFC 7946)."""

    media_type, format = "application/geo+json", "geojson"


class JsonLd(_Written):
    """Linked data."""

    media_type, format = "application/ld+json", "jsonld"


class Bods(_Written):
    """Ownership."""

    media_type, format = "application/vnd.bods+json", "bods"


class ByFormat(DefaultContentNegotiation):
    """By ``format`` where it is given, whatever ``Accept`` says; else by ``Accept``."""

    def select_renderer(self, request: Request, renderers: list, format_suffix: str | None = None) -> tuple:
        """Return the renderer and its media type. Raises ``NotAcceptable``."""
        if wanted := request.query_params.get("format"):
            for one in renderers:
                if one.format == wanted.strip():
                    return one, one.media_type
        return super().select_renderer(request, renderers, format_suffix)


TABLES = [JSONRenderer, JsonLines, Csv, Xlsx]
CONTENT_TYPES = {one.format: one.media_type for one in (JsonLines, Csv, Xlsx, GeoJson, JsonLd, Bods)}
#: The formats that are made of fields that must all be there.
WHOLE = ("geojson", "jsonld", "bods")
_LD = {
    "cooperation": json_ld.cooperation,
    "organisation": json_ld.organisation,
    "municipality": json_ld.municipality,
}


def columns(serializer: type[serializers.Serializer], chosen: Iterable[str], added: Iterable[str]) -> list[str]:
    """Return the heading of a table: the paths of the fields, nested ones with a point between."""
    names = []
    for name, field in serializer().fields.items():
        if chosen and name not in chosen:
            continue
        if isinstance(field, serializers.Serializer):
            names += [f"{name}.{inner}" for inner in columns(type(field), (), ())]
        else:
            names.append(name)
    return [*names, *added]


def cell(row: dict[str, Any], path: str) -> Any:
    """Return the value under a path as one cell: several values in a row, with «; » between."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, list):
        return "; ".join(_label(one) for one in value)
    return _label(value) if isinstance(value, dict) else value


def _label(value: Any) -> str:
    """Return what names a nested thing to a reader."""
    if not isinstance(value, dict):
        return str(value)
    if "organisation" in value:
        role = value.get("role_name") or value.get("outcome_name")
        return f"{value['organisation']['name']} ({role})" if role else value["organisation"]["name"]
    for name in ("name", "title", "wording", "source_title", "persons", "rule", "item"):
        if name in value:
            return str(value[name])
    return orjson.dumps(value).decode()


def answer(kind: str, batches: Batches, *, view, name: str) -> HttpResponse:
    """Return the rows of all batches in a format; ``name`` is that of the thing listed."""
    write = _WRITERS[kind]
    content = write(batches, view, name)
    file_name = f"{name}.{kind if kind != 'bods' else 'bods.json'}"
    if isinstance(content, Iterator):
        response: HttpResponse = StreamingHttpResponse(content, content_type=_content_type(kind))
    else:
        response = FileResponse(content, content_type=_content_type(kind))
    response["Content-Disposition"] = f'attachment; filename="{file_name}"' if kind in ("csv", "xlsx") else "inline"
    return response


def _content_type(kind: str) -> str:
    return tables.CONTENT_TYPE if kind == "csv" else CONTENT_TYPES[kind]


def _lines(batches: Batches, view, name: str) -> Iterator[bytes]:
    for rows in batches:
        yield b"".join(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(batches: Batches, view, name: str) -> Iterator[bytes]:
    heading = view.columns()
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield (tables.BYTE_ORDER_MARK + writer.writerow(heading)).encode()
    for rows in batches:
        yield "".join(writer.writerow([_csv_cell(cell(row, path)) for path in heading]) for row in rows).encode()


def _csv_cell(value: Any) -> str:
    """Return the text of a cell; truth and numbers as in JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else tables.cell(value)


def _xlsx(batches: Batches, view, name: str):
    heading = view.columns()
    rows = ([_xlsx_cell(cell(row, path)) for path in heading] for part in batches for row in part)
    sheet = spreadsheets.Sheet(name, [spreadsheets.Column(path, 20) for path in heading], rows)
    return spreadsheets.workbook([sheet])


def _xlsx_cell(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _array(parts: Iterable[bytes], head: bytes, tail: bytes) -> Iterator[bytes]:
    yield head
    first = True
    for part in parts:
        yield part if first else b"," + part
        first = False
    yield tail


def _geojson(batches: Batches, view, name: str) -> Iterator[bytes]:
    points = {} if name == "municipality" else _points()

    def features() -> Iterator[bytes]:
        for rows in batches:
            if rows:
                yield b",".join(orjson.dumps(_feature(row, points), default=str) for row in rows)

    return _array(features(), b'{"type":"FeatureCollection","features":[', b"]}")


def _points() -> dict[int, list[float]]:
    known = Municipality.objects.filter(latitude__isnull=False)
    return {pk: [float(x), float(y)] for pk, x, y in known.values_list("pk", "longitude", "latitude")}


def _feature(row: dict[str, Any], points: dict[int, list[float]]) -> dict[str, Any]:
    """Return a municipality at its point, or a cooperation at those of its members."""
    if "point" in row:
        point = row.pop("point")
        geometry = point and {"type": "Point", "coordinates": [point["longitude"], point["latitude"]]}
    else:
        members = dict.fromkeys(member["organisation"]["id"] for member in row["memberships"])
        found = [points[pk] for pk in members if pk in points]
        geometry = {"type": "MultiPoint", "coordinates": found} if found else None
    return {"type": "Feature", "id": row["id"], "geometry": geometry, "properties": row}


def _jsonld(batches: Batches, view, name: str) -> Iterator[bytes]:
    site, node = view.asked.site, _LD[name]

    def nodes() -> Iterator[bytes]:
        for rows in batches:
            if rows:
                yield b",".join(orjson.dumps(node(row, site), default=str) for row in rows)

    return _array(nodes(), b'{"@context":' + orjson.dumps(json_ld.CONTEXT) + b',"@graph":[', b"]}")


def _bods(batches: Batches, view, name: str) -> Iterator[bytes]:
    from django.conf import settings

    site = view.asked.site
    publisher = settings.OPERATOR_NAME or "Register over interkommunalt samarbeid"
    statements = Statements(site, publisher, view.asked.day, timezone.localdate())

    def told() -> Iterator[bytes]:
        for rows in batches:
            for row in rows:
                yield from (orjson.dumps(one, default=str) for one in statements.of(row))

    return _array(told(), b"[", b"]")


_WRITERS: dict[str, Callable] = {
    "jsonl": _lines,
    "csv": _csv,
    "xlsx": _xlsx,
    "geojson": _geojson,
    "jsonld": _jsonld,
    "bods": _bods,
}


def in_language(batches: Batches) -> Iterator[Rows]:
    """Return the batches, to be made in the language of now: they are asked for when the request is long over."""
    language, waiting = translation.get_language(), iter(batches)

    def told() -> Iterator[Rows]:
        while True:
            with translation.override(language):
                rows = next(waiting, None)
            if rows is None:
                return
            yield rows

    return told()
