"""How do tests make PDF, DOCX and ODT files?  By hand, so that each fault can be put in alone."""

import io
import zipfile

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def birth_number(first_six: str) -> str:
    """Return the first eleven-digit number that begins with six digits and passes both checks modulo 11."""
    for serial in range(1000):
        digits = [int(d) for d in f"{first_six}{serial:03d}"]
        for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
            digits.append((11 - sum(w * d for w, d in zip(weights, digits, strict=True)) % 11) % 11)
        if 10 not in digits:
            return "".join(map(str, digits))
    raise ValueError(first_six)


def pdf(*pages: str, catalogue: str = "", page: str = "", trailer: str = "", stream: bytes | None = None) -> bytes:
    """Return a PDF with a line of text for each line of each page; extra keys go into catalogue, page and trailer."""
    bodies = [f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode()]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    bodies.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    bodies.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for number, text in enumerate(pages):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> {page} >>".encode()
        )
        lines = "".join(
            f"1 0 0 1 50 {780 - 20 * n} Tm ({line.translate(_ESCAPED)}) Tj " for n, line in enumerate(text.splitlines())
        )
        content = stream or f"BT /F1 12 Tf {lines}ET".encode("cp1252")
        bodies.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    output = io.BytesIO(b"%PDF-1.4\n")
    output.seek(0, 2)
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(output.tell())
        output.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = output.tell()
    output.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    output.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    output.write(f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R {trailer} >>\n".encode())
    output.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return output.getvalue()


_ESCAPED = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def package(members: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file with the members in their order; ``mimetype`` is not compressed."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", compression) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return output.getvalue()


def docx(*paragraphs: str, content_type: str = DOCX_TYPE, body: str = "", **members: str | bytes) -> bytes:
    """Return a DOCX; ``body`` is XML after the paragraphs, ``members`` are added by path."""
    runs = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return package(
        {
            "[Content_Types].xml": (
                f'<Types><Override PartName="/word/document.xml" ContentType="{content_type}"/></Types>'
            ),
            "word/document.xml": (
                '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                f"<w:body>{runs}{body}</w:body></w:document>"
            ),
            **members,
        }
    )


def odt(*paragraphs: str, mimetype: str = ODT_TYPE, manifest: str = "<manifest/>", **members: str | bytes) -> bytes:
    """Return an ODT; ``members`` are added by path."""
    body = "".join(f"<text:p>{text}</text:p>" for text in paragraphs)
    return package(
        {
            "mimetype": mimetype,
            "content.xml": (
                '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
                'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
                f"<office:body>{body}</office:body></office:document-content>"
            ),
            "META-INF/manifest.xml": manifest,
            **members,
        }
    )
