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
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from .errors import problems
from .parameters import ON_DESCRIPTION, ON_SCHEMA, NoParameters, check, given

ON = OpenApiParameter("on", ON_SCHEMA, OpenApiParameter.QUERY, description=ON_DESCRIPTION)


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
        parameters = [OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.PATH, description=key)]
        if "on" in viewset.detail_filters.base_filters:
            parameters.append(ON)
        return extend_schema_view(
            list=extend_schema(
                summary=summaries[0],
                description=listing,
                responses={200: serializer(many=True), **problems(400, 405, 406)},
            ),
            retrieve=extend_schema(
                summary=summaries[1],
                description=detail,
                parameters=parameters,
                responses={200: serializer, **problems(400, 404, 405, 406)},
            ),
        )(viewset)

    return decorate


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


class DocsView(SpectacularSwaggerView):
    """The OpenAPI document made readable, with questions that can be tried; all files are our own."""

    url_name = "api:schema"
    title = gettext_lazy("API: register over interkommunalt samarbeid")
