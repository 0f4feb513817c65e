"""How do tests read a public page?  As its address answers, and as the text that a reader sees."""

import html
import re
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse


class Page(HTMLParser):
    """A page: its text without markup, its links, its ids and headings."""

    def __init__(self, response: HttpResponse):
        super().__init__()
        self.response = response
        self.html = response.content.decode().replace("\u00ad", "")  # where words may break is not read
        self.text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", self.html)))
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        values = dict(attributes)
        self.tags.append((tag, values))
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if values.get("id"):
            self.ids.append(values["id"])

    def elements(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of a kind."""
        return [values for name, values in self.tags if name == tag]

    def between(self, start: str, end: str) -> str:
        """Return the text from one phrase to the next."""
        return self.text.split(start, 1)[1].split(end, 1)[0]


@pytest.fixture
def get(client):
    """Return a function that opens an address and makes sure of the status."""

    def open_page(address: str, status: int = 200, **headers) -> Page:
        response = client.get(address, headers=headers)
        assert response.status_code == status, (address, response.status_code, response.get("Location"))
        return Page(response)

    return open_page
