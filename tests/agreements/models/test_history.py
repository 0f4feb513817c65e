"""Is every change kept, with who and why, and can the history itself not be changed?"""

import pghistory
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from agreements.models.answers import DERIVED
from tests.factories import cooperation, membership, organisation

pytestmark = pytest.mark.django_db

#: The stream of changes is itself a history, and a delivery is a line of a log.
#: Who has which rights is told by Django's own admin log; these two tables hold no facts of the register.
#: A draft of a registration holds what somebody has typed so far; it becomes facts, with history, when it is saved.
#: What a caller of the API was answered, and how often it has asked, is forgotten within a day.
#: The addresses of readers, and what they wrote, must be gone when they take them back or when it is handled; the
#: history is never deleted from.
OF_READERS = {"Follower", "Follow", "FormUse", "PageReport"}
WITHOUT_HISTORY = OF_READERS | {
    "User_groups", "User_user_permissions", "Change", "PendingChange", "Delivery", "RegistrationDraft", "KeptAnswer",
    "Quota",
}  # fmt: skip


def test_every_table_of_the_register_is_tracked():
    models = [m for app in ("municipalities", "agreements") for m in apps.get_app_config(app).get_models(True)]
    events = [m for m in models if hasattr(m, "pgh_tracked_model")]
    tracked = {m.pgh_tracked_model._meta.concrete_model for m in events}
    facts = {m._meta.concrete_model for m in models} - set(events)
    assert {m.__name__ for m in facts - tracked - set(DERIVED)} == WITHOUT_HISTORY


def test_insert_update_and_delete_are_kept_with_the_reason():
    with pghistory.context(reason="Prøve"):
        made = cooperation("Før", cite=False)
    made.name = "Etter"
    made.save()
    slug = made.slug
    made.delete()
    events = apps.get_model("agreements", "CooperationEvent").objects.filter(slug=slug).order_by("pgh_id")
    assert [(e.pgh_label, e.name) for e in events] == [("insert", "Før"), ("update", "Etter"), ("delete", "Etter")]
    assert events[0].pgh_context.metadata["reason"] == "Prøve"


def test_changes_outside_django_are_kept_too():
    made = membership(cooperation(), organisation())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_membership SET note = 'for hånd' WHERE id = %s", [made.pk])
    events = apps.get_model("agreements", "MembershipEvent").objects.filter(pgh_obj_id=made.pk)
    assert events.filter(note="for hånd", pgh_label="update").count() == 1


def test_the_history_cannot_be_rewritten():
    cooperation(cite=False)
    events = apps.get_model("agreements", "CooperationEvent").objects
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        events.update(name="Omskrevet")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        events.all().delete()
