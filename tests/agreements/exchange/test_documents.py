"""Is a file judged by its content, and read without harm, whatever it does?  Each fault stands alone."""

import io
import subprocess
import sys
import zipfile

import pytest

from agreements.exchange import documents
from tests import files

NUMBER = files.birth_number("010159")
SPLIT = f"{NUMBER[:6]} {NUMBER[6:]}"
MASKED = "01•••••••••"


@pytest.fixture
def read(tmp_path):
    def read_bytes(content: bytes) -> documents.Content:
        path = tmp_path / "opplastet"
        path.write_bytes(content)
        return documents.read(path)

    return read_bytes


SOUND = {
    "pdf": (files.pdf("Avtale om legevakt", "Side to"), "Avtale om legevakt\nSide to"),
    "docx": (files.docx("Avtale om legevakt", "Punkt to"), "Avtale om legevakt\nPunkt to"),
    "odt": (files.odt("Avtale om legevakt", "Punkt to"), "Avtale om legevakt\nPunkt to"),
}


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_file_is_told_by_its_content_and_its_text_read(read, kind):
    content, text = SOUND[kind]
    assert read(content) == documents.Content(kind, text)


def _lying(content: bytes) -> bytes:
    """Return a package that declares its big member to be small: in the central directory and before the member."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        size = package.getinfo("word/big.bin").file_size
    return content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


def _encrypted(content: bytes) -> bytes:
    """Return a package with the flag of encryption set on every member."""
    marked = bytearray(content)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = marked.find(signature)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(signature, at + 4)
    return bytes(marked)


def _twice(content: bytes) -> bytes:
    output = io.BytesIO(content)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(output, "a") as package:
        package.writestr("word/document.xml", "<a/>")
    return output.getvalue()


ENTITIES = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ACTION = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"

REFUSED = {
    "nothing": (b"", "empty"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "unknown"),
    "a program": (b"\x7fELF" + bytes(60), "unknown"),
    "a picture with scripts": (SVG, "unknown"),
    "a web page": (b"<!doctype html><script>alert(1)</script>", "unknown"),
    "a web page with a PDF in it": (b"<script>alert(1)</script>\n" + files.pdf("x"), "unknown"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unknown"),
    "plain text": (b"Avtale", "unknown"),
    "any zip": (files.package({"a.txt": "x"}), "unknown"),
    "an empty zip": (files.package({}), "unknown"),
    "a spreadsheet": (files.docx("x", content_type="application/vnd.ms-excel.main+xml"), "unknown"),
    "an ODS": (files.odt("x", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "unknown"),
    "PDF: only a heading": (b"%PDF-1.7\n", "damaged"),
    "PDF: a script after the heading": (b"%PDF-1.7\n#!/bin/sh\nrm -rf /\n%%EOF\n", "damaged"),
    "PDF: cut": (files.pdf("x")[:-200], "damaged"),
    "PDF: no pages": (files.pdf(), "damaged"),
    "PDF: script when opened": (files.pdf("x", catalogue=ACTION), "active"),
    "PDF: script by name": (files.pdf("x", catalogue="/Names << /JavaScript << /Names [] >> >>"), "active"),
    "PDF: starts a program": (files.pdf("x", page="/AA << /O << /S /Launch /F (cmd.exe) >> >>"), "active"),
    "PDF: script in a link": (
        files.pdf("x", page="/Annots [<< /Type /Annot /Subtype /Link /A << /S /JavaScript /JS (x) >> >>]"),
        "active",
    ),
    "PDF: file within": (files.pdf("x", catalogue="/Names << /EmbeddedFiles << /Names [] >> >>"), "active"),
    "PDF: password": (
        files.pdf("x", trailer="/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
                  f"/O <{'00' * 32}> /U <{'00' * 32}> >>"),
        "locked",
    ),
    "DOCX: macros declared": (
        files.docx("x", content_type="application/vnd.ms-word.document.macroEnabled.main+xml"), "active"
    ),
    "DOCX: macros": (files.docx("x", **{"word/vbaProject.bin": b"x"}), "active"),
    "DOCX: a program": (files.docx("x", **{"word/media/a.exe": b"MZ"}), "active"),
    "DOCX: control": (files.docx("x", **{"word/activeX/activeX1.xml": b"<a/>"}), "active"),
    "DOCX: object": (files.docx("x", **{"word/embeddings/oleObject1.bin": b"x"}), "active"),
    "DOCX: path upwards": (files.docx("x", **{"../../etc/passwd": b"x"}), "damaged"),
    "DOCX: absolute path": (files.docx("x", **{"/etc/passwd": b"x"}), "damaged"),
    "DOCX: no XML": (files.docx("x", **{"word/document.xml": b"ikke XML"}), "damaged"),
    "DOCX: entities": (files.docx("x", **{"word/document.xml": ENTITIES}), "damaged"),
    "DOCX: a member twice": (_twice(files.docx("x")), "damaged"),
    "DOCX: cut": (files.docx("x")[:-30], "damaged"),
    "DOCX: password": (_encrypted(files.docx("x")), "locked"),
    "DOCX: bomb": (files.docx("x", **{"word/big.bin": bytes(5_000_000)}), "bomb"),
    "DOCX: bomb that says it is small": (_lying(files.docx("x", **{"word/big.bin": bytes(5_000_000)})), "damaged"),
    "DOCX: thousands of members": (files.docx("x", **{f"word/{n}": b"" for n in range(5_001)}), "bomb"),
    "ODT: macros": (files.odt("x", **{"Basic/Standard/script-lb.xml": "<a/>"}), "active"),
    "ODT: scripts": (files.odt("x", **{"Scripts/python/a.py": "x"}), "active"),
    "ODT: password": (files.odt("x", manifest="<manifest><encryption-data/></manifest>"), "locked"),
    "ODT: entities": (files.odt("x", **{"content.xml": ENTITIES}), "damaged"),
    "ODT: no content": (files.package({"mimetype": files.ODT_TYPE, "META-INF/manifest.xml": "<a/>"}), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_or_broken_file_is_refused(read, content, code):
    with pytest.raises(documents.RefusedError, match=str(documents.REFUSALS[code])[:20]):
        read(content)


def test_a_pdf_that_only_asks_not_to_be_changed_is_read(read):
    """An owner's password locks printing, not reading."""
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf("Avtale")))
    writer.encrypt(user_password="", owner_password="hemmelig", algorithm="RC4-128")
    output = io.BytesIO()
    writer.write(output)
    assert read(output.getvalue()).text == "Avtale"


