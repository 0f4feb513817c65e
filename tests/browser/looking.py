"""What does a reader meet on a page?  What axe finds against WCAG 2.2 AA, and what sticks out of the window."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

#: axe's rules for WCAG 2.2 AA.
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
#: Those, and what axe counts as good practice.
GOOD = {"type": "tag", "values": [*WCAG["values"], "best-practice"]}
#: What a change of theme can change.
COLOURS = {"type": "rule", "values": ["color-contrast"]}

#: What reaches past the right edge of the window, outermost first.
STICKING_OUT = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
    ['wider than the window', ...[...document.querySelectorAll('main *, header *, footer *')]
        .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .slice(0, 3).map(e => e.outerHTML.slice(0, 120))]"""

#: axe's answer is a large one: no more of it than is asked for leaves the browser.
ASK_AXE = """async ([context, rules]) => {
    const found = await axe.run(context ?? document, {runOnly: rules, resultTypes: ['violations']});
    return {kept: found.passes.length, faults: found.violations.map(v => `${v.id}: ${v.nodes[0].html}`)};
}"""


def open_page(browser: Browser, address: str, *, width: int = 1280, theme: str = "light", scripts: bool = True) -> Page:
    """Open an address in a window of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(address)
    return page


def axe_faults(page: Page, rules: dict[str, object] = WCAG, context: str | None = None) -> list[str]:
    """Return what axe finds in a page or a part of it against the rules; that it checked something is made sure of."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(ASK_AXE, [context, rules])
    assert found["kept"]
    return found["faults"]


def faults_in_both_themes(page: Page) -> list[str]:
    """Return what is wrong with the page that is open, with all that can be folded out folded out."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    faults = [*axe_faults(page, GOOD), *page.evaluate(STICKING_OUT)]
    page.emulate_media(color_scheme="dark")
    faults += [f"dark: {fault}" for fault in axe_faults(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return faults


def faults_of_pages(browser: Browser, site: str, pages: dict[str, str], width: int) -> dict[str, list[str]]:
    """Return the pages, by name, with which something is wrong in a window of a width."""
    page = open_page(browser, site, width=width)
    faults = {}
    for name, address in pages.items():
        page.goto(site + address)
        faults[name] = faults_in_both_themes(page)
    page.context.close()
    return {name: found for name, found in faults.items() if found}
