"""Triggers that run once for a statement keep every row that it changes, and nothing of what it leaves alone."""

import pghistory
import pytest
from django.db import connection
from django.db.models import F
from pghistory.models import Context

from agreements.models import Source

pytestmark = pytest.mark.django_db


def _events() -> list[tuple]:
    return list(Source.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "key", "title"))


@pytest.fixture
def three():
    return Source.objects.bulk_create(Source(key=f"kilde-{n}", title=f"Kilde {n}") for n in range(3))


def test_one_statement_keeps_all_of_its_rows(three):
    Source.objects.all().delete()
    written = [(f"kilde-{n}", f"Kilde {n}") for n in range(3)]
    assert _events() == [("insert", *row) for row in written] + [("delete", *row) for row in written]


def test_only_rows_that_became_others_are_kept(three):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_source SET title = CASE key WHEN 'kilde-1' THEN 'Ny' ELSE title END")
    assert _events()[3:] == [("update", "kilde-1", "Ny")]


def test_a_row_that_gets_another_number_is_kept(three):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_source SET id = id + 1000 WHERE key = 'kilde-2'")
    last = Source.pgh_event_model.objects.order_by("pgh_id").last()
    assert (last.pgh_label, last.pgh_obj_id) == ("update", three[2].pk + 1000)


def test_a_statement_that_changes_nothing_leaves_no_trace(three):
    with pghistory.context(reason="Ingenting"):
        Source.objects.filter(key="finnes ikke").update(title="Ny")
        Source.objects.update(key=F("key"))
    assert not Context.objects.filter(metadata__reason="Ingenting").exists()
    assert len(_events()) == 3
