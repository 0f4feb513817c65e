"""Is every question that cannot be answered refused, with a message under the name of its parameter?"""

import pytest

from tests import factories

FACTS = [
    "memberships",
    "agreements",
    "decisions",
    "clauses",
    "documents",
    "municipality_changes",
    "forms",
    "statistics",
]
ALL_LISTS = ["cooperations", "organisations", "municipalities", "counties", "tasks", "sources"]


@pytest.fixture
def drammen(db):
    made = factories.municipality()
    factories.membership(factories.cooperation(slug="legevakt"), made)
    return made


@pytest.mark.parametrize("name", ALL_LISTS)
def test_unknown_parameter_is_refused(ask, name):
    answer = ask(f"{name}/", expect=400, xyzzy="1")
    assert list(answer) == ["xyzzy"]
    assert answer["xyzzy"][0].startswith("Ukjent parameter.")
    assert "page_size" in answer["xyzzy"][0]


@pytest.mark.parametrize("path", [""])
def test_an_address_without_parameters_says_so(ask, path):
    assert ask(path, expect=400, on="2024-01-01") == {"on": ["Ukjent parameter. Denne adressen tar ingen parametere."]}


def test_a_misspelt_parameter_gets_the_one_that_was_meant(ask):
    answer = ask("cooperations/", expect=400, municpality="3301")
    assert answer == {"municpality": ["Ukjent parameter. Mente du «municipality»?"]}


@pytest.mark.parametrize("name", ["municipality", "page", "status", "q"])
def test_a_filter_of_the_list_is_unknown_on_the_detail(ask, drammen, name):
    answer = ask("cooperations/legevakt/", expect=400, **{name: "1"})
    assert answer == {name: [answer[name][0]]}
    assert answer[name][0].startswith("Ukjent parameter.")


@pytest.mark.parametrize(
    "value", ["tomorrow", "2024-13-01", "2023-02-29", "01-02-2024", "1.2.2024", "2024", "0000-01-01", "any day", "-1"]
)
@pytest.mark.parametrize("path", ["cooperations/", "cooperations/legevakt/", "municipalities/3301/"])
def test_a_bad_date_is_refused(ask, drammen, path, value):
    answer = ask(path, expect=400, on=value)
    assert answer == {"on": ["Skriv datoen som ÅÅÅÅ-MM-DD, eller «any» for alle tider."]}


@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31", "any", "ANY", ""])
@pytest.mark.parametrize("path", ["cooperations/", "cooperations/legevakt/", "municipalities/3301/"])
def test_an_unusual_date_is_answered(ask, drammen, path, value):
    ask(path, on=value)


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("cooperations/", "municipality", "9999"),
        ("cooperations/", "organisation", "ingen"),
        ("cooperations/", "county", "99"),
        ("cooperations/", "task", "ingen"),
        ("cooperations/", "source", "ingen"),
        ("municipalities/", "county", "99"),
        ("tasks/", "sector", "ingen"),
    ],
)
def test_a_value_that_names_nothing_is_refused_and_named(ask, drammen, path, name, value):
    answer = ask(path, expect=400, **{name: value})
    assert list(answer) == [name]
    assert f"«{value}»" in answer[name][0]


@pytest.mark.parametrize(
    ("path", "name", "allowed"),
    [
        ("cooperations/", "form", "IKS, VK"),
        ("cooperations/", "role", "host, participant"),
        ("cooperations/", "status", "planned, adopted, active, notice_given, winding_up, ended"),
        ("cooperations/", "ordering", "name, -name"),
        ("organisations/", "kind", "municipality, county_council"),
    ],
)
def test_a_value_outside_a_choice_is_refused_with_the_choice(ask, path, name, allowed):
    answer = ask(path, expect=400, **{name: "feil"})
    assert list(answer) == [name]
    assert allowed in answer[name][-1]


def test_all_faults_are_told_at_once(ask):
    answer = ask("cooperations/", expect=400, municpality="1", on="i dag", form="X", count="kanskje", page_size="201")
    assert set(answer) == {"municpality", "on", "form", "count", "page_size"}


def test_a_parameter_given_twice_is_refused(client, db):
    response = client.get("/api/v1/cooperations/?on=2024-01-01&on=2023-01-01")
    assert response.status_code == 400
    assert response.json()["errors"] == {"on": ["Parameteren er gitt flere ganger; gi én verdi."]}


def test_a_choice_given_twice_takes_both(client, db):
    factories.cooperation("A", "IKS")
    factories.cooperation("B", "VK")
    factories.cooperation("C", "KO")
    results = client.get("/api/v1/cooperations/?form=IKS&form=KO").json()["results"]
    assert [row["name"] for row in results] == ["A", "C"]


def test_an_empty_value_counts_as_not_given(names, drammen):
    assert names("cooperations/", municipality="", q="", form="", page_size="") == ["Drammen–Lier legevakt"]


@pytest.mark.parametrize(
    "name",
    ["q", "municipality", "organisation", "county", "form", "task", "source", "role", "status", "on", "ordering"],
)
def test_a_nul_is_refused(ask, name):
    assert ask("cooperations/", expect=400, **{name: "a\x00b"}) == {name: ["Verdien inneholder et nulltegn."]}


