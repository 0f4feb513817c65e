"""How do tables of facts become an XLSX workbook that Excel and LibreOffice read without surprises?

The workbook is written row by row (openpyxl's write-only mode), so its size is bounded by the disk
and not by the memory; rows may come from a queryset's ``iterator``. Dates, numbers and shares are
real dates and numbers. A text is always a text: what begins as a formula does is never run.
"""

import datetime
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import IO

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

#: The media type of a workbook, for the header of an answer.
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: The most that one cell and one sheet can hold in Excel; LibreOffice holds no less.
MAX_CHARACTERS, MAX_ROWS = 32_767, 1_048_576
#: Excel counts days from 1900 (and believes in 29 February 1900): earlier days are written as text.
FIRST_DAY = datetime.date(1900, 3, 1)

_KEPT_IN_MEMORY = 2 * 1024 * 1024  # bytes, before the workbook goes to a file


@dataclass(frozen=True)
class Column:
    """One column: its heading, and its width in characters."""

    heading: str
    width: int = 16


@dataclass(frozen=True)
class Link:
    """An address that is shown as itself and can be followed."""

    url: str


@dataclass(frozen=True)
class Sheet:
    """One sheet. Every row has as many values as there are columns.

    A value is a text, a number, a day or a moment, a truth (ja, nei), a ``Fraction`` (shown as
    percent), a ``Link``, or None for an empty cell; anything else is written as its ``str``.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


def workbook(sheets: Iterable[Sheet]) -> IO[bytes]:
    """Return the sheets as a file that is ready to be read, which the caller closes.

    Raises ``ValueError`` when a row does not fit its columns, or has no room in the sheet.
    """
    book = Workbook(write_only=True)
    book.properties.creator = None  # else openpyxl names itself as the author
    try:
        for sheet in sheets:
            _write(book, sheet)
    except BaseException:
        for page in book.worksheets:
            page.close()  # a half-written sheet holds a file open
        raise
    file = tempfile.SpooledTemporaryFile(_KEPT_IN_MEMORY)  # noqa: SIM115  (the caller closes it)
    book.save(file)
    file.seek(0)
    return file


def _write(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(_title(sheet.title, book.sheetnames))
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = column.width
    page.append([_heading(page, column.heading) for column in sheet.columns])
    count = 1
    for row in sheet.rows:
        count += 1
        if len(row) != len(sheet.columns):
            raise ValueError(f"a row of «{sheet.title}» has {len(row)} values, not {len(sheet.columns)}")
        if count > MAX_ROWS:
            raise ValueError(f"«{sheet.title}» has more rows than a sheet can hold")
        page.append([_cell(page, value) for value in row])
    page.auto_filter.ref = f"A1:{get_column_letter(max(1, len(sheet.columns)))}{count}"


def _title(wanted: str, taken: list[str]) -> str:
    """Return a title that a sheet may have: 31 characters without []:*?/\\, and no other sheet's."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", str(wanted)).strip().strip("'")[:31] or _("Ark")
    used, title, number = {name.casefold() for name in taken}, plain, 2
    while title.casefold() in used:
        title, number = f"{plain[:27]} {number}", number + 1
    return title


def _heading(page, text: str) -> Cell:
    cell = _text(page, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _text(page, value: object) -> Cell:
    """Return a cell whose value is a text, whatever it begins with.

    openpyxl takes what begins with «=» for a formula, and a reader who saves the sheet as CSV makes
    formulas of «+», «-» and «@» too; the quote prefix tells Excel to keep them as texts.
    """
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:MAX_CHARACTERS]
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    if text.lstrip()[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True
    return cell


def _formatted(page, value, number_format: str) -> Cell:
    cell = WriteOnlyCell(page, value)
    cell.number_format = number_format
    return cell


def _cell(page, value: object) -> Cell | None:
    match value:
        case None | "":
            return None
        case bool():
            return _text(page, _("ja") if value else _("nei"))
        case int() | float() | Decimal():
            return WriteOnlyCell(page, value)
        case Fraction():
            return _formatted(page, float(value), "0.00##%")
        case datetime.datetime():
            # Excel knows no time zones: the reader's own is meant.
            moment = localtime(value).replace(tzinfo=None) if value.tzinfo else value
            return _formatted(page, moment.replace(microsecond=0), "dd.mm.yyyy hh:mm")
        case datetime.date():
            if value < FIRST_DAY:
                return _text(page, f"{value:%d.%m.}{value.year:04d}")
            return _formatted(page, value, "dd.mm.yyyy")
        case Link():
            cell = _text(page, value.url)
            cell.hyperlink = value.url
            return cell
    return _text(page, value)
