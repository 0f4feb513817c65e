"""What has somebody begun to register and not saved yet?"""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

#: What nobody has gone on with for so long is forgotten.
KEPT_FOR = datetime.timedelta(days=180)


class DraftQuerySet(models.QuerySet):
    """Drafts of registrations."""

    def forgotten(self) -> "DraftQuerySet":
        """Return those that nobody has touched for half a year."""
        return self.filter(changed_at__lt=now() - KEPT_FOR)


class RegistrationDraft(models.Model):
    """The answers of a guided registration, as they were typed, right or wrong; only its user sees it.

    It is no fact of the register, so its history is not kept, and it is deleted when the cooperation
    is saved, or by the daily ``send_reminders`` when nobody has gone on with it for half a year.
    ``answers`` maps a step to its fields, and each field to the list of what was sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="registration_drafts",
        verbose_name=_("bruker"),
    )
    answers = models.JSONField(_("svar"), default=dict)
    created_at = models.DateTimeField(_("begynt"), auto_now_add=True)
    changed_at = models.DateTimeField(_("endret"), auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("påbegynt registrering")
        verbose_name_plural = _("påbegynte registreringer")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.name or str(_("uten navn"))

    @property
    def name(self) -> str:
        """Return the name that the cooperation has been given so far."""
        return "".join(self.answers.get("hva", {}).get("name", [""])[:1])
