"""Is a fødselsnummer found however it is written, and nothing else taken for one?  Law.md OFF-05.

The numbers are made by the algorithm, the first that fits a day: whose they are, if anybody's, is not known.
"""

import pytest
from django.core.exceptions import ValidationError

from municipalities.models.personal_numbers import (
    find_birth_numbers,
    is_birth_number,
    mask_birth_numbers,
    validate_no_birth_number,
)
from tests.files import birth_number

NUMBER = birth_number("010159")


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(NUMBER, id="fødselsnummer"),
        pytest.param(birth_number("410159"), id="D-nummer, day + 40"),
        pytest.param(birth_number("311259"), id="last day of the year"),
        pytest.param(birth_number("290260"), id="leap day"),
        pytest.param(birth_number("290200"), id="leap day of 2000"),
        pytest.param(birth_number("014159"), id="H-nummer, month + 40"),
        pytest.param(birth_number("018159"), id="test number, month + 80"),
    ],
)
def test_it_is_a_birth_number(number):
    assert is_birth_number(number)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(NUMBER[:10] + str((int(NUMBER[10]) + 1) % 10), id="second check digit"),
        pytest.param(NUMBER[:9] + str((int(NUMBER[9]) + 1) % 10) + NUMBER[10], id="first check digit"),
        pytest.param(birth_number("320159"), id="day 32"),
        pytest.param(birth_number("720159"), id="D-nummer with day 32"),
        pytest.param(birth_number("000159"), id="day 0"),
        pytest.param(birth_number("011359"), id="month 13"),
        pytest.param(birth_number("290259"), id="29 February of a common year"),
        pytest.param(birth_number("310459"), id="31 April"),
        pytest.param(NUMBER[:10], id="ten digits"),
        pytest.param("12345678901", id="any eleven digits"),
        pytest.param("", id="nothing"),
    ],
)
def test_it_is_none(number):
    assert not is_birth_number(number)


WRITTEN = {
    "together": NUMBER,
    "space": f"{NUMBER[:6]} {NUMBER[6:]}",
    "no-break space": f"{NUMBER[:6]}\u00a0{NUMBER[6:]}",
    "hyphen": f"{NUMBER[:6]}-{NUMBER[6:]}",
    "spaced hyphen": f"{NUMBER[:6]} - {NUMBER[6:]}",
    "dots": f"{NUMBER[:2]}.{NUMBER[2:4]}.{NUMBER[4:6]} {NUMBER[6:]}",
    "in groups": f"{NUMBER[:2]} {NUMBER[2:4]} {NUMBER[4:6]} {NUMBER[6:9]} {NUMBER[9:]}",
    "boxes": " ".join(NUMBER),
    "over a line": f"{NUMBER[:6]}\n{NUMBER[6:]}",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_it_is_found_however_it_is_written(written):
    text = f"Leder: Kari (f.nr. {written}), Drammen"
    ((start, end),) = find_birth_numbers(text)
    assert text[start:end] == written
    assert mask_birth_numbers(text) == "Leder: Kari (f.nr. •••••••••••), Drammen"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"1{NUMBER}", id="twelve digits"),
        pytest.param(f"{NUMBER}1", id="twelve digits, one after"),
        pytest.param("Org.nr. 974 760 673, konto 1234.56.78903", id="organisation and account"),
        pytest.param("sak 14/22, 12.3.2022 og tlf. 32 04 00 00", id="case, date and telephone"),
        pytest.param("2019 2020 2021 2022 2023 2024", id="years"),
    ],
)
def test_other_numbers_are_left_alone(text):
    assert list(find_birth_numbers(text)) == []
    assert mask_birth_numbers(text) == text


def test_a_number_after_a_number_is_found():
    assert len(list(find_birth_numbers(f"3 {NUMBER}, {NUMBER} 4"))) == 2


def test_the_message_does_not_repeat_the_number():
    with pytest.raises(ValidationError) as refused:
        validate_no_birth_number(f"Kari {NUMBER}")
    assert NUMBER not in str(refused.value)
    validate_no_birth_number("Kari")
