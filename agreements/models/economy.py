"""How do the participants share the cost of a cooperation, and what has it borrowed?  Amounts are in kroner."""

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from municipalities.models.fields import starts_before_it_ends

from .agreement import Agreement


@pghistory.track()
class CostPart(models.Model):
    """One part of the cost key of an agreement (kommuneloven §§ 19-4 (4) e, 20-4 (3) f; IKS-loven § 4 nr. 6).

    An agreement may share its cost in several ways at once: a fixed part from each, and the rest by
    population. ``agreements.insight.costs`` works out what each participant pays.
    """

    class Kind(models.TextChoices):
        EACH = "each", _("fast beløp fra hver")
        EQUALLY = "equally", _("beløp delt likt")
        PER_INHABITANT = "per_inhabitant", _("beløp per innbygger")
        BY_POPULATION = "by_population", _("beløp delt etter folketall")
        BY_SHARE = "by_share", _("beløp delt etter eierandel")
        OTHER = "other", _("annet")

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="cost_parts", verbose_name=_("avtale")
    )
    title = models.CharField(_("hva det gjelder"), max_length=150, blank=True, help_text=_("F.eks. «grunnbeløp»."))
    kind = models.CharField(_("fordeles som"), max_length=15, choices=Kind.choices)
    amount = models.DecimalField(
        _("kroner i året"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    population_on = models.DateField(
        _("folketall per"),
        null=True,
        blank=True,
        help_text=_("Datoen avtalen regner folketallet fra, f.eks. 1.1.2025."),
    )
    valid_from = models.DateField(_("fra"), null=True, blank=True)
    valid_to = models.DateField(_("til"), null=True, blank=True)
    note = models.CharField(_("merknad"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)

    class Meta:
        verbose_name = _("del av kostnadsnøkkelen")
        verbose_name_plural = _("kostnadsnøkkel")
        ordering = ["agreement_id", "position", "id"]
        constraints = [
            starts_before_it_ends("cost_part_period"),
            models.CheckConstraint(
                condition=Q(kind="other") | Q(amount__isnull=False),
                name="cost_part_has_amount",
                violation_error_message=_("Skriv beløpet."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["per_inhabitant", "by_population"]) | Q(population_on__isnull=False),
                name="cost_part_population_has_date",
                violation_error_message=_("Skriv hvilken dato folketallet regnes fra."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(note=""),
                name="cost_part_other_is_explained",
                violation_error_message=_("Skriv i merknaden hvordan dette fordeles."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def is_valid_on(self, date) -> bool:
        """Tell whether the part holds on a day; both ends belong to it."""
        return (self.valid_from is None or self.valid_from <= date) and (self.valid_to is None or date <= self.valid_to)


@pghistory.track()
class Loan(models.Model):
    """A loan that the cooperation has taken up; an IKS only within the ceiling of its agreement (IKS-loven § 22)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="loans", verbose_name=_("avtale"))
    lender = models.CharField(_("långiver"), max_length=150, blank=True)
    amount = models.DecimalField(
        _("kroner"),
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text=_("Det som gjenstår."),
    )
    taken_on = models.DateField(_("tatt opp"), null=True, blank=True)
    repaid_on = models.DateField(_("nedbetalt"), null=True, blank=True)
    note = models.CharField(_("formål"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("lån")
        verbose_name_plural = _("lån")
        ordering = ["agreement_id", "taken_on", "id"]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.lender, f"{self.amount:.0f}"]))

    def clean(self) -> None:
        """Refuse a loan that is repaid before it is taken up."""
        if self.taken_on and self.repaid_on and self.repaid_on < self.taken_on:
            raise ValidationError({"repaid_on": _("Lånet er nedbetalt før det er tatt opp.")})

    def runs_on(self, date) -> bool:
        """Tell whether the loan is owed on a day; on the day of repayment it no longer is."""
        return (self.taken_on is None or self.taken_on <= date) and (self.repaid_on is None or date < self.repaid_on)
