"""Are the words that carry a question told from those that do not, and do everyday words lead to tasks that exist?"""

import pytest
from django.conf import settings

from agreements.insight.everyday import TASKS, codes, essential


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("hvem driver legevakten i Lier?", "legevakten Lier"),
        ("Hva eier Molde kommune", "Molde"),
        ("Å", "Å"),
        ("hva er det", "hva er det"),
        ("O'Hara & Søn", "O'Hara Søn"),
    ],
)
def test_small_words_are_left_out_unless_nothing_is_left(question, expected):
    assert essential(question) == expected


def test_everyday_words_lead_to_tasks_that_exist():
    known = (settings.BASE_DIR / "fixtures" / "tasks.yaml").read_text()
    assert [code for code in TASKS if f"{{code: {code}," not in known] == []


def test_a_word_may_stand_anywhere():
    assert codes("Hvem henter søppel hos oss?") == ["renovasjon"]
    assert codes("noe annet") == []
