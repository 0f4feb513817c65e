"""Do the documents follow the facts, whoever changes them and however?"""

import datetime
import threading

import orjson
import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F

from agreements.answers import checking, reading, tally, writing
from agreements.models import (
    Agreement,
    Answer,
    Citation,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    Decision,
    GroupStatement,
    Heading,
    Listed,
    Membership,
    Notice,
    Organ,
    Outdated,
    Revision,
    Source,
    Task,
)
from municipalities.models import County, Municipality, MunicipalityNumber, Organisation, OrganisationName
from tests import factories

from . import registers


def stored(slug: str, on: str = "2024-06-01") -> dict | None:
    """Return what a reader gets."""
    found = reading.single(slug, datetime.date.fromisoformat(on))
    return orjson.loads(reading.addressed(found.content, "http://testserver")) if found else None


def kept(slug: str) -> bytes | None:
    """Return what lies in the table, without a reader's help; of documents for all times the last."""
    pk = Listed.objects.filter(slug=slug).values("cooperation_id")
    return Answer.objects.filter(cooperation_id__in=pk, timeless=True).values_list("content", flat=True).last()


# Every table, every way


def update(model, **values):
    return lambda: model.objects.update(**values)


def remove(model, **which):
    def change():
        model.objects.filter(**which).delete()

    return change


def sql(statement: str):
    def change():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return change


def copy_tasks():
    CooperationTask.objects.all().delete()
    writing.freshen()
    task, cooperations = Task.objects.first(), list(Cooperation.objects.all())
    with (
        connection.connection.cursor() as cursor,
        cursor.copy("COPY agreements_cooperationtask (cooperation_id, task_id, position) FROM STDIN") as copy,
    ):
        for one in cooperations:
            copy.write_row((one.pk, task.pk, 0))


def bulk_create():
    Organ.objects.bulk_create(Organ(cooperation=one, name="Nytt") for one in Cooperation.objects.all())


def publish_all():
    Cooperation.objects.update(publication="published")


def delete_one():
    Agreement.objects.all().delete()
    Cooperation.objects.filter(publication="published").first().delete()


WAYS = {
    "renamed": update(Cooperation, name="Nytt navn"),
    "form": update(Cooperation, form="KO"),
    "life": update(Cooperation, valid_from=datetime.date(2021, 5, 5), valid_to=None),
    "stage": update(Cooperation, stage="planned"),
    "address": sql("UPDATE agreements_cooperation SET slug = slug || '-x'"),
    "withdrawn": sql("UPDATE agreements_cooperation SET publication = 'withdrawn' WHERE id % 2 = 0"),
    "published": publish_all,
    "deleted": delete_one,
    "umbrella": update(Cooperation, umbrella=None),
    "responsible": update(Cooperation, responsible=None),
    "member role": sql("UPDATE agreements_membership SET role = 'funder' WHERE role = 'host'"),
    "member life": update(Membership, valid_from=None, valid_to=datetime.date(2023, 6, 1)),
    "member gone": remove(Membership, role="owner"),
    "tasks copied": copy_tasks,
    "task": update(Task, name_nb="Annet"),
    "task code": sql("UPDATE agreements_task SET code = code || '-x'"),
    "sector": sql("UPDATE agreements_task SET parent_id = NULL"),
    "task link": remove(CooperationTask),
    "relation": remove(CooperationRelation),
    "relation kind": update(CooperationRelation, kind="merged"),
    "organ": update(Organ, name="Rådet"),
    "organs made": bulk_create,
    "winding up": update(Cooperation, winding_up_from=datetime.date(2019, 1, 1), valid_to=None),
    "agreement gone": sql("UPDATE agreements_agreement SET valid_to = '2021-01-01', valid_from = NULL"),
    "decision": update(Decision, outcome="adopted"),
    "decisions gone": remove(Decision),
    "notice": update(Notice, effective_on=None, withdrawn_on=None),
    "notice gone": remove(Notice),
    "group": update(GroupStatement, wording="noen"),
    "citation": update(Citation, locator="s. 99"),
    "citation gone": remove(Citation),
    "source": update(Source, title="Annen tittel"),
    "organisation": update(Organisation, name="Nytt navn"),
    "organisation life": update(Organisation, valid_from=datetime.date(2022, 2, 2), valid_to=None),
    "other name": update(OrganisationName, name="Gielda"),
    "other name gone": remove(OrganisationName),
    "number": sql("UPDATE municipalities_municipalitynumber SET number = '9' || substr(number, 2)"),
    "number life": sql(
        "UPDATE municipalities_municipalitynumber SET valid_from = '2020-03-03' WHERE valid_to IS NOT NULL"
    ),
    "number gone": remove(MunicipalityNumber, valid_to=None),
    "municipality gone": remove(Municipality),
    "county number": sql("UPDATE municipalities_county SET number = '9' || substr(number, 2)"),
    "county life": update(County, valid_from=datetime.date(2021, 1, 1), valid_to=None),
    "county council": sql(
        "UPDATE municipalities_county SET council_id = (SELECT min(council_id) FROM municipalities_county)"
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_what_is_stored_is_what_the_facts_say_after_every_change(way):
    registers.make(1, 6)
    writing.freshen()
    tally.of(datetime.date(2024, 6, 1))
    before = reading.state()
    WAYS[way]()
    assert Outdated.objects.exists()
    writing.freshen()
    assert list(checking.faults()) == []
    assert not Outdated.objects.exists()
    assert reading.state().revision > before.revision


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Cooperation, Membership, Organisation])
def test_a_change_that_changes_nothing_outdates_nothing(model):
    registers.make(1, 4)
    writing.freshen()
    model.objects.update(id=F("id"))
    assert not Outdated.objects.exists()


