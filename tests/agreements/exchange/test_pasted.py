import datetime

import pytest

from agreements.exchange.pasted import MOST_CHARACTERS, MOST_NAMES, Outcome, read_names
from municipalities.models import OrganisationName
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date(2024, 6, 1)


@pytest.fixture(autouse=True)
def buskerud(db):
    """Make three neighbours, a county council, two of one name, one with Sámi names and one that has been merged."""
    for name, number in (("Drammen", "3301"), ("Lier", "3312"), ("Øvre Eiker", "3314"), ("Nord-Aurdal", "3451")):
        make.municipality(name, number)
    innlandet, ostfold = make.county("34", "Innlandet"), make.county("31", "Østfold")
    make.municipality("Våler", "3419", innlandet)
    make.municipality("Våler", "3114", ostfold)
    make.municipality("Oslo", "0301", make.county("03", "Oslo"), valid_from=None)
    kafjord = make.municipality("Gáivuotna – Kåfjord – Kaivuono", "5540")
    OrganisationName.objects.create(organisation=kafjord.organisation, name="Gáivuotna - Kåfjord - Kaivuono")
    svelvik = make.municipality("Svelvik", "0711", valid_from=None, valid_to="2019-12-31")
    svelvik.organisation.successors.add(found("Drammen")[0])
    make.county("15", "Møre og Romsdal")
    make.organisation("Vestre Viken HF", "health_trust", org_number=make.org_number(99482563))


def found(text, day=DAY):
    """Return whom the text means, as organisations; fail when anything must be asked."""
    readings = read_names(text, day)
    assert all(r.outcome == Outcome.FOUND for r in readings), readings
    return [r.found for r in readings]


def names(text, day=DAY):
    return [o.name for o in found(text, day)]


THREE = ["Drammen", "Lier", "Øvre Eiker"]


@pytest.mark.parametrize(
    "text",
    [
        "Drammen, Lier og Øvre Eiker",
        "Drammen, Lier, og Øvre Eiker.",
        "Drammen\nLier\r\nØvre Eiker\n",
        "drammen; LIER; øvre  eiker",
        "Drammen kommune, Lier kommune og Øvre Eiker kommune",
        "Kommunene Drammen, Lier og Øvre Eiker",
        "Kommunane Drammen, Lier og Øvre Eiker",
        "Deltakere: Drammen, Lier samt Øvre Eiker",
        "- Drammen\n- Lier\n- Øvre Eiker",
        "1. Drammen\n2. Lier\n3) Øvre Eiker",
        "Drammen\tLier\tØvre Eiker",
        "3301, 3312, 3314",
        "3301 Drammen\n3312 Lier\n3314 Øvre Eiker",
        "Drammen (3301), Lier 3312 og K-3314",
        "Drammen & Lier & Øvre Eiker",
        "Drammen, Lier, Drammen og Øvre Eiker",
        "Drammen, Lier, Øvre-Eiker",
        "\u2022 Drammen\n\u2022 Lier\n\u2022 Øvre Eiker",
        "Drammen ,Lier ,Øvre Eiker",
        "de tre kommunene Drammen, Lier og Øvre Eiker",
        "Eies av de tre eierkommunene Drammen, Lier og Øvre Eiker",
        "Samarbeid mellom Drammen, Lier og Øvre Eiker.",
        "Deltakerkommuner er Drammen, Lier og Øvre Eiker",
        "Drammen (sammen med Lier og Øvre Eiker)",
        "Drammen, i tillegg til kommunene Lier og Øvre Eiker",
    ],
)
def test_a_list_is_read_however_it_is_written(text):
    assert names(text) == THREE


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Møre og Romsdal fylkeskommune", "Møre og Romsdal fylkeskommune"),
        ("Møre og Romsdal fylke", "Møre og Romsdal fylkeskommune"),
        ("Kåfjord", "Gáivuotna – Kåfjord – Kaivuono"),
        ("Gáivuotna", "Gáivuotna – Kåfjord – Kaivuono"),
        ("Gaivuotna suohkan", "Gáivuotna – Kåfjord – Kaivuono"),
        ("Nord Aurdal", "Nord-Aurdal"),
        ("301", "Oslo"),
        ("Vestre Viken HF", "Vestre Viken HF"),
    ],
)
def test_one_name(text, name):
    assert names(text) == [name]


