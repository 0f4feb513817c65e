"""What does a browser test stand on?  A real chromium and a small register with one of everything."""

import datetime
import os

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from agreements.models import Citation, CooperationRelation, GroupStatement, Organ
from municipalities.models import MunicipalityChange, OrganisationName, Population
from tests import factories as make

DAY = datetime.date

# Containers may give browsers no sandbox of their own, and little shared memory.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
# Milliseconds, as for everything else that Playwright waits for: a machine may have much else to do.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser(chromium) -> Browser:
    """Return chromium, started once."""
    # Playwright's sync API keeps an event loop in this thread, and Django would refuse the database there.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield found
        found.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def _no_window_stays_open(browser, transactional_db):
    """Close all windows before the database is emptied: a page may still be asking for something."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture
def register(transactional_db) -> None:
    """Make one of everything, with long names and Sámi letters, for the pages to show."""
    lier, drammen = make.municipality("Lier", "3312"), make.municipality("Drammen", "3301")
    OrganisationName.objects.create(organisation=lier.organisation, name="Gáivuotna – Kåfjord", language="se")
    Population.objects.create(municipality=lier, date=DAY(2025, 1, 1), persons=28000)
    Population.objects.create(municipality=lier, date=DAY(2026, 1, 1), persons=28456)
    svelvik = make.municipality("Svelvik", "0711", valid_from=None, valid_to="2019-12-31")
    svelvik.organisation.successors.add(drammen.organisation)
    MunicipalityChange.objects.create(
        date=DAY(2020, 1, 1), kind="merge", old=svelvik, new=drammen, old_number="0711", old_name="Svelvik",
        new_number="3301", new_name="Drammen",
    )  # fmt: skip
    body = make.organisation("Holding for interkommunalt avfall", "company", slug="holding")
    top = make.cooperation("Rådet", "IPR", [make.task("regionutvikling", "regionalt")], slug="radet")
    main = make.cooperation(
        "Interkommunalt samarbeid om øyeblikkelig-hjelp-døgnopphold og samfunnssikkerhetsberedskapskoordinering",
        "VK", [make.task("legevakt", "helse")], slug="lang", umbrella=top, body=body, purpose="Felles legevakt.",
        stated_member_count=64, count_note="64 kommuner", members_complete=False, responsible=lier.organisation,
        valid_from=DAY(2012, 1, 1), valid_from_precision="two_years", confirmed_on=DAY(2024, 3, 1),
    )  # fmt: skip
    old = make.cooperation("Gammel ordning", "PAR27", slug="gammel", valid_to=DAY(2022, 12, 31))
    CooperationRelation.objects.create(predecessor=old, successor=main, kind="converted")
    group = GroupStatement.objects.create(cooperation=main, wording="alle kommuner i Buskerud")
    Organ.objects.create(cooperation=main, name="Styret", kind="board", note="fem medlemmer")
    make.membership(main, drammen, "host", note="siden starten")
    make.membership(main, drammen, "owner", share=(1, 7), liability_numerator=1, liability_denominator=4)
    cited = make.membership(main, lier, group=group, covers="tidligere Lier sanitetsdistrikt")
    Citation.objects.create(source=make.source(), membership=cited, locator="linje 4", note="trykt «Lierr»")
    make.membership(main, svelvik)
    make.membership(main, make.organisation("Nordisk Film", "company"), valid_to=DAY(2021, 12, 31))
    make.membership(old, lier)
    make.membership(make.cooperation("Eid AS", "AS", slug="eid"), body, "owner", share=(1, 3))
    for n in range(51):
        make.cooperation(f"Samarbeid {n:02d}", "NETWORK")
