"""What does PostgreSQL's planner know of rows that the same transaction has written?  Nothing, if it is not told.

Statistics are gathered by autovacuum, which sees rows only after their commit. Without them the planner takes each
cooperation to have a two-hundredth of all rows, and five hundred of them to have all: it would read a table from end to
end for each batch, and a load of a hundred thousand would take the square of its time.
"""

from django.db import connection

#: Tables with fewer pages than this are read as fast without statistics.
FEW_PAGES = 20

_GROWN = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND pg_table_is_visible(c.oid) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND pg_relation_size(c.oid) >= %s * current_setting('block_size')::bigint
    AND pg_relation_size(c.oid) >= 2 * c.relpages * current_setting('block_size')::bigint
"""


def tell_the_planner() -> None:
    """Gather statistics of the tables that have doubled since it was last done.

    Waits for no lock; a table that is not ours to analyse PostgreSQL leaves out with a warning.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, [FEW_PAGES])
        if grown := cursor.fetchall():
            quoted = connection.ops.quote_name
            tables = (f"{quoted(schema)}.{quoted(table)}" for schema, table in grown)
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}")
