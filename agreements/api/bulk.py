"""How does another system write many cooperations at once, all or none, and try it first?"""

from typing import Any

import orjson
from django.core.exceptions import ValidationError as ModelError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from ..actions.upsert import FaultyRowsError, Wanted, upsert
from ..models import ApiToken, Cooperation
from . import given, revisions
from .errors import problems
from .faults import by_field, flat
from .links import site
from .tokens import require
from .writing_schema import FAULTS, KEY

MOST = 1000


class Many(given.Reasoned):
    """Many cooperations, with one reason."""

    dry_run = serializers.BooleanField(
        default=False, help_text=gettext_lazy("Gjør alt, fortell hva som ble gjort, og ta det tilbake.")
    )
    cooperations = given.CooperationRow(
        many=True, min_length=1, max_length=MOST, help_text=gettext_lazy("Høyst 1000 samarbeid.")
    )


class OutcomeSerializer(serializers.Serializer):
    """What became of one row."""

    index = serializers.IntegerField(help_text=gettext_lazy("Radens nummer, fra 0."))
    external_id = serializers.CharField(help_text=gettext_lazy("Nøkkelen som ble sendt; kan være tom."))
    slug = serializers.CharField(help_text=gettext_lazy("Samarbeidets adressenavn."))
    url = serializers.URLField(help_text=gettext_lazy("Samarbeidet i API-et."))
    outcome = serializers.ChoiceField(
        choices=["created", "changed", "unchanged"], help_text=gettext_lazy("Laget, endret eller som før.")
    )


class ReportSerializer(serializers.Serializer):
    """What was done, or would be."""

    dry_run = serializers.BooleanField(help_text=gettext_lazy("Om alt ble tatt tilbake igjen."))
    created = serializers.IntegerField(help_text=gettext_lazy("Hvor mange som ble laget."))
    changed = serializers.IntegerField(help_text=gettext_lazy("Hvor mange som ble endret."))
    unchanged = serializers.IntegerField(help_text=gettext_lazy("Hvor mange som var slik fra før."))
    results = OutcomeSerializer(many=True, help_text=gettext_lazy("Hver rad, i den rekkefølgen de kom."))


_DRY_RUN = OpenApiParameter(
    "dry_run", OpenApiTypes.BOOL, OpenApiParameter.QUERY, description=gettext_lazy("Som feltet «dry_run».")
)


class WritingMany:
    """The address that takes many cooperations, beside the one that takes one."""

    def written_parameters(self) -> tuple[str, ...]:
        """Return the parameters that a request with a body takes."""
        return ("dry_run",) if self.action == "bulk" else ()

    @extend_schema(
        summary=gettext_lazy("Før mange samarbeid samlet"),
        description=gettext_lazy(
            "Lag nye samarbeid og oppdater kjente, høyst 1000, alt eller ingenting. Et samarbeid kjennes på "
            "«external_id» (nøkkelen i ditt system) eller «slug». Det som ikke er gitt, blir stående; ingen deltaker "
            "tas bort. Feil står under radens nummer: «cooperations.3.name». Krever «write:cooperations»."
        ),
        parameters=[_DRY_RUN, KEY],
        auth=[{"token": []}],
        request=Many,
        responses={200: ReportSerializer, **problems(*FAULTS)},
    )
    @action(detail=False, methods=["post"], url_path="bulk")
    def bulk(self, request: Request) -> HttpResponse:
        """Make or bring up to date all of the cooperations, or none."""
        require(request, ApiToken.Scope.COOPERATIONS)
        return self._write(request, lambda: _bulk(self, request))


def _bulk(view, request: Request) -> HttpResponse:
    said = view._read(Many)
    tried = request.query_params.get("dry_run", "")
    if tried not in ("", "true", "false"):
        raise ValidationError({"dry_run": [_("Skriv «true» eller «false».")]})
    dry_run = said["dry_run"] or tried == "true"
    rows = [_wanted(row) for row in said["cooperations"]]

    def still_as_read(number: int, cooperation: Cooperation) -> None:
        etag = said["cooperations"][number].get("etag")
        if etag and not revisions.matches(request, cooperation, parse_etags(etag)):
            raise ModelError({"etag": _("Samarbeidet er endret siden du leste det. Les det på nytt.")})

    try:
        upsert(
            rows,
            by=request.user,
            reason=said["reason"],
            organisation=request.auth.organisation,
            still_as_read=still_as_read,
            dry_run=dry_run,
        )
    except FaultyRowsError as faulty:
        raise ValidationError(_told(faulty)) from faulty
    counted = {name: sum(row.outcome == name for row in rows) for name in ("created", "changed", "unchanged")}
    base = f"{site(request)}{reverse('api:cooperation-list')}"
    results = [
        {
            "index": number,
            "external_id": row.external_id,
            "slug": row.cooperation.slug,
            "url": f"{base}{row.cooperation.slug}/",
            "outcome": row.outcome,
        }
        for number, row in enumerate(rows)
    ]
    content = orjson.dumps({"dry_run": dry_run} | counted | {"results": results})
    return HttpResponse(content, content_type="application/json", headers={"Cache-Control": revisions.PRIVATE})


def _wanted(said: dict[str, Any]) -> Wanted:
    values, tables = given.split(said)
    slug = values.pop("slug", "")
    return Wanted(values, tables, said.get("external_id", ""), slug)


def _told(faulty: FaultyRowsError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, faults in faulty.faults.items():
        for fault in faults:
            for name, messages in flat(by_field(fault)).items():
                where = f"cooperations.{number}" + ("" if name == "body" else f".{name}")
                found.setdefault(where, []).extend(messages)
    return found
