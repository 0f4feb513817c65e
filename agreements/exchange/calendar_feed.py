"""How do deadlines leave as an iCalendar feed (RFC 5545) that calendars subscribe to?"""

import datetime
import unicodedata
from collections.abc import Callable, Iterable

from django.utils.translation import get_language
from icalendar import Calendar, Event, vDuration

from ..insight.deadlines import Deadline
from ..insight.months import months_after

#: How often a calendar should ask again.
REFRESH = datetime.timedelta(days=1)
#: A feed reaches one year back, so that what has just passed stays to be seen, and five years ahead.
MONTHS_BACK, MONTHS_AHEAD = 12, 60


def span(on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a feed."""
    return months_after(on, -MONTHS_BACK), months_after(on, MONTHS_AHEAD)


def feed(
    name: str, deadlines: Iterable[Deadline], on: datetime.date, link: Callable[[Deadline], str], *, public: bool
) -> bytes:
    """Return a calendar with one all-day event for each deadline.

    The UID is the key of the deadline, so that a calendar moves the event when the day changes.
    DTSTAMP is the beginning of the day that the feed holds for, not the moment of the answer: the same
    facts then give the same bytes all day, and a cache can tell that nothing has changed.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Register over interkommunalt samarbeid//frister//{(get_language() or 'nb').upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _plain(name))
    calendar.add("x-wr-calname", _plain(name))  # what calendars read today; NAME is of RFC 7986
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    stamp = datetime.datetime.combine(on, datetime.time(), datetime.UTC)
    for deadline in deadlines:
        event = Event()
        event.add("uid", f"{deadline.key}@interkommunalt-samarbeid")
        event.add("dtstamp", stamp)
        event.add("dtstart", deadline.date)
        event.add("summary", _plain(f"{_sentence(deadline.kind.label)}: {deadline.subject}"))
        event.add("description", _plain(f"{deadline.text}\n({deadline.source})"))
        event.add("categories", [_plain(str(deadline.kind.label))])
        event.add("url", link(deadline))
        event.add("class", "PUBLIC" if public else "PRIVATE")
        event.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy
        calendar.add_component(event)
    return calendar.to_ical()


def _sentence(label: object) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]


def _plain(text: str) -> str:
    """Take away the control characters that RFC 5545 does not allow in a text."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")
