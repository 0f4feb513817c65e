#!/usr/bin/env python3
"""Read the register of inter-municipal cooperation from another program.  Needs Python 3.11, nothing else.

    python client.py list --form IKS --on 2023-01-01
    python client.py follow --state cursor.txt --wait 20

As a module::

    register = Register("https://samarbeid.example.org")
    for cooperation in register.list("cooperations", municipality="3301"):
        print(cooperation["name"])
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

USER_AGENT = "register-client-example/1.0"
#: Answers after which the same question is put again a little later.
TRY_AGAIN = {429, 502, 503, 504}
MOST_TRIES = 5


class RefusedError(Exception):
    """The register could not answer; the text holds its own explanation."""


class Register:
    """The register at an address."""

    def __init__(self, address: str, language: str = "nb"):
        self.address = address.rstrip("/")
        self.language = language

    def get(self, url: str, timeout: float = 60) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the JSON at an address, with the headers. Raises RefusedError."""
        if not url.startswith(("http://", "https://")):
            url = f"{self.address}/api/v1/{url}"
        headers = {"Accept": "application/json", "Accept-Language": self.language, "User-Agent": USER_AGENT}
        for attempt in range(1, MOST_TRIES + 1):
            try:
                with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout) as answer:
                    return json.load(answer), dict(answer.headers)
            except urllib.error.HTTPError as error:
                if error.code not in TRY_AGAIN or attempt == MOST_TRIES:
                    raise RefusedError(f"{error.code}: {error.read().decode(errors='replace')}") from error
                time.sleep(float(error.headers.get("Retry-After") or 2**attempt))
        raise AssertionError

    def list(self, what: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """Yield every row of a list, page by page: the answer itself says where the next page is.

        ``on="2023-01-01"`` chooses the day; a filter may be a list of values.
        """
        asked = {name: value for name, value in filters.items() if value not in (None, [])}
        address: str | None = f"{what}/?{urllib.parse.urlencode(asked, doseq=True)}"
        while address:
            page, _headers = self.get(address)
            yield from page["results"]
            address = page["next"]

    def one(self, what: str, key: str, on: str | None = None) -> dict[str, Any]:
        """Return one thing, on a day."""
        return self.get(f"{what}/{urllib.parse.quote(key)}/" + (f"?on={on}" if on else ""))[0]

    def changes(self, after: str = "", wait: int = 0, **filters: Any) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield each change after a cursor, with the cursor to keep once it has been dealt with.

        Ends when all has been read; with ``wait`` (seconds) it goes on for ever.
        """
        while True:
            asked = {"after": after, "wait": wait or None, **filters}
            asked = {name: value for name, value in asked.items() if value}
            page, headers = self.get(f"changes/?{urllib.parse.urlencode(asked, doseq=True)}", timeout=wait + 30)
            for event in page["results"]:
                yield event, event["cursor"]
            after = page["cursor"]
            if not page["more"] and not wait:
                return
            if "Retry-After" in headers:  # too many wait already
                time.sleep(float(headers["Retry-After"]))


def follow(register: Register, state: Path, wait: int) -> None:
    """Print each change, and keep the place in a file, so that the next run goes on from there."""
    after = state.read_text().strip() if state.exists() else ""
    for event, cursor in register.changes(after, wait):
        about = event["object"]
        print(event["time"], event["kind"], about["type"], about["slug"], flush=True)
        for change in event["changes"]:
            print(f"    {change['field']}: {change['before']} -> {change['after']}", flush=True)
        state.write_text(cursor)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="list cooperations")
    listing.add_argument("--on", help="the day, as YYYY-MM-DD")
    listing.add_argument("--municipality", help="its number, e.g. 3301")
    listing.add_argument("--form", action="append", default=[], help="e.g. IKS; may be repeated")
    following = commands.add_parser("follow", help="print what changes")
    following.add_argument("--state", type=Path, default=Path("cursor.txt"), help="file that keeps the place")
    following.add_argument("--wait", type=int, default=0, help="seconds to wait for more; 0: stop when all is read")
    arguments = parser.parse_args()
    register = Register(arguments.address)
    try:
        if arguments.command == "list":
            filters = {"on": arguments.on, "municipality": arguments.municipality, "form": arguments.form}
            for row in register.list("cooperations", **filters):
                members = ", ".join(member["organisation"]["name"] for member in row["memberships"])
                print(f"{row['name']} ({row['form']}): {members}")
        else:
            follow(register, arguments.state, arguments.wait)
    except (RefusedError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
