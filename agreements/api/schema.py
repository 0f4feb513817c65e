"""How is the API described, for people and for programs (OpenAPI 3)?"""

from collections.abc import Callable

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from . import known, shape
from .errors import READING, problems
from .parameters import ON_DESCRIPTION, ON_SCHEMA, NoParameters, StrictParameters, check, given

ON = OpenApiParameter("on", ON_SCHEMA, OpenApiParameter.QUERY, description=ON_DESCRIPTION)


JSON = "application/json"
_TEXTS = ("jsonl", "csv")


def _chosen(viewset: type) -> list[OpenApiParameter]:
    """Return the parameters for the shape of an answer, and for what was known."""
    kinds = [one.format for one in viewset.renderer_classes]
    found = [
        OpenApiParameter(name, schema, description=text, **({"explode": False, "style": "form"} if many else {}))
        for name, schema, text in shape.described(viewset.field_names(), viewset.expansions, kinds)
        for many in [schema["type"] == "array"]
    ]
    if viewset.knows_past:
        found.append(OpenApiParameter(known.KNOWN_ON, known.SCHEMA, description=known.DESCRIPTION))
    return found


def _others(viewset: type) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the description of the formats beside JSON."""
    found = {}
    for one in viewset.renderer_classes:
        if one.format == shape.JSON:
            continue
        kind = (
            OpenApiTypes.STR
            if one.format in _TEXTS
            else OpenApiTypes.BINARY
            if one.format == "xlsx"
            else OpenApiTypes.ANY
            if one.format == "bods"
            else OpenApiTypes.OBJECT
        )
        found[200, one.media_type] = OpenApiResponse(kind, gettext_lazy("Hele listen i et annet format."))
    return found


def documented(
    *,
    serializer: type[Serializer],
    summaries: tuple[Promise, Promise],
    listing: Promise,
    detail: Promise,
    key: Promise,
) -> Callable[[type], type]:
    """Return the decorator that describes the list and the detail of a viewset, with their errors.

    ``summaries`` head the list and the detail, ``key`` tells what the detail is found by.
    """

    def decorate(viewset: type) -> type:
        name = viewset.lookup_url_kwarg or viewset.lookup_field
        in_path = OpenApiTypes.STR if name != "pk" else {"type": "string", "pattern": r"^\d{1,18}$"}
        chosen = _chosen(viewset)
        parameters = [OpenApiParameter(name if name != "pk" else "id", in_path, OpenApiParameter.PATH, description=key)]
        if "on" in viewset.detail_filters.base_filters:
            parameters.append(ON)
        return extend_schema_view(
            list=extend_schema(
                summary=summaries[0],
                description=listing,
                parameters=chosen,
                responses={(200, JSON): serializer(many=True), **_others(viewset), **problems(*READING)},
            ),
            retrieve=extend_schema(
                summary=summaries[1],
                description=detail,
                parameters=[*parameters, *chosen],
                responses={
                    (200, JSON): serializer,
                    **_others(viewset),
                    **problems(*READING, 404, *([410] if viewset.told_as else [])),
                },
            ),
        )(viewset)

    return decorate


def allow_fewer_fields(result: dict, generator, request, public: bool) -> dict:
    """Tell in the document that ``fields`` leaves out the others."""
    for methods in result["paths"].values():
        for operation in methods.values():
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            content = operation["responses"].get("200", {}).get("content", {}).get(JSON)
            if shape.FIELDS not in names or content is None:
                continue
            fewer: dict = {"type": "object", "description": str(gettext_lazy("Med «fields»: bare de feltene."))}
            if "page_size" in names:
                rows = {"type": "array", "items": {"type": "object"}}
                fewer |= {"required": ["next", "previous", "results"], "properties": {"results": rows}}
            content["schema"] = {"anyOf": [content["schema"], fewer]}
    return result


#: The headers that come with an answer of a kind.
_HEADERS = {
    "401": ("WWW-Authenticate", gettext_lazy("Hvordan en viser hvem en er: «Bearer».")),
    "405": ("Allow", gettext_lazy("Metodene som adressen tar.")),
    "429": ("Retry-After", gettext_lazy("Så mange sekunder er det til det kan spørres igjen.")),
}


def tell_what_all_share(result: dict, generator, request, public: bool) -> dict:
    """Tell in the document that an empty parameter counts as not given, and that bodies take no unknown fields."""
    schemas = result["components"]["schemas"]
    for methods in result["paths"].values():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", []) if method == "get" else ():
                if parameter["in"] == "query":
                    parameter["allowEmptyValue"] = True
            for status, (name, text) in _HEADERS.items():
                if status in operation["responses"]:
                    header = {"description": str(text), "schema": {"type": "string"}}
                    operation["responses"][status]["headers"] = {name: header}
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _close(content["schema"], schemas)
    return result


def _close(schema: dict | list, schemas: dict) -> None:
    """Let a schema, and all that it names, refuse unknown fields. An object that stands for its key is left open."""
    for value in schema if isinstance(schema, list) else schema.values():
        if isinstance(value, str) and value.startswith("#/components/schemas/"):
            named = schemas[value.rpartition("/")[2]]
            if named.get("type") == "object" and "additionalProperties" not in named:
                named["additionalProperties"] = False
                _close(named, schemas)
        elif isinstance(value, (dict, list)):
            _close(value, schemas)


class SchemaView(SpectacularAPIView):
    """The OpenAPI document: JSON unless YAML is asked for, by ``Accept`` or by ``?format=yaml``."""

    renderer_classes = [
        JSONRenderer,
        OpenApiJsonRenderer,
        OpenApiJsonRenderer2,
        OpenApiYamlRenderer,
        OpenApiYamlRenderer2,
    ]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args, **kwargs):
        """Check the parameters first: an unknown language would end in the file system."""
        errors = check(request, NoParameters(data=given(request)), ["lang", "format"])
        languages = dict(settings.LANGUAGES)
        if not errors and request.query_params.get("lang", "nb") not in languages:
            errors["lang"] = [_("Lovlige verdier: %(values)s.") % {"values": ", ".join(languages)}]
        if errors:
            raise ValidationError(errors)
        return super().get(request, *args, **kwargs)


class PlainText(BaseRenderer):
    """A text that is already written."""

    media_type, format, charset = "text/plain", "txt", "utf-8"

    def render(self, data: bytes, accepted_media_type=None, renderer_context=None) -> bytes:
        """Return what was written."""
        return data


@extend_schema(exclude=True)
class ChangelogView(StrictParameters):
    """What has changed in the API, and how long what must go is served: where ``Deprecation`` leads."""

    renderer_classes = [PlainText]

    def get(self, request: Request) -> Response:
        """Return the changelog."""
        text = (settings.BASE_DIR / "docs" / "api-changelog.md").read_bytes()
        return Response(text, headers={"Content-Language": "en"})


class DocsView(SpectacularSwaggerView):
    """The OpenAPI document made readable, with questions that can be tried; all files are our own."""

    url_name = "api:schema"
    title = gettext_lazy("API: register over interkommunalt samarbeid")
