"""Does the stream hold exactly what the public could see, in the order in which it became true?"""

import datetime
import re
import threading

import pghistory
import pytest
from django.apps import apps
from django.db import InternalError, connection, connections, transaction

from agreements.actions import documents
from agreements.models import (
    Agreement,
    Change,
    Citation,
    Clause,
    Cooperation,
    CooperationRelation,
    Decision,
    GroupStatement,
    LegalProfile,
    Membership,
    Notice,
    Notification,
    Organ,
    OrganSeat,
    PendingChange,
)
from agreements.models.public_state import KINDS, NOT_PUBLIC
from agreements.querysets import public_organisations
from municipalities.models import MunicipalityNumber, Organisation, OrganisationName, Population
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def after():
    """Return a function that gives (kind, type, slug) of the events since it was last asked."""
    seen = [0]

    def read() -> list[tuple[str, str, str]]:
        events = Change.objects.filter(pk__gt=seen[0])
        seen[0] = max([event.pk for event in events], default=seen[0])
        return [(event.kind, event.object_type, event.slug) for event in events]

    return read


def last(thing) -> Change:
    return Change.objects.filter(object_type=thing._meta.model_name, object_id=thing.pk).last()


# What an event says


def test_publication_is_one_event_with_everything(after):
    drammen = factories.municipality()
    task = factories.task()
    made = factories.cooperation(publication="draft", tasks=[task])
    factories.membership(made, drammen, "host", share=(1, 3), note="Vises når alt vises")
    after()
    made.publication = "published"
    made.save()
    assert after() == [("published", "cooperation", made.slug)]
    state = last(made).state
    (member,) = state["memberships"]
    assert (member["organisation_id"], member["role"]) == (drammen.pk, "host")
    assert (member["ownership_numerator"], member["ownership_denominator"]) == (1, 3)
    assert [row["task_id"] for row in state["tasks"]] == [task.pk]
    assert last(made).organisations == [drammen.pk]
    assert last(made).tasks == [task.pk]


def test_a_draft_leaves_no_trace(after):
    after()
    made = factories.cooperation("Hemmelig plan", publication="draft", cite=False)
    made.name = "Mer hemmelig plan"
    made.save()
    factories.membership(made, factories.organisation("Helt kjent"))
    made.publication = "in_review"
    made.save()
    assert [kind for _what, kind, _slug in after()] == ["organisation"]
    made.delete()
    assert after() == []


def test_withdrawal_leaves_a_tombstone_and_takes_back_what_was_told(after):
    made = factories.cooperation("Trukket", cite=False)
    made.purpose = "Skulle ikke vært offentlig"
    made.save()
    after()
    with pghistory.context(reason="Inneholdt personopplysninger om Kari"):
        made.publication = "withdrawn"
        made.save()
    assert after() == [("withdrawn", "cooperation", "trukket")]
    assert last(made).state is None
    assert last(made).reason == ""
    earlier = Change.objects.filter(object_type="cooperation").exclude(pk=last(made).pk)
    assert {(event.state, event.reason, event.erased) for event in earlier} == {(None, "", True)}
    made.purpose = "Endret mens det var trukket"
    made.save()
    assert after() == []
    made.publication = "published"
    made.save()
    assert after() == [("published", "cooperation", "trukket")]
    assert last(made).state["purpose"] == "Endret mens det var trukket"


@pytest.mark.parametrize("away", ["withdrawn", "deleted"])
def test_why_something_was_taken_away_is_not_told_with_what_changed_along(after, away):
    above = factories.cooperation("Paraply", cite=False)
    part = factories.cooperation("Del", umbrella=above, cite=False)
    after()
    with pghistory.context(reason="Inneholdt personopplysninger om Kari"), transaction.atomic():
        if away == "withdrawn":
            Cooperation.objects.filter(pk=above.pk).update(publication="withdrawn")
        else:
            Cooperation.objects.filter(pk=part.pk).update(umbrella=None)
            above.delete()
    assert set(after()) == {(away, "cooperation", "paraply"), ("changed", "cooperation", "del")}
    assert last(part).reason == ""


