"""What has somebody proposed to change in a cooperation that others keep, and what became of it?"""

import pghistory
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .cooperation import Cooperation


class ProposalQuerySet(models.QuerySet):
    """Proposals by what has become of them."""

    def waiting(self) -> "ProposalQuerySet":
        """Return those that nobody has answered."""
        return self.filter(status="waiting")


@pghistory.track(exclude=["contact_email"])
class Proposal(models.Model):
    """A change that somebody proposes to those who keep a cooperation.

    ``changes`` is what ``agreements.insight.proposed`` reads: field by field what it was when the
    proposal was written, and what it should be, as people write it. Without changes it is only words.
    ``contact_email`` is the address of somebody without an account. It is kept out of the history,
    and emptied when the answer has been sent.
    """

    class Origin(models.TextChoices):
        """Who proposes it."""

        USER = "user", _("en bruker")
        PUBLIC = "public", _("en leser av nettsidene")
        BOUNDARIES = "boundaries", _("registeret, etter en kommuneendring")

    class Status(models.TextChoices):
        WAITING = "waiting", _("venter")
        ACCEPTED = "accepted", _("godtatt")
        REJECTED = "rejected", _("avslått")
        WITHDRAWN = "withdrawn", _("trukket tilbake")

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("samarbeid")
    )
    origin = models.CharField(_("fra"), max_length=10, choices=Origin.choices, default=Origin.USER)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="proposals",
        verbose_name=_("foreslått av"),
    )
    contact_email = models.EmailField(_("e-post for svar"), blank=True)
    text = models.TextField(_("begrunnelse"), blank=True, validators=[MaxLengthValidator(4000)])
    changes = models.JSONField(_("endringer"), default=dict, blank=True)
    key = models.CharField(
        _("nøkkel"),
        max_length=100,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Hva registeret selv foreslår, så det ikke foreslås to ganger."),
    )
    made_at = models.DateTimeField(_("foreslått"), auto_now_add=True)

    # The answer
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("besvart av"),
    )
    decided_at = models.DateTimeField(_("besvart"), null=True, blank=True)
    answer = models.TextField(_("svar"), blank=True, validators=[MaxLengthValidator(1000)])

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("forslag")
        verbose_name_plural = _("forslag")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(answer=""),
                name="proposal_rejected_with_a_reason",
                violation_error_message=_("Skriv hvorfor forslaget blir avslått."),
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at=None) | (~Q(status="waiting") & Q(decided_at__isnull=False)),
                name="proposal_answered_at_a_time",
                violation_error_message=_("Et besvart forslag har et tidspunkt, et som venter har ikke."),
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(changes={}),
                name="proposal_says_something",
                violation_error_message=_("Skriv hva som er galt, eller endre noe."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cooperation} ({self.get_status_display()})"
