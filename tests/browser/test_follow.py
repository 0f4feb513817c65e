"""Do the forms for following and for telling of a fault hold in a real browser, on a phone and without scripts?"""

import pytest

from .looking import faults_of_pages, open_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["/folg/?samarbeid=lang", "/folg/sendt/", "/folg/avslutt/x/", "/meld-feil/?side=/samarbeid/lang/"]


def test_axe_finds_nothing_in_the_forms_and_nothing_sticks_out_on_a_phone(browser, live_server, register):
    assert faults_of_pages(browser, live_server.url, {address: address for address in PAGES}, 360) == {}


def test_a_reader_tells_of_a_fault_by_keyboard_without_scripts(browser, live_server, register):
    page = open_page(browser, live_server.url + "/samarbeid/lang/", scripts=False)
    page.get_by_role("link", name="Meld en feil", exact=True).press("Enter")
    page.get_by_label("Hva er feil").fill("Lier er ikke med.")
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Takk for at du sa fra"
