"""How are periods of months counted, over short months, leap days and the turn of the year?

One rule everywhere: a period of months ends on the day with the same number as the day it began,
and on the last day of the month where that month is shorter (as domstolloven § 148 counts periods
in court). Sundays and holidays move nothing: a deadline that is kept a day early is kept.
"""

import calendar
import datetime


def months_after(day: datetime.date, months: int) -> datetime.date:
    """Return the day that is ``months`` later; 31 January + 1 month is 28 or 29 February.

    A negative number counts back. What lies outside the calendar becomes its first or last day.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year < datetime.MINYEAR:
        return datetime.date.min
    if year > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day_for_notice(end: datetime.date, months: int) -> datetime.date:
    """Return the last day on which notice of so many months still runs out by ``end``, that day included.

    Notice of one month to the end of 28 February may be given as late as 31 January, since it then
    ends on the last day of the shorter month.
    """
    day = months_after(end, -months)
    is_last_of_month = end.day == calendar.monthrange(end.year, end.month)[1]
    if is_last_of_month and day != datetime.date.min:
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day