def test_a_pdf_whose_text_unpacks_to_a_bomb_is_taken_in_unread(read):
    import zlib

    stream = zlib.compress(bytes(300_000_000), 1)
    page = files.pdf("x", stream=stream).replace(
        b"<< /Length %d >>" % len(stream), b"<< /Length %d /Filter /FlateDecode >>" % len(stream)
    )
    found = read(page)
    assert (found.format, found.text) == ("pdf", "")
    assert set(found.notes) & {"unreadable", "no_text"}


# Fødselsnummer


HIDING = {
    "on a page": (files.pdf("Avtale", f"Leder {SPLIT}"), f"side 2: {MASKED}"),
    "in the title of a PDF": (files.pdf("x", trailer=f"/Info << /Title ({NUMBER}) >>"), f"skjult i filen: {MASKED}"),
    "in a comment on a PDF": (
        files.pdf("x", page=f"/Annots [<< /Type /Annot /Subtype /Text /Contents ({NUMBER}) >>]"),
        f"skjult i filen: {MASKED}",
    ),
    "in a paragraph": (files.docx("Avtale", f"Leder {NUMBER}."), f"avsnitt 2: {MASKED}"),
    "over two runs": (
        files.docx(body=f"<w:p><w:r><w:t>{NUMBER[:4]}</w:t></w:r><w:r><w:t>{NUMBER[4:]}</w:t></w:r></w:p>"),
        f"avsnitt 1: {MASKED}",
    ),
    "in deleted text": (
        files.docx("x", body=f"<w:p><w:del><w:r><w:delText>{NUMBER}</w:delText></w:r></w:del></w:p>"),
        f"avsnitt 2: {MASKED}",
    ),
    "in a header": (
        files.docx("x", **{"word/header1.xml": f'<w:hdr xmlns:w="w"><w:p><w:t>{NUMBER}</w:t></w:p></w:hdr>'}),
        f"avsnitt 2: {MASKED}",
    ),
    "in a comment": (
        files.docx("x", **{"word/comments.xml": f'<w:c xmlns:w="w"><w:p><w:t>{NUMBER}</w:t></w:p></w:c>'}),
        f"skjult i filen: {MASKED}",
    ),
    "in the properties": (
        files.docx("x", **{"docProps/core.xml": f"<a><creator>{NUMBER}</creator></a>"}), f"skjult i filen: {MASKED}"
    ),
    "in an ODT": (files.odt(f"Leder <text:span>{NUMBER[:6]}</text:span><text:s/>{NUMBER[6:]}"), f"avsnitt 1: {MASKED}"),
    "over two paragraphs": (files.docx(NUMBER[:6], NUMBER[6:]), "over et linjeskift"),
    "with a zero-width space in it": (files.docx(f"{NUMBER[:3]}\u200b{NUMBER[3:]}"), f"avsnitt 1: {MASKED}"),
    "in full-width digits": (
        files.docx(NUMBER.translate({ord("0") + n: 0xFF10 + n for n in range(10)})), f"avsnitt 1: {MASKED}"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "place"), HIDING.values(), ids=HIDING)
