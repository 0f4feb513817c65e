"""Can an object be seen as it was known, and an earlier version be brought back with a reason?"""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse

from agreements.actions import amend
from agreements.models import ActionRecord, Agreement, Cooperation, Document, Membership
from municipalities.models import Organisation, User
from tests import factories
from tests.admin_pages import text

pytestmark = pytest.mark.django_db(transaction=True)  # what one transaction does has one time


@pytest.fixture
def anne(client):
    user = User.objects.create_superuser("anne", first_name="Anne", last_name="Aas")
    client.force_login(user)
    return user


def page(obj, model=None) -> str:
    model = model or type(obj)
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_known", args=[obj.pk])


def now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].isoformat()


def test_an_organisation_is_shown_as_it_was_known_and_brought_back(client, anne):
    made = factories.organisation("Selskapet", "company")
    made.successors.add(factories.organisation("Arvingen", "company"))
    then = now()
    Organisation.objects.filter(pk=made.pk).update(name="Feil navn")
    made.successors.clear()

    shown = text(client.get(page(made), {"known_on": then}))
    assert "Navn Selskapet" in shown
    assert "Navn Feil navn" not in shown

    answer = client.post(page(made), {"known_on": then, "reason": "Rettet ved en feil"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.name == "Selskapet"
    event = Organisation.pgh_event_model.objects.filter(pgh_obj_id=made.pk).latest("pgh_id")
    assert (event.pgh_label, event.pgh_context.metadata["reason"]) == ("update", "Rettet ved en feil")


def test_a_cooperation_is_brought_back_by_an_action_that_can_be_undone(client, anne):
    made = factories.cooperation("Legevakten")
    row = factories.membership(made, factories.organisation())
    then = now()
    amend(made, by=anne, reason="x", values={"name": "Annet"}, members=[{"id": row.pk, "delete": True}])
    client.post(page(made), {"known_on": then, "reason": "Tilbake"})
    assert Cooperation.objects.get().name == "Legevakten"
    assert Membership.objects.get().pk == row.pk
    assert ActionRecord.objects.first().kind == "restore"


def test_what_has_been_deleted_is_shown_and_brought_back(client, anne):
    made = factories.cooperation("Legevakten")
    key, then = made.pk, now()
    made.delete()
    made.pk = key
    assert "Legevakten" in text(client.get(page(made), {"known_on": then}))
    assert client.post(page(made), {"known_on": then, "reason": "Slettet ved en feil"}).status_code == 302
    assert Cooperation.objects.get().pk == key


def test_without_a_reason_nothing_is_brought_back(client, anne):
    made = factories.organisation("Selskapet", "company")
    then = now()
    Organisation.objects.update(name="Nytt")
    answer = client.post(page(made), {"known_on": then, "reason": " "})
    assert answer.status_code == 200
    assert "Ingenting er endret" in text(answer)
    assert Organisation.objects.get().name == "Nytt"


def test_what_cannot_be_brought_back_is_told(client, anne):
    made = factories.organisation("Selskapet", "company", org_number=factories.org_number(91000000))
    then = now()
    Organisation.objects.update(org_number=None)
    factories.organisation("Et annet", "company", org_number=factories.org_number(91000000))
    answer = client.post(page(made), {"known_on": then, "reason": "Tilbake"})
    assert answer.status_code == 200
    assert "Selskapet" in text(answer)
    assert Organisation.objects.get(pk=made.pk).org_number is None


@pytest.mark.parametrize("known_on", ["i går", "2024-02-30", ""])
def test_what_is_no_moment_is_told(client, anne, known_on):
    made = factories.organisation()
    answer = client.get(page(made), {"known_on": known_on})
    assert answer.status_code == 200


def test_a_day_before_it_was_registered_shows_nothing(client, anne):
    answer = client.get(page(factories.organisation()), {"known_on": "1999-01-01"})
    assert "Registeret visste ikke om dette" in text(answer)


def test_a_reader_may_see_but_not_bring_back(client):
    reader = User.objects.create_user("leser", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_organisation"))
    client.force_login(reader)
    made = factories.organisation()
    shown = client.get(page(made), {"known_on": now()})
    assert shown.status_code == 200
    assert "Hent fram" not in text(shown)
    assert client.post(page(made), {"known_on": now(), "reason": "x"}).status_code == 403


def test_the_history_leads_to_each_version(client, anne):
    made = factories.organisation()
    history = reverse("admin:municipalities_organisation_history", args=[made.pk])
    assert f"{page(made)}?known_on=" in client.get(history).content.decode()


def test_a_document_that_was_hidden_since_stays_hidden(client, anne):
    """What somebody has found secret must not come out by bringing back the agreement or the cooperation."""
    document = factories.document(confirmed=True)
    then = now()
    Document.objects.update(
        access="restricted", exemption_basis="offentleglova § 13", confirmed_at=None, confirmed_by=""
    )
    Agreement.objects.update(title="Nytt navn")
    for obj in (document, document.agreement, document.agreement.cooperation):
        client.post(page(obj), {"known_on": then, "reason": "Tilbake"})
    document.refresh_from_db()
    assert (document.access, document.confirmed_at) == ("restricted", None)
    assert Agreement.objects.get().title == document.agreement.title != "Nytt navn"
