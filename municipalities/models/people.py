"""Who signs in, and for which organisations do they keep the facts?"""

import copy

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from .organisation import Organisation


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """A person who signs in; which role that gives is told by ``municipalities.permissions``."""

    is_editor = models.BooleanField(
        _("redaktør"),
        default=False,
        help_text=_("Fører hele registeret, publiserer og retter grunndata, men ikke brukere."),
    )

    wants_reminders = models.BooleanField(
        _("får påminnelser om frister på e-post"),
        default=True,
        help_text=_("Gjelder frister i samarbeidene til organisasjonene som brukeren er koordinator for."),
    )

    #: Set on a copy that acts for one organisation alone, as a token of hers does.
    only_organisation_id: int | None = None

    class Meta:
        verbose_name = _("bruker")
        verbose_name_plural = _("brukere")

    def acting_only_for(self, organisation: Organisation) -> "User":
        """Return the same person with the rights in one organisation and no others; not to be saved."""
        limited = copy.copy(self)
        limited.only_organisation_id = organisation.pk
        limited.is_superuser = limited.is_editor = False
        return limited


@pghistory.track()
class Coordinator(models.Model):
    """A user who keeps the register's facts for an organisation, in a role there.

    Only work contact is stored (personopplysningsloven, law.md GDPR-02).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="coordinators", verbose_name=_("bruker"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="coordinators", verbose_name=_("organisasjon")
    )
    title = models.CharField(_("stilling"), max_length=100, blank=True)
    valid_from = models.DateField(_("fra"), null=True, blank=True)
    valid_to = models.DateField(_("til"), null=True, blank=True)

    class Meta:
        verbose_name = _("koordinator")
        verbose_name_plural = _("koordinatorer")
        ordering = ["organisation_id", "user_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                name="coordinator_once",
                violation_error_message=_("Brukeren er allerede koordinator for organisasjonen."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.organisation}"
