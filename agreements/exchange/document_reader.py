"""What is a file by its content, and what does it say?  Run as a program of its own, with limits, on hostile files.

``python -I document_reader.py FILE`` imports nothing of the register: whatever a file does to it, the register
goes on. It prints one line of JSON as soon as it knows what the file is, ``{"format": "pdf"}`` or
``{"refused": "…"}``, and a second one with the text: ``{"pages": […], "hidden": "…", "notes": […]}``. A missing
second line means that the text could not be read.
"""

import json
import re
import resource
import stat
import sys
import zipfile
from typing import BinaryIO

#: What the reading of one file may use. An agreement of 500 pages takes a few seconds.
CPU_SECONDS = 20
MEMORY_BYTES = 1 << 30

MOST_MEMBERS = 5_000
MOST_UNPACKED = 200 << 20
#: Office text shrinks to a fiftieth at most; what shrinks a thousandfold is made to fill a disk.
MOST_RATIO = 200
#: Members smaller than this may shrink as they like: a blank picture does.
RATIO_FROM = 1 << 20
MOST_PAGES = 3_000
#: Letters of text that are kept of a file.
MOST_TEXT = 5_000_000

DOCX_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
#: Members that run, or that hold files which run.
_ACTIVE_MEMBER = re.compile(
    r"vbaproject|vbadata|activex|/embeddings/.*\.bin$|^basic/|^scripts/|\.(exe|dll|js|vbs|bat|cmd|ps1|hta|jar|scr)$",
    re.IGNORECASE,
)


class RefusedError(Exception):
    """The file is not taken in; the first argument is one of the codes that ``documents.REFUSALS`` puts in words."""


def main(path: str) -> None:
    """Say what a file is, and then what it says."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with open(path, "rb") as file:
        try:
            kind, text = _recognise(file)
        except RefusedError as error:
            _tell({"refused": error.args[0]})
            return
        _tell({"format": kind})
        try:
            _tell(text())
        except RefusedError as error:
            _tell({"refused": error.args[0]})


def _tell(answer: dict) -> None:
    # A file may hold half a surrogate pair, which is no text: it becomes a question mark.
    line = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def _recognise(file: BinaryIO):
    """Return the format and a function that reads the text; what the name says does not count."""
    start = file.read(8)
    if start.startswith(b"%PDF-"):
        return "pdf", _pdf(file)
    if start.startswith(b"PK\x03\x04"):
        return _package(file)
    raise RefusedError("empty" if not start else "unknown")


# PDF


def _pdf(file: BinaryIO):
    """Return a function that reads the text of a PDF. Raises RefusedError for what is not whole, locked or active."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 2048))
    if b"%%EOF" not in file.read():
        raise RefusedError("damaged")
    file.seek(0)
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not _opened(reader):
            raise RefusedError("locked")
        pages = len(reader.pages)
        root = reader.trailer["/Root"].get_object()
    except RefusedError:
        raise
    except Exception as error:  # a broken file raises whatever its reader stumbles on
        raise RefusedError("damaged") from error
    if not 0 < pages <= MOST_PAGES:
        raise RefusedError("damaged" if not pages else "too_many_pages")
    if _has_active(reader, root):
        raise RefusedError("active")
    return lambda: _pdf_text(reader)


