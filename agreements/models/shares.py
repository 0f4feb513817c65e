"""How is a share written, and when do the shares of a cooperation make more than the whole?"""

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .membership import Membership

# So many digits that the fraction always fits into PostgreSQL's bigint.
_PERCENT = re.compile(r"(-?[0-9]{1,12}(?:[.,][0-9]{1,15})?)\s*(?:%|(?:prosent|pst)\b\.?)", re.IGNORECASE)
_FRACTION = re.compile(r"(-?[0-9]{1,18})\s*/\s*([0-9]{1,18})")


def parse_share(text: str) -> Fraction:
    """Return the exact share that «40 %», «0,6 prosent» or «307/1000» means.

    IKS-loven § 3 lets a selskapsavtale state shares in percent or as fractions. A bare number is
    refused, since «40» may mean 40 % or 40 parts. Raises ``ValueError`` with a message for the reader.
    """
    written = text.replace("\u00a0", " ").replace("\u202f", " ").strip()
    if match := _PERCENT.fullmatch(written):
        share = Fraction(Decimal(match[1].replace(",", "."))) / 100
    elif match := _FRACTION.fullmatch(written):
        if int(match[2]) == 0:
            raise ValueError(_("En brøk kan ikke ha null som nevner: «%(text)s».") % {"text": written})
        share = Fraction(int(match[1]), int(match[2]))
    else:
        raise ValueError(_("Skriv andelen som prosent eller brøk, f.eks. «40 %», «0,6 %» eller «1/7»."))
    if not 0 <= share <= 1:
        raise ValueError(_("En andel ligger mellom 0 %% og 100 %%: «%(text)s».") % {"text": written})
    return share


def format_share(share: Fraction) -> str:
    """Write a share as a reader expects it: percent where that is exact and short, else the fraction.

    ``parse_share`` reads what this writes back to the same share.
    """
    percent = share * 100
    for decimals in range(4):
        scaled = percent * 10**decimals
        if scaled.denominator == 1:
            whole, rest = divmod(scaled.numerator, 10**decimals)
            digits = f",{rest:0{decimals}d}" if decimals else ""
            return f"{whole}{digits} %"
    return f"{share.numerator}/{share.denominator}"


def check_shares_within_whole(memberships: "Iterable[Membership]") -> None:
    """Refuse ownership or liability shares that on some day make more than the whole.

    The sum can only rise on a day when a membership begins, so those days are all that are looked
    at. An unknown share is unknown, not zero, and takes no part. Raises ``ValidationError`` with
    the sum and the day.
    """
    rows = list(memberships)
    for attribute, name in (("ownership_share", _("eierandelene")), ("liability_share", _("ansvarsandelene"))):
        known = [(row, share) for row in rows if (share := getattr(row, attribute)) is not None]
        for day in sorted({row.valid_from or datetime.date.min for row, _share in known}):
            total = sum((share for row, share in known if _holds(row, day)), Fraction(0))
            if total > 1:
                raise ValidationError(_over_the_whole(name, total, day), code="shares_above_whole")


def _holds(row: "Membership", day: datetime.date) -> bool:
    return (row.valid_from or datetime.date.min) <= day <= (row.valid_to or datetime.date.max)


def _over_the_whole(name: str, total: Fraction, day: datetime.date) -> str:
    """Tell by how much the shares exceed the whole; a long fraction also as a rounded percent."""
    exact = format_share(total)
    if "/" in exact:
        exact += f" ({float(total * 100):.2f} %)".replace(".", ",")
    if day == datetime.date.min:
        return _("Til sammen er %(name)s %(sum)s, altså mer enn 100 %%.") % {"name": name, "sum": exact}
    return _("Til sammen er %(name)s %(sum)s fra %(day)s, altså mer enn 100 %%.") % {
        "name": name,
        "sum": exact,
        "day": f"{day.day}.{day.month}.{day.year}",
    }
