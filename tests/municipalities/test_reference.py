"""Does the reference data get in whole, once, and with every fault named?"""

import datetime
import shutil

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Sum

from municipalities.models import County, Municipality, MunicipalityNumber, Organisation, Population

pytestmark = pytest.mark.django_db
FOLDER = settings.FIXTURES / "reference"


@pytest.fixture(scope="class")
def loaded(django_db_setup, django_db_blocker):
    """Load once for the class, and leave the database empty again."""
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0)
        yield
        call_command("flush", interactive=False, verbosity=0)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.usefixtures("loaded")
class TestLoaded:
    @pytest.mark.parametrize(
        ("date", "count"),
        [("1999-01-01", 435), ("2017-12-31", 426), ("2018-01-01", 422), ("2019-12-31", 422), ("2020-01-01", 356),
         ("2023-12-31", 356), ("2024-01-01", 357), ("2026-01-01", 357)],
    )  # fmt: skip
    def test_municipalities_on_a_day(self, date, count):
        assert MunicipalityNumber.objects.valid_on(day(date)).count() == count
        bodies = Organisation.objects.filter(kind="municipality").valid_on(day(date))
        assert bodies.count() == count

    @pytest.mark.parametrize(
        ("date", "count"), [("2017-12-31", 19), ("2018-01-01", 18), ("2020-01-01", 11), ("2024-01-01", 15)]
    )
    def test_counties_on_a_day(self, date, count):
        assert County.objects.valid_on(day(date)).count() == count

    @pytest.mark.parametrize(("date", "persons"), [("2024-01-01", 5_550_203), ("2026-01-01", 5_627_400)])
    def test_population_sums_to_the_nation(self, date, persons):
        assert Population.objects.filter(date=date).aggregate(Sum("persons"))["persons__sum"] == persons

    def test_a_second_run_changes_nothing(self, capsys):
        call_command("load_reference")
        assert "nothing has changed" in capsys.readouterr().out

    def test_every_current_municipality_has_one_org_number_of_its_own(self):
        current = Organisation.objects.filter(kind="municipality", valid_to=None)
        assert current.filter(org_number=None).count() == 0
        assert current.values("org_number").distinct().count() == 357

    def test_a_renumbered_municipality_is_one_body(self):
        lier = Municipality.objects.get(organisation__slug="lier-3312")
        assert [n.number for n in lier.numbers.order_by("valid_from")] == ["0626", "3049", "3312"]

    def test_a_renamed_municipality_is_one_body(self):
        horten = Municipality.objects.distinct().get(numbers__number="0701")
        assert [n.name for n in horten.numbers.filter(number="0701").order_by("valid_from")] == ["Borre", "Horten"]

    def test_a_merger_makes_a_new_body_and_names_the_successor(self):
        old = Organisation.objects.get(slug="drammen-0602")
        new = Organisation.objects.get(slug="drammen-3301")
        assert (old.valid_to, new.valid_from) == (day("2019-12-31"), day("2020-01-01"))
        assert list(old.successors.all()) == [new]
        assert {o.name for o in new.predecessors.all()} == {"Drammen", "Svelvik", "Nedre Eiker"}

    def test_the_receiver_of_a_merger_lives_on_when_it_keeps_its_number(self):
        re = Municipality.objects.get(organisation__slug="re-0716")
        assert [n.name for n in re.numbers.order_by("valid_from")] == ["Våle", "Re"]

    def test_a_split_makes_two_new_bodies(self):
        old = Organisation.objects.get(slug="alesund-1507")
        assert {o.slug for o in old.successors.all()} == {"alesund-1508", "haram-1580"}

    def test_homonyms_are_told_apart(self):
        labels = (
            MunicipalityNumber.objects.filter(name="Våler").valid_on(day("2024-01-01")).values_list("label", flat=True)
        )
        assert set(labels) == {"Våler (Østfold)", "Våler (Innlandet)"}

    def test_sami_and_kven_names_are_kept_with_their_language(self):
        names = Organisation.objects.get(slug="kafjord-5540").names
        assert set(names.filter(language__in=["se", "fkv"]).values_list("name", "language")) == {
            ("Gáivuotna", "se"),
            ("Kaivuono", "fkv"),
        }

    def test_norwegian_sort_order(self):
        names = list(Organisation.objects.filter(kind="municipality", valid_to=None).values_list("name", flat=True))
        assert names.index("Øvre Eiker") < names.index("Ås")
        assert (names[0], names[-1]) == ("Alstahaug", "Åsnes")

    def test_oslo_is_its_own_county_council(self):
        assert County.objects.get(number="03").council.kind == "municipality"


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "reference")
    return tmp_path / "reference"


def replace(folder, file, old, new):
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param("counties.csv", "842952972", "842952973", "line 2: county_council_org_number", id="check-digit"),
        pytest.param("counties.csv", "number,name", "nr,name", "counties.csv: missing columns: number", id="header"),
        pytest.param("municipality_numbers.csv", "0101,Halden", "101,Halden", "line 2: code «101»", id="lost-zero"),
        pytest.param("municipality_numbers.csv", "1928-01-01", "1928-13-01", "line 2: valid_from", id="bad-date"),
        pytest.param("municipality_changes.csv", ",merge,", ",fusion,", "line 2: kind «fusion»", id="kind"),
        pytest.param("population.csv", "693494", "mange", "line 2: population «mange»", id="population"),
        pytest.param(
            "population.csv", "0301,Oslo", "9999,Oslo", "line 2: 9999 was no municipality", id="unknown-number"
        ),
    ],
)
def test_a_fault_is_named_and_nothing_is_written(copied, file, old, new, message):
    replace(copied, file, old, new)
    with pytest.raises(CommandError, match="Nothing was loaded") as error:
        call_command("load_reference", str(copied), verbosity=0)
    assert message in str(error.value)
    assert Organisation.objects.count() == 0


def test_all_faults_are_listed_at_once(copied):
    replace(copied, "population.csv", "693494", "mange")
    replace(copied, "counties.csv", "842952972", "842952973")
    with pytest.raises(CommandError) as error:
        call_command("load_reference", str(copied), verbosity=0)
    assert "population.csv, line 2" in str(error.value)
    assert "counties.csv, line 2" in str(error.value)


def test_a_missing_file_is_named(copied):
    (copied / "population.csv").unlink()
    with pytest.raises(CommandError, match=r"population.csv: the file is missing"):
        call_command("load_reference", str(copied), verbosity=0)
