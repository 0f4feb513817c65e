"""Where does a fact come from?"""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Source(models.Model):
    """A publication, a register or a municipality's own record that facts are taken from."""

    key = models.SlugField(_("nøkkel"), max_length=60, unique=True)
    title = models.CharField(_("tittel"), max_length=300)
    authors = models.CharField(_("forfattere"), max_length=300, blank=True)
    publisher = models.CharField(_("utgiver"), max_length=200, blank=True)
    published = models.DateField(_("utgitt"), null=True, blank=True)
    as_of = models.DateField(
        _("beskriver forholdene per"),
        null=True,
        blank=True,
        help_text=_("Dagen som opplysningene gjelder for; navn på kommuner leses etter denne dagen."),
    )
    licence = models.CharField(_("lisens"), max_length=100, blank=True)
    url = models.URLField(_("nettadresse"), max_length=500, blank=True)
    credit = models.CharField(_("kreditering"), max_length=300, blank=True)
    used_for = models.CharField(_("brukt til"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("kilde")
        verbose_name_plural = _("kilder")
        ordering = ["title", "key"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the public page of the source."""
        return reverse("source", args=[self.key])


@pghistory.track()
class Citation(models.Model):
    """The place in a source that states one fact: a cooperation or a membership.

    ``heading`` is the source's own heading over the place, ``note`` tells how the print differs
    from what is stored, or that the source contradicts itself.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations", verbose_name=_("kilde"))
    cooperation = models.ForeignKey(
        "agreements.Cooperation",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        verbose_name=_("samarbeid"),
    )
    membership = models.ForeignKey(
        "agreements.Membership",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        verbose_name=_("medlemskap"),
    )
    locator = models.CharField(_("sted i kilden"), max_length=100, help_text=_("F.eks. «avsnitt 4.1.2, linje 584»."))
    heading = models.CharField(_("kildens overskrift"), max_length=200, blank=True)
    note = models.TextField(_("merknad"), blank=True)
    retrieved = models.DateField(_("hentet"), null=True, blank=True)

    class Meta:
        verbose_name = _("kildehenvisning")
        verbose_name_plural = _("kildehenvisninger")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cooperation__isnull=False, membership__isnull=True)
                | Q(cooperation__isnull=True, membership__isnull=False),
                name="citation_of_one_fact",
                violation_error_message=_("En kildehenvisning gjelder enten et samarbeid eller et medlemskap."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source.title}, {self.locator}"
