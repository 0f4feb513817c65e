"""Do the pictures of the directory hold in a real browser: for a screen reader, on a phone, by keyboard?"""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from agreements.models import Cooperation
from municipalities.models import Organisation
from tests import factories as make

from .looking import faults_of_pages, open_page
from .test_pages import LANGUAGES, at_every_width, in_every_language

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "map": "/kart/",
    "map of a task": "/kart/?oppgave=legevakt&fylke=33",
    "map with errors": "/kart/?oppgave=foo&fylke=99&on=x",
    "matrix": "/matrise/?fylke=33",
    "choosing a matrix": "/matrise/?kommune=Dramen",
    "network": "/nettverk/?kommune=lier-3312",
    "network with errors": "/nettverk/?oppgave=foo&kommune=foo&on=x",
    "comparison": "/sammenlign/?kommune=lier-3312&kommune=drammen-3301",
    "comparison of days": "/sammenlign/?samarbeid=lang&mot=2021-01-01",
    "comparison with errors": "/sammenlign/?kommune=foo&samarbeid=foo&mot=x",
    "task": "/oppgaver/legevakt/",
    "sector": "/oppgaver/helse/",
    "form": "/former/VK/",
}


@at_every_width
@in_every_language
def test_axe_finds_nothing_and_nothing_sticks_out(browser, live_server, register, language, width):
    assert faults_of_pages(browser, live_server.url + LANGUAGES[language], PAGES, width) == {}


def test_a_hexagon_is_reached_by_keyboard_and_leads_to_the_municipality(browser, live_server, register):
    page = open_page(browser, live_server.url + "/kart/", scripts=False)
    tile = page.get_by_role("link", name="Lier: 1 samarbeid")
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lier kommune")


def test_a_matrix_is_printed_as_a_table_across_the_sheet_with_its_heading_on_each(browser, live_server, register):
    for n in range(30):
        make.membership(Cooperation.objects.get(name=f"Samarbeid {n:02d}"), Organisation.objects.get(name="Lier"))
    page = open_page(browser, live_server.url + "/matrise/?fylke=33", width=360)
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) > 1
    for sheet in sheets:
        assert sheet.mediabox.width > sheet.mediabox.height
        assert "Med" in sheet.extract_text().split()
    assert page.url in sheets[-1].extract_text().replace("\n", "")


def test_arrow_keys_walk_over_the_map(browser, live_server, register):
    page = open_page(browser, live_server.url + "/kart/?fylke=33", width=320)
    page.locator(".tilemap-scroll").focus()
    page.keyboard.press("Tab")
    here = page.locator(".tiles-svg a:focus")
    expect(here).to_have_attribute("aria-label", "Lier: 1 samarbeid")
    expect(page.get_by_text("Piltastene går fra kommune til kommune")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(here).to_have_attribute("aria-label", "Drammen: 1 samarbeid")
    page.keyboard.press("ArrowDown")  # nobody further down
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Drammen kommune")
