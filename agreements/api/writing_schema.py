"""How are the addresses that write described in the OpenAPI document?"""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from ..models import Cooperation
from .errors import problems
from .serializers import CooperationSerializer


class TokenScheme(OpenApiAuthenticationExtension):
    """``Authorization: Bearer …``."""

    target_class = "agreements.api.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema) -> dict:
        """Return how OpenAPI names it."""
        return {"type": "http", "scheme": "bearer", "description": str(_TOKEN)}


_TOKEN = gettext_lazy("Et token som en koordinator har utstedt i arbeidsflaten, under «API-tokener».")


class KeptCooperationSerializer(CooperationSerializer):
    """A cooperation as those who keep it see it."""

    publication = serializers.ChoiceField(
        choices=Cooperation.Publication.choices,
        required=False,
        help_text=gettext_lazy("Hvor langt det er kommet mot publisering; står ikke når det er publisert."),
    )


SLUG = OpenApiParameter(
    "slug", OpenApiTypes.STR, OpenApiParameter.PATH, description=gettext_lazy("Samarbeidets adressenavn (slug).")
)
MEMBERSHIP = OpenApiParameter(
    "membership",
    {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
    OpenApiParameter.PATH,
    description=gettext_lazy("Medlemskapets nummer (id)."),
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=gettext_lazy("ETag-en til samarbeidet slik du leste det, uten «on». 428 uten, 412 når det er endret."),
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description=gettext_lazy("En nøkkel du lager. Samme forespørsel med samme nøkkel gir samme svar i et døgn."),
)

#: What may be wrong with any writing.
FAULTS = (400, 401, 403, 405, 406, 409, 411, 413, 415, 422, 429)


def registers(serializer: type) -> Callable:
    """Describe the address that registers a cooperation."""
    return extend_schema(
        summary=gettext_lazy("Registrer et samarbeid"),
        description=gettext_lazy(
            "Registrer et samarbeid som utkast, med deltakere, oppgaver og kilder, alt eller ingenting. Uten "
            "«responsible» er det organisasjonen til tokenet. Krever «write:cooperations»."
        ),
        parameters=[KEY],
        auth=[{"token": []}],
        request=serializer,
        responses={201: KeptCooperationSerializer, **problems(*FAULTS)},
    )


def changes(summary: Promise, serializer: type, *more: OpenApiParameter, code: int = 200) -> Callable:
    """Describe an address that changes a cooperation."""
    return extend_schema(
        summary=summary,
        description=gettext_lazy("Endringen er én handling i historikken. Svaret er samarbeidet slik det da er."),
        auth=[{"token": []}],
        parameters=[SLUG, *more, IF_MATCH, KEY],
        request=serializer,
        responses={code: KeptCooperationSerializer, **problems(*FAULTS, 404, 412, 428)},
    )