@pytest.mark.django_db
def test_every_table_of_facts_is_watched():
    """A new table that the API shows needs a ``watch`` in its migration; one that it does not show is named here."""
    not_shown = {
        "municipalities_user",
        "municipalities_coordinator",
        "agreements_actionrecord",
        "agreements_apitoken",
        "agreements_calendaraddress",
        "agreements_externalkey",
        "agreements_ownershipreport",
        "agreements_proposal",
        "agreements_reminder",
        "agreements_subscription",
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'outdate\\_%'")
        watched = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger\\_insert%'"
        )
        tracked = {row[0] for row in cursor.fetchall()}
    assert tracked - watched == not_shown


# What the public may not see


@pytest.mark.django_db
@pytest.mark.parametrize("publication", ["draft", "in_review", "withdrawn"])
def test_the_unpublished_has_no_document(publication):
    secret = factories.cooperation("Hemmelig", publication=publication)
    factories.membership(secret, factories.municipality())
    writing.freshen()
    for table in (Answer, Heading, Listed):
        assert not table.objects.exists()
    assert stored("hemmelig") is None


@pytest.mark.django_db
def test_who_is_withdrawn_is_gone_from_the_documents_of_others():
    above = factories.cooperation("Over")
    before = factories.cooperation("Før")
    secret = factories.cooperation("Hemmelig", umbrella=above)
    CooperationRelation.objects.create(predecessor=before, successor=secret)
    assert stored("over")["parts"]
    assert stored("for")["successors"]
    secret.publication = "withdrawn"
    secret.save()
    assert stored("over")["parts"] == stored("for")["successors"] == []
    assert b"emmelig" not in b"".join(map(bytes, Answer.objects.values_list("content", flat=True)))


# In the transaction of the change


@pytest.mark.django_db(transaction=True)
def test_change_and_document_are_seen_together():
    with transaction.atomic():
        made = factories.cooperation("Før")
    assert b"F\xc3\xb8r" in kept("for")
    with transaction.atomic():
        made.name = "Etter"
        made.save()
        with psycopg.connect(**_address()) as other:
            assert other.execute("SELECT count(*) FROM agreements_outdated").fetchone() == (0,)
    assert b"Etter" in kept("for")
    assert not Outdated.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_document_and_no_revision():
    made = factories.cooperation("Før")
    reading.state()
    revisions = Revision.objects.count()
    made.name = "Etter"
    with transaction.atomic():
        made.save()
        transaction.set_rollback(True)
    assert b"F\xc3\xb8r" in kept("for")
    assert Revision.objects.count() == revisions


@pytest.mark.django_db(transaction=True)
def test_a_reader_never_gets_what_a_writer_outside_django_has_outdated():
    factories.cooperation("Før")
    assert stored("for")["name"] == "Før"
    with psycopg.connect(**_address(), autocommit=True) as other:
        other.execute("UPDATE agreements_cooperation SET name = 'Etter'")
    assert stored("for")["name"] == "Etter"


