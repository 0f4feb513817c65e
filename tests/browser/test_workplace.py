"""Do the start page and the calendar of the admin hold in a real browser: for a screen reader, on a phone, on paper?"""

import datetime

import pytest
from django.test import Client
from playwright.sync_api import expect

from agreements.actions.proposals import propose
from agreements.models import Agreement, CostPart, Decision
from municipalities.models import Coordinator, Organisation, User
from tests import factories as make

from .looking import STICKING_OUT, axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = datetime.date
START, CALENDAR = "/admin/", "/admin/frister/?on=2026-12-15"


@pytest.fixture
def kari(transactional_db) -> User:
    """Return a coordinator with deadlines that are overdue and that come, and with breaches of the law."""
    lier = make.municipality("Lier", "3312").organisation
    for number, name in enumerate(("Vannverket", "Øyeblikkelighjelpdøgnoppholdssamarbeidet", "Brann")):
        made = make.cooperation(name, "IKS", due_on=DAY(2020, 1, 31), responsible=lier)
        make.membership(made, lier, "owner")
        Agreement.objects.create(cooperation=made, title="Selskapsavtale", valid_to=DAY(2027, 1 + number, 28))
    user = User.objects.create_superuser("kari", "kari@example.org", "kari")
    Coordinator.objects.create(user=user, organisation=lier)
    return user


def opened(browser, live_server, user, address, width=1280):
    """Open an address of the admin, signed in."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + address)
    return page


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_sticks_out(browser, live_server, kari, width):
    faults = {}
    for address in (START, CALENDAR):
        page = opened(browser, live_server, kari, address, width)
        faults[address] = axe_faults(page, context="#content-main") + page.evaluate(STICKING_OUT)
        page.context.close()
    assert faults == {START: [], CALENDAR: []}


def test_the_calendar_is_narrowed_by_keyboard(browser, live_server, kari):
    page = opened(browser, live_server, kari, CALENDAR)
    page.get_by_label("Type").focus()
    page.keyboard.type("avtale u")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Vis", exact=True).press("Enter")
    expect(page.locator("h2", has_text="Januar 2027")).to_be_visible()
    expect(page.locator("h2", has_text="Fristen er ute")).to_have_count(0)


def test_on_paper_stand_the_deadlines_only(browser, live_server, kari):
    page = opened(browser, live_server, kari, CALENDAR)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Vannverket").first).to_be_visible()
    expect(page.locator("form.register-narrow")).to_be_hidden()
    expect(page.locator("#header")).to_be_hidden()


def test_an_address_is_made_and_shown(browser, live_server, kari):
    page = opened(browser, live_server, kari, START)
    page.get_by_role("button", name="Lag en kalenderadresse").click()
    address = page.get_by_label("Din hemmelige kalenderadresse").input_value()
    assert page.request.get(address).headers["content-type"] == "text/calendar; charset=utf-8"


@pytest.fixture
def pages(kari) -> list[str]:
    """Return pages of the admin's forms, of a cooperation with a very long name and one of everything."""
    lier = Organisation.objects.get(kind="municipality")
    made = make.cooperation(
        "Interkommunalt samarbeid om øyeblikkelig-hjelp-døgnopphold og samfunnssikkerhetsberedskapskoordinering i "
        "Nordre og Søndre Buskerud og tilgrensende kommuner i gamle Akershus og Oppland",
        "KO", [make.task()], slug="langt", responsible=lier,
    )  # fmt: skip
    make.membership(made, lier, share=(1, 3))
    agreement = make.agreement(made, kind="cooperation")
    Decision.objects.create(agreement=agreement, organisation=lier, organ="kommunestyre")
    CostPart.objects.create(agreement=agreement, kind="each", amount=1000)
    document = make.document(agreement)
    proposal = propose(made, by=None, text="Navnet er galt", contact_email="per@example.org")
    cooperations, documents = "/admin/agreements/cooperation/", "/admin/agreements/document/"
    return [
        cooperations,
        f"{cooperations}{made.pk}/change/",
        f"{cooperations}{made.pk}/history/",
        f"{cooperations}{made.pk}/handlinger/",
        f"{cooperations}{made.pk}/handlinger/join/",
        f"/admin/samarbeid/{made.pk}/foresla/",
        f"/admin/agreements/agreement/{agreement.pk}/change/",
        documents,
        f"{documents}add/?agreement={agreement.pk}",
        f"{documents}{document.pk}/change/",
        "/admin/forslag/",
        f"/admin/forslag/{proposal.pk}/",
        "/admin/funn/",
        "/admin/registrer/",
    ]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_forms_hold_too(browser, live_server, kari, pages, width):
    """Also with what Django and select2 bring along; only what covers the name of the page is looked for apart."""
    faults = {}
    page = opened(browser, live_server, kari, START, width)
    for address in pages:
        assert page.goto(live_server.url + address).ok, address
        if page.locator("select.admin-autocomplete:not([name*=__prefix__])").count():
            page.locator("[id$=-box].select2-selection").first.wait_for(state="attached")
        faults[address] = axe_faults(page) + page.evaluate(STICKING_OUT)
    assert {address: found for address, found in faults.items() if found} == {}


def test_the_tools_stand_below_a_long_name(browser, live_server, kari, pages):
    page = opened(browser, live_server, kari, pages[1])
    name, tools = page.locator("#content > h2").bounding_box(), page.locator(".object-tools").bounding_box()
    assert tools["y"] >= name["y"] + name["height"]
