"""What does each public page show?  Everything about cooperations starts from ``public()``."""

import datetime
from collections.abc import Iterable

from django.db.models import Count, F, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import (
    County,
    Municipality,
    MunicipalityChange,
    MunicipalityNumber,
    Organisation,
    OrganisationName,
)
from municipalities.models.fields import norwegian_sort_key

from ..filters import CooperationFilter, MunicipalityFilterSet
from ..insight.agreements import agreement_rows
from ..insight.comparison import in_short, is_compared
from ..insight.complaints import complaint_body
from ..insight.ownership import owned_through
from ..insight.participation import in_charge, participations
from ..insight.timeline import events, spans
from ..models import Change, Cooperation, CooperationTask, Document, Form, Membership, Source, Task
from ..models.forms import FORM_EXPLANATIONS
from ..querysets import public_organisations
from ..rules import RULES_AS_OF, Outcome, Severity, findings
from ..rules.gather import add_legal_facts, facts_of
from . import lookup
from .listing import Listing
from .map import member_map
from .members import Members
from .missing import alike
from .moved import leads_on
from .page import DayForm, page
from .portrait import pictures, tabs, year_chosen
from .rows import rows
from .then import on_the_day
from .timeline import timeline

#: How many cooperations a county's own page lists; the rest is a click away.
COUNTY_ROWS = 25


@page
def front(request: HttpRequest) -> HttpResponse:
    """Say what this is and let the reader choose: a search, a municipality, a sector, a form."""
    today = timezone.localdate()
    valid = Cooperation.objects.public().valid_on(today)
    forms = _form_counts(valid)
    taking_part = Membership.objects.public().valid_on(today).filter(organisation__kind=Organisation.Kind.MUNICIPALITY)
    return render(
        request,
        "agreements/front.html",
        {
            "cooperation_count": sum(count for _form, count in forms),
            "municipality_count": taking_part.aggregate(n=Count("organisation", distinct=True))["n"],
            "forms": forms,
            "sectors": [(sector, count) for sector, count, _tasks in _task_counts(valid) if count],
        },
    )


@page
def cooperation_list(request: HttpRequest) -> HttpResponse:
    """List cooperations by search and filters; what cannot be understood is said beside its field."""
    listing = Listing(request.GET)
    return render(request, "agreements/cooperation_list.html", {"listing": listing}, status=listing.status)


