"""How does a large register get in at once, all of it or nothing?  Table by table, from CSV files, by COPY.

A file is called as its table, ``agreements_membership.csv``, and its first line names the columns. History, change
stream and documents follow by the triggers, in the same transaction. The constraints of the database hold; the checks
of forms, which look at several rows, are not made.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pghistory
from django.db import DatabaseError, connection, transaction

from ..models.public_state import KINDS, Kind, Rows

_BLOCK = 1 << 20
#: Between counties, and between organisations, there is nothing but that one follows another.
_SUCCESSORS = {"municipalities_county_successors", "municipalities_organisation_successors"}


class LoadError(ValueError):
    """Why nothing was loaded."""


def tables() -> set[str]:
    """Return the tables of facts, which can be loaded; documents cannot, since their files lie elsewhere."""
    return _SUCCESSORS.union(*(_tables(kind) for name, kind in KINDS.items() if name != "document"))


def _tables(rows: Kind | Rows) -> set[str]:
    return {rows.table}.union(*(_tables(inner) for inner in rows.inner.values()))


def load(folder: Path, reason: str, say: Callable[[str], None] = lambda _text: None) -> dict[str, int]:
    """Load every file of a folder; return how many rows came into each table.

    Raises ``LoadError``, and then nothing has been loaded.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    if not files:
        raise LoadError(f"There is no CSV file in {folder}.")
    if unknown := sorted(files.keys() - tables()):
        raise LoadError(f"Not a table of facts: {', '.join(unknown)}. There are: {', '.join(sorted(tables()))}.")
    try:
        with (
            transaction.atomic(),
            pghistory.context(reason=reason, command="load_tables"),
            connection.cursor() as cursor,
        ):
            # The rows of one file may name those of a later one. History gets its context with this statement.
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            loaded = {table: _copy(cursor, table, path) for table, path in files.items()}
            _check_references(cursor, list(files))
            for table in files:
                _count_on(cursor, table)
            say(f"{sum(loaded.values())} rows are in; now their documents are made")
    except (DatabaseError, csv.Error, UnicodeError, OSError) as error:
        raise LoadError(str(error).strip()) from error
    return loaded


def _copy(cursor, table: str, path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        columns = [column.strip() for column in next(csv.reader(file), [])]
    if not columns:
        raise LoadError(f"{path.name} is empty: its first line must name the columns.")
    # A text that may not be null is empty where nothing stands.
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attname = ANY(%s) AND attnotnull"
        " AND atttypid IN ('text'::regtype, 'varchar'::regtype)",
        [table, columns],
    )
    texts = [row[0] for row in cursor.fetchall()]
    form = "FORMAT csv, HEADER true, ENCODING 'UTF8'" + (f", FORCE_NOT_NULL ({_names(texts)})" if texts else "")
    statement = f"COPY {_names([table])} ({_names(columns)}) FROM STDIN ({form})"
    with connection.wrap_database_errors, cursor.copy(statement) as copy:
        for block in _blocks(path):
            copy.write(block)
    return cursor.rowcount


def _names(names: Iterable[str]) -> str:
    """Return names as SQL, whatever is in them."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _check_references(cursor, names: list[str]) -> None:
    """Have references checked now, before the documents are made, which takes much longer."""
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND condeferrable AND conrelid = ANY(%s::regclass[])",
        [names],
    )
    if found := [row[0] for row in cursor.fetchall()]:
        cursor.execute(f"SET CONSTRAINTS {_names(found)} IMMEDIATE")


def _count_on(cursor, table: str) -> None:
    """Let the numbers that are given to later rows begin after those of the file."""
    cursor.execute(
        "SELECT pg_get_serial_sequence(%s, attname) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attname = 'id' AND attidentity <> ''",
        [table, table],
    )
    if found := cursor.fetchone():
        asked = f"SELECT max(id), pg_sequence_last_value(%s::regclass) FROM {_names([table])}"  # noqa: S608 - our own
        cursor.execute(asked, found)
        cursor.execute("SELECT setval(%s, %s)", [found[0], max(filter(None, cursor.fetchone()), default=1)])
