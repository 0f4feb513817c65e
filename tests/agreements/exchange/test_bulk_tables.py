"""Is a folder of tables loaded whole, with all that follows from it, or not at all?"""

import pytest
from django.core.management import CommandError, call_command

from agreements.exchange.bulk_tables import LoadError, load, tables
from agreements.models import Change, Cooperation, Membership
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
COOPERATIONS = (
    "id,slug,name,has_proper_name,short_name,form,form_as_stated,purpose,stage,valid_from,valid_from_precision,"
    "valid_to_precision,count_note,leader_rotates,confirmed_by,publication\n"
    '7,legevakt,"Legevakt, «Øst»",true,,VK,,,established,2020-01-01,day,day,,false,,published\n'
)
MEMBERSHIPS = (
    "\ufeffcooperation_id,organisation_id,role,covers,share_note,valid_from_precision,valid_to_precision,note,purpose,"
    "position\n7,{body},host,,,day,day,,,0\n"
)


@pytest.fixture
def folder(tmp_path):
    body = factories.municipality("Lier", "3312").pk
    (tmp_path / "agreements_cooperation.csv").write_text(COOPERATIONS)
    (tmp_path / "agreements_membership.csv").write_text(MEMBERSHIPS.format(body=body))
    return tmp_path


def test_rows_come_in_with_document_history_and_change_stream(folder, client):
    call_command("load_tables", folder, reason="Flyttet fra det gamle registeret", verbosity=0)
    shown = client.get("/api/v1/cooperations/legevakt/").json()
    assert (shown["name"], shown["form_as_stated"]) == ("Legevakt, «Øst»", "")
    assert [member["organisation"]["slug"] for member in shown["memberships"]] == ["lier-3312"]
    event = Membership.objects.get().events.get()
    assert event.pgh_context.metadata["reason"] == "Flyttet fra det gamle registeret"
    told = Change.objects.get(object_type="cooperation")
    assert (told.kind, told.reason) == ("published", "Flyttet fra det gamle registeret")


def test_a_row_that_is_made_later_gets_the_next_number(folder):
    before = factories.cooperation("Før", cite=False).pk
    load(folder, "flytting")
    assert factories.cooperation("Neste", cite=False).pk == max(before, 7) + 1


def _missing_reference(folder):
    (folder / "agreements_membership.csv").write_text(MEMBERSHIPS.format(body=999_999))


def _impossible_period(folder):
    text = COOPERATIONS.replace("valid_to_precision", "valid_to,valid_to_precision")
    (folder / "agreements_cooperation.csv").write_text(text.replace("2020-01-01,day", "2020-01-01,day,2019-01-01"))


def _file(name, text):
    return lambda folder: (folder / name).write_bytes(text)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_missing_reference, "agreements_membership"),
        (_impossible_period, "cooperation_period"),
        (_file("municipalities_user.csv", b"id\n1\n"), "Not a table of facts: municipalities_user"),
        (_file("agreements_organ.csv", b""), "agreements_organ.csv is empty"),
        (_file("agreements_organ.csv", b"id,finnes_ikke\n1,2\n"), "finnes_ikke"),
        (_file("agreements_organ.csv", b'"""id""; DROP TABLE agreements_organ; """\n1\n'), "does not exist"),
        (_file("agreements_organ.csv", b"id,name\n1\n"), "missing data"),
        (_file("agreements_organ.csv", b"id,name\n1,\xe6\n"), "utf-8"),
    ],
)
def test_a_fault_is_told_and_nothing_is_loaded(folder, spoil, told):
    spoil(folder)
    with pytest.raises(CommandError, match="Nothing was loaded") as refused:
        call_command("load_tables", folder, reason="flytting")
    assert told in str(refused.value)
    assert not Cooperation.objects.exists()


def test_a_folder_without_files_and_a_load_without_a_reason_are_refused(tmp_path):
    with pytest.raises(LoadError, match="no CSV file"):
        load(tmp_path / "nowhere", "flytting")
    with pytest.raises(CommandError, match="Say why"):
        call_command("load_tables", tmp_path, reason=" ")


def test_only_facts_can_be_loaded():
    assert {"agreements_decision", "agreements_clause", "municipalities_population"} <= tables()
    assert not any("event" in table or "user" in table or "token" in table for table in tables())
