"""What is each follower told by e-mail, and how is nobody told twice?

The discipline is that of the reminders: at most once. How far a message reaches is stored as claimed and committed,
then the message is handed to the mail server, then it is stored as told. What a crash or a timeout leaves
in between stays claimed: the next run goes on after it, says which address it is, and a person
decides (``--resend-uncertain``). What the server certainly refused is not claimed any longer, and
is in the next run's message.
"""

import functools
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Change, Follow, Follower, Task
from . import stream
from .atom import page_of
from .change_words import Words
from .follows import HEADERS, one_line
from .mailing import certainly_refused

#: The lock that one run holds in the database; any number that nothing else uses.
LOCK = 7_283_650_118
#: So many changes one message tells, the newest; the rest is counted.
MOST_EVENTS = 50
#: So many lines one change takes.
MOST_LINES = 12
_AT_A_TIME = 200


@dataclass(frozen=True)
class Digest:
    """What one address is told in one message: events up to a place in the stream, the newest first."""

    follower: Follower
    events: tuple[stream.Event, ...]
    left_out: int
    upto: int

    def message(self) -> EmailMessage:
        """Return the message, in plain text, in the language of the follower."""
        with translation.override(self.follower.language):
            site, n = settings.SITE_URL, len(self.events) + self.left_out
            subject = ngettext("%(n)d endring i det du følger", "%(n)d endringer i det du følger", n) % {"n": n}
            words = Words(self.events)
            parts = [_paragraph(event, words, site) for event in self.events]
            if self.left_out:
                left = {"n": self.left_out, "url": site + reverse("front")}
                parts.append(_("Og %(n)d eldre endringer. Se sidene i registeret: %(url)s") % left)
            stop = site + reverse("follow-stop", args=[self.follower.token])
            parts.append("-- \n" + _("Slutt å følge: %(url)s") % {"url": stop})
        headers = HEADERS | {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        }
        return EmailMessage(one_line(subject), "\n\n".join(parts) + "\n", to=[self.follower.email], headers=headers)


def _paragraph(event: stream.Event, words: Words, site: str) -> str:
    lines = [f"{date_format(localtime(event.change.recorded_at), 'DATE_FORMAT')} – {words.title(event)}"]
    told = words.lines(event)
    lines += [f"  {line}" for line in told[:MOST_LINES]]
    if len(told) > MOST_LINES:
        lines.append("  …")
    if event.change.reason:
        lines.append(f"  {_('Begrunnelse: %(why)s') % {'why': ' '.join(event.change.reason.split())}}")
    if path := page_of(event.change):
        lines.append(f"  {site}{path}")
    return "\n".join(lines)


def digests(upto: int) -> Iterator[Digest]:
    """Yield what is to be told up to a place in the stream and has not been told before, a digest for each address."""
    tasks: dict[int, list[int]] = {}
    for pk, parent in Task.objects.values_list("pk", "parent"):
        for above in (pk, parent) if parent else (pk,):
            tasks.setdefault(above, []).append(pk)
    confirmed = Follow.objects.filter(confirmed_at__isnull=False)
    behind = (
        Follower.objects.annotate(reached=Coalesce("claimed", "told"))
        .filter(Exists(confirmed.filter(follower=OuterRef("pk"))), reached__lt=upto)
        .prefetch_related(Prefetch("follows", confirmed, "confirmed"))
    )
    for follower in behind.order_by("pk").iterator(_AT_A_TIME):
        news = _news(follower, tasks).filter(pk__lte=upto)
        if events := tuple(stream.latest(news, MOST_EVENTS)):
            left_out = news.count() - len(events) if len(events) == MOST_EVENTS else 0
            yield Digest(follower, events, left_out, upto)


def _news(follower: Follower, tasks: dict[int, list[int]]) -> QuerySet[Change]:
    """Return the events that an address has not been told, about what it follows."""
    return Change.objects.filter(
        functools.reduce(operator.or_, (_about(f, max(f.after, follower.reached), tasks) for f in follower.confirmed))
    )


def _about(follow: Follow, after: int, tasks: dict[int, list[int]]) -> Q:
    """Return the condition for events about one followed thing, as ``stream.concerning`` has it."""
    match follow.object_type:
        case Follow.ObjectType.MUNICIPALITY:
            about = Q(organisations__contains=[follow.object_id])
        case Follow.ObjectType.COOPERATION:
            about = stream.of_cooperations([follow.object_id])
        case _:
            about = Q(tasks__overlap=tasks.get(follow.object_id, [follow.object_id]))
    return about & Q(pk__gt=after)


# Sending


def uncertain() -> list[Follower]:
    """Return the addresses that a run has perhaps told and perhaps not; to be asked by the only run."""
    return list(Follower.objects.filter(claimed__isnull=False).order_by("pk"))


def forget(followers: Iterable[Follower]) -> None:
    """Give up claims, so that they are sent by this run."""
    Follower.objects.filter(pk__in=[f.pk for f in followers]).update(claimed=None)


def send(digest: Digest) -> bool:
    """Tell one address, at most once; False when it has stopped following meanwhile.

    Raises ``OSError`` (``smtplib.SMTPException`` is one), or ``ValueError`` for an address that no message
    can have, when it is not certain that the message was handed over; ``certainly_refused`` tells
    whether it will be tried again.
    """
    message = digest.message()
    message.message()  # refuses what cannot be written, before anything is claimed
    before, row = digest.follower.claimed, Follower.objects.filter(pk=digest.follower.pk)
    if not row.update(claimed=digest.upto):
        return False
    try:
        message.send()
    except OSError as error:
        if certainly_refused(error):
            row.update(claimed=before)
        raise
    if before is None:
        row.update(told=digest.upto, claimed=None)
    return True
