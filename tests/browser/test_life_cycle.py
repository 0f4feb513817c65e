"""Two browsers on one record, and an action by keyboard on a phone: does it hold in real browsers?"""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from agreements.models import Cooperation
from municipalities.models import User
from tests import factories as make

from .looking import STICKING_OUT, axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def council(transactional_db) -> Cooperation:
    made = make.cooperation("Interkommunalt politisk råd for Drammensregionen IPR", "IPR", purpose="Gammelt formål")
    for name, number in (("Drammen", "3301"), ("Lier", "3312")):
        make.membership(made, make.municipality(name, number))
    return made


@pytest.fixture
def person(browser, live_server):
    """Return a function that opens an address in a browser of its own, signed in."""
    contexts = []

    def open_as(name: str, address: str, width: int = 1280):
        user = User.objects.filter(username=name).first() or User.objects.create_superuser(name, first_name=name)
        client = Client()
        client.force_login(user)
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(live_server.url + address)
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_second_browser_loses_nothing(person, council, width, tmp_path):
    address = reverse("admin:agreements_cooperation_change", args=[council.pk])
    anne, berit = person("Anne", address), person("Berit", address, width)
    anne.locator("#id_purpose").fill("Annes formål")
    anne.locator("input[name=_save]").first.click()
    anne.wait_for_url("**/cooperation/")

    berit.locator("#id_purpose").fill("Berits formål")
    berit.locator("#id_memberships-0-note").fill("Berits merknad")
    berit.locator("input[name=_save]").first.click()

    expect(berit.get_by_role("heading", name="Endret av andre mens du skrev")).to_be_visible()
    panel = berit.locator(".register-meanwhile")
    expect(panel).to_contain_text("Anne")
    expect(panel).to_contain_text("Annes formål")
    expect(berit.locator("#id_purpose")).to_have_value("Berits formål")
    expect(berit.locator("#id_memberships-0-note")).to_have_value("Berits merknad")
    berit.screenshot(path=tmp_path / f"meanwhile-{width}.png")
    assert panel.evaluate("e => e.scrollWidth - e.clientWidth") == 0

    berit.locator("input[name=_save]").first.click()
    berit.wait_for_url("**/cooperation/")
    council.refresh_from_db()
    assert (council.purpose, council.memberships.first().note) == ("Berits formål", "Berits merknad")


def test_a_participant_leaves_by_keyboard_on_a_phone_and_it_is_undone(person, council, tmp_path):
    page = person("Anne", reverse("admin:agreements_cooperation_actions", args=[council.pk]), 360)
    page.screenshot(path=tmp_path / "actions.png", full_page=True)
    assert page.evaluate(STICKING_OUT) == []
    page.get_by_role("link", name="Deltaker går ut").press("Enter")
    page.get_by_label("Deltaker").focus()
    page.keyboard.type("Lier")
    page.get_by_label("Siste dag").fill("2024-06-30")
    page.get_by_label("Begrunnelse").fill("Sak 14/24")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dette vil skje")).to_be_visible()
    page.screenshot(path=tmp_path / "preview.png", full_page=True)
    assert axe_faults(page, context="#content-main") == []
    assert page.evaluate(STICKING_OUT) == []
    page.get_by_role("button", name="Utfør").press("Enter")
    assert str(council.memberships.get(organisation__name="Lier").valid_to) == "2024-06-30"

    page.locator(".messagelist").get_by_role("link", name="Angre").press("Enter")
    page.get_by_label("Begrunnelse").fill("Feil kommune")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Utfør").press("Enter")
    assert council.memberships.get(organisation__name="Lier").valid_to is None


@pytest.mark.parametrize("width", [360, 1280])
def test_an_earlier_version_is_found_from_the_history_and_brought_back(person, council, width, tmp_path):
    Cooperation.objects.update(purpose="Feil")
    page = person("Anne", reverse("admin:agreements_cooperation_history", args=[council.pk]), width)
    page.get_by_role("link", name="Slik det var da").nth(1).click()
    expect(page.locator("#content-main")).to_contain_text("Gammelt formål")
    page.screenshot(path=tmp_path / f"known-{width}.png", full_page=True)
    assert page.evaluate(STICKING_OUT) == []
    page.get_by_label("Begrunnelse").fill("Rettet")
    page.get_by_role("button", name="Hent fram").click()
    page.wait_for_url("**/change/")
    council.refresh_from_db()
    assert council.purpose == "Gammelt formål"
