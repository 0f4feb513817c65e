"""Where is the whole register found as data, and where do its linked-data addresses lead?"""

import json
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..exchange import dump
from ..exchange.catalogue import catalogue, schema_org
from ..exchange.dataset_tables import Names, tables
from ..exchange.linked_data import PREFIXES, turtle
from ..models import Change
from .page import page
from .ranges import file_answer

#: How a graph is written: suffix → media type, rdflib's name.
GRAPHS = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
    "rdf": ("application/rdf+xml", "pretty-xml"),
}
_HTML = "text/html"


def site_of(request: HttpRequest) -> str:
    """Return the register's address, without a last slash: that of the settings, so that one thing has one name."""
    return settings.SITE_URL


@page(also=lambda: str(dump.published()))
def data_page(request: HttpRequest) -> HttpResponse:
    """Show what there is to fetch, and how it is used."""
    found = dump.published()
    manifest = found[1] if found else None
    groups: dict[str, list[dict]] = {}
    for file in manifest["files"] if manifest else []:
        groups.setdefault(file["name"].partition("/")[0], []).append(file)
    shown = [(name, title, groups[name]) for name, title in _titles().items() if name in groups]
    described = json.dumps(schema_org(site_of(request), manifest), ensure_ascii=False)
    return render(
        request,
        "agreements/data.html",
        {
            "manifest": manifest,
            "known_at": _time(manifest),
            "groups": shown,
            "others": [file for file in (manifest or {}).get("files", []) if "/" not in file["name"]],
            "tables": tables().values(),
            # A «<» in a script would end it early; JSON may write it otherwise.
            "schema_org": described.replace("<", "\\u003c").replace("&", "\\u0026"),
        },
    )


def _titles() -> dict[str, str]:
    return {
        "csv": _("CSV: én fil for hver tabell, for regneark og statistikk"),
        "jsonl": _("JSON Lines: ett helt objekt på hver linje"),
        "parquet": _("Parquet: én fil for hver tabell, for analyse"),
        "sqlite": _("SQLite: alle tabellene i én database"),
        "ttl": _("Turtle: alt som lenkede data (W3C ORG, CPOV)"),
        "schemas": _("JSON Schema for objektene"),
    }


def _time(manifest: dict | None):
    return parse_datetime(manifest["known_at"]) if manifest and manifest["known_at"] else None


@require_safe
def data_file(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out a file of the newest data set. Only what its manifest names is a file."""
    found = dump.published()
    if found is None:
        raise Http404
    folder, manifest = found
    about = next((file for file in manifest["files"] if file["name"] == name), None)
    if about is None and name not in (dump.MANIFEST, dump.CHECKSUMS):
        raise Http404
    path = folder / name
    etag = f'"{about["sha256"]}"' if about else f'"{dump.checksum(path)}"'
    kind = about["media_type"] if about else dump.MEDIA_TYPES.get(path.suffix, "text/plain; charset=utf-8")
    more = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
    try:
        return file_answer(request, path, content_type=kind, etag=etag, **more)
    except FileNotFoundError as error:  # the data set has been replaced twice in the meantime
        raise Http404 from error


@require_safe
def catalog(request: HttpRequest, suffix: str = "") -> HttpResponse:
    """Return the catalogue in the form that is asked for: by suffix, by ``format``, or by ``Accept``."""
    chosen = suffix or request.GET.get("format", "")
    if chosen and chosen not in GRAPHS:
        return HttpResponse(_("Katalogen finnes som %(forms)s.") % {"forms": ", ".join(GRAPHS)}, status=404)
    chosen = chosen or _accepted(request)
    if chosen is None:
        return HttpResponse(_("Katalogen finnes som %(forms)s.") % {"forms": ", ".join(GRAPHS)}, status=406)
    media_type, form = GRAPHS[chosen]
    found = dump.published()
    text = catalogue(site_of(request), found[1] if found else None).serialize(format=form, encoding="utf-8")
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    patch_vary_headers(response, ["Accept"])
    return response


def _accepted(request: HttpRequest) -> str | None:
    """Return the form that the caller likes best; Turtle when all are the same to it, None when it takes none."""
    media = {media_type: suffix for suffix, (media_type, _form) in GRAPHS.items()}
    liked = request.get_preferred_type(list(media))
    if liked is None and request.accepts(_HTML):
        return "ttl"  # a browser shows it as text
    return media.get(liked)


_PAGES: dict[str, Callable[[Change], str]] = {
    "cooperation": lambda change: reverse("cooperation", args=[change.slug]),
    "organisation": lambda change: _organisation_page(change),
    "municipality": lambda change: reverse("municipality", args=[change.slug]),
    "county": lambda change: reverse("county", args=[change.slug]),
    "task": lambda change: f"{reverse('cooperation-list')}?task={change.slug}",
    "source": lambda change: reverse("source", args=[change.slug]),
    "municipality_change": lambda change: reverse("municipality-list"),
    "document": lambda change: reverse("document", args=[change.object_id]),
}
_ENDPOINTS = {
    "cooperation": "cooperation",
    "organisation": "organisation",
    "municipality": "municipality",
    "county": "county",
    "task": "task",
    "source": "source",
    "document": "document",
}


def _organisation_page(change: Change) -> str:
    kind = "municipality" if change.state["kind"] == "municipality" else "organisation"
    return reverse(kind, args=[change.slug])


@require_safe
def thing(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Lead from the linked-data address of a thing to what is said about it: Turtle, JSON or a page (303)."""
    change = Change.objects.filter(object_type=kind, object_id=key).order_by("-pk").first() if kind in _PAGES else None
    if change is None or change.state is None:
        raise Http404
    offers = ["text/turtle", "application/json", _HTML]
    liked = request.get_preferred_type(offers) or _HTML
    if liked == "text/turtle":
        text = PREFIXES + turtle(kind, change.state, Names(site_of(request)))
        response = HttpResponse(text, content_type="text/turtle; charset=utf-8")
    else:
        endpoint = _ENDPOINTS.get(kind)
        json_address = f"{reverse(f'api:{endpoint}-list')}{change.slug}/" if endpoint else None
        where = json_address if liked == "application/json" and json_address else _PAGES[kind](change)
        response = HttpResponseRedirect(where)
        response.status_code = 303
    patch_vary_headers(response, ["Accept"])
    return response
