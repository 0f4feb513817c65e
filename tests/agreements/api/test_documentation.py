"""Do the examples of docs/api.md answer?"""

import re
import shlex

import pytest
from django.conf import settings

from tests import factories

TEXT = (settings.BASE_DIR / "docs" / "api.md").read_text()
EXAMPLES = [line for line in re.findall(r"^curl .*", TEXT, re.MULTILINE) if "127.0.0.1" in line and "…" not in line]


def test_there_are_examples():
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_answers(client, db, example):
    for number, county in (("3301", "33"), ("0602", "06"), ("4201", "42")):
        factories.municipality(number, number, factories.county(county, county))
    _curl, *words = shlex.split(example)
    (address,) = [word for word in words if word.startswith("http")]
    headers = dict(word.split(": ", 1) for word in words if ": " in word)
    assert client.get(address.removeprefix("http://127.0.0.1:8000"), headers=headers).status_code == 200
