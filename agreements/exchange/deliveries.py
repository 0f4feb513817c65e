"""How do changes reach those who subscribe: signed, in order, again when nobody answers, and not for ever?

The queue is procrastinate's, in the same database: what is queued is queued in the transaction that reads the stream.
``manage.py procrastinate worker`` does the work. Messages about one object to one subscriber share a lock, so that
a later one waits until the earlier one has come through or been given up.
"""

import base64
import datetime
import hashlib
import hmac
import json

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from ..models import Change, Delivery, Subscription
from . import stream
from .outgoing import RefusedAddressError, UnreachableError, post

QUEUE = "webhooks"
#: Waiting times after each failed attempt, in seconds, as Standard Webhooks suggests: about a day in all.
WAITS = [5, 60, 300, 1_800, 7_200, 18_000, 36_000]
#: So many events are queued for a subscriber at a time; the rest follow at the next round.
BATCH = 500
GONE = 410
USER_AGENT = "register-interkommunalt-samarbeid"


class NotTakenError(Exception):
    """The receiver did not take the message; it is sent again later."""


class Again(BaseRetryStrategy):
    """Try again after longer and longer times."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when, or None when the message is given up."""
        if not isinstance(exception, NotTakenError) or job.attempts >= len(WAITS):
            return None
        return RetryDecision(retry_in={"seconds": WAITS[job.attempts]})


def subscribed(subscription: Subscription) -> QuerySet[Change]:
    """Return the events that a subscriber asks about."""
    chosen = stream.concerning(
        municipality=subscription.about_organisation_id,
        cooperation=subscription.about_cooperation_id,
        task=subscription.about_task,
    )
    if subscription.kinds:
        chosen = chosen.filter(kind__in=subscription.kinds)
    if subscription.object_types:
        chosen = chosen.filter(object_type__in=subscription.object_types)
    return chosen


@app.periodic(cron="*/10 * * * * *")  # every ten seconds
@app.task(queue=QUEUE, queueing_lock="hand_out", lock="hand_out", pass_context=False)
def hand_out(timestamp: int = 0) -> None:
    """Queue a message for each subscriber and each event since the last round."""
    for pk in Subscription.objects.filter(is_active=True).values_list("pk", flat=True):
        hand_out_to(pk)


@transaction.atomic
def hand_out_to(pk: int) -> int:
    """Queue the next events for one subscriber; return how many. The row is locked: two workers share nothing out."""
    subscription = Subscription.objects.select_for_update().filter(pk=pk, is_active=True).first()
    if subscription is None:
        return 0
    page = stream.read(stream.Position(subscription.position), subscribed(subscription), BATCH)
    for event in page.events:
        delivery, made = Delivery.objects.get_or_create(subscription=subscription, change=event.change)
        if made:
            queue(delivery)
    if page.position.number != subscription.position:
        Subscription.objects.filter(pk=pk).update(position=page.position.number)
    return len(page.events)


def queue(delivery: Delivery) -> None:
    """Queue a message behind those about the same object to the same subscriber."""
    change = delivery.change
    lock = f"webhook {delivery.subscription_id} {change.object_type} {change.object_id}"
    deliver.configure(lock=lock).defer(delivery_id=delivery.pk)