def test_deletion_leaves_a_tombstone(after):
    made = factories.cooperation()
    factories.membership(made, factories.municipality())
    after()
    made.delete()
    assert after() == [("deleted", "cooperation", "drammen-lier-legevakt")]
    assert Change.objects.filter(object_type="cooperation", state__isnull=False).count() == 0


def test_a_transaction_is_one_event_per_object_with_its_reason(after):
    drammen, made = factories.municipality(), factories.cooperation()
    after()
    with pghistory.context(reason="Sak 14/22"), transaction.atomic():
        made.name = "Legevakta"
        made.save()
        made.name = "Legevakten"
        made.save()
        factories.membership(made, drammen)
    assert after() == [("changed", "cooperation", made.slug)]
    assert last(made).state["name"] == "Legevakten"
    assert last(made).reason == "Sak 14/22"


def test_what_is_undone_in_the_same_transaction_is_no_event(after):
    made = factories.cooperation()
    after()
    with transaction.atomic():
        factories.membership(made, factories.organisation("Kortvarig")).delete()
    assert after() == [("created", "organisation", Organisation.objects.get(name="Kortvarig").slug)]
    made.save()
    assert after() == []


def test_what_is_rolled_back_is_no_event(after):
    made = factories.cooperation()
    after()
    with transaction.atomic():
        rename(made.pk, "Aldri")
        transaction.set_rollback(True)
    assert after() == []


def test_changes_in_sql_by_hand_are_followed(after):
    made = factories.cooperation()
    after()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_cooperation SET name = upper(name)")
    assert after() == [("changed", "cooperation", made.slug)]
    assert last(made).state["name"] == "DRAMMEN–LIER LEGEVAKT"


@pytest.fixture
def full():
    """Return a cooperation with a row in every table that belongs to it, and those rows."""
    drammen = factories.municipality()
    made = factories.cooperation(tasks=[factories.task()])
    member = factories.membership(made, drammen)
    agreement = Agreement.objects.create(cooperation=made, title="Avtalen")
    organ = Organ.objects.create(cooperation=made, name="Styret")
    before = factories.cooperation("Den gamle", cite=False)
    rows = [
        member,
        agreement,
        organ,
        made.task_links.get(),
        Citation.objects.create(source=factories.source(), membership=member, locator="side 1"),
        Decision.objects.create(agreement=agreement, organisation=drammen.organisation),
        Clause.objects.create(agreement=agreement, item="VK-01", status="present"),
        GroupStatement.objects.create(cooperation=made, wording="alle"),
        LegalProfile.objects.create(cooperation=made),
        Notification.objects.create(cooperation=made, recipient="dsb"),
        Notice.objects.create(cooperation=made, organisation=drammen.organisation, given_on="2024-01-01"),
        OrganSeat.objects.create(organ=organ, organisation=drammen.organisation),
        CooperationRelation.objects.create(predecessor=before, successor=made),
    ]
    return made, rows


def test_every_row_of_a_cooperation_is_followed(after, full):
    """In each table: changed by hand in the first column that is a text or a number, and deleted."""
    made, rows = full
    after()
    columns = {
        "Membership": "note", "Agreement": "title", "Organ": "name", "CooperationTask": "position",
        "Citation": "note", "Decision": "case_number", "Clause": "place", "GroupStatement": "note",
        "LegalProfile": "auditor", "Notification": "reference", "OrganSeat": "members", "CooperationRelation": "note",
        "Notice": "basis",
    }  # fmt: skip
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(**{columns[type(row).__name__]: "7"})
        assert after() == [("changed", "cooperation", made.slug)], type(row)
    for row in sorted(rows, key=lambda row: type(row) in (Membership, Agreement, Organ)):
        row.delete()
        assert after() == [("changed", "cooperation", made.slug)], type(row)


