"""Is a CSV file read as it was meant, and is nothing in it ever run?"""

import csv
import datetime
import io
from fractions import Fraction

import pytest

from agreements.exchange.tables import write_csv


def written(*rows) -> str:
    file = io.StringIO(newline="")
    write_csv(file, ["Navn", "Verdi"], rows)
    return file.getvalue()


@pytest.mark.parametrize("text", ["=1+1", "+47 22", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_what_a_spreadsheet_would_run_stays_a_text(text):
    [_heading, row] = csv.reader(io.StringIO(written([text, ""]).removeprefix("\ufeff"), newline=""), delimiter=";")
    assert row[0] == f"'{text}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Våler; «Kárášjohka» \"A\"\nB", "Våler; «Kárášjohka» \"A\"\nB"),
        (None, ""), (3, "3"), (-3, "-3"), (True, "ja"),
        (Fraction(1, 7), "1/7"), (datetime.date(2024, 1, 31), "2024-01-31"), ("a\x00b", "ab"),
    ],
)  # fmt: skip
def test_values_are_read_back_as_they_were(value, expected):
    [heading, row] = csv.reader(io.StringIO(written(["x", value]).removeprefix("\ufeff"), newline=""), delimiter=";")
    assert (heading, row) == (["Navn", "Verdi"], ["x", expected])


def test_excel_is_told_that_it_is_utf_8():
    assert written().encode().startswith(b"\xef\xbb\xbf")
