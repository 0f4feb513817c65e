"""How is a large register made in minutes?  ``python benchmarks/grow.py SIZE``: from ``bench_2000``, copy by copy.

To load 100,000 cooperations as ``load.py`` does takes the better part of an hour, most of it to make their documents.
Here each cooperation of the small register is copied with its memberships, documents and headings under another
number, past the triggers. What is made is what the register itself would have made: the documents of a sample are
held against the facts at the end, as ``manage.py check_documents`` does with all of them. The history is not copied.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("REGISTRY_VAR", "var/bench")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

from benchmarks.load import server, url  # noqa: E402
from registry import embedded  # noqa: E402

SMALL = 2_000
SAMPLE = 100

_FACTS = {
    "agreements_cooperation": {
        "id": "id + {n}",
        "slug": "'samarbeid-' || id + {n}",
        "name": "regexp_replace(name, '[0-9]+$', (id + {n})::text)",
    },
    "agreements_membership": {"id": "id + {k} * {members}", "cooperation_id": "cooperation_id + {n}"},
    "agreements_cooperationtask": {"id": None, "cooperation_id": "cooperation_id + {n}"},
    "agreements_citation": {"id": None, "cooperation_id": "cooperation_id + {n}"},
}
_HEADINGS = """
INSERT INTO agreements_heading (cooperation_id, token, role, sort_key, first_day, last_day, opens, closes)
SELECT c.id, h.token, h.role, c.sort_key, h.first_day, h.last_day, h.opens, h.closes
FROM agreements_heading h JOIN agreements_cooperation c ON c.id = h.cooperation_id + {n}
WHERE h.cooperation_id <= {small}
"""
_LISTED = """
INSERT INTO agreements_listed (cooperation_id, slug, sort_key, start, form, topics, words, changed, edition, confirmed)
SELECT c.id, c.slug, c.sort_key, l.start, l.form, l.topics,
    array_replace(array_replace(l.words, l.cooperation_id::text, c.id::text),
        '=' || l.cooperation_id, '=' || c.id), l.changed, l.edition, l.confirmed
FROM agreements_listed l JOIN agreements_cooperation c ON c.id = l.cooperation_id + {n}
WHERE l.cooperation_id <= {small}
"""
_WORDS = """
INSERT INTO agreements_word (word, stem) SELECT n, coalesce((ts_lexize('norwegian_stem', n))[1], n)
FROM (SELECT id::text AS n FROM agreements_cooperation) AS numbers ON CONFLICT DO NOTHING
"""


def grow(size: int) -> None:
    """Make ``bench_SIZE`` of ``bench_2000``."""
    name = f"bench_{size}"
    with server() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "bench_{SMALL}" STRATEGY file_copy')
    with psycopg.connect(url(name)) as connection:
        connection.execute("SET synchronous_commit = off")
        for table in _FACTS:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        members = connection.execute("SELECT max(id) FROM agreements_membership").fetchone()[0]
        # Binary strings of a document are read once: a byte in the place of the site's address is no JSON.
        documents = [
            (*row[:4], orjson.loads(row[4].replace(b"\x01", b"\\u0001")))
            for row in connection.execute(
                "SELECT cooperation_id, timeless, first_day, last_day, content FROM agreements_answer"
            )
        ]
        for k in range(1, size // SMALL):
            _copy_facts(connection, k, members)
            connection.execute(_HEADINGS.format(n=k * SMALL, small=SMALL))
            connection.execute(_LISTED.format(n=k * SMALL, small=SMALL))
            with connection.cursor().copy(
                "COPY agreements_answer (cooperation_id, timeless, first_day, last_day, digest, content)"
                " FROM STDIN (FORMAT BINARY)"
            ) as copy:
                copy.set_types(["int8", "bool", "date", "date", "varchar", "bytea"])
                for row in _documents(documents, k, members):
                    copy.write_row(row)
            connection.commit()
            print(f"{(k + 1) * SMALL} of {size}", flush=True)
        connection.execute(_WORDS)
        connection.execute("DELETE FROM agreements_tally")
        for table in _FACTS:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    with psycopg.connect(url(name), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    _check(name, size)


def _copy_facts(connection: psycopg.Connection, k: int, members: int) -> None:
    values = {"n": k * SMALL, "k": k, "members": members}
    for table, changed in _FACTS.items():
        found = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        ).fetchall()
        columns = [column for (column,) in found if changed.get(column, column)]
        shown = ", ".join(changed.get(column, column).format(**values) for column in columns)
        own = "id" if table == "agreements_cooperation" else "cooperation_id"
        connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE"
            f" SELECT {shown} FROM {table} WHERE {own} <= {SMALL}"
        )


def _documents(documents: list[tuple], k: int, members: int) -> Iterator[tuple]:
    for number, timeless, first, last, told in documents:
        one = number + k * SMALL
        kept = {name: told[name] for name in ("id", "slug", "url", "html_url", "name")}
        told |= {
            "id": one,
            "slug": f"samarbeid-{one}",
            "url": told["url"].replace(f"-{number}/", f"-{one}/"),
            "html_url": told["html_url"].replace(f"-{number}/", f"-{one}/"),
            "name": f"{told['name'].rpartition(' ')[0]} {one}",
        }
        shown = [*told["memberships"], *told["former_memberships"]]
        for member in shown:
            member["id"] += k * members
        content = orjson.dumps(told).replace(b"\\u0001", b"\x01")
        for member in shown:
            member["id"] -= k * members
        told |= kept
        yield one, timeless, first, last, hashlib.blake2b(content, digest_size=16).hexdigest(), content


def _check(name: str, size: int) -> None:
    """Hold what was copied against the facts. Raises ``SystemExit`` with what differs."""
    os.environ["DATABASE_URL"] = url(name)
    import django

    django.setup()
    from agreements.answers import checking

    step = max(1, (size - SMALL) // SAMPLE)
    if faults := list(checking._faults_of(list(range(SMALL + 1, size + 1, step)))):
        raise SystemExit("\n".join(faults[:20]))


if __name__ == "__main__":
    with embedded.running(embedded.var_dir()):
        grow(int(sys.argv[1]))
