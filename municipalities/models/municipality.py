"""What is a Norwegian municipality through time: numbers, names, changes, population?"""

import datetime

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import ValidityQuerySet
from .county import County
from .fields import inclusive_period, starts_before_it_ends
from .organisation import Organisation

validate_municipality_number = RegexValidator(r"^\d{4}$", _("Et kommunenummer har fire siffer, også null foran: 0301."))


@pghistory.track()
class Municipality(models.Model):
    """A municipality (kommune) as one body through changes of number, name and county.

    It lives on through a renumbering and a renaming, and as the receiving part of a merger when it
    keeps its number; every other merger and every split makes new bodies, as SSB KLASS 131 does.
    Figures are the latest known: centrality (SSB KLASS 128, 1 = most central), area in km² with
    fresh water, målform towards the state (målvedtak), point in WGS84.
    """

    class Malform(models.TextChoices):
        BOKMAL = "bokmål", _("bokmål")
        NYNORSK = "nynorsk", _("nynorsk")
        NEUTRAL = "nøytral", _("nøytral")

    class PointKind(models.TextChoices):
        """How the point was found; neither is the administrative centre."""

        CENTROID = "centroid", _("tyngdepunkt")
        INTERIOR = "interior_point", _("punkt inne i største del")

    organisation = models.OneToOneField(
        Organisation,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="municipality",
        verbose_name=_("organisasjon"),
    )
    malform = models.CharField(_("målform"), max_length=8, choices=Malform.choices, blank=True)
    malform_confidence = models.CharField(_("sikkerhet for målform"), max_length=120, blank=True)
    centrality_class = models.PositiveSmallIntegerField(
        _("sentralitetsklasse"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(6)]
    )
    centrality_index = models.PositiveSmallIntegerField(
        _("sentralitetsindeks"), null=True, blank=True, validators=[MaxValueValidator(1000)]
    )
    area_km2 = models.DecimalField(_("areal i km²"), max_digits=8, decimal_places=2, null=True, blank=True)
    latitude = models.DecimalField(_("breddegrad"), max_digits=7, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(_("lengdegrad"), max_digits=7, decimal_places=4, null=True, blank=True)
    point_kind = models.CharField(_("type punkt"), max_length=16, choices=PointKind.choices, blank=True)
    admin_centre = models.CharField(_("administrasjonssenter"), max_length=100, blank=True)
    wikidata_id = models.CharField(_("Wikidata-id"), max_length=20, blank=True)
    in_robek = models.BooleanField(
        _("står i ROBEK"), null=True, blank=True, help_text=_("Register om betinget godkjenning og kontroll.")
    )
    registered_name = models.CharField(_("navn i Enhetsregisteret"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("kommune")
        verbose_name_plural = _("kommuner")
        ordering = ["organisation__sort_key", "organisation_id"]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        """Return the public page of the municipality."""
        return self.organisation.get_absolute_url()

    def number_on(self, date: datetime.date) -> "MunicipalityNumber | None":
        """Return the number that held on ``date``, else the last one; None when no number is known.

        Reads the prefetched ``numbers`` so that lists need no query per row.
        """
        numbers = sorted(self.numbers.all(), key=lambda n: n.valid_from or datetime.date.min)
        held = [n for n in numbers if (n.valid_from or date) <= date <= (n.valid_to or date)]
        return held[-1] if held else (numbers[-1] if numbers else None)


@pghistory.track()
class MunicipalityNumber(models.Model):
    """A period in which a municipality has one number and one official name (a version of SSB KLASS 131)."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="numbers", verbose_name=_("kommune")
    )
    number = models.CharField(_("kommunenummer"), max_length=4, validators=[validate_municipality_number])
    name = models.CharField(_("offisielt navn"), max_length=100)
    label = models.CharField(
        _("navn med skille"), max_length=120, blank=True, help_text=_("SSBs navn, f.eks. «Våler (Innlandet)».")
    )
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="numbers", verbose_name=_("fylke"))
    valid_from = models.DateField(_("fra"), null=True, blank=True)
    valid_to = models.DateField(_("til"), null=True, blank=True)

    objects = ValidityQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommunenummer")
        verbose_name_plural = _("kommunenumre")
        ordering = ["number", "valid_from"]
        constraints = [
            starts_before_it_ends("municipality_number_period"),
            ExclusionConstraint(
                name="municipality_number_one_holder",
                expressions=[("number", RangeOperators.EQUAL), (inclusive_period(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Kommunenummeret er i bruk av en annen kommune i samme periode."),
            ),
            ExclusionConstraint(
                name="municipality_one_number",
                expressions=[("municipality", RangeOperators.EQUAL), (inclusive_period(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Kommunen har allerede et nummer i denne perioden."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@pghistory.track()
class MunicipalityChange(models.Model):
    """One line of the change history of SSB KLASS 131: what became of an old number on a date."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("sammenslåing")
        SPLIT = "split", _("deling")
        PART = "part", _("del overført")
        RENUMBER = "renumber", _("nytt nummer")
        RENAME = "rename", _("nytt navn")

    date = models.DateField(_("dato"), help_text=_("Første dag i den nye ordningen."))
    kind = models.CharField(_("type endring"), max_length=10, choices=Kind.choices)
    old = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="changes_from", verbose_name=_("fra kommune")
    )
    new = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="changes_to", verbose_name=_("til kommune")
    )
    old_number = models.CharField(_("gammelt nummer"), max_length=4, validators=[validate_municipality_number])
    old_name = models.CharField(_("gammelt navn"), max_length=100)
    new_number = models.CharField(_("nytt nummer"), max_length=4, validators=[validate_municipality_number])
    new_name = models.CharField(_("nytt navn"), max_length=100)
    note = models.CharField(_("merknad"), max_length=200, blank=True)
    source = models.CharField(_("kilde"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("kommuneendring")
        verbose_name_plural = _("kommuneendringer")
        ordering = ["date", "new_number", "old_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "old_number", "new_number", "kind"],
                name="municipality_change_once",
                violation_error_message=_("Denne endringen er allerede ført."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.old_number} {self.old_name} → {self.new_number} {self.new_name}"


@pghistory.track()
class Population(models.Model):
    """The population of a municipality on a day (SSB table 07459), in persons."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="populations", verbose_name=_("kommune")
    )
    date = models.DateField(_("dato"))
    persons = models.PositiveIntegerField(_("innbyggere"))
    source = models.CharField(_("kilde"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("folketall")
        verbose_name_plural = _("folketall")
        ordering = ["municipality_id", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "date"],
                name="population_once_a_day",
                violation_error_message=_("Folketallet for denne datoen er allerede ført."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality}, {self.date}: {self.persons}"
