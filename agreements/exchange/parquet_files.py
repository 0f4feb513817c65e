"""How do the tables of a data set get into Parquet?  From its SQLite file, by a process of its own.

Arrow's library alone takes as much memory as everything else that writes a data set; so it is loaded where nothing else
is. Nothing of Django may be imported here.
"""

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

#: Rows of a row group: smaller ones would make the file's index large, larger ones cost memory.
ROW_GROUP = 5_000
_TYPES = {
    "string": pyarrow.string(),
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
    "date": pyarrow.date32(),
}


def write(folder: Path, tables: list[dict[str, Any]]) -> None:
    """Write a file for each table into ``folder / "parquet"``; tables are as ``dataset_tables.Table`` tells them."""
    (folder / "parquet").mkdir()
    database = sqlite3.connect(f"file:{folder / 'sqlite' / 'register.sqlite'}?mode=ro", uri=True)
    for table in tables:
        columns = table["columns"]
        schema = pyarrow.schema([_field(column) for column in columns], {"title": table["title"]})
        names = ", ".join(f'"{column["name"]}"' for column in columns)
        rows = database.execute(f'SELECT {names} FROM "{table["name"]}" ORDER BY rowid')  # noqa: S608 - our own names
        path = folder / "parquet" / f"{table['name']}.parquet"
        with pyarrow.parquet.ParquetWriter(path, schema, compression="snappy") as writer:
            while batch := rows.fetchmany(ROW_GROUP):
                values = zip(*batch, strict=True)
                arrays = [
                    _array(column, about, one) for column, about, one in zip(columns, schema, values, strict=True)
                ]
                writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
    database.close()


def _field(column: dict[str, Any]) -> pyarrow.Field:
    if column["type"] == "list":
        kind = pyarrow.list_(pyarrow.int64() if column["name"].endswith("_ids") else pyarrow.string())
    else:
        kind = _TYPES[column["type"]]
    metadata = {"title": column["title"], "description": column["description"]}
    return pyarrow.field(column["name"], kind, metadata=metadata)


def _array(column: dict[str, Any], about: pyarrow.Field, values: tuple) -> pyarrow.Array:
    match column["type"]:
        case "date":
            return pyarrow.array(values, pyarrow.string()).cast(pyarrow.date32())
        case "boolean":
            return pyarrow.array([None if value is None else bool(value) for value in values], pyarrow.bool_())
        case "list":
            return pyarrow.array([None if value is None else json.loads(value) for value in values], about.type)
    return pyarrow.array(values, about.type)


if __name__ == "__main__":
    pyarrow.set_cpu_count(1)
    write(Path(sys.argv[1]), json.load(sys.stdin))
