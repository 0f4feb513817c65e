"""How does the database notice which cooperations a change outdates, whoever makes the change?

Each watched table has triggers, once per statement, that write the ids of the cooperations whose documents show
the changed rows into ``agreements_outdated``, in the transaction of the change. They fire for the ORM, ``COPY`` and
psql alike. A statement that changes nothing writes nothing. Used by migrations: a new table that the API shows must
be watched, as a test makes sure.
"""

from django.db.migrations import RunSQL

_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO agreements_outdated (cooperation_id) SELECT id FROM ({of_new}) AS found (id)
        UNION SELECT NULL FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO agreements_outdated (cooperation_id) SELECT id FROM ({of_old}) AS found (id)
        UNION SELECT NULL FROM old_rows;
    ELSE
        WITH changed AS MATERIALIZED (
            (TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows)
        )
        INSERT INTO agreements_outdated (cooperation_id) SELECT id FROM ({of_changed}) AS found (id)
        UNION SELECT NULL FROM changed;
    END IF;
    RETURN NULL;
END $$;
"""
_TRIGGER = """
CREATE TRIGGER {name}_{event} AFTER {event} ON {table} REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
_EVENTS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}
#: No document shows the rows; the API still does, so that its validators must change.
NO_DOCUMENT = "SELECT NULL::bigint FROM {rows}"
OF_COOPERATION = "SELECT cooperation_id FROM {rows}"


def of_organisations(organisations: str) -> str:
    """Return the query for the cooperations that show organisations: as member, own body, responsible, or leaving.

    ``organisations`` is a query for ``id``, with ``{rows}`` where the changed rows stand.
    """
    return (
        f"WITH body AS ({organisations}) "
        "SELECT m.cooperation_id FROM agreements_membership m JOIN body ON m.organisation_id = body.id "
        "UNION SELECT n.cooperation_id FROM agreements_notice n JOIN body ON n.organisation_id = body.id "
        "UNION SELECT c.id FROM agreements_cooperation c JOIN body ON c.body_id = body.id "
        "UNION SELECT c.id FROM agreements_cooperation c JOIN body ON c.responsible_id = body.id"
    )


def watch(table: str, cooperations: str = NO_DOCUMENT) -> RunSQL:
    """Return the migration that watches a table.

    ``cooperations`` is a query for the ids of the cooperations that show the rows in ``{rows}``.
    """
    name = f"outdate_{table}"
    function = _FUNCTION.format(
        name=name,
        of_new=cooperations.format(rows="new_rows"),
        of_old=cooperations.format(rows="old_rows"),
        of_changed=cooperations.format(rows="changed"),
    )
    triggers = "".join(
        _TRIGGER.format(name=name, event=event, table=table, tables=tables) for event, tables in _EVENTS.items()
    )
    return RunSQL(function + triggers, f"DROP FUNCTION {name}() CASCADE")
