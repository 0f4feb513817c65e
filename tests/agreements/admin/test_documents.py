"""Can a coordinator upload, publish and take away the files of an agreement, and nobody else read them?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements.models import Document
from municipalities.models import User
from tests import factories, files
from tests.admin_pages import fields, saved, text

pytestmark = pytest.mark.django_db

ADD = "/admin/agreements/document/add/"
NUMBER = files.birth_number("010159")


def upload(client, agreement, content=None, name="avtale.pdf", **changes):
    """Send the form as a browser does."""
    address = f"{ADD}?agreement={agreement.pk}"
    data = fields(client.get(address)) | {"file": SimpleUploadedFile(name, content or files.pdf("Avtale"))} | changes
    return client.post(address, data)


def page(document) -> str:
    return reverse("admin:agreements_document_change", args=[document.pk])


@pytest.fixture
def agreement():
    return factories.agreement()


def test_a_document_is_uploaded_confirmed_and_read_by_all(admin_client, client, agreement):
    agreement_page = admin_client.get(reverse("admin:agreements_agreement_change", args=[agreement.pk]))
    assert f"{ADD}?agreement={agreement.pk}" in agreement_page.content.decode()
    sent = upload(admin_client, agreement, name="signert_avtale.pdf", language="nb")
    made = Document.objects.get()
    assert saved(sent)
    assert sent.url == page(made)
    assert (made.title, made.uploaded_by, made.confirmed_at) == ("signert avtale", "admin", None)
    assert "Venter på bekreftelse" in text(admin_client.get(page(made)))
    assert client.get(made.get_absolute_url()).status_code == 404

    unread = admin_client.post(reverse("admin:document-confirm", args=[made.pk]), follow=True)
    assert "Kryss av for at du har lest" in text(unread)
    assert not Document.objects.public().exists()
    done = admin_client.post(reverse("admin:document-confirm", args=[made.pk]), {"read": "on"}, follow=True)
    assert "Publisert. Bekreftet av admin" in text(done)
    assert b"".join(client.get(made.get_absolute_url()).streaming_content) == files.pdf("Avtale")


@pytest.mark.parametrize(
    ("content", "changes", "sentence"),
    [
        pytest.param(b"#!/bin/sh\n", {}, "Filen er ikke en PDF, DOCX eller ODT", id="script"),
        pytest.param(b"<svg/>", {"name": "a.svg"}, "Filen er ikke en PDF, DOCX eller ODT", id="svg"),
        pytest.param(files.pdf("x")[:-200], {}, "Filen er skadet", id="cut"),
        pytest.param(None, {"access": "restricted"}, "Skriv hjemmelen", id="no-basis"),
        pytest.param(None, {"language": "qqq"}, "«qqq» er ikke en språkkode", id="no-language"),
        pytest.param(None, {"title": f"Avtale {NUMBER}"}, "ser ut som et fødselsnummer", id="birth-number-in-title"),
    ],
)
def test_a_faulty_upload_is_refused_in_words(admin_client, agreement, content, changes, sentence):
    response = upload(admin_client, agreement, content, **changes)
    assert response.status_code == 200
    assert sentence in text(response)
    assert not Document.objects.exists()


def test_a_file_above_the_limit_is_refused_in_words(admin_client, agreement, settings):
    settings.MAX_DOCUMENT_MB = 1
    response = upload(admin_client, agreement, files.pdf("x") + bytes(1 << 20))
    assert "Den kan være på høyst 1 MB" in text(response)
    assert not Document.objects.exists()


def test_a_request_far_above_the_limit_is_refused_before_it_is_read(admin_client, agreement):
    """Two gigabytes are only declared: whoever tried to read them here would find nothing."""
    response = admin_client.generic(
        "POST", ADD, b"", CONTENT_TYPE="multipart/form-data; boundary=x", CONTENT_LENGTH=2**31
    )
    assert response.status_code == 413
    assert "større enn 25 MB" in text(response)


def test_the_same_file_twice_is_noticed(admin_client, agreement):
    factories.document(agreement, files.pdf("Avtale"), title="Den første")
    assert "Denne filen ligger allerede på avtalen, som «Den første»" in text(upload(admin_client, agreement))


def test_the_same_file_on_another_agreement_is_told(admin_client, agreement):
    factories.document(factories.agreement(agreement.cooperation, "Gammel avtale"), files.pdf("Avtale"))
    sent = upload(admin_client, agreement)
    assert "Den samme filen ligger også på: Gammel avtale" in text(admin_client.get(sent.url))


def test_a_birth_number_is_told_and_cannot_be_confirmed(admin_client, agreement):
    sent = upload(admin_client, agreement, files.pdf("Avtale", f"Leder {NUMBER}"))
    told = text(admin_client.get(sent.url))
    assert "fødselsnummer: side 2: 01•••••••••" in told
    assert NUMBER not in told
    assert "Bekreft og publiser" not in told
    made = Document.objects.get()
    refused = admin_client.post(reverse("admin:document-confirm", args=[made.pk]), {"read": "on"}, follow=True)
    assert "Last opp en sladdet utgave" in text(refused)
    assert not Document.objects.public().exists()


def test_another_access_must_be_confirmed_anew(admin_client, agreement):
    made = factories.document(agreement, confirmed=True)
    data = fields(admin_client.get(page(made))) | {"access": "restricted", "exemption_basis": "offentleglova § 13"}
    assert saved(admin_client.post(page(made), data))
    data = fields(admin_client.get(page(made))) | {"access": "public"}
    assert saved(admin_client.post(page(made), data))
    assert not Document.objects.public().exists()


def test_a_document_is_withdrawn_with_a_reason(admin_client, agreement):
    made = factories.document(agreement, confirmed=True)
    address = reverse("admin:document-withdraw", args=[made.pk])
    assert "Skriv hvorfor" in text(admin_client.post(address, follow=True))
    assert "Trukket tilbake" in text(admin_client.post(address, {"reason": "Feil utgave"}, follow=True))
    assert not Document.objects.public().exists()


def test_a_file_is_erased_with_a_reason_and_the_row_stays(admin_client, agreement, django_capture_on_commit_callbacks):
    made = factories.document(agreement)
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(reverse("admin:document-erase", args=[made.pk]), {"reason": "Personopplysninger"})
    shown = text(admin_client.get(page(made)))
    assert "Filen er slettet" in shown
    assert admin_client.get(reverse("admin:document-file", args=[made.pk])).status_code == 404
    assert admin_client.get(f"/admin/agreements/document/{made.pk}/delete/").status_code == 403
    of_agreement = text(admin_client.get(reverse("admin:agreements_agreement_change", args=[agreement.pk])))
    assert "Ingen filer er lastet opp. Slettede filer (1)" in of_agreement


def test_who_keeps_the_agreement_reads_what_the_public_may_not(admin_client, agreement):
    made = factories.document(agreement, access="restricted", exemption_basis="offentleglova § 13")
    response = admin_client.get(reverse("admin:document-file", args=[made.pk]))
    assert b"".join(response.streaming_content) == files.pdf("Avtale om legevakt")
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("deed", ["document-file", "document-confirm", "document-withdraw", "document-erase"])
def test_others_do_nothing_with_a_document(client, agreement, deed):
    made = factories.document(agreement, access="restricted", exemption_basis="offentleglova § 13")
    address = reverse(f"admin:{deed}", args=[made.pk])
    ask = client.get if deed == "document-file" else client.post
    assert ask(address).status_code == 302  # to the sign-in
    client.force_login(User.objects.create_user("annen", is_staff=True))
    assert ask(address).status_code == 403
    made.refresh_from_db()
    assert made.erased_at is None


def test_saving_a_document_without_changes_changes_nothing(admin_client, agreement):
    made = factories.document(agreement, confirmed=True)
    before = list(Document.objects.values())
    assert saved(admin_client.post(page(made), fields(admin_client.get(page(made)))))
    assert list(Document.objects.values()) == before


def test_the_list_says_how_each_stands(admin_client, agreement):
    factories.document(agreement, confirmed=True)
    factories.document(agreement, files.odt("x"), title="Utkast")
    shown = text(admin_client.get("/admin/agreements/document/"))
    assert "publisert" in shown
    assert "venter på bekreftelse" in shown
