"""What does the interface say, and is all of it translated?  Finds the texts, keeps and compiles the catalogues.

``python -m registry.messages update`` brings `locale/*/LC_MESSAGES/django.po` up to the sources, ``check`` tells what
is not translated, ``compile`` makes the files that Django reads. Bokmål is the language of the sources and has no
catalogue. Babel is used instead of gettext's programs, which a machine may lack.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

BASE_DIR = Path(__file__).resolve().parent.parent
LOCALE = BASE_DIR / "locale"
#: Languages with a catalogue; the sources are in bokmål.
TRANSLATED = ("nn", "en")
APPS = ("registry", "municipalities", "agreements")
# Which arguments of each function are texts (1 = first); "c" marks the context.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_STRING = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL)

#: A text, or a text and its plural; its context; the file that it stands in.
Text = tuple[str | tuple[str, str], str | None, str]


def texts() -> Iterator[Text]:
    """Yield (text or (text, plural), context, file) for everything that the sources mark as a text of the interface."""
    for path in (p for app in APPS for p in sorted((BASE_DIR / app).rglob("*.py"))):
        with path.open("rb") as source:
            for _line, function, found, _comments in extract_python(source, KEYWORDS, (), {}):
                yield from _message(function, found, path)
    for path in sorted((BASE_DIR / "templates").rglob("*")):
        if path.suffix in (".html", ".txt", ".xml"):
            yield from _of_template(path)


def _of_template(path: Path) -> Iterator[Text]:
    """Yield the texts of a template: Django turns its tags into calls, which are read as Python's literals."""
    from django.utils.translation.template import templatize

    for call in _CALL.finditer(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        found = ast.literal_eval(f"({call[2]},)")
        yield from _message(call[1], found, path)


def _message(function: str, found, path: Path) -> Iterator[Text]:
    args = found if isinstance(found, tuple | list) else (found,)
    context = None
    if function.startswith(("pgettext", "npgettext")):
        context, *args = args
    args = [a for a in args if a is not None]
    where = path.relative_to(BASE_DIR).as_posix()
    if not args or not args[0]:
        return
    if function.startswith(("ngettext", "npgettext")):
        yield (args[0], args[1]), context, where
    else:
        yield args[0], context, where


def catalogue(language: str) -> Catalog:
    """Return the stored catalogue of a language, empty where there is none."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def template() -> Catalog:
    """Return all texts of the sources, each with the files that it stands in."""
    found = Catalog()
    for text, context, where in texts():
        found.add(text, locations=[(where, None)], context=context)
    return found


def update() -> None:
    """Write each catalogue anew: what the sources say now, with the translations there are; the rest is dropped."""
    wanted = template()
    for language in TRANSLATED:
        known = catalogue(language)
        fresh = Catalog(locale=language, project="register", header_comment="# Written by registry.messages.")
        for message in wanted:
            if message.id:
                old = known.get(_key(message), message.context)
                fresh.add(
                    message.id,
                    string=old.string if old and not old.fuzzy else None,
                    locations=message.locations,
                    context=message.context,
                )
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_po(written, fresh, sort_output=True, width=100, omit_header=False, include_lineno=False)
        # The dates would change the file, and clash, at every run.
        text = re.sub(rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By)[^"]*"\n', b"", written.getvalue())
        path.write_bytes(text)


def _key(message) -> str:
    return message.id[0] if message.pluralizable else message.id


def faults(known: Catalog, wanted: Catalog) -> list[str]:
    """Return what is wrong with a catalogue: texts without a translation, fuzzy ones, placeholders that differ."""
    language, wrong = str(known.locale), []
    for message in wanted:
        if not message.id:
            continue
        found, text = known.get(_key(message), message.context), _key(message)
        strings = (found.string if isinstance(found.string, tuple) else (found.string,)) if found else ("",)
        if not all(strings) or (message.pluralizable and len(strings) != known.num_plurals):
            wrong.append(f"{language}: not translated: {text!r}")
        elif found.fuzzy:
            wrong.append(f"{language}: fuzzy: {text!r}")
        elif not message.pluralizable and _placeholders(text) != _placeholders(strings[0]):
            wrong.append(f"{language}: other placeholders: {text!r} → {strings[0]!r}")
    return wrong


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sdif]|%[sd]|\{\w+\}", text))


def compile_all() -> None:
    """Make the `.mo` files that Django reads, where a catalogue is newer than its file."""
    for language in TRANSLATED:
        source = LOCALE / language / "LC_MESSAGES" / "django.po"
        target = source.with_suffix(".mo")
        if source.exists() and not (target.exists() and target.stat().st_mtime > source.stat().st_mtime):
            draft = target.with_suffix(".mo.draft")
            with draft.open("wb") as file:
                write_mo(file, catalogue(language))
            draft.replace(target)


def main(command: str) -> None:
    """Run one of the commands."""
    match command:
        case "update":
            update()
        case "compile":
            compile_all()
        case "check":
            wrong = [fault for language in TRANSLATED for fault in faults(catalogue(language), template())]
            sys.exit("\n".join(wrong) or 0)
        case _:
            sys.exit("usage: python -m registry.messages update|check|compile")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