@app.task(queue=QUEUE, retry=Again(), pass_context=True)
def deliver(context, delivery_id: int) -> None:
    """Send one message. Raises NotTakenError, upon which it is tried again."""
    delivery = Delivery.objects.select_related("subscription__owner", "change").filter(pk=delivery_id).first()
    if delivery is None or delivery.status == Delivery.Status.DELIVERED:
        return
    subscription, change = delivery.subscription, delivery.change
    if not subscription.is_active or change.erased:
        # What has been withdrawn meanwhile is not told; the message about the withdrawal follows.
        _note(delivery, Delivery.Status.DROPPED)
        return
    last = context.job.attempts >= len(WAITS)
    try:
        answer = post(subscription.url, *message(subscription, change))
    except RefusedAddressError as error:
        _note(delivery, Delivery.Status.FAILED, answer=str(error))
        give_up(subscription, str(error))
        return
    except UnreachableError as error:
        _note(delivery, Delivery.Status.FAILED if last else Delivery.Status.WAITING, answer=str(error))
        problem = str(error)
    else:
        taken = 200 <= answer.status < 300
        failed = Delivery.Status.FAILED if last or answer.status == GONE else Delivery.Status.WAITING
        _note(
            delivery,
            Delivery.Status.DELIVERED if taken else failed,
            http_status=answer.status,
            answer=answer.text,
            milliseconds=answer.milliseconds,
        )
        if taken:
            Subscription.objects.filter(pk=subscription.pk).exclude(failing_since=None).update(failing_since=None)
            return
        problem = _("Mottakeren svarte %(status)s.") % {"status": answer.status}
        if answer.status == GONE:
            give_up(subscription, problem)
            return
    Subscription.objects.filter(pk=subscription.pk, failing_since=None).update(failing_since=timezone.now())
    if last:
        give_up(subscription, problem)
        return
    raise NotTakenError(problem)


def message(subscription: Subscription, change: Change, now: datetime.datetime | None = None) -> tuple[bytes, dict]:
    """Return body and headers of the message about an event, signed by Standard Webhooks (HMAC-SHA256).

    The id is the event's own, the same each time it is sent: a receiver that has seen it can pass over it.
    """
    event = stream.with_before(change)
    body = json.dumps(
        {
            "type": f"{change.object_type}.{change.kind}",
            "timestamp": change.recorded_at.isoformat(),
            "data": stream.as_json(event, settings.SITE_URL),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    stamp = str(int((now or timezone.now()).timestamp()))
    ident = f"evt_{change.event.hex}"
    signed = b".".join([ident.encode(), stamp.encode(), body])
    signatures = [
        "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        for key in subscription.secrets_in_use()
    ]
    return body, {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": ident,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }


def _note(delivery: Delivery, status: str, *, http_status=None, answer: str = "", milliseconds=None) -> None:
    """Write down how an attempt went."""
    tried = status != Delivery.Status.DROPPED
    Delivery.objects.filter(pk=delivery.pk).update(
        status=status,
        attempts=F("attempts") + (1 if tried else 0),
        tried_at=timezone.now() if tried else F("tried_at"),
        http_status=http_status,
        answer=answer,
        milliseconds=milliseconds,
    )


def give_up(subscription: Subscription, problem: str) -> None:
    """Turn a subscription off and tell its owner why, once."""
    if not Subscription.objects.filter(pk=subscription.pk, is_active=True).update(is_active=False):
        return
    owner = subscription.owner
    if not owner.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Abonnementet «%(name)s» er slått av") % {"name": subscription.name}
        text = _(
            "Registeret over interkommunalt samarbeid har ikke fått levert endringer til %(url)s.\n\n%(problem)s\n\n"
            "Abonnementet er slått av. Når mottakeren er i orden, kan du slå det på igjen i registeret; "
            "da sendes også det som ikke er levert."
        ) % {"url": subscription.url, "problem": problem}
    send_mail(" ".join(subject.split()), text, None, [owner.email])


@transaction.atomic
def start_again(subscription: Subscription) -> int:
    """Turn a subscription on; what was not delivered is sent again. Return how many messages that is."""
    undelivered = subscription.deliveries.exclude(status=Delivery.Status.DELIVERED)
    first = undelivered.aggregate(first=Min("change_id"))["first"]
    values = {"is_active": True, "failing_since": None}
    if first is not None:
        values["position"] = min(first - 1, subscription.position)
    count, _by_model = undelivered.delete()
    Subscription.objects.filter(pk=subscription.pk).update(**values)
    return count


def deliver_again(delivery: Delivery) -> None:
    """Queue a message that has been delivered, or given up, once more."""
    Delivery.objects.filter(pk=delivery.pk).update(status=Delivery.Status.WAITING)
    queue(delivery)
