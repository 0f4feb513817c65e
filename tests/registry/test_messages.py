"""Is every text of the interface translated, and are texts found wherever they are marked?"""

import pytest
from babel.messages import Catalog

from registry import messages


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    """Return all texts of the sources."""
    return messages.template()


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_every_text_is_translated(language, wanted):
    assert messages.faults(messages.catalogue(language), wanted) == []


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_a_catalogue_holds_nothing_that_nobody_says_any_more(language, wanted):
    assert [m.id for m in messages.catalogue(language) if m.id and not wanted.get(m.id, m.context)] == []


def test_texts_are_found_in_code_and_in_templates(wanted):
    assert wanted["interkommunalt selskap"].locations == [("agreements/models/legal.py", None)]
    assert [where for where, _line in wanted["Hvem gjør hva sammen?"].locations] == ["templates/agreements/front.html"]
    assert any(message.pluralizable for message in wanted)


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ({"string": ""}, "nn: not translated: 'Slett %(n)d'"),
        ({"string": "Slett %(n)d", "flags": ["fuzzy"]}, "nn: fuzzy: 'Slett %(n)d'"),
        ({"string": "Slett %(m)d"}, "nn: other placeholders: 'Slett %(n)d' → 'Slett %(m)d'"),
    ],
    ids=["missing", "fuzzy", "other-placeholders"],
)
def test_a_fault_is_told(translation, fault):
    said, known = Catalog(), Catalog(locale="nn")
    said.add("Slett %(n)d")
    known.add("Slett %(n)d", **translation)
    assert messages.faults(known, said) == [fault]
    assert messages.faults(Catalog(locale="nn"), said) == ["nn: not translated: 'Slett %(n)d'"]
