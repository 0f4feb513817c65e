"""Is every public question about cooperations answered by indexes, however many there are?"""

import datetime

import pytest
from django.db import connection

from agreements.answers import reading
from agreements.answers.question import Question
from agreements.answers.words import Meaning
from agreements.models.answers import FIRST, LAST

DAY = datetime.date(2024, 6, 1)
SIZE = 4000


@pytest.fixture
def generated(db):
    """Fill the tables that lists read with so many rows that PostgreSQL must choose; what they say does not matter."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO agreements_listed
                (cooperation_id, slug, sort_key, start, form, topics, words, changed, edition)
            SELECT n, 's-' || n, 'navn ' || n, date '2000-01-01' + n %% 9000, 'F' || n %% 20, ARRAY['f:F' || n %% 20],
                ARRAY['alle', 'ord' || n %% 900, '=ord' || n %% 900], now(), ''
            FROM generate_series(1, %(size)s) AS n;
            INSERT INTO agreements_heading
                (cooperation_id, token, role, sort_key, first_day, last_day, opens, closes)
            SELECT n, token, role, 'navn ' || n, %(first)s, %(last)s, date '1990-01-01' + n %% 9000, %(last)s
            FROM generate_series(1, %(size)s) AS n, LATERAL (VALUES
                ('', ''), ('f:F' || n %% 20, ''), ('t:' || n %% 90, ''), ('s:' || n %% 3, ''), ('z:active', ''),
                ('r:host', ''), ('o:' || n %% 400, 'host'), ('o:' || n %% 399 + 400, 'owner'),
                ('c:' || n %% 15, 'host'),
                ('C:' || n %% 15, 'host')) AS heading (token, role);
            INSERT INTO agreements_answer (cooperation_id, timeless, first_day, last_day, digest, content)
            SELECT n, timeless, %(first)s, last, '', convert_to(repeat('x', 2000), 'UTF8')
            FROM generate_series(1, %(size)s) AS n, (VALUES (true), (false)) AS t (timeless),
                (VALUES (date '2019-12-31'), (date '2023-12-31'), (%(last)s::date)) AS l (last);
            ANALYZE agreements_listed; ANALYZE agreements_heading; ANALYZE agreements_answer
            """,
            {"size": SIZE, "first": FIRST, "last": LAST},
        )


QUESTIONS = {
    "all": Question(day=DAY),
    "any": Question(day=DAY, on_any=True, ever=True),
    "form": Question(("f:F3",), day=DAY),
    "two forms": Question(("f:F3", "f:F4"), day=DAY),
    "municipality": Question(("o:7",), day=DAY),
    "municipality and role": Question(("o:7",), roles=("host",), day=DAY),
    "municipality and form": Question(("o:7",), topics=(("f:F7",),), day=DAY),
    "county": Question(("c:3",), day=DAY),
    "role": Question(("r:host",), day=DAY),
    "task": Question(("t:5",), day=DAY),
    "source": Question(("s:1",), day=DAY),
    "status": Question(("z:active",), statuses=("active",), day=DAY),
    "municipality and status": Question(("o:7",), statuses=("active", "planned"), day=DAY),
    "rare word": Question(words=(Meaning(("ord5", "=ord5")),), day=DAY),
    "common word": Question(words=(Meaning(("alle",)),), day=DAY),
    "pattern": Question(words=(Meaning((), "%a%"),), day=DAY),
    "by start": Question(order=(("l.start", True), ("h.cooperation_id", False)), day=DAY),
    "by form": Question(order=(("l.form", False), ("h.cooperation_id", False)), day=DAY),
    "backwards by name": Question(order=(("h.sort_key", True), ("h.cooperation_id", False)), day=DAY),
    "a past day": Question(day=datetime.date(1995, 1, 1)),
}
PLACES = {"h.sort_key": "navn 2000", "l.start": "2010-01-01", "l.form": "F15", "h.cooperation_id": 2000}


def scans(plan: dict) -> list[str]:
    """Return the tables that a plan reads from end to end."""
    found = [plan["Relation Name"]] if plan["Node Type"] == "Seq Scan" else []
    return found + [name for part in plan.get("Plans", ()) for name in scans(part)]


@pytest.mark.parametrize("place", ["first", "deep", "back"])
def test_no_page_reads_a_table_from_end_to_end(generated, place):
    found = {}
    for name, question in QUESTIONS.items():
        position = None if place == "first" else [PLACES[column] for column, _falling in question.order]
        text, values = reading.statement(question, 51, position, backwards=place == "back")
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", values)
            found[name] = scans(cursor.fetchone()[0][0]["Plan"])
    assert {name: tables for name, tables in found.items() if tables} == {}
