"""What do municipalities cooperate about: sectors and tasks."""

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Task(models.Model):
    """A sector (without parent) or a task in a sector; the taxonomy has these two levels only.

    ``kostra_function`` is the KOSTRA function (SSB) in which municipalities account for the task;
    it is empty where no function fits.
    """

    code = models.SlugField(_("kode"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("sektor")
    )
    name_nb = models.CharField(_("navn på bokmål"), max_length=100)
    name_nn = models.CharField(_("navn på nynorsk"), max_length=100)
    name_en = models.CharField(_("navn på engelsk"), max_length=100)
    kostra_function = models.CharField(
        _("KOSTRA-funksjon"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^\d{3}$", _("En KOSTRA-funksjon har tre siffer."))],
    )
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)

    class Meta:
        verbose_name = _("oppgave")
        verbose_name_plural = _("oppgaver")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="task_not_its_own_sector",
                violation_error_message=_("En oppgave kan ikke være sin egen sektor."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Keep the taxonomy at two levels."""
        if self.parent_id and self.parent.parent_id:
            raise ValidationError({"parent": _("Velg en sektor: oppgaver har bare to nivåer.")})
        if self.parent_id and self.pk and self.children.exists():
            raise ValidationError({"parent": _("En sektor som har oppgaver, kan ikke selv legges under en sektor.")})

    @property
    def name(self) -> str:
        """Return the name in the reader's language, bokmål when there is none."""
        language = (get_language() or "nb")[:2]
        return getattr(self, f"name_{language}", None) or self.name_nb

    def get_absolute_url(self) -> str:
        """Return the page of the task: all arrangements, and the municipalities without any."""
        return reverse("task", args=[self.code])