def test_rows_that_move_are_told_of_both_cooperations(after, full):
    made, (member, *_rest) = full
    other = factories.cooperation("En annen", cite=False)
    after()
    Membership.objects.filter(pk=member.pk).update(cooperation=other)
    assert sorted(after()) == [("changed", "cooperation", made.slug), ("changed", "cooperation", "en-annen")]


def test_places_and_lists_are_followed(after):
    drammen, lier = factories.municipality(), factories.municipality("Lier", "3312")
    after()
    steps = [
        (lambda: OrganisationName.objects.create(organisation=lier.organisation, name="Liđđe"), "organisation"),
        (lambda: lier.organisation.successors.add(drammen.organisation), "organisation"),
        (lambda: Population.objects.create(municipality=lier, date="2025-01-01", persons=1), "municipality"),
        (lambda: MunicipalityNumber.objects.filter(municipality=lier).update(name="Lierbyen"), "municipality"),
        (lambda: factories.source("ny"), "source"),
    ]
    for do, kind in steps:
        do()
        assert [event[1] for event in after()] == [kind]


# What must not be seen


def test_the_body_of_a_draft_is_hidden_until_the_draft_is_published(after):
    body = factories.organisation("Nye IKS", "intermunicipal")
    assert after() == [("created", "organisation", body.slug)]
    draft = factories.cooperation("Nye IKS", publication="draft", body=body, cite=False)
    assert after() == [("withdrawn", "organisation", body.slug)]
    draft.publication = "published"
    draft.save()
    assert after() == [("published", "organisation", body.slug), ("published", "cooperation", "nye-iks")]


def test_a_hidden_body_appears_with_a_membership_and_goes_with_it(after):
    body = factories.organisation("Nye IKS", "intermunicipal")
    factories.cooperation("Nye IKS", publication="draft", body=body, cite=False)
    public = factories.cooperation(cite=False)
    after()
    member = factories.membership(public, body)
    assert ("published", "organisation", body.slug) in after()
    member.delete()
    assert ("withdrawn", "organisation", body.slug) in after()
    Cooperation.objects.filter(pk=public.pk).update(responsible=body)
    assert ("published", "organisation", body.slug) in after()
    Cooperation.objects.filter(pk=public.pk).update(responsible=None)
    assert ("withdrawn", "organisation", body.slug) in after()


def test_relatives_are_named_only_while_they_are_public(after):
    above = factories.cooperation("Paraply", publication="draft", cite=False)
    old = factories.cooperation("Gammelt", publication="draft", cite=False)
    made = factories.cooperation("Nytt", umbrella=above, cite=False)
    CooperationRelation.objects.create(predecessor=old, successor=made)
    assert (last(made).state["umbrella_id"], last(made).state["predecessors"]) == (None, [])
    after()
    for one in (above, old):
        Cooperation.objects.filter(pk=one.pk).update(publication="published")
        assert sorted(after()) == [("changed", "cooperation", "nytt"), ("published", "cooperation", one.slug)]
    assert last(made).state["umbrella_id"] == above.pk
    assert [row["predecessor_id"] for row in last(made).state["predecessors"]] == [old.pk]
    for one in (above, old):
        Cooperation.objects.filter(pk=one.pk).update(publication="withdrawn")
        assert sorted(after()) == [("changed", "cooperation", "nytt"), ("withdrawn", "cooperation", one.slug)]
    assert (last(made).state["umbrella_id"], last(made).state["predecessors"]) == (None, [])


def test_the_stream_knows_the_same_public_organisations_as_the_pages(full):
    body = factories.organisation("Skjult IKS", "intermunicipal")
    factories.cooperation("Utkast", publication="draft", body=body, cite=False)
    told = Change.objects.filter(object_type="organisation").order_by("object_id", "-pk").distinct("object_id")
    shown = {event.object_id for event in told if event.state}
    assert shown == set(public_organisations().values_list("pk", flat=True))
    assert body.pk not in shown


