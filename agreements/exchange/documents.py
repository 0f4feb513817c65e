"""Is a file one that the register takes in, what does it say, and does it hold a fødselsnummer?"""

import json
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.models.personal_numbers import find_birth_numbers, mask_birth_numbers

READER = Path(__file__).with_name("document_reader.py")
#: The reader ends itself when it has used its processor time; this is for one that only waits.
TIMEOUT_SECONDS = 60
#: PostgreSQL's tsvector holds a megabyte of words.
MOST_BYTES = 500_000
MOST_PLACES = 20

REFUSALS = {
    "empty": gettext_lazy("Filen er tom."),
    "unknown": gettext_lazy(
        "Filen er ikke en PDF, DOCX eller ODT. Det er innholdet som teller, ikke hva filen heter. "
        "Lagre dokumentet på nytt i et av disse formatene."
    ),
    "damaged": gettext_lazy("Filen er skadet eller ufullstendig og kan ikke åpnes. Lagre den på nytt og prøv igjen."),
    "locked": gettext_lazy("Filen er beskyttet med passord, så ingen kan se hva som står der. Lagre den uten passord."),
    "active": gettext_lazy(
        "Filen inneholder noe som kan kjøres, makroer, skript eller vedlagte filer. Lagre den som en ren PDF."
    ),
    "bomb": gettext_lazy("Filen pakker ut til langt mer enn et dokument er. Den er ikke tatt imot."),
    "too_many_pages": gettext_lazy("Filen har flere sider enn en avtale kan ha. Del den opp."),
}

NOTES = {
    "unreadable": gettext_lazy(
        "Teksten kunne ikke leses av maskinen. Søket finner den ikke, og ingen fødselsnummer er lett etter."
    ),
    "no_text": gettext_lazy("Filen har ingen tekst, trolig fordi den er skannet. Ingen fødselsnummer er lett etter."),
    "page_without_text": gettext_lazy("Noen sider er bilder uten tekst. Der er det ikke lett etter fødselsnummer."),
    "unreadable_page": gettext_lazy(
        "Noen sider kunne ikke leses av maskinen. Der er det ikke lett etter fødselsnummer."
    ),
    "cut": gettext_lazy("Dokumentet er så langt at bare den første delen er lest."),
    "comments": gettext_lazy("Dokumentet har kommentarer. De følger med når noen laster det ned."),
    "tracked_changes": gettext_lazy(
        "Dokumentet har sporede endringer: slettet tekst kan leses av den som laster det ned."
    ),
}


class RefusedError(Exception):
    """The file is not taken in; the text says why and what to do."""


@dataclass(frozen=True)
class Content:
    """What a file is and says. ``text`` has no birth numbers; ``birth_numbers`` are the places where they stood."""

    format: str
    text: str = ""
    birth_numbers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read(path: Path) -> Content:
    """Read a file in a process of its own, with limits. Raises RefusedError.

    Text that cannot be read does not keep a sound file out; ``notes`` tells it.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(READER), str(path)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
        )
        output = done.stdout
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
    answers = [json.loads(line) for line in output.splitlines(keepends=True) if line.endswith(b"\n")]
    if not answers:
        raise RefusedError(REFUSALS["damaged"])
    if refused := next((a["refused"] for a in answers if "refused" in a), None):
        raise RefusedError(REFUSALS[refused])
    kind = answers[0]["format"]
    if len(answers) < 2:
        return Content(kind, notes=("unreadable",))
    return _content(kind, **answers[1])


def _content(kind: str, pages: list[str], hidden: str, notes: list[str]) -> Content:
    pages, hidden = [_plain(page) for page in pages], _plain(hidden)
    place = _("side %(number)d") if kind == "pdf" else _("avsnitt %(number)d")
    found = []
    for number, page in enumerate(pages, start=1):
        found += [
            f"{place % {'number': number}}: {page[start : start + 2]}•••••••••"
            for start, _end in find_birth_numbers(page)
        ]
    found += [
        f"{_('skjult i filen')}: {hidden[start : start + 2]}•••••••••" for start, _end in find_birth_numbers(hidden)
    ]
    # A number may be parted by the end of a paragraph or a page.
    whole = "\n".join(pages)
    if not found and next(find_birth_numbers(whole), None):
        found = [_("over et linjeskift")]
    text = mask_birth_numbers(whole)
    if not text.strip():
        notes = ["no_text", *(note for note in notes if note not in ("page_without_text", "unreadable_page"))]
    cut = text.encode()[:MOST_BYTES].decode(errors="ignore")
    if len(cut) < len(text):
        notes = [*notes, "cut"]
    return Content(kind, cut, tuple(found[:MOST_PLACES]), tuple(dict.fromkeys(notes)))


def _plain(text: str) -> str:
    """Return the text without signs that PostgreSQL cannot store, or that hide digits from a search for numbers.

    Full-width digits become 0 to 9 (NFKC); a soft hyphen or a zero-width space is dropped.
    """
    kept = (
        c
        for c in unicodedata.normalize("NFKC", text)
        if c in "\n\r\f\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return "".join(kept)


def safe_file_name(name: str, kind: str) -> str:
    """Return a name to offer for download: no folders, no control signs, and the ending of what the file is."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(c for c in unicodedata.normalize("NFC", base) if c.isprintable() and c not in '<>:"|?*%;')
    stem = base.rsplit(".", 1)[0] if "." in base else base
    return f"{stem.strip(' .')[:120] or 'dokument'}.{kind}"
