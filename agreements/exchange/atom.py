"""How do changes look in a feed reader?  As Atom (RFC 4287), from the same stream as the API."""

import xml.etree.ElementTree as ElementTree

from django.urls import reverse

from ..models import Change
from .change_words import Words
from .stream import Event

_NAMESPACE = "http://www.w3.org/2005/Atom"
_PAGES = {
    Change.ObjectType.COOPERATION: "cooperation",
    Change.ObjectType.ORGANISATION: "organisation",
    Change.ObjectType.MUNICIPALITY: "municipality",
    Change.ObjectType.COUNTY: "county",
    Change.ObjectType.TASK: "task",
    Change.ObjectType.SOURCE: "source",
    Change.ObjectType.DOCUMENT: "document",
}
#: What XML 1.0 cannot hold, even escaped.
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


def feed(events: list[Event], *, address: str, site: str, title: str) -> bytes:
    """Return the feed of events that are given with the newest first.

    ``address`` is the feed's own, ``site`` that of the register, with a slash at the end.
    """
    root = ElementTree.Element("feed", {"xmlns": _NAMESPACE})
    _text(root, "id", address)
    _text(root, "title", title)
    # A feed must tell when it changed; of an empty one nothing is known.
    _text(root, "updated", events[0].change.recorded_at.isoformat() if events else "1970-01-01T00:00:00Z")
    ElementTree.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": site})
    _text(ElementTree.SubElement(root, "author"), "name", title)
    words = Words(events)
    for event in events:
        _entry(root, event, words, site)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="utf-8")


def page_of(change: Change) -> str | None:
    """Return the path of the page of what changed; None where it has none, or is no longer public."""
    page = _PAGES.get(change.object_type)
    return reverse(page, args=[change.slug]) if page and change.state is not None else None


def _entry(root: ElementTree.Element, event: Event, words: Words, site: str) -> None:
    entry = ElementTree.SubElement(root, "entry")
    _text(entry, "id", f"urn:uuid:{event.change.event}")
    _text(entry, "title", words.title(event))
    _text(entry, "updated", event.change.recorded_at.isoformat())
    ElementTree.SubElement(entry, "category", {"term": event.change.kind})
    ElementTree.SubElement(entry, "category", {"term": event.change.object_type})
    if path := page_of(event.change):
        address = site.rstrip("/") + path
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    lines = words.lines(event)
    if event.change.reason:
        lines.append(event.change.reason)
    _text(entry, "content", "\n".join(lines) or words.title(event)).set("type", "text")


def _text(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, tag)
    made.text = str(text).translate(_NOT_XML)
    return made
