"""What has the public been able to see change, in the order in which it became true?

Statement triggers on every table note which objects a transaction touched (``PendingChange``). When the
transaction commits, a deferred trigger compares what is public of each with what the stream said last,
and appends an event where they differ (``Change``). So:

* a draft leaves no trace, publication is one event with everything, and ending it leaves a tombstone;
* rows that are changed by hand in SQL are followed too;
* the stream is, at every moment, exactly what is public: folding it gives the register.

**Order.** The last thing a transaction does before it commits is to take one lock for the whole
database, and it keeps it until it has ended; only then is the next number given. So numbers follow the order of
commits, and no reader can see a number while a lower one is still to come. A sequence alone
cannot promise that; waiting for the oldest running transaction (``pg_snapshot_xmin``) can, but then
one forgotten transaction anywhere on the server holds the stream back, and transaction numbers do not survive
a move to another server. The price, one writer at a time during the commit itself, is none for a register.
"""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from .public_state import KINDS, ORGANISATION_IS_PUBLIC

#: The channel on which each commit that appended an event tells those who wait (NOTIFY).
CHANNEL = "register_changes"
#: The advisory lock that makes writers append one after the other.
LOCK = 7_203_115_001

_LAST = """LEFT JOIN LATERAL (
    SELECT state, slug, organisations, tasks FROM agreements_change
    WHERE object_type = '{name}' AND object_id = k.id ORDER BY id DESC LIMIT 1
) last ON true"""

_APPEND = """
INSERT INTO agreements_change
    (object_type, object_id, slug, kind, recorded_at, reason, event, organisations, tasks, state, erased)
SELECT '{name}', k.id, COALESCE({slug}, last.slug),
       CASE WHEN seen.state IS NULL THEN CASE WHEN t.{key} IS NULL THEN 'deleted' ELSE 'withdrawn' END
            WHEN last.state IS NOT NULL THEN 'changed' ELSE {born} END,
       now_, CASE WHEN seen.state IS NULL THEN '' ELSE why END, gen_random_uuid(),
       {organisations}, {tasks}, seen.state, false
FROM unnest({ids}) AS k (id)
LEFT JOIN {table} t ON t.{key} = k.id
LEFT JOIN LATERAL (SELECT {state} AS state WHERE t.{key} IS NOT NULL AND {public} OFFSET 0) seen ON true
{last}
WHERE seen.state IS DISTINCT FROM last.state
ORDER BY k.id;
"""

_MEMBERS = """ARRAY(
    SELECT m.organisation_id FROM agreements_membership m
    WHERE m.cooperation_id = k.id AND seen.state IS NOT NULL
    UNION SELECT (m->>'organisation_id')::bigint FROM jsonb_array_elements(last.state->'memberships') m ORDER BY 1)"""
_TASKS = """ARRAY(
    SELECT l.task_id FROM agreements_cooperationtask l
    WHERE l.cooperation_id = k.id AND seen.state IS NOT NULL
    UNION SELECT (l->>'task_id')::bigint FROM jsonb_array_elements(last.state->'tasks') l ORDER BY 1)"""
#: A document concerns those whom its cooperation does; one that went, those whom it last did.
_OF_DOCUMENT = """ARRAY(
    SELECT DISTINCT r.{column} FROM {table} r JOIN agreements_agreement a ON a.cooperation_id = r.cooperation_id
    WHERE a.id = t.agreement_id AND seen.state IS NOT NULL
    UNION SELECT unnest(last.{kept}) WHERE seen.state IS NULL ORDER BY 1)"""