@pytest.mark.parametrize("name", ["q", "country", "org_number"])
def test_a_nul_is_refused_for_organisations(ask, name):
    assert ask("organisations/", expect=400, **{name: "\x00"}) == {name: ["Verdien inneholder et nulltegn."]}


@pytest.mark.parametrize("name", ["page", "page_size"])
def test_a_nul_in_a_page_is_refused(ask, name):
    assert list(ask("cooperations/", expect=400, **{name: "1\x00"})) == [name]


def test_a_nul_in_the_name_of_a_parameter_is_refused(ask):
    assert list(ask("cooperations/", expect=400, **{"on\x00": "1"})) == ["on\x00"]


@pytest.mark.parametrize("name", ALL_LISTS)
@pytest.mark.parametrize("key", ["%00", "a%00b", "%FF", "%ED%A0%80", "a%0Ab", "%20", "..%2e", "9" * 400])
def test_an_odd_key_is_not_found(client, db, name, key):
    response = client.get(f"/api/v1/{name}/{key}/")
    assert response.status_code == 404
    assert response.json()["type"] == "http://testserver/api/v1/problems/not-found/"


@pytest.mark.parametrize(
    "query", ["q=%FF%FE", "q=%ED%A0%80", "q=%25", "q=%5C", "q=%27%22", "q=%E2%80%AE", "municipality=%FF"]
)
def test_odd_encodings_are_answered_or_refused(client, db, query):
    assert client.get(f"/api/v1/cooperations/?{query}").status_code in (200, 400)


def test_a_search_of_the_greatest_length_is_answered(ask, drammen):
    assert ask("cooperations/", q="legevakt " * 22 + "le", count="true")["count"] == 1


@pytest.mark.parametrize(
    ("path", "name"),
    [("cooperations/", "q"), ("organisations/", "q"), ("municipalities/", "q"), ("municipalities/", "number")],
)
def test_a_search_that_is_too_long_is_refused(ask, path, name):
    assert ask(path, expect=400, **{name: "x" * 201}) == {name: ["Teksten er for lang: høyst 200 tegn."]}


def test_a_format_that_is_not_there_cannot_be_chosen_by_a_parameter(ask):
    assert list(ask("cooperations/", expect=400, format="xml")) == ["format"]


@pytest.mark.parametrize("name", ALL_LISTS)
def test_an_unknown_key_is_not_found_in_json(ask, name):
    answer = ask(f"{name}/finnes-ikke/", expect=404)
    assert answer["detail"] == "Fant ingenting offentlig med nøkkelen «finnes-ikke»."


@pytest.mark.parametrize("path", ["foo/", "cooperations/a/b/", "cooperations//", "//", "docs/x/"])
def test_an_unknown_address_is_not_found_in_json(ask, path):
    assert ask(path, expect=404)["detail"].startswith("Denne adressen finnes ikke.")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["", "cooperations/", "cooperations/legevakt/", "tasks/"])
def test_what_cannot_be_written_can_only_be_read(client, drammen, method, path):
    response = getattr(client, method)(f"/api/v1/{path}", data="{}", content_type="application/json")
    if (path, method) in (("cooperations/", "post"), ("cooperations/legevakt/", "patch")):
        assert response.status_code == 401  # those with a token write there: test_writing.py
        return
    assert response.status_code == 405
    assert response.json()["type"] == "http://testserver/api/v1/problems/method-not-allowed/"
    assert "GET" in response["Allow"]


def test_head_is_a_get_without_body(client, drammen):
    got, head = (getattr(client, method)("/api/v1/cooperations/?on=2024-01-01") for method in ("get", "head"))
    assert head.status_code == 200
    assert head.content == b""
    assert head["Content-Type"] == got["Content-Type"]


def test_head_checks_the_parameters_too(client, db):
    assert client.head("/api/v1/cooperations/?on=x").status_code == 400


def test_options_tells_what_is_allowed(client, db):
    response = client.options("/api/v1/cooperations/")
    assert response.status_code == 200
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_a_format_that_is_not_there_is_refused(client, db):
    response = client.get("/api/v1/cooperations/", headers={"accept": "application/xml"})
    assert response.status_code == 406
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "http://testserver/api/v1/problems/not-acceptable/"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 200),
        ("cooperations/", 200),
        ("cooperations/?x=1", 400),
        ("cooperations/x/", 404),
        ("x/", 404),
        ("tasks", 301),
    ],
)
def test_pages_of_other_sites_may_read_every_answer(client, db, path, status):
    response = client.get(f"/api/v1/{path}", headers={"origin": "https://example.org"})
    assert response.status_code == status
    assert response["Access-Control-Allow-Origin"] == "*"


def test_only_the_api_is_open_to_other_sites(client, db):
    assert "Access-Control-Allow-Origin" not in client.get("/admin/login/").headers


def test_the_root_lists_what_there_is(ask, client):
    answer = ask("")
    assert set(answer) == {*ALL_LISTS, *FACTS, "changes", "schema", "docs", "changelog"}
    for name in (*ALL_LISTS, *FACTS):
        assert answer[name] == f"http://testserver/api/v1/{name.replace('_', '-')}/"
        assert client.get(answer[name]).status_code == 200
    assert client.get(answer["schema"]).status_code == 200
