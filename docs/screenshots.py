"""What do the pages look like?  Takes the pictures in docs/screenshots of a running register: `make screenshots`."""

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

#: Ten kinds of page, by the name of the picture.
PAGES = {
    "forside": "/",
    "sok": "/sok/?q=legevakt",
    "liste": "/samarbeid/?county=33",
    "samarbeid": "/samarbeid/buskerudbyen/",
    "kommune": "/kommuner/drammen-3301/",
    "kart": "/kart/",
    "matrise": "/matrise/?fylke=33",
    "nettverk": "/nettverk/?kommune=drammen-3301",
    "sammenlign": "/sammenlign/?kommune=drammen-3301&kommune=lier-3312",
    "former": "/former/",
}
WIDTHS = (360, 1280)


def main(site: str) -> None:
    """Take a picture of each page at each width, of what a window shows."""
    folder = Path(__file__).parent / "screenshots"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            for name, address in PAGES.items():
                answer = page.goto(site + address, wait_until="load")
                if not answer or not answer.ok:
                    sys.exit(f"{address} does not answer: is the register running on {site}?")
                page.screenshot(path=folder / f"{name}-{width}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
