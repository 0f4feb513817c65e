"""Are the data sets whole, the same again from the history, and the same as what followers of the stream hold?"""

import csv
import datetime
import gzip
import hashlib
import json
import sqlite3
from pathlib import Path

import jsonschema
import pyarrow.parquet
import pytest
import rdflib
from django.core.management import CommandError, call_command
from django.db import connection

from agreements.exchange import dump, dump_files, stream
from agreements.exchange.dataset_tables import OBJECTS, Column, tables
from agreements.exchange.dump_files import csv_cell
from agreements.models import Agreement, Cooperation, Decision, LegalProfile, Membership, Organ, OrganSeat
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def register():
    """Make a cooperation with something of everything, and one that is a draft."""
    drammen, lier = factories.municipality(), factories.municipality("Lier", "3312")
    made = factories.cooperation(
        "=Legevakt; «æøå»\nog mer", slug="legevakt", tasks=[factories.task()], valid_from=datetime.date(2020, 1, 1)
    )
    factories.membership(made, drammen, "host", share=(1, 3), note="-1+1", valid_to=datetime.date(2022, 12, 31))
    factories.membership(made, lier, "participant", share=(2, 3))
    agreement = Agreement.objects.create(cooperation=made, title='Avtalen "A"', languages=["nb", "uk"])
    Decision.objects.create(agreement=agreement, organisation=drammen.organisation, decided_on="2020-02-29")
    organ = Organ.objects.create(cooperation=made, name="Styret")
    OrganSeat.objects.create(organ=organ, organisation=drammen.organisation, members=3)
    LegalProfile.objects.create(cooperation=made, loan_ceiling="12.50", own_legal_person=False)
    factories.cooperation("Utkast", publication="draft", cite=False)
    return made


def dumped(folder: Path, *arguments: str) -> Path:
    call_command("dump_register", *arguments, "--out", str(folder), verbosity=0)
    return folder


