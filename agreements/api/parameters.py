"""Which questions can be put to an address, and what is wrong with a question that cannot be answered?

Every parameter is checked before anything is looked up, and all faults are told at once: an unknown
name, a name given twice, a bad value. Nothing is silently ignored, because an answer to another
question than the one asked is worse than none. An empty value counts as not given, as in the
forms of the directory that share these filters.
"""

import difflib
from collections.abc import Iterable

import django_filters
from django.core.exceptions import ValidationError as FormError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from ..filters import OnFilter, RegisterFilterSet
from ..models import Cooperation
from .throttling import tell

Errors = dict[str, list[str]]

ON_DESCRIPTION = gettext_lazy(
    "Dato (ÅÅÅÅ-MM-DD) som svaret skal gjelde for. Både første og siste dag i et tidsrom regnes med. "
    "Uten «on» gjelder svaret i dag; «any» ser bort fra tiden."
)
ON_SCHEMA = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "enum": ["any"]}]}

#: No search needs more; each word costs several conditions in the database.
MAX_TEXT = 200
#: Names longer than this are not compared with the known ones.
_LONGEST_NAME = 40


class NoParameters(django_filters.FilterSet):
    """An address that takes no parameters."""

    class Meta:
        model = Cooperation
        fields: list[str] = []


class OnDay(RegisterFilterSet):
    """An address that takes only the day that the answer holds for."""

    on = OnFilter()

    class Meta:
        model = Cooperation
        fields: list[str] = []


class FilterSetBackend(BaseFilterBackend):
    """Narrow the rows by the FilterSet that the view has already found valid, and document its filters."""

    def filter_queryset(self, request: Request, queryset, view):
        """Apply the FilterSet; equal rows are kept apart by their key, so that no page repeats a row."""
        filterset = view.asked.filterset
        filterset.queryset = queryset
        rows = filterset.qs
        order = rows.query.order_by or rows.model._meta.ordering
        return rows.order_by(*order, "pk")

    def get_schema_operation_parameters(self, view) -> list[dict]:
        """Return the parameters of a list for the OpenAPI document."""
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": str(_description(name, one)),
                **_schema_of(one),
            }
            for name, one in view.list_filters.base_filters.items()
        ]


def _description(name: str, one: django_filters.Filter) -> str:
    """Return what a parameter asks for."""
    text = str(ON_DESCRIPTION if type(one) is OnFilter else one.extra.get("help_text") or one.label)
    if more := _MORE.get(name):
        text = f"{text}: {more}"
    return f"{text} {_('Gjenta parameteren for å gi flere verdier.')}" if _takes_several(one) else text


#: What the labels of the directory's form leave out, since the form shows it.
_MORE = {
    "form": gettext_lazy("formen samarbeidet har."),
    "kind": gettext_lazy("typen organisasjon."),
    "country": gettext_lazy("ISO 3166-1, to bokstaver, f.eks. SE."),
    "org_number": gettext_lazy("ni siffer uten mellomrom (Enhetsregisteret)."),
    "source": gettext_lazy("nøkkelen til kilden som samarbeidet eller et medlemskap viser til, se «sources»."),
    "sector": gettext_lazy("koden til sektoren, se «tasks»."),
    "ordering": gettext_lazy("ett eller flere felt med komma imellom, minus foran snur rekkefølgen."),
}


def _schema_of(one: django_filters.Filter) -> dict:
    """Return the OpenAPI schema of a filter's values; several values are given by repeating the name."""
    schema: dict = {"type": "string"}
    if isinstance(one, OnFilter):
        schema = dict(ON_SCHEMA)
    elif values := _choices(one):
        schema["enum"] = values
    elif type(one) is django_filters.CharFilter:
        schema["maxLength"] = MAX_TEXT
    if isinstance(one, django_filters.OrderingFilter):
        return {"schema": {"type": "array", "items": schema}, "explode": False, "style": "form"}
    if _takes_several(one):
        return {"schema": {"type": "array", "items": schema}, "explode": True, "style": "form"}
    return {"schema": schema}


def _choices(one: django_filters.Filter) -> list[str]:
    """Return the values that a filter accepts, when they are written in the code."""
    choices = one.extra.get("choices")
    return [value for value, _label in choices] if choices else []


def _takes_several(one: django_filters.Filter) -> bool:
    return isinstance(one, django_filters.MultipleChoiceFilter)


def given(request: Request | HttpRequest) -> QueryDict:
    """Return the parameters that have a value."""
    values = QueryDict(mutable=True)
    for name, all_values in request.GET.lists():
        values.setlist(name, [value for value in all_values if value.strip()])
    return values


