"""How do the documents follow the facts, whoever changes them?

Triggers write each outdated cooperation into ``Outdated`` in the transaction of the change (``agreements.triggers``).
``freshen`` makes their documents anew and removes the marks. It runs

- before every commit of Django's, in the same transaction (``registry.postgresql``), so that change and documents are
  seen together;
- before an answer, when a reader meets a mark: somebody changed the facts without Django, or outside a transaction.
  Hence no reader is served an old document, whatever the writer forgot.

All runs take one lock, the last of their transaction, and keep it until the commit. So a writer who waits
for another sees the other's facts when it rebuilds, and of two at one cooperation the last document holds both
changes; nobody who holds the lock waits for another lock; and revisions are numbered in the order of the commits.
"""

import datetime
import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.db import connection, transaction
from django.utils import translation
from psycopg import sql

from ..models import Cooperation
from ..models.answers import FIRST, LAST, Answer, Heading, Listed, Tally
from . import headings, judging, statistics, tally, words
from .gathering import gathered
from .turning import Bodies

#: The key of the advisory lock: only ever ask for it last, and only here.
LOCK = 0x52_45_47_49
#: So many cooperations are made at once, which bounds the memory.
BATCH = 500
LANGUAGE = "nb"


def freshen() -> None:
    """Make the documents of all cooperations that are marked as outdated; does nothing when there are none.

    A transaction that may only read has changed nothing: what others have marked is left to them and to readers.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM agreements_outdated WHERE current_setting('transaction_read_only') = 'off'"
            " ORDER BY id LIMIT 1"
        )
        if cursor.fetchone() is None:
            return
    with transaction.atomic(), connection.cursor() as cursor:
        lock()
        cursor.execute("DELETE FROM agreements_outdated RETURNING cooperation_id")
        marked = {row[0] for row in cursor.fetchall()}
        if not marked:
            return
        made = new_revision()
        ids = sorted(marked - {None})
        for start in range(0, len(ids), BATCH):
            if len(ids) >= BATCH:
                statistics.tell_the_planner()
            write(ids[start : start + BATCH], made)


class _Schema:
    """Whether the tables of the database are those of the code; while they are migrated, they are not."""

    here = False
    changing = False


def pause(**_: object) -> None:
    """Leave the marks for later: what a migration outdates is made anew when all of them are done."""
    _Schema.here, _Schema.changing = False, True


def resume(**_: object) -> None:
    """Follow the facts again."""
    _Schema.changing = False


def ready() -> bool:
    """Tell whether documents can be made: the tables are there, and nobody is changing them."""
    if not _Schema.here and not _Schema.changing:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('agreements_word') IS NOT NULL")
            _Schema.here = cursor.fetchone()[0]
    return _Schema.here


def new_revision() -> datetime.datetime:
    """Add a revision and return its time, which is later than that of every revision before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agreements_revision (made) VALUES (greatest(clock_timestamp(), ("
            "SELECT made + interval '1 microsecond' FROM agreements_revision ORDER BY id DESC LIMIT 1))) RETURNING made"
        )
        return cursor.fetchone()[0]


@functools.cache
def edition() -> str:
    """Return what tells the code that makes documents from any other: where it has changed, all are made anew."""
    code = Path(__file__).parent.parent
    shared = (code / "api" / f"{name}.py" for name in ("links", "places", "serializers"))
    folders = (*code.glob("answers/*.py"), *code.glob("models/*.py"), *code.glob("rules/*.py"))
    files = (*folders, code / "querysets.py", *shared)
    return hashlib.blake2b(b"".join(path.read_bytes() for path in sorted(files)), digest_size=8).hexdigest()


def forget_editions() -> None:
    """Have everything made anew by ``rebuild``, and counted anew by the next reader."""
    Tally.objects.all().delete()
    Listed.objects.update(edition="")


def rebuild() -> Iterator[tuple[int, int]]:
    """Make anew what is missing, superfluous or of another edition; yield how many are done, and of how many.

    Every batch has a transaction of its own, so that readers and writers wait little, and nothing is done twice.
    """
    public = Cooperation.objects.public().values("pk")
    current = Listed.objects.filter(edition=edition()).values("cooperation_id")
    wanted = set(Cooperation.objects.public().exclude(pk__in=current).values_list("pk", flat=True))
    for model in (Listed, Heading, Answer):
        gone = model.objects.exclude(cooperation_id__in=public).values_list("cooperation_id", flat=True)
        wanted.update(gone.distinct())
    ids = sorted(wanted)
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            lock()
            statistics.tell_the_planner()
            write(ids[start : start + BATCH], new_revision())
        yield min(start + BATCH, len(ids)), len(ids)


def lock() -> None:
    """Wait until nobody else makes documents, and keep others waiting until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def write(ids: Sequence[int], made: datetime.datetime) -> None:
    """Put what the facts say of the cooperations in the place of what is stored; nothing for what is not public."""
    before = _said(ids)
    tally.change(ids, -1)
    for model in (Answer, Heading, Listed):
        model.objects.filter(cooperation_id__in=ids).delete()
    with translation.override(LANGUAGE):
        found = gathered(ids)
        judging.judge_others_again(ids, found)
        if not found:
            return
        spoken = words.split([words.texts(one) for one in found])
        words.remember({word for each in spoken for word in each})
        listed = []
        bodies = Bodies()
        _copy(Heading, (row for one in found for row in (*heading_rows(one, bodies), judging.unjudged_row(one))))
        made_now: list[tuple[int, str]] = []
        _copy(Answer, _noted(_documents(found, bodies), made_now))
        now = _digests(made_now)
        for one, each in zip(found, spoken, strict=True):
            # Made anew by other code, and yet the same: nothing has changed for those who read it.
            since, said = before.get(one.pk, (made, None))
            listed.append(_listed(one, each, since if said == now[one.pk] else made))
        _copy(Listed, listed)
    tally.change(ids, 1)


def _said(ids: Sequence[int]) -> dict[int, tuple[datetime.datetime, list[str]]]:
    """Return since when what is stored has been so, and what tells it from anything else."""
    digests = _digests(Answer.objects.filter(cooperation_id__in=ids).values_list("cooperation_id", "digest"))
    changed = Listed.objects.filter(cooperation_id__in=ids).values_list("cooperation_id", "changed")
    return {pk: (since, digests.get(pk, [])) for pk, since in changed}


def _digests(documents: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for pk, digest in documents:
        found.setdefault(pk, []).append(digest)
    return {pk: sorted(digests) for pk, digests in found.items()}


def _listed(one: Cooperation, spoken: list[str], made: datetime.datetime) -> tuple:
    start = one.valid_from or LAST
    confirmed = one.confirmed_on or FIRST
    return one.pk, one.slug, one.sort_key, start, one.form, confirmed, headings.topics(one), spoken, made, edition()


def heading_rows(one: Cooperation, bodies: Bodies) -> Iterator[tuple]:
    """Return the rows of ``Heading`` for a cooperation, in the order of the columns."""
    life = one.valid_from or FIRST, one.valid_to or LAST
    for token, role, first, last in headings.rows(one, bodies):
        yield one.pk, token, role, one.sort_key, first, last, *life


def _documents(found: Iterable[Cooperation], bodies: Bodies) -> Iterator[tuple]:
    # The documents are made by the serializers of the API, whose settings name this module's backend.
    from .scribe import Scribe
    from .slices import StoredLinks, slices

    scribe = Scribe(StoredLinks(), bodies)
    for one in found:
        for each in slices(one, scribe):
            yield one.pk, each.timeless, each.first_day, each.last_day, each.digest, each.content


def _noted(documents: Iterable[tuple], digests: list[tuple[int, str]]) -> Iterator[tuple]:
    """Pass documents on, one at a time, so that PostgreSQL stores one while the next is made; keep their digests."""
    for row in documents:
        digests.append((row[0], row[4]))
        yield row


def _copy(model: type, rows: Iterable[tuple]) -> None:
    """Write rows, given in the order of the model's columns, in the fastest way there is."""
    fields = [field for field in model._meta.concrete_fields if field.column]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(sql.Identifier(f.column) for f in fields)
    )
    types = [(field.rel_db_type(connection) or "").partition("(")[0] for field in fields]
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
