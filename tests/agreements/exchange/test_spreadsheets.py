import datetime
from decimal import Decimal
from fractions import Fraction
from zipfile import ZipFile

import pytest
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from agreements.exchange.spreadsheets import Column, Link, Sheet, workbook

ONE = [Column("Verdi", 20)]


def written(*values, title="Ark"):
    """Return the cells of one column that is written and read again."""
    with workbook([Sheet(title, ONE, [[value] for value in values])]) as file:
        page = load_workbook(file).worksheets[0]
        return [page.cell(row=number, column=1) for number in range(2, 2 + len(values))]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://evil.example")', "+47 55", "-1", "@SUM(A1)", " =1+1", "\t=1+1"]
)
def test_what_begins_as_a_formula_stays_a_text(text):
    (cell,) = written(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_no_formula_is_in_the_file_even_from_a_heading_or_a_title():
    with workbook([Sheet("=1+1", [Column("=2+2")], [["=3+3"]])]) as file, ZipFile(file) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_dates_numbers_and_shares_are_real():
    day, moment, count, kroner, share = written(
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 23, 30, tzinfo=datetime.UTC),
        7,
        Decimal("1000.50"),
        Fraction(1, 7),
    )
    assert (day.value, day.is_date, day.number_format) == (datetime.datetime(2024, 2, 29), True, "dd.mm.yyyy")
    assert moment.value == datetime.datetime(2024, 3, 1, 0, 30)  # in Oslo
    assert (count.value, count.data_type) == (7, "n")
    assert (kroner.value, kroner.data_type) == (1000.5, "n")
    assert share.value == pytest.approx(1 / 7)
    assert share.number_format == "0.00##%"


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (datetime.date(1838, 1, 1), "01.01.1838"),
        (datetime.date(1900, 2, 28), "28.02.1900"),
        (datetime.date(1900, 3, 1), datetime.datetime(1900, 3, 1)),
    ],
)
def test_a_day_that_excel_cannot_count_is_written_as_text(day, value):
    assert written(day)[0].value == value


def test_truths_are_words_and_unknown_is_empty():
    assert [cell.value for cell in written(True, False, None, "")] == ["ja", "nei", None, None]


def test_a_translated_text_is_a_text():
    assert written(gettext_lazy("navn"))[0].value == "navn"


def test_control_characters_are_left_out():
    assert written("a\x00b\x0bc")[0].value == "abc"


def test_a_text_longer_than_a_cell_is_cut():
    assert len(written("å" * 40_000)[0].value) == 32_767


def test_an_address_can_be_followed():
    (cell,) = written(Link("https://example.no/samarbeid/x/"))
    assert (cell.value, cell.hyperlink.target) == ("https://example.no/samarbeid/x/",) * 2


def test_the_heading_stays_in_sight_and_the_rows_can_be_filtered():
    with workbook([Sheet("Samarbeid", [Column("Navn", 40), Column("Form")], [["A", "IKS"]])]) as file:
        page = load_workbook(file).worksheets[0]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B2"
    assert page.column_dimensions["A"].width == 40
    assert [(cell.value, cell.font.bold) for cell in page[1]] == [("Navn", True), ("Form", True)]


def test_titles_are_made_such_as_a_sheet_may_have():
    titles = ["Avtaler/vedtak: [2024]", "x" * 40, "X" * 40, ""]
    with workbook(Sheet(title, ONE, []) for title in titles) as file:
        assert load_workbook(file).sheetnames == ["Avtaler vedtak   2024", "x" * 31, "X" * 27 + " 2", "Ark"]


def test_a_row_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="2 values, not 1"):
        workbook([Sheet("Ark", ONE, [["a", "b"]])])


def test_rows_are_asked_for_one_by_one():
    def rows():
        for number in range(3):
            yield [number]

    with workbook([Sheet("Ark", ONE, rows())]) as file:
        assert [row[0] for row in load_workbook(file).worksheets[0].iter_rows(values_only=True)] == ["Verdi", 0, 1, 2]
