"""What happens to a cooperation on its way: who gave notice, and what was done with it?"""

import datetime

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation

from .cooperation import Cooperation


class NoticeQuerySet(models.QuerySet):
    """Notices in time."""

    def running_on(self, date: datetime.date) -> "NoticeQuerySet":
        """Return the notices that have been given and have not yet taken effect, nor been withdrawn."""
        return self.filter(
            Q(effective_on=None) | Q(effective_on__gte=date),
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=date),
            given_on__lte=date,
        )


@pghistory.track()
class Notice(models.Model):
    """That a participant has given notice: when, on what basis, and which day is its last in the cooperation.

    Kommuneloven § 20-8 and IKS-loven § 30 give a year where nothing else is agreed; §§ 18-4 and
    19-4 leave it to the agreement; inndelingslova § 16 gives six months after a boundary change.
    """

    class Basis(models.TextChoices):
        """What the right to leave, and the time of notice, follow from."""

        AGREEMENT = "agreement", _("avtalen")
        LAW = "law", _("loven")
        BOUNDARY_CHANGE = "boundary_change", _("grenseendring (inndelingslova § 16)")
        BREACH = "breach", _("vesentlig mislighold (IKS-loven § 30)")
        AGREED = "agreed", _("partene er enige")

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="notices", verbose_name=_("samarbeid")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="notices", verbose_name=_("den som sier opp")
    )
    given_on = models.DateField(_("sagt opp"))
    effective_on = models.DateField(
        _("siste dag i samarbeidet"), null=True, blank=True, help_text=_("Tomt når den ikke er kjent.")
    )
    basis = models.CharField(_("grunnlag"), max_length=16, choices=Basis.choices, blank=True)
    reference = models.CharField(_("referanse"), max_length=150, blank=True, help_text=_("Sak eller brev."))
    withdrawn_on = models.DateField(
        _("trukket tilbake"), null=True, blank=True, help_text=_("Fra og med denne dagen er oppsigelsen borte.")
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("oppsigelse")
        verbose_name_plural = _("oppsigelser")
        ordering = ["cooperation_id", "given_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_on=None) | Q(effective_on__gte=F("given_on")),
                name="notice_takes_effect_after_it_is_given",
                violation_error_message=_("Siste dag i samarbeidet er før oppsigelsen ble gitt."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
                name="notice_withdrawn_after_it_is_given",
                violation_error_message=_("Oppsigelsen er trukket tilbake før den ble gitt."),
            ),
            models.UniqueConstraint(
                fields=["cooperation", "organisation", "given_on"],
                name="notice_once_a_day",
                violation_error_message=_("Oppsigelsen er allerede ført."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def runs_on(self, date: datetime.date) -> bool:
        """Tell whether the notice is running on ``date``; the query twin is ``running_on``."""
        given = self.given_on <= date and (self.withdrawn_on is None or self.withdrawn_on > date)
        return given and (self.effective_on is None or self.effective_on >= date)


@pghistory.track()
class ActionRecord(models.Model):
    """One deed of ``agreements.actions``: what was done with which cooperations, by whom, why and from when.

    ``cooperations`` and ``touched`` hold ids and no foreign keys, so that the record of a deed never
    stands in the way of what comes later. ``touched`` lists the rows as [table, id, first event,
    last event]; the events tell how each row was before and after, which is all that undoing needs.
    """

    class Kind(models.TextChoices):
        REGISTER = "register", _("registrert")
        AMEND = "amend", _("endret")
        JOIN = "join", _("ny deltaker")
        LEAVE = "leave", _("deltaker har gått ut")
        NOTICE = "give_notice", _("oppsagt av en deltaker")
        DECIDE = "decide", _("vedtak ført")
        CONVERT = "convert", _("gjort om til en annen form")
        RENAME = "rename", _("nytt navn")
        MERGE = "merge", _("slått sammen")
        SPLIT = "split", _("delt")
        WIND_UP = "wind_up", _("avvikling begynt")
        END = "end", _("avsluttet")
        REOPEN = "reopen", _("gjenåpnet")
        RESTORE = "restore", _("tidligere versjon hentet fram")
        UPSERT = "upsert", _("ført samlet")
        UNDO = "undo", _("angret")

    kind = models.CharField(_("handling"), max_length=16, choices=Kind.choices)
    cooperations = ArrayField(models.BigIntegerField(), verbose_name=_("samarbeid"))
    names = models.TextField(_("navn"), help_text=_("Hva samarbeidene het da det ble gjort."))
    on = models.DateField(_("dato"), null=True, blank=True, help_text=_("Dagen handlingen gjelder fra."))
    reason = models.TextField(_("begrunnelse"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("utført av")
    )
    made_at = models.DateTimeField(_("utført"), auto_now_add=True)
    touched = models.JSONField(_("rader"), default=list)
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="undone_by", verbose_name=_("angrer")
    )

    class Meta:
        verbose_name = _("handling")
        verbose_name_plural = _("handlinger")
        ordering = ["-made_at", "-id"]
        indexes = [GinIndex(fields=["cooperations"], name="action_of_cooperation")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.names}"

    @property
    def is_undone(self) -> bool:
        """Tell whether a later deed has undone this one."""
        return hasattr(self, "undone_by") and not self.undone_by.is_undone
