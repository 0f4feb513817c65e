"""How is the whole register written as data, as it is or as it was known at the end of a past day?

The change stream is what was public, in order; a data set is the stream folded up to an event. So a data set of a past
day can be made again, byte for byte, and it can be kept up to date from the stream: the manifest names the event.
What has been withdrawn or deleted since is no longer in the stream, and so in no data set that is made again either.
"""

import datetime
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from ..models import Change
from ..models.public_state import KINDS
from . import stream
from .dataset_tables import OBJECTS, Names, tables, valid_part
from .dump_schema import data_package, json_schema

#: Folder of the newest data set under ``settings.DATA_DIR``: a symbolic link that is switched when a new one is whole.
LATEST = "latest"
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
#: Data sets that are kept: the newest, and the one before for those who are fetching it.
KEPT = 2
#: Seconds after which a draft is no longer being written to.
DRAFT_AGE = 86_400
FETCH = 50
LICENCE = {"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
TITLE = "Register over interkommunalt samarbeid"


class NoSuchDayError(ValueError):
    """Nothing was known then; the text says since when something is."""


def place_at(known_on: datetime.date | None) -> stream.Position:
    """Return the place in the stream at the end of a day (in the register's time zone), or its end.

    Raises NoSuchDayError for a day before the stream begins, and for one that has not come.
    """
    if known_on is None:
        return stream.head()
    if known_on > timezone.localdate():
        raise NoSuchDayError("What will be known on a day to come is not known.")
    midnight = datetime.datetime.combine(
        known_on + datetime.timedelta(days=1), datetime.time(), timezone.get_default_timezone()
    )
    last = Change.objects.filter(recorded_at__lt=midnight).only("pk", "event").order_by("-pk").first()
    if last is None:
        first = Change.objects.order_by("pk").values_list("recorded_at", flat=True).first()
        since = f" Its history begins on {timezone.localdate(first)}." if first else ""
        raise NoSuchDayError(f"The register knew nothing on {known_on}.{since}")
    return stream.Position.after(last)


def objects_at(place: stream.Position, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a kind as they were public at a place in the stream, by a cursor on the server.

    An object that was no longer public then, or has not been since, is left out.
    """
    rows = (
        Change.objects.filter(object_type=kind, pk__lte=place.number)
        .order_by("object_type", "object_id", "-pk")
        .distinct("object_type", "object_id")
    )
    for state in rows.values_list("state", flat=True).iterator(FETCH):
        if state is not None:
            yield state


def write(folder: Path, place: stream.Position, valid_on: datetime.date | None = None) -> dict[str, Any]:
    """Write a data set into an empty folder and return its manifest; texts are in the register's own language."""
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        with connection.cursor() as cursor:
            # One picture of the register for all files, also when something is withdrawn meanwhile.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        all_tables = tables()
        names = Names(settings.SITE_URL)
        counts = _write_objects(folder, place, valid_on, names, all_tables)
        (folder / "schemas").mkdir()
        for kind, name in OBJECTS.items():
            _write_json(folder / "schemas" / f"{name}.schema.json", json_schema(kind))
        known = Change.objects.filter(pk=place.number).values_list("recorded_at", flat=True).first()
        package = data_package(all_tables.values(), title=TITLE, licence=LICENCE)
        _write_json(folder / "datapackage.json", package)
        manifest = {
            "title": TITLE,
            "licence": LICENCE,
            "known_at": known.astimezone(datetime.UTC).isoformat() if known else None,
            "valid_on": valid_on.isoformat() if valid_on else None,
            "changes_after": str(place),
            "files": _finish(folder, counts),
        }
        _write_json(folder / MANIFEST, manifest)
    return manifest


def _write_objects(folder, place, valid_on, names, all_tables) -> dict[str, int]:
    """Write every object in every format; return how many objects of each kind, and rows in each table."""
    # Here and not above: what writes the formats takes 40 MB, and the web server only hands out what is written.
    from .dump_files import Csv, JsonLines, Parquet, Sqlite, Tables, Turtle

    table_formats = {"csv": Csv, "parquet": Parquet, "sqlite": Sqlite}
    formats = [form(folder / name, all_tables.values()) for name, form in table_formats.items()]
    writers = [JsonLines(folder / "jsonl"), Turtle(folder / "ttl", names), Tables(all_tables, names, formats)]
    counts = dict.fromkeys([*KINDS, *all_tables], 0)
    # Organisations first: the tables of the others name them.
    for kind in sorted(KINDS, key=lambda kind: kind != "organisation"):
        for whole in objects_at(place, kind):
            state = valid_part(whole, valid_on) if valid_on else whole
            if kind == "organisation":
                names.organisations[whole["id"]] = whole["slug"], whole["name"]
            if state is None:
                continue
            counts[kind] += 1
            for writer in writers:
                writer.add(kind, state)
    for writer in writers:
        writer.close()
    return counts


MEDIA_TYPES = {
    ".jsonl": "application/jsonl",
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
    ".ttl": "text/turtle",
    ".json": "application/json",
    ".gz": "application/gzip",
}
_TO_COMPRESS = {".jsonl", ".csv", ".ttl", ".sqlite"}


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _finish(folder: Path, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Compress, count and sum up the files."""
    from .dump_files import compress

    for path in sorted(folder.glob("*/*")):
        if path.suffix in _TO_COMPRESS:
            compress(path)
    files = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        files.append(
            {
                "name": path.relative_to(folder).as_posix(),
                "bytes": path.stat().st_size,
                "sha256": checksum(path),
                "media_type": MEDIA_TYPES[path.suffix],
            }
        )
    sums = "".join(f"{file['sha256']}  {file['name']}\n" for file in files)
    (folder / CHECKSUMS).write_text(sums, encoding="utf-8")
    return files


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def publish() -> Path:
    """Write the data set of now into a new folder, and let ``latest`` name it once it is whole. Return the folder."""
    base: Path = settings.DATA_DIR
    base.mkdir(parents=True, exist_ok=True)
    for left in base.glob(".draft-*"):  # by one that was killed, unless it is at work
        if time.time() - left.stat().st_mtime > DRAFT_AGE:
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".draft-", dir=base))
    try:
        write(folder, stream.head())
        folder.chmod(0o755)
        number = max((int(one.name) for one in base.iterdir() if one.name.isdecimal()), default=0) + 1
        whole = folder.rename(base / f"{number:06d}")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    link = base / f".{LATEST}-{whole.name}"
    link.symlink_to(whole.name)
    os.replace(link, base / LATEST)
    for old in sorted(one for one in base.iterdir() if one.name.isdecimal())[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return whole


def published() -> tuple[Path, dict[str, Any]] | None:
    """Return the folder of the newest data set and its manifest; None before the first."""
    try:
        folder = (settings.DATA_DIR / LATEST).resolve(strict=True)
        return folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
