"""What is a county, and which county council governs it?"""

import datetime

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..querysets import ValidityQuerySet
from .fields import sort_key_field, starts_before_it_ends
from .organisation import Organisation


@pghistory.track(exclude=["sort_key"])
class County(models.Model):
    """A Norwegian county (fylke) under one number of SSB KLASS 104; no number has been used twice.

    Oslo is a county without a county council of its own: Oslo kommune holds those tasks.
    """

    number = models.CharField(
        _("fylkesnummer"),
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"^\d{2}$", _("Et fylkesnummer har to siffer, f.eks. 03."))],
    )
    name = models.CharField(_("navn"), max_length=100)
    official_name = models.CharField(_("offisielt navn"), max_length=150)
    council = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="governed_counties",
        verbose_name=_("fylkeskommune"),
        help_text=_("Fylkeskommunen; for Oslo er det Oslo kommune."),
    )
    valid_from = models.DateField(_("fra"), null=True, blank=True, help_text=_("Tomt: før 1999."))
    valid_to = models.DateField(_("til"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True, verbose_name=_("etterfølgere")
    )
    note = models.TextField(_("merknad"), blank=True)
    sort_key = sort_key_field("name")

    objects = ValidityQuerySet.as_manager()

    class Meta:
        verbose_name = _("fylke")
        verbose_name_plural = _("fylker")
        ordering = ["sort_key", "number"]
        constraints = [starts_before_it_ends("county_period")]

    def __str__(self) -> str:
        return f"{self.name} ({_('til')} {self.valid_to.year})" if self.valid_to else self.name

    def get_absolute_url(self) -> str:
        """Return the public page of the county."""
        return reverse("county", args=[self.number])

    def is_valid_on(self, date: datetime.date) -> bool:
        """Tell whether the county exists on ``date``."""
        return (self.valid_from is None or self.valid_from <= date) and (self.valid_to is None or date <= self.valid_to)


@pghistory.track(obj_field=None)
class CountySuccession(County.successors.through):
    """The rows behind ``County.successors``, named so that their history is kept too."""

    class Meta:
        proxy = True
