"""Which facts beside cooperations does the API show, and under which keys: memberships, agreements, decisions …?"""

import datetime
import itertools
from collections.abc import Iterator, Sequence

from django.db.models import F, Prefetch, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from municipalities.models import MunicipalityChange

from ..fact_filters import (
    AgreementFilter,
    ClauseFilter,
    DecisionFilter,
    DocumentFilter,
    MembershipFilter,
    MunicipalityChangeFilter,
)
from ..models import Agreement, Change, Citation, Clause, Decision, Document, Membership
from . import known, shape
from .asking import BATCH, RegisterViewSet, no_such_thing
from .fact_serializers import (
    AgreementSerializer,
    ClauseSerializer,
    DecisionSerializer,
    DocumentSerializer,
    MembershipFactSerializer,
    MunicipalityChangeSerializer,
)
from .formats import Rows
from .pagination import offset_page
from .parameters import OnDay
from .schema import documented

#: Where an unknown day stands in a list, since a page can begin after every row.
FAR = Value(datetime.date.max)
_ORGANISATION = ("organisation__municipality__numbers", "organisation__governed_counties")


class FactViewSet(RegisterViewSet):
    """Facts that are found by the register's own number for them."""

    lookup_field = "pk"

    def find(self, rows: QuerySet, key: str):
        """Return the row with the number, None when the key is none or there is no such row."""
        return rows.filter(pk=int(key[:19])).first() if key.isascii() and key.isdigit() else None


@documented(
    summaries=(_("Medlemskap"), _("Ett medlemskap")),
    key=_("Registerets nummer for medlemskapet (id)."),
    serializer=MembershipFactSerializer,
    listing=_("Hvem som er med i hvilket offentlig samarbeid på datoen, i hvilken rolle, med hvilken andel og kilde."),
    detail=_("Ett medlemskap. Også tidligere og framtidige svarer."),
)
class MembershipViewSet(FactViewSet):
    """Memberships of public cooperations."""

    queryset = Membership.objects.public()
    serializer_class = MembershipFactSerializer
    list_filters = MembershipFilter
    detail_filters = OnDay
    knows_past = True

    def get_queryset(self) -> QuerySet:
        """Return the memberships with all that the answer shows."""
        return (
            super()
            .get_queryset()
            .select_related("cooperation", "organisation__municipality", "group")
            .prefetch_related(*_ORGANISATION, Prefetch("citations", Citation.objects.select_related("source")))
            .annotate(starts=Coalesce(F("valid_from"), FAR))
            .order_by("cooperation__sort_key", "cooperation_id", "position")
        )

    def page(self) -> Response:
        """Return a page, as it was known where that is asked for."""
        if not self.asked.known_on:
            return super().page()
        rows, envelope = offset_page(self.asked, self.known())
        return Response(envelope | {"results": self.in_shape(self.get_serializer(rows, many=True).data)})

    def batches(self) -> Iterator[Rows]:
        """Yield all rows, as they were known where that is asked for."""
        if not self.asked.known_on:
            yield from super().batches()
            return
        found, serializer = iter(self.known()), self.get_serializer()
        while part := [serializer.to_representation(row) for row in itertools.islice(found, BATCH)]:
            yield self.in_shape(part)

    def known(self) -> Sequence[Membership]:
        """Return the whole list as it was known."""
        data = self.asked.filterset.form.cleaned_data
        return known.memberships(data, self.asked.on, self.asked.known_on)

    def get_object(self) -> Membership:
        """Return the membership, as it was known where that is asked for. Raises ``NotFound``."""
        thing = super().get_object()
        if not self.asked.known_on:
            return thing
        cooperation = known.one(thing.cooperation_id, self.asked.known_on)
        for member in cooperation.memberships.all() if cooperation else ():
            if member.pk == thing.pk:
                return member
        raise no_such_thing(self.kwargs[self.lookup_field])


