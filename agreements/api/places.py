"""How is shown who can take part: organisations, municipalities and counties?"""

import datetime

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from municipalities.models import Municipality, MunicipalityChange, Organisation, OrganisationName

from .links import ApiLink, NarrowedLink, PageLink

FIRST_DAY = _("Første dag, medregnet; null når den er ukjent eller åpen.")
LAST_DAY = _("Siste dag, medregnet; null når tidsrommet ikke er avsluttet.")
CODE = _(
    "Kommunenummer (fire siffer) eller fylkesnummer (to siffer) på datoen det spørres om, "
    "ellers det siste som gjaldt; null for andre organisasjoner."
)
COUNT = _("Antall offentlige samarbeid som organisasjonen er med i på datoen.")


class FirstDay(serializers.DateField):
    """The first day of a period."""

    def __init__(self, **kwargs):
        super().__init__(allow_null=True, **{"help_text": FIRST_DAY, **kwargs})


class LastDay(serializers.DateField):
    """The last day of a period."""

    def __init__(self, **kwargs):
        super().__init__(allow_null=True, **{"help_text": LAST_DAY, **kwargs})


class KnownChoice(serializers.ChoiceField):
    """A choice that is stored as an empty text when it is unknown, and shown as null."""

    def __init__(self, **kwargs):
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: str) -> str | None:
        """Return the value, null for an empty one."""
        return super().to_representation(value) if value else None


class KnownText(serializers.CharField):
    """A text that is stored as an empty text when it is unknown, and shown as null."""

    def __init__(self, **kwargs):
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: str) -> str | None:
        """Return the text, null for an empty one."""
        return value or None


def code_on(organisation: Organisation, day: datetime.date) -> str | None:
    """Return the number by which Norway knows the municipality or county council on ``day``.

    A county council that came back after a merger (Buskerud: 06 to 2019, 33 from 2024) has had two;
    outside its periods the last one is returned, as for municipalities.
    """
    if organisation.kind == Organisation.Kind.MUNICIPALITY:
        municipality = getattr(organisation, "municipality", None)
        held = municipality.number_on(day) if municipality else None
        return held.number if held else None
    if organisation.kind == Organisation.Kind.COUNTY_COUNCIL:
        counties = sorted(organisation.governed_counties.all(), key=lambda c: c.valid_from or datetime.date.min)
        held = [county for county in counties if county.is_valid_on(day)] or counties
        return held[-1].number if held else None
    return None


class OrganisationRefSerializer(serializers.Serializer):
    """An organisation as another thing refers to it."""

    id = serializers.IntegerField(help_text=_("Registerets eget nummer for organisasjonen."))
    slug = serializers.CharField(help_text=_("Adressenavn; endres ikke."))
    name = serializers.CharField(help_text=_("Navn i dag; det siste for organisasjoner som ikke finnes lenger."))
    kind = serializers.ChoiceField(choices=Organisation.Kind.choices, help_text=_("Type organisasjon."))
    code = serializers.SerializerMethodField(help_text=CODE)
    org_number = serializers.CharField(
        allow_null=True, help_text=_("Organisasjonsnummer, ni siffer (Enhetsregisteret); null når det ikke er kjent.")
    )
    country = serializers.CharField(help_text=_("Landkode etter ISO 3166-1, to bokstaver."))
    url = ApiLink("organisation", help_text=_("Organisasjonen i API-et."))

    def get_code(self, organisation: Organisation) -> str | None:
        """Return the number on the day asked about."""
        return code_on(organisation, self.context["asked"].day)


class SuccessionSerializer(serializers.Serializer):
    """An organisation that came before or after another."""

    id = serializers.IntegerField(help_text=_("Registerets eget nummer for organisasjonen."))
    slug = serializers.CharField(help_text=_("Adressenavn; endres ikke."))
    name = serializers.CharField(help_text=_("Navn."))
    url = ApiLink("organisation", help_text=_("Organisasjonen i API-et."))


class NameSerializer(serializers.Serializer):
    """A name in one language in one period."""

    name = serializers.CharField(help_text=_("Navnet."))
    kind = serializers.ChoiceField(
        choices=OrganisationName.Kind.choices, help_text=_("Offisielt, tidligere eller annen skrivemåte.")
    )
    language = serializers.ChoiceField(
        choices=OrganisationName.Language.choices,
        help_text=_("Språkkode etter ISO 639; de samiske språkene er skilt fra hverandre (Kartverket, SSB)."),
    )
    valid_from = FirstDay()
    valid_to = LastDay()


