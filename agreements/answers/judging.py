"""Which cooperations break the law today: how do lists know without judging all of them for each reader?

What the rules say of a cooperation depends on the day as much as on the facts: deadlines pass. So a judgement is kept
as headings (``b:error`` …) of the one day on which it was made. Whoever makes the documents of a cooperation anew puts
the heading ``b:`` in its place, and whoever asks about findings first judges what has not been judged today. A large
register is judged by ``manage.py judge_findings`` after midnight; no answer is ever given from a part of it.
"""

import datetime
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from ..models import Cooperation
from ..models.answers import FIRST, LAST, Heading
from ..rules import Outcome, findings
from ..rules.gather import facts_of, with_legal_facts
from ..rules.other import IUA

NONE = "none"
#: So many are judged in one transaction, and so many at most while a reader waits.
BATCH, MOST = 200, 1000
#: Of the index that holds only these headings.
_JUDGEMENTS = "token >= 'b:' AND token < 'b;'"
_UNJUDGED = f"""
SELECT DISTINCT cooperation_id FROM agreements_heading
WHERE {_JUDGEMENTS} AND (first_day < %(day)s OR first_day > %(day)s) LIMIT %(limit)s
"""


#: What a reader is told who asks too early.
NOT_JUDGED = _("Lovfunnene regnes ut for i dag, og registeret er stort. Prøv igjen om litt.")


class NotJudgedError(Exception):
    """So much has not been judged yet that a reader should not wait for it."""


def unjudged_row(one: Cooperation) -> tuple:
    """Return the row of ``Heading`` that says that a cooperation must be judged."""
    return _row(one, "", FIRST)


def judge_others_again(ids: Sequence[int], found: Sequence[Cooperation]) -> None:
    """Have those judged again whose judgement rests on cooperations that have changed.

    ``found`` are those of the ids that are public now. A member may be in one IUA only, so each rests on the others.
    """
    if len(found) == len(ids) and not any(IUA.search(one.name) for one in found):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE agreements_heading SET first_day = %(never)s, last_day = %(never)s WHERE {_JUDGEMENTS} AND "
            r"cooperation_id IN (SELECT id FROM agreements_cooperation WHERE name ~* '\yIUA\y')",
            {"never": FIRST},
        )


def complete(day: datetime.date) -> None:
    """See to it that every public cooperation has been judged on the day, which is today; the documents are fresh.

    Raises ``NotJudgedError`` where much is left; what was judged meanwhile is kept.
    """
    for _batch in range(MOST // BATCH):
        if not judge(day):
            return
    if _unjudged(day, 1):
        raise NotJudgedError


def is_soon_complete(day: datetime.date) -> bool:
    """Tell whether so little is left that ``complete`` would come to its end, after a moment."""
    return len(_unjudged(day, MOST + 1)) <= MOST


def judge(day: datetime.date) -> int:
    """Judge some of those that have not been judged on the day; return how many, 0 when none are left."""
    if not _unjudged(day, 1):
        return 0
    from . import writing  # which puts the mark that is taken away here

    with transaction.atomic():
        # Of two who judge the same, and of one who judges and one who changes the facts, the later sees the other.
        writing.lock()
        ids = _unjudged(day, BATCH)
        rows = list(_judgements(ids, day))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM agreements_heading WHERE {_JUDGEMENTS} AND cooperation_id = ANY(%s)", [ids])
        Heading.objects.bulk_create(rows)
    return len(ids)


def _unjudged(day: datetime.date, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNJUDGED, {"day": day, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def _judgements(ids: Sequence[int], day: datetime.date) -> Iterator[Heading]:
    columns = [field.attname for field in Heading._meta.concrete_fields if field.column]
    for one in with_legal_facts(Cooperation.objects.public().filter(pk__in=ids)):
        found = findings(facts_of(one, day), day)
        severities = {str(finding.severity) for finding in found if finding.outcome == Outcome.BREACH}
        for severity in severities or {NONE}:
            yield Heading(**dict(zip(columns, _row(one, severity, day), strict=True)))


def _row(one: Cooperation, severity: str, day: datetime.date) -> tuple:
    return one.pk, f"b:{severity}", "", one.sort_key, day, day, one.valid_from or FIRST, one.valid_to or LAST
