"""Which headings and conditions does a question about cooperations come to?

A ``CooperationFilter`` that has been found valid becomes SQL over ``Heading`` and ``Listed``. One heading, or a few,
drives the search in the order of the index; the rest are conditions on the rows. The answer is that of
``CooperationFilter.qs``, for every combination of filters and every day, as a test makes sure.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from municipalities.models import MunicipalityNumber
from municipalities.querysets import valid_on

from ..filters import SIZES, CooperationFilter, a_year_before
from ..models.answers import FIRST, LAST
from . import judging
from .early import HAD_BEGUN, few_had_begun
from .headings import EVERY
from .headings import size as of_size
from .words import Meaning, Search

#: What a list is ordered by: expression, and whether it falls. The id stands last, so that the order is total.
Order = tuple[tuple[str, bool], ...]

#: The column of the order by size.
SIZE = "s.token"
_ORDERS = {"name": "h.sort_key", "valid_from": "l.start", "form": "l.form", "size": SIZE, "changed": "l.changed"}
#: Statuses that many cooperations have; by the others, a search begins with the status.
_FREQUENT = {"active", "ended"}
BY_NAME: Order = (("h.sort_key", False), ("h.cooperation_id", False))


@dataclass(frozen=True)
class Question:
    """What is asked, apart from the page: the same question may be kept and asked on another day.

    ``on_any`` leaves time out. ``tokens`` are the headings of which one must hold, ``ever`` means on any day;
    ``roles`` narrows them to members in one of the roles. Each of ``topics`` is a set of which one must hold on
    the cooperation; each of ``words`` must be met, and ``few`` tells that the search begins with them. Each of
    ``standing`` is a set of ranges of headings, of which the cooperation stands under one on the day; ``confirmed``
    of ranges of days. ``early`` tells that few had begun by the day, and that the search begins with those.
    """

    tokens: tuple[str, ...] = (EVERY,)
    ever: bool = False
    roles: tuple[str, ...] = ()
    topics: tuple[tuple[str, ...], ...] = ()
    words: tuple[Meaning, ...] = ()
    few: bool = False
    statuses: tuple[str, ...] = ()
    standing: tuple[tuple[tuple[str, str], ...], ...] = ()
    confirmed: tuple[str, ...] = ()
    order: Order = BY_NAME
    on_any: bool = False
    early: bool = False
    day: datetime.date = field(default_factory=timezone.localdate)

    @classmethod
    def of(cls, asked: CooperationFilter, search: Search | None = None) -> "Question":
        """Return the question of a FilterSet whose form is valid; ``search`` is what its words mean, where known.

        Raises ``judging.NotJudgedError`` when it is asked about findings and too few have been judged today.
        """
        data = asked.form.cleaned_data
        if data["findings"]:
            judging.complete(timezone.localdate())
        return cls.about(data, asked.on, search or Search.of(data["q"]))

    @classmethod
    def about(cls, data: dict, on: datetime.date | None, search: Search) -> "Question":
        """Return the question of the values of a valid form, about a day; None = all times."""
        statuses = tuple(data["status"])
        ever = asks_ever(data, on)
        tokens, roles = _members(data, on, ever)
        topics = _topics(data)
        headed_by_status = False
        if tokens is None and topics and (not statuses or _FREQUENT & set(statuses)):
            tokens, topics = topics[0], topics[1:]
        elif tokens is None and statuses:
            tokens, headed_by_status = tuple(f"z:{status}" for status in statuses), True
        return cls(
            tokens=(EVERY,) if tokens is None else tokens,
            ever=ever and not headed_by_status,
            roles=roles,
            topics=topics,
            words=search.meanings,
            few=search.few,
            statuses=statuses,
            standing=_standing(data),
            confirmed=tuple(sorted(set(data["confirmed"]))),
            order=_order(data["ordering"]),
            on_any=on is None,
            early=on is not None and not statuses and on < timezone.localdate() and few_had_begun(on),
            day=on or timezone.localdate(),
        )

    @property
    def planned_once(self) -> bool:
        """Tell whether one plan serves all values: whether few or many are found, the list is read in its order.

        How often words and topics come together decides where to begin, so PostgreSQL must see which they are.
        """
        return not (self.words or self.topics or self.statuses or self.standing or self.confirmed or self.early)

    def on(self, day: datetime.date | None) -> "Question":
        """Return the same question on another day."""
        return self if day is None or day == self.day else replace(self, day=day, early=False)

    def sql(self, after: Sequence | None = None, limit: int | None = None, *, backwards: bool = False) -> "Query":
        """Return the query for the ids, with the values they are ordered by, in order.

        ``after`` are those values of the row that the page begins after; ``backwards`` reads towards the beginning.
        """
        order = tuple((column, falling != backwards) for column, falling in self.order)
        columns = ", ".join(f"{column} AS k{n}" for n, (column, _falling) in enumerate(order))
        conditions, values = self._conditions()
        having, said = self._said()
        if self.few or self.early:
            first = [*([self.day, LAST] if self.early else []), *said]
        else:
            conditions, values, first = conditions + having, values + said, []
        source = self._source(having, listed=any(column.startswith("l.") for column, _falling in order))
        if any(column == SIZE for column, _falling in order):
            source += "JOIN agreements_heading s ON s.cooperation_id = h.cooperation_id "
            conditions.append("s.token >= 'n:' AND s.token < 'n;' AND s.first_day <= %s AND s.last_day >= %s")
            values += [self.day, self.day]
        if after is not None:
            condition, more = _beyond(order, after)
            conditions.append(condition)
            values += more
        by = ", ".join(f"k{n} DESC" if falling else f"k{n}" for n, (_column, falling) in enumerate(order))
        cut = f" ORDER BY {by}" + (f" LIMIT {int(limit)}" if limit is not None else "")
        where = " AND ".join([*([] if self.early else ["h.token = %s"]), *conditions])
        branch = f"SELECT DISTINCT {columns} FROM {source}WHERE {where}"
        if len(self.tokens) == 1:
            return Query(branch + cut, [*first, self.tokens[0], *values])
        branches = " UNION ".join(f"({branch}{cut})" for _token in self.tokens)
        every = [value for token in self.tokens for value in (*first, token, *values)]
        return Query(f"SELECT * FROM ({branches or _NOTHING.format(columns=columns)}) AS found{cut}", every)

    def _source(self, having: list[str], *, listed: bool) -> str:
        """Return what is read, headings as «h»; ``having`` are conditions on those that the search begins with, if any.

        OFFSET 0 keeps the planner, which cannot tell how few they are, from reading the list until it meets them.
        """
        if self.early:
            few = " AND ".join([HAD_BEGUN, *having])
            each = "SELECT * FROM agreements_heading h WHERE h.cooperation_id = l.cooperation_id AND h.token = %s"
            few = f"(SELECT * FROM agreements_listed l WHERE {few} OFFSET 0) AS l"
            return f"{few} JOIN LATERAL ({each} OFFSET 0) AS h ON true "
        if self.few:
            few = f"(SELECT * FROM agreements_listed l WHERE {' AND '.join(having)} OFFSET 0)"
            return f"agreements_heading h JOIN {few} AS l ON l.cooperation_id = h.cooperation_id "
        join = "JOIN agreements_listed l ON l.cooperation_id = h.cooperation_id "
        return f"agreements_heading h {join if listed or self.topics or self.words or self.confirmed else ''}"

    def _conditions(self) -> tuple[list[str], list]:
        conditions, values = self._in_time()
        if self.roles:
            conditions.append("h.role = ANY(%s)")
            values.append(list(self.roles))
        for topics in self.topics:
            conditions.append("l.topics && %s::text[]")
            values.append(list(topics))
        for ranges in self.standing:
            conditions.append(_STANDS.format(ranges=" OR ".join(["z.token BETWEEN %s AND %s"] * len(ranges))))
            values += [*(token for each in ranges for token in each), self.day, self.day]
        if self.confirmed:
            conditions.append("(" + " OR ".join(["l.confirmed BETWEEN %s AND %s"] * len(self.confirmed)) + ")")
            values += [day for name in self.confirmed for day in confirmations(self.day)[name]]
        return conditions, values

    def _said(self) -> tuple[list[str], list]:
        """Return the conditions on the words."""
        conditions, values = [], []
        for meaning in self.words:
            conditions.append(_HAS_PATTERN if meaning.pattern else "l.words && %s::text[]")
            values.append(meaning.pattern or list(meaning.words))
        return conditions, values

    def _in_time(self) -> tuple[list[str], list]:
        """Return the conditions on the days of the heading and on the life of the cooperation."""
        conditions, values = [], []
        # «C:» holds the days in the county, which count even where those of the membership do not.
        if not self.ever or (not self.on_any and self.tokens[:1] and self.tokens[0].startswith("C:")):
            conditions.append("h.first_day <= %s AND h.last_day >= %s")
            values += [self.day, self.day]
        if not self.statuses and not self.on_any:
            conditions.append("h.opens <= %s AND h.closes >= %s")
            values += [self.day, self.day]
        elif self.statuses and self.tokens[:1] != (f"z:{self.statuses[0]}",):
            conditions.append(_HAS_STATUS)
            values += [[f"z:{status}" for status in self.statuses], self.day, self.day]
        return conditions, values


@dataclass(frozen=True)
class Query:
    """A statement with its values."""

    text: str
    values: list


_HAS_STATUS = """EXISTS (
    SELECT FROM agreements_heading z
    WHERE z.cooperation_id = h.cooperation_id AND z.token = ANY(%s) AND z.first_day <= %s AND z.last_day >= %s
)"""
_STANDS = """EXISTS (
    SELECT FROM agreements_heading z
    WHERE z.cooperation_id = h.cooperation_id AND ({ranges}) AND z.first_day <= %s AND z.last_day >= %s
)"""
_HAS_PATTERN = "EXISTS (SELECT FROM unnest(l.words) AS w (word) WHERE w.word LIKE %s)"
_NOTHING = "SELECT {columns} FROM agreements_heading h, agreements_heading s, agreements_listed l WHERE false"


def asks_ever(data: dict, on: datetime.date | None) -> bool:
    """Tell whether members count on any day: an ended cooperation is asked about all its members."""
    return on is None or tuple(data["status"]) == ("ended",)


def confirmations(day: datetime.date) -> dict[str, tuple[datetime.date, datetime.date]]:
    """Return on which days what is confirmed recently, earlier and never was confirmed, seen from a day."""
    since, one = a_year_before(day), datetime.timedelta(days=1)
    return {"recent": (since + one, LAST), "older": (FIRST + one, since), "never": (FIRST, FIRST)}


def _standing(data: dict) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the headings of size, spread and law of which one each must hold on the day."""
    found = []
    if data["size"]:
        sizes = (SIZES[band] for band in sorted(set(data["size"])))
        found.append(tuple((of_size(fewest), of_size(most)) for fewest, most in sizes))
    if crossing := data["crosses_county_border"]:
        found.append(((f"x:{crossing}", f"x:{crossing}"),))
    if data["findings"]:
        found.append(tuple((f"b:{one}", f"b:{one}") for one in sorted(set(data["findings"]))))
    return tuple(found)


