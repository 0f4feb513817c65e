"""How does somebody come to follow a thing by e-mail, and stop again?

Asking tells nobody whether an address was known before: the answer is the same. A message with a secret address
goes to the mail box, and only whoever can read it can say yes. Asking again for the same thing sends no
more than one message an hour, so that nobody's mail box is filled by others.
"""

import datetime
import logging
import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from municipalities.models import Municipality

from ..models import Cooperation, Follow, Follower, Task
from . import stream

logger = logging.getLogger(__name__)

#: So long an address may be kept that nobody has confirmed.
KEPT_UNCONFIRMED = datetime.timedelta(days=7)
#: So long until a second message about the same thing is sent to somebody who has not confirmed, or has already.
BETWEEN_MESSAGES = datetime.timedelta(hours=1)
#: So many unconfirmed things one address may have: what others could fill a mail box with.
MOST_UNCONFIRMED = 10
#: The headers of everything that is sent without a person: keeps absence replies away.
HEADERS = {"Auto-Submitted": "auto-generated", "Precedence": "bulk"}

_PARAMETERS = {
    Follow.ObjectType.MUNICIPALITY: "kommune",
    Follow.ObjectType.COOPERATION: "samarbeid",
    Follow.ObjectType.TASK: "oppgave",
}


@dataclass(frozen=True)
class Followed:
    """A public thing that can be followed."""

    object_type: str
    object_id: int
    slug: str
    name: str
    page: str

    @property
    def query(self) -> str:
        """Return how the page about following it is asked for: «kommune=lier-3312»."""
        return f"{_PARAMETERS[Follow.ObjectType(self.object_type)]}={self.slug}"

    @property
    def feed(self) -> str:
        """Return the address of its Atom feed."""
        return f"{reverse('api:changes-feed')}?{self.object_type}={self.slug}"


def following(one: Cooperation | Municipality | Task) -> Followed:
    """Return a thing as what can be followed."""
    match one:
        case Cooperation():
            return Followed(Follow.ObjectType.COOPERATION, one.pk, one.slug, one.name, one.get_absolute_url())
        case Municipality():
            name = _("%(name)s kommune") % {"name": one.organisation.name}
            return Followed(
                Follow.ObjectType.MUNICIPALITY, one.pk, one.organisation.slug, name, one.organisation.get_absolute_url()
            )
    return Followed(Follow.ObjectType.TASK, one.pk, one.code, one.name, one.get_absolute_url())


def find(object_type: str, **lookup: object) -> Followed | None:
    """Return the public thing of a type that ``slug`` or ``pk`` names, None when there is none."""
    match object_type:
        case Follow.ObjectType.COOPERATION:
            found = Cooperation.objects.public().filter(**lookup)
        case Follow.ObjectType.MUNICIPALITY:
            lookup = {("organisation__slug" if name == "slug" else name): value for name, value in lookup.items()}
            found = Municipality.objects.select_related("organisation").filter(**lookup)
        case _:
            found = Task.objects.filter(**{("code" if name == "slug" else name): v for name, v in lookup.items()})
    one = found.first()
    return following(one) if one else None


def asked_for(query: dict[str, str]) -> Followed | None:
    """Return what the parameters of the page name: exactly one thing, or None."""
    named = [(kind, query[name]) for kind, name in _PARAMETERS.items() if query.get(name)]
    if len(named) != 1 or "\x00" in named[0][1]:
        return None
    return find(named[0][0], slug=named[0][1])


def name_of(follow: Follow) -> str:
    """Return what is followed, in words; of what is not public any longer, only the kind."""
    found = find(follow.object_type, pk=follow.object_id)
    return found.name if found else _("%(kind)s som ikke lenger er offentlig") % {
        "kind": follow.get_object_type_display()
    }  # fmt: skip


# Beginning and stopping


