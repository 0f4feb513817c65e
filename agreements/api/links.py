"""Where is a thing found: in the API, and on the public pages?"""

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from rest_framework import serializers
from rest_framework.request import Request


class Links:
    """Absolute addresses for one answer. The lists are resolved once, since an answer holds thousands of links."""

    def __init__(self, request: Request):
        self._request = request
        self._lists: dict[str, str] = {}

    def list(self, endpoint: str, **parameters: str | None) -> str:
        """Return the address of a list, narrowed by the parameters that are given."""
        if endpoint not in self._lists:
            self._lists[endpoint] = self._request.build_absolute_uri(reverse(f"api:{endpoint}-list"))
        query = urlencode({name: value for name, value in parameters.items() if value is not None})
        return f"{self._lists[endpoint]}?{query}" if query else self._lists[endpoint]

    def detail(self, endpoint: str, key: str) -> str:
        """Return the address of one thing."""
        return f"{self.list(endpoint)}{key}/"

    def page(self, thing: Model) -> str:
        """Return the address of the public page about a thing: one address, whatever language the caller speaks."""
        with translation.override(settings.LANGUAGE_CODE):
            return self._request.build_absolute_uri(thing.get_absolute_url())


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
