"""What does the API answer when it cannot answer?  A problem (RFC 9457), in the caller's language."""

from dataclasses import dataclass

import orjson
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from ..answers.judging import NOT_JUDGED, NotJudgedError
from .links import site

CONTENT_TYPE = "application/problem+json"
#: Below this everything speaks JSON, also about its faults.
PREFIX = "/api/"


@dataclass(frozen=True)
class Problem:
    """A kind of fault: its name in addresses, its title, and what the caller can do about it."""

    status: int
    name: str
    title: Promise
    advice: Promise


PROBLEMS = (
    Problem(
        400,
        "invalid",
        gettext_lazy("Ugyldig forespørsel"),
        gettext_lazy(
            "Et navn eller en verdi i forespørselen er feil. «errors» har meldinger under navnet på hver parameter "
            "eller hvert felt; rett alle, og spør igjen."
        ),
    ),
    Problem(
        401,
        "unauthenticated",
        gettext_lazy("Ikke gjenkjent"),
        gettext_lazy("Adressen krever et gyldig token i «Authorization». Å lese krever ikke noe."),
    ),
    Problem(
        403,
        "forbidden",
        gettext_lazy("Ikke tillatt"),
        gettext_lazy("Tokenet gir ikke rett til dette. Organisasjonens koordinator kan lage et som gjør det."),
    ),
    Problem(
        404,
        "not-found",
        gettext_lazy("Finnes ikke"),
        gettext_lazy(
            "Ingenting offentlig finnes på adressen. Det kan ha vært offentlig før; se «changes», som også forteller "
            "hva som er trukket tilbake eller slettet."
        ),
    ),
    Problem(
        405,
        "method-not-allowed",
        gettext_lazy("Metoden er ikke tillatt"),
        gettext_lazy("Adressen tar bare metodene i «Allow»."),
    ),
    Problem(
        406,
        "not-acceptable",
        gettext_lazy("Formatet finnes ikke"),
        gettext_lazy("Svaret finnes ikke i noe format som «Accept» tillater. Utelat «Accept» for å få JSON."),
    ),
    Problem(
        409,
        "conflict",
        gettext_lazy("I strid med det som er"),
        gettext_lazy("Registeret er kommet i en tilstand der endringen ikke kan gjøres. Les objektet på nytt."),
    ),
    Problem(
        410,
        "gone",
        gettext_lazy("Finnes ikke lenger"),
        gettext_lazy("Det som pekes på, har vært her, men er ikke lenger offentlig. Ta det bort fra kopier."),
    ),
    Problem(
        411,
        "length-required",
        gettext_lazy("Lengden mangler"),
        gettext_lazy("Send «Content-Length». Det som sendes stykkevis («chunked»), tas ikke imot."),
    ),
    Problem(
        412,
        "precondition-failed",
        gettext_lazy("Endret siden sist"),
        gettext_lazy("Objektet er ikke lenger som «If-Match» sier. Les det på nytt, og gjør endringen i det."),
    ),
    Problem(
        413,
        "too-large",
        gettext_lazy("For stort"),
        gettext_lazy("Det som ble sendt, er større enn registeret tar imot. Del det opp."),
    ),
    Problem(
        415,
        "unsupported-media-type",
        gettext_lazy("Ukjent format"),
        gettext_lazy("Send JSON, med «Content-Type: application/json»."),
    ),
    Problem(
        422,
        "other-request",
        gettext_lazy("En annen forespørsel"),
        gettext_lazy("Nøkkelen i «Idempotency-Key» er brukt til noe annet. Lag en ny nøkkel for hver ny endring."),
    ),
    Problem(
        428,
        "precondition-required",
        gettext_lazy("Betingelse mangler"),
        gettext_lazy("Send «If-Match» med ETag-en til objektet slik du leste det, så ingen endring overskrives."),
    ),
    Problem(
        429,
        "too-many-requests",
        gettext_lazy("For mange forespørsler"),
        gettext_lazy("Vent så mange sekunder som «Retry-After» sier."),
    ),
    Problem(
        500,
        "server-error",
        gettext_lazy("Feil hos oss"),
        gettext_lazy("Registeret gjorde en feil. Den er loggført; prøv igjen senere."),
    ),
    Problem(
        503,
        "unavailable",
        gettext_lazy("Ikke tilgjengelig"),
        gettext_lazy("Registeret kan ikke svare nå. Prøv igjen om litt."),
    ),
)
BY_STATUS = {problem.status: problem for problem in PROBLEMS}


class ProblemSerializer(serializers.Serializer):
    """Why there is no answer, as RFC 9457 has it."""

    type = serializers.URLField(help_text=gettext_lazy("Hva slags feil det er: adressen til en forklaring."))
    title = serializers.CharField(help_text=gettext_lazy("Hva slags feil det er, i ord."))
    status = serializers.IntegerField(help_text=gettext_lazy("HTTP-statusen."))
    detail = serializers.CharField(help_text=gettext_lazy("Hva som er galt denne gangen, i én setning."))
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=gettext_lazy("Meldinger under navnet på hver parameter eller hvert felt; bare med status 400."),
    )


