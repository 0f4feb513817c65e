"""Are pages told to search engines and to those who show links, and can no name break out of the data?"""

import json
import re

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db

EVIL = "</script><script>alert(1)</script> & «Råd» \u2028"


def properties(page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in page.elements("meta"):
        if (meta.get("property") or "").startswith("og:"):
            found.setdefault(meta["property"], []).append(meta["content"])
    return found


def graph(page) -> dict[str, dict]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.html, re.DOTALL)
    read = json.loads(text)
    assert read["@context"] == "https://schema.org"
    return {one["@type"]: one for one in read["@graph"]}


@pytest.fixture
def register(settings):
    settings.SITE_URL = "https://samarbeid.example.org"
    body = make.organisation("Legevakten IKS", "intermunicipal", slug="iks", org_number=make.org_number(98765432))
    made = make.cooperation(
        "Legevakten", "IKS", [make.task("legevakt", "helse")], slug="legevakten", body=body, purpose="Felles legevakt."
    )
    make.membership(made, make.municipality("Lier", "3312"), "owner")
    return made


def test_open_graph_names_the_page_in_each_language(get, register):
    told = properties(get("/nn/samarbeid/legevakten/"))
    assert told["og:title"] == ["Legevakten"]
    assert told["og:url"] == ["http://testserver/nn/samarbeid/legevakten/"]
    assert told["og:description"] == ["Felles legevakt."]
    assert told["og:locale"] == ["nn_NO"]
    assert set(told["og:locale:alternate"]) == {"nb_NO", "en_GB"}
    assert properties(get("/"))["og:title"] == ["Register over interkommunalt samarbeid"]
    assert properties(get("/kommuner/lier-3312/"))["og:title"] == ["Lier kommune"]


def test_a_cooperation_is_a_service_of_its_body(get, register):
    told = graph(get("/samarbeid/legevakten/"))
    service = told["GovernmentService"]
    assert service["url"] == "https://samarbeid.example.org/samarbeid/legevakten/"
    assert (service["name"], service["serviceType"]) == ("Legevakten", ["Legevakt"])
    assert service["provider"]["name"] == "Legevakten IKS"
    assert service["provider"]["taxID"] == register.body.org_number
    assert "alternateName" not in service  # what is unknown is left out
    names = [step["name"] for step in told["BreadcrumbList"]["itemListElement"]]
    assert names == ["Forsiden", "Samarbeid", "Legevakten"]


def test_a_municipality_is_an_organisation(get, register):
    told = graph(get("/kommuner/lier-3312/"))["GovernmentOrganization"]
    assert (told["name"], told["identifier"], told["foundingDate"]) == ("Lier kommune", "3312", "2020-01-01")


def test_no_name_breaks_out_of_the_data(get, register):
    type(register).objects.update(name=EVIL, purpose=EVIL)
    page = get("/samarbeid/legevakten/")
    assert "<script>alert" not in page.html
    assert graph(page)["GovernmentService"]["name"] == EVIL
    assert properties(page)["og:title"] == [EVIL]
