"""How is a large file handed out, so that a fetch that broke off goes on where it was (RFC 9110, sections 13 and 14)?

One range is answered with 206 and that part, read a block at a time. Several at once get the whole file, as they may.
"""

import os
import re
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

_BLOCK = 64 * 1024
_RANGE = re.compile(r"\s*([0-9]*)-([0-9]*)\s*", re.ASCII)


class UnsatisfiableError(ValueError):
    """The range begins after the end of the file."""


def file_answer(request: HttpRequest, path: Path, *, content_type: str, etag: str, **more: str) -> HttpResponse:
    """Return the file, the part of it that is asked for, or what the caller's conditions ask for (304, 412).

    ``etag`` is a strong one, ``more`` are further headers of every answer. Raises FileNotFoundError.
    """
    file = path.open("rb")
    stat = os.fstat(file.fileno())  # of the file that was opened, whatever has taken its place since
    modified = int(stat.st_mtime)
    headers = {"ETag": etag, "Last-Modified": http_date(modified), "Accept-Ranges": "bytes"} | more
    response = get_conditional_response(request, etag, modified)
    if response is None:
        response = _answer(request, file, stat.st_size, headers, content_type)
    if not response.streaming:
        file.close()
    for name, value in headers.items():
        response[name] = value
    return response


def _answer(request: HttpRequest, file: BinaryIO, size: int, headers: dict, content_type: str) -> HttpResponse:
    try:
        wanted = wanted_part(request, size, headers["ETag"], headers["Last-Modified"])
    except UnsatisfiableError:
        return HttpResponse(status=416, content_type=content_type, headers={"Content-Range": f"bytes */{size}"})
    first, last = wanted or (0, size - 1)
    if request.method == "HEAD":
        response: HttpResponse = HttpResponse(content_type=content_type)
    else:
        response = FileResponse(_Part(file, first, last - first + 1), content_type=content_type)
        response.block_size = _BLOCK
    response["Content-Length"] = str(last - first + 1)
    if wanted:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


class _Part:
    """So many bytes of a file, from a place on."""

    def __init__(self, file: BinaryIO, first: int, length: int):
        file.seek(first)
        self._file, self._left = file, length

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most ``size``."""
        block = self._file.read(min(size, self._left))
        self._left -= len(block)
        return block

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def wanted_part(request: HttpRequest, size: int, etag: str, modified: str) -> tuple[int, int] | None:
    """Return the first and the last byte that are asked for; None for the whole file. Raises UnsatisfiableError.

    What cannot be understood is passed over, as is a range of a file that has changed (``If-Range``).
    """
    unit, _equals, text = request.headers.get("Range", "").partition("=")
    match = _RANGE.fullmatch(text)
    if request.method != "GET" or unit.strip().lower() != "bytes" or match is None or not any(match.groups()):
        return None
    if request.headers.get("If-Range", etag).strip() not in (etag, modified):
        return None
    # A number of more digits than any file has bytes is as good as its size.
    first, last = (
        int(digits) if digits and len(digits) < 19 else size if digits else None for digits in match.groups()
    )
    if first is None:  # so many of the last bytes
        first, last = max(size - (last or 0), 0), size - 1
    elif last is None:
        last = size - 1
    elif last < first:
        return None
    if first >= size:
        raise UnsatisfiableError
    return first, min(last, size - 1)


def _number(digits: str, size: int) -> int | None:
    """Return the number; one of more digits than any file has bytes is as good as the size."""
    return (int(digits) if len(digits) < 19 else size) if digits else None