#: Whom an event concerns, where it is not nobody: the filters by municipality and by task read these.
_ORGANISATIONS = {
    "cooperation": _MEMBERS,
    "organisation": "ARRAY[k.id]",
    "municipality": "ARRAY[k.id]",
    "document": _OF_DOCUMENT.format(column="organisation_id", table="agreements_membership", kept="organisations"),
    "municipality_change": (
        "ARRAY(SELECT t.old_id WHERE t.old_id IS NOT NULL UNION SELECT t.new_id WHERE t.new_id IS NOT NULL"
        " UNION SELECT unnest(last.organisations) WHERE last.state IS NOT NULL ORDER BY 1)"
    ),
}
#: How an event is called that brings an object into the stream, where it may have been there unseen.
_BORN = {
    "cooperation": "'published'",
    "document": "'published'",
    "organisation": (
        "CASE WHEN last.slug IS NOT NULL OR EXISTS (SELECT FROM agreements_cooperation c WHERE c.body_id = k.id)"
        " THEN 'published' ELSE 'created' END"
    ),
}
_TASKS_OF = {
    "cooperation": _TASKS,
    "document": _OF_DOCUMENT.format(column="task_id", table="agreements_cooperationtask", kept="tasks"),
    "task": "ARRAY[k.id]",
}


def _append(name: str, ids: str) -> str:
    """Return the statement that appends the events of one kind of object."""
    kind = KINDS[name]
    return _APPEND.format(
        name=name,
        ids=ids,
        slug=kind.slug,
        key=kind.key,
        table=kind.table,
        state=kind.state(),
        public=kind.public,
        last=_LAST.format(name=name),
        born=_BORN.get(name, "'created'"),
        organisations=_ORGANISATIONS.get(name, "ARRAY[]::bigint[]"),
        tasks=_TASKS_OF.get(name, "ARRAY[]::bigint[]"),
    )


#: The kinds whose objects are chosen below; the others are those that were touched.
_CHOSEN = {"cooperation": "ids", "organisation": "bodies", "document": "papers"}

_FLUSH = f"""
-- The first row's call deals with all. Each of the others asks for its own: to look for any would be to pass over all
-- that were deleted, again for each of them.
IF NOT EXISTS (
    SELECT FROM agreements_pendingchange
    WHERE xid = NEW.xid AND object_type = NEW.object_type AND object_id = NEW.object_id
) THEN
    RETURN NULL;
END IF;
IF current_setting('transaction_isolation') <> 'read committed' THEN
    -- With an older snapshot it would not see what the last writer has just published.
    RAISE EXCEPTION 'the register is written in READ COMMITTED, so that no change is missed by its followers'
        USING ERRCODE = 'invalid_transaction_state';
END IF;
PERFORM pg_advisory_xact_lock({LOCK});
SELECT COALESCE(max(reason), '') INTO why FROM agreements_pendingchange WHERE xid = mine;
SELECT COALESCE(max(id), 0) INTO first_ FROM agreements_change;
now_ := GREATEST(clock_timestamp(), (SELECT recorded_at FROM agreements_change WHERE id = first_));

-- Cooperations; with one that appears, disappears or gets another address come those that refer to it.
ids := ARRAY(SELECT object_id FROM agreements_pendingchange WHERE xid = mine AND object_type = 'cooperation');
turned := ARRAY(
    SELECT k.id FROM unnest(ids) AS k (id) LEFT JOIN agreements_cooperation t ON t.id = k.id
    {_LAST.format(name="cooperation")}
    WHERE (last.state IS NOT NULL) <> COALESCE({KINDS["cooperation"].public}, false)
);
ids := ARRAY(
    SELECT unnest(ids) UNION SELECT id FROM agreements_cooperation WHERE umbrella_id = ANY (turned)
    UNION SELECT successor_id FROM agreements_cooperationrelation WHERE predecessor_id = ANY (turned)
);

-- Documents: those that were touched, and those of the cooperations; with one goes all that is in it.
papers := ARRAY(
    SELECT object_id FROM agreements_pendingchange WHERE xid = mine AND object_type = 'document'
    UNION SELECT d.id FROM agreements_document d JOIN agreements_agreement a ON a.id = d.agreement_id
    WHERE a.cooperation_id = ANY (ids)
);

-- Organisations: those that were touched, and the bodies that these cooperations are, have or had among them.
bodies := ARRAY(
    SELECT object_id FROM agreements_pendingchange WHERE xid = mine AND object_type = 'organisation'
    UNION SELECT c.body_id FROM agreements_cooperation c WHERE c.body_id IS NOT NULL AND (
        c.id = ANY (ids)
        OR c.body_id IN (SELECT organisation_id FROM agreements_membership WHERE cooperation_id = ANY (ids))
        OR c.body_id IN (SELECT responsible_id FROM agreements_cooperation WHERE id = ANY (ids))
    )
    UNION SELECT o.id FROM unnest(ids) AS k (id) {_LAST.format(name="cooperation")}
    CROSS JOIN LATERAL (
        SELECT unnest(last.organisations) UNION ALL SELECT (last.state->>'responsible_id')::bigint
        UNION ALL SELECT (last.state->>'body_id')::bigint
    ) AS had (id)
    JOIN municipalities_organisation o ON o.id = had.id
    WHERE EXISTS (SELECT FROM agreements_cooperation c WHERE c.body_id = o.id)
       OR o.id = (last.state->>'body_id')::bigint
);
turned := ARRAY(
    SELECT k.id FROM unnest(bodies) AS k (id) LEFT JOIN municipalities_organisation t ON t.id = k.id
    {_LAST.format(name="organisation")}
    WHERE (last.state IS NOT NULL) <> COALESCE(t.id IS NOT NULL AND {ORGANISATION_IS_PUBLIC.format(o="t")}, false)
);
bodies := ARRAY(
    SELECT unnest(bodies)
    UNION SELECT from_organisation_id FROM municipalities_organisation_successors
    WHERE to_organisation_id = ANY (turned)
);
"""


