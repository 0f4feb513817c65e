"""What is there of one kind: all arrangements for a task, or of a form, with map and white spots?"""

import datetime

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from municipalities.models import County, MunicipalityNumber
from municipalities.models.fields import norwegian_sort_key

from ..insight import presence
from ..insight.comparison import COMPARISONS
from ..models import Cooperation, CooperationTask, Form, Task
from ..models.forms import FORM_EXPLANATIONS
from ..rules import RULES_AS_OF
from .map import one_task
from .page import DayForm, page
from .rows import rows
from .tilemap import count_mark, levels, tile_map

#: How many cooperations a page lists; the rest is a click away.
MOST_ROWS = 50


@page
def task(request: HttpRequest, code: str) -> HttpResponse:
    """Tell all arrangements for a task or in a sector on a day, and which municipalities have none."""
    found = get_object_or_404(Task.objects.select_related("parent").prefetch_related("children"), code=code)
    form = DayForm(request.GET)
    question = one_task(found, form.day)
    spots = _white_spots(set(question.behind), form.day)
    context = _listed(presence.about(found), form) | {
        "task": found,
        "children": _with_counts(found, form.day),
        "map": tile_map(form.day, question.mark, query=_day_query(form)),
        "legend": question.legend,
        "spots": spots,
        "spot_count": sum(len(numbers) for _county, numbers in spots),
        "covered_count": len(question.behind),
    }
    return render(request, "agreements/task.html", context, status=form.status)


@page
def form_list(request: HttpRequest) -> HttpResponse:
    """Set the forms of cooperation side by side: who decides, who pays, how one leaves."""
    context = {
        "comparisons": COMPARISONS,
        "as_of": RULES_AS_OF,
        "forms": [(form, *FORM_EXPLANATIONS[form]) for form in Form],
    }
    return render(request, "agreements/form_list.html", context)


@page
def form(request: HttpRequest, code: str) -> HttpResponse:
    """Tell what a form of cooperation is, which there are on a day, and where."""
    if code not in Form.values:
        raise Http404
    chosen, day_form = Form(code), DayForm(request.GET)
    of_form = Cooperation.objects.public().filter(form=chosen)
    counts = presence.counts(day_form.day, of_form)
    explanation, law = FORM_EXPLANATIONS[chosen]
    context = _listed(of_form, day_form) | {
        "kind": chosen,
        "explanation": explanation,
        "law": law,
        "map": tile_map(day_form.day, lambda pk: count_mark(counts.get(pk, 0)), query=_day_query(day_form)),
        "legend": [(kind, "", words) for kind, words in levels(max(counts.values(), default=0))],
        "covered_count": len(counts),
    }
    return render(request, "agreements/form.html", context, status=day_form.status)


def _listed(cooperations: QuerySet[Cooperation], form: DayForm) -> dict[str, object]:
    """Return the cooperations of a day as the list shows them, the first ones, with how many there are."""
    valid = cooperations.valid_on(form.day)
    return {
        "form": form,
        "day": form.day,
        "count": valid.count(),
        "rows": rows(valid.values_list("pk", flat=True)[:MOST_ROWS], form.day),
    }


def _with_counts(sector: Task, day: datetime.date) -> list[tuple[Task, int]]:
    """Return the tasks of a sector, each with its number of cooperations on a day."""
    links = CooperationTask.objects.filter(
        cooperation__in=Cooperation.objects.public().valid_on(day).order_by().values("pk")
    )
    counts = dict(links.filter(task__parent=sector).order_by().values_list("task").annotate(Count("cooperation")))
    return [(child, counts.get(child.pk, 0)) for child in sector.children.all()]


def _white_spots(covered: set[int], day: datetime.date) -> list[tuple[County, list[MunicipalityNumber]]]:
    """Return the municipalities of a day that are not covered, by county."""
    spots: dict[County, list[MunicipalityNumber]] = {}
    held = MunicipalityNumber.objects.valid_on(day).exclude(municipality__in=covered)
    for number in held.select_related("municipality__organisation", "county"):
        spots.setdefault(number.county, []).append(number)
    for numbers in spots.values():
        numbers.sort(key=lambda n: norwegian_sort_key(n.municipality.organisation.name))
    return sorted(spots.items(), key=lambda spot: norwegian_sort_key(spot[0].name))


def _day_query(form: DayForm) -> dict[str, str]:
    return {"on": form.asked.isoformat()} if form.asked else {}
