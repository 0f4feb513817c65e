"""How fast is a register loaded?  ``python benchmarks/load.py SIZE``: by a bare COPY, and with history and documents.

Makes the database ``bench_SIZE`` in the embedded server under ``REGISTRY_VAR`` (``var/bench``), prints the times and
their ratios. The bare COPY goes into tables with the same indexes and constraints, without triggers: once of the facts
alone, and once of every row that the load leaves behind, history, documents and change stream among them.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("REGISTRY_VAR", "var/bench")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

from benchmarks import register  # noqa: E402
from registry import embedded  # noqa: E402


def url(name: str) -> str:
    """Return the address of a database of the benchmark as DATABASE_URL."""
    folder = str(embedded.socket_folder(embedded.var_dir())).replace("/", "%2F")
    return f"postgresql://{embedded.USER}@{folder}:{embedded.PORT}/{name}"


def server() -> psycopg.Connection:
    """Return a connection from which databases are made."""
    folder = embedded.socket_folder(embedded.var_dir())
    return psycopg.connect(host=str(folder), user=embedded.USER, dbname=embedded.NAME, autocommit=True)


def make(size: int) -> None:
    """Make and fill a database, and tell how long it took."""
    name = f"bench_{size}"
    with server() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = url(name)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    tables = [(table, columns, list(rows)) for table, columns, rows in register.tables(size)]
    bare = full = 0.0
    with connection.cursor():
        driver = connection.connection
    # Bare: the same tables without triggers, removed again.
    began = time.monotonic()
    with driver.transaction():
        for table, columns, rows in tables:
            driver.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            register.copy(driver, table, columns, rows)
        driver.execute("SET CONSTRAINTS ALL IMMEDIATE")
        bare = time.monotonic() - began
        raise psycopg.Rollback
    began = time.monotonic()
    with transaction.atomic():
        for table, columns, rows in tables:
            register.copy(driver, table, columns, rows)
        copied = time.monotonic() - began
        from agreements.answers import writing

        writing.freshen()
        made = time.monotonic() - began
    full = time.monotonic() - began
    with connection.cursor() as cursor:
        for table, columns, _rows in tables:
            if columns.startswith("id "):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    connection.close()
    every = _everything(name)
    with psycopg.connect(url(name), autocommit=True) as own:
        own.execute("VACUUM ANALYZE")
    print(
        f"{size} cooperations, {sum(len(rows) for _t, _c, rows in tables)} rows: bare COPY {bare:.1f} s; with history "
        f"{copied:.1f} s, documents {made - copied:.1f} s, change stream {full - made:.1f} s: "
        f"{full / bare:.2f} times the bare COPY, {full / every:.2f} times that of every row written ({every:.1f} s)",
        flush=True,
    )


def _everything(name: str) -> float:
    """Return how long a bare COPY takes of all rows that there are, into the same tables emptied."""
    with psycopg.connect(url(name)) as own, tempfile.TemporaryDirectory(dir=embedded.var_dir()) as folder:
        found = own.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname ~ '^(agreements|municipalities)_' ORDER BY oid"
        )
        tables = [row[0] for row in found]
        for table in tables:
            with own.cursor().copy(f"COPY {table} TO STDOUT") as copy, (Path(folder) / table).open("wb") as file:
                for block in copy:
                    file.write(block)
        own.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        for table in tables:
            own.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        own.execute("SET CONSTRAINTS ALL DEFERRED")
        began = time.monotonic()
        for table in tables:
            with own.cursor().copy(f"COPY {table} FROM STDIN") as copy, (Path(folder) / table).open("rb") as file:
                while block := file.read(1 << 20):
                    copy.write(block)
        own.execute("SET CONSTRAINTS ALL IMMEDIATE")
        spent = time.monotonic() - began
        own.rollback()
    return spent


if __name__ == "__main__":
    with embedded.running(embedded.var_dir()):
        make(int(sys.argv[1]))
