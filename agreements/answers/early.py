"""Is a day so early that few cooperations had begun?

A list is read in its order until a page is full. Where nearly all of it began later, that would be to read the whole
register for a page of few, or of none; then the search begins with those that had begun.
"""

import datetime

import psycopg
from django.db import connection

from ..models.answers import LAST

#: What had begun, or began nobody knows when. See ``Listed.start``.
HAD_BEGUN = "(l.start <= %s OR l.start = %s)"

#: Where this many are not few, the list is so short (a thousand) that to read it whole takes no time.
WORTH = 50

# To look up one cooperation costs some twenty times an entry of the list that is passed over, so the ways cost the same
# where n · 20 is 50 · all : n.
_FEW_HAD_BEGUN = """
WITH few AS (
    SELECT sqrt(2.5 * greatest(reltuples, 1))::bigint AS n FROM pg_class WHERE oid = 'agreements_listed'::regclass
)
SELECT (SELECT count(*) FROM (
    (SELECT start FROM agreements_listed WHERE start <= %(day)s ORDER BY start LIMIT (SELECT n FROM few))
    UNION ALL
    (SELECT start FROM agreements_listed WHERE start = %(last)s ORDER BY start LIMIT (SELECT n FROM few))
) AS begun) < (SELECT n FROM few WHERE n >= %(worth)s)
"""


def few_had_begun(day: datetime.date) -> bool:
    """Tell whether so few had begun by a day that a list of the day is found sooner among them than in its order."""
    connection.ensure_connection()
    # Past Django's cursor, so that it is planned once.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        found = cursor.execute(_FEW_HAD_BEGUN, {"day": day, "last": LAST, "worth": WORTH}, prepare=True)
        return bool(found.fetchone()[0])
