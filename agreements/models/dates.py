"""How exact is a date that a source states, and how is it read and shown?"""

import calendar
import datetime
import re
from dataclasses import dataclass

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class DatePrecision(models.TextChoices):
    """How exactly a date is known. The stored date is the outermost day that the words allow."""

    DAY = "day", _("dag")
    MONTH = "month", _("måned")
    YEAR = "year", _("år")
    TWO_YEARS = "two_years", _("to år (2012/13)")
    BY = "by", _("senest")


@dataclass(frozen=True)
class VagueDate:
    """A day with its precision: the first possible day of a start, the last possible day of an end.

    «2021-09» as a start is 1 September 2021, as an end 30 September 2021, both with precision
    month. «senest 2023-01» (BY) tells that something had happened by then, and no more.
    """

    date: datetime.date
    precision: DatePrecision = DatePrecision.DAY

    @classmethod
    def parse(cls, text: str, *, end: bool) -> "VagueDate":
        """Read «2021», «2021-09», «09.2021», «2021-09-30», «30.9.2021», «2012/13» or «senest …».

        ``end`` chooses the last day of the span instead of the first. Raises ``ValueError`` with a
        message for the user when the text is none of these or no real date.
        """
        text = str(text).strip()
        if match := re.fullmatch(r"senest\s+(.+)", text, re.IGNORECASE):
            return cls(cls.parse(match[1], end=True).date, DatePrecision.BY)
        try:
            if match := re.fullmatch(r"([0-9]{4})\s*/\s*([0-9]{2}|[0-9]{4})", text):
                first, second = int(match[1]), int(match[1]) + 1
                # «1999/00» and «1999/2000»; two years that do not follow each other are no date.
                if match[2] not in (f"{second}", f"{second % 100:02d}"):
                    raise ValueError
                day = datetime.date(second, 12, 31) if end else datetime.date(first, 1, 1)
                return cls(day, DatePrecision.TWO_YEARS)
            if match := re.fullmatch(r"([0-9]{4})", text):
                year = int(match[1])
                return cls(datetime.date(year, 12, 31) if end else datetime.date(year, 1, 1), DatePrecision.YEAR)
            if match := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})", text) or re.fullmatch(
                r"([0-9]{1,2})\.([0-9]{4})", text
            ):
                year, month = (int(match[1]), int(match[2])) if "-" in text else (int(match[2]), int(match[1]))
                last = calendar.monthrange(year, month)[1]
                return cls(datetime.date(year, month, last if end else 1), DatePrecision.MONTH)
            if match := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text):
                return cls(datetime.date(int(match[1]), int(match[2]), int(match[3])))
            if match := re.fullmatch(r"([0-9]{1,2})\.\s*([0-9]{1,2})\.\s*([0-9]{4})", text):
                return cls(datetime.date(int(match[3]), int(match[2]), int(match[1])))
        except (ValueError, calendar.IllegalMonthError):
            pass
        raise ValueError(
            gettext("«%(text)s» er ikke en dato. Skriv f.eks. 2021, 09.2021, 30.9.2021, 2012/13 eller senest 2023.")
            % {"text": text}
        )

    @classmethod
    def of(cls, date: datetime.date | None, precision: str) -> "VagueDate | None":
        """Return the vague date of two stored columns, None when no date is stored."""
        return cls(date, DatePrecision(precision)) if date else None

    def __str__(self) -> str:
        """Show the date as exactly as it is known, in the reader's language."""
        match self.precision:
            case DatePrecision.YEAR:
                return str(self.date.year)
            case DatePrecision.MONTH:
                return date_format(self.date, "F Y")
            case DatePrecision.TWO_YEARS:
                # A start is stored as 1 January of the first year, an end as 31 December of the second.
                first = self.date.year if self.date.month == 1 else self.date.year - 1
                return f"{first}/{(first + 1) % 100:02d}"
            case DatePrecision.BY:
                return gettext("senest %(date)s") % {"date": date_format(self.date, "DATE_FORMAT")}
        return date_format(self.date, "DATE_FORMAT")

    def as_input(self) -> str:
        """Return the text that ``parse`` reads back, for a form field."""
        match self.precision:
            case DatePrecision.YEAR | DatePrecision.TWO_YEARS:
                return str(self)
            case DatePrecision.MONTH:
                return f"{self.date:%m.%Y}"
            case DatePrecision.BY:
                return f"senest {self.date:%d.%m.%Y}"
        return f"{self.date:%d.%m.%Y}"
