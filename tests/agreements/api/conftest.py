"""How do the tests of the API ask it?"""

import pytest


@pytest.fixture
def ask(client, db):
    """Return a function that asks the API for an address below /api/v1/ and returns the JSON of the answer.

    Of a 400 it returns the messages by parameter.
    """

    def get(path: str, *, expect: int = 200, **parameters):
        response = client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == expect, response.content.decode()
        answer = response.json()
        if expect < 400:
            assert response["Content-Type"] == "application/json"
            return answer
        assert response["Content-Type"] == "application/problem+json"
        assert set(answer) == {"type", "title", "status", "detail"} | ({"errors"} if expect == 400 else set())
        assert answer["status"] == expect
        return answer["errors"] if expect == 400 else answer

    return get


@pytest.fixture
def names(ask):
    """Return a function that asks for a list and returns the names in it, in order."""

    def get(path: str, **parameters) -> list[str]:
        return [row["name"] for row in ask(path, **parameters)["results"]]

    return get
