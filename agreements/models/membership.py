"""Who takes part in a cooperation, in which role, with which share, from when to when?"""

from fractions import Fraction

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from municipalities.models import County, Organisation
from municipalities.models.fields import inclusive_period, starts_before_it_ends

from ..querysets import MembershipQuerySet
from .cooperation import Cooperation
from .dates import DatePrecision, VagueDate


class Role(models.TextChoices):
    """What a member is in a cooperation. One member may have several roles, one row each."""

    HOST = "host", _("vertskommune")  # kommuneloven § 20-1
    PARTICIPANT = "participant", _("deltaker")
    OWNER = "owner", _("eier")
    LEADER = "leader", _("leder")
    SECRETARIAT = "secretariat", _("sekretariat")
    OFFICE = "office", _("kontorkommune")  # kommuneloven § 14-8
    FOUNDER = "founder", _("stifter")  # stiftelsesloven § 2
    PARTNER = "partner", _("partner")
    INITIATOR = "initiator", _("initiativtaker")
    ORGANISER = "organiser", _("arrangør")
    FUNDER = "funder", _("finansierer")
    CUSTOMER = "customer", _("kunde")
    SUPPLIER = "supplier", _("leverandør")
    OBSERVER = "observer", _("observatør")


def _share_constraints(name: str) -> list[models.CheckConstraint]:
    """Return the constraint that a share is a whole fraction from 0 to 1, or unknown."""
    top, bottom = f"{name}_numerator", f"{name}_denominator"
    return [
        models.CheckConstraint(
            condition=Q(**{f"{top}__isnull": True, f"{bottom}__isnull": True})
            # «is not null» must be said: a comparison with null is null, which a check lets pass.
            | Q(
                **{f"{top}__isnull": False, f"{bottom}__isnull": False},
                **{f"{top}__gte": 0, f"{bottom}__gt": 0, f"{top}__lte": F(bottom)},
            ),
            name=f"membership_{name}_share_fraction",
            violation_error_message=_(
                "En andel skrives som en brøk mellom 0 og 1: både teller og nevner, eller ingen."
            ),
        )
    ]


@pghistory.track()
class GroupStatement(models.Model):
    """A statement about members who are not named one by one: «alle kommuner i Agder», «13 av 15».

    Members that follow from it beyond doubt are stored with this statement as their basis; the
    rest is only these words and the count.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="group_statements", verbose_name=_("samarbeid")
    )
    wording = models.CharField(_("gruppen i ord"), max_length=300)
    role = models.CharField(_("rolle"), max_length=12, choices=Role.choices, default=Role.PARTICIPANT)
    county = models.ForeignKey(
        County, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("fylke")
    )
    count = models.PositiveIntegerField(_("oppgitt antall"), null=True, blank=True)
    note = models.CharField(_("merknad"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)

    class Meta:
        verbose_name = _("gruppe av deltakere")
        verbose_name_plural = _("grupper av deltakere")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.wording


@pghistory.track()
class Membership(models.Model):
    """That an organisation takes part in a cooperation, in one role, in one period.

    Shares are exact fractions, because IKS-loven § 3 allows percent or fraction and 3 × 33.33 is
    not a whole. ``ownership`` is the eierandel, ``liability`` the ansvarsandel, which the
    law asks for only where it differs (kommuneloven §§ 18-4, 19-4; IKS-loven § 4). Unknown is null.
    A former member stays: it may still be liable (kommuneloven §§ 18-2, 19-2; IKS-loven § 30).
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("samarbeid")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organisasjon")
    )
    role = models.CharField(_("rolle"), max_length=12, choices=Role.choices, default=Role.PARTICIPANT)
    group = models.ForeignKey(
        GroupStatement,
        null=True,
        blank=True,
        # A member does not vanish with the statement it follows from; both go with the cooperation.
        on_delete=models.RESTRICT,
        related_name="memberships",
        verbose_name=_("følger av gruppen"),
        help_text=_("Tomt når deltakeren er nevnt ved navn."),
    )
    covers = models.CharField(
        _("gjelder bare"),
        max_length=200,
        blank=True,
        help_text=_("Når bare en del av kommunen er med, f.eks. «tidligere Svelvik kommune»."),
    )
    ownership_numerator = models.PositiveBigIntegerField(_("eierandel, teller"), null=True, blank=True)
    ownership_denominator = models.PositiveBigIntegerField(_("eierandel, nevner"), null=True, blank=True)
    liability_numerator = models.PositiveBigIntegerField(_("ansvarsandel, teller"), null=True, blank=True)
    liability_denominator = models.PositiveBigIntegerField(_("ansvarsandel, nevner"), null=True, blank=True)
    share_note = models.CharField(
        _("andel i ord"), max_length=100, blank=True, help_text=_("F.eks. «hovedaksjonær», når tallet er ukjent.")
    )
    valid_from = models.DateField(_("fra"), null=True, blank=True)
    valid_from_precision = models.CharField(
        _("presisjon for fra"), max_length=10, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    valid_to = models.DateField(_("til"), null=True, blank=True)
    valid_to_precision = models.CharField(
        _("presisjon for til"), max_length=10, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    purpose = models.TextField(
        _("formålet med deltakelsen"),
        max_length=1000,
        blank=True,
        help_text=_("Deltakerens egne ord, til eierskapsmeldingen (kommuneloven § 26-1)."),
    )
    note = models.CharField(_("merknad"), max_length=400, blank=True)
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("medlemskap")
        verbose_name_plural = _("medlemskap")
        ordering = ["position", "id"]
        constraints = [
            starts_before_it_ends("membership_period"),
            *_share_constraints("ownership"),
            *_share_constraints("liability"),
            ExclusionConstraint(
                name="membership_once_per_role",
                expressions=[
                    ("cooperation", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (inclusive_period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Organisasjonen har allerede denne rollen i samarbeidet i samme tidsrom. "
                    "Avslutt den gamle raden dagen før den nye begynner, eller velg en annen rolle."
                ),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="membership_by_member")]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.get_role_display()} – {self.cooperation}"

    def get_role_display(self) -> str:
        """Return the name of the role. Django's own would ask for the names of all roles each time."""
        return str(Role(self.role).label)

    @property
    def basis(self) -> str:
        """Return «named» when the source names the member, «group» when it follows from a group statement."""
        return "group" if self.group_id else "named"

    @property
    def ownership_share(self) -> Fraction | None:
        """Return the eierandel of the whole, None when it is unknown."""
        return _fraction(self.ownership_numerator, self.ownership_denominator)

    @property
    def liability_share(self) -> Fraction | None:
        """Return the ansvarsandel where it is stated apart; None means as the eierandel, or unknown."""
        return _fraction(self.liability_numerator, self.liability_denominator)

    @property
    def start(self) -> VagueDate | None:
        """Return the first day with its precision."""
        return VagueDate.of(self.valid_from, self.valid_from_precision)

    @property
    def end(self) -> VagueDate | None:
        """Return the last day with its precision."""
        return VagueDate.of(self.valid_to, self.valid_to_precision)


def _fraction(numerator: int | None, denominator: int | None) -> Fraction | None:
    return None if numerator is None else Fraction(numerator, denominator)
