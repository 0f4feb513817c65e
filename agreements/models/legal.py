"""Which facts does the law ask about a cooperation, beyond who takes part?"""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality, Organisation

from .cooperation import Cooperation, Organ


@pghistory.track()
class LegalProfile(models.Model):
    """What the law asks about a cooperation. Every answer may be unknown; unknown is never a breach.

    Amounts are in Norwegian kroner.
    """

    class DecisionPower(models.TextChoices):
        """Power to make enkeltvedtak. Internal matters and grants are excepted from the ban (koml §§ 18-1, 19-1)."""

        NONE = "none", _("nei")
        INTERNAL = "internal", _("bare i interne saker")
        GRANTS = "grants", _("bare i tilskuddsordninger")
        FULL = "full", _("ja")

    class PlanPower(models.TextChoices):
        PROCESS = "process", _("bare prosessen")
        FINAL = "final", _("også endelig planvedtak")

    class RegisteredForm(models.TextChoices):
        """Organisational forms of Enhetsregisteret that a cooperation can have."""

        IKS = "IKS", _("interkommunalt selskap")
        ANNA = "ANNA", _("annen juridisk person")
        ORGL = "ORGL", _("organisasjonsledd")
        AS = "AS", _("aksjeselskap")
        SA = "SA", _("samvirkeforetak")
        STI = "STI", _("stiftelse")
        FLI = "FLI", _("forening")
        KF = "KF", _("kommunalt foretak")
        OTHER = "OTHER", _("annen form")

    cooperation = models.OneToOneField(
        Cooperation,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="legal",
        verbose_name=_("samarbeid"),
    )
    # Legal person and registers
    own_legal_person = models.BooleanField(_("eget rettssubjekt"), null=True, blank=True)
    org_number = models.CharField(_("organisasjonsnummer"), max_length=9, blank=True)
    registered_form = models.CharField(
        _("form i Enhetsregisteret"), max_length=5, choices=RegisteredForm.choices, blank=True
    )
    in_company_register = models.BooleanField(_("står i Foretaksregisteret"), null=True, blank=True)
    in_foundation_register = models.BooleanField(_("står i Stiftelsesregisteret"), null=True, blank=True)
    # Basis and power
    legal_basis = models.CharField(_("lovhjemmel"), max_length=200, blank=True)
    special_law = models.CharField(_("særlov"), max_length=200, blank=True)
    ordered_by_state = models.BooleanField(_("pålagt av staten"), null=True, blank=True)
    decision_power = models.CharField(
        _("kan gjøre enkeltvedtak"), max_length=10, choices=DecisionPower.choices, blank=True
    )
    decision_basis = models.CharField(_("hjemmel for enkeltvedtak"), max_length=200, blank=True)
    decides_matters_of_principle = models.BooleanField(_("avgjør prinsipielle saker"), null=True, blank=True)
    plan_power = models.CharField(_("myndighet i plansaker"), max_length=10, choices=PlanPower.choices, blank=True)
    produces_services = models.BooleanField(_("produserer tjenester"), null=True, blank=True)
    is_political = models.BooleanField(_("rent politisk samarbeid"), null=True, blank=True)
    is_business = models.BooleanField(_("driver næringsvirksomhet"), null=True, blank=True)
    procurement_assessed = models.BooleanField(_("anskaffelsesreglene er vurdert"), null=True, blank=True)
    complaint_body = models.CharField(_("klageinstans"), max_length=200, blank=True)
    has_complaints_board = models.BooleanField(_("har særskilt klagenemnd"), null=True, blank=True)
    # Economy
    may_borrow = models.BooleanField(_("kan ta opp lån"), null=True, blank=True)
    loan_ceiling = models.DecimalField(_("låneramme i kroner"), max_digits=14, decimal_places=2, null=True, blank=True)
    loans = models.DecimalField(_("lån i kroner"), max_digits=14, decimal_places=2, null=True, blank=True)
    gives_guarantees = models.BooleanField(_("stiller garantier for andre"), null=True, blank=True)
    has_both_sexes_on_board = models.BooleanField(_("styret har begge kjønn, som loven krever"), null=True, blank=True)
    share_capital = models.DecimalField(
        _("aksjekapital i kroner"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    cost_key = models.CharField(_("fordelingsnøkkel"), max_length=300, blank=True)
    loss_split_deviates = models.BooleanField(_("egen fordeling av merforbruk"), null=True, blank=True)
    auditor = models.CharField(_("revisor"), max_length=150, blank=True)
    head_office = models.ForeignKey(
        Municipality,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("kommunen der hovedkontoret ligger"),
    )
    public_records_act = models.BooleanField(_("offentleglova gjelder"), null=True, blank=True)

    class Meta:
        verbose_name = _("rettslige opplysninger")
        verbose_name_plural = _("rettslige opplysninger")

    def __str__(self) -> str:
        return str(self.cooperation)


@pghistory.track()
class OrganSeat(models.Model):
    """How many members and deputies a participant has in an organ."""

    organ = models.ForeignKey(Organ, on_delete=models.CASCADE, related_name="seats", verbose_name=_("organ"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="seats", verbose_name=_("deltaker")
    )
    members = models.PositiveSmallIntegerField(_("medlemmer"), null=True, blank=True)
    deputies = models.PositiveSmallIntegerField(_("varamedlemmer"), null=True, blank=True)

    class Meta:
        verbose_name = _("plasser i organ")
        verbose_name_plural = _("plasser i organ")
        ordering = ["organ_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "organisation"],
                name="organ_seat_once",
                violation_error_message=_("Deltakeren har allerede plasser i dette organet."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.members}"


@pghistory.track()
class Notification(models.Model):
    """A notice that the law demands, e.g. vertskommunen to statsforvalteren (kommuneloven § 20-4)."""

    class Recipient(models.TextChoices):
        GOVERNOR = "statsforvalter", _("statsforvalteren")
        MINISTRY = "departement", _("departementet")
        DSB = "dsb", _("Direktoratet for samfunnssikkerhet og beredskap")
        COMPANY_REGISTER = "foretaksregisteret", _("Foretaksregisteret")
        HEALTH_DIRECTORATE = "helsedirektoratet", _("Helsedirektoratet")
        OTHER = "annen", _("andre")

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="notifications", verbose_name=_("samarbeid")
    )
    recipient = models.CharField(_("mottaker"), max_length=20, choices=Recipient.choices)
    sent_on = models.DateField(_("sendt"), null=True, blank=True)
    reference = models.CharField(_("referanse"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("melding")
        verbose_name_plural = _("meldinger")
        ordering = ["cooperation_id", "sent_on", "id"]

    def __str__(self) -> str:
        return self.get_recipient_display()
