"""In which shape is an answer wanted: which fields, what embedded, in which format?

What stands here costs nothing where none of it is asked for.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from ..models import Agreement, Clause, Cooperation, Decision, Document
from ..rules import findings
from ..rules.gather import facts_of, with_legal_facts
from .fact_serializers import AgreementSerializer, ClauseSerializer, DecisionSerializer, DocumentSerializer
from .parameters import Errors, given
from .serializers import FindingSerializer

FIELDS, EXPAND, FORMAT = "fields", "expand", "format"
PARAMETERS = {FIELDS, EXPAND, FORMAT}
JSON = "json"

#: What is embedded in the rows with the ids: a list of rows under each id.
Embedded = dict[int, list[dict]]
Expansion = Callable[[Collection[int], dict], Embedded]


@dataclass(frozen=True)
class Shape:
    """What of an answer is wanted; by default all of it, as JSON."""

    fields: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()
    format: str = JSON

    @property
    def whole(self) -> bool:
        """Tell whether the rows are wanted as they are."""
        return not self.fields and not self.expand


PLAIN = Shape()


def read(
    request: Request | HttpRequest, fields: Collection[str], expansions: Collection[str], formats: Collection[str]
) -> tuple[Shape, Errors]:
    """Return the shape that is asked for, and what is wrong with it."""
    parameters, errors, chosen = given(request), {}, {}
    for name, known in ((FIELDS, fields), (EXPAND, expansions), (FORMAT, formats)):
        # Of a field given twice ``check`` has told.
        values = [one.strip() for one in parameters.get(name, "").split(",") if one.strip()]
        if name == FORMAT and len(values) > 1:
            errors[name] = [_("Gi ett format.")]
        elif unknown := [one for one in values if one not in known]:
            errors[name] = [_not_known(one, known) for one in dict.fromkeys(unknown[:20])]
        chosen[name] = tuple(dict.fromkeys(values))
    if errors:
        return PLAIN, errors
    return Shape(chosen[FIELDS], chosen[EXPAND], (chosen[FORMAT] or (JSON,))[0]), {}


def _not_known(name: str, known: Collection[str]) -> str:
    if close := difflib.get_close_matches(name[:40].lower(), list(known), n=1):
        return _("«%(name)s» finnes ikke her. Mente du «%(close)s»?") % {"name": name[:100], "close": close[0]}
    return _("«%(name)s» finnes ikke her. Lovlige verdier: %(values)s.") % {
        "name": name[:100],
        "values": ", ".join(known),
    }


def shaped(shape: Shape, rows: list[dict], expansions: dict[str, Expansion], context: dict) -> list[dict]:
    """Return the rows with what is to be embedded, and only the fields that are wanted."""
    for name in shape.expand:
        found = expansions[name]([row["id"] for row in rows], context)
        for row in rows:
            row[name] = found.get(row["id"], [])
    if not shape.fields:
        return rows
    kept = (*shape.fields, *shape.expand)
    return [{name: row[name] for name in dict.fromkeys(kept)} for row in rows]


def _embedded(queryset, serializer, key: Callable, ids: Collection[int], context: dict) -> Embedded:
    found: Embedded = defaultdict(list)
    show = serializer(context=context)
    for one in queryset:
        found[key(one)].append(show.to_representation(one))
    return found


def _agreements(ids: Collection[int], context: dict) -> Embedded:
    rows = Agreement.objects.filter(cooperation__in=ids, cooperation__publication="published")
    return _embedded(rows.select_related("cooperation"), AgreementSerializer, lambda a: a.cooperation_id, ids, context)


def _decisions_by(path: str, key: Callable) -> Expansion:
    def expand(ids: Collection[int], context: dict) -> Embedded:
        rows = (
            Decision.objects.filter(**{f"{path}__in": ids}, agreement__cooperation__publication="published")
            .select_related("agreement__cooperation", "organisation__municipality")
            .prefetch_related("organisation__municipality__numbers", "organisation__governed_counties")
        )
        return _embedded(rows, DecisionSerializer, key, ids, context)

    return expand


def _clauses_by(path: str, key: Callable) -> Expansion:
    def expand(ids: Collection[int], context: dict) -> Embedded:
        rows = Clause.objects.filter(**{f"{path}__in": ids}, agreement__cooperation__publication="published")
        return _embedded(rows.select_related("agreement__cooperation"), ClauseSerializer, key, ids, context)

    return expand


def _documents_by(path: str, key: Callable) -> Expansion:
    def expand(ids: Collection[int], context: dict) -> Embedded:
        rows = Document.objects.public().filter(**{f"{path}__in": ids}).defer("text", "search")
        return _embedded(rows.select_related("agreement__cooperation"), DocumentSerializer, key, ids, context)

    return expand


def _findings(ids: Collection[int], context: dict) -> Embedded:
    day = context["asked"].day
    rows = with_legal_facts(Cooperation.objects.public().filter(pk__in=ids))
    return {c.pk: FindingSerializer(findings(facts_of(c, day), day), many=True).data for c in rows}


def _cooperation(fact) -> int:
    return fact.agreement.cooperation_id


def _agreement(fact) -> int:
    return fact.agreement_id


#: What can be embedded in cooperations, and in agreements.
OF_COOPERATIONS: dict[str, Expansion] = {
    "agreements": _agreements,
    "decisions": _decisions_by("agreement__cooperation", _cooperation),
    "clauses": _clauses_by("agreement__cooperation", _cooperation),
    "documents": _documents_by("agreement__cooperation", _cooperation),
    "findings": _findings,
}
OF_AGREEMENTS: dict[str, Expansion] = {
    "decisions": _decisions_by("agreement", _agreement),
    "clauses": _clauses_by("agreement", _agreement),
    "documents": _documents_by("agreement", _agreement),
}


def described(
    fields: Collection[str], expansions: Collection[str], formats: Collection[str]
) -> list[tuple[str, dict, str]]:
    """Return the parameters for the OpenAPI document: name, schema, description."""
    found = []
    if fields:
        schema = {"type": "array", "items": {"type": "string", "enum": list(fields)}}
        found.append((FIELDS, schema, str(gettext_lazy("Bare disse feltene, med komma imellom."))))
    if expansions:
        schema = {"type": "array", "items": {"type": "string", "enum": list(expansions)}}
        found.append((EXPAND, schema, str(gettext_lazy("Legg ved dette i hver rad, med komma imellom."))))
    if len(formats) > 1:
        text = gettext_lazy("Formatet, i stedet for «Accept». Alle andre enn «json» gir hele listen, uten sider.")
        found.append((FORMAT, {"type": "string", "enum": list(formats)}, str(text)))
    return found
