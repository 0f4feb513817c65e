"""With what does another system write, under which key does it know a cooperation, and what has it been answered?"""

import datetime
import hashlib
import secrets

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation, User

from .cooperation import Cooperation

#: What a token begins with, so that it is known where it is found by accident.
SECRET_PREFIX = "ikr_"  # noqa: S105 - the mark of a secret, not one
#: So many of its signs are kept in clear, to tell tokens apart.
SHOWN = 12


def hashed(secret: str) -> str:
    """Return what is stored of a token. It is 32 random bytes, so that a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet):
    """Tokens."""

    def usable(self, now: datetime.datetime) -> "ApiTokenQuerySet":
        """Return those that open something at a moment: neither revoked nor expired, of somebody who may sign in."""
        return self.filter(
            revoked_at=None, expires_at__gt=now, user__is_active=True, user__is_staff=True
        ).select_related("user", "organisation")


@pghistory.track(exclude=["digest", "last_used_at"])
class ApiToken(models.Model):
    """The key of a system that writes with the rights of a person in one organisation.

    It can do what its holder can do for that organisation, narrowed by the scopes; when she is no longer its
    coordinator, nor can the token. Without an organisation it is the editor-in-chief's own, for the whole register.
    Only the hash of it is stored.
    """

    class Scope(models.TextChoices):
        READ = "read", _("lese det som ikke er publisert")
        COOPERATIONS = "write:cooperations", _("registrere, endre, avslutte og gjenåpne samarbeid")
        MEMBERSHIPS = "write:memberships", _("føre hvem som går inn og ut")
        DECISIONS = "write:decisions", _("føre vedtak")
        PUBLICATION = "write:publication", _("sende til gjennomsyn og publisere")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("innehaver"))
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("organisasjon"),
        help_text=_("Tokenet kan det du kan for denne organisasjonen. Tomt: hele registeret, bare for redaktører."),
    )
    name = models.CharField(
        _("navn"), max_length=100, help_text=_("Systemet som skal bruke det, f.eks. «Sak- og arkivsystemet».")
    )
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices), verbose_name=_("kan"), default=list)
    shown = models.CharField(_("begynner med"), max_length=SHOWN, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("utstedt"), auto_now_add=True)
    expires_at = models.DateTimeField(_("utløper"))
    revoked_at = models.DateTimeField(_("trukket tilbake"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("sist brukt"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API-token")
        verbose_name_plural = _("API-tokener")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.shown}…)"

    def clean(self) -> None:
        """Refuse a token that could open nothing, and one for the whole register that is not an editor's."""
        if not self.scopes:
            raise ValidationError({"scopes": _("Velg minst én ting tokenet skal kunne.")})
        if self.user_id and self.organisation_id is None and not (self.user.is_editor or self.user.is_superuser):
            raise ValidationError({"organisation": _("Velg organisasjonen tokenet skal gjelde for.")})

    def new_secret(self) -> str:
        """Give the token a secret and return it: the only time that anybody sees it."""
        secret = SECRET_PREFIX + secrets.token_urlsafe(32)
        self.digest, self.shown = hashed(secret), secret[:SHOWN]
        return secret

    @property
    def state(self) -> str:
        """Return in a word whether it opens anything."""
        if self.revoked_at:
            return str(_("trukket tilbake"))
        return str(_("utløpt") if self.expires_at <= timezone.now() else _("i bruk"))

    def holder(self) -> User:
        """Return the person that it acts as, with no other rights than those in its organisation."""
        return self.user if self.organisation_id is None else self.user.acting_only_for(self.organisation)


@pghistory.track()
class ExternalKey(models.Model):
    """The key under which a system of an organisation knows a cooperation."""

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="external_keys", verbose_name=_("samarbeid")
    )
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisasjon")
    )
    value = models.CharField(_("nøkkel"), max_length=200)

    class Meta:
        verbose_name = _("nøkkel i et annet system")
        verbose_name_plural = _("nøkler i andre systemer")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "value"],
                nulls_distinct=False,
                name="external_key_once",
                violation_error_message=_("Nøkkelen er alt i bruk for et annet samarbeid."),
            )
        ]

    def __str__(self) -> str:
        return self.value


class KeptAnswer(models.Model):
    """What a request with an ``Idempotency-Key`` was answered, to be answered again when it is repeated.

    It is stored in the transaction of the change itself: both are there, or neither.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    #: The hash of what was asked: method, address, condition and body.
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("svar på en skriving")
        verbose_name_plural = _("svar på skrivinger")
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return self.key


class Quota(models.Model):
    """How many requests a token or an address has made in the window that is running; lost with a crash."""

    who = models.CharField(max_length=120, primary_key=True)
    window_start = models.BigIntegerField(db_index=True)
    used = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("kvote")
        verbose_name_plural = _("kvoter")
        constraints = [models.CheckConstraint(condition=Q(used__gte=0), name="quota_counts_upwards")]

    def __str__(self) -> str:
        return f"{self.who}: {self.used}"