class CooperationRefSerializer(serializers.Serializer):
    """A cooperation as another thing refers to it."""

    slug = serializers.CharField(help_text=_("Adressenavn; endres ikke."))
    name = serializers.CharField(help_text=_("Navn."))
    url = ApiLink("cooperation", help_text=_("Samarbeidet i API-et."))


class OrganisationSerializer(OrganisationRefSerializer):
    """An organisation that can take part in cooperations."""

    html_url = PageLink(help_text=_("Den offentlige siden om organisasjonen."))
    kind_name = serializers.CharField(source="get_kind_display", help_text=_("Type i ord, på leserens språk."))
    short_name = serializers.CharField(help_text=_("Kortnavn; tomt når det ikke finnes."))
    names = NameSerializer(many=True, help_text=_("Alle navn som er ført, også tidligere og på andre språk."))
    valid_from = FirstDay()
    valid_to = LastDay()
    predecessors = SuccessionSerializer(many=True, help_text=_("Organisasjonene denne fulgte etter."))
    successors = SuccessionSerializer(many=True, help_text=_("Organisasjonene som fulgte etter denne."))
    note = serializers.CharField(help_text=_("Merknad; tomt når det ikke er noen."))
    municipality_url = serializers.SerializerMethodField(
        help_text=_("Kommunen i API-et, når organisasjonen er en kommune; ellers null.")
    )
    cooperation = serializers.SerializerMethodField(
        help_text=_("Samarbeidet som organisasjonen selv er (f.eks. et IKS); ellers null.")
    )
    cooperation_count = serializers.IntegerField(help_text=COUNT)
    cooperations_url = NarrowedLink(
        "cooperation", "organisation", "slug", help_text=_("Samarbeidene som er talt i cooperation_count.")
    )

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_municipality_url(self, organisation: Organisation) -> str | None:
        """Return the address of the municipality that the organisation is."""
        if getattr(organisation, "municipality", None) is None:
            return None
        return self.context["asked"].links.detail("municipality", organisation.slug)

    @extend_schema_field(CooperationRefSerializer(allow_null=True))
    def get_cooperation(self, organisation: Organisation) -> dict | None:
        """Return the cooperation whose body this is, when the public may see it."""
        cooperation = getattr(organisation, "cooperation", None)
        if cooperation is None or cooperation.publication != "published":
            return None
        return CooperationRefSerializer(cooperation, context=self.context).data


class CountyRefSerializer(serializers.Serializer):
    """A county as another thing refers to it."""

    number = serializers.CharField(help_text=_("Fylkesnummer, to siffer (SSB KLASS 104)."))
    name = serializers.CharField(help_text=_("Navn."))
    url = ApiLink("county", key="number", help_text=_("Fylket i API-et."))


class NumberSerializer(serializers.Serializer):
    """A period in which a municipality had one number and one name."""

    number = serializers.CharField(help_text=_("Kommunenummer, fire siffer (SSB KLASS 131)."))
    name = serializers.CharField(help_text=_("Offisielt navn i tidsrommet."))
    label = serializers.CharField(
        help_text=_("Navn med skille mellom like navn, f.eks. «Våler (Innlandet)»; kan være tomt.")
    )
    county = CountyRefSerializer(help_text=_("Fylket kommunen lå i."))
    valid_from = FirstDay()
    valid_to = LastDay()


class PopulationSerializer(serializers.Serializer):
    """The population on a day."""

    date = serializers.DateField(help_text=_("Dagen tallet gjelder for."))
    persons = serializers.IntegerField(help_text=_("Innbyggere, i personer."))
    source = serializers.CharField(help_text=_("Kilde, f.eks. SSB tabell 07459."))


class ChangeSideSerializer(serializers.Serializer):
    """One side of a change: the municipality with the number and name of that time."""

    number = serializers.CharField(help_text=_("Kommunenummer på den tiden."))
    name = serializers.CharField(help_text=_("Navn på den tiden."))
    slug = serializers.CharField(help_text=_("Adressenavnet til kommunen."))
    url = serializers.URLField(help_text=_("Kommunen i API-et."))


