"""What is a cooperation: its form, tasks, life and relatives?"""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation
from municipalities.models.fields import sort_key_field, starts_before_it_ends

from ..querysets import CooperationQuerySet
from .dates import DatePrecision, VagueDate
from .forms import Form
from .tasks import Task

if TYPE_CHECKING:
    from .membership import Membership


@pghistory.track(exclude=["sort_key"])
class Cooperation(models.Model):
    """An arrangement between municipalities, county councils and others, with or without a body of its own.

    The register holds what a source states, lawful or not; what the law says of it is a finding,
    not a condition (DESIGN: the law is not validation). Dates include both ends; null is open.
    """

    class Stage(models.TextChoices):
        """Whether it has come into being; that it has ended follows from ``valid_to``."""

        PLANNED = "planned", _("planlagt")
        ESTABLISHED = "established", _("etablert")

    class Publication(models.TextChoices):
        """Whether the public may see the record."""

        DRAFT = "draft", _("utkast")
        IN_REVIEW = "in_review", _("til gjennomsyn")
        PUBLISHED = "published", _("publisert")
        WITHDRAWN = "withdrawn", _("trukket tilbake")

    # Identity
    slug = models.SlugField(_("adressenavn"), max_length=120, unique=True)
    name = models.CharField(_("navn"), max_length=300)
    has_proper_name = models.BooleanField(
        _("har eget navn"), default=True, help_text=_("Fjern haken når navnet bare er en beskrivelse.")
    )
    short_name = models.CharField(_("kortnavn"), max_length=80, blank=True)
    body = models.OneToOneField(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cooperation",
        verbose_name=_("eget organ"),
        help_text=_("Organisasjonen som samarbeidet er, når den selv kan delta i eller eie noe."),
    )

    # Form and content
    form = models.CharField(_("form"), max_length=20, choices=Form.choices, default=Form.UNKNOWN)
    form_as_stated = models.CharField(_("form i kildens ord"), max_length=100, blank=True)
    purpose = models.TextField(_("formål"), blank=True)
    tasks = models.ManyToManyField(
        Task, through="CooperationTask", related_name="cooperations", verbose_name=_("oppgaver")
    )
    umbrella = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="parts",
        verbose_name=_("overordnet samarbeid"),
    )

    # Life
    stage = models.CharField(_("stadium"), max_length=12, choices=Stage.choices, default=Stage.ESTABLISHED)
    valid_from = models.DateField(_("fra"), null=True, blank=True)
    valid_from_precision = models.CharField(
        _("presisjon for fra"), max_length=10, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    valid_to = models.DateField(_("til"), null=True, blank=True)
    valid_to_precision = models.CharField(
        _("presisjon for til"), max_length=10, choices=DatePrecision.choices, default=DatePrecision.DAY
    )

    winding_up_from = models.DateField(
        _("under avvikling fra"), null=True, blank=True, help_text=_("Dagen avviklingen begynte, når det er vedtatt.")
    )

    # Members as the source counts them
    stated_member_count = models.PositiveIntegerField(_("oppgitt antall deltakere"), null=True, blank=True)
    count_note = models.CharField(_("merknad til antallet"), max_length=300, blank=True)
    members_complete = models.BooleanField(
        _("deltakerlisten er fullstendig"),
        null=True,
        blank=True,
        help_text=_("Ja, nei, eller ukjent når kilden ikke lar oss avgjøre det."),
    )
    leader_rotates = models.BooleanField(_("ledelsen går på omgang"), default=False)

    # Keeping the record
    responsible = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responsible_for",
        verbose_name=_("ansvarlig for opplysningene"),
    )
    confirmed_on = models.DateField(_("sist bekreftet"), null=True, blank=True)
    confirmed_by = models.CharField(_("bekreftet av"), max_length=150, blank=True)
    due_on = models.DateField(_("skal bekreftes innen"), null=True, blank=True)
    confirm_every = models.PositiveSmallIntegerField(
        _("bekreftes hver (måneder)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Tomt betyr så ofte som registeret ellers ber om det."),
    )
    publication = models.CharField(
        _("publisering"), max_length=12, choices=Publication.choices, default=Publication.DRAFT
    )
    sort_key = sort_key_field("name")

    objects = CooperationQuerySet.as_manager()

    class Meta:
        verbose_name = _("samarbeid")
        verbose_name_plural = _("samarbeid")
        ordering = ["sort_key", "id"]
        constraints = [
            starts_before_it_ends("cooperation_period"),
            models.CheckConstraint(
                condition=Q(winding_up_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(winding_up_from__lte=F("valid_to")),
                name="cooperation_wound_up_before_it_ends",
                violation_error_message=_("Avviklingen begynner etter at samarbeidet er avsluttet."),
            ),
            models.CheckConstraint(
                condition=Q(umbrella__isnull=True) | ~Q(umbrella=F("id")),
                name="cooperation_not_its_own_umbrella",
                violation_error_message=_("Et samarbeid kan ikke være overordnet seg selv."),
            ),
        ]
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="cooperation_name_trgm")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a circle of umbrellas, in which no cooperation would be the uppermost."""
        seen, above = {self.pk}, self.umbrella
        while above is not None:
            if above.pk in seen and above.pk is not None:
                raise ValidationError({"umbrella": _("Dette ville gjøre en ring: samarbeidet ligger over seg selv.")})
            seen.add(above.pk)
            above = above.umbrella

    def get_absolute_url(self) -> str:
        """Return the public page of the cooperation."""
        return reverse("cooperation", args=[self.slug])

    def get_form_display(self) -> str:
        """Return the name of the form. Django's own would ask for the names of all forms each time."""
        return str(Form(self.form).label)

    def status_on(self, date: datetime.date) -> str:
        """Return the ``Status`` on ``date``; the query twin is ``with_status_on``.

        It is read from the rows that ``with_details`` prefetches; without them it asks the database.
        """
        from .status import status_on

        return status_on(self, date).value

    def members_on(
        self, date: datetime.date, among: "Iterable[Membership] | None" = None
    ) -> "tuple[list[Membership], list[Membership]]":
        """Return the memberships that hold on ``date`` and the former ones, from the prefetched rows or ``among`` some.

        Of a cooperation that has ended, those of its last day are shown. Memberships that begin
        later, or whose organisation does not exist yet, are in neither list.
        """
        day = min(date, self.valid_to) if self.valid_to else date
        current, former = [], []
        for member in self.memberships.all() if among is None else among:
            if member.valid_to and member.valid_to < day:
                former.append(member)
                continue
            begins, exists = member.valid_from, member.organisation.valid_from
            if (begins is None or begins <= day) and (exists is None or exists <= day):
                current.append(member)
        return current, former

    @property
    def start(self) -> VagueDate | None:
        """Return the start with its precision."""
        return VagueDate.of(self.valid_from, self.valid_from_precision)

    @property
    def end(self) -> VagueDate | None:
        """Return the end with its precision."""
        return VagueDate.of(self.valid_to, self.valid_to_precision)


