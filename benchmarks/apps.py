"""What is the register compared with?  WSGI applications that answer a page of fifty cooperations in other ways.

- ``bare_documents``: psycopg alone, on the stored documents, always the same first page: the limit.
- ``bare_sql``: psycopg alone, the page built from the tables in one statement, a third as large as the register's;
  filters by subquery, pages by offset, with indexes of its own.
"""

import os
from urllib.parse import parse_qs

import psycopg
from psycopg_pool import ConnectionPool

_pool: list[ConnectionPool] = []
HEADERS = [("Content-Type", "application/json")]


def _connection():
    if not _pool:
        _pool.append(ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=8, open=True))
    return _pool[0].connection()


_DOCUMENTS = """
SELECT d.content FROM (
    SELECT sort_key, cooperation_id FROM agreements_heading
    WHERE token = '' AND opens <= %(day)s AND closes >= %(day)s ORDER BY sort_key, cooperation_id LIMIT 50
) AS p, LATERAL (
    SELECT content FROM agreements_answer a
    WHERE a.cooperation_id = p.cooperation_id AND NOT timeless AND last_day >= %(day)s ORDER BY last_day LIMIT 1
) AS d ORDER BY p.sort_key, p.cooperation_id
"""


def bare_documents(environ, start_response):
    """Answer the first page from the stored documents, and nothing else."""
    with _connection() as connection, psycopg.Cursor(connection) as cursor:
        rows = cursor.execute(_DOCUMENTS, {"day": "2026-01-01"}, prepare=True, binary=True).fetchall()
    start_response("200 OK", HEADERS)
    return [b'{"results":[' + b",".join(row[0] for row in rows).replace(b"\x01", b"http://127.0.0.1") + b"]}"]


_MEMBER = """json_build_object('id', m.id, 'organisation', json_build_object('id', o.id, 'slug', o.slug, 'name', o.name,
    'kind', o.kind, 'code', (SELECT n.number FROM municipalities_municipalitynumber n WHERE n.municipality_id = o.id
    AND (n.valid_from IS NULL OR n.valid_from <= %(day)s) AND (n.valid_to IS NULL OR n.valid_to >= %(day)s) LIMIT 1)),
    'role', m.role, 'share', m.ownership_numerator || '/' || m.ownership_denominator, 'valid_from', m.valid_from,
    'valid_to', m.valid_to)"""
_MEMBERS = f"""(SELECT coalesce(json_agg({_MEMBER} ORDER BY m.position, m.id), '[]')
    FROM agreements_membership m JOIN municipalities_organisation o ON o.id = m.organisation_id
    WHERE m.cooperation_id = c.id AND (m.valid_from IS NULL OR m.valid_from <= %(day)s)
    AND (m.valid_to IS NULL OR m.valid_to >= %(day)s))"""
_PAGE = f"""
SELECT json_agg(json_build_object('id', c.id, 'slug', c.slug, 'url', '/api/v1/cooperations/' || c.slug || '/',
    'name', c.name, 'form', c.form, 'purpose', c.purpose, 'valid_from', c.valid_from, 'valid_to', c.valid_to,
    'tasks', (SELECT json_agg(json_build_object('code', t.code, 'name', t.name_nb))
        FROM agreements_cooperationtask l JOIN agreements_task t ON t.id = l.task_id WHERE l.cooperation_id = c.id),
    'memberships', {_MEMBERS}))::text::bytea
FROM (
    SELECT * FROM agreements_cooperation x WHERE publication = 'published'
    AND (valid_from IS NULL OR valid_from <= %(day)s) AND (valid_to IS NULL OR valid_to >= %(day)s) {{where}}
    ORDER BY sort_key, id LIMIT 50 OFFSET %(offset)s
) AS c
"""
#: What makes the statement fast; the register itself has no need of it.
INDEXES = """
CREATE INDEX IF NOT EXISTS bench_by_name ON agreements_cooperation (sort_key, id) WHERE publication = 'published';
CREATE INDEX IF NOT EXISTS bench_by_form ON agreements_cooperation (form, sort_key, id) WHERE publication = 'published';
CREATE INDEX IF NOT EXISTS bench_by_number ON municipalities_municipalitynumber (number, municipality_id);
CREATE INDEX IF NOT EXISTS bench_by_member ON agreements_membership (organisation_id, cooperation_id);
"""
_WHERE = {
    "form": "AND form = %(form)s",
    "municipality": "AND EXISTS (SELECT FROM agreements_membership y JOIN municipalities_municipalitynumber z"
    " ON z.municipality_id = y.organisation_id WHERE y.cooperation_id = x.id AND z.number = %(municipality)s)",
    "q": "AND (name ILIKE %(q)s OR purpose ILIKE %(q)s)",
    "slug": "AND slug = %(slug)s",
}


def bare_sql(environ, start_response):
    """Answer a page that PostgreSQL builds from the tables in one statement."""
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    where = " ".join(text for name, text in _WHERE.items() if name in asked)
    values = {"day": asked.get("on", "2026-01-01"), "offset": int(asked.get("offset", 0)), **asked}
    if "q" in asked:
        values["q"] = f"%{asked['q']}%"
    with _connection() as connection, psycopg.Cursor(connection) as cursor:
        row = cursor.execute(_PAGE.format(where=where), values, prepare=True, binary=True).fetchone()
    start_response("200 OK", HEADERS)
    return [b'{"results":' + (row[0] or b"[]") + b"}"]