class ChangeSerializer(serializers.Serializer):
    """What became of a municipality's number on a day (SSB KLASS 131)."""

    date = serializers.DateField(help_text=_("Første dag i den nye ordningen."))
    kind = serializers.ChoiceField(
        choices=MunicipalityChange.Kind.choices,
        help_text=_("Sammenslåing, deling, overføring av en del, nytt nummer eller nytt navn."),
    )
    kind_name = serializers.CharField(source="get_kind_display", help_text=_("Type endring i ord, på leserens språk."))
    old = serializers.SerializerMethodField(help_text=_("Kommunen før endringen."))
    new = serializers.SerializerMethodField(
        help_text=_("Kommunen etter endringen; den samme når bare nummer eller navn er nytt.")
    )
    note = serializers.CharField(help_text=_("Merknad; tomt når det ikke er noen."))

    @extend_schema_field(ChangeSideSerializer)
    def get_old(self, change: MunicipalityChange) -> dict:
        """Return the municipality before the change."""
        return self._side(change.old, change.old_number, change.old_name)

    @extend_schema_field(ChangeSideSerializer)
    def get_new(self, change: MunicipalityChange) -> dict:
        """Return the municipality after the change."""
        return self._side(change.new, change.new_number, change.new_name)

    def _side(self, municipality: Municipality, number: str, name: str) -> dict:
        slug = municipality.organisation.slug
        url = self.context["asked"].links.detail("municipality", slug)
        return {"number": number, "name": name, "slug": slug, "url": url}


class PointSerializer(serializers.Serializer):
    """A point in the municipality, for maps."""

    latitude = serializers.FloatField(help_text=_("Breddegrad i grader (WGS84)."))
    longitude = serializers.FloatField(help_text=_("Lengdegrad i grader (WGS84)."))
    kind = KnownChoice(
        source="point_kind",
        choices=Municipality.PointKind.choices,
        help_text=_("Hvordan punktet er funnet; det er ikke administrasjonssenteret."),
    )


class MunicipalityRefSerializer(serializers.Serializer):
    """A municipality as another municipality refers to it."""

    number = serializers.SerializerMethodField(help_text=_("Kommunenummer på datoen, ellers det siste som gjaldt."))
    name = serializers.CharField(source="organisation.name", help_text=_("Navn; det siste for tidligere kommuner."))
    slug = serializers.CharField(source="organisation.slug", help_text=_("Adressenavn; endres ikke."))
    url = ApiLink("municipality", source="organisation", help_text=_("Kommunen i API-et."))

    def get_number(self, municipality: Municipality) -> str | None:
        """Return the number on the day asked about."""
        return code_on(municipality.organisation, self.context["asked"].day)


