"""Do the public pages hold in a real browser: for a screen reader, on a phone, by keyboard, without scripts?"""

import re

import pytest
from playwright.sync_api import expect

from .looking import faults_of_pages, open_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "front": "/",
    "list": "/samarbeid/",
    "list with filters": "/samarbeid/?municipality=Lier&form=VK&on=2023-01-01",
    "list with errors": "/samarbeid/?municipality=Dramen&on=x&form=FOO",
    "list without hits": "/samarbeid/?q=finnesikke",
    "cooperation": "/samarbeid/lang/",
    "cooperation with a bad date": "/samarbeid/lang/?on=x",
    "ended cooperation": "/samarbeid/gammel/",
    "municipalities": "/kommuner/",
    "municipality search": "/kommuner/?q=Dramen",
    "municipality": "/kommuner/lier-3312/",
    "municipality by role": "/kommuner/drammen-3301/?vis=rolle",
    "former municipality": "/kommuner/svelvik-0711/",
    "counties": "/fylker/",
    "county": "/fylker/33/",
    "organisations": "/organisasjoner/",
    "organisation": "/organisasjoner/holding/",
    "tasks": "/oppgaver/",
    "sources": "/kilder/",
    "source": "/kilder/rapport/",
    "about": "/om/",
    "forms": "/former/",
    "data": "/data/",
    "accessibility": "/tilgjengelighet/",
    "privacy": "/personvern/",
    "search": "/sok/?q=lier",
    "search without hits": "/sok/?q=finnesikke",
    "not found": "/finnes-ikke/",
}
#: Pages that are there before anything has been registered.
WITHOUT_DATA = [
    "/", "/samarbeid/", "/kommuner/", "/fylker/", "/organisasjoner/", "/oppgaver/", "/kilder/", "/om/", "/former/",
    "/former/IKS/", "/sok/", "/sok/?q=x", "/kart/", "/matrise/", "/nettverk/", "/sammenlign/", "/data/",
]  # fmt: skip
#: The addresses of each language begin with this.
LANGUAGES = {"nb": "", "nn": "/nn", "en": "/en"}
in_every_language = pytest.mark.parametrize("language", LANGUAGES)
# 320 CSS pixels: WCAG 1.4.10, and a window of 1280 enlarged to 400 %.
at_every_width = pytest.mark.parametrize("width", [320, 1280])


@at_every_width
@in_every_language
def test_axe_finds_nothing_and_nothing_sticks_out(browser, live_server, register, language, width):
    assert faults_of_pages(browser, live_server.url + LANGUAGES[language], PAGES, width) == {}


@at_every_width
def test_axe_finds_nothing_where_there_are_no_data(browser, live_server, width):
    assert faults_of_pages(browser, live_server.url, {address: address for address in WITHOUT_DATA}, width) == {}


def test_a_page_follows_the_theme(browser, live_server, register):
    colours = {
        open_page(browser, live_server.url, theme=theme).evaluate("getComputedStyle(document.body).backgroundColor")
        for theme in ("light", "dark")
    }
    assert len(colours) == 2


def test_nothing_is_fetched_from_elsewhere_and_nothing_is_blocked(browser, live_server, register):
    page = browser.new_context().new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for name in ("front", "list", "cooperation", "municipality"):
        page.goto(live_server.url + PAGES[name])
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    assert any(url.endswith(".css") for url in asked)
    assert said == []