_DESCRIPTIONS = {
    400: gettext_lazy("Ukjent parameter eller ugyldig verdi: én eller flere meldinger under navnet på hver parameter."),
    404: gettext_lazy("Ingenting offentlig finnes under denne nøkkelen."),
    405: gettext_lazy("Metoden er ikke tillatt: adressen kan bare leses."),
    406: gettext_lazy("Svaret finnes ikke i et format som «Accept» tillater."),
    410: gettext_lazy(
        "Det har vært offentlig, men er trukket tilbake eller slettet; en markør: registeret er satt tilbake fra en "
        "sikkerhetskopi, begynn på nytt."
    ),
}
_EXAMPLE = OpenApiExample(
    "ukjent-og-ugyldig",
    media_type=CONTENT_TYPE,
    value={
        "type": "https://samarbeid.example.org/api/v1/problems/invalid/",
        "title": "Ugyldig forespørsel",
        "status": 400,
        "detail": "Feil i: municpality, on.",
        "errors": {
            "municpality": ["Ukjent parameter. Mente du «municipality»?"],
            "on": ["Skriv datoen som ÅÅÅÅ-MM-DD, eller «any» for alle tider."],
        },
    },
)


#: What may be wrong with any reading.
READING = (400, 401, 405, 406, 429)


class Gone(APIException):
    """What was public, or a place that there was, is no more."""

    status_code = 410


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the description of faults, for the OpenAPI document."""
    return {
        (status, CONTENT_TYPE): OpenApiResponse(
            ProblemSerializer, _DESCRIPTIONS.get(status, BY_STATUS[status].advice), [_EXAMPLE] if status == 400 else []
        )
        for status in statuses
    }


def problem(
    request: HttpRequest | Request, status: int, detail: str = "", errors: dict | None = None, **headers: str
) -> HttpResponse:
    """Return the answer that tells a fault; ``errors`` are messages by parameter or field."""
    kind = BY_STATUS.get(status)
    content = {
        "type": f"{site(request)}{_address(kind)}" if kind else "about:blank",
        "title": str(kind.title) if kind else detail,
        "status": status,
        "detail": detail or str(kind.advice if kind else ""),
    }
    if errors:
        content["errors"] = errors
    return HttpResponse(orjson.dumps(content, default=str), status=status, content_type=CONTENT_TYPE, headers=headers)


def answer(exc: Exception, context: dict) -> HttpResponse | None:
    """Return the problem for an exception in a view of the API; None for one that is a fault of ours.

    It is no answer of Django REST framework's, so that it is JSON whatever format was asked for.
    """
    request = context["request"]
    if isinstance(exc, SuspiciousOperation):
        return problem(request, 400, _("Forespørselen kan ikke leses: %(why)s") % {"why": exc})
    if isinstance(exc, NotJudgedError):
        return problem(request, 503, str(NOT_JUDGED), **{"Retry-After": "10"})
    response = exception_handler(exc, context)
    if response is None:
        return None
    headers = {name: value for name, value in response.items() if name in ("Retry-After", "WWW-Authenticate")}
    if isinstance(exc, ValidationError) and isinstance(exc.detail, dict):
        detail = _("Feil i: %(names)s.") % {"names": ", ".join(map(str, exc.detail))}
        return problem(request, response.status_code, detail, exc.detail, **headers)
    found = response.data
    detail = found.get("detail", "") if isinstance(found, dict) else " ".join(map(str, found))
    return problem(request, response.status_code, str(detail), **headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses, as too many parameters or a strange host."""
    if not request.path_info.startswith(PREFIX):
        return defaults.bad_request(request, exception)
    # The host may be what is wrong, so nothing is built from it.
    kind = BY_STATUS[400]
    content = {
        "type": _address(kind),
        "title": kind.title,
        "status": 400,
        "detail": _("Forespørselen kan ikke leses. Se over adressen, parametrene og «Host»."),
    }
    return HttpResponse(orjson.dumps(content, default=str), status=400, content_type=CONTENT_TYPE)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if not request.path_info.startswith(PREFIX):
        return defaults.page_not_found(request, exception)
    return problem(request, 404, _unknown_address())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the fault is ours; Django has logged it."""
    if not request.path_info.startswith(PREFIX):
        return defaults.server_error(request)
    return problem(request, 500)


def _address(kind: Problem) -> str:
    return reverse("api:problem", args=[kind.name])


def _unknown_address() -> str:
    return _("Denne adressen finnes ikke. Se /api/v1/ for det som finnes.")


@extend_schema(exclude=True)
class UnknownAddress(APIView):
    """Every address under the API that is none: told in JSON, as all else."""

    def initial(self, request, *args, **kwargs) -> None:
        """Raise ``NotFound`` before the method is looked at."""
        raise NotFound(_unknown_address())


@extend_schema(exclude=True)
class ProblemView(APIView):
    """What a problem's ``type`` leads to: what it means, and what to do about it."""

    def get(self, request: Request, name: str | None = None) -> Response:
        """Return the explanation of one kind of problem, or of all."""
        told = [
            {
                "type": f"{site(request)}{_address(one)}",
                "title": str(one.title),
                "status": one.status,
                "detail": str(one.advice),
            }
            for one in PROBLEMS
            if name in (None, one.name)
        ]
        if not told:
            raise NotFound(_unknown_address())
        return Response(told[0] if name else told)
