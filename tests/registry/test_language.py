"""Which language does an answer have?"""

import pytest

from tests.factories import cooperation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/samarbeid/", "/admin/login/"])
def test_pages_are_in_bokmal_whatever_the_browser_asks_for(client, path):
    response = client.get(path, headers={"accept-language": "en"})
    assert response["Content-Language"] == "nb"
    assert 'lang="nb"' in response.content.decode()


def test_the_admin_has_no_english_buttons(admin_client):
    text = admin_client.get("/admin/agreements/cooperation/add/", headers={"accept-language": "en"}).content.decode()
    assert "Lagre" in text
    assert 'value="Save"' not in text


@pytest.mark.parametrize(("language", "word"), [("nb", "skal"), ("en", "must")])
def test_the_api_speaks_the_callers_language(client, language, word):
    made = cooperation("Regionrådet", form="IPR")
    answer = client.get(f"/api/v1/cooperations/{made.slug}/findings/", headers={"accept-language": language}).json()
    assert word in next(f["text"] for f in answer if f["rule"] == "IPR-05")
