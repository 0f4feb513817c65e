"""How many cooperations are there, of which form, about what and where?  And what does each form mean?"""

from collections import Counter
from collections.abc import Callable, Iterable

import django_filters
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from municipalities.models import County, MunicipalityNumber
from municipalities.querysets import valid_on

from ..filters import OnFilter, RegisterFilterSet
from ..models import Cooperation, CooperationTask, Form, Membership, Task
from ..models.forms import FORM_EXPLANATIONS
from .asking import RegisterViewSet, no_such_thing
from .errors import READING, problems
from .fact_serializers import FiguresSerializer, FormSerializer
from .formats import Rows
from .parameters import OnDay
from .schema import ON

#: Key, name and number.
Counts = list[tuple[str, str, int]]
#: What there can be counted by, in the order of the documentation.
_BY = (
    ("form", _("form")),
    ("task", _("oppgave")),
    ("sector", _("sektor")),
    ("county", _("fylke")),
    ("municipality", _("kommune")),
)


class FiguresFilter(RegisterFilterSet):
    """What to count by, and the day."""

    by = django_filters.ChoiceFilter(
        choices=_BY,
        label=_("Tell etter"),
        help_text=_("Form, oppgave, sektor, fylke eller kommune; «form» når intet er valgt."),
    )
    on = OnFilter()

    class Meta:
        model = Cooperation
        fields: list[str] = []


class Small(RegisterViewSet):
    """What is a page long at most: no pages, and JSON only."""

    queryset = Cooperation.objects.public()
    renderer_classes = [JSONRenderer]
    pagination_class = None
    paged = False
    shaped = False

    def cooperations(self) -> QuerySet[Cooperation]:
        """Return the public cooperations on the day asked about."""
        return self.queryset.valid_on(self.asked.on) if self.asked.on else self.queryset.all()


class FormViewSet(Small):
    """The forms of cooperation, in law and outside it."""

    list_filters = OnDay
    detail_filters = OnDay
    lookup_field = "code"

    @extend_schema(
        summary=_("Former"),
        description=_("Formene et samarbeid kan ha, med forklaring, loven som gjelder, og antallet på datoen."),
        responses={200: FormSerializer(many=True), **problems(*READING)},
    )
    def list(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return all forms."""
        return self.if_changed(request, lambda: Response(self._forms(Form)))

    @extend_schema(
        summary=_("Én form"),
        description=_("Én form."),
        parameters=[
            OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description=_("Formens kode.")),
            ON,
        ],
        responses={200: FormSerializer, **problems(*READING, 404)},
    )
    def retrieve(self, request: Request, code: str) -> HttpResponse:
        """Return one form."""
        if code not in Form.values:
            raise no_such_thing(code)
        return self.if_changed(request, lambda: Response(self._forms([Form(code)])[0]))

    def _forms(self, forms: Iterable[Form]) -> Rows:
        counted = dict(self.cooperations().order_by().values_list("form").annotate(n=Count("pk")))
        links = self.asked.links
        return [
            {
                "code": form.value,
                "url": links.detail("form", form.value),
                "name": str(form.label),
                "explanation": str(FORM_EXPLANATIONS[form][0]),
                "law": FORM_EXPLANATIONS[form][1] or None,
                "cooperation_count": counted.get(form.value, 0),
                "cooperations_url": links.list("cooperation", form=form.value, on=self.asked.on_as_given),
            }
            for form in forms
        ]


class StatisticsView(Small):
    """Counts of public cooperations."""

    list_filters = FiguresFilter

    @extend_schema(
        operation_id="statistics",
        summary=_("Statistikk"),
        description=_(
            "Antall offentlige samarbeid på datoen, etter form, oppgave, sektor, fylke eller kommune. Et samarbeid "
            "telles én gang under hver oppgave, hvert fylke og hver kommune som det har med."
        ),
        parameters=[
            OpenApiParameter(
                "by",
                {"type": "string", "enum": [value for value, _label in _BY], "default": "form"},
                description=_("Hva det telles etter."),
            ),
            ON,
        ],
        responses={200: FiguresSerializer, **problems(*READING)},
    )
    def counts(self, request: Request, *args, **kwargs) -> HttpResponse:
        """Return the counts."""
        return self.if_changed(request, self._answer)

    def _answer(self) -> Response:
        by = self.asked.filterset.form.cleaned_data["by"] or "form"
        counters: dict[str, Callable[[], Counts]] = {
            "form": self._forms,
            "task": self._tasks,
            "sector": self._sectors,
            "county": self._counties,
            "municipality": self._municipalities,
        }
        rows = sorted(counters[by](), key=lambda row: (-row[2], row[0]))
        results = [{"key": key, "name": name, "cooperations": n} for key, name, n in rows]
        return Response({"by": by, "on": self.asked.on, "total": self.cooperations().count(), "results": results})

    def _forms(self) -> Counts:
        counted = self.cooperations().order_by().values_list("form").annotate(n=Count("pk"))
        return [(form, str(Form(form).label), n) for form, n in counted]

    def _tasks(self) -> Counts:
        links = CooperationTask.objects.filter(cooperation__in=self.cooperations().order_by())
        counted = dict(links.order_by().values_list("task").annotate(n=Count("cooperation", distinct=True)))
        return [(t.code, t.name, counted[t.pk]) for t in Task.objects.in_bulk(counted).values()]

    def _sectors(self) -> Counts:
        links = CooperationTask.objects.filter(cooperation__in=self.cooperations().order_by())
        pairs = {(parent or task, c) for task, parent, c in links.values_list("task", "task__parent", "cooperation")}
        counted = Counter(sector for sector, _cooperation in pairs)
        return [(t.code, t.name, counted[t.pk]) for t in Task.objects.in_bulk(counted).values()]

    def _members(self) -> QuerySet[Membership]:
        members = Membership.objects.public().order_by()
        return members.valid_on(self.asked.on) if self.asked.on else members

    def _municipalities(self) -> Counts:
        members = self._members().filter(organisation__municipality__isnull=False)
        counted = dict(members.values_list("organisation").annotate(n=Count("cooperation", distinct=True)))
        held = MunicipalityNumber.objects.filter(municipality__in=counted)
        numbers = {}
        for number in held.order_by("valid_from").filter(valid_on(self.asked.on) if self.asked.on else Q()):
            numbers[number.municipality_id] = (number.number, number.name)
        return [(*numbers[pk], n) for pk, n in counted.items() if pk in numbers]

    def _counties(self) -> Counts:
        members = self._members()
        on = self.asked.on
        counties = County.objects.filter(valid_on(on)) if on else County.objects.all()
        in_time = valid_on(on, "organisation__municipality__numbers__") if on else Q()
        inside = members.filter(in_time, organisation__municipality__numbers__county__in=counties)
        councils = members.filter(organisation__governed_counties__in=counties)
        pairs = set(inside.values_list("organisation__municipality__numbers__county", "cooperation").distinct())
        own = councils.values_list("organisation__governed_counties", "cooperation").distinct()
        counted = Counter(county for county, _cooperation in pairs | set(own))
        return [(c.number, c.name, counted[c.pk]) for c in counties.filter(pk__in=counted)]
