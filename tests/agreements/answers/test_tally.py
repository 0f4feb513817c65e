"""Are the numbers of today's list kept right, and told of the right day?"""

import datetime

import pytest
from django.db import connection, transaction

from agreements.answers import tally, writing
from agreements.models import Cooperation, Tally

from . import registers

DAY = datetime.date(2024, 6, 1)


@pytest.mark.django_db
def test_what_is_kept_follows_who_is_published_and_who_is_withdrawn():
    registers.make(3, 6)
    writing.freshen()
    before = tally.of(DAY)
    public = Cooperation.objects.public().valid_on(DAY)
    assert before[""] == public.count() > 1
    one = public.first()
    Cooperation.objects.filter(pk=one.pk).update(publication=Cooperation.Publication.WITHDRAWN)
    writing.freshen()
    assert tally.of(DAY)[""] == before[""] - 1
    assert tally.of(DAY)[f"f:{one.form}"] == before[f"f:{one.form}"] - 1
    Cooperation.objects.filter(pk=one.pk).update(publication=Cooperation.Publication.PUBLISHED)
    writing.freshen()
    assert tally.of(DAY) == before


@pytest.mark.django_db
def test_only_the_day_that_was_asked_about_last_is_kept():
    registers.make(3, 6)
    writing.freshen()
    tally.of(DAY)
    later = tally.of(datetime.date(2025, 6, 1))
    assert later == {"": 0} | tally.counted(datetime.date(2025, 6, 1))
    assert set(Tally.objects.values_list("day", flat=True)) == {datetime.date(2025, 6, 1)}


@pytest.mark.django_db
def test_an_empty_register_is_counted_once(django_assert_num_queries):
    assert tally.of(DAY) == {"": 0}
    with django_assert_num_queries(1):
        assert tally.of(DAY) == {"": 0}


@pytest.mark.django_db
def test_who_may_only_read_keeps_nothing():
    registers.make(3, 2)
    writing.freshen()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        assert tally.of(DAY) is None
        transaction.set_rollback(True)