@pytest.mark.django_db(transaction=True)
def test_a_document_that_cannot_be_made_stops_the_change(monkeypatch):
    """Better no change than one that readers would not see; the connection stays usable."""

    def fail(*_):
        raise ValueError("broken")

    made = factories.cooperation("Før")
    reading.state()
    monkeypatch.setattr(writing, "write", fail)
    made.name = "Etter"
    with pytest.raises(ValueError, match="broken"), transaction.atomic():
        made.save()
    assert Cooperation.objects.get().name == "Før"


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_at_one_cooperation_the_last_document_holds_both_changes():
    """The second makes its documents while the first has not committed: it must wait, and then see both."""
    made = factories.cooperation("Før")
    reading.state()
    first_waits, first_may_go = threading.Event(), threading.Event()
    failed = []

    def first():
        try:
            with transaction.atomic():
                Organ.objects.create(cooperation=made, name="Styret")
                writing.freshen()  # as before the commit: from here on the lock is held
                first_waits.set()
                assert first_may_go.wait(10)
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            connection.close()

    def second():
        try:
            with transaction.atomic():
                GroupStatement.objects.create(cooperation=made, wording="alle")
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            connection.close()

    one, two = threading.Thread(target=first), threading.Thread(target=second)
    one.start()
    assert first_waits.wait(10)
    two.start()
    with psycopg.connect(**_address(), autocommit=True) as watcher:
        # Until the second really waits for the lock.
        while not failed:
            waiting = watcher.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if waiting.fetchone()[0]:
                break
    first_may_go.set()
    one.join(10)
    two.join(10)
    assert failed == []
    document = orjson.loads(reading.addressed(bytes(kept("for")), ""))
    assert [organ["name"] for organ in document["organs"]] == ["Styret"]
    assert [group["wording"] for group in document["group_statements"]] == ["alle"]


def _address() -> dict:
    settings = connection.settings_dict
    return {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "dbname": settings["NAME"],
    }


# While tables are changed


@pytest.mark.django_db
def test_nothing_is_made_while_the_tables_are_migrated():
    factories.cooperation()
    writing.pause()
    try:
        assert not writing.ready()
    finally:
        writing.resume()
    assert writing.ready()
    assert MigrationRecorder(connection).has_table()


# The command


@pytest.mark.django_db
def test_a_check_finds_nothing_in_a_sound_register(capsys):
    registers.make(2, 6)
    call_command("rebuild_documents", check=True)
    assert capsys.readouterr().out == "Everything stored is what the facts say.\n"


SPOILT = {
    "content": "UPDATE agreements_answer SET content = '{}'",
    "days": "UPDATE agreements_answer SET first_day = first_day + 1 WHERE first_day > '0001-01-01'",
    "document gone": "DELETE FROM agreements_answer WHERE last_day = '9999-12-31'",
    "heading gone": "DELETE FROM agreements_heading WHERE token LIKE 'o:%'",
    "heading moved": "UPDATE agreements_heading SET last_day = '2020-01-01' WHERE token = ''",
    "not listed": "DELETE FROM agreements_listed",
    "tally": "UPDATE agreements_tally SET number = number + 1 WHERE token = ''",
    "words": "UPDATE agreements_listed SET words = '{}'",
    "edition": "UPDATE agreements_listed SET edition = ''",
    "secret": "INSERT INTO agreements_answer SELECT -1, timeless, first_day, last_day, digest, content"
    " FROM agreements_answer WHERE last_day = '9999-12-31' LIMIT 1",
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", SPOILT)
def test_a_check_finds_what_was_spoilt_and_a_rebuild_mends_it(fault):
    registers.make(2, 6)
    writing.freshen()
    tally.of(datetime.date(2024, 6, 1))
    sql(SPOILT[fault])()
    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_documents", check=True)
    assert ended.value.code == 1
    call_command("rebuild_documents", all=True, verbosity=0)
    call_command("rebuild_documents", check=True)


@pytest.mark.django_db
def test_an_interrupted_rebuild_is_taken_up_where_it_stopped(monkeypatch):
    registers.make(2, 6)
    writing.freshen()
    monkeypatch.setattr(writing, "BATCH", 1)
    writing.forget_editions()
    run = writing.rebuild()
    done, total = next(run)
    assert (done, total) == (1, 5)
    run.close()
    assert [total for _done, total in writing.rebuild()] == [4] * 4
    assert list(writing.rebuild()) == []
    assert list(checking.faults()) == []