@documented(
    summaries=(_("Avtaler"), _("Én avtale")),
    key=_("Registerets nummer for avtalen (id)."),
    serializer=AgreementSerializer,
    listing=_("Avtalene til offentlige samarbeid som er i kraft på datoen; «on=any» gir alle versjoner."),
    detail=_("Én avtale. Også tidligere versjoner svarer."),
)
class AgreementViewSet(FactViewSet):
    """Agreements of public cooperations."""

    queryset = Agreement.objects.filter(cooperation__publication="published")
    serializer_class = AgreementSerializer
    list_filters = AgreementFilter
    expansions = shape.OF_AGREEMENTS

    def get_queryset(self) -> QuerySet:
        """Return the agreements with all that the answer shows."""
        return (
            super()
            .get_queryset()
            .select_related("cooperation")
            .annotate(starts=Coalesce(F("valid_from"), FAR), ends=Coalesce(F("valid_to"), FAR))
            .order_by("cooperation__sort_key", "cooperation_id")
        )


@documented(
    summaries=(_("Vedtak"), _("Ett vedtak")),
    key=_("Registerets nummer for vedtaket (id)."),
    serializer=DecisionSerializer,
    listing=_("Vedtak om avtalene til offentlige samarbeid: hvem som vedtok hva, når, og med hvilket utfall."),
    detail=_("Ett vedtak."),
)
class DecisionViewSet(FactViewSet):
    """Decisions about agreements of public cooperations."""

    queryset = Decision.objects.filter(agreement__cooperation__publication="published")
    serializer_class = DecisionSerializer
    list_filters = DecisionFilter

    def get_queryset(self) -> QuerySet:
        """Return the decisions with all that the answer shows."""
        return (
            super()
            .get_queryset()
            .select_related("agreement__cooperation", "organisation__municipality")
            .prefetch_related(*_ORGANISATION)
            .annotate(decided=Coalesce(F("decided_on"), FAR))
            .order_by("agreement_id", "decided")
        )


@documented(
    summaries=(_("Avtalepunkter"), _("Ett avtalepunkt")),
    key=_("Registerets nummer for svaret (id)."),
    serializer=ClauseSerializer,
    listing=_("Svaret på hvert punkt som loven krever i en avtale: finnes, hvor, eller mangler."),
    detail=_("Ett svar."),
)
class ClauseViewSet(FactViewSet):
    """Clauses of agreements of public cooperations."""

    queryset = Clause.objects.filter(agreement__cooperation__publication="published")
    serializer_class = ClauseSerializer
    list_filters = ClauseFilter

    def get_queryset(self) -> QuerySet:
        """Return the clauses with all that the answer shows."""
        return super().get_queryset().select_related("agreement__cooperation").order_by("agreement_id", "item")


@documented(
    summaries=(_("Dokumenter"), _("Ett dokument")),
    key=_("Registerets nummer for dokumentet (id)."),
    serializer=DocumentSerializer,
    listing=_("Filene til avtaler som noen har bekreftet at kan være offentlige, med kontrollsum og lenke til filen."),
    detail=_("Ett dokument."),
)
class DocumentViewSet(FactViewSet):
    """Files that the public may read."""

    queryset = Document.objects.public()
    serializer_class = DocumentSerializer
    told_as = Change.ObjectType.DOCUMENT
    list_filters = DocumentFilter

    def get_queryset(self) -> QuerySet:
        """Return the documents with all that the answer shows; their text is read only where it is searched."""
        rows = super().get_queryset().select_related("agreement__cooperation").defer("text", "search")
        return rows.order_by("agreement_id")


@documented(
    summaries=(_("Kommuneendringer"), _("Én kommuneendring")),
    key=_("Registerets nummer for endringen (id)."),
    serializer=MunicipalityChangeSerializer,
    listing=_(
        "Hva som ble av kommunene og numrene deres: sammenslåinger, delinger, nye numre og navn (SSB KLASS 131)."
    ),
    detail=_("Én endring."),
)
class MunicipalityChangeViewSet(FactViewSet):
    """Changes of municipalities."""

    queryset = MunicipalityChange.objects.select_related("old__organisation", "new__organisation")
    serializer_class = MunicipalityChangeSerializer
    list_filters = MunicipalityChangeFilter
