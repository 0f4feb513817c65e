"""Which database does the register use, and how is it copied, put back or emptied?

PostgreSQL in every case: the server of DATABASE_URL where it is set, else the embedded one. What is done here is the
same for both.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from . import embedded

CONNECT_TIMEOUT = 5  # seconds
# Fields of Django's OPTIONS that are not libpq's.
NOT_LIBPQ = {"pool", "assume_role", "isolation_level", "server_side_binding", "prepare_threshold"}

# What the register has made in the schema: all that we may remove, but nothing of an extension, which a database
# administrator may have installed and we could not put back. What belongs to a table goes with it.
EMPTY_SCHEMA = """
DO $$
DECLARE
    command text;
    commands text[] := ARRAY(
        SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name)
        FROM (
            SELECT tableoid, oid, oid::regclass::text, relowner, relnamespace,
                   CASE relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'TABLE' WHEN 'v' THEN 'VIEW'
                                WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' END
            FROM pg_class
            UNION ALL
            SELECT tableoid, oid, oid::regprocedure::text, proowner, pronamespace, 'ROUTINE' FROM pg_proc
            UNION ALL
            SELECT tableoid, oid, oid::regtype::text, typowner, typnamespace,
                   CASE WHEN typtype IN ('d', 'e', 'r') THEN 'TYPE' END
            FROM pg_type
        ) AS object (catalogue, id, name, owner, namespace, kind)
        WHERE namespace = 'public'::regnamespace AND kind IS NOT NULL AND pg_has_role(owner, 'USAGE')
          AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = catalogue AND objid = id AND deptype IN ('e', 'i', 'a'))
    );
BEGIN
    FOREACH command IN ARRAY commands LOOP
        EXECUTE command;
    END LOOP;
END $$
"""


class RefusedError(Exception):
    """The database cannot be used as asked; the text is one sentence that says why and what to do."""


@contextmanager
def available() -> Iterator[None]:
    """Use the database: start the embedded one where it is ours, else make sure that the other one answers."""
    if not os.environ.get("DATABASE_URL"):
        with embedded.running(embedded.var_dir()):
            yield
        return
    connect().close()
    yield


def connect() -> psycopg.Connection:
    """Open a connection of our own, outside Django's pool. Raises RefusedError."""
    try:
        return psycopg.connect(**_parameters(), autocommit=True)
    except psycopg.OperationalError as error:
        raise RefusedError(
            f"The database {place()} cannot be used: {reason(error)} Check DATABASE_URL and the server."
        ) from error


def place() -> str:
    """Name the database for people: never with its password."""
    database = settings.DATABASES["default"]
    if not os.environ.get("DATABASE_URL"):
        return f"under {embedded.var_dir()}"
    return f"{database['NAME']} on {database['HOST'] or 'this machine'}:{database['PORT'] or 5432}"


def reason(error: Exception) -> str:
    """Return the sentence in a driver's error that says what went wrong."""
    lines = str(error).rsplit("failed: ", 1)[-1].splitlines() or [type(error).__name__]
    return lines[0].removeprefix("FATAL:").strip().rstrip(".") + "."


def backup(file: Path) -> None:
    """Write the whole database to a file: complete, or not at all."""
    file = file.absolute()
    try:
        handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # readable by its owner only
        os.close(handle)
    except OSError as error:
        raise RefusedError(f"The backup cannot be written to {file}: {error.strerror}.") from error
    try:
        _program("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={draft}", what="The backup failed")
        os.replace(draft, file)
    except OSError as error:
        raise RefusedError(f"The backup cannot be written to {file}: {error.strerror}.") from error
    finally:
        Path(draft).unlink(missing_ok=True)


def check_backup(file: Path) -> None:
    """Make sure that a file is a backup of this register. Raises RefusedError."""
    try:
        with file.open("rb") as content:
            is_archive = content.read(5) == b"PGDMP"
    except OSError as error:
        raise RefusedError(f"The backup {file} cannot be read: {error.strerror}.") from error
    tables = ""
    if is_archive:
        tables = _program("pg_restore", "--list", str(file.absolute()), what=f"The backup {file} is damaged")
    if not all(f" {table} " in tables for table in ("django_migrations", "municipalities_municipality")):
        raise RefusedError(f"{file} is not a backup of this register: make one with `make backup FILE=…`.")


def restore(file: Path) -> None:
    """Put a backup in the place of what is in the database: all of it, or nothing."""
    check_backup(file)
    _check_unused()
    _program(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-acl", "--single-transaction", "--exit-on-error",
        f"--dbname={settings.DATABASES['default']['NAME']}", str(file.absolute()),
        what="Nothing was restored",
    )  # fmt: skip


def reset() -> None:
    """Remove everything that the register has stored."""
    _check_unused()
    with connect() as connection:
        try:
            connection.execute(EMPTY_SCHEMA)
        except psycopg.Error as error:
            raise RefusedError(f"Nothing was removed: {reason(error)}") from error


def _check_unused() -> None:
    with connect() as connection:
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()[0]
    if others:
        raise RefusedError(f"The database is in use ({others} connections): stop the register first.")


def _parameters() -> dict[str, Any]:
    """Return the database's address as libpq names its parts."""
    database = settings.DATABASES["default"]
    address = {
        "dbname": database["NAME"],
        "host": database["HOST"],
        "port": database["PORT"],
        "user": database["USER"],
        "password": database.get("PASSWORD"),
    }
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if name not in NOT_LIBPQ}
    return {"connect_timeout": CONNECT_TIMEOUT} | options | {name: value for name, value in address.items() if value}


def _program(name: str, *arguments: str, what: str) -> str:
    """Run one of PostgreSQL's programs on the database and return its output. Raises RefusedError."""
    names = {"dbname": "DATABASE", "application_name": "APPNAME"}
    # The address goes by the environment: arguments, and a password in them, can be read by every user.
    address = {f"PG{names.get(key, key.upper())}": str(value) for key, value in _parameters().items()}
    done = subprocess.run(
        [embedded.program(name), *arguments],
        check=False,
        env=embedded.clean_environment() | address,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RefusedError(f"{what}: {embedded.reason(done.stderr)}")
    return done.stdout
