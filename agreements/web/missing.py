"""What may a reader have looked for at an address that leads nowhere, and what is told when the fault is ours?"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from ..api import errors
from ..insight import search
from .page import CONTENT_POLICY

#: How many of each kind are suggested.
SUGGESTED = 3
#: What lies below which address.
_KINDS: dict[str, Callable[[str], list[search.Hit]]] = {
    "kommuner": lambda text: search.municipalities(text, timezone.localdate(), SUGGESTED),
    "samarbeid": lambda text: search.cooperations(text, SUGGESTED),
    "oppgaver": lambda text: search.tasks(text, SUGGESTED),
    "organisasjoner": lambda text: search.organisations(text, SUGGESTED),
}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere with a search box and what is called something like it."""
    if request.path_info.startswith(errors.PREFIX):
        return errors.not_found(request, exception)
    text = said(request.path_info)
    response = render(request, "404.html", {"q": text, "hits": alike(request.path_info)}, status=404)
    response["Content-Security-Policy"] = CONTENT_POLICY
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the fault is ours, also when the database is away: a page that asks nothing and that nobody keeps."""
    response = errors.server_error(request)
    response["Content-Security-Policy"] = CONTENT_POLICY
    response["Cache-Control"] = "no-store"
    return response


def said(path: str) -> str:
    """Return the last part of an address as words; nothing where it names a file, as what robots look for does."""
    last = path.rstrip("/").rpartition("/")[2]
    words = "" if "." in last else re.sub(r"[-_+\s]+", " ", last)
    # The number behind the name of a municipality tells it from others of the same name.
    words = re.sub(r" \d{1,4}$", "", words)
    return search.cleaned(words) if len(words) > 2 else ""


def alike(path: str) -> list[search.Hit]:
    """Return what the public may see that has a name like the address says: of each kind the likest.

    Below the address of a kind only that kind is searched, as long as there is something like it; and nothing of ours
    lies deeper, where robots look for what is not there: each search costs the same as a reader's.
    """
    text, sections = said(path), path.removeprefix(f"/{get_language()}/").strip("/").split("/")[:-1]
    if not text or len(sections) > 1 or not _KINDS.keys() >= set(sections):
        return []
    hits = [hit for section in sections for hit in _KINDS[section](text)]
    return hits or [hit for section, find in _KINDS.items() if section not in sections for hit in find(text)]
