#!/usr/bin/env python3
"""Keep a copy of the whole register from its change stream alone, and compare it with the published data set.

    python copy_register.py update            # the first time everything, later what is new
    python copy_register.py compare           # exit code 1 and a list where the copy differs

The copy is one SQLite file. Its table ``objects`` holds, of everything that is public, the newest state as JSON;
the place in the stream is saved in the same transaction, so a run that is cut short goes on where it was.
"""

import argparse
import json
import sqlite3
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from client import RefusedError, Register

#: The file of the data set that holds the objects of each type.
FILES = {
    "cooperation": "cooperations",
    "document": "documents",
    "organisation": "organisations",
    "municipality": "municipalities",
    "municipality_change": "municipality_changes",
    "county": "counties",
    "task": "tasks",
    "source": "sources",
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (type TEXT, id INTEGER, state TEXT NOT NULL, PRIMARY KEY (type, id));
CREATE TABLE IF NOT EXISTS place (cursor TEXT NOT NULL);
"""
Key = tuple[str, int]


class Copy:
    """The copy of a register."""

    def __init__(self, register: Register, path: Path):
        self.register = register
        self.database = sqlite3.connect(path)
        self.database.executescript(SCHEMA)

    def update(self) -> int:
        """Take in every change since the last time, and return how many there were."""
        row = self.database.execute("SELECT cursor FROM place").fetchone()
        count = 0
        for event, cursor in self.register.changes(row[0] if row else "", limit=1000):
            key = event["object"]["type"], event["object"]["id"]
            with self.database:
                if event["state"] is None:  # withdrawn or deleted: it must not be kept
                    self.database.execute("DELETE FROM objects WHERE type = ? AND id = ?", key)
                else:
                    values = (*key, json.dumps(event["state"], sort_keys=True))
                    self.database.execute("INSERT OR REPLACE INTO objects VALUES (?, ?, ?)", values)
                self.database.execute("DELETE FROM place")
                self.database.execute("INSERT INTO place VALUES (?)", [cursor])
            count += 1
        return count

    def states(self) -> dict[Key, dict]:
        """Return everything in the copy."""
        rows = self.database.execute("SELECT type, id, state FROM objects")
        return {(kind, key): json.loads(state) for kind, key, state in rows}

    def compare(self) -> list[Key]:
        """Return what is not the same here and in the data set, apart from what has changed since that was made."""
        manifest = json.loads(self._file("manifest.json"))
        self.update()
        since = self.register.changes(manifest["changes_after"], limit=1000)
        newer = {(event["object"]["type"], event["object"]["id"]) for event, _cursor in since}
        published, copied = dict(self._published()), self.states()
        both = (published.keys() | copied.keys()) - newer
        return sorted(key for key in both if published.get(key) != copied.get(key))

    def _published(self) -> Iterator[tuple[Key, dict]]:
        for kind, name in FILES.items():
            for line in self._file(f"jsonl/{name}.jsonl").splitlines():
                state = json.loads(line)
                # A municipality is known by the number of the organisation that it is.
                yield (kind, state["organisation_id" if kind == "municipality" else "id"]), state

    def _file(self, name: str) -> bytes:
        with urllib.request.urlopen(f"{self.register.address}/data/{name}", timeout=60) as answer:
            return answer.read()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["update", "compare"])
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--copy", type=Path, default=Path("register-copy.sqlite"), help="file that holds the copy")
    arguments = parser.parse_args()
    copy = Copy(Register(arguments.address), arguments.copy)
    try:
        if arguments.command == "update":
            print(f"{copy.update()} changes")
            return
        different = copy.compare()
    except (RefusedError, OSError) as error:
        sys.exit(str(error))
    for kind, key in different:
        print(f"{kind} {key} differs")
    if different:
        sys.exit(1)
    print("The copy is the same as the data set.")


if __name__ == "__main__":
    main()
