"""The planner is told of what a transaction has written, before it plans what the transaction asks next."""

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.answers.statistics import tell_the_planner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_known():
    """Begin with a table that the planner knows to be empty."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE agreements_word")
        cursor.execute("ANALYZE agreements_word")


def write(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agreements_word (word, stem) SELECT n::text, 'x' FROM generate_series(%s, %s) n", [first, last]
        )


def known() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'agreements_word'")
        return cursor.fetchone()[0]


def analysed() -> bool:
    with CaptureQueriesContext(connection) as asked:
        tell_the_planner()
    return any('"agreements_word"' in query["sql"] for query in asked)


def test_what_has_been_written_is_known_before_the_commit():
    write(1, 10_000)
    with pghistory.context(reason="as in a request"):
        assert analysed()
    assert known() == 10_000


def test_few_rows_are_left_to_autovacuum():
    write(1, 100)
    assert not analysed()


def test_a_table_is_told_of_again_when_it_has_doubled():
    write(1, 10_000)
    tell_the_planner()
    write(10_001, 15_000)
    assert not analysed()
    write(15_001, 21_000)
    assert analysed()
    assert known() == 21_000