class MunicipalitySerializer(serializers.Serializer):
    """A Norwegian municipality through time; number, name and county are those of the day asked about."""

    id = serializers.IntegerField(source="pk", help_text=_("Organisasjonens nummer i registeret."))
    slug = serializers.CharField(source="organisation.slug", help_text=_("Adressenavn; endres ikke."))
    url = ApiLink("municipality", source="organisation", help_text=_("Kommunen i API-et."))
    html_url = PageLink(help_text=_("Den offentlige siden om kommunen."))
    organisation_url = ApiLink(
        "organisation", source="organisation", help_text=_("Kommunen som organisasjon i API-et.")
    )
    number = serializers.CharField(
        source="held.number", allow_null=True, help_text=_("Kommunenummer på datoen, ellers det siste som gjaldt.")
    )
    name = serializers.CharField(
        source="name_held", help_text=_("Offisielt navn på datoen, ellers det siste (SSB KLASS 131).")
    )
    county = CountyRefSerializer(
        source="held.county", allow_null=True, help_text=_("Fylket kommunen ligger i på datoen, ellers det siste.")
    )
    org_number = serializers.CharField(
        source="organisation.org_number",
        allow_null=True,
        help_text=_("Organisasjonsnummer, ni siffer (Enhetsregisteret); null når det ikke er kjent."),
    )
    valid_from = FirstDay(
        source="organisation.valid_from", help_text=_("Kommunens første dag, medregnet; null før 1999.")
    )
    valid_to = LastDay(
        source="organisation.valid_to", help_text=_("Kommunens siste dag, medregnet; null når den finnes.")
    )
    names = NameSerializer(source="organisation.names", many=True, help_text=_("Navn på alle språk, også tidligere."))
    numbers = NumberSerializer(many=True, source="numbers_in_time", help_text=_("Alle numre, det eldste først."))
    population = PopulationSerializer(many=True, source="populations", help_text=_("Folketall, det eldste først."))
    area_km2 = serializers.FloatField(allow_null=True, help_text=_("Areal i km², med ferskvann (Kartverket)."))
    point = serializers.SerializerMethodField(help_text=_("Et punkt i kommunen; null for kommuner uten."))
    centrality_class = serializers.IntegerField(
        allow_null=True, help_text=_("Sentralitetsklasse, 1 er mest sentral og 6 minst (SSB KLASS 128), sist kjent.")
    )
    centrality_index = serializers.IntegerField(
        allow_null=True, help_text=_("Sentralitetsindeks fra 0 til 1000, 1000 er mest sentral (SSB), sist kjent.")
    )
    malform = KnownChoice(
        choices=Municipality.Malform.choices, help_text=_("Målform overfor staten (målvedtak); null når den er ukjent.")
    )
    malform_confidence = serializers.CharField(help_text=_("Hvor sikker målformen er; tomt når intet er å si."))
    admin_centre = serializers.CharField(help_text=_("Administrasjonssenter; tomt når det er ukjent."))
    wikidata_id = serializers.CharField(help_text=_("Kommunens id i Wikidata; tomt når den er ukjent."))
    changes = ChangeSerializer(
        many=True, help_text=_("Endringer fra og til kommunen, den eldste først (SSB KLASS 131).")
    )
    predecessors = MunicipalityRefSerializer(many=True, help_text=_("Kommunene denne fulgte etter."))
    successors = MunicipalityRefSerializer(many=True, help_text=_("Kommunene som fulgte etter denne."))
    cooperation_count = serializers.IntegerField(help_text=COUNT)
    cooperations_url = NarrowedLink(
        "cooperation",
        "municipality",
        "slug",
        source="organisation",
        help_text=_("Samarbeidene som er talt i cooperation_count."),
    )

    def to_representation(self, municipality: Municipality) -> dict:
        """Find what holds on the day, once for the fields that need it."""
        held = municipality.number_on(self.context["asked"].day)
        municipality.held = held
        municipality.name_held = held.name if held else municipality.organisation.name
        municipality.numbers_in_time = sorted(
            municipality.numbers.all(), key=lambda n: n.valid_from or datetime.date.min
        )
        # A renumbering is a change both from and to the same municipality.
        changes = {one.pk: one for one in (*municipality.changes_from.all(), *municipality.changes_to.all())}
        municipality.changes = sorted(changes.values(), key=lambda c: (c.date, c.new_number, c.old_number, c.pk))
        for side in ("predecessors", "successors"):
            bodies = getattr(municipality.organisation, side).all()
            setattr(municipality, side, [body.municipality for body in bodies if hasattr(body, "municipality")])
        return super().to_representation(municipality)

    @extend_schema_field(PointSerializer(allow_null=True))
    def get_point(self, municipality: Municipality) -> dict | None:
        """Return the point, None when it is unknown."""
        return None if municipality.latitude is None else PointSerializer(municipality).data


class CountySerializer(CountyRefSerializer):
    """A county under one number; a county that came back under a new number is another row."""

    html_url = PageLink(help_text=_("Den offentlige siden om fylket."))
    official_name = serializers.CharField(help_text=_("Offisielt navn, med samiske og kvenske navn."))
    council = OrganisationRefSerializer(help_text=_("Fylkeskommunen; for Oslo er det Oslo kommune."))
    valid_from = FirstDay(help_text=_("Første dag, medregnet; null før 1999."))
    valid_to = LastDay()
    predecessors = CountyRefSerializer(many=True, help_text=_("Fylkene dette fulgte etter."))
    successors = CountyRefSerializer(many=True, help_text=_("Fylkene som fulgte etter dette."))
    note = serializers.CharField(help_text=_("Merknad; tomt når det ikke er noen."))
    municipality_count = serializers.IntegerField(help_text=_("Antall kommuner i fylket på datoen."))
    municipalities_url = NarrowedLink(
        "municipality", "county", "number", help_text=_("Kommunene som er talt i municipality_count.")
    )
    cooperations_url = NarrowedLink(
        "cooperation", "county", "number", help_text=_("Samarbeid med minst én deltaker i fylket på datoen.")
    )