def test_every_column_is_public_or_named_as_not():
    """A new column must be decided about: in ``public_state`` as public, or in ``NOT_PUBLIC`` with the reason."""
    tables: dict[str, set[str]] = {}

    def walk(rows):
        tables.setdefault(rows.table, set()).update(rows.columns.split())
        for inner in rows.inner.values():
            walk(inner)

    for kind in KINDS.values():
        walk(kind)
    models = {model._meta.db_table: model for model in apps.get_models() if not model._meta.proxy}
    for table, columns in tables.items():
        own = {field.column for field in models[table]._meta.concrete_fields}
        # The number of the object that the row lies in, and a citation's other place, are told by where it stands.
        place = {"cooperation_id", "membership_id", "agreement_id", "organ_id", "organisation_id", "successor_id"}
        place = place | {"municipality_id"} if table not in {kind.table for kind in KINDS.values()} else set()
        assert own - columns - place == NOT_PUBLIC.get(table, set()), table
        assert columns <= own, table


def test_every_table_of_the_stream_notes_its_changes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'mark_changes_%%'")
        marked = [row[0] for row in cursor]
    sql = " ".join(f"{kind.table} {kind.state()}" for kind in KINDS.values())
    read = set(re.findall(r"(?:agreements|municipalities)_\w+", sql))
    assert {table: marked.count(table) for table in read} == dict.fromkeys(read, 3)


def test_a_document_is_told_while_it_is_public_and_no_longer(after):
    drammen = factories.municipality()
    made = factories.cooperation(cite=False, tasks=[factories.task()])
    factories.membership(made, drammen)
    agreement = factories.agreement(made)
    after()
    paper = factories.document(agreement, title="Navn på en pasient")
    assert after() == []
    documents.confirm_document(paper, by="Kari")
    assert after() == [("published", "document", str(paper.pk))]
    assert (last(paper).organisations, last(paper).tasks) == ([drammen.pk], [made.tasks.get().pk])
    assert set(last(paper).state) == {
        "id", "agreement_id", "title", "version", "language", "access", "exemption_basis", "format", "size", "sha256",
        "uploaded_at",
    }  # fmt: skip
    assert last(paper).state["uploaded_at"] == f"{paper.uploaded_at:%Y-%m-%dT%H:%M:%SZ}"
    documents.withdraw_document(paper, reason="En pasient er nevnt")
    assert after() == [("withdrawn", "document", str(paper.pk))]
    told = Change.objects.filter(object_type="document", object_id=paper.pk)
    assert [(e.state, e.reason, e.erased) for e in told] == [(None, "", True), (None, "", False)]
    assert last(paper).organisations == [drammen.pk]


def test_a_document_goes_and_comes_with_its_cooperation(after):
    made = factories.cooperation(cite=False)
    paper = factories.document(factories.agreement(made), confirmed=True)
    after()
    for publication, kind in (("withdrawn", "withdrawn"), ("published", "published")):
        Cooperation.objects.filter(pk=made.pk).update(publication=publication)
        assert after() == [(kind, "cooperation", made.slug), (kind, "document", str(paper.pk))]
    hidden = factories.cooperation("Utkast", publication="draft", cite=False)
    Agreement.objects.filter(pk=paper.agreement_id).update(cooperation=hidden)
    assert after() == [("changed", "cooperation", made.slug), ("withdrawn", "document", str(paper.pk))]
    paper.delete()
    assert after() == []


# Order


class Writer(threading.Thread):
    """A transaction in a connection of its own, that goes on when it is told to."""

    def __init__(self, do):
        super().__init__()
        self.do, self.written, self.go_on, self.error = do, threading.Event(), threading.Event(), None

    def run(self):
        """Write, tell so, wait, commit."""
        try:
            with transaction.atomic():
                self.do()
                self.written.set()
                self.go_on.wait(10)
        except Exception as error:
            self.error = error
        finally:
            self.written.set()
            connections["default"].close()


def started(do) -> Writer:
    writer = Writer(do)
    writer.start()
    assert writer.written.wait(10)
    return writer


