"""Can a subscription be made, changed and looked after in the admin?"""

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from agreements.exchange import stream
from agreements.models import Change, Delivery, Subscription
from municipalities.models import User
from tests import factories
from tests.admin_pages import submit

pytestmark = pytest.mark.django_db
LIST = "/admin/agreements/subscription/"


@pytest.fixture
def kari(client):
    user = User.objects.create_superuser("kari", email="kari@example.org", password="hemmelig")
    client.force_login(user)
    return user


@pytest.fixture
def subscription(kari):
    return Subscription.objects.create(
        organisation=factories.organisation(), owner=kari, name="Arkivet", url="https://example.org/", position=7
    )


@pytest.fixture
def delivery(subscription):
    change = Change.objects.create(
        kind="changed", object_type="cooperation", object_id=1, slug="ett", recorded_at="2026-01-01T00:00Z",
        organisations=[], tasks=[], state={},
    )  # fmt: skip
    return Delivery.objects.create(subscription=subscription, change=change, status="failed", answer="500 Å nei")


def act(client, url: str, action: str, *things):
    data = {"action": action, "_selected_action": [thing.pk for thing in things]}
    response = client.post(url, data, follow=True)
    return response.content.decode()


def test_a_new_subscription_begins_now_with_a_secret_and_its_maker_as_owner(client, kari):
    body = factories.organisation()
    submit(
        client, f"{LIST}add/", name="Arkivet", url="https://example.org/mottak", organisation=str(body.pk),
        kinds=["published", "changed"], object_types=["cooperation"],
    )  # fmt: skip
    made = Subscription.objects.get()
    assert (made.owner, made.kinds, made.object_types) == (kari, ["published", "changed"], ["cooperation"])
    assert made.secret.startswith("whsec_")
    assert made.position == stream.head().number


def test_an_address_without_https_is_refused_with_a_reason(client, kari):
    body = factories.organisation()
    response = submit(client, f"{LIST}add/", name="A", url="http://10.0.0.1/", organisation=str(body.pk))
    assert "Adressen må begynne med https://" in response.content.decode()
    assert not Subscription.objects.exists()


def test_the_secret_is_changed_in_two_steps(client, subscription):
    first = subscription.secret
    act(client, LIST, "change_secret", subscription)
    subscription.refresh_from_db()
    assert subscription.former_secret == first != subscription.secret
    act(client, LIST, "forget_former_secret", subscription)
    subscription.refresh_from_db()
    assert subscription.former_secret == ""


def test_those_who_may_only_look_do_not_see_the_secret(client, subscription):
    ola = User.objects.create_user("ola", password="x", is_staff=True, is_editor=True)
    client.force_login(ola)
    page = client.get(f"{LIST}{subscription.pk}/change/").content.decode()
    assert subscription.secret not in page


def test_the_secret_is_not_kept_in_the_history(subscription):
    assert not hasattr(Subscription.pgh_event_model.objects.first(), "secret")


def test_the_log_shows_what_the_receiver_answered_and_can_send_again(client, delivery):
    log = reverse("admin:agreements_delivery_changelist")
    assert "ikke levert" in client.get(log).content.decode()
    assert "500 Å nei" in client.get(f"{log}{delivery.pk}/change/").content.decode()
    assert "lagt i kø" in act(client, log, "deliver_again", delivery)
    delivery.refresh_from_db()
    assert delivery.status == "waiting"
    assert ProcrastinateJob.objects.get().args == {"delivery_id": delivery.pk}


def test_turning_it_on_again_sends_what_was_not_delivered(client, delivery):
    subscription = delivery.subscription
    Subscription.objects.filter(pk=subscription.pk).update(is_active=False, position=delivery.change_id + 5)
    act(client, LIST, "start_again", subscription)
    subscription.refresh_from_db()
    assert (subscription.is_active, subscription.position) == (True, delivery.change_id - 1)
    assert not Delivery.objects.exists()


def test_nobody_writes_in_the_log(client, delivery):
    log = reverse("admin:agreements_delivery_changelist")
    assert client.get(f"{log}add/").status_code == 403
    assert client.post(f"{log}{delivery.pk}/delete/", {"post": "yes"}).status_code == 403