def test_a_reader_without_scripts_finds_the_municipality_and_its_cooperation(browser, live_server, register):
    page = open_page(browser, live_server.url, width=360, scripts=False)
    page.get_by_label("Velg kommune").fill("lier")
    page.get_by_role("button", name="Vis kommunen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lier kommune")
    page.get_by_role("link", name=re.compile("øyeblikkelig-hjelp")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("øyeblikkelig-hjelp")
    expect(page.get_by_role("rowheader", name=re.compile("^Drammen"))).to_be_visible()


def test_a_reader_without_scripts_narrows_the_list_and_widens_it_again(browser, live_server, register):
    page = open_page(browser, live_server.url + "/samarbeid/", scripts=False)
    narrowing = page.get_by_role("navigation", name="Avgrens treffene")
    narrowing.get_by_role("link", name=re.compile("^Vertskommunesamarbeid")).click()
    expect(page.get_by_role("heading", level=2, name="1 samarbeid")).to_be_visible()
    page.get_by_role("link", name=re.compile("Form:.*fjern")).click()
    expect(page.get_by_role("heading", level=2, name="54 samarbeid")).to_be_visible()


#: How far what is already shown has moved about, from 0: what the reader did not ask for.
SHIFTED = """() => new Promise((resolve) => {
    let sum = 0;
    const add = (entries) => { for (const one of entries) if (!one.hadRecentInput) sum += one.value; };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => { add(observer.takeRecords()); resolve(sum); }));
})"""


def test_nothing_moves_while_a_page_comes(browser, live_server, register):
    for name in ("front", "list", "municipality", "cooperation"):
        for width in (360, 1280):
            page = open_page(browser, live_server.url + PAGES[name], width=width)
            page.wait_for_load_state("networkidle")
            assert page.evaluate(SHIFTED) <= 0.01, (name, width)
            page.context.close()


def test_the_page_can_be_shown_for_another_day(browser, live_server, register):
    page = open_page(browser, live_server.url + "/samarbeid/lang/", scripts=False)
    page.get_by_text("Vis siden for en annen dato").click()
    page.get_by_label("Dato", exact=True).fill("2021-12-31")
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.get_by_text("Siden viser forholdene")).to_contain_text("31. desember 2021")
    page.get_by_role("link", name="Vis forholdene i dag").click()
    expect(page.get_by_text("Siden viser forholdene")).to_have_count(0)


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(browser, live_server, register):
    page = open_page(browser, live_server.url + "/samarbeid/lang/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Hopp til innholdet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert skip.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_tables_keep_their_meaning_as_cards_on_a_phone(browser, live_server, register):
    page = open_page(browser, live_server.url + "/samarbeid/lang/", width=360)
    table = page.get_by_role("table", name=re.compile("^Deltakere i"))
    expect(table.get_by_role("columnheader", name="Rolle")).to_have_count(1)
    expect(table.get_by_role("row")).to_have_count(4)
    label = table.get_by_role("cell").first
    assert label.evaluate("e => getComputedStyle(e, '::before').content") == '"Rolle"'


def test_long_labels_stand_above_their_answers_on_a_phone(browser, live_server, register):
    page = open_page(browser, live_server.url + "/former/", width=320)
    answer = page.get_by_role("cell", name=re.compile("bare kommuner")).first
    label, text = answer.evaluate("""cell => {
      const words = document.createRange();
      words.selectNodeContents(cell);
      return [parseFloat(getComputedStyle(cell, '::before').height), words.getBoundingClientRect().top
        - cell.getBoundingClientRect().top];
    }""")
    assert text >= label


def test_print_leaves_out_what_only_a_screen_needs(browser, live_server, register):
    page = open_page(browser, live_server.url + "/kommuner/lier-3312/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Hovedmeny")).to_be_hidden()
    page.set_viewport_size({"width": 700, "height": 1000})  # a sheet of A4
    style = page.locator("table.stack").first.evaluate(
        "e => [getComputedStyle(e).display, getComputedStyle(e).breakInside]"
    )
    assert style == ["table", "auto"]
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_on_a_phone_the_list_begins_on_the_first_screen(browser, live_server, register):
    page = open_page(browser, live_server.url + "/samarbeid/", width=360, scripts=False)
    assert page.locator(".row h3").first.bounding_box()["y"] < 700
    municipality = page.locator("#municipality")
    expect(municipality).to_be_hidden()
    page.get_by_text("Kommune, oppgave og mer").click()
    expect(municipality).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    expect(municipality).to_be_visible()
