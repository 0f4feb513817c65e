"""How many cooperations of today's list stand under each heading, without counting them anew for each reader?

The list is asked for most often as it is today, with nothing chosen, and then all of the register would be counted to
tell what it may be narrowed to. So these numbers are kept for one day: they are counted once a day, by whoever asks
first, and whoever makes the documents of some cooperations anew takes away what they counted for and adds what they
count for now. Both happen under ``writing.LOCK``, thus no change is counted twice or forgotten.

Counted are the headings of ``agreements.answers.headings`` that hold on the day: statuses of all cooperations, the
others of those that live on the day, and ``k:`` for how lately they were confirmed. Not counted are sources, counties
at other times, and findings, which are judged later than the documents are made.
"""

import datetime
from collections.abc import Sequence

from django.db import connection, transaction

from ..models.answers import Tally
from .headings import EVERY
from .question import confirmations

_COUNTED = """
SELECT f.token, count(DISTINCT f.cooperation_id) AS number FROM agreements_heading f
WHERE f.first_day <= %(day)s AND f.last_day >= %(day)s AND {which}
    AND (f.opens <= %(day)s AND f.closes >= %(day)s OR f.token LIKE 'z:%%') AND f.token !~ '^[bsC]:'
GROUP BY f.token
UNION ALL
SELECT 'k:' || b.band, count(*) FROM agreements_heading f
JOIN agreements_listed l USING (cooperation_id)
JOIN unnest(%(bands)s::text[], %(firsts)s::date[], %(lasts)s::date[]) AS b (band, first, last)
    ON l.confirmed BETWEEN b.first AND b.last
WHERE f.token = '' AND f.opens <= %(day)s AND f.closes >= %(day)s AND {which}
GROUP BY b.band
"""
_CHANGE = """
INSERT INTO agreements_tally AS kept (day, token, number) SELECT %(day)s, token, %(sign)s * number FROM ({counted}) AS c
ON CONFLICT (day, token) DO UPDATE SET number = kept.number + excluded.number
"""


def of(day: datetime.date) -> dict[str, int] | None:
    """Return the numbers of a day, which is today, once the documents are fresh; None where nothing may be written."""
    found = _kept(day)
    if not found and _may_write():
        _begin(day)
        found = _kept(day)
    return found or None


def change(ids: Sequence[int], sign: int) -> None:
    """Take away (-1) or add (1) what is stored now of some cooperations; by whoever makes it anew, under the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(day) FROM agreements_tally")
        day = cursor.fetchone()[0]
        if day:
            values = _values(day) | {"sign": sign, "ids": list(ids)}
            cursor.execute(_CHANGE.format(counted=_COUNTED.format(which="f.cooperation_id = ANY(%(ids)s)")), values)


def counted(day: datetime.date) -> dict[str, int]:
    """Count all anew: what is kept must tell the same."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(which="true"), _values(day))
        return dict(cursor.fetchall())


def _kept(day: datetime.date) -> dict[str, int]:
    return dict(Tally.objects.filter(day=day).values_list("token", "number"))


def _begin(day: datetime.date) -> None:
    from . import writing  # which changes what is kept here

    with transaction.atomic():
        writing.lock()
        if not Tally.objects.filter(day=day).exists():
            Tally.objects.all().delete()
            # In an empty register, too, it is to be seen that all has been counted.
            rows = {EVERY: 0} | counted(day)
            Tally.objects.bulk_create(Tally(day=day, token=token, number=number) for token, number in rows.items())


def _values(day: datetime.date) -> dict[str, object]:
    bands = confirmations(day)
    firsts, lasts = zip(*bands.values(), strict=True)
    return {"day": day, "bands": list(bands), "firsts": list(firsts), "lasts": list(lasts)}


def _may_write() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only') = 'off'")
        return cursor.fetchone()[0]