def _flush() -> str:
    """Return the body of the trigger."""
    parts = [_FLUSH]
    for name in KINDS:
        chosen = _CHOSEN.get(name, "others")
        if chosen == "others":
            parts.append(
                "others := ARRAY(SELECT object_id FROM agreements_pendingchange"
                f" WHERE xid = mine AND object_type = '{name}');\n"
            )
        parts.append(f"IF cardinality({chosen}) > 0 THEN {_append(name, chosen)} END IF;\n")
    parts.append(f"""
DELETE FROM agreements_pendingchange WHERE xid = mine;
-- What is no longer public is not told to those who read the stream from its beginning.
UPDATE agreements_change past SET state = NULL, reason = '', erased = true
FROM agreements_change gone
WHERE gone.id > first_ AND gone.state IS NULL
  AND past.object_type = gone.object_type AND past.object_id = gone.object_id AND past.id < gone.id
  AND NOT past.erased;
-- Why something was taken away is not told by way of what changed with it.
UPDATE agreements_change SET reason = ''
WHERE id > first_ AND reason <> '' AND EXISTS (SELECT FROM agreements_change WHERE id > first_ AND state IS NULL);
IF EXISTS (SELECT FROM agreements_change WHERE id > first_) THEN
    PERFORM pg_notify('{CHANNEL}', '');
END IF;
RETURN NULL;
""")
    return "".join(parts)


def _out_of_step(name: str) -> str:
    """Return the query for the objects of a kind of which the last event is not what is public now."""
    kind = KINDS[name]
    return f"""
    SELECT k.id FROM (
        SELECT {kind.key} AS id FROM {kind.table}
        UNION SELECT object_id FROM agreements_change WHERE object_type = '{name}'
    ) k
    LEFT JOIN {kind.table} t ON t.{kind.key} = k.id
    LEFT JOIN LATERAL (SELECT {kind.state()} AS state WHERE t.{kind.key} IS NOT NULL AND {kind.public} OFFSET 0) seen
        ON true
    {_LAST.format(name=name)}
    WHERE seen.state IS DISTINCT FROM last.state ORDER BY k.id
    """


