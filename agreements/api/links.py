"""Where is a thing found: in the API, and on the public pages?"""

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from rest_framework import serializers


def site(request: HttpRequest) -> str:
    """Return the address of the site as the caller knows it."""
    return f"{request.scheme}://{request.get_host()}"


class Links:
    """Absolute addresses for one answer. The lists are resolved once, since an answer holds thousands of links.

    ``base`` is the address of the site without a slash at the end: ``https://samarbeid.example.org``.
    """

    def __init__(self, base: str):
        self._base = base
        self._lists: dict[str, str] = {}

    def list(self, endpoint: str, **parameters: str | None) -> str:
        """Return the address of a list, narrowed by the parameters that are given."""
        query = urlencode({name: value for name, value in parameters.items() if value is not None})
        return self._absolute(f"{self._path(endpoint)}?{query}" if query else self._path(endpoint))

    def detail(self, endpoint: str, key: str) -> str:
        """Return the address of one thing."""
        return self._absolute(f"{self._path(endpoint)}{key}/")

    def page(self, thing: Model) -> str:
        """Return the address of the public page about a thing: one address, whatever language the caller speaks."""
        with translation.override(settings.LANGUAGE_CODE):
            return self._absolute(thing.get_absolute_url())

    def _path(self, endpoint: str) -> str:
        if endpoint not in self._lists:
            self._lists[endpoint] = reverse(f"api:{endpoint}-list")
        return self._lists[endpoint]

    def _absolute(self, path: str) -> str:
        return self._base + path


class ApiLink(serializers.URLField):
    """The address of a thing in the API; ``source`` leads to the thing, ``key`` names its key there."""

    def __init__(self, endpoint: str, key: str = "slug", **kwargs):
        self.endpoint, self.key = endpoint, key
        kwargs.setdefault("source", "*")
        super().__init__(**kwargs)

    def to_representation(self, value: Model) -> str:
        """Return the absolute address."""
        return self.context["asked"].links.detail(self.endpoint, getattr(value, self.key))


class PageLink(serializers.URLField):
    """The address of the public page about a thing."""

    def __init__(self, **kwargs):
        kwargs.setdefault("source", "*")
        super().__init__(**kwargs)

    def to_representation(self, value: Model) -> str:
        """Return the absolute address."""
        return self.context["asked"].links.page(value)


class NarrowedLink(serializers.URLField):
    """The address of a list of the API narrowed to a thing, on the day of the answer."""

    def __init__(self, endpoint: str, parameter: str, key: str, *, on: bool = True, **kwargs):
        self.endpoint, self.parameter, self.key, self.on = endpoint, parameter, key, on
        kwargs.setdefault("source", "*")
        super().__init__(**kwargs)

    def to_representation(self, value: Model) -> str:
        """Return the absolute address with its parameters."""
        asked = self.context["asked"]
        parameters = {self.parameter: getattr(value, self.key), "on": asked.on_as_given if self.on else None}
        return asked.links.list(self.endpoint, **parameters)