def _opened(reader) -> bool:
    """Tell whether an encrypted PDF opens without a password: it only asks not to be changed."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # an encryption that we lack the means for
        return False


#: What makes a PDF do something when it is opened or clicked.
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/RichMedia", "/XFA"}
_ACTIVE_NAMES = {"/JavaScript", "/Launch", "/RichMedia", "/EmbeddedFile", "/FileAttachment", "/ImportData"}


def _has_active(reader, root) -> bool:
    """Look through the catalogue, the pages and all that hangs on them, but not into streams of text and pictures."""
    waiting, seen = [root], set()
    while waiting:
        value = waiting.pop()
        try:
            value = value.get_object() if hasattr(value, "get_object") else value
        except Exception as error:
            raise RefusedError("damaged") from error
        if id(value) in seen:
            continue
        if isinstance(value, dict):
            seen.add(id(value))
            if _ACTIVE_KEYS & value.keys():
                return True
            if _ACTIVE_NAMES & {str(value.raw_get(k)) for k in ("/S", "/Type", "/Subtype") if k in value}:
                return True
            waiting += [value.raw_get(key) for key in value if key not in ("/Parent", "/P", "/Font", "/XObject")]
        elif isinstance(value, list):
            seen.add(id(value))
            waiting += list(value)
        if len(seen) > 500_000:
            raise RefusedError("damaged")
    return False


def _pdf_text(reader) -> dict:
    pages, room = [], MOST_TEXT
    notes: list[str] = []
    for page in reader.pages:
        try:
            text = page.extract_text()
        except Exception:  # one page that cannot be read does not hide the others
            text = ""
            notes = ["unreadable_page"]
        pages.append(text[:room])
        room -= len(pages[-1])
        if room <= 0:
            notes.append("cut")
            break
    if any(not page.strip() for page in pages):
        notes.append("page_without_text")
    return {"pages": pages, "hidden": _pdf_hidden(reader), "notes": notes}


def _pdf_hidden(reader) -> str:
    """Return what a reader does not see at once: title and author, form fields and comments."""
    found: list[str] = []
    try:
        found += [str(value) for value in (reader.metadata or {}).values()]
        found += [str(field.get("/V", "")) for field in (reader.get_fields() or {}).values()]
        for page in reader.pages:
            for annotation in page.get("/Annots") or ():
                found.append(str(annotation.get_object().get("/Contents", "")))
    except Exception:
        found.append("")
    return "\n".join(filter(None, found))[:MOST_TEXT]


# DOCX and ODT


def _package(file: BinaryIO):
    """Return the format of a package and a function that reads its text. Raises RefusedError."""
    try:
        package = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise RefusedError("damaged") from error
    _check_sizes(package)
    names = package.namelist()
    if len(set(names)) != len(names) or any(_is_outside(name) for name in names):
        raise RefusedError("damaged")
    if names[0] == "mimetype":
        kind, text = _odt(package, names)
    elif "[Content_Types].xml" in names:
        kind, text = _docx(package, names)
    else:
        raise RefusedError("unknown")
    if any(_ACTIVE_MEMBER.search(name) for name in names):
        raise RefusedError("active")
    return kind, text


def _is_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or "\x00" in name


def _check_sizes(package: zipfile.ZipFile) -> None:
    """Refuse a bomb by what it declares, and then by what really comes out of it, counted as it comes."""
    members = package.infolist()
    if not members:
        raise RefusedError("unknown")
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
        raise RefusedError("bomb")
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise RefusedError("bomb")
        if member.flag_bits & 1:
            raise RefusedError("locked")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise RefusedError("damaged")
    unpacked = 0
    for member in members:
        try:
            with package.open(member) as content:
                while block := content.read(1 << 16):
                    unpacked += len(block)
                    if unpacked > MOST_UNPACKED:
                        raise RefusedError("bomb")
        except RefusedError:
            raise
        except Exception as error:  # a wrong size, a wrong checksum, an unknown compression
            raise RefusedError("damaged") from error


def _docx(package: zipfile.ZipFile, names: list[str]):
    types = package.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        raise RefusedError("active")
    if DOCX_MAIN not in types or "word/document.xml" not in names:
        raise RefusedError("unknown")
    parts = [n for n in names if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml", n)]
    parts.sort(key=lambda name: name != "word/document.xml")
    hidden = [n for n in names if re.fullmatch(r"(word/comments\w*|docProps/\w+|customXml/item\d+)\.xml", n)]
    _paragraphs(package, "word/document.xml")  # it must be sound
    return "docx", lambda: _office_text(package, parts, hidden)


def _odt(package: zipfile.ZipFile, names: list[str]):
    if package.read("mimetype").strip() != ODT_TYPE:
        raise RefusedError("unknown")
    if "content.xml" not in names or "META-INF/manifest.xml" not in names:
        raise RefusedError("damaged")
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise RefusedError("locked")
    _paragraphs(package, "content.xml")  # it must be sound
    parts = [name for name in ("content.xml", "styles.xml") if name in names]
    return "odt", lambda: _office_text(package, parts, ["meta.xml"] if "meta.xml" in names else [])


def _office_text(package: zipfile.ZipFile, parts: list[str], hidden: list[str]) -> dict:
    """Return the paragraphs of the text, and apart from them what a reader does not see at once."""
    read = {name: _paragraphs(package, name) for name in [*parts, *hidden]}
    notes = {note for paragraphs in read.values() for note in paragraphs.notes}
    if any("comments" in name for name in hidden):
        notes.add("comments")
    return {
        "pages": [line for name in parts for line in read[name].lines],
        "hidden": "\n".join(line for name in hidden for line in read[name].lines),
        "notes": sorted(notes),
    }


class _Paragraphs:
    """Collect the text of a part as the parser meets it, a line to a paragraph; runs within a word are joined."""

    #: Local names of both formats: a paragraph or heading ends a line; a gap stands for white space.
    ENDS = frozenset({"p", "h"})
    GAPS = frozenset({"tab", "br", "cr", "s", "line-break"})
    NOTES = {
        "ins": "tracked_changes",
        "del": "tracked_changes",
        "tracked-changes": "tracked_changes",
        "annotation": "comments",
    }

    def __init__(self, only: frozenset[str]):
        self.lines: list[str] = []
        self.notes: set[str] = set()
        self._only = only  # names of the elements that hold text; empty: all do
        self._words: list[str] = []
        self._inside = ""
        self._room = MOST_TEXT

    def start(self, tag: str, attributes: dict) -> None:
        self._inside = tag.rsplit("}", 1)[-1]
        if self._inside in self.GAPS:
            self._words.append(" ")
        if note := self.NOTES.get(self._inside):
            self.notes.add(note)

    def data(self, text: str) -> None:
        if not self._only or self._inside in self._only:
            self._words.append(text)

    def end(self, tag: str) -> None:
        self._inside = ""
        if tag.rsplit("}", 1)[-1] in self.ENDS:
            self.close()

    def close(self) -> None:
        line = "".join(self._words).strip()
        self._words = []
        if line and self._room <= 0:
            self.notes.add("cut")
        elif line:
            self.lines.append(line[: self._room])
            self._room -= len(line)


def _paragraphs(package: zipfile.ZipFile, name: str) -> _Paragraphs:
    """Read a part. Raises RefusedError when it is no XML, or has a DTD, which no office program writes."""
    from defusedxml.ElementTree import XMLParser

    # Elsewhere a DOCX part holds numbers for the layout.
    found = _Paragraphs(frozenset({"t", "delText"}) if name.startswith("word/") else frozenset())
    parser = XMLParser(target=found, forbid_dtd=True)
    try:
        with package.open(name) as content:
            while block := content.read(1 << 16):
                parser.feed(block)
        parser.close()
    except Exception as error:
        raise RefusedError("damaged") from error
    return found


if __name__ == "__main__":
    main(sys.argv[1])
