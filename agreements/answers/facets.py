"""How many cooperations would each choice of a filter leave, the other filters being as they are?

A filter that takes several values adds them up, so each value is counted as if it stood alone in its filter. Filters
that ask the same question without themselves are counted in one statement, by the headings; so the number of
statements depends on which filters are in use, never on how many cooperations or values there are.
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
from . import judging, reading
from .question import Question, asks_ever, confirmations
from .words import Search

#: What is counted, with the empty value of each filter and what its headings begin with.
_EMPTY: dict[str, object] = {
    "municipality": None, "county": None, "task": [], "form": [], "role": [], "status": [], "size": [],
    "crosses_county_border": "", "findings": [], "confirmed": [],
}  # fmt: skip
FACETS = tuple(_EMPTY)
_PREFIXES = {
    "municipality": "o", "task": "t", "form": "f", "role": "r", "status": "z", "size": "n",
    "crosses_county_border": "x", "findings": "b",
}  # fmt: skip
_ON_THE_DAY = "f.first_day <= %s AND f.last_day >= %s"

#: For each facet, how many cooperations each value would leave. Rows are named by their id, the others by their value.
Counts = dict[str, dict[str, int]]


def counts(asked: CooperationFilter, search: Search) -> Counts:
    """Count for a FilterSet whose form is valid; ``search`` is what its words mean.

    Left out are municipalities and counties where the filters name an organisation or a municipality: then all hits
    have it, wherever it lies; and findings on another day than today, or as long as not all has been judged.
    """
    data, on = asked.form.cleaned_data, asked.on
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
        for name, value, number in _counted(question, facets, on):
            found[name][value] = found[name].get(value, 0) + number
    ended = Question.about(data | {"status": [Status.ENDED]}, on, search)
    found["status"][Status.ENDED] = reading.count(ended)[0]
    found["size"] = _banded(found["size"])
    found["municipality"] = _in_county(found["municipality"], data["county"], on)
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


def _counted(question: Question, facets: list[tuple[str, dict]], on: datetime.date | None) -> Iterator[tuple]:
    """Yield facet, value and number of what one question finds."""
    query = question.sql()
    parts, values = [], list(query.values)
    for name, data in facets:
        part, more = _part(name, data, question, on)
        parts.append(part)
        values += more
    text = f"WITH found AS MATERIALIZED (SELECT k0 AS id FROM ({query.text}) AS p) {' UNION ALL '.join(parts)}"
    yield from reading.rows(text, values)


def _part(name: str, data: dict, question: Question, on: datetime.date | None) -> tuple[str, list]:
    """Return the statement that counts one facet, with its values."""
    if name == "confirmed":
        text = " UNION ALL ".join(
            f"SELECT 'confirmed', '{band}', count(*) FROM found"
            " JOIN agreements_listed l ON l.cooperation_id = found.id WHERE l.confirmed BETWEEN %s AND %s"
            for band in confirmations(question.day)
        )
        return text, [day for days in confirmations(question.day).values() for day in days]
    ever = asks_ever(data, on)
    value, conditions, values = "substr(f.token, 3)", [], []
    of_members = bool(data["municipality"] or data["organisation"] or data["county"])
    if name == "role" and of_members:
        # The role is that of the member asked about, which the question's own headings tell.
        value = "f.role"
        conditions.append("f.token = ANY(%s)")
        values.append(list(question.tokens))
    else:
        prefix = ("C" if ever else "c") if name == "county" else _PREFIXES[name]
        conditions.append(f"f.token >= '{prefix}:' AND f.token < '{prefix};'")
    if name in ("municipality", "county") and data["role"]:
        conditions.append("f.role = ANY(%s)")
        values.append(list(data["role"]))
    whenever = ever and name in ("municipality", "county", "role")
    in_county = name == "county" or (name == "role" and question.tokens[:1] and question.tokens[0].startswith("C:"))
    if not whenever or (in_county and on):
        conditions.append(_ON_THE_DAY)
        values += [question.day, question.day]
    text = (
        f"SELECT '{name}', {value}, count(DISTINCT f.cooperation_id) FROM found "
        f"JOIN agreements_heading f ON f.cooperation_id = found.id WHERE {' AND '.join(conditions)} GROUP BY 2"
    )
    return text, values


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
