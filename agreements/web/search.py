"""What does a reader's search find, in the whole register, and what is suggested while it is written?"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ..filters import CooperationFilter
from ..insight import search
from ..insight.everyday import essential
from ..models import Cooperation
from .page import page
from .rows import rows

#: How many of each kind a page of results shows, and how many are suggested.
SHOWN, SUGGESTED = 12, 4


@page
def find(request: HttpRequest) -> HttpResponse:
    """Show everything in the register that a search finds, by kind, on an address of its own."""
    text = search.cleaned(request.GET.get("q", ""))
    context: dict[str, object] = {"q": text, "asked": text}
    if text:
        context |= _found(text)
        asked = essential(text)
        if asked != text and not (context["rows"] or context["tasks"]):
            context |= _found(asked) | {"asked": asked}
    return render(request, "agreements/search.html", context)


def _found(text: str) -> dict[str, object]:
    """Return what is called something like a text, by kind."""
    today = timezone.localdate()
    found = CooperationFilter({"q": text}, Cooperation.objects.public()).qs
    count = found.count()
    hits = {
        "municipalities": search.municipalities(text, today, SHOWN),
        "tasks": search.tasks(text, SHOWN),
        "organisations": search.organisations(text, SHOWN),
        "rows": rows(found.values_list("pk", flat=True)[:SHOWN], today),
    }
    if not hits["municipalities"]:
        hits["municipalities"] = search.municipalities_named_in(text, today, SHOWN)
    return hits | {"count": count, "more": max(0, count - SHOWN), "nothing": not any(hits.values())}


@page
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggest what a half-written search may mean, as JSON for the search field; the page works without it.

    A field for one kind of thing asks for this only (``bare``): «kommune» or «samarbeid».
    """
    text, only = search.cleaned(request.GET.get("q", "")), request.GET.get("bare", "")
    if len(text) < 2:
        return JsonResponse({"suggestions": []})
    kinds = {
        "kommune": (_("Kommune"), lambda most: search.municipalities(text, timezone.localdate(), most)),
        "oppgave": (_("Oppgave"), lambda most: search.tasks(text, most)),
        "samarbeid": (_("Samarbeid"), lambda most: search.cooperations(text, most)),
        "organisasjon": (_("Organisasjon"), lambda most: search.organisations(text, most)),
    }
    asked = {only: kinds[only]} if only in kinds else kinds
    most = SUGGESTED * 2 if only in kinds else SUGGESTED
    answer = [
        {"kind": kind, "name": hit.name, "about": hit.about, "address": hit.address, "value": hit.value or hit.name}
        for kind, find in asked.values()
        for hit in find(most)
    ]
    return JsonResponse({"suggestions": answer})
