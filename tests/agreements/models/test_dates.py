"""How are vague dates read and shown?"""

import datetime

import pytest
from django.utils import translation

from agreements.models import VagueDate


@pytest.mark.parametrize(
    ("text", "start", "end", "precision", "shown"),
    [
        pytest.param("2021", "2021-01-01", "2021-12-31", "year", "2021", id="year"),
        pytest.param("2021-09", "2021-09-01", "2021-09-30", "month", "september 2021", id="month"),
        pytest.param("09.2021", "2021-09-01", "2021-09-30", "month", "september 2021", id="month-norwegian"),
        pytest.param("2024-02", "2024-02-01", "2024-02-29", "month", "februar 2024", id="leap-month"),
        pytest.param("2011-04-13", "2011-04-13", "2011-04-13", "day", "13. april 2011", id="day"),
        pytest.param("13.4.2011", "2011-04-13", "2011-04-13", "day", "13. april 2011", id="day-norwegian"),
        pytest.param("2012/13", "2012-01-01", "2013-12-31", "two_years", "2012/13", id="two-years"),
        pytest.param("1999/00", "1999-01-01", "2000-12-31", "two_years", "1999/00", id="two-centuries"),
        pytest.param("2012/2013", "2012-01-01", "2013-12-31", "two_years", "2012/13", id="two-years-long"),
        pytest.param("senest 2020-01-01", "2020-01-01", "2020-01-01", "by", "senest 1. januar 2020", id="by-day"),
        pytest.param("senest 2023", "2023-12-31", "2023-12-31", "by", "senest 31. desember 2023", id="by-year"),
    ],
)
def test_what_is_written_is_read_and_shown(text, start, end, precision, shown):
    for as_end, day in ((False, start), (True, end)):
        vague = VagueDate.parse(text, end=as_end)
        assert vague == VagueDate(datetime.date.fromisoformat(day), precision)
        with translation.override("nb"):
            assert str(vague) == shown
        assert VagueDate.parse(vague.as_input(), end=as_end) == vague


@pytest.mark.parametrize(
    "text", ["", "i fjor", "2021-13", "2021-02-30", "29.2.2023", "2012/14", "2012/12", "21", "senest", "12/2021/1"]
)
def test_what_is_no_date_is_refused_with_a_hint(text):
    with pytest.raises(ValueError, match="er ikke en dato"):
        VagueDate.parse(text, end=False)
