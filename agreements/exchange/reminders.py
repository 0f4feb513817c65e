"""Who is reminded of which deadlines by e-mail, and how is nobody reminded twice?

At most once, on purpose. A reminder is stored as claimed and committed, then handed to the mail
server, then stored as sent. A crash in between leaves a claim that nobody knows the fate of: the
next run does not send it again, but says so, and a person decides (``--resend-uncertain``). The other
order would send twice after a crash, and a list of deadlines that comes twice is soon not read;
what is lost is still on the start page, in the calendar and in the next reminder. A message that
the server certainly refused is not claimed any longer, and is tried again by the next run.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.models import Coordinator, Organisation, User
from municipalities.querysets import valid_on

from ..insight.deadlines import Deadline, in_order
from ..insight.due import cooperations_of, deadlines_for, deadlines_in, with_deadline_facts
from ..insight.months import months_after
from ..models import Reminder
from .mailing import certainly_refused

#: The stage of a deadline that has passed with something left to do.
OVERDUE = "overdue"
#: The lock that one run holds in the database; any number that nothing else uses.
LOCK = 7_283_650_117


@dataclass(frozen=True)
class Lead:
    """How long before a deadline its coordinators are told: «3m» or «7d»."""

    name: str
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> "Lead":
        """Read a lead time of the settings. Raises ImproperlyConfigured."""
        match = re.fullmatch(r"([1-9]\d{0,2})([md])", text)
        if not match:
            raise ImproperlyConfigured(f"REMIND_BEFORE: {text!r} is not a lead time; write 3m or 7d.")
        number = int(match[1])
        return cls(text, months=number) if match[2] == "m" else cls(text, days=number)

    def begins(self, date: datetime.date) -> datetime.date:
        """Return the day from which a deadline on ``date`` is reminded of."""
        begins = months_after(date, -self.months)
        return datetime.date.fromordinal(max(1, begins.toordinal() - self.days))


def leads() -> list[Lead]:
    """Return the lead times of the settings."""
    return [Lead.parse(text) for text in settings.REMIND_BEFORE]


def stage(deadline: Deadline, on: datetime.date) -> str | None:
    """Return the most urgent lead time that has been reached, «overdue», or None when nothing is to be said.

    Only the most urgent one counts: who registers an agreement a week before it expires is told
    once, and a run that was missed is made up for by the next.
    """
    if deadline.date < on:
        return OVERDUE if deadline.is_overdue(on) else None
    reached = [(lead.begins(deadline.date), lead.name) for lead in leads() if lead.begins(deadline.date) <= on]
    return max(reached)[1] if reached else None


@dataclass(frozen=True)
class Digest:
    """What one person is told in one message."""

    user: User
    items: tuple[tuple[Deadline, str], ...]

    def message(self, on: datetime.date) -> EmailMessage:
        """Return the message, in plain text."""
        subject = ngettext(
            "%(n)d frist i interkommunalt samarbeid", "%(n)d frister i interkommunalt samarbeid", len(self.items)
        ) % {"n": len(self.items)}
        name = self.user.get_full_name() or self.user.get_username()
        parts = [_("Hei, %(name)s!") % {"name": name}, _("Dette gjelder samarbeidene til organisasjonene dine.")]
        overdue = [deadline for deadline, reached in self.items if reached == OVERDUE]
        coming = [deadline for deadline, reached in self.items if reached != OVERDUE]
        for heading, deadlines in ((_("FRISTEN ER UTE"), overdue), (_("FRISTER SOM KOMMER"), coming)):
            if deadlines:
                parts += [heading, *(_paragraph(deadline) for deadline in deadlines)]
        start = settings.SITE_URL + reverse("admin:index")
        parts.append(
            _("Alle frister: %(url)s") % {"url": settings.SITE_URL + reverse("admin-deadlines")}
            + "\n"
            + _("Slå av påminnelser: %(url)s") % {"url": f"{start}#kalender"}
        )
        headers = {"Auto-Submitted": "auto-generated", "Precedence": "bulk"}  # keeps absence replies away
        return EmailMessage(subject, "\n\n".join(parts) + "\n", to=[self.user.email], headers=headers)


def _paragraph(deadline: Deadline) -> str:
    if deadline.cooperation:
        address = reverse("admin:agreements_cooperation_change", args=[deadline.cooperation.pk])
    else:
        address = reverse("admin-deadlines")
    return "\n".join(
        [
            f"{date_format(deadline.date, 'DATE_FORMAT')} – {deadline.subject}",
            f"{deadline.text} ({deadline.source})",
            settings.SITE_URL + address,
        ]
    )


def digests(on: datetime.date) -> list[Digest]:
    """Return what is to be said on the day and has not been said before, one digest for each person, by user name."""
    rows = Coordinator.objects.filter(
        valid_on(on), user__is_active=True, user__is_staff=True, user__wants_reminders=True
    ).exclude(user__email="")
    organisations: dict[User, set[Organisation]] = defaultdict(set)
    for row in rows.select_related("user", "organisation"):
        organisations[row.user].add(row.organisation)
    everybody = sorted(set().union(*organisations.values()), key=lambda o: o.pk)
    due = [(d, reached) for d in _deadlines(everybody, on) if (reached := stage(d, on))]
    told = set(
        Reminder.objects.filter(user__in=organisations, key__in={d.key for d, _stage in due}).values_list(
            "user_id", "key", "date", "stage"
        )
    )
    found = []
    for user in sorted(organisations, key=lambda u: u.get_username()):
        mine = {o.pk for o in organisations[user]}
        items = tuple(
            (d, reached)
            for d, reached in due
            if mine & {o.pk for o in d.concerns} and (user.pk, d.key, d.date, reached) not in told
        )
        if items:
            found.append(Digest(user, items))
    return found


def _deadlines(organisations: Iterable[Organisation], on: datetime.date) -> list[Deadline]:
    """Return the deadlines up to the longest lead time ahead, and all that have passed."""
    ahead = [months_after(on, lead.months) + datetime.timedelta(lead.days) for lead in leads()]
    # Months back from a long month reach a little further than months ahead from a short one.
    last = max(ahead, default=on) + datetime.timedelta(3)
    cooperations = with_deadline_facts(cooperations_of(organisations, on))
    return in_order([*deadlines_in(cooperations, datetime.date.min, last, on), *deadlines_for(organisations, on, last)])


# Sending


def uncertain() -> list[Reminder]:
    """Return the reminders that a run has claimed and not finished; to be asked by the only run."""
    return list(Reminder.objects.filter(sent_at=None).select_related("user").order_by("user__username", "date", "key"))


def forget(reminders: Iterable[Reminder]) -> None:
    """Give up claims, so that they are sent by this run or the next."""
    Reminder.objects.filter(pk__in=[r.pk for r in reminders]).delete()


def send(digest: Digest, on: datetime.date) -> None:
    """Remind one person, at most once.

    Raises ``OSError`` (``smtplib.SMTPException`` is one), or ``ValueError`` for an address that no message
    can have, when it is not certain that the message was handed over; ``certainly_refused`` tells
    whether it will be tried again.
    """
    message = digest.message(on)
    message.message()  # refuses what cannot be written, before anything is claimed
    with transaction.atomic():
        claims = Reminder.objects.bulk_create(
            Reminder(user=digest.user, key=d.key, date=d.date, stage=reached) for d, reached in digest.items
        )
    try:
        message.send()
    except OSError as error:
        if certainly_refused(error):
            forget(claims)
        raise
    Reminder.objects.filter(pk__in=[c.pk for c in claims]).update(sent_at=timezone.now())
