"""The documents of many cooperations cost a fixed number of questions to the database."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.answers import writing
from agreements.models import Cooperation

from . import registers

pytestmark = pytest.mark.django_db


def test_nothing_is_fetched_for_one_cooperation_alone():
    registers.make(3, 8)
    writing.freshen()
    ids = list(Cooperation.objects.public().order_by("pk").values_list("pk", flat=True))
    made = writing.new_revision()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        writing.write(ids, made)
    alone = [query["sql"] for query in asked if re.search(r'WHERE .*"\w*id" = \d+', query["sql"])]
    assert alone == []
