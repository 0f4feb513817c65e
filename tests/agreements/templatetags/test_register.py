"""Are shares and periods written as a reader expects?"""

import datetime
from fractions import Fraction

import pytest

from agreements.models import VagueDate
from agreements.templatetags.register import period, share, softened


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (Fraction(0), "0 %"),
        (Fraction(1), "100 %"),
        (Fraction(1, 2), "50 %"),
        (Fraction(51, 100), "51 %"),
        (Fraction(1, 7), "ca. 14,29 % (1/7)"),
        (Fraction(307, 1000), "30,7 % (307/1000)"),
        (Fraction(1, 8), "12,5 % (1/8)"),
        (Fraction(1, 30000), "ca. 0 % (1/30000)"),
        (Fraction(333_333, 1_000_000), "ca. 33,33 %"),
    ],
)
def test_share(value, written):
    assert share(value) == written


def test_period():
    first, last = VagueDate(datetime.date(2015, 1, 1), "year"), VagueDate(datetime.date(2019, 12, 31), "year")
    assert period(first, last) == "2015 – 2019"
    assert period(first, None) == "fra 2015"
    assert period(None, last) == "til 2019"
    assert period(None, None) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ulike partnerkommuner", "ulike partner|kommuner"),
        ("som vertskommune", "som verts|kommune"),
        ("Tilgjengelighetserklæring", "Tilgjengelighets|erklæring"),
        ("Vertskommunesamarbeid", "Verts|kommune|samarbeid"),
        ("kommuner samarbeid", "kommuner samarbeid"),
        ("", ""),
    ],
)
def test_a_long_label_may_break_at_its_seams(text, expected):
    assert softened(text) == expected.replace("|", "\u00ad")
