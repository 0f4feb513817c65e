"""Is every question about cooperations answered from indexes, however many there are?

PostgreSQL counts the scans of each table in a transaction; so real requests are made, and no plan is guessed. A table
of a few thousand rows is rightly read whole now and then, so that is made dear here: what is read whole nevertheless
has no index. ``benchmarks/run.py`` tells what is read whole among 100,000, where nothing is made dear.
"""

import datetime

import pytest
from django.db import connection

from agreements.answers import reading, writing
from agreements.answers.early import few_had_begun
from agreements.answers.question import Question
from tests import factories

BASE = "/api/v1/cooperations/"
SIZE = 1_500
#: Tables with fewer rows are read whole, since that is faster.
SMALL = 1_000

#: A register of which there is nothing but what is kept ready for readers: a sixth of forms, a hundredth of members.
_FILL = """
INSERT INTO agreements_listed (cooperation_id, slug, sort_key, start, form, topics, words, changed, edition, confirmed)
SELECT n, 'nr-' || n, 'nr ' || lpad((n * 7919 %% {size})::text, 6, '0'), date '1990-01-01' + n %% 9000,
    (array['IKS', 'VK', 'KO', 'AS', 'SA', 'IPR'])[n %% 6 + 1],
    array['f:' || (array['IKS', 'VK', 'KO', 'AS', 'SA', 'IPR'])[n %% 6 + 1], 't:' || n %% 20, 's:1'],
    array['samarbeid', 'ord' || n %% 20, 'navn' || n, '=navn' || n], '2024-01-01', %(edition)s, '2024-01-01'
FROM generate_series(1, {size}) AS n;
INSERT INTO agreements_heading (cooperation_id, token, role, sort_key, first_day, last_day, opens, closes)
SELECT l.cooperation_id, t.token, t.role, l.sort_key, '0001-01-01', '9999-12-31', l.start,
    CASE WHEN l.cooperation_id %% 2 = 0 THEN '9999-12-31' ELSE l.start + 5000 END
FROM agreements_listed l, LATERAL (VALUES ('', ''), (l.topics[1], ''), (l.topics[2], ''), (l.topics[3], ''),
    ('o:' || %(member)s + l.cooperation_id %% 100, 'host'), ('c:1', 'host'), ('C:1', 'host'), ('r:host', ''),
    ('z:active', ''), ('n:0008', ''), ('x:true', '')) AS t (token, role);
INSERT INTO agreements_answer (cooperation_id, timeless, first_day, last_day, digest, content)
SELECT n, timeless, '0001-01-01', '9999-12-31', '', '{{}}'
FROM generate_series(1, {size}) AS n, (VALUES (true), (false)) AS t (timeless);
INSERT INTO agreements_word (word, stem)
SELECT w, w FROM (SELECT DISTINCT unnest(words) FROM agreements_listed) AS d (w) WHERE w NOT LIKE '=%%';
"""

QUESTIONS = [
    "", "?on=2015-06-01", "?on=any", "?form=KO", "?form=KO&form=AS", "?municipality=3312",
    "?municipality=3312&role=host", "?organisation=lier-3312", "?task=t", "?task=t&form=KO", "?source=k", "?role=host",
    "?status=active", "?status=planned&form=KO", "?q=samarbeid", "?q=ord7", "?q=navn77", "?q=ord7+samarbeid&form=KO",
    "?q=finnesikke", "?q=ord7&on=2015-06-01&municipality=3312", "?ordering=-name", "?ordering=valid_from",
    "?ordering=-valid_from,name", "?ordering=form", "?form=KO&count=true", "?municipality=3312&count=true",
    "?size=6-10", "?crosses_county_border=true", "?confirmed=older", "?ordering=size", "?ordering=-changed",
    "nr-77/", "nr-77/?on=any", "finnes-ikke/",
]  # fmt: skip


def scanned() -> dict[str, int]:
    """Return how often each large table has been read whole in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.relname, s.seq_scan FROM pg_stat_xact_user_tables s JOIN pg_class c ON c.oid = s.relid"
            " WHERE c.reltuples > %s",
            [SMALL],
        )
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_no_question_reads_a_large_table_whole(client):
    place = factories.municipality("Lier", "3312")
    task, source = factories.task("t", "s"), factories.source("k")
    writing.freshen()
    with connection.cursor() as cursor:
        fill = _FILL.format(size=SIZE).replace("'t:' || n %% 20", f"'t:' || {task.pk} + n %% 20")
        fill = fill.replace("'s:1'", f"'s:{source.pk}'")
        cursor.execute(fill, {"edition": writing.edition(), "member": place.pk})
        for table in ("listed", "heading", "answer", "word"):
            cursor.execute(f"ANALYZE agreements_{table}")
        cursor.execute("SET LOCAL enable_seqscan = off")
    writing.freshen()
    found = {}
    for question in QUESTIONS:
        before = scanned()
        status = client.get(BASE + question).status_code
        assert status == (404 if "finnes-ikke" in question else 200)
        if more := {table: n for table, n in scanned().items() if n != before.get(table, 0)}:
            found[question] = more
    assert {"agreements_listed", "agreements_heading", "agreements_answer", "agreements_word"} <= set(scanned())
    assert found == {}


def rows_read() -> int:
    """Return how many rows of headings and documents have been read in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(idx_tup_fetch + seq_tup_read) FROM pg_stat_xact_user_tables"
            " WHERE relname IN ('agreements_heading', 'agreements_answer')"
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def filled():
    with connection.cursor() as cursor:
        cursor.execute(_FILL.format(size=SIZE), {"edition": "", "member": 1})
        for table in ("listed", "heading", "answer"):
            cursor.execute(f"ANALYZE agreements_{table}")
        cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.django_db
def test_a_page_at_any_depth_reads_no_more_rows_than_the_first(filled):
    """The scans of the index are counted in rows: a page far inside begins where it begins."""
    question = Question(day=datetime.date(2024, 1, 1))

    def read(position) -> int:
        before = rows_read()
        assert len(reading.page(question, 50, position).documents) == 50
        return rows_read() - before

    assert read(["nr 001000", 1]) <= read(None) * 1.5


@pytest.mark.django_db
@pytest.mark.parametrize(("on", "there"), [("1985-06-01", 0), ("1990-01-02", 1), ("1990-01-31", 30)])
def test_the_page_of_a_day_on_which_few_had_begun_reads_few_rows(filled, client, on, there):
    before = rows_read()
    assert len(client.get(f"{BASE}?on={on}").json()["results"]) == there
    assert rows_read() - before <= 3 * there


@pytest.mark.django_db
def test_the_page_of_a_later_day_is_read_in_its_order(filled):
    assert few_had_begun(datetime.date(1990, 2, 25))
    assert not few_had_begun(datetime.date(1990, 3, 25))
