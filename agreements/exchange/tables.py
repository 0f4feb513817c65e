"""How does a table of facts become a CSV file that spreadsheets read without running anything in it?"""

import csv
import datetime
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import IO

#: The media type, with the byte order mark that tells Excel that the text is UTF-8.
CONTENT_TYPE = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"
#: A cell that begins with one of these is a formula to Excel and LibreOffice (CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(file: IO[str], heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write heading and rows, separated by semicolons, as spreadsheets in Norwegian expect."""
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(text) for text in heading])
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> str:
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