def objects(folder: Path) -> dict:
    """Return the objects of a data set by type and id."""
    found = {}
    for kind, name in OBJECTS.items():
        for line in (folder / "jsonl" / f"{name}.jsonl").read_text("utf-8").splitlines():
            state = json.loads(line)
            found[kind, state.get("id", state.get("organisation_id"))] = state
    return found


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def set_back(days: int) -> None:
    """Let what has been recorded so far have been recorded some days ago."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_change SET recorded_at = recorded_at - make_interval(days => %s)", [days])


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_follower_of_the_stream_holds_what_the_data_set_holds(register, tmp_path, client):
    gone = factories.cooperation("Borte", cite=False)
    gone.delete()
    held, address = {}, "http://testserver/api/v1/changes/?limit=3"
    while address:
        page = client.get(address).json()
        for event in page["results"]:
            key = event["object"]["type"], event["object"]["id"]
            if event["state"] is None:
                held.pop(key, None)
            else:
                held[key] = event["state"]
        address = page["next"] if page["more"] else None
    folder = dumped(tmp_path / "a")
    assert objects(folder) == held
    assert json.loads((folder / "manifest.json").read_text())["changes_after"] == page["cursor"]


def test_a_copy_is_kept_up_to_date_from_the_manifests_cursor(register, tmp_path):
    first = dumped(tmp_path / "a")
    held = objects(first)
    Cooperation.objects.filter(pk=register.pk).update(name="Nytt navn")
    place = stream.Position.read(json.loads((first / "manifest.json").read_text())["changes_after"])
    for event in stream.read(place).events:
        held[event.change.object_type, event.change.object_id] = event.change.state
    assert held == objects(dumped(tmp_path / "b"))


def test_a_past_day_is_made_again_byte_for_byte(register, tmp_path):
    set_back(2)
    day = str(datetime.date.today() - datetime.timedelta(days=2))
    then = dumped(tmp_path / "a")
    Cooperation.objects.filter(pk=register.pk).update(name="Endret siden")
    Membership.objects.filter(cooperation=register).first().delete()
    factories.cooperation("Kom siden", cite=False)
    again, once_more = dumped(tmp_path / "b", "--known-on", day), dumped(tmp_path / "c", "--known-on", day)
    assert content(then) == content(again) == content(once_more)
    assert content(dumped(tmp_path / "d")) != content(then)
    cursor = json.loads((then / "manifest.json").read_text())["changes_after"]
    assert content(dumped(tmp_path / "e", "--at", cursor)) == content(then)


def test_what_has_been_withdrawn_since_is_not_made_again(register, tmp_path):
    set_back(2)
    day = str(datetime.date.today() - datetime.timedelta(days=2))
    Cooperation.objects.filter(pk=register.pk).update(publication="withdrawn")
    folder = dumped(tmp_path / "a", "--known-on", day)
    assert rows(folder, "cooperations") == []
    assert "«æøå»".encode() not in b"".join(content(folder).values())


def test_a_draft_is_in_no_file(register, tmp_path):
    folder = dumped(tmp_path / "a")
    packed = {name: gzip.decompress(data) if name.endswith(".gz") else data for name, data in content(folder).items()}
    assert [name for name, data in packed.items() if b"Utkast" in data or b"utkast" in data.split(b'"enum"')[0]] == []


def test_only_what_holds_on_a_day(register, tmp_path):
    factories.cooperation("Avsluttet", cite=False, valid_to=datetime.date(2019, 12, 31))
    members = {}
    for day in ("2019-12-31", "2020-01-01", "2022-12-31", "2023-01-01"):
        folder = dumped(tmp_path / day, "--on", day)
        members[day] = [row["organisation_name"] for row in rows(folder, "memberships")]
        members[day] += [row["slug"] for row in rows(folder, "cooperations")]
    assert members == {
        "2019-12-31": ["avsluttet"],
        "2020-01-01": ["Drammen", "Lier", "legevakt"],
        "2022-12-31": ["Drammen", "Lier", "legevakt"],
        "2023-01-01": ["Lier", "legevakt"],
    }


def test_every_format_holds_the_same_rows(register, tmp_path):
    folder = dumped(tmp_path / "a")
    database = sqlite3.connect(folder / "sqlite" / "register.sqlite")
    for name, table in tables().items():
        written = rows(folder, name)
        columns = [column.name for column in table.columns]
        packed = pyarrow.parquet.read_table(folder / "parquet" / f"{name}.parquet")
        stored = database.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()  # noqa: S608
        assert packed.column_names == columns
        assert len(written) == packed.num_rows == len(stored), name
        assert (folder / "csv" / f"{name}.csv").read_text("utf-8").partition("\n")[0] == ",".join(columns)
        keys = [row[table.key] for row in written]
        assert keys == [str(row[columns.index(table.key)]) for row in stored]
        assert keys == [str(value) for value in packed[table.key].to_pylist()]
    (fact,) = pyarrow.parquet.read_table(folder / "parquet" / "legal_profiles.parquet").to_pylist()
    assert (fact["loan_ceiling"], fact["own_legal_person"], fact["may_borrow"]) == (12.5, False, None)
    (decision,) = pyarrow.parquet.read_table(folder / "parquet" / "decisions.parquet").to_pylist()
    assert decision["decided_on"] == datetime.date(2020, 2, 29)
    database.close()


def test_csv_is_plain_and_safe_in_a_spreadsheet(register, tmp_path):
    folder = dumped(tmp_path / "a")
    raw = (folder / "csv" / "cooperations.csv").read_bytes()
    assert raw.count(b"\r\n") == 2  # the header and one row; the line break within the name is its own
    (row,) = rows(folder, "cooperations")
    assert row["name"] == "'=Legevakt; «æøå»\nog mer"
    assert (row["leader_rotates"], row["members_complete"], row["valid_from"]) == ("false", "", "2020-01-01")
    assert rows(folder, "memberships")[0]["note"] == "'-1+1"
    assert rows(folder, "agreements")[0]["languages"] == "nb uk"
    (state,) = [state for (kind, _id), state in objects(folder).items() if kind == "cooperation"]
    assert state["name"] == "=Legevakt; «æøå»\nog mer"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_a_text_that_looks_like_a_formula_is_marked(text):
    assert csv_cell(Column("note", "string", ""), text) == f"'{text}"
    assert csv_cell(Column("share", "integer", ""), -1) == -1


def test_the_objects_are_as_their_schema_says(register, tmp_path):
    folder = dumped(tmp_path / "a")
    for (kind, _id), state in objects(folder).items():
        schema = json.loads((folder / "schemas" / f"{OBJECTS[kind]}.schema.json").read_text())
        jsonschema.validate(state, schema, format_checker=jsonschema.FormatChecker())


def test_every_column_of_the_csv_files_is_described(register, tmp_path):
    folder = dumped(tmp_path / "a")
    package = json.loads((folder / "datapackage.json").read_text())
    for resource in package["resources"]:
        header = (folder / resource["path"]).read_bytes().decode().partition("\r\n")[0].split(",")
        assert [one["name"] for one in resource["schema"]["fields"]] == header
        assert all(one["title"] and one["type"] for one in resource["schema"]["fields"])
    assert len(package["resources"]) == len(tables())


def test_the_turtle_is_read_by_others(register, tmp_path):
    folder = dumped(tmp_path / "a")
    graph = rdflib.Graph().parse(folder / "ttl" / "register.ttl")
    org = rdflib.Namespace("http://www.w3.org/ns/org#")
    (subject,) = graph.subjects(rdflib.RDF.type, org.OrganizationalCollaboration)
    assert str(subject) == f"http://127.0.0.1:8000/id/cooperation/{register.pk}"
    assert str(graph.value(subject, rdflib.SKOS.prefLabel)) == "=Legevakt; «æøå»\nog mer"
    members = {
        str(graph.value(graph.value(member, org.member), rdflib.SKOS.prefLabel))
        for member in graph.objects(subject, org.hasMembership)
    }
    assert members == {"Drammen", "Lier"}


def test_the_manifest_sums_up_every_file(register, tmp_path):
    folder = dumped(tmp_path / "a")
    manifest = json.loads((folder / "manifest.json").read_text())
    told = {file["name"]: (file["bytes"], file["sha256"]) for file in manifest["files"]}
    there = {
        name: (len(data), hashlib.sha256(data).hexdigest())
        for name, data in content(folder).items()
        if name not in ("manifest.json", "SHA256SUMS")
    }
    assert told == there
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: digest for name, (_bytes, digest) in there.items()}
    for name in told:
        if name.endswith(".gz"):
            assert gzip.decompress((folder / name).read_bytes()) == (folder / name.removesuffix(".gz")).read_bytes()


def test_an_empty_register_is_a_data_set_too(tmp_path):
    folder = dumped(tmp_path / "a")
    assert objects(folder) == {}
    assert json.loads((folder / "manifest.json").read_text())["known_at"] is None


def test_the_newest_takes_the_place_of_the_one_before_when_it_is_whole(register, tmp_path, settings, monkeypatch):
    settings.DATA_DIR = tmp_path / "data"
    assert dump.published() is None
    first = dump.publish()
    assert dump.published()[0] == first

    def full(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(dump_files, "compress", full)
        with pytest.raises(CommandError, match="No space left"):
            call_command("dump_register")
    assert dump.published()[0] == first
    assert sorted(path.name for path in settings.DATA_DIR.iterdir()) == ["000001", "latest"]
    for _turn in range(2):
        call_command("dump_register", verbosity=0)
    assert sorted(path.name for path in settings.DATA_DIR.iterdir()) == ["000002", "000003", "latest"]
    assert dump.published()[0].name == "000003"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--known-on", "1999-01-01", "--out", "{tmp}/x"], "knew nothing on 1999-01-01"),
        (["--known-on", "9999-12-30", "--out", "{tmp}/x"], "day to come"),
        (["--known-on", "9999-12-31", "--out", "{tmp}/x"], "day to come"),
        (["--known-on", "31.12.2020", "--out", "{tmp}/x"], "invalid a_day"),
        (["--on", "2020-01-01"], "--out"),
        (["--at", "tull", "--out", "{tmp}/x"], "markør"),
        (["--at", "x", "--known-on", "2020-01-01", "--out", "{tmp}/x"], "give one"),
        (["--out", "{tmp}"], "not an empty folder"),
        (["--out", "{tmp}/fil"], "not an empty folder"),
        (["--out", "{tmp}/fil/x"], "fil"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(register, tmp_path, arguments, message):
    (tmp_path / "fil").write_text("x")
    with pytest.raises(CommandError, match=message):
        call_command("dump_register", *[one.format(tmp=tmp_path) for one in arguments])
    assert [path.name for path in tmp_path.iterdir()] == ["fil"]


def test_a_data_set_reads_the_stream_a_few_events_at_a_time(register, tmp_path, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        dumped(tmp_path / "a")