def _members(data: dict, on: datetime.date | None, ever: bool) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Return the headings that ask for a member, and the roles it must have; None when no member is asked for."""
    roles = tuple(data["role"])
    bodies = None
    if data["municipality"]:
        bodies = set(data["municipality"])
    if data["organisation"]:
        own = {data["organisation"].pk}
        bodies = own if bodies is None else bodies & own
    county = data["county"]
    if bodies is not None:
        if county:
            numbers = MunicipalityNumber.objects.filter(county=county, municipality__in=bodies)
            if on:
                numbers = numbers.filter(valid_on(on))
            bodies &= {*numbers.values_list("municipality_id", flat=True), county.council_id}
        return tuple(f"o:{body}" for body in sorted(bodies)), roles
    if county:
        return (f"{'C' if ever else 'c'}:{county.pk}",), roles
    if roles:
        return tuple(f"r:{role}" for role in roles), ()
    return None, ()


def _topics(data: dict) -> tuple[tuple[str, ...], ...]:
    """Return the sets of headings of which one each must hold, the one that narrows most first, as far as is known."""
    found = []
    if data["source"]:
        found.append((f"s:{data['source'].pk}",))
    if data["task"]:
        found.append(tuple(sorted(f"t:{task.pk}" for task in data["task"])))
    if data["form"]:
        found.append(tuple(f"f:{form}" for form in sorted(set(data["form"]))))
    return tuple(found)


def _order(asked: Sequence[str] | None) -> Order:
    order: dict[str, bool] = {}
    for name in asked or ["name"]:
        order.setdefault(_ORDERS[name.removeprefix("-")], name.startswith("-"))
    return (*order.items(), ("h.cooperation_id", False))


def _beyond(order: Order, values: Sequence) -> tuple[str, list]:
    """Return the condition that a row stands after the one with the values.

    Where all columns run the same way it is one comparison of rows, which the index takes as its start.
    """
    if len({falling for _column, falling in order}) == 1:
        sign = "<" if order[0][1] else ">"
        columns = ", ".join(column for column, _falling in order)
        return f"({columns}) {sign} ({', '.join(['%s'] * len(order))})", list(values)
    first, falls = order[0]
    later, given = [], []
    for n, (column, falling) in enumerate(order):
        equal = "".join(f"{name} = %s AND " for name, _falling in order[:n])
        later.append(f"({equal}{column} {'<' if falling else '>'} %s)")
        given += values[: n + 1]
    return f"{first} {'<=' if falls else '>='} %s AND ({' OR '.join(later)})", [values[0], *given]
