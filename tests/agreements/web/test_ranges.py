"""Can a fetch of a large file go on where it broke off, and does it never mix two files?"""

import http.client
from urllib.parse import urlsplit

import pytest
from django.test import RequestFactory

from agreements.exchange import dump
from agreements.web.ranges import UnsatisfiableError, file_answer, wanted_part

CONTENT = bytes(range(256)) * 1000
SIZE = len(CONTENT)
ETAG = '"sha"'


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "fil.bin"
    made.write_bytes(CONTENT)
    return made


def answer(path, method="get", **headers):
    request = getattr(RequestFactory(), method)("/data/fil.bin", headers=headers)
    response = file_answer(request, path, content_type="application/octet-stream", etag=ETAG)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return response, content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=99999-200000", 99_999, 200_000),
        ("bytes=100-", 100, SIZE - 1),
        ("bytes=-100", SIZE - 100, SIZE - 1),
        (f"bytes=-{SIZE + 1}", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        (f"bytes=5-{'9' * 5000}", 5, SIZE - 1),
        ("Bytes = 1-2", 1, 2),
    ],
)
def test_a_part_is_handed_out(path, asked, first, last):
    response, content = answer(path, range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert int(response["Content-Length"]) == len(content)
    assert content == CONTENT[first : last + 1]
    assert response["ETag"] == ETAG


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0", f"bytes={'9' * 5000}-"])
def test_a_part_after_the_end_is_refused(path, asked):
    response, content = answer(path, range=asked)
    assert (response.status_code, response["Content-Range"], content) == (416, f"bytes */{SIZE}", b"")


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=2-1",
        "lines=0-1",
        "bytes=0-1,5-6",
        "bytes=-1-2",
        "bytes=٠-١",
    ],
)
def test_what_is_no_range_of_ours_is_passed_over(path, asked):
    response, content = answer(path, range=asked)
    assert (response.status_code, len(content)) == (200, SIZE)
    assert response["Accept-Ranges"] == "bytes"


def test_a_range_of_a_file_that_has_changed_gets_the_new_file(path):
    modified = answer(path)[0]["Last-Modified"]
    for same in (ETAG, modified):
        assert answer(path, range="bytes=1-2", if_range=same)[0].status_code == 206
    for other in ('"annen"', f"W/{ETAG}", "Mon, 01 Jan 2001 00:00:00 GMT", "tull"):
        assert answer(path, range="bytes=1-2", if_range=other)[1] == CONTENT
    # Past the end of the old file, which the new one may not be.
    assert answer(path, range=f"bytes={SIZE}-", if_range='"annen"')[0].status_code == 200


def test_conditions_go_before_ranges(path):
    modified = answer(path)[0]["Last-Modified"]
    asked = {"range": "bytes=1-2"}
    assert answer(path, if_none_match=ETAG, **asked)[0].status_code == 304
    assert answer(path, if_modified_since=modified, **asked)[0].status_code == 304
    assert answer(path, if_match='"annen"', **asked)[0].status_code == 412
    assert answer(path, if_unmodified_since="Mon, 01 Jan 2001 00:00:00 GMT", **asked)[0].status_code == 412
    assert answer(path, if_match=ETAG, **asked)[0].status_code == 206


def test_head_tells_the_length_and_reads_nothing(path):
    response, content = answer(path, "head", range="bytes=1-2")
    assert (response.status_code, response["Content-Length"], content) == (200, str(SIZE), b"")
    assert not response.streaming


def test_a_large_file_is_read_a_block_at_a_time(path):
    request = RequestFactory().get("/", headers={"range": "bytes=0-"})
    response = file_answer(request, path, content_type="x/y", etag=ETAG)
    assert max(len(block) for block in response.streaming_content) == 64 * 1024
    response.close()


def test_an_empty_file_has_no_part(tmp_path):
    (tmp_path / "tom").touch()
    with pytest.raises(UnsatisfiableError):
        wanted_part(RequestFactory().get("/", headers={"range": "bytes=0-"}), 0, ETAG, "")


@pytest.mark.django_db(transaction=True)
def test_a_fetch_goes_on_over_http(live_server, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    dump.publish()
    link = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=30)

    def fetch(method="GET", **headers):
        link.request(method, "/data/datapackage.json", headers=headers)
        response = link.getresponse()
        return response, response.read()

    whole, content = fetch()
    assert whole.status == 200
    head, nothing = fetch("HEAD")
    assert (head.headers["Content-Length"], nothing) == (str(len(content)), b"")
    etag = whole.headers["ETag"]
    begun = fetch(Range="bytes=0-999")[1]
    rest, more = fetch(Range=f"bytes={len(begun)}-", **{"If-Range": etag})
    assert rest.status == 206
    assert begun + more == content
    assert "Content-Range" in rest.headers["Access-Control-Expose-Headers"]
    assert fetch(Range=f"bytes={len(content)}-")[0].status == 416
    link.close()
