"""Are months counted by one rule over short months, leap days and the turn of the year?"""

import datetime

import pytest

from agreements.insight.months import last_day_for_notice, months_after

DAY = datetime.date


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        pytest.param(DAY(2026, 1, 15), 1, DAY(2026, 2, 15), id="same number"),
        pytest.param(DAY(2026, 1, 31), 1, DAY(2026, 2, 28), id="short month"),
        pytest.param(DAY(2028, 1, 31), 1, DAY(2028, 2, 29), id="leap year"),
        pytest.param(DAY(2028, 2, 29), 12, DAY(2029, 2, 28), id="from a leap day"),
        pytest.param(DAY(2028, 2, 29), 48, DAY(2032, 2, 29), id="from leap day to leap day"),
        pytest.param(DAY(2096, 2, 29), 48, DAY(2100, 2, 28), id="2100 is no leap year"),
        pytest.param(DAY(2026, 12, 31), 1, DAY(2027, 1, 31), id="over the turn of the year"),
        pytest.param(DAY(2026, 12, 31), 2, DAY(2027, 2, 28), id="turn of the year and short month"),
        pytest.param(DAY(2026, 1, 31), -1, DAY(2025, 12, 31), id="back over the turn of the year"),
        pytest.param(DAY(2026, 3, 31), -1, DAY(2026, 2, 28), id="back to a short month"),
        pytest.param(DAY(2026, 5, 31), 0, DAY(2026, 5, 31), id="no months"),
        pytest.param(DAY(9999, 12, 1), 1, DAY.max, id="after the calendar"),
        pytest.param(DAY(1, 1, 31), -1, DAY.min, id="before the calendar"),
        pytest.param(DAY(1, 1, 31), -32767, DAY.min, id="far before the calendar"),
    ],
)
def test_months_after(day, months, found):
    assert months_after(day, months) == found


@pytest.mark.parametrize(
    ("end", "months", "found"),
    [
        pytest.param(DAY(2026, 12, 31), 12, DAY(2025, 12, 31), id="year end"),
        pytest.param(DAY(2026, 12, 30), 12, DAY(2025, 12, 30), id="the day before a year end"),
        pytest.param(DAY(2027, 1, 1), 12, DAY(2026, 1, 1), id="new year's day"),
        pytest.param(DAY(2025, 2, 28), 12, DAY(2024, 2, 29), id="a leap day is still in time"),
        pytest.param(DAY(2024, 2, 29), 12, DAY(2023, 2, 28), id="to the end of a leap day"),
        pytest.param(DAY(2024, 2, 28), 12, DAY(2023, 2, 28), id="the day before a leap day"),
        pytest.param(DAY(2026, 2, 28), 1, DAY(2026, 1, 31), id="to the end of a short month"),
        pytest.param(DAY(2026, 3, 30), 1, DAY(2026, 2, 28), id="from a short month"),
        pytest.param(DAY(2026, 5, 31), 3, DAY(2026, 2, 28), id="from the end of February"),
        pytest.param(DAY(2026, 6, 15), 0, DAY(2026, 6, 15), id="no period"),
        pytest.param(DAY(2, 1, 31), 32767, DAY.min, id="before the calendar"),
    ],
)
def test_last_day_for_notice(end, months, found):
    assert last_day_for_notice(end, months) == found


def test_notice_on_the_last_day_runs_out_in_time_and_a_day_later_too_late():
    for offset in range(366 * 4 + 1):  # every day of four years, a leap year among them
        end = DAY(2024, 1, 1) + datetime.timedelta(offset)
        for months in (1, 3, 6, 12):
            last = last_day_for_notice(end, months)
            assert months_after(last, months) <= end, (end, months)
            assert months_after(last + datetime.timedelta(1), months) > end, (end, months)
