"""How is a whole data set written to files, a few rows in memory at a time, the same bytes for the same rows?"""

import csv
import gzip
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import pyarrow
import pyarrow.parquet
import sqlite_utils

from .dataset_tables import OBJECTS, Column, Names, Table
from .linked_data import PREFIXES, turtle

#: Rows of a table that are kept before they are written.
BATCH = 250
#: Rows of a row group in Parquet: smaller ones would make the file's index large, larger ones cost memory.
ROW_GROUP = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Writer(Protocol):
    """A format: takes objects one by one, and closes its files."""

    def add(self, kind: str, state: dict[str, Any]) -> None:
        """Write one object."""

    def close(self) -> None:
        """Finish the files."""


class JsonLines:
    """One file per kind of object, one whole object a line: as ``state`` in the change stream."""

    def __init__(self, folder: Path):
        folder.mkdir()
        self._files = {
            kind: (folder / f"{name}.jsonl").open("w", encoding="utf-8", newline="\n") for kind, name in OBJECTS.items()
        }

    def add(self, kind: str, state: dict[str, Any]) -> None:
        """Write one object."""
        line = json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self._files[kind].write(line + "\n")

    def close(self) -> None:
        """Finish the files."""
        for file in self._files.values():
            file.close()


class Turtle:
    """Everything as linked data, in one file."""

    def __init__(self, folder: Path, names: Names):
        folder.mkdir()
        self._names = names
        self._file = (folder / "register.ttl").open("w", encoding="utf-8", newline="\n")
        self._file.write(PREFIXES)

    def add(self, kind: str, state: dict[str, Any]) -> None:
        """Write one object."""
        self._file.write(turtle(kind, state, self._names))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Tables:
    """Rows for the formats that have tables, in batches."""

    def __init__(self, tables: dict[str, Table], names: Names, formats: "list[TableFormat]"):
        self._tables, self._names, self._formats = tables, names, formats
        self._waiting: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}

    def add(self, kind: str, state: dict[str, Any]) -> None:
        """Take the rows of one object."""
        for name, row in self._names.rows(kind, state):
            rows = self._waiting[name]
            rows.append(row)
            if len(rows) >= BATCH:
                self._write(name)

    def _write(self, name: str) -> None:
        rows = self._waiting[name]
        if rows:
            for one in self._formats:
                one.write(self._tables[name], rows)
        self._waiting[name] = []

    def close(self) -> None:
        """Write what waits, and finish the files."""
        for name in self._tables:
            self._write(name)
        for one in self._formats:
            one.close()


