"""How does a table of facts become a CSV file that spreadsheets read without running anything in it?"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import IO

#: The media type, with the byte order mark that tells Excel that the text is UTF-8.
CONTENT_TYPE = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"
#: A cell that begins with one of these is a formula to Excel and LibreOffice (CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_IN_A_PART = 500


def write_csv(file: IO[str], heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write heading and rows, separated by semicolons, as spreadsheets in Norwegian expect."""
    file.writelines(csv_parts(heading, rows))


def csv_parts(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the same piece by piece, so that a file of any length can be on its way while it is made."""
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(text) for text in heading])
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if number % _ROWS_IN_A_PART == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def cell(value: object) -> str:
    """Return the text of a cell; one that would be run is kept a text by an apostrophe before it."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nei"
        case int():
            return str(value)
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case datetime.date():
            return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_SIGNS) else text
