"""What is the written agreement of a cooperation, and who has adopted it?"""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation
from municipalities.models.fields import starts_before_it_ends

from .cooperation import Cooperation
from .languages import language_name, validate_language


@pghistory.track()
class Agreement(models.Model):
    """The written instrument of a cooperation in one version.

    A new version supersedes the old one, which is kept: agreements are never thrown away
    (arkivlova § 5). In force from and to include both days.
    """

    class Kind(models.TextChoices):
        COOPERATION = "cooperation", _("samarbeidsavtale")
        COMPANY = "company", _("selskapsavtale")  # IKS-loven § 4
        STATUTES = "statutes", _("vedtekter")
        DELEGATION = "delegation", _("delegasjonsvedtak")
        PARTNERSHIP = "partnership", _("partnerskapsavtale")
        OTHER = "other", _("annen avtale")

    class Renewal(models.TextChoices):
        AUTOMATIC = "automatic", _("fornyes automatisk")
        BY_DECISION = "by_decision", _("fornyes ved vedtak")
        NONE = "none", _("fornyes ikke")

    class Majority(models.TextChoices):
        """What the representantskap needs to change the rest of the agreement; the law's own rule where none is agreed.

        Kommuneloven §§ 18-4 (3), 19-4 (3); IKS-loven § 4 (2).
        """

        SIMPLE = "simple", _("flertallet av stemmene")
        THREE_QUARTERS = "three_quarters", _("tre firedeler av stemmene")
        UNANIMOUS = "unanimous", _("alle stemmene")

    class NoticeSource(models.TextChoices):
        AGREEMENT = "agreement", _("avtalen")
        LAW = "law", _("loven")

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("samarbeid")
    )
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices, default=Kind.COOPERATION)
    title = models.CharField(_("tittel"), max_length=300)
    supersedes = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
        verbose_name=_("avløser"),
        help_text=_("Den forrige versjonen av avtalen."),
    )
    is_written = models.BooleanField(_("skriftlig"), null=True, blank=True)
    signed_on = models.DateField(_("signert"), null=True, blank=True)
    valid_from = models.DateField(_("i kraft fra"), null=True, blank=True)
    valid_to = models.DateField(
        _("i kraft til"), null=True, blank=True, help_text=_("Siste dag. Tomt når avtalen er tidsubestemt.")
    )
    renewal = models.CharField(_("fornyelse"), max_length=12, choices=Renewal.choices, blank=True)
    notice_months = models.PositiveSmallIntegerField(_("oppsigelsesfrist i måneder"), null=True, blank=True)
    notice_source = models.CharField(_("fristen følger av"), max_length=10, choices=NoticeSource.choices, blank=True)
    languages = ArrayField(
        models.CharField(max_length=3, validators=[validate_language]),
        verbose_name=_("språk"),
        default=list,
        blank=True,
        help_text=_("Språkkoder med komma mellom, f.eks. nb, uk for en avtale på norsk og ukrainsk."),
    )
    archive_reference = models.CharField(
        _("arkivreferanse"), max_length=150, blank=True, help_text=_("System, saksnummer og dokumentnummer.")
    )
    note = models.TextField(_("merknad"), blank=True)
    # What a new version changes, and who may decide it
    changed_items = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("punkter i loven som endres"),
        null=True,
        blank=True,
        help_text=_("Reglenes id. Tomt: ikke ført, og da må kommunestyrene vedta endringen. Tom liste: bare annet."),
    )
    majority = models.CharField(
        _("flertall for andre endringer"),
        max_length=15,
        choices=Majority.choices,
        blank=True,
        help_text=_("Bare når avtalen sier noe annet enn loven, som er to tredeler av de avgitte stemmene."),
    )
    # Loans
    may_borrow = models.BooleanField(_("avtalen lar samarbeidet ta opp lån"), null=True, blank=True)
    loan_ceiling = models.DecimalField(
        _("låneramme i kroner"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        verbose_name = _("avtale")
        verbose_name_plural = _("avtaler")
        ordering = ["cooperation_id", F("valid_from").desc(nulls_last=True), "-id"]
        constraints = [
            starts_before_it_ends("agreement_period"),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                name="agreement_does_not_supersede_itself",
                violation_error_message=_("En avtale kan ikke avløse seg selv."),
            ),
            models.CheckConstraint(
                condition=Q(notice_source="") | Q(notice_months__isnull=False),
                name="agreement_notice_source_needs_months",
                violation_error_message=_("Skriv også hvor mange måneder oppsigelsesfristen er."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def language_names(self) -> list[str]:
        """Return the languages in words."""
        return [language_name(code) for code in self.languages]

    def clean(self) -> None:
        """Let an agreement supersede only one of the same cooperation, and none that comes after itself."""
        if self.supersedes_id and self.supersedes.cooperation_id != self.cooperation_id:
            raise ValidationError({"supersedes": _("Avtalen som avløses, hører til et annet samarbeid.")})
        older = self.supersedes
        while older is not None:
            if self.pk and older.pk == self.pk:
                raise ValidationError({"supersedes": _("Dette ville gjøre en ring: avtalen avløser seg selv.")})
            older = older.supersedes


@pghistory.track()
class Decision(models.Model):
    """One body's decision about an agreement: adoption by each council itself (kommuneloven §§ 18-4, 19-4, 20-4)."""

    class Organ(models.TextChoices):
        """Which organ decided. Bystyre and heradsstyre are kommunestyre (kommuneloven § 5-1)."""

        MUNICIPAL_COUNCIL = "kommunestyre", _("kommunestyret")
        CITY_COUNCIL = "bystyre", _("bystyret")
        HERAD_COUNCIL = "heradsstyre", _("heradsstyret")
        COUNTY_COUNCIL = "fylkesting", _("fylkestinget")
        EXECUTIVE = "formannskap", _("formannskapet")
        COUNTY_EXECUTIVE = "fylkesutvalg", _("fylkesutvalget")
        COMMITTEE = "utvalg", _("et utvalg")
        ASSEMBLY = "representantskap", _("representantskapet")
        ADMINISTRATION = "administrasjon", _("kommunedirektøren")
        OTHER = "annet", _("et annet organ")

    class Subject(models.TextChoices):
        AGREEMENT = "agreement", _("vedtok avtalen")
        DELEGATION = "delegation", _("delegerte myndighet")
        DISSOLUTION = "dissolution", _("vedtok oppløsning")

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("vedtatt")
        REJECTED = "rejected", _("avvist")
        POSTPONED = "postponed", _("utsatt")

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("avtale")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("deltaker")
    )
    subject = models.CharField(_("vedtaket gjelder"), max_length=12, choices=Subject.choices, default=Subject.AGREEMENT)
    organ = models.CharField(_("organ"), max_length=20, choices=Organ.choices, blank=True)
    decided_on = models.DateField(_("dato"), null=True, blank=True)
    case_number = models.CharField(_("saksnummer"), max_length=60, blank=True, help_text=_("F.eks. «sak 14/22»."))
    outcome = models.CharField(_("utfall"), max_length=10, choices=Outcome.choices, default=Outcome.ADOPTED)
    url = models.URLField(_("lenke til saken"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("vedtak")
        verbose_name_plural = _("vedtak")
        ordering = ["agreement_id", F("decided_on").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation", "subject", "decided_on"],
                nulls_distinct=False,
                name="decision_once",
                violation_error_message=_("Deltakeren har allerede et slikt vedtak på denne datoen."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_outcome_display()}"


@pghistory.track()
class AssemblyDecision(models.Model):
    """What the representantskap of a cooperation decided about a new version of its agreement.

    It may change what the law does not leave to the councils, with two thirds of the votes cast unless
    the agreement says otherwise (kommuneloven §§ 18-4 (3), 19-4 (3); IKS-loven § 4 (2)).
    """

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="assembly_decisions", verbose_name=_("avtale")
    )
    decided_on = models.DateField(_("dato"), null=True, blank=True)
    case_number = models.CharField(_("saksnummer"), max_length=60, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("stemmer for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("stemmer mot"), null=True, blank=True)
    url = models.URLField(_("lenke til saken"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("vedtak i representantskapet")
        verbose_name_plural = _("vedtak i representantskapet")
        ordering = ["agreement_id", F("decided_on").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(votes_for__isnull=True, votes_against__isnull=True)
                | Q(votes_for__isnull=False, votes_against__isnull=False),
                name="assembly_decision_votes_both",
                violation_error_message=_("Skriv både stemmene for og stemmene mot."),
            )
        ]

    def __str__(self) -> str:
        if self.votes_for is None:
            return str(_("representantskapet"))
        return f"{_('representantskapet')}: {self.votes_for}–{self.votes_against}"


@pghistory.track()
class Clause(models.Model):
    """The answer to one item that the law requires of the agreement; items are listed in ``agreements.rules``."""

    class Status(models.TextChoices):
        PRESENT = "present", _("finnes")
        MISSING = "missing", _("mangler")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="clauses", verbose_name=_("avtale"))
    item = models.CharField(
        _("punkt i loven"), max_length=20, help_text=_("Regelens id, f.eks. IPR-14a. Ikke vurdert: ingen rad.")
    )
    status = models.CharField(_("svar"), max_length=10, choices=Status.choices)
    place = models.CharField(_("sted i avtalen"), max_length=100, blank=True, help_text=_("F.eks. «punkt 4»."))

    class Meta:
        verbose_name = _("avtalepunkt")
        verbose_name_plural = _("avtalepunkter")
        ordering = ["agreement_id", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "item"],
                name="clause_once",
                violation_error_message=_("Dette punktet er allerede besvart for avtalen."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_status_display()}"
