"""What would a team pick instead?  Datasette, Django Ninja and plain DRF with django-filter, on the same cooperations.

All send less of each cooperation than the register does (about 2 kB instead of 5), as they are commonly set up, so a
ratio to them is on the safe side. They are installed by ``run.py`` in a virtualenv of their own.
"""

import datetime
import json
import os
import sqlite3
import sys
from pathlib import Path

DAY = datetime.date(2026, 1, 1)

_ROWS = """
SELECT c.id, c.slug, c.name, c.sort_key, c.form, c.purpose, coalesce(c.valid_from, '0001-01-01')::text,
    coalesce(c.valid_to, '9999-12-31')::text,
    (SELECT coalesce(json_agg(json_build_object('id', m.id, 'organisation', o.name, 'slug', o.slug, 'kind', o.kind,
        'number', n.number, 'role', m.role, 'share', m.ownership_numerator || '/' || m.ownership_denominator,
        'valid_from', m.valid_from, 'valid_to', m.valid_to) ORDER BY m.position), '[]')::text
     FROM agreements_membership m JOIN municipalities_organisation o ON o.id = m.organisation_id
     LEFT JOIN municipalities_municipalitynumber n ON n.municipality_id = o.id AND n.valid_to IS NULL
     WHERE m.cooperation_id = c.id),
    (SELECT string_agg(t.name_nb, ' ') FROM agreements_cooperationtask l JOIN agreements_task t ON t.id = l.task_id
     WHERE l.cooperation_id = c.id)
FROM agreements_cooperation c WHERE c.publication = 'published'
"""
_TABLES = """
CREATE TABLE cooperations (id INTEGER PRIMARY KEY, slug TEXT, name TEXT, sort_key TEXT, form TEXT, purpose TEXT,
    opens TEXT, closes TEXT, memberships TEXT, tasks TEXT);
CREATE TABLE members (cooperation INTEGER REFERENCES cooperations (id), number TEXT, name TEXT);
"""
_INDEXES = """
CREATE INDEX by_name ON cooperations (sort_key, id);
CREATE INDEX by_form ON cooperations (form, sort_key, id);
CREATE INDEX by_number ON members (number, cooperation);
CREATE VIRTUAL TABLE cooperations_fts USING FTS5 (name, purpose, tasks, memberships, content="cooperations");
INSERT INTO cooperations_fts (rowid, name, purpose, tasks, memberships)
    SELECT id, name, purpose, tasks, memberships FROM cooperations;
ANALYZE;
"""


def export(database_url: str, file: Path) -> None:
    """Write the public cooperations to a file of SQLite, with the indexes that the questions need."""
    import psycopg  # which the virtualenv of the peers does not have

    file.unlink(missing_ok=True)
    with sqlite3.connect(file) as target, psycopg.connect(database_url) as source:
        target.executescript(_TABLES)
        cursor = source.cursor(name="rows")
        cursor.itersize = 2000
        for row in cursor.execute(_ROWS):
            target.execute(f"INSERT INTO cooperations VALUES ({', '.join('?' * 10)})", row)
            pairs = [(row[0], m["number"], m["organisation"]) for m in json.loads(row[8]) if m["number"]]
            target.executemany("INSERT INTO members VALUES (?, ?, ?)", pairs)
        target.executescript(_INDEXES)


def datasette():
    """Return Datasette on the exported file; it counts nothing and suggests nothing, which is as fast as it goes."""
    from datasette.app import Datasette

    return Datasette(
        immutables=[os.environ["BENCH_SQLITE"]],
        settings={"suggest_facets": False, "default_page_size": 50, "num_sql_threads": 4},
    ).app()


def ninja():
    """Return Django with a list of cooperations by Django Ninja on the ORM, prefetched."""
    sys.path.append(os.environ["BENCH_PEERS"])
    return _django("benchmarks.ninja_urls")


def drf():
    """Return Django with the same list by plain DRF and django-filter."""
    return _django("benchmarks.drf_urls")


def _django(urls: str):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    import django
    from django.conf import settings

    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    settings.ROOT_URLCONF = urls
    settings.REST_FRAMEWORK = {}
    django.setup()
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()
