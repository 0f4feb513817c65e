"""Are changes read from where a reader left off, and told field by field and in words?"""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agreements.exchange import stream
from agreements.exchange.change_words import Words
from agreements.models import Change, Membership
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def folded(events) -> dict:
    """Return what a follower holds who has kept the last state of each object."""
    held = {}
    for event in events:
        key = event.change.object_type, event.change.object_id
        if event.change.state is None:
            held.pop(key, None)
        else:
            held[key] = event.change.state
    return held


def read_all(limit: int = 3) -> list[stream.Event]:
    events, place, more = [], stream.Position(), True
    while more:
        page = stream.read(place, limit=limit)
        events, place, more = events + page.events, page.position, page.more
    assert place == stream.head()
    return events


def test_pages_neither_skip_nor_repeat():
    for n in range(4):
        factories.cooperation(f"Nr. {n}", cite=False)
    ids = list(Change.objects.values_list("pk", flat=True))
    for limit in (1, 2, len(ids), len(ids) + 1):
        assert [event.change.pk for event in read_all(limit)] == ids


def test_a_follower_holds_what_is_public():
    drammen = factories.municipality()
    kept = factories.cooperation("Består", tasks=[factories.task()])
    factories.membership(kept, drammen)
    gone = factories.cooperation("Borte", cite=False)
    gone.delete()
    hidden = factories.cooperation("Skjult", cite=False)
    hidden.publication = "withdrawn"
    hidden.save()
    back = factories.cooperation("Tilbake", cite=False)
    for publication in ("withdrawn", "published"):
        back.publication = publication
        back.save()
    held = folded(read_all())
    names = {state["name"] for (kind, _id), state in held.items() if kind == "cooperation"}
    assert names == {"Består", "Tilbake"}
    assert stream.out_of_step() == {}


def test_those_who_read_from_the_beginning_do_not_see_what_was_withdrawn():
    made = factories.cooperation("Hemmelig navn", cite=False)
    made.publication = "withdrawn"
    made.save()
    (event,) = [e for e in read_all() if e.change.object_type == "cooperation"]
    assert (event.change.kind, event.change.state, event.differences) == ("withdrawn", None, [])


def test_differences_are_told_field_by_field_and_row_by_row():
    drammen, lier = factories.municipality(), factories.municipality("Lier", "3312")
    made = factories.cooperation()
    first = factories.membership(made, drammen, "participant")
    number = first.pk
    place = stream.head()
    made.short_name = "Vakta"
    made.save()
    Membership.objects.filter(pk=first.pk).update(role="host")
    second = factories.membership(made, lier)
    first.delete()
    told = [[(d.field, d.before, d.after) for d in event.differences] for event in stream.read(place).events]
    assert told[0] == [("short_name", "", "Vakta")]
    assert told[1] == [(f"memberships/{number}/role", "participant", "host")]
    ((field, before, after),) = told[2]
    assert (field, before, after["organisation_id"]) == (f"memberships/{second.pk}", None, lier.pk)
    ((field, before, after),) = told[3]
    assert (field, before["role"], after) == (f"memberships/{number}", "host", None)


def test_changes_are_told_in_words():
    drammen = factories.municipality()
    made = factories.cooperation(purpose="")
    place = stream.head()
    made.purpose = "Legevakt om natten"
    made.save()
    member = factories.membership(made, drammen, "host")
    Membership.objects.filter(pk=member.pk).update(role="participant")
    events = stream.read(place).events
    words = Words(events)
    assert [words.title(event) for event in events] == ["Drammen–Lier legevakt: endret"] * 3
    assert [words.lines(event) for event in events] == [
        ["Formål: ukjent → Legevakt om natten"],
        ["Medlemskap lagt til: Drammen (vertskommune)"],
        ["Medlemskap, rolle: vertskommune → deltaker"],
    ]


def test_what_concerns_a_municipality_holds_until_it_has_left():
    drammen, lier = factories.municipality(), factories.municipality("Lier", "3312")
    made = factories.cooperation(cite=False)
    member = factories.membership(made, drammen)
    place = stream.head()
    factories.membership(made, lier)
    member.delete()
    made.name = "Uten Drammen"
    made.save()
    chosen = stream.concerning(municipality=drammen.pk)
    assert [event.change.pk for event in stream.read(place, chosen).events] == [
        event.change.pk for event in stream.read(place).events[:2]
    ]
    assert stream.read(place, chosen).position == stream.head()
    newest = stream.latest(stream.concerning(cooperation=made.pk))[0]
    assert newest.change.state["name"] == "Uten Drammen"


def test_what_concerns_a_sector_is_that_of_its_tasks():
    task = factories.task()
    made = factories.cooperation(tasks=[task])
    other = factories.cooperation("Noe annet", tasks=[factories.task("brann", "beredskap")])
    told = {event.change.object_id for event in stream.latest(stream.concerning(task=task.parent))}
    assert made.pk in told
    assert other.pk not in told - {made.pk, task.pk, task.parent.pk}


def test_a_cursor_is_one_place_and_no_other():
    factories.cooperation(cite=False)
    place = stream.head()
    assert stream.Position.read(str(place)) == place
    assert stream.Position.read(str(stream.Position())) == stream.Position()
    for bad in ("", "7", "x", str(place)[:-1], str(place) + "x", "A" + str(place), "æ", "a.b", "." * 9, "-" * 5000):
        with pytest.raises(stream.BadCursorError):
            stream.Position.read(bad)


def test_a_cursor_from_before_a_restore_is_refused():
    """After the restore the same numbers are given to other events."""
    made = factories.cooperation(cite=False)
    lost = stream.head()
    Change.objects.filter(pk=lost.number).delete()
    with pytest.raises(stream.LostCursorError, match="sikkerhetskopi"):
        stream.Position.read(str(lost))
    Change.objects.create(
        pk=lost.number, kind="changed", object_type="cooperation", object_id=made.pk, slug=made.slug,
        recorded_at="2026-01-01T00:00Z", organisations=[], tasks=[], state={},
    )  # fmt: skip
    with pytest.raises(stream.LostCursorError):
        stream.Position.read(str(lost))


def test_what_was_written_without_triggers_is_found_and_appended():
    made = factories.cooperation(cite=False)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE agreements_cooperation DISABLE TRIGGER USER")
        cursor.execute("UPDATE agreements_cooperation SET name = 'Utenom'")
        cursor.execute("ALTER TABLE agreements_cooperation ENABLE TRIGGER USER")
    assert stream.out_of_step() == {"cooperation": [made.pk]}
    with pytest.raises(CommandError, match="--repair"):
        call_command("check_changes")
    call_command("check_changes", "--repair")
    assert stream.out_of_step() == {}
    assert Change.objects.last().state["name"] == "Utenom"