def check(request: Request, filterset: django_filters.FilterSet, others: Iterable[str]) -> Errors:
    """Return what is wrong with the names, the number and the values of the parameters.

    ``others`` are the parameters that the FilterSet does not know: those of the pages.
    """
    parameters, known = given(request), [*filterset.base_filters, *others]
    errors: Errors = {}
    for name, values in parameters.lists():
        one = filterset.base_filters.get(name)
        if name not in known:
            errors[name] = [_unknown(name, known)]
        elif any("\x00" in value for value in values):
            errors[name] = [_("Verdien inneholder et nulltegn.")]
        elif len(values) > 1 and not (one and _takes_several(one)):
            errors[name] = [_("Parameteren er gitt flere ganger; gi én verdi.")]
        elif type(one) is django_filters.CharFilter and values and len(values[0]) > MAX_TEXT:
            errors[name] = [_("Teksten er for lang: høyst %(max)s tegn.") % {"max": MAX_TEXT}]
    # The form looks values up, and the database refuses a NUL with an error of its own.
    if not any("\x00" in value for _name, values in parameters.lists() for value in values):
        for name, faults in filterset.form.errors.as_data().items():
            errors.setdefault(name, _messages(filterset.base_filters[name], parameters.getlist(name), faults))
    return errors


def _unknown(name: str, known: list[str]) -> str:
    """Return the message on an unknown parameter, with the one that was probably meant."""
    if close := difflib.get_close_matches(name[:_LONGEST_NAME].lower(), known, n=1):
        return _("Ukjent parameter. Mente du «%(name)s»?") % {"name": close[0]}
    if not known:
        return _("Ukjent parameter. Denne adressen tar ingen parametere.")
    return _("Ukjent parameter. Her kan du bruke: %(names)s.") % {"names": ", ".join(known)}


def _messages(one: django_filters.Filter, values: list[str], faults: list[FormError]) -> list[str]:
    """Return the form's messages, and what could have been given instead."""
    if isinstance(one, (django_filters.ModelChoiceFilter, django_filters.ModelMultipleChoiceFilter)):
        # Django's own message names the value only where several may be given.
        value = (faults[0].params or {}).get("value") or values[0]
        return [_("Registeret kjenner ikke «%(value)s».") % {"value": value}]
    messages = [message for fault in faults for message in fault.messages]
    if allowed := _choices(one):
        messages.append(_("Lovlige verdier: %(values)s.") % {"values": ", ".join(allowed)})
    return messages


def read_flag(request: Request | HttpRequest, name: str) -> bool:
    """Return a parameter that is true or false. Raises ``ValidationError`` under its name."""
    text = request.GET.get(name, "").strip()
    if text in ("", "false", "true"):
        return text == "true"
    raise ValidationError({name: [_("Skriv «true» eller «false».")]})


def read_whole_number(request: Request | HttpRequest, name: str, default: int, highest: int | None = None) -> int:
    """Return a parameter as a whole number from 1 to ``highest``. Raises ``ValidationError`` under its name."""
    text = request.GET.get(name, "").strip()
    if not text:
        return default
    # Only plain digits: int() also reads «1_000», «+5» and digits of other scripts.
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        raise ValidationError({name: [_("Skriv et helt tall fra 1 og oppover.")]})
    # The longest bigint of PostgreSQL has 19 digits; what is beyond is far past every page.
    number = int(text) if len(text) < 19 else 10**18
    if highest and number > highest:
        raise ValidationError({name: [_("Høyst %(max)s.") % {"max": highest}]})
    return number


def refuse_others(request: Request, names: Iterable[str]) -> None:
    """Refuse all parameters but these. Raises ``ValidationError`` with one entry per parameter."""
    if errors := check(request, NoParameters(data=given(request)), names):
        raise ValidationError(errors)


class StrictParameters(APIView):
    """What the API's own views share: an unknown parameter is refused, with a message under its name."""

    def initial(self, request, *args, **kwargs) -> None:
        """Check the parameters before ``format`` could choose how the fault is told."""
        if request.method in ("GET", "HEAD"):
            self.check_parameters(request)
        elif request.method not in SAFE_METHODS and getattr(self, "action", None):  # else it cannot be done at all
            refuse_others(request, self.written_parameters())
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request, response, *args, **kwargs):
        """Tell with every answer how much more may be asked."""
        return tell(request, super().finalize_response(request, response, *args, **kwargs))

    def written_parameters(self) -> Iterable[str]:
        """Return the parameters that a request with a body takes."""
        return ()

    def check_parameters(self, request: Request) -> None:
        """Refuse all parameters. Raises ``ValidationError`` with one entry per parameter."""
        refuse_others(request, [])
