"""Is a feed a sound iCalendar, the same for the same facts, whatever the names hold?"""

import datetime

from icalendar import Calendar

from agreements.exchange.calendar_feed import feed, span
from agreements.insight.deadlines import Deadline, Kind
from agreements.models import Cooperation
from municipalities.models import Organisation

DAY = datetime.date
ON = DAY(2026, 3, 1)
LIER = Organisation(pk=1, name="Lier", kind="municipality")


YEAR_END = DAY(2026, 12, 31)


def deadline(name="Legevakten", date=YEAR_END, text="Siste dag.") -> Deadline:
    return Deadline("term-agreement-7", Kind.EXPIRY, date, text, "avtalen «A»", (LIER,), Cooperation(pk=3, name=name))


def written(*deadlines, on=ON, public=True) -> bytes:
    return feed("Frister: Lier", deadlines, on, lambda _d: "https://example.org/a?b=1;2", public=public)


def read_back(*deadlines, **kwargs):
    return Calendar.from_ical(written(*deadlines, **kwargs)).walk("VEVENT")


def test_an_event_lasts_one_whole_day():
    (event,) = read_back(deadline())
    assert event.decoded("dtstart") == DAY(2026, 12, 31)
    assert b"DTSTART;VALUE=DATE:20261231\r\n" in written(deadline())
    assert "dtend" not in event  # an all-day event without an end lasts its day


def test_an_event_says_what_for_whom_and_on_what_it_rests():
    (event,) = read_back(deadline())
    assert event["summary"] == "Avtale utløper: Legevakten"
    assert event["description"] == "Siste dag.\n(avtalen «A»)"
    assert event["url"] == "https://example.org/a?b=1;2"


def test_a_deadline_without_a_cooperation_is_about_the_municipality():
    (event,) = read_back(Deadline("k", Kind.CONTROL_PLAN, ON, "Plan.", "kommuneloven § 23-4", (LIER,)))
    assert event["summary"] == "Plan for eierskapskontroll: Lier"


def test_the_uid_stays_when_the_day_and_the_words_change():
    before, after = read_back(deadline())[0], read_back(deadline("Nytt navn", DAY(2027, 1, 31), "Annet."))[0]
    assert before["uid"] == after["uid"] == "term-agreement-7@interkommunalt-samarbeid"


def test_the_same_facts_give_the_same_bytes_all_day_and_a_new_stamp_the_next():
    assert written(deadline()) == written(deadline())
    assert read_back(deadline())[0].decoded("dtstamp") == datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    assert written(deadline(), on=DAY(2026, 3, 2)) != written(deadline())


def test_long_lines_are_folded_by_octets_and_read_back_whole():
    name = "Øyeblikkelig-hjelp-døgnopphold og samfunnssikkerhetsberedskapskoordinering i Áŋ – 道 " * 3
    assert max(len(line) for line in written(deadline(name)).split(b"\r\n")) <= 75
    assert read_back(deadline(name))[0]["summary"] == f"Avtale utløper: {name}"


def test_a_name_cannot_break_out_of_its_line():
    hostile = "A\r\nEND:VEVENT\nBEGIN:VALARM;,\\:\x07\x1b"
    (event,) = read_back(deadline(hostile))
    assert event["uid"] == "term-agreement-7@interkommunalt-samarbeid"
    assert event.subcomponents == []
    assert b"\x07" not in written(deadline(hostile))


def test_a_feed_is_named_and_says_when_to_ask_again():
    calendar = Calendar.from_ical(written(deadline()))
    assert (calendar["version"], calendar["method"], calendar["x-wr-calname"]) == ("2.0", "PUBLISH", "Frister: Lier")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:P1D\r\n" in written(deadline())


def test_a_secret_feed_is_private():
    assert read_back(deadline(), public=False)[0]["class"] == "PRIVATE"


def test_a_feed_from_a_leap_day_reaches_to_28_february():
    assert span(DAY(2028, 2, 29)) == (DAY(2027, 2, 28), DAY(2033, 2, 28))
