"""How many cooperations would each choice of a filter leave, the other filters being as they are?

A filter that takes several values adds them up, so each value is counted as if it stood alone in its filter. Filters
that ask the same question without themselves are counted in one statement, by the headings; so the number of
statements depends on which filters are in use, never on how many cooperations or values there are. Of today's whole
list the numbers are kept (``agreements.answers.tally``).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from django.utils import timezone

from municipalities.models import Municipality, MunicipalityNumber
from municipalities.querysets import valid_on

from ..filters import SIZES, CooperationFilter
from ..models import Status
from . import judging, reading, tally
from .headings import EVERY
from .question import BY_NAME, Question, asks_ever, confirmations
from .words import Search

#: What is counted, with the empty value of each filter and what its headings begin with.
_EMPTY: dict[str, object] = {
    "municipality": None, "county": None, "task": [], "form": [], "role": [], "status": [], "size": [],
    "crosses_county_border": "", "findings": [], "confirmed": [],
}  # fmt: skip
FACETS = tuple(_EMPTY)
_PREFIXES = {
    "municipality": "o", "county": "c", "task": "t", "form": "f", "role": "r", "status": "z", "size": "n",
    "crosses_county_border": "x", "findings": "b", "confirmed": "k",
}  # fmt: skip
_NAMES = {prefix: name for name, prefix in _PREFIXES.items()} | {"C": "county"}
_ON_THE_DAY = "f.first_day <= %s AND f.last_day >= %s"
#: How many stand under each heading; the headings of one cooperation lie together, and OFFSET 0 has them read so: the
#: planner, which cannot tell how many cooperations were found, would read those of the whole register for a few.
_HEADED = """
SELECT h.told, count(*) FROM found CROSS JOIN LATERAL (
    SELECT DISTINCT {told} AS told FROM agreements_heading f WHERE f.cooperation_id = found.id AND {where} OFFSET 0
) AS h GROUP BY h.told
"""
_CONFIRMED = """
SELECT 'k:{band}', count(*) FROM found JOIN agreements_listed l ON l.cooperation_id = found.id
WHERE l.confirmed BETWEEN %s AND %s
"""

#: For each facet, how many cooperations each value would leave. Rows are named by their id, the others by their value.
Counts = dict[str, dict[str, int]]


def counts(asked: CooperationFilter, search: Search) -> Counts:
    """Count for a FilterSet whose form is valid; ``search`` is what its words mean.

    Left out are municipalities and counties where the filters name an organisation or a municipality: then all hits
    have it, wherever it lies; and findings on another day than today, or as long as not all has been judged.
    """
    data, on = asked.form.cleaned_data, asked.on
    whole = _of_all(data, on, search)
    if whole is None:
        found = _found(data, on, search)
    else:
        found = whole | {"findings": _findings_of_all(on) if _judged(on) else {}}
    found["size"] = _banded(found["size"])
    found["municipality"] = _in_county(found["municipality"], data["county"], on)
    return found


def _of_all(data: dict, on: datetime.date | None, search: Search) -> Counts | None:
    """Return what is kept of today's whole list, without findings; None for any other question."""
    if on != timezone.localdate() or replace(Question.about(data, on, search), order=BY_NAME) != Question(day=on):
        return None
    reading.state()  # what is outdated is made anew first
    kept = tally.of(on)
    if kept is None:
        return None
    found: Counts = {name: {} for name in FACETS}
    for heading, number in kept.items():
        if heading != EVERY:
            found[_NAMES[heading[0]]][heading[2:]] = number
    return found


def _findings_of_all(on: datetime.date) -> dict[str, int]:
    text = (
        "SELECT substr(token, 3), count(*) FROM agreements_heading WHERE token >= 'b:' AND token < 'b;'"
        " AND first_day <= %s AND last_day >= %s AND opens <= %s AND closes >= %s GROUP BY 1"
    )
    return dict(reading.rows(text, [on] * 4))


