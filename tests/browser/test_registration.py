"""Can a cooperation be registered from beginning to end with the keyboard, and on a telephone?"""

import re

import pytest
from django.conf import settings

from agreements.models import Cooperation
from municipalities.models import User
from tests import factories as make

from .looking import GOOD, STICKING_OUT, axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def places(transactional_db):
    for name, number in (("Drammen", "3301"), ("Lier", "3312"), ("Modum", "3316")):
        make.municipality(name, number)
    make.source("avtale", title="Selskapsavtalen")
    make.task("vann", "teknisk")


@pytest.fixture
def page(browser, client, live_server, places):
    """Return a page of an administrator who has signed in, on a narrow telephone."""
    client.force_login(User.objects.create_superuser("kari"))
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="nb-NO")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/registrer/")
    yield page
    context.close()


def to(page, name):
    """Go to a field with the tabulator."""
    for _step in range(120):
        if page.evaluate("document.activeElement.name || ''") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {name}")


def fill(page, **fields):
    for name, value in fields.items():
        to(page, name)
        page.keyboard.type(value)


def accessible(page):
    """Tell that axe finds nothing, and that the page is no wider than the screen."""
    assert axe_faults(page, GOOD) + page.evaluate(STICKING_OUT) == []


def test_a_company_is_registered_with_the_keyboard_alone(page):
    to(page, "form")
    page.keyboard.press("Space")  # the first form is IKS
    fill(page, name="Glitrevann IKS", source="Selskapsavtalen", locator="punkt 1")
    accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/hvem/"))
    fill(page, names="Drammen, Lier og Modum")
    accessible(page)
    to(page, "day")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/hvordan/"))
    shares = page.locator("input[name^=ownership-]").evaluate_all("all => all.map((one) => one.name)")
    for name, share in zip(shares, ("50 %", "1/3", "1/7"), strict=True):
        fill(page, **{name: share})
    # Exactly, as the server counts: 41/42 is no short percent.
    assert page.locator("output").inner_text() == "41/42, 1/42 mangler"
    to(page, shares[2])
    page.keyboard.press("Control+a")
    page.keyboard.type("1/6")
    assert page.locator("output").inner_text() == "100 %"
    accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/se-over/"))
    accessible(page)
    for _step in range(60):
        if page.evaluate("document.activeElement.value") == "save":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/cooperation/"))
    made = Cooperation.objects.get()
    assert (made.name, made.form, made.memberships.count()) == ("Glitrevann IKS", "IKS", 3)


def test_it_works_without_script_and_goes_back_without_losing_anything(page, browser, live_server):
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(f"{live_server.url}/admin/registrer/")
    plain.check("input[name=form][value=NETWORK]")
    plain.fill("[name=name]", "Nettverket")
    plain.fill("[name=new_source]", "Referat")
    plain.fill("[name=locator]", "sak 3")
    plain.click("button.default")
    plain.fill("[name=names]", "Drammen, Liar")
    plain.click("button.default")
    plain.get_by_label(re.compile("Lier")).first.check()
    plain.click("button.default")
    plain.wait_for_url(re.compile("/hvordan/"))
    plain.go_back()
    plain.go_back()
    assert plain.input_value("[name=names]") == "Drammen, Liar"
    context.close()


def test_a_fault_is_told_where_it_is_and_has_the_focus(page):
    page.click("button.default")
    alert = page.locator("[role=alert]")
    assert "Skriv hva samarbeidet heter." in alert.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    alert.get_by_role("link", name="Navn").click()
    assert page.evaluate("document.activeElement.name") == "name"
    accessible(page)
