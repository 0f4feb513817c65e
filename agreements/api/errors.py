"""What does the API answer when it cannot answer?"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.views import APIView


class DetailSerializer(serializers.Serializer):
    """One sentence on why there is no answer."""

    detail = serializers.CharField(help_text=gettext_lazy("Hva som er galt, i én setning."))


BAD_REQUEST = OpenApiResponse(
    response={
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
        "description": "Parameter → meldinger.",
    },
    description=gettext_lazy(
        "Ukjent parameter eller ugyldig verdi: én eller flere meldinger under navnet på hver parameter."
    ),
    examples=[
        OpenApiExample(
            "ukjent-og-ugyldig",
            value={
                "municpality": ["Ukjent parameter. Mente du «municipality»?"],
                "on": ["Skriv datoen som ÅÅÅÅ-MM-DD, eller «any» for alle tider."],
            },
        )
    ],
)
NO_SUCH_PAGE = OpenApiResponse(DetailSerializer, gettext_lazy("Siden ligger etter den siste."))
NO_SUCH_THING = OpenApiResponse(DetailSerializer, gettext_lazy("Ingenting offentlig finnes under denne nøkkelen."))
BAD_METHOD = OpenApiResponse(DetailSerializer, gettext_lazy("Metoden er ikke tillatt: API-et kan bare leses."))
BAD_ACCEPT = OpenApiResponse(DetailSerializer, gettext_lazy("Svaret finnes bare som JSON (application/json)."))


@extend_schema(exclude=True)
class UnknownAddress(APIView):
    """Every address under the API that is none: told in JSON, as all else."""

    def initial(self, request, *args, **kwargs) -> None:
        """Raise ``NotFound`` before the method is looked at."""
        raise NotFound(_("Denne adressen finnes ikke. Se /api/v1/ for det som finnes."))