def _found(data: dict, on: datetime.date | None, search: Search) -> Counts:
    """Count what the filters find."""
    alike: dict[Question, list[tuple[str, dict]]] = defaultdict(list)
    for name, empty in _EMPTY.items():
        if name == "findings" and not _judged(on):
            continue
        if (name == "municipality" and data["organisation"]) or (
            name == "county" and (data["organisation"] or data["municipality"])
        ):
            continue
        without = data | {name: empty}
        if name == "status":
            without |= {name: [status for status in Status.values if status != Status.ENDED]}
        question = replace(Question.about(without, on, search), order=(("h.cooperation_id", False),))
        alike[question].append((name, without))
    found: Counts = {name: {} for name in FACETS}
    for question, facets in alike.items():
        for heading, number in _counted(question, facets, on):
            found[_NAMES[heading[0]]][heading[2:]] = number
    ended = Question.about(data | {"status": [Status.ENDED]}, on, search)
    found["status"][Status.ENDED] = reading.count(ended)[0]
    return found


def _judged(on: datetime.date | None) -> bool:
    """Tell whether findings can be counted: they are kept for today, once all that is public has been judged."""
    if on != timezone.localdate() or not judging.is_soon_complete(on):
        return False  # nobody waits for more than a moment for what they have not asked for
    try:
        judging.complete(on)
    except judging.NotJudgedError:  # much has come in since
        return False
    return True


def _counted(question: Question, facets: list[tuple[str, dict]], on: datetime.date | None) -> Iterator[tuple[str, int]]:
    """Yield each heading under which something stands of what one question finds, with how much."""
    query = question.sql()
    parts, values = [], list(query.values)
    alike: dict[tuple, list[str]] = defaultdict(list)
    for name, data in facets:
        if name == "confirmed":
            parts += [_CONFIRMED.format(band=band) for band in confirmations(question.day)]
            values += [day for days in confirmations(question.day).values() for day in days]
        else:
            told, more, given = _conditions(name, data, question, on)
            alike[told, more].append((_prefix(name, data, on), given))
    for (told, more), asked in alike.items():
        if told == "f.token":
            ranges = " OR ".join(f"f.token >= '{prefix}:' AND f.token < '{prefix};'" for prefix, _given in asked)
            more = (f"({ranges})", *more)
        parts.append(_HEADED.format(told=told, where=" AND ".join(more)))
        values += asked[0][1]
    text = f"WITH found AS MATERIALIZED (SELECT k0 AS id FROM ({query.text}) AS p) {' UNION ALL '.join(parts)}"
    yield from reading.rows(text, values)


def _prefix(name: str, data: dict, on: datetime.date | None) -> str:
    return "C" if name == "county" and asks_ever(data, on) else _PREFIXES[name]


def _conditions(
    name: str, data: dict, question: Question, on: datetime.date | None
) -> tuple[str, tuple[str, ...], list]:
    """Return what tells the heading of a facet, and on which conditions it counts, with their values."""
    ever = asks_ever(data, on)
    conditions, values = [], []
    told = "f.token"
    if name == "role" and (data["municipality"] or data["organisation"] or data["county"]):
        # The role is that of the member asked about, which the question's own headings tell.
        told = "'r:' || f.role"
        conditions.append("f.token = ANY(%s)")
        values.append(list(question.tokens))
    if name in ("municipality", "county") and data["role"]:
        conditions.append("f.role = ANY(%s)")
        values.append(list(data["role"]))
    whenever = ever and name in ("municipality", "county", "role")
    in_county = name == "county" or (name == "role" and question.tokens[:1] and question.tokens[0].startswith("C:"))
    if not whenever or (in_county and on):
        conditions.append(_ON_THE_DAY)
        values += [question.day, question.day]
    return told, tuple(conditions), values


def _banded(sizes: dict[str, int]) -> dict[str, int]:
    return {
        band: sum(number for size, number in sizes.items() if fewest <= int(size) <= most)
        for band, (fewest, most) in SIZES.items()
    }


def _in_county(numbers: dict[str, int], county, on: datetime.date | None) -> dict[str, int]:
    """Keep the municipalities of what organisations were counted: those of the county, where one is asked for."""
    places = Municipality.objects.all()
    if county:
        lying = MunicipalityNumber.objects.filter(county=county)
        places = places.filter(pk__in=(lying.filter(valid_on(on)) if on else lying).values("municipality"))
    known = {str(pk) for pk in places.values_list("pk", flat=True)}
    return {pk: number for pk, number in numbers.items() if pk in known}
