"""Which numbers are fødselsnummer, so that the register never stores or shows them?  Law.md OFF-05."""

import datetime
import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
#: Added to the month: 40 in numbers of hospitals and in tests, 65 and 80 in tests.
_MONTH_MARKS = (0, 40, 65, 80)
#: Added to the day in a D-nummer, which foreigners get.
_D_NUMBER = 40

# As people write them: 01019012345, 010190 12345, 01.01.90 123 45, and one digit to a box.
# Looser patterns would find numbers in any table of amounts.
_GAP = r"[\s.\u00b7\-–/]"
_TWO = "[0-9]{2}"
_PATTERN = re.compile(
    rf"(?<![0-9])(?=({_TWO}{_GAP}?{_TWO}{_GAP}?{_TWO}{_GAP}{{0,3}}[0-9]{{3}}{_GAP}?{_TWO}|[0-9](?:\s[0-9]){{10}})(?![0-9]))"
)


def is_birth_number(digits: str) -> bool:
    """Tell whether eleven digits are a fødselsnummer or a D-nummer: a date, and two check digits modulo 11."""
    if len(digits) != 11 or not (digits.isascii() and digits.isdigit()):
        return False
    numbers = [int(d) for d in digits]
    return (
        _is_date(numbers)
        and _checks(numbers[:9], _FIRST_WEIGHTS, numbers[9])
        and _checks(numbers[:10], _SECOND_WEIGHTS, numbers[10])
    )


def _checks(digits: list[int], weights: tuple[int, ...], check: int) -> bool:
    remainder = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
    return check == (11 - remainder) % 11


def _is_date(numbers: list[int]) -> bool:
    """Tell whether the first six digits are a day of some century: the digits that say which are not needed."""
    day, month, year = (10 * numbers[i] + numbers[i + 1] for i in (0, 2, 4))
    day -= _D_NUMBER if day > _D_NUMBER else 0
    months = [month - mark for mark in _MONTH_MARKS if 1 <= month - mark <= 12]
    return any(_exists(century + year, m, day) for m in months for century in (1800, 1900, 2000))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def find_birth_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where in a text birth numbers stand, as (start, end), also when they are written in groups."""
    end = 0
    for found in _PATTERN.finditer(text):
        if found.start() >= end and is_birth_number(re.sub(r"\D", "", found[1])):
            end = found.end(1)
            yield found.start(1), end


def mask_birth_numbers(text: str) -> str:
    """Return the text with each birth number replaced by signs that say nothing of whose it is."""
    parts, last = [], 0
    for start, end in find_birth_numbers(text):
        parts += [text[last:start], "•" * 11]
        last = end
    return "".join([*parts, text[last:]])


def validate_no_birth_number(value: str) -> None:
    """Refuse a text with a birth number in it. Raises ``ValidationError``, which does not repeat the number."""
    if next(find_birth_numbers(value), None):
        raise ValidationError(
            _("Teksten inneholder noe som ser ut som et fødselsnummer. Det kan ikke lagres i registeret: ta det bort."),
            code="birth_number",
        )
