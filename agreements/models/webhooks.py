"""Who is told of changes at an address of their own, and how did each delivery go?"""

import base64
import binascii
import secrets
from urllib.parse import urlsplit

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation

from .changes import Change
from .cooperation import Cooperation
from .tasks import Task

SECRET_PREFIX = "whsec_"  # noqa: S105 - how Standard Webhooks marks a secret, not one


def new_secret() -> str:
    """Return a secret as Standard Webhooks writes it: 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_bytes(secret: str) -> bytes:
    """Return the key in a secret. Raises ``ValidationError`` when it is not 24 to 64 bytes, as the standard asks."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(SECRET_PREFIX) or not 24 <= len(key) <= 64:
        raise ValidationError(_("En hemmelighet er «whsec_» og 24 til 64 byte i base64."), code="secret")
    return key


def check_address(url: str) -> None:
    """Refuse an address that messages are never sent to. Raises ``ValidationError``.

    Where the name leads is looked at when a message is sent (``agreements.exchange.outgoing``).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0:
        raise ValidationError(_("Dette er ikke en hel nettadresse."), code="url")
    if parts.scheme != "https" and not (settings.WEBHOOKS_ALLOW_PRIVATE and parts.scheme == "http"):
        raise ValidationError(_("Adressen må begynne med https://."), code="url_scheme")
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("Skriv ikke brukernavn og passord i adressen."), code="url_credentials")


@pghistory.track(exclude=["secret", "former_secret", "position", "failing_since"])
class Subscription(models.Model):
    """That a system of an organisation is sent each change that it asks about (a webhook).

    Messages are signed by Standard Webhooks. While ``former_secret`` is set, they are signed with
    both secrets, so that a receiver can change its own without losing a message.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="subscriptions", verbose_name=_("organisasjon")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="subscriptions",
        verbose_name=_("eier"),
        help_text=_("Får e-post når abonnementet slås av fordi mottakeren ikke svarer."),
    )
    name = models.CharField(_("navn"), max_length=100, help_text=_("Hvilket system er dette?"))
    url = models.URLField(_("mottakerens adresse"), max_length=500, validators=[check_address])
    secret = models.CharField(_("hemmelighet"), max_length=120, default=new_secret, validators=[secret_bytes])
    former_secret = models.CharField(_("forrige hemmelighet"), max_length=120, blank=True, validators=[secret_bytes])
    # What it asks about; empty is everything
    kinds = ArrayField(
        models.CharField(max_length=10, choices=Change.Kind.choices),
        verbose_name=_("hendelser"),
        default=list,
        blank=True,
        help_text=_("Tomt: alle."),
    )
    object_types = ArrayField(
        models.CharField(max_length=20, choices=Change.ObjectType.choices),
        verbose_name=_("typer objekt"),
        default=list,
        blank=True,
        help_text=_("Tomt: alle."),
    )
    about_organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("bare det som gjelder kommunen eller organisasjonen"),
    )
    about_cooperation = models.ForeignKey(
        Cooperation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("bare samarbeidet"),
    )
    about_task = models.ForeignKey(
        Task,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("bare oppgaven eller sektoren"),
    )
    # How it goes
    is_active = models.BooleanField(_("på"), default=True)
    position = models.BigIntegerField(_("lest til"), default=0, editable=False)
    failing_since = models.DateTimeField(_("svarer ikke siden"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("abonnement på endringer")
        verbose_name_plural = _("abonnementer på endringer")
        ordering = ["organisation_id", "name", "id"]

    def __str__(self) -> str:
        return self.name

    def secrets_in_use(self) -> list[bytes]:
        """Return the keys that messages are signed with, the present one first."""
        return [secret_bytes(secret) for secret in (self.secret, self.former_secret) if secret]


class Delivery(models.Model):
    """One message to one subscriber, with what came of it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("venter")
        DELIVERED = "delivered", _("levert")
        FAILED = "failed", _("ikke levert")
        DROPPED = "dropped", _("bortfalt")

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("abonnement")
    )
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="+", verbose_name=_("endring"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("forsøk"), default=0)
    made_at = models.DateTimeField(_("lagt i kø"), auto_now_add=True)
    tried_at = models.DateTimeField(_("sist forsøkt"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("svartid i millisekunder"), null=True, blank=True)
    http_status = models.PositiveSmallIntegerField(_("svarkode"), null=True, blank=True)
    answer = models.TextField(_("svar eller feil"), blank=True)

    class Meta:
        verbose_name = _("levering")
        verbose_name_plural = _("leveringer")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "change"], name="delivery_once"),
        ]
        indexes = [models.Index(fields=["subscription", "status"], name="delivery_by_status")]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.change}"
