"""Is a file handed out as an attachment that no browser runs, and only what the public may read?"""

import pytest

from agreements.exchange.document_files import path_of
from agreements.models import Cooperation, Document
from tests import factories, files

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return factories.document(name="Avtale – Ås.pdf", version="signert", language="uk", confirmed=True)


def test_the_file_comes_as_an_attachment_with_its_name(client, document):
    response = client.get(document.get_absolute_url())
    assert b"".join(response.streaming_content) == files.pdf("Avtale om legevakt")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Avtale%20%E2%80%93%20%C3%85s.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert response["ETag"] == f'"{document.sha256}"'
    assert response["Content-Length"] == str(document.size)


@pytest.mark.parametrize("sent", ['"{0}"', 'W/"{0}"', '"annet", "{0}"', "*"])
def test_who_has_the_file_is_told_so(client, document, sent):
    response = client.get(document.get_absolute_url(), headers={"If-None-Match": sent.format(document.sha256)})
    assert (response.status_code, response.content) == (304, b"")


def test_who_has_another_file_gets_this_one(client, document):
    response = client.get(document.get_absolute_url(), headers={"If-None-Match": '"annet"'})
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_head_answers_and_post_does_not(client, document):
    response = client.head(document.get_absolute_url())
    assert response["Content-Length"] == str(document.size)
    response.close()
    assert client.post(document.get_absolute_url()).status_code == 405


HIDDEN = {
    "not confirmed": {"confirmed_at": None, "confirmed_by": ""},
    "exempt": {"access": "restricted", "exemption_basis": "offentleglova § 13"},
    "erased": {"erased_at": "2026-01-01T00:00Z"},
}


@pytest.mark.parametrize("values", HIDDEN.values(), ids=HIDDEN)
def test_what_the_public_may_not_read_is_not_there(client, document, values):
    Document.objects.update(**values)
    assert client.get(document.get_absolute_url()).status_code == 404
    assert "Signert avtale" not in client.get(document.agreement.cooperation.get_absolute_url()).content.decode()


def test_a_document_of_an_unpublished_cooperation_is_not_there(client, document):
    Cooperation.objects.update(publication="draft")
    assert client.get(document.get_absolute_url()).status_code == 404


def test_who_has_an_old_copy_is_not_told_that_a_withdrawn_file_is_there(client, document):
    Document.objects.update(confirmed_at=None, confirmed_by="")
    sent = {"If-None-Match": f'"{document.sha256}"'}
    assert client.get(document.get_absolute_url(), headers=sent).status_code == 404


def test_a_file_that_is_gone_is_said_to_be(client, document, caplog):
    path_of(document.sha256).unlink()
    assert client.get(document.get_absolute_url()).status_code == 404
    assert "is not there" in caplog.text


def test_the_page_of_the_cooperation_lists_it(client, document):
    shown = " ".join(client.get(document.agreement.cooperation.get_absolute_url()).content.decode().split())
    assert f'<a href="{document.get_absolute_url()}" download>Signert avtale</a>' in shown
    assert "signert, ukrainsk)" in shown


def test_a_redacted_copy_says_that_something_is_taken_out(client):
    made = factories.document(access="redacted", exemption_basis="offentleglova § 13", confirmed=True)
    shown = client.get(made.agreement.cooperation.get_absolute_url()).content.decode()
    assert "Sladdet utgave: noe er tatt ut etter offentleglova § 13." in shown
