"""What is an organisation that can take part in a cooperation?"""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..querysets import ValidityQuerySet
from .fields import normalise_org_number, sort_key_field, starts_before_it_ends, validate_org_number


@pghistory.track(exclude=["sort_key"])
class Organisation(models.Model):
    """Anything that can take part in a cooperation, in Norway or abroad.

    The law lets only municipalities and county councils into IPR, KO and vertskommune (kommuneloven
    chs. 18-20), but sources also hold state bodies, companies and foreign cities; the register holds
    what they say. An organisation number is optional: a body that is not a legal person has no right
    to one (enhetsregisterloven § 4), and it is never the key.
    """

    class Kind(models.TextChoices):
        """Kinds of organisation; the organisational forms of Enhetsregisteret that they cover in brackets."""

        MUNICIPALITY = "municipality", _("kommune")  # KOMM
        COUNTY_COUNCIL = "county_council", _("fylkeskommune")  # FYLK
        STATE = "state", _("statlig organ")  # STAT, ORGL under it
        HEALTH_TRUST = "health_trust", _("helseforetak")  # SÆR: helseforetaksloven
        COMPANY = "company", _("selskap")  # AS, ASA, SA …
        FOUNDATION = "foundation", _("stiftelse")  # STI
        ASSOCIATION = "association", _("forening eller interesseorganisasjon")  # FLI
        UNIVERSITY = "university", _("universitet, høyskole eller forskningsinstitutt")
        FOREIGN_MUNICIPALITY = "foreign_municipality", _("kommune eller by i utlandet")
        FOREIGN_REGION = "foreign_region", _("region i utlandet")
        INTERMUNICIPAL = "intermunicipal", _("interkommunalt organ")  # IKS, IPR, KO
        OTHER = "other", _("annen organisasjon")

    slug = models.SlugField(_("adressenavn"), max_length=120, unique=True)
    kind = models.CharField(_("type"), max_length=24, choices=Kind.choices)
    name = models.CharField(_("navn"), max_length=200)
    short_name = models.CharField(_("kortnavn"), max_length=60, blank=True)
    org_number = models.CharField(
        _("organisasjonsnummer"),
        max_length=9,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_org_number],
        help_text=_("Ni siffer fra Enhetsregisteret. La feltet stå tomt når organet ikke er egen juridisk person."),
    )
    country = models.CharField(
        _("land"),
        max_length=2,
        default="NO",
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Bruk landkoden på to store bokstaver, f.eks. NO eller SE."))],
        help_text=_("Landkode etter ISO 3166-1, to bokstaver."),
    )
    valid_from = models.DateField(_("finnes fra"), null=True, blank=True, help_text=_("Første dag, medregnet."))
    valid_to = models.DateField(_("finnes til"), null=True, blank=True, help_text=_("Siste dag, medregnet."))
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True, verbose_name=_("etterfølgere")
    )
    note = models.TextField(_("merknad"), blank=True)
    sort_key = sort_key_field("name")

    objects = ValidityQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisasjon")
        verbose_name_plural = _("organisasjoner")
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(org_number__isnull=True) | Q(org_number__regex=r"^[0-9]{9}$"),
                name="organisation_org_number_nine_digits",
                violation_error_message=_("Et organisasjonsnummer har ni siffer."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["foreign_municipality", "foreign_region"]) | ~Q(country="NO"),
                name="organisation_foreign_has_country",
                violation_error_message=_("En kommune eller region i utlandet må ha et annet land enn Norge."),
            ),
            starts_before_it_ends("organisation_period"),
        ]
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="organisation_name_trgm")]

    def __str__(self) -> str:
        if self.valid_to and self.kind in (self.Kind.MUNICIPALITY, self.Kind.COUNTY_COUNCIL):
            return f"{self.name} ({_('til')} {self.valid_to.year})"
        return self.name

    def clean(self) -> None:
        """Store an organisation number as nine digits, however it was written; an empty one as null."""
        self.org_number = normalise_org_number(self.org_number) if self.org_number else None

    def clean_fields(self, exclude=None) -> None:
        """Normalise the organisation number before its validators read it."""
        self.clean()
        super().clean_fields(exclude=exclude)

    def get_absolute_url(self) -> str:
        """Return the public page: a municipality's own page where the organisation is one."""
        from django.urls import reverse

        if self.kind == self.Kind.MUNICIPALITY:
            return reverse("municipality", args=[self.slug])
        return reverse("organisation", args=[self.slug])


@pghistory.track()
class OrganisationName(models.Model):
    """A name that an organisation has or had: official, in another language, former, or short.

    Municipalities carry their Sámi and Kven names here (Kartverket, SSB KLASS 131).
    """

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("offisielt navn")
        FORMER = "former", _("tidligere navn")
        ALIAS = "alias", _("annen skrivemåte")

    class Language(models.TextChoices):
        """Languages of names by ISO 639; the three Sámi languages are told apart."""

        NORWEGIAN = "no", _("norsk")
        NORTHERN_SAMI = "se", _("nordsamisk")
        LULE_SAMI = "smj", _("lulesamisk")
        SOUTHERN_SAMI = "sma", _("sørsamisk")
        KVEN = "fkv", _("kvensk")
        OTHER = "und", _("flere eller ukjent")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="names", verbose_name=_("organisasjon")
    )
    name = models.CharField(_("navn"), max_length=200)
    kind = models.CharField(_("type"), max_length=10, choices=Kind.choices, default=Kind.OFFICIAL)
    language = models.CharField(_("språk"), max_length=3, choices=Language.choices, default=Language.NORWEGIAN)
    valid_from = models.DateField(_("fra"), null=True, blank=True)
    valid_to = models.DateField(_("til"), null=True, blank=True)

    objects = ValidityQuerySet.as_manager()

    class Meta:
        verbose_name = _("navn på organisasjon")
        verbose_name_plural = _("navn på organisasjoner")
        ordering = ["organisation_id", "language", "valid_from", "id"]
        constraints = [
            starts_before_it_ends("organisation_name_period"),
            models.UniqueConstraint(
                fields=["organisation", "name", "language", "kind"],
                name="organisation_name_once",
                violation_error_message=_("Dette navnet er allerede ført på organisasjonen."),
            ),
        ]
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="organisationname_name_trgm")]

    def __str__(self) -> str:
        return self.name


@pghistory.track(obj_field=None)
class OrganisationSuccession(Organisation.successors.through):
    """The rows behind ``Organisation.successors``, named so that their history is kept too."""

    class Meta:
        proxy = True