OUT_OF_STEP = {name: _out_of_step(name) for name in KINDS}
#: Notes objects as touched by the transaction: parameters are their type and a list of ids.
NOTE = """
INSERT INTO agreements_pendingchange (xid, object_type, object_id)
SELECT pg_current_xact_id()::text::bigint, %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING
"""


class PendingChange(models.Model):
    """An object that a running transaction has touched; gone when it commits."""

    xid = models.BigIntegerField(_("transaksjon"))
    object_type = models.CharField(_("type"), max_length=20)
    object_id = models.BigIntegerField(_("nummer"))
    reason = models.TextField(_("begrunnelse"), null=True)  # noqa: DJ001 - max() passes over what is unknown

    class Meta:
        verbose_name = _("endring som venter")
        verbose_name_plural = _("endringer som venter")
        constraints = [models.UniqueConstraint(fields=["xid", "object_type", "object_id"], name="pending_change_once")]
        triggers = [
            pgtrigger.Trigger(
                name="append_changes",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[
                    ("mine", "bigint := pg_current_xact_id()::text::bigint"),
                    ("why", "text"),
                    ("now_", "timestamptz"),
                    ("first_", "bigint"),
                    ("ids", "bigint[]"),
                    ("turned", "bigint[]"),
                    ("bodies", "bigint[]"),
                    ("papers", "bigint[]"),
                    ("others", "bigint[]"),
                ],
                func=_flush(),
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"


class ChangeQuerySet(models.QuerySet):
    """Events, the first first."""

    def readable(self) -> "ChangeQuerySet":
        """Return the events that still may be told: those before a withdrawal or a deletion may not."""
        return self.filter(erased=False)


class Change(models.Model):
    """One event: one object as the public sees it after one transaction.

    ``state`` is the whole object with its rows (``public_state``), null when it is no longer public.
    What was before is the state of the object's event before this one.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("ført inn")
        PUBLISHED = "published", _("publisert")
        CHANGED = "changed", _("endret")
        WITHDRAWN = "withdrawn", _("trukket tilbake")
        DELETED = "deleted", _("slettet")

    class ObjectType(models.TextChoices):
        COOPERATION = "cooperation", _("samarbeid")
        ORGANISATION = "organisation", _("organisasjon")
        MUNICIPALITY = "municipality", _("kommune")
        COUNTY = "county", _("fylke")
        TASK = "task", _("oppgave")
        SOURCE = "source", _("kilde")
        MUNICIPALITY_CHANGE = "municipality_change", _("kommuneendring")
        DOCUMENT = "document", _("dokument")

    event = models.UUIDField(_("id"), default=uuid.uuid4, unique=True)
    kind = models.CharField(_("hendelse"), max_length=10, choices=Kind.choices)
    object_type = models.CharField(_("type"), max_length=20, choices=ObjectType.choices)
    object_id = models.BigIntegerField(_("nummer"))
    slug = models.CharField(_("adressenavn"), max_length=120)
    recorded_at = models.DateTimeField(_("tid"))
    reason = models.TextField(_("begrunnelse"), blank=True)
    organisations = ArrayField(models.BigIntegerField(), verbose_name=_("organisasjoner det gjelder"))
    tasks = ArrayField(models.BigIntegerField(), verbose_name=_("oppgaver det gjelder"))
    state = models.JSONField(_("tilstand"), null=True)
    erased = models.BooleanField(_("fjernet"), default=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("endring")
        verbose_name_plural = _("endringer")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="change_of_object"),
            models.Index(fields=["object_type", "slug", "-id"], name="change_of_slug"),
            models.Index(fields=["recorded_at"], name="change_recorded"),
            GinIndex(fields=["organisations"], name="change_organisations"),
            GinIndex(fields=["tasks"], name="change_tasks"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_object_type_display()} {self.slug}"
