"""What does a reader's search find, in the whole register, and what is suggested while it is written?"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ..filters import CooperationFilter
from ..insight import search
from ..models import Cooperation
from .listing import rows, with_row_details
from .page import page

#: How many of each kind a page of results shows, and how many are suggested.
SHOWN, SUGGESTED = 12, 4


@page
def find(request: HttpRequest) -> HttpResponse:
    """Show everything in the register that a search finds, by kind, on an address of its own."""
    text = search.cleaned(request.GET.get("q", ""))
    today = timezone.localdate()
    context = {"q": text}
    if text:
        found = CooperationFilter({"q": text}, Cooperation.objects.public()).qs
        count = found.count()
        context |= {
            "municipalities": search.municipalities(text, today, SHOWN),
            "tasks": search.tasks(text, SHOWN),
            "organisations": search.organisations(text, SHOWN),
            "rows": rows(with_row_details(found)[:SHOWN], today),
            "count": count,
            "more": max(0, count - SHOWN),
        }
        context["nothing"] = not any(context[kind] for kind in ("municipalities", "tasks", "organisations", "rows"))
    return render(request, "agreements/search.html", context)


@page
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggest what a half-written search may mean, as JSON for the search field; the page works without it."""
    text = search.cleaned(request.GET.get("q", ""))
    if len(text) < 2:
        return JsonResponse({"suggestions": []})
    hits = [
        *((_("Kommune"), hit) for hit in search.municipalities(text, timezone.localdate(), SUGGESTED)),
        *((_("Oppgave"), hit) for hit in search.tasks(text, SUGGESTED)),
        *((_("Samarbeid"), hit) for hit in search.cooperations(text, SUGGESTED)),
        *((_("Organisasjon"), hit) for hit in search.organisations(text, SUGGESTED)),
    ]
    answer = [{"kind": k, "name": h.name, "about": h.about, "address": h.address} for k, h in hits]
    return JsonResponse({"suggestions": answer})
