"""Which files hold the text of an agreement, and which of them may the public read?"""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import GeneratedField, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..querysets import DocumentQuerySet
from .agreement import Agreement
from .languages import language_name, validate_language


# The text may be long, follows from the file and is masked anew from it: its history would say nothing.
@pghistory.track(exclude=["text", "search"])
class Document(models.Model):
    """One file of an agreement. The file never changes: a new file is a new document.

    Nothing is published before someone has confirmed that it holds no secret and no personal data
    (offentleglova §§ 10, 13; law.md OFF-03), and a file with a fødselsnummer in it never is (OFF-05).
    Where part of a document is exempt, a redacted copy is published in its place (OFF-09).
    """

    class Format(models.TextChoices):
        """What the file is by its content; its name does not count."""

        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"
        ODT = "odt", "ODT"

    class Access(models.TextChoices):
        PUBLIC = "public", _("offentlig")
        RESTRICTED = "restricted", _("unntatt offentlighet")
        REDACTED = "redacted", _("sladdet utgave")

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="documents", verbose_name=_("avtale")
    )
    title = models.CharField(_("tittel"), max_length=300)
    version = models.CharField(
        _("utgave"), max_length=80, blank=True, help_text=_("F.eks. «signert», «vedlegg 2» eller «vedtatt 12.3.2022».")
    )
    language = models.CharField(
        _("språk"),
        max_length=3,
        blank=True,
        validators=[validate_language],
        help_text=_("Språkkode, f.eks. nb, nn, en eller uk."),
    )
    access = models.CharField(_("tilgang"), max_length=10, choices=Access.choices, default=Access.PUBLIC)
    exemption_basis = models.CharField(
        _("hjemmel for unntaket"),
        max_length=200,
        blank=True,
        help_text=_("F.eks. «offentleglova § 13, jf. forvaltningsloven § 13». Må fylles ut når noe er unntatt."),
    )
    original = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="redacted_copies",
        verbose_name=_("sladdet utgave av"),
    )
    # The file
    format = models.CharField(_("filtype"), max_length=4, choices=Format.choices, editable=False)
    file_name = models.CharField(_("filnavn"), max_length=200, editable=False)
    size = models.PositiveBigIntegerField(_("størrelse i byte"), editable=False)
    sha256 = models.CharField(_("kontrollsum (SHA-256)"), max_length=64, editable=False)
    uploaded_at = models.DateTimeField(_("lastet opp"), auto_now_add=True)
    uploaded_by = models.CharField(_("lastet opp av"), max_length=150, editable=False)
    erased_at = models.DateTimeField(_("filen slettet"), null=True, blank=True, editable=False)
    # What it says
    text = models.TextField(_("tekst"), blank=True, editable=False)
    search = GeneratedField(
        expression=SearchVector("text", config="norwegian"), output_field=SearchVectorField(), db_persist=True
    )
    notes = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("om lesingen"),
        default=list,
        editable=False,
        help_text=_("Hva den som bekrefter, må se etter selv."),
    )
    birth_numbers = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("steder med fødselsnummer"),
        default=list,
        editable=False,
    )
    # Publication
    confirmed_at = models.DateTimeField(_("bekreftet"), null=True, blank=True, editable=False)
    confirmed_by = models.CharField(_("bekreftet av"), max_length=150, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("dokument")
        verbose_name_plural = _("dokumenter")
        ordering = ["agreement_id", "id"]
        indexes = [GinIndex(fields=["search"], name="document_search")]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "sha256"],
                condition=Q(erased_at__isnull=True),
                name="document_file_once",
                violation_error_message=_("Denne filen ligger allerede på avtalen."),
            ),
            models.CheckConstraint(
                condition=Q(access="public") | ~Q(exemption_basis=""),
                name="document_exemption_has_basis",
                violation_error_message=_("Skriv hjemmelen for det som er unntatt offentlighet."),
            ),
            models.CheckConstraint(
                condition=Q(original__isnull=True) | Q(access="redacted"),
                name="document_only_redacted_has_original",
                violation_error_message=_("Bare en sladdet utgave viser til originalen."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="document_confirmed_by_someone",
                violation_error_message=_("En bekreftelse har både navn og tidspunkt."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(birth_numbers__len=0),
                name="document_with_birth_number_unpublished",
                violation_error_message=_("Et dokument med fødselsnummer kan ikke publiseres."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def language_name(self) -> str:
        """Return the language in words; empty where it is not recorded."""
        return language_name(self.language) if self.language else ""

    def get_absolute_url(self) -> str:
        """Return the address of the file; it answers only for what the public may read."""
        return reverse("document", args=[self.pk])

    def clean(self) -> None:
        """Let a redacted copy point to another document of the same agreement that is not redacted itself."""
        if self.original_id is None:
            return
        if self.pk and self.original_id == self.pk:
            raise ValidationError({"original": _("Et dokument kan ikke være en sladdet utgave av seg selv.")})
        if self.original.agreement_id != self.agreement_id:
            raise ValidationError({"original": _("Originalen hører til en annen avtale.")})
        if self.original.access == self.Access.REDACTED:
            raise ValidationError({"original": _("Originalen er selv sladdet. Velg det usladdede dokumentet.")})
