"""Does an address that will go say so in every answer, and is it gone afterwards?"""

import datetime
import re

import pytest
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from agreements.api.deprecation import deprecated
from agreements.api.parameters import StrictParameters


def view(sunset: datetime.date):
    @deprecated(since=datetime.date(2026, 1, 1), sunset=sunset)
    class Old(StrictParameters):
        def get(self, request):
            return Response({})

    return Old.as_view()


@pytest.mark.parametrize("query", ["", "?unknown=1"])
def test_every_answer_tells_until_when(query, client, db):
    response = view(datetime.date(9999, 1, 1))(APIRequestFactory().get(f"/api/v1/{query}"))
    assert response["Deprecation"] == "@1767222000"
    assert response["Sunset"].endswith("9998 23:00:00 GMT")
    found = re.findall(r'<([^>]+)>; rel="(\w+)"', response["Link"])
    assert [kind for _page, kind in found] == ["deprecation", "sunset"]
    page = found[0][0]
    told = client.get(page)
    assert (told.status_code, told["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert b"## Policy" in told.content


def test_after_that_it_is_gone():
    response = view(datetime.date(2026, 2, 1))(APIRequestFactory().get("/api/v1/"))
    assert response.status_code == 410
    assert response["Content-Type"] == "application/problem+json"
