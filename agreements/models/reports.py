"""When has a council adopted an eierskapsmelding?"""

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation

from .agreement import Decision


@pghistory.track()
class OwnershipReport(models.Model):
    """An eierskapsmelding that a municipality or county council has adopted (kommuneloven § 26-1).

    The council itself adopts one at least once per term; of another organ it does not count.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="ownership_reports",
        verbose_name=_("kommune eller fylkeskommune"),
    )
    adopted_on = models.DateField(_("vedtatt"))
    organ = models.CharField(
        _("organ"),
        max_length=20,
        choices=Decision.Organ.choices,
        default=Decision.Organ.MUNICIPAL_COUNCIL,
        help_text=_("Bare et vedtak i kommunestyret, bystyret, heradsstyret eller fylkestinget teller."),
    )
    case_number = models.CharField(_("saksnummer"), max_length=60, blank=True, help_text=_("F.eks. «sak 14/22»."))
    url = models.URLField(_("lenke til meldingen"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("eierskapsmelding")
        verbose_name_plural = _("eierskapsmeldinger")
        ordering = ["-adopted_on", "organisation_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "adopted_on"],
                name="ownership_report_once",
                violation_error_message=_("Eierskapsmeldingen med denne datoen er allerede ført."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.adopted_on:%d.%m.%Y}"

    def clean(self) -> None:
        """Refuse organisations that have no council."""
        with_council = {Organisation.Kind.MUNICIPALITY, Organisation.Kind.COUNTY_COUNCIL}
        if self.organisation_id and self.organisation.kind not in with_council:
            raise ValidationError({"organisation": _("Bare kommuner og fylkeskommuner lager eierskapsmelding.")})
