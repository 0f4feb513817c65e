"""How do tests fill in a page of the admin?  As a browser does: what the form shows is sent back, with changes."""

import html
import re
from html.parser import HTMLParser


class _Fields(HTMLParser):
    """Collect what a browser would send of the form that holds the fields."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, str | list[str]] = {}
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        name = values.get("name")
        if tag == "input" and name and values.get("type") not in ("submit", "button"):
            if values.get("type") not in ("checkbox", "radio") or "checked" in values:
                value = values.get("value") or ("on" if values.get("type") == "checkbox" else "")
                before = self.data.get(name)
                # Several boxes, or hidden fields, of one name are sent as a list.
                several = before is not None and values.get("type") in ("checkbox", "hidden")
                self.data[name] = [*_many(before), value] if several else value
        elif tag == "select" and name:
            self._select = name
            self.data[name] = [] if "multiple" in values else ""
        elif tag == "option" and self._select and "selected" in values:
            chosen = values.get("value") or ""
            many = self.data[self._select]
            self.data[self._select] = [*many, chosen] if isinstance(many, list) else chosen
        elif tag == "textarea" and name:
            self._textarea = name
            self.data[name] = ""

    def handle_data(self, data):
        if self._textarea:
            self.data[self._textarea] += data

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            # A browser leaves out the line break after the opening tag.
            self.data[self._textarea or ""] = self.data[self._textarea or ""].removeprefix("\n")
            self._textarea = None


def _many(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def fields(response) -> dict[str, str | list[str]]:
    """Return what the form of a page would send if nothing were changed."""
    parser = _Fields()
    parser.feed(response.content.decode())
    return {name: value for name, value in parser.data.items() if "__prefix__" not in name}


def submit(client, url: str, /, rows: dict[str, list[dict]] | None = None, **changes):
    """Open a form, change fields and add rows, and save it; return the answer.

    ``rows`` holds new rows by the prefix of their table, e.g. ``{"memberships": [{"role": "owner"}]}``.
    """
    data = fields(client.get(url)) | changes
    for prefix, new in (rows or {}).items():
        total = int(data[f"{prefix}-TOTAL_FORMS"])
        for number, row in enumerate(new, start=total):
            data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
        data[f"{prefix}-TOTAL_FORMS"] = str(total + len(new))
    return client.post(url, data)


def text(response) -> str:
    """Return the words of a page, without its markup."""
    plain = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(plain))


def saved(response) -> bool:
    """Tell whether a form was accepted: Django then leads on to another page."""
    return response.status_code == 302
