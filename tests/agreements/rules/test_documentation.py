"""Does the list of the rules of law tell what the code does?"""

import re

import pytest
from django.conf import settings

from agreements.rules import RULES

ROW = re.compile(r"^\| ([A-Z]+-[0-9][\w.-]*) \| ([^|]+) \| (\w[\w ]*) \| ([^|]*) \|$", re.MULTILINE)
ROWS = {
    rule: (how, why)
    for rule, _paragraph, how, why in ROW.findall((settings.BASE_DIR / "docs/law-rules.md").read_text())
}
SECTIONS = ["GEN", "IPR", "KO", "VK", "OLD", "IKS", "AS", "SA", "STI", "FLI", "PLAN", "HELSE", "OFF"]
WAYS = {"checked", "elsewhere", "kept", "shown", "not checkable"}


def note_id(rule_id: str) -> str:
    """Return the id in the legal note of a rule that is one item of it: IKS-06.1 is IKS-06, HELSE-02c is HELSE-02."""
    if rule_id in ROWS:
        return rule_id
    return re.sub(r"(\.\d+|-arkiv|[a-z])$", "", rule_id)


def test_the_rules_that_are_said_to_be_checked_are_those_of_the_code():
    assert {rule for rule, (how, _why) in ROWS.items() if how == "checked"} == {note_id(rule.id) for rule in RULES}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_no_gap(section):
    numbers = sorted({int(m[1]) for rule in ROWS if (m := re.match(rf"{section}-(\d+)", rule))})
    assert numbers == list(range(1, max(numbers) + 1))


def test_each_rule_that_is_not_checked_says_why():
    assert {how for how, _why in ROWS.values()} == WAYS
    assert [rule for rule, (how, why) in ROWS.items() if how != "checked" and not why.strip()] == []
