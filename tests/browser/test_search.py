"""Can a reader choose a suggestion by keyboard, and search where there are no scripts?"""

import re

import pytest
from playwright.sync_api import expect

from .looking import GOOD, axe_faults, open_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_suggestion_is_chosen_by_keyboard(browser, live_server, register):
    page = open_page(browser, live_server.url + "/om/")
    field = page.get_by_role("combobox", name="Søk i hele registeret")
    field.focus()
    page.keyboard.type("lie")
    option = page.get_by_role("option", name=re.compile("^Lier"))
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert axe_faults(page, GOOD) == []
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    page.keyboard.type("r")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lier kommune")


def test_the_main_path_is_walked_by_keyboard_alone(browser, live_server, register):
    page = open_page(browser, live_server.url)
    title = page.get_by_role("heading", level=1)

    def tab_to(link):
        for _step in range(120):
            page.keyboard.press("Tab")
            if link.evaluate("e => e === document.activeElement"):
                assert link.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
                return
        raise AssertionError("the keyboard does not reach the link")

    tab_to(page.get_by_role("combobox", name="Søk i hele registeret"))
    page.keyboard.type("lier")
    expect(page.get_by_role("option", name=re.compile("^Lier"))).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(title).to_have_text("Lier kommune")
    tab_to(page.locator("#med-i ~ .scroll tbody a[href^='/samarbeid/lang']"))
    page.keyboard.press("Enter")
    expect(title).to_contain_text("Interkommunalt samarbeid om")
    page.go_back()  # a browser without a window has no Alt+Left of its own
    expect(title).to_have_text("Lier kommune")
    tab_to(page.locator("main a[href='/samarbeid/gammel/']").first)
    page.keyboard.press("Enter")
    expect(title).to_have_text("Gammel ordning")


def test_a_search_without_scripts_has_an_address_of_its_own(browser, live_server, register):
    page = open_page(browser, live_server.url, scripts=False, width=360)
    page.get_by_role("searchbox", name="Søk i hele registeret").fill("legevagt")
    page.get_by_role("button", name="Søk").click()
    assert page.url.endswith("/sok/?q=legevagt")
    expect(page.get_by_role("link", name="Legevakt", exact=True)).to_be_visible()


def test_a_suggestion_fills_in_a_field_of_a_question(browser, live_server, register):
    page = open_page(browser, live_server.url + "/sammenlign/?kommune=lier-3312", width=320)
    field = page.get_by_role("combobox", name="Legg til kommune 1")
    field.press_sequentially("dramm")
    expect(page.get_by_role("option", name=re.compile("^Drammen"))).to_be_visible()
    assert axe_faults(page, GOOD) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Drammen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lier og Drammen")
