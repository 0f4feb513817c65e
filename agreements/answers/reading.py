"""How are the stored documents read: a page of a list, one cooperation, all of them?

Every answer is of one revision: the documents, the revision and the marks of what is outdated come from one
statement. Where it finds a mark it is thrown away, the marked are made anew, and it is asked once more.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from django.db import OperationalError, connection
from django.utils.translation import get_language

from . import writing
from .languages import translated
from .question import Question
from .slices import BASE

#: So often is an answer begun anew because somebody changed the facts meanwhile.
_TRIES = 20

#: The first columns of every statement: subqueries, so that they cost next to nothing beside what is asked.
_STATE = """
(SELECT id FROM agreements_revision ORDER BY id DESC LIMIT 1),
(SELECT made FROM agreements_revision ORDER BY id DESC LIMIT 1),
EXISTS (SELECT FROM agreements_outdated)
"""
_ANSWER = """
LATERAL (
    SELECT d.content, d.digest, d.first_day FROM agreements_answer d
    WHERE d.cooperation_id = {cooperation} AND d.timeless = %s AND d.last_day >= %s ORDER BY d.last_day LIMIT 1
) AS d
"""


@dataclass(frozen=True)
class State:
    """Which state of the register an answer tells: the newest revision, and when it was made; 0 before the first."""

    revision: int
    made: datetime.datetime | None


@dataclass(frozen=True)
class Page:
    """A part of a list: its documents, in order, and whether the list goes on at either end.

    ``first`` and ``last`` are the values that the outermost rows are ordered by, for the pages beside this one.
    """

    state: State
    documents: list[bytes]
    first: list | None = None
    last: list | None = None
    before: bool = False
    beyond: bool = False


@dataclass(frozen=True)
class Single:
    """One cooperation: its document, what tells it from others, and since when it has been so."""

    state: State
    content: bytes
    digest: str
    first_day: datetime.date
    changed: datetime.datetime


def state() -> State:
    """Return the state of the register that a reader would see now."""
    return _fresh(f"SELECT {_STATE}", [])[0]


def page(question: Question, size: int, position: Sequence | None = None, *, backwards: bool = False) -> Page:
    """Return up to ``size`` documents after a position, or before it."""
    query = question.sql(position, size + 1, backwards=backwards)
    keys = len(question.order)
    # The documents are fetched for the rows of the page only, and in its order.
    by = ", ".join(f"p.k{n}{' DESC' if falls != backwards else ''}" for n, (_name, falls) in enumerate(question.order))
    text = (
        f"SELECT {_STATE}, d.content, {', '.join(f'p.k{n}' for n in range(keys))} "
        f"FROM (SELECT) AS here LEFT JOIN ({query.text}) AS p ON true "
        f"LEFT JOIN {_ANSWER.format(cooperation=f'p.k{keys - 1}')} ON true ORDER BY {by}"
    )
    found, rows = _fresh(text, [*query.values, question.on_any, question.day], plan_once=question.planned_once)
    rows = [row for row in rows if row[3] is not None]
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page(found, [])
    return Page(
        found,
        [row[3] for row in rows],
        list(rows[0][4:]),
        list(rows[-1][4:]),
        before=more if backwards else position is not None,
        beyond=position is not None if backwards else more,
    )


def count(question: Question) -> tuple[int, State]:
    """Return how many cooperations the whole list has, and in which state of the register."""
    query = question.sql()
    text = f"SELECT {_STATE}, n.n FROM (SELECT count(*) AS n FROM ({query.text}) AS p) AS n"
    found, rows = _fresh(text, query.values, plan_once=question.planned_once)
    return rows[0][3], found


def ids(question: Question, start: int, stop: int) -> list[int]:
    """Return the ids of a part of the whole list, in order, by their places in it."""
    query, last = question.sql(limit=stop), len(question.order) - 1
    by = ", ".join(f"p.k{n}{' DESC' if falls else ''}" for n, (_name, falls) in enumerate(question.order))
    text = (
        f"SELECT {_STATE}, p.id FROM (SELECT) AS here "
        f"LEFT JOIN (SELECT p.k{last} AS id, row_number() OVER (ORDER BY {by}) AS place FROM ({query.text}) AS p "
        f"ORDER BY place OFFSET {int(start)}) AS p ON true ORDER BY p.place"
    )
    _state, rows = _fresh(text, query.values, plan_once=question.planned_once)
    return [row[3] for row in rows if row[3] is not None]


def documents(ids: Sequence[int], day: datetime.date) -> list[bytes]:
    """Return the documents of cooperations on a day, in the order of their ids, without the address of the site.

    Those that the public does not see are left out.
    """
    text = (
        f"SELECT {_STATE}, d.content FROM (SELECT) AS here "
        f"LEFT JOIN unnest(%s::bigint[]) WITH ORDINALITY AS p (id, place) ON true "
        f"LEFT JOIN {_ANSWER.format(cooperation='p.id')} ON true ORDER BY p.place"
    )
    _state, found = _fresh(text, [list(ids), False, day])
    return [row[3].replace(BASE, b"") for row in found if row[3] is not None]


def rows(text: str, values: Sequence) -> list[tuple]:
    """Return the rows of another statement about what is stored, once nothing is outdated."""
    whole = f"SELECT {_STATE}, r.* FROM (SELECT) AS here LEFT JOIN ({text}) AS r ON true"
    _state, found = _fresh(whole, values, plan_once=False)
    return [row[3:] for row in found if row[3] is not None]


def single(slug: str, day: datetime.date, *, timeless: bool = False, content: bool = True) -> Single | None:
    """Return the cooperation with an address name as it is on a day; None when the public sees none.

    Without ``content`` only its validators are read.
    """
    shown = "d.content" if content else "''::bytea"
    text = (
        f"SELECT {_STATE}, {shown}, d.digest, d.first_day, l.changed "
        f"FROM (SELECT) AS here LEFT JOIN agreements_listed l ON l.slug = %s "
        f"LEFT JOIN {_ANSWER.format(cooperation='l.cooperation_id')} ON true"
    )
    found, rows = _fresh(text, [slug, timeless, day])
    return Single(found, *rows[0][3:]) if rows[0][4] is not None else None


def stream(question: Question, *, batch: int = 1000) -> Iterator[bytes]:
    """Yield all documents of a list, page by page: it takes little memory and holds no transaction open.

    A cooperation that is changed meanwhile appears as it is when its page is read.
    """
    position = None
    while True:
        part = page(question, batch, position)
        yield from part.documents
        if not part.beyond:
            return
        position = part.last


def addressed(content: bytes, site: str) -> bytes:
    """Return documents as a caller gets them: with the addresses of the site, in the active language."""
    content = content.replace(BASE, site.encode())
    return content if (get_language() or writing.LANGUAGE) == writing.LANGUAGE else translated(content)


def _fresh(text: str, values: Sequence, *, plan_once: bool = True) -> tuple[State, list[tuple]]:
    """Return the rows of a statement, whose first columns are those of the state, once nothing is outdated."""
    for _try in range(_TRIES):
        rows = _rows(text, values, plan_once)
        revision, made, outdated = rows[0][:3]
        if not outdated:
            return State(revision or 0, made), rows
        writing.freshen()
    raise OperationalError("The register changes too fast to be read.")


def _rows(text: str, values: Sequence, plan_once: bool) -> list[tuple]:
    """Ask PostgreSQL past Django's cursor, which would write the values into the statement and prepare nothing.

    ``plan_once`` keeps the plan for other values; else each question has a plan for what it asks.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(text, values, prepare=plan_once, binary=True).fetchall()
