"""Who has asked to be told by e-mail when something changes, and how far has each been told?

None of these tables is kept in the history: an address that somebody takes back must be gone, and
the history is never deleted from. Nothing here is a fact of the register.
"""

import datetime
import uuid

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .changes import Change


class _Keyed(models.Model):
    """A row that a secret address leads to.

    Only a random key is stored; the address also holds a signature of it made with the site's SECRET_KEY,
    so that a copy of the database can neither confirm nor stop anything.
    """

    key = models.UUIDField(_("nøkkel"), default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def token(self) -> str:
        """Return the part of the address that nobody can guess."""
        return _signer(type(self)).sign(self.key.hex)

    @classmethod
    def of_token(cls, token: str) -> "_Keyed | None":
        """Return the row that a token belongs to, None for one that is false or whose row is gone."""
        try:
            key = uuid.UUID(hex=_signer(cls).unsign(token))
        except (BadSignature, ValueError):
            return None
        return cls.objects.filter(key=key).first()


def _signer(model: type[models.Model]) -> Signer:
    return Signer(sep=".", salt=f"agreements.{model.__name__.lower()}-address")


class Follower(_Keyed):
    """An e-mail address, the language it is written to in, and how far it has been told.

    ``told`` is the number of the last event of the stream that a message was certainly handed over for.
    ``claimed`` is where a message reaches that may or may not have been: null when nothing is uncertain.
    """

    email = models.EmailField(_("e-post"))
    language = models.CharField(_("språk"), max_length=2)
    told = models.BigIntegerField(_("fortalt til og med"), default=0)
    claimed = models.BigIntegerField(_("kanskje fortalt til og med"), null=True)

    class Meta:
        verbose_name = _("følger")
        verbose_name_plural = _("følgere")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="follower_once")]

    def __str__(self) -> str:
        return self.email


class Follow(_Keyed):
    """One thing that an address follows, once it has been confirmed.

    The thing is named as the stream names it: one that is deleted or withdrawn has a last event to tell.
    """

    class ObjectType(models.TextChoices):
        """What can be followed."""

        MUNICIPALITY = Change.ObjectType.MUNICIPALITY.value, _("kommune")
        COOPERATION = Change.ObjectType.COOPERATION.value, _("samarbeid")
        TASK = Change.ObjectType.TASK.value, _("oppgave")

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="follows", verbose_name=_("følger"))
    object_type = models.CharField(_("type"), max_length=20, choices=ObjectType.choices)
    object_id = models.BigIntegerField(_("nummer"))
    after = models.BigIntegerField(_("endringer etter"), default=0)
    asked_at = models.DateTimeField(_("bedt om"))
    confirmed_at = models.DateTimeField(_("bekreftet"), null=True)

    class Meta:
        verbose_name = _("ting som følges")
        verbose_name_plural = _("ting som følges")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["follower", "object_type", "object_id"], name="follow_once")]
        indexes = [models.Index(fields=["asked_at"], condition=Q(confirmed_at=None), name="follow_unconfirmed")]

    def __str__(self) -> str:
        return f"{self.get_object_type_display()} {self.object_id}"


class FormUse(models.Model):
    """That a form of the public pages was sent from somewhere, to keep one sender from sending without end.

    ``sender`` is a keyed digest of the network address, with a key of the day: it cannot be turned back.
    Rows older than a day are deleted.
    """

    form = models.CharField(_("skjema"), max_length=20)
    sender = models.CharField(_("avsender"), max_length=64)
    sent_at = models.DateTimeField(_("sendt"), auto_now_add=True)

    class Meta:
        verbose_name = _("innsending")
        verbose_name_plural = _("innsendinger")
        ordering = ["id"]
        indexes = [models.Index(fields=["form", "sender", "sent_at"], name="form_use_of_sender")]

    def __str__(self) -> str:
        return f"{self.form} {self.sent_at}"

    @classmethod
    def forget_old(cls) -> None:
        """Delete what is older than a day."""
        cls.objects.filter(sent_at__lt=timezone.now() - datetime.timedelta(days=1)).delete()


class PageReport(models.Model):
    """A fault that a reader has told of on a page that is not about one cooperation; for the editors.

    What is about a cooperation becomes a ``Proposal``. The row holds an address that the reader may want gone: it
    is deleted when the report is handled.
    """

    page = models.CharField(_("side"), max_length=500)
    text = models.TextField(_("hva som er galt"))
    contact_email = models.EmailField(_("e-post for svar"), blank=True)
    made_at = models.DateTimeField(_("meldt"), auto_now_add=True)

    class Meta:
        verbose_name = _("meldt feil")
        verbose_name_plural = _("meldte feil")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.page
