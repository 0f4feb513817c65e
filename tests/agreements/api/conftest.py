"""How do the tests of the API ask it?"""

import pytest


@pytest.fixture
def ask(client, db):
    """Return a function that asks the API for an address below /api/v1/ and returns the JSON of the answer."""

    def get(path: str, *, expect: int = 200, **parameters):
        response = client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == expect, response.content.decode()
        assert response["Content-Type"] == "application/json"
        return response.json()

    return get


@pytest.fixture
def names(ask):
    """Return a function that asks for a list and returns the names in it, in order."""

    def get(path: str, **parameters) -> list[str]:
        return [row["name"] for row in ask(path, **parameters)["results"]]

    return get