def ask(email: str, followed: Followed, language: str) -> None:
    """Note that an address wants to follow a thing, and send it the message by which it confirms.

    Nothing is returned: whoever asks must not learn whether the address was known.
    """
    now = timezone.now()
    with transaction.atomic():
        follower = _follower(email, language)
        follow, is_new = Follow.objects.get_or_create(
            follower=follower,
            object_type=followed.object_type,
            object_id=followed.object_id,
            defaults={"asked_at": now},
        )
        waiting = follower.follows.filter(confirmed_at=None).count()
        if is_new and waiting > MOST_UNCONFIRMED:
            follow.delete()
            return
        if not is_new and follow.asked_at > now - BETWEEN_MESSAGES:
            return
        Follow.objects.filter(pk=follow.pk).update(asked_at=now)
        transaction.on_commit(lambda: _send(_request(follow, followed, language)))


def _follower(email: str, language: str) -> Follower:
    """Return the row of an address, locked; capital letters make no other address."""
    found = Follower.objects.select_for_update(no_key=True).filter(email__iexact=email)
    if one := found.first():
        return one
    try:
        with transaction.atomic():
            return Follower.objects.create(email=email, language=language, told=stream.head().number)
    except IntegrityError:  # somebody asked for the same address at the same moment
        return found.get()


def _request(follow: Follow, followed: Followed, language: str) -> EmailMessage:
    """Return the message that asks for confirmation, or says that there is nothing to confirm."""
    with translation.override(language):
        site = settings.SITE_URL
        leave = site + reverse("follow-stop", args=[follow.follower.token])
        if follow.confirmed_at:
            subject = _("Du følger allerede %(name)s") % {"name": followed.name}
            paragraphs = [_("Noen ba om at denne adressen skal følge %(name)s. Det gjør den allerede.")]
            paragraphs.append(_("Vil du ikke det lenger: %(url)s"))
            address = leave
        else:
            subject = _("Bekreft at du vil følge %(name)s") % {"name": followed.name}
            paragraphs = [
                _("Noen, trolig du, ba om å få e-post når noe endres i det registeret viser om %(name)s."),
                _("Bekreft her: %(url)s"),
                _("Var det ikke du, trenger du ikke gjøre noe. Adressen slettes etter %(days)d dager."),
            ]
            address = site + reverse("follow-confirm", args=[follow.token])
        values = {"name": followed.name, "url": address, "days": KEPT_UNCONFIRMED.days}
        body = "\n\n".join(paragraph % values for paragraph in paragraphs) + f"\n\n{site}{reverse('privacy')}\n"
    return EmailMessage(one_line(subject), body, to=[follow.follower.email], headers=dict(HEADERS))


def one_line(text: str) -> str:
    """Return a text as the subject of a message can be: without line breaks, and not too long."""
    text = " ".join(text.split())
    return text if len(text) <= 150 else f"{text[:149]}…"


def _send(message: EmailMessage) -> None:
    """Send one message; a server that is down must not be told to the reader as a fault of hers, nor tell on others."""
    try:
        message.send()
    except (smtplib.SMTPException, OSError, ValueError):
        logger.exception("A message to a follower could not be sent")


def confirm(follow: Follow, language: str) -> None:
    """Begin to follow: changes from now on are told, in the language given. Confirming twice changes nothing."""
    with transaction.atomic():
        fresh = Follow.objects.filter(pk=follow.pk, confirmed_at=None)
        if fresh.update(confirmed_at=timezone.now(), after=stream.head().number):
            Follower.objects.filter(pk=follow.follower_id).update(language=language)


def stop(follower: Follower, follow: Follow | None = None) -> None:
    """Stop following one thing, or everything; an address that follows nothing is deleted."""
    with transaction.atomic():
        Follower.objects.select_for_update().filter(pk=follower.pk).first()
        if follow is not None:
            follow.delete()
        if follow is None or not follower.follows.exists():
            Follower.objects.filter(pk=follower.pk).delete()


def forget_unconfirmed() -> int:
    """Delete what nobody has confirmed in time; return how many addresses are gone with it."""
    old = Q(confirmed_at=None, asked_at__lt=timezone.now() - KEPT_UNCONFIRMED)
    with transaction.atomic():
        Follow.objects.filter(old).delete()
        count, _by_table = Follower.objects.filter(follows=None).delete()
    return count
