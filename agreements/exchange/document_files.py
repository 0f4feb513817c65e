"""Where do the files of documents lie, and how are they kept, copied and checked?

A file lies outside the web's folders under the name of its own SHA-256 sum, so that what somebody called it can do no
harm, the same file is stored once, and damage is seen. Only views that have asked for permission read it.
"""

import hashlib
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

BLOCK = 1 << 20
_MEMBER = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})")


class ArchiveError(Exception):
    """An archive of files cannot be written or read; the text says why."""


def path_of(sha256: str) -> Path:
    """Return where the file with a checksum lies, or would lie. Raises ValueError for what is no checksum."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("not a SHA-256 sum")
    return settings.DOCUMENTS_DIR / sha256[:2] / sha256


@contextmanager
def received(content: BinaryIO) -> Iterator[tuple[Path, str, int]]:
    """Copy what is uploaded to a draft of our own, and yield its path, checksum and size; it is gone afterwards."""
    settings.DOCUMENTS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=settings.DOCUMENTS_DIR, prefix=".draft-")  # readable by its owner only
    draft, digest, size = Path(name), hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as file:
            while block := content.read(BLOCK):
                digest.update(block)
                size += len(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        yield draft, digest.hexdigest(), size
    finally:
        draft.unlink(missing_ok=True)


def keep(draft: Path, sha256: str) -> None:
    """Give a draft its place. The same file that lies there already is the same file."""
    place = path_of(sha256)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    os.replace(draft, place)


def is_whole(sha256: str) -> bool:
    """Tell whether the file is there and is what it was when it came."""
    try:
        with path_of(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def archive(target: Path) -> int:
    """Copy all files into one tar file: complete, or not at all. Return how many. Raises ArchiveError."""
    files = sorted(p for p in settings.DOCUMENTS_DIR.glob("??/*") if _MEMBER.fullmatch(_name(p)))
    try:
        handle, draft = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as output, tarfile.open(fileobj=output, mode="w") as tar:
                for file in files:
                    tar.add(file, arcname=_name(file), recursive=False)
            os.replace(draft, target)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(f"The documents cannot be copied to {target}: {error.strerror}.") from error
    return len(files)


def unpack(source: Path) -> int:
    """Put the files of an archive in their places, beside those that are there. Return how many.

    Raises ArchiveError: for an archive with anything else in it nothing is unpacked.
    """
    try:
        with tarfile.open(source) as tar:
            members = tar.getmembers()
            if strange := next((m for m in members if not m.isfile() or not _MEMBER.fullmatch(m.name)), None):
                raise ArchiveError(f"{source} is not a copy of the documents: it holds «{strange.name}».")
            for member in members:
                with received(tar.extractfile(member)) as (draft, sha256, _size):
                    if sha256 != member.name[3:]:
                        raise ArchiveError(f"{source} is damaged: {member.name} is not what it was.")
                    keep(draft, sha256)
    except (OSError, tarfile.TarError) as error:
        raise ArchiveError(f"The documents in {source} cannot be read: {error}.") from error
    return len(members)


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