@page
@leads_on(Change.ObjectType.COOPERATION)
def cooperation(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell all about one cooperation on a day: who takes part and how, why, since when, according to whom."""
    public = Cooperation.objects.public()
    detailed = public.with_details().select_related("legal__head_office__organisation", "registry_entry")
    found = detailed.prefetch_related("organs__seats__organisation").filter(slug=slug).first()
    if found is None:
        get_object_or_404(Cooperation, slug=slug, publication=Cooperation.Publication.WITHDRAWN)
        return render(request, "agreements/withdrawn.html", {"hits": alike(request.path_info)}, status=410)
    form = DayForm(request.GET)
    explanation, law = FORM_EXPLANATIONS[Form(found.form)]
    above = found.umbrella
    context = {
        "cooperation": found,
        "form": form,
        "day": form.day,
        "status": found.status_on(form.day),
        "explanation": explanation,
        "law": law,
        "in_charge": in_charge(found.members_on(form.day)[0]),
        "in_short": in_short(Form(found.form)),
        "compared": is_compared(Form(found.form)),
        "members": Members(found, form.day),
        "notices": [notice for notice in found.notices.all() if notice.runs_on(form.day)],
        # with_details() also brings an umbrella that is not public.
        "umbrella": above if above and above.publication == Cooperation.Publication.PUBLISHED else None,
        "parts": rows(public.filter(umbrella=found).values_list("pk", flat=True), form.day),
        "address": request.build_absolute_uri(found.get_absolute_url()),
        "today": timezone.localdate(),
    }
    context |= _law(found, form.day) | member_map(found, form.day, form.asked)
    agreements = [row.agreement for row in context["agreements"]]
    context |= {
        "timeline": timeline(spans(found, agreements), form.day),
        "events": events(found, agreements),
    }
    return render(request, "agreements/cooperation.html", context, status=form.status)


def _law(found: Cooperation, day: datetime.date) -> dict:
    """Tell which agreements a cooperation has, and what the law says of it while it lives."""
    add_legal_facts(found)
    documents = Document.objects.public().defer("text", "search")
    prefetch_related_objects(found.agreements.all(), Prefetch("documents", documents, "public_documents"))
    results = findings(facts_of(found, day), day)
    by_outcome = {outcome: [f for f in results if f.outcome == outcome] for outcome in Outcome}
    breaches = {severity: [f for f in by_outcome[Outcome.BREACH] if f.severity == severity] for severity in Severity}
    return {
        "complaint_body": complaint_body(found),
        "law_applies": bool(results or found.agreements.all()),
        "agreements": agreement_rows(found, day),
        "notifications": found.notifications.all(),
        "breaches": breaches[Severity.ERROR] + breaches[Severity.WARNING],
        "notes": breaches[Severity.INFO],
        "kept": by_outcome[Outcome.OK],
        "not_assessed": by_outcome[Outcome.NOT_ASSESSED],
        "judged": bool(results),
        "rules_as_of": RULES_AS_OF,
    }


# Municipalities


@page
def municipality_list(request: HttpRequest) -> HttpResponse:
    """List municipalities, or lead straight to the one that was asked for."""
    today = timezone.localdate()
    text = request.GET.get("q", "").strip()
    called = lookup.municipalities_called(text, today)
    if len(called) == 1:
        return redirect(called[0])
    # A search also finds municipalities that have been dissolved.
    query = request.GET.dict() | ({"on": "any"} if text and not request.GET.get("on") else {})
    found = MunicipalityFilterSet(query, lookup.for_display(Municipality.objects.all()))
    municipalities = called or (list(found.qs) if found.is_valid() else [])
    if text and len(municipalities) == 1:
        return redirect(municipalities[0])
    day = (found.on if found.is_valid() else None) or today
    context = {
        "q": text,
        "on": request.GET.get("on", ""),
        "errors": found.form.errors,
        "day": day,
        "letters": _by_letter(municipalities, day),
        "count": len(municipalities),
        "suggested": lookup.municipalities_like(text) if text and not municipalities else [],
    }
    return render(request, "agreements/municipality_list.html", context, status=200 if found.is_valid() else 400)


@page
@leads_on(Change.ObjectType.ORGANISATION)
def municipality(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell what one municipality takes part in on a day; any number that it has had leads here too."""
    if slug.isdecimal() and len(slug) == 4:
        return redirect(last_holder(slug))
    if leads := year_chosen(request):
        return leads
    body = get_object_or_404(
        Organisation.objects.select_related("municipality").prefetch_related(*_RELATIVES), slug=slug
    )
    if body.kind != Organisation.Kind.MUNICIPALITY or not hasattr(body, "municipality"):
        return redirect(body)
    found = get_object_or_404(Municipality.objects.prefetch_related("numbers__county", "populations"), pk=body.pk)
    form = DayForm(request.GET)
    day = _day_in_life(body, form)
    numbers = sorted(found.numbers.all(), key=lambda n: n.valid_from or datetime.date.min)
    changes = list(
        MunicipalityChange.objects.filter(Q(old=found) | Q(new=found)).select_related(
            "old__organisation", "new__organisation"
        )
    )
    populations = sorted(found.populations.all(), key=lambda p: p.date, reverse=True)
    then = on_the_day(body, numbers, day) if form.asked else None
    context = _participation_context(request, body, form, day)
    context |= pictures(body, context["found"], day, form.asked) | {
        "municipality": found,
        "number": found.number_on(day),
        "then": then,
        "other_names": [name for name in body.names.all() if name.name != (then.called if then else body.name)],
        "numbers": list(reversed(numbers)),
        "populations": populations,
        "population": next((p for p in populations if p.date <= day), None),
        "changes": changes,
        "end": next((c for c in changes if body.valid_to and c.old_id == body.pk and c.date > body.valid_to), None),
    }
    return render(request, "agreements/municipality.html", context, status=form.status)


def last_holder(number: str) -> Municipality:
    """Return the municipality that holds a number, or held it last; 404 when none ever did."""
    held = MunicipalityNumber.objects.filter(number=number).order_by(F("valid_from").desc(nulls_last=True))
    last = held.select_related("municipality__organisation").first()
    if last is None:
        raise Http404(_("Ingen kommune har hatt nummeret %(number)s.") % {"number": number})
    return last.municipality


# Organisations

_RELATIVES = [
    "successors",
    "predecessors",
    Prefetch("names", OrganisationName.objects.order_by("language", "kind", "name")),
    "governed_counties",
]


@page
def organisation_list(request: HttpRequest) -> HttpResponse:
    """List the organisations other than municipalities that take part in something, by kind."""
    today = timezone.localdate()
    found = (
        Organisation.objects.exclude(kind=Organisation.Kind.MUNICIPALITY)
        .filter(memberships__in=Membership.objects.public().valid_on(today))
        .annotate(cooperation_count=Count("memberships__cooperation", distinct=True))
    )
    kinds: dict[str, list[Organisation]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    context = {"kinds": [(kind.label, kinds[kind]) for kind in Organisation.Kind if kind in kinds]}
    return render(request, "agreements/organisation_list.html", context)


@page
@leads_on(Change.ObjectType.ORGANISATION)
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell what a county council, a company or another organisation takes part in on a day."""
    body = get_object_or_404(public_organisations().prefetch_related(*_RELATIVES), slug=slug)
    if body.kind == Organisation.Kind.MUNICIPALITY:
        return redirect(body)
    form = DayForm(request.GET)
    context = _participation_context(request, body, form, _day_in_life(body, form)) | {
        "own_cooperation": Cooperation.objects.public().filter(body=body).first(),
    }
    return render(request, "agreements/organisation.html", context, status=form.status)


def _day_in_life(body: Organisation, form: DayForm) -> datetime.date:
    """Return the day to show: of what has been dissolved, its last one."""
    return min(form.day, body.valid_to) if body.valid_to else form.day


def _participation_context(
    request: HttpRequest, body: Organisation, form: DayForm, day: datetime.date
) -> dict[str, object]:
    """Return what the pages of municipalities and of other organisations have in common."""
    found = participations(body, day)
    return tabs(request, found) | {
        "organisation": body,
        "form": form,
        "day": day,
        "exists": body.valid_from is None or body.valid_from <= day,
        "dissolved": bool(body.valid_to and body.valid_to < form.day),
        "found": found,
        "role_counts": [(role, len(of_role)) for role, of_role in found.by_role()],
        "hosts": found.hosted_by_others(body),
        "indirect": owned_through(body, day),
        "former_counties": [c for c in body.governed_counties.all() if c.valid_to],
    }


# Counties


@page
def county_list(request: HttpRequest) -> HttpResponse:
    """List the counties of today, and the former ones with what became of them."""
    today = timezone.localdate()
    counties = list(County.objects.prefetch_related("successors"))
    numbers = MunicipalityNumber.objects.valid_on(today)
    sizes = dict(numbers.order_by().values_list("county").annotate(Count("municipality")))
    context = {
        "counties": [(c, sizes.get(c.pk, 0)) for c in counties if c.is_valid_on(today)],
        "former": [c for c in counties if not c.is_valid_on(today)],
    }
    return render(request, "agreements/county_list.html", context)


@page
def county(request: HttpRequest, number: str) -> HttpResponse:
    """Tell which municipalities a county has on a day and what they cooperate about."""
    found = get_object_or_404(
        County.objects.select_related("council").prefetch_related("successors", "predecessors"), number=number
    )
    form = DayForm(request.GET)
    day = min(form.day, found.valid_to) if found.valid_to else form.day
    within = MunicipalityNumber.objects.valid_on(day).filter(county=found).select_related("municipality__organisation")
    numbers = sorted(within, key=lambda n: norwegian_sort_key(n.name))
    cooperations = CooperationFilter({"county": number, "on": day.isoformat()}, Cooperation.objects.public()).qs
    context = {
        "county": found,
        "form": form,
        "day": day,
        "dissolved": bool(found.valid_to and found.valid_to < form.day),
        "municipalities": _with_counts(numbers, day),
        "count": cooperations.count(),
        "rows": rows(cooperations.values_list("pk", flat=True)[:COUNTY_ROWS], day),
        "sectors": [(s, count) for s, count, _tasks in _task_counts(cooperations) if count],
    }
    return render(request, "agreements/county.html", context, status=form.status)


def _with_counts(numbers: list[MunicipalityNumber], day: datetime.date) -> list[tuple[MunicipalityNumber, int]]:
    """Return municipalities with the number of cooperations that each takes part in."""
    members = Membership.objects.public().valid_on(day).filter(organisation__in=[n.municipality_id for n in numbers])
    counts = dict(members.order_by().values_list("organisation").annotate(Count("cooperation", distinct=True)))
    return [(n, counts.get(n.municipality_id, 0)) for n in numbers]


# Tasks, sources, about


@page
def task_list(request: HttpRequest) -> HttpResponse:
    """List what the cooperations are about, by sector, with the number of cooperations in each."""
    valid = Cooperation.objects.public().valid_on(timezone.localdate())
    return render(request, "agreements/task_list.html", {"sectors": _task_counts(valid)})


@page
def source_list(request: HttpRequest) -> HttpResponse:
    """List the sources of the register with licence and credit."""
    return render(request, "agreements/source_list.html", {"sources": Source.objects.all()})


@page
def source(request: HttpRequest, key: str) -> HttpResponse:
    """Tell what one source is and how much of the register stands on it."""
    found = get_object_or_404(Source, key=key)
    citing = CooperationFilter({"source": key, "on": "any"}, Cooperation.objects.public()).qs
    return render(request, "agreements/source.html", {"source": found, "count": citing.count()})


@page
def about(request: HttpRequest) -> HttpResponse:
    """Explain what the register is, what it holds and what not."""
    return render(request, "agreements/about.html")


@page
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read the pages, but not the coordinators' workplace."""
    sitemap = request.build_absolute_uri(reverse("sitemap-index"))
    text = f"User-agent: *\nDisallow: /admin/\nSitemap: {sitemap}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


# Counts and names


def _form_counts(cooperations: QuerySet[Cooperation]) -> list[tuple[Form, int]]:
    """Return the forms in use, the most frequent first; what is no form but a gap in the sources comes last."""
    counts = cooperations.order_by().values_list("form").annotate(n=Count("pk")).order_by("-n", "form")
    return sorted(((Form(form), n) for form, n in counts), key=lambda counted: counted[0] == Form.UNKNOWN)


def _task_counts(cooperations: QuerySet[Cooperation]) -> list[tuple[Task, int, list[tuple[Task, int]]]]:
    """Return each sector with its count and its tasks with theirs; a cooperation counts once in each."""
    links = CooperationTask.objects.filter(cooperation__in=cooperations.order_by().values("pk")).order_by()
    distinct = Count("cooperation", distinct=True)
    by_task = dict(links.values_list("task").annotate(distinct))
    by_sector = dict(
        links.annotate(sector=Coalesce(F("task__parent"), F("task"))).values_list("sector").annotate(distinct)
    )
    tasks: dict[int | None, list[Task]] = {}
    for task in Task.objects.all():
        tasks.setdefault(task.parent_id, []).append(task)
    return [
        (sector, by_sector.get(sector.pk, 0), [(task, by_task.get(task.pk, 0)) for task in tasks.get(sector.pk, [])])
        for sector in tasks.get(None, [])
    ]


def _by_letter(municipalities: Iterable[Municipality], day: datetime.date) -> list[tuple[str, list]]:
    """Return municipalities under their first letter, with the number that each has on the day."""
    letters: dict[str, list] = {}
    for one in municipalities:
        letters.setdefault(one.organisation.name[:1].upper(), []).append((one, one.number_on(day)))
    return list(letters.items())
