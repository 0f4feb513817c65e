"""What did Enhetsregisteret say of a cooperation or a member when it was last asked?"""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation

from .cooperation import Cooperation


@pghistory.track()
class RegistryEntry(models.Model):
    """The entry of Enhetsregisteret on the day it was fetched (``manage.py fetch_brreg``); rules compare with it.

    It is a copy, never a fact of the register itself, and is not edited. ``participants`` lists those that
    Foretaksregisteret holds as answerable with a share (role DTPR; foretaksregisterloven § 3-3), each with
    org_number, name, form and share as it is written there; None where nothing was told. No person is kept.
    """

    class Outcome(models.TextChoices):
        FOUND = "found", _("registrert")
        DELETED = "deleted", _("slettet")  # answered with a date of deletion
        UNKNOWN = "unknown", _("finnes ikke")  # 404
        REMOVED = "removed", _("fjernet av rettslige grunner")  # 410: nothing more is told

    cooperation = models.OneToOneField(
        Cooperation,
        null=True,
        on_delete=models.CASCADE,
        related_name="registry_entry",
        verbose_name=_("samarbeid"),
    )
    organisation = models.OneToOneField(
        Organisation,
        null=True,
        on_delete=models.CASCADE,
        related_name="registry_entry",
        verbose_name=_("organisasjon"),
    )
    org_number = models.CharField(_("organisasjonsnummer"), max_length=9)
    fetched_on = models.DateField(_("hentet"))
    outcome = models.CharField(_("svar"), max_length=7, choices=Outcome.choices)
    name = models.CharField(_("navn"), max_length=300, blank=True)
    form = models.CharField(_("organisasjonsform"), max_length=10, blank=True)
    deleted_on = models.DateField(_("slettet"), null=True, blank=True)
    in_company_register = models.BooleanField(_("står i Foretaksregisteret"), null=True, blank=True)
    participants = models.JSONField(_("deltakere"), null=True, blank=True)

    class Meta:
        verbose_name = _("opplysninger fra Enhetsregisteret")
        verbose_name_plural = _("opplysninger fra Enhetsregisteret")
        ordering = ["org_number", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cooperation__isnull=True) ^ Q(organisation__isnull=True), name="registry_entry_of_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.org_number} {self.name}".strip()