def test_an_organisation_number_in_any_writing():
    number = make.org_number(99482563)
    assert names(f"NO {number[:3]} {number[3:6]} {number[6:]} MVA") == ["Vestre Viken HF"]


def test_several_in_one_line_with_a_county_council():
    assert names("Drammen, Møre og Romsdal fylkeskommune og Lier") == [
        "Drammen",
        "Møre og Romsdal fylkeskommune",
        "Lier",
    ]


def test_a_name_that_two_have_is_asked_about():
    (reading,) = read_names("Våler kommune", DAY)
    assert reading.outcome == Outcome.UNCLEAR
    assert {o.slug for o in reading.candidates} == {"valer-3419", "valer-3114"}


@pytest.mark.parametrize("text", ["Våler (Innlandet)", "Våler i Innlandet", "Våler kommune (Innlandet)", "3419 Våler"])
def test_the_county_or_the_number_tells_namesakes_apart(text):
    assert [o.slug for o in found(text)] == ["valer-3419"]


def test_a_name_with_a_slip_is_proposed_and_not_taken():
    (reading,) = read_names("Dramen", DAY)
    assert reading.outcome == Outcome.MISSPELT
    assert reading.found is None
    assert reading.candidates[0].name == "Drammen"


def test_a_slip_in_a_name_with_and_in_it_is_one_question():
    make.municipality("Evje og Hornnes", "4219")
    readings = read_names("Lier, Evje og Hornes, Drammen", DAY)
    assert [(r.text, r.outcome) for r in readings] == [
        ("Lier", Outcome.FOUND),
        ("Evje og Hornes", Outcome.MISSPELT),
        ("Drammen", Outcome.FOUND),
    ]


@pytest.mark.parametrize("text", ["interkommunal havn for Øvre Eiker", "Øvre Eiker (vertskommune)"])
def test_a_name_within_other_words_is_proposed_and_not_taken(text):
    (reading,) = read_names(text, DAY)
    assert (reading.outcome, [o.name for o in reading.candidates]) == (Outcome.MISSPELT, ["Øvre Eiker"])


def test_an_unknown_name_is_told():
    readings = read_names("Drammen og Atlantis", DAY)
    assert [(r.text, r.outcome) for r in readings] == [("Drammen", Outcome.FOUND), ("Atlantis", Outcome.UNKNOWN)]


def test_a_municipality_that_was_merged_is_asked_about_with_its_successor():
    (reading,) = read_names("Svelvik", DAY)
    assert reading.outcome == Outcome.ENDED
    assert [o.name for o in reading.candidates] == ["Drammen", "Svelvik"]


def test_a_county_council_that_was_divided_is_asked_about_with_its_whole_name():
    both, telemark = make.county("38", "Vestfold og Telemark"), make.county("40", "Telemark")
    old, new = both.council, telemark.council
    old.valid_to = datetime.date(2023, 12, 31)
    old.save()
    old.successors.add(new)
    (reading,) = read_names("Vestfold og Telemark fylkeskommune", DAY)
    assert (reading.outcome, reading.candidates) == (Outcome.ENDED, (new, old))


def test_names_are_read_on_the_day():
    assert names("Svelvik", datetime.date(2019, 12, 31)) == ["Svelvik"]


def test_a_number_that_is_no_longer_in_use_is_asked_about():
    (reading,) = read_names("0711", DAY)
    assert (reading.outcome, [o.name for o in reading.candidates]) == (Outcome.ENDED, ["Drammen", "Svelvik"])


def test_all_municipalities_of_a_county():
    make.municipality("Bygland", "4220", make.county("42", "Agder"))
    make.municipality("Arendal", "4203", make.county("42", "Agder"))
    assert names("alle kommuner i Agder") == names("Alle kommunane i Agder fylke") == ["Arendal", "Bygland"]


def test_a_name_with_the_number_of_another_is_asked_about():
    (reading,) = read_names("Lier (3301)", DAY)
    assert (reading.outcome, {o.name for o in reading.candidates}) == (Outcome.UNCLEAR, {"Drammen", "Lier"})


def test_nothing_is_nothing():
    assert read_names(" \n ,; ", DAY) == []


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="characters"):
        read_names("x" * (MOST_CHARACTERS + 1), DAY)


def test_too_many_names_are_refused():
    with pytest.raises(ValueError, match="names"):
        read_names(",".join(f"q{n}" for n in range(MOST_NAMES + 1)), DAY)