def test_a_birth_number_is_found_and_kept_out_of_the_text(read, content, place):
    found = read(content)
    assert found.birth_numbers == (place,)
    assert NUMBER[6:] not in found.text


# What the one who confirms must look for


NOTED = {
    "scanned": (files.pdf(""), ("no_text",)),
    "partly scanned": (files.pdf("Avtale", ""), ("page_without_text",)),
    "comments": (files.docx("x", **{"word/comments.xml": "<a/>"}), ("comments",)),
    "tracked changes": (
        files.docx("x", body="<w:p><w:ins><w:r><w:t>y</w:t></w:r></w:ins></w:p>"),
        ("tracked_changes",),
    ),
    "longer than is kept": (files.docx("avtale " * 100_000), ("cut",)),
}


@pytest.mark.parametrize(("content", "notes"), NOTED.values(), ids=NOTED)
def test_what_the_machine_could_not_see_is_told(read, content, notes):
    assert read(content).notes == notes


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("avtale.pdf", "avtale.pdf"),
        ("Avtale om legevakt – Ås.docx", "Avtale om legevakt – Ås.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Brukere\\meg\\avtale.pdf", "avtale.pdf"),
        ('a"\r\nSet-Cookie: x=1.pdf', "aSet-Cookie x=1.pdf"),
        ("evil.pdf\x00.exe", "evil.pdf.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("...", "dokument.pdf"),
        ("", "dokument.pdf"),
        ("a" * 500 + ".pdf", "a" * 120 + ".pdf"),
    ],
)
def test_a_file_name_is_made_safe(name, safe):
    assert documents.safe_file_name(name, "pdf") == safe


def test_the_reader_needs_nothing_of_the_register(tmp_path):
    """It runs apart from the register's own settings and packages, on files that may take it over."""
    path = tmp_path / "avtale.pdf"
    path.write_bytes(files.pdf("Avtale"))
    done = subprocess.run(
        [sys.executable, "-I", documents.READER, path], check=True, capture_output=True, cwd=tmp_path, env={}
    )
    assert done.stdout.splitlines()[0] == b'{"format": "pdf"}'
