"""Which language does an answer have?"""

import datetime
import re

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from tests.factories import cooperation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/samarbeid/", "/admin/login/"])
def test_an_address_has_one_language_whatever_the_browser_asks_for(client, path):
    response = client.get(path, headers={"accept-language": "en"})
    assert response["Content-Language"] == "nb"
    assert "Accept-Language" not in response.get("Vary", "")
    assert 'lang="nb"' in response.content.decode()


@pytest.mark.parametrize(("prefix", "language"), [("", "nb"), ("/nn", "nn"), ("/en", "en")])
@pytest.mark.parametrize("path", ["/", "/samarbeid/?q=vann", "/finnes-ikke/"])
def test_the_address_decides_the_language_of_a_page(client, prefix, language, path):
    response = client.get(prefix + path)
    text = response.content.decode()
    assert response["Content-Language"] == language
    assert f'<html lang="{language}"' in text
    for other, code in (("", "nb"), ("/nn", "nn"), ("/en", "en")):
        assert f'hreflang="{code}" href="http://testserver{other}{path}"' in text


def test_an_unknown_language_is_no_page(client):
    assert client.get("/de/").status_code == 404


def test_links_stay_in_the_language(client):
    made = cooperation("Regionrådet", form="IPR")
    assert f'href="/nn/samarbeid/{made.slug}/"' in client.get("/nn/samarbeid/").content.decode()


def test_the_admin_has_no_english_buttons(admin_client):
    text = admin_client.get("/admin/agreements/cooperation/add/", headers={"accept-language": "en"}).content.decode()
    assert "Lagre" in text
    assert 'value="Save"' not in text


@pytest.mark.parametrize(("language", "word"), [("nb", "skal"), ("en", "must")])
def test_the_api_speaks_the_callers_language(client, language, word):
    made = cooperation("Regionrådet", form="IPR")
    response = client.get(f"/api/v1/cooperations/{made.slug}/findings/", headers={"accept-language": language})
    assert word in next(f["text"] for f in response.json() if f["rule"] == "IPR-05")
    assert "Accept-Language" in response["Vary"]


def test_the_api_links_to_one_address_in_every_language(client):
    made = cooperation("Regionrådet", form="IPR")
    pages = {
        client.get(f"/api/v1/cooperations/{made.slug}/", headers={"accept-language": language}).json()["html_url"]
        for language in ("nb", "nn", "en")
    }
    assert pages == {f"http://testserver/samarbeid/{made.slug}/"}


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("nb", ["1. mars 2026", "1. mars 2026 14:05", "1.3.2026", "1.3.2026 14:05"]),
        ("nn", ["1. mars 2026", "1. mars 2026 14:05", "1.3.2026", "1.3.2026 14:05"]),
        ("en", ["1 March 2026", "1 March 2026, 14:05", "1 Mar 2026", "1 Mar 2026, 14:05"]),
    ],
)
def test_days_and_moments_are_written_as_in_the_language(language, written):
    formats = ("DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT")
    with translation.override(language):
        assert [date_format(datetime.datetime(2026, 3, 1, 14, 5), name) for name in formats] == written


def test_no_page_writes_a_day_in_a_way_of_its_own():
    own = re.compile(r"""\|date:["'](?!Y-m-d|c["']|Ym|F Y|[A-Z_]+FORMAT)""")
    pages = (settings.BASE_DIR / "templates").rglob("*.html")
    assert [page.name for page in pages if own.search(page.read_text())] == []
