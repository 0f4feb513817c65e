"""Are the declarations there, and does the sitemap hold every public page and no other?"""

import pytest
from django.test import override_settings

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/tilgjengelighet/", "/personvern/"])
def test_a_declaration_names_the_operator(get, path):
    assert "ikke oppgitt navnet sitt ennå" in get(path).text
    with override_settings(OPERATOR_NAME="Kommunekontoret", OPERATOR_EMAIL="post@example.org"):
        page = get(path)
    assert "Kommunekontoret" in page.text
    assert "mailto:post@example.org" in page.links
    assert "ikke oppgitt" not in page.text


def test_every_page_links_to_the_declarations(get):
    assert {"/tilgjengelighet/", "/personvern/"} <= set(get("/").links)


def test_the_sitemap_holds_what_is_public_in_every_language(client):
    make.cooperation("Åpent råd", slug="apent")
    make.cooperation("Hemmelig", slug="hemmelig", publication="draft", body=make.organisation("Hemmelig", "other"))
    make.municipality("Lier", "3312")
    index = client.get("/sitemap.xml").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
    files = [
        f"/sitemap-{name}.xml" for name in ("sider", "samarbeid", "kommuner", "fylker", "organisasjoner", "kilder")
    ]
    assert all(f"<loc>http://testserver{name}</loc>" in index for name in files)
    text = "".join(client.get(name).content.decode() for name in files)
    for prefix in ("", "/nn", "/en"):
        assert f"<loc>http://testserver{prefix}/samarbeid/apent/</loc>" in text
        assert f"<loc>http://testserver{prefix}/kommuner/lier-3312/</loc>" in text
    assert "emmelig" not in text
    assert client.get("/sitemap-finnesikke.xml").status_code == 404
