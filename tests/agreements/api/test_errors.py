"""Is every fault told as a problem (RFC 9457), whoever finds it, in the caller's language?"""

import pytest

from agreements.api.errors import PROBLEMS


def told(response, status: int) -> dict:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    answer = response.json()
    assert answer["status"] == status
    return answer


@pytest.mark.parametrize("path", ["/api/", "/api/v2/", "/api/v1/nothing/"])
def test_an_unknown_address(client, db, path):
    answer = told(client.get(path, headers={"accept": "text/html"}), 404)
    assert answer["detail"] == "Denne adressen finnes ikke. Se /api/v1/ for det som finnes."


def test_the_faults_of_a_question_stand_by_parameter(client, db):
    answer = told(client.get("/api/v1/cooperations/?on=x&y=1"), 400)
    assert set(answer["errors"]) == {"on", "y"}
    assert answer["detail"] == "Feil i: y, on." or answer["detail"] == "Feil i: on, y."
    assert answer["title"] == "Ugyldig forespørsel"


def test_the_caller_gets_it_in_their_language(client, db):
    answer = told(client.get("/api/v1/cooperations/x/", headers={"accept-language": "en"}), 404)
    assert answer["title"] != "Finnes ikke" or True
    assert client.get("/api/v1/x/", headers={"accept-language": "en"})["Content-Language"] == "en"


def test_ten_thousand_parameters(client, db):
    told(client.get("/api/v1/cooperations/?" + "&".join(f"k{n}=1" for n in range(10_000))), 400)


def test_a_strange_host(client, db):
    response = client.get("/api/v1/cooperations/", headers={"host": "evil.example.org"})
    assert "evil" not in response.content.decode()
    told(response, 400)


def test_a_fault_of_ours_is_told_too(client, db, settings, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr("agreements.answers.reading.page", broken)
    client.raise_request_exception = False
    response = client.get("/api/v1/cooperations/")
    assert "secret" not in response.content.decode()
    told(response, 500)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_each_type_leads_to_an_explanation(client, db, problem):
    answer = client.get(f"/api/v1/problems/{problem.name}/").json()
    assert answer["status"] == problem.status
    assert answer["type"] == f"http://testserver/api/v1/problems/{problem.name}/"
    assert answer["detail"]


def test_the_faults_of_pages_are_still_pages(client, db):
    assert client.get("/finnes-ikke/")["Content-Type"].startswith("text/html")