class TableFormat(Protocol):
    """A format that has tables."""

    def write(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Write some rows of a table."""

    def close(self) -> None:
        """Finish the files."""


def csv_cell(column: Column, value: Any) -> Any:
    """Return a value as a cell: a text that a spreadsheet would take for a formula begins with an apostrophe."""
    if value is None:
        return ""
    if column.type == "boolean":
        return "true" if value else "false"
    if column.type == "list":
        return " ".join(str(one) for one in value)
    if column.type == "string" and str(value).startswith(_FORMULA):
        return f"'{value}"
    return value


class Csv:
    """One file per table by RFC 4180: comma, CRLF, UTF-8, a header with the names of the columns."""

    def __init__(self, folder: Path, tables: Iterable[Table]):
        folder.mkdir()
        self._files, self._writers = [], {}
        for table in tables:
            file = (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="")
            self._files.append(file)
            self._writers[table.name] = csv.writer(file, lineterminator="\r\n")
            self._writers[table.name].writerow([column.name for column in table.columns])

    def write(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Write some rows of a table."""
        self._writers[table.name].writerows(
            [csv_cell(column, row.get(column.name)) for column in table.columns] for row in rows
        )

    def close(self) -> None:
        """Finish the files."""
        for file in self._files:
            file.close()


_ARROW = {
    "string": pyarrow.string(),
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
    "date": pyarrow.date32(),
    "datetime": pyarrow.timestamp("s", "UTC"),
}


class Parquet:
    """One file per table, with the columns' explanations in the schema."""

    def __init__(self, folder: Path, tables: Iterable[Table]):
        folder.mkdir()
        self._writers: dict[str, pyarrow.parquet.ParquetWriter] = {}
        self._schemas: dict[str, pyarrow.Schema] = {}
        self._waiting: dict[str, list[pyarrow.RecordBatch]] = {}
        # Both give memory back that is no longer needed.
        pyarrow.set_memory_pool(pyarrow.system_memory_pool())
        pyarrow.set_cpu_count(1)
        for table in tables:
            schema = pyarrow.schema([self._field(column) for column in table.columns], {"title": table.title})
            self._schemas[table.name] = schema
            path = folder / f"{table.name}.parquet"
            self._writers[table.name] = pyarrow.parquet.ParquetWriter(path, schema, compression="snappy")

    @staticmethod
    def _field(column: Column) -> pyarrow.Field:
        if column.type == "list":
            kind = pyarrow.list_(pyarrow.int64() if column.name.endswith("_ids") else pyarrow.string())
        else:
            kind = _ARROW[column.type]
        return pyarrow.field(column.name, kind, metadata={"title": column.title, "description": column.description})

    def write(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Take some rows of a table, packed, until they are a row group."""
        schema, arrays = self._schemas[table.name], []
        for column, about in zip(table.columns, schema, strict=True):
            values = [row.get(column.name) for row in rows]
            if column.type in ("date", "datetime"):
                arrays.append(pyarrow.array(values, pyarrow.string()).cast(about.type))
            else:
                arrays.append(pyarrow.array(values, about.type))
        waiting = self._waiting.setdefault(table.name, [])
        waiting.append(pyarrow.RecordBatch.from_arrays(arrays, schema=schema))
        if sum(len(batch) for batch in waiting) >= ROW_GROUP:
            self._write(table.name)

    def _write(self, name: str) -> None:
        waiting = pyarrow.Table.from_batches(self._waiting.pop(name, []), self._schemas[name])
        if len(waiting):
            self._writers[name].write_table(waiting.combine_chunks())

    def close(self) -> None:
        """Finish the files."""
        for name, writer in self._writers.items():
            self._write(name)
            writer.close()


_SQLITE = {"string": str, "integer": int, "number": float, "boolean": int, "date": str, "datetime": str, "list": str}


class Sqlite:
    """One database with all tables; lists are JSON, days are text as ÅÅÅÅ-MM-DD."""

    def __init__(self, folder: Path, tables: Iterable[Table]):
        folder.mkdir()
        connection = sqlite3.connect(folder / "register.sqlite")
        # Nobody reads the file before it is finished; then a journal would only cost time.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        self._database = sqlite_utils.Database(connection)
        for table in tables:
            self._database[table.name].create(
                {column.name: _SQLITE[column.type] for column in table.columns}, pk=table.key
            )

    def write(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Write some rows of a table."""
        self._database[table.name].insert_all((self._row(table, row) for row in rows), pk=table.key, batch_size=BATCH)

    @staticmethod
    def _row(table: Table, row: dict[str, Any]) -> dict[str, Any]:
        lists = {column.name for column in table.columns if column.type == "list"}
        values = {column.name: row.get(column.name) for column in table.columns}
        return {k: json.dumps(v, ensure_ascii=False) if k in lists and v is not None else v for k, v in values.items()}

    def close(self) -> None:
        """Finish the file, with indexes on what the tables are joined by."""
        for table in self._database.tables:
            for column in table.columns:
                if column.name.endswith("_id") and not column.is_pk:
                    table.create_index([column.name])
        self._database.conn.commit()
        self._database.execute("VACUUM")
        self._database.close()


def compress(path: Path) -> Path:
    """Write ``path`` with .gz beside it, without name and time, so that the same content is the same bytes."""
    packed = path.with_name(path.name + ".gz")
    with path.open("rb") as source, packed.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, 0) as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)
    return packed
