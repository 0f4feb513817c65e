"""Where does a coordinator subscribe to deadlines, and of which has she been reminded?"""

import uuid

import pghistory
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_SIGNER_SALT = "agreements.calendar-address"


@pghistory.track()
class CalendarAddress(models.Model):
    """The secret address of a coordinator's calendar feed. Renewing it makes a new row; revoking it deletes the row.

    Only a random key is stored. The address also holds a signature of the key made with the site's
    SECRET_KEY, so that a copy of the database opens no calendar, and the address can still be shown
    to its owner as often as she likes.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_address", verbose_name=_("bruker")
    )
    key = models.UUIDField(_("nøkkel"), default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField(_("laget"), auto_now_add=True)

    class Meta:
        verbose_name = _("kalenderadresse")
        verbose_name_plural = _("kalenderadresser")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def token(self) -> str:
        """Return the part of the address that nobody can guess: 122 random bits and a signature of 256."""
        return Signer(sep=".", salt=_SIGNER_SALT).sign(self.key.hex)

    @classmethod
    def of_token(cls, token: str) -> "CalendarAddress | None":
        """Return the address that a token belongs to, None for one that is false or revoked, or whose user is gone."""
        try:
            key = uuid.UUID(hex=Signer(sep=".", salt=_SIGNER_SALT).unsign(token))
        except (BadSignature, ValueError):
            return None
        return cls.objects.select_related("user").filter(key=key, user__is_active=True, user__is_staff=True).first()


@pghistory.track()
class Reminder(models.Model):
    """That a coordinator is reminded of one deadline at one lead time.

    The row is stored before the message is handed over, so that nobody is reminded twice; ``sent_at``
    is filled in afterwards. Without it nobody knows whether the message arrived.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("bruker")
    )
    key = models.CharField(_("frist"), max_length=120)
    date = models.DateField(_("fristens dato"))
    stage = models.CharField(_("varslet"), max_length=10, help_text=_("F.eks. 3m: tre måneder før."))
    claimed_at = models.DateTimeField(_("påbegynt"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sendt"), null=True, blank=True)

    class Meta:
        verbose_name = _("påminnelse")
        verbose_name_plural = _("påminnelser")
        ordering = ["-claimed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key", "date", "stage"],
                name="reminder_once",
                violation_error_message=_("Denne påminnelsen er allerede sendt."),
            )
        ]
        indexes = [models.Index(fields=["claimed_at"], condition=Q(sent_at=None), name="reminder_uncertain")]

    def __str__(self) -> str:
        return f"{self.user}: {self.key} ({self.stage})"
