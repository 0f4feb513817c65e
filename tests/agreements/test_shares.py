"""Are shares read exactly, written readably, and refused above the whole?"""

import datetime
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Membership
from agreements.models.shares import check_shares_within_whole, format_share, parse_share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("40 %", Fraction(2, 5)),
        ("40%", Fraction(2, 5)),
        ("40 prosent", Fraction(2, 5)),
        ("0,6 Pst.", Fraction(3, 500)),
        (" 40\u00a0% ", Fraction(2, 5)),
        ("0,6 %", Fraction(3, 500)),
        ("49.9 %", Fraction(499, 1000)),
        ("1/7", Fraction(1, 7)),
        ("2 / 3", Fraction(2, 3)),
        ("307/1000", Fraction(307, 1000)),
        ("100 %", Fraction(1)),
        ("0 %", Fraction(0)),
        ("33,333333333333333 %", Fraction(33333333333333333, 10**17)),
        ("1/1", Fraction(1)),
    ],
)
def test_parse_share_is_exact(text, share):
    assert parse_share(text) == share


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "prosent eller brøk"),
        ("abc", "prosent eller brøk"),
        ("40", "prosent eller brøk"),
        ("40 % 1/7", "prosent eller brøk"),
        ("²/3", "prosent eller brøk"),
        ("1/-2", "prosent eller brøk"),
        ("120 %", "mellom 0 % og 100 %"),
        ("100,1 %", "mellom 0 % og 100 %"),
        ("3/2", "mellom 0 % og 100 %"),
        ("-1 %", "mellom 0 % og 100 %"),
        ("-1/7", "mellom 0 % og 100 %"),
        ("1/0", "null som nevner"),
        ("0,1234567890123456 %", "prosent eller brøk"),
        ("1/1234567890123456789", "prosent eller brøk"),
    ],
)
def test_parse_share_refuses_with_a_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_share(text)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(2, 5), "40 %"),
        (Fraction(3, 500), "0,6 %"),
        (Fraction(307, 1000), "30,7 %"),
        (Fraction(1, 16), "6,25 %"),
        (Fraction(1, 2000), "0,05 %"),
        (Fraction(12345, 100000), "12,345 %"),
        (Fraction(1, 7), "1/7"),
        (Fraction(1, 3), "1/3"),
        (Fraction(123456789, 10**9), "123456789/1000000000"),
        (Fraction(1), "100 %"),
        (Fraction(0), "0 %"),
    ],
)
def test_format_share_is_read_back_as_the_same_share(share, text):
    assert format_share(share) == text
    assert parse_share(text) == share


def _member(top, bottom, start=None, end=None, liability=None) -> Membership:
    return Membership(
        ownership_numerator=top,
        ownership_denominator=bottom,
        liability_numerator=liability[0] if liability else None,
        liability_denominator=liability[1] if liability else None,
        valid_from=start and datetime.date.fromisoformat(start),
        valid_to=end and datetime.date.fromisoformat(end),
    )


def test_shares_that_make_the_whole_exactly_are_accepted():
    check_shares_within_whole([_member(1, 3), _member(1, 3), _member(1, 3), _member(None, None)])


def test_no_shares_are_accepted():
    check_shares_within_whole([_member(None, None), _member(None, None)])


def test_shares_above_the_whole_are_refused_with_the_sum():
    with pytest.raises(ValidationError, match="eierandelene 110 %, altså mer"):
        check_shares_within_whole([_member(3, 5), _member(1, 2)])


def test_an_uneven_sum_is_shown_as_fraction_and_percent():
    with pytest.raises(ValidationError, match=r"8/7 \(114,29 %\)"):
        check_shares_within_whole([_member(1, 7), _member(1, 1)])


def test_liability_shares_above_the_whole_are_refused():
    rows = [_member(1, 2, liability=(3, 4)), _member(1, 2, liability=(1, 2))]
    with pytest.raises(ValidationError, match="ansvarsandelene 125 %"):
        check_shares_within_whole(rows)


def test_a_member_that_leaves_the_day_before_does_not_count():
    check_shares_within_whole([_member(1, 1, None, "2021-12-31"), _member(1, 1, "2022-01-01")])


def test_a_member_that_leaves_on_the_day_counts_on_that_day():
    with pytest.raises(ValidationError, match=r"200 % fra 1\.1\.2022"):
        check_shares_within_whole([_member(1, 1, None, "2022-01-01"), _member(1, 1, "2022-01-01")])