@pghistory.track()
class CooperationTask(models.Model):
    """A task that a cooperation has; the main task stands first."""

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="task_links", verbose_name=_("samarbeid")
    )
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="links", verbose_name=_("oppgave"))
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0, help_text=_("0 er hovedoppgaven."))

    class Meta:
        verbose_name = _("oppgave i samarbeidet")
        verbose_name_plural = _("oppgaver i samarbeidet")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cooperation", "task"],
                name="cooperation_task_once",
                violation_error_message=_("Oppgaven er allerede ført på samarbeidet."),
            )
        ]

    def __str__(self) -> str:
        return str(self.task)


@pghistory.track()
class CooperationRelation(models.Model):
    """That one cooperation follows another, and how it came about."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", _("fikk nytt navn")
        CONVERTED = "converted", _("ble gjort om til en annen form")
        MERGED = "merged", _("ble slått sammen")
        SPLIT = "split", _("ble delt")
        REPLACED = "replaced", _("ble erstattet")

    predecessor = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="successor_links", verbose_name=_("forgjenger")
    )
    successor = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="predecessor_links", verbose_name=_("etterfølger")
    )
    kind = models.CharField(_("måte"), max_length=10, choices=Kind.choices, default=Kind.REPLACED)
    note = models.CharField(_("merknad"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("forgjenger og etterfølger")
        verbose_name_plural = _("forgjengere og etterfølgere")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="cooperation_relation_once",
                violation_error_message=_("Denne forbindelsen er allerede ført."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="cooperation_relation_between_two",
                violation_error_message=_("Et samarbeid kan ikke etterfølge seg selv."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


@pghistory.track()
class Organ(models.Model):
    """An organ of a cooperation: representantskap, board, committee, secretariat (Buskerudbyen's ATM-utvalg)."""

    class Kind(models.TextChoices):
        """Kinds of organ; the first four are those of kommuneloven chs. 18-20 and IKS-loven."""

        ASSEMBLY = "assembly", _("representantskap eller råd")
        BOARD = "board", _("styre")
        COMMITTEE = "committee", _("nemnd eller utvalg")
        STEERING = "steering", _("styringsgruppe")
        EXPERT = "expert", _("faggruppe eller fagråd")
        SECRETARIAT = "secretariat", _("sekretariat")
        OTHER = "other", _("annet organ")

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="organs", verbose_name=_("samarbeid")
    )
    name = models.CharField(_("navn"), max_length=150)
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    note = models.CharField(_("hvem sitter der, og hva gjør det"), max_length=400, blank=True)
    size = models.PositiveSmallIntegerField(_("antall medlemmer"), null=True, blank=True)
    has_manager = models.BooleanField(_("daglig leder er medlem"), null=True, blank=True)
    shares_people_with_assembly = models.BooleanField(
        _("har medlemmer som også sitter i representantskapet"), null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)

    class Meta:
        verbose_name = _("organ")
        verbose_name_plural = _("organer")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cooperation", "name"],
                name="organ_name_once",
                violation_error_message=_("Samarbeidet har allerede et organ med dette navnet."),
            )
        ]

    def __str__(self) -> str:
        return self.name