def committed(writer: Writer) -> None:
    writer.go_on.set()
    writer.join(10)
    assert writer.error is None


def rename(pk: int, name: str) -> None:
    Cooperation.objects.filter(pk=pk).update(name=name)


def test_the_order_is_that_of_the_commits_not_of_the_writing(after):
    first, second, third = (factories.cooperation(f"Nr. {n}", cite=False) for n in (1, 2, 3))
    after()
    early = started(lambda: rename(first.pk, "Skrevet først"))
    middle = started(lambda: rename(second.pk, "Skrevet som nr. 2"))
    late = started(lambda: rename(third.pk, "Skrevet sist"))
    told = []
    for writer in (late, early, middle):
        committed(writer)
        told += after()  # a reader who has read so far must not have passed over anything
    assert [slug for _kind, _type, slug in told] == ["nr-3", "nr-1", "nr-2"]
    assert list(Change.objects.values_list("recorded_at", flat=True)) == sorted(
        Change.objects.values_list("recorded_at", flat=True)
    )


def test_nothing_is_lost_between_one_who_publishes_and_one_who_adds_a_member():
    """Neither sees the other's row while writing, whoever commits first."""
    drammen, lier = factories.municipality().organisation, factories.municipality("Lier", "3312").organisation
    for n, publisher_first in enumerate((True, False)):
        made = factories.cooperation(f"Side om side {n}", publication="draft", cite=False)
        publish = started(lambda made=made: Cooperation.objects.filter(pk=made.pk).update(publication="published"))
        join = started(lambda made=made: factories.membership(made, lier if made.pk % 2 else drammen))
        for writer in (publish, join) if publisher_first else (join, publish):
            committed(writer)
        assert len(last(made).state["memberships"]) == 1


def test_many_writers_leave_neither_gap_nor_duplicate():
    ids = [factories.cooperation(f"Nr. {n}", cite=False).pk for n in range(4)]
    start = Change.objects.latest("pk").pk
    stop, read = threading.Event(), []

    def follow():
        place = start
        while True:
            last_round = stop.is_set()
            for event in Change.objects.filter(pk__gt=place).order_by("pk"):
                place = event.pk
                read.append(place)
            if last_round:
                connections["default"].close()
                return

    def write(number):
        for turn in range(10):
            rename(ids[(number + turn) % 4], f"Av {number}, gang {turn}")
        connections["default"].close()

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join(30)
    stop.set()
    reader.join(30)
    assert read == list(Change.objects.filter(pk__gt=start).order_by("pk").values_list("pk", flat=True))
    assert len(read) == 40


def test_a_transaction_with_an_old_snapshot_is_refused():
    made = factories.cooperation(cite=False)
    write = "UPDATE agreements_cooperation SET name = 'Ikke slik'"
    with connection.cursor() as cursor, pytest.raises(InternalError, match="READ COMMITTED"):
        cursor.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ; {write}; COMMIT")
    made.refresh_from_db()
    assert made.name == "Drammen–Lier legevakt"


def test_nothing_is_left_waiting(full):
    Agreement.objects.all().delete()
    full[0].delete()
    assert PendingChange.objects.count() == 0


def test_a_day_is_written_as_iso_8601():
    made = factories.cooperation(valid_from=datetime.date(2020, 2, 29), cite=False)
    assert last(made).state["valid_from"] == "2020-02-29"


def test_a_load_takes_time_in_proportion_to_its_rows():
    """Each of the rows of a commit looks for itself alone, not for one that is left among all that were dealt with."""
    rows = 300
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # as with many rows
        cursor.execute(
            "INSERT INTO agreements_pendingchange (xid, object_type, object_id)"
            " SELECT pg_current_xact_id()::text::bigint, 'task', n FROM generate_series(%s, %s) n",
            [1_000_000, 1_000_000 + rows - 1],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid)) FROM pg_index"
            " WHERE indrelid = 'agreements_pendingchange'::regclass"
        )
        assert cursor.fetchone()[0] < 20 * rows
