"""Is a document stored whole, and public only when somebody has confirmed it?"""

import hashlib
import stat

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from agreements.actions import documents
from agreements.exchange import document_files
from agreements.models import Cooperation, Document
from tests import factories, files

pytestmark = pytest.mark.django_db

NUMBER = files.birth_number("010159")
BASIS = "offentleglova § 13"


def test_a_file_is_kept_under_its_checksum_readable_by_its_owner_only():
    content = files.pdf("Avtale")
    made = factories.document(content=content, name="../Min avtale.docx")
    place = document_files.path_of(made.sha256)
    assert (made.sha256, made.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (made.format, made.file_name, made.text) == ("pdf", "Min avtale.pdf", "Avtale")
    assert place.read_bytes() == content
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert document_files.is_whole(made.sha256)


def test_a_refused_file_leaves_nothing(settings):
    with pytest.raises(ValidationError):
        documents.inspect(SimpleUploadedFile("avtale.pdf", b"#!/bin/sh"))
    assert list(settings.DOCUMENTS_DIR.iterdir()) == []


def test_the_same_file_twice_on_an_agreement_is_refused():
    made = factories.document()
    with pytest.raises(IntegrityError, match="document_file_once"), transaction.atomic():
        factories.document(made.agreement)


def test_the_same_file_on_another_agreement_is_noticed_and_stored_once(settings):
    first = factories.document()
    second = factories.document(factories.agreement(first.agreement.cooperation, "Tilleggsavtale"))
    assert documents.same_file(first.sha256) == [first, second]
    assert len(list(settings.DOCUMENTS_DIR.glob("??/*"))) == 1


def test_nothing_is_public_before_somebody_confirms():
    made = factories.document()
    assert list(Document.objects.public()) == []
    documents.confirm_document(made, by="Ola")
    assert list(Document.objects.public()) == [made]
    made.refresh_from_db()
    assert made.confirmed_by == "Ola"


@pytest.mark.parametrize(
    "publication", [value for value in Cooperation.Publication.values if value != Cooperation.Publication.PUBLISHED]
)
def test_a_document_of_an_unpublished_cooperation_is_not_public(publication):
    made = factories.document(confirmed=True)
    Cooperation.objects.update(publication=publication)
    assert made.confirmed_at
    assert list(Document.objects.public()) == []


def test_a_birth_number_stops_publication_in_the_action():
    made = factories.document(content=files.pdf(f"Leder {NUMBER}"))
    with pytest.raises(ValidationError, match="side 1: 01•••••••••"):
        documents.confirm_document(made, by="Ola")
    assert NUMBER[6:] not in Document.objects.get().text


def test_a_birth_number_stops_publication_in_the_database():
    factories.document(content=files.pdf(f"Leder {NUMBER}"))
    with pytest.raises(IntegrityError, match="document_with_birth_number_unpublished"), transaction.atomic():
        Document.objects.update(confirmed_at="2026-01-01T00:00Z", confirmed_by="Ola")


def test_what_is_exempt_is_not_confirmed():
    made = factories.document(access="restricted", exemption_basis=BASIS)
    with pytest.raises(ValidationError, match="unntatt offentlighet"):
        documents.confirm_document(made, by="Ola")


def test_what_becomes_exempt_is_no_longer_public():
    factories.document(confirmed=True)
    Document.objects.update(access="restricted", exemption_basis=BASIS)
    assert list(Document.objects.public()) == []


@pytest.mark.parametrize("access", ["restricted", "redacted"])
def test_an_exemption_needs_a_legal_basis(access):
    factories.document()
    with pytest.raises(IntegrityError, match="document_exemption_has_basis"), transaction.atomic():
        Document.objects.update(access=access)


def test_a_redacted_copy_is_public_and_its_original_is_not():
    original = factories.document(access="restricted", exemption_basis=BASIS)
    copy = factories.document(
        original.agreement, files.odt("Sladdet"), access="redacted", exemption_basis=BASIS, original=original,
        confirmed=True,
    )  # fmt: skip
    assert list(Document.objects.public()) == [copy]
    assert list(original.redacted_copies.all()) == [copy]


def test_the_original_is_of_the_same_agreement():
    original = factories.document(access="restricted", exemption_basis=BASIS)
    other = factories.agreement(original.agreement.cooperation, "En annen")
    with pytest.raises(ValidationError, match="hører til en annen avtale"):
        factories.document(other, files.odt("x"), access="redacted", exemption_basis=BASIS, original=original)


def test_withdrawing_needs_a_reason_and_keeps_it():
    made = factories.document(confirmed=True)
    with pytest.raises(ValidationError, match="hvorfor"):
        documents.withdraw_document(made, reason=" ")
    documents.withdraw_document(made, reason="Feil utgave")
    assert list(Document.objects.public()) == []
    event = Document.pgh_event_model.objects.order_by("-pgh_id").first()
    assert (event.confirmed_by, event.pgh_context.metadata["reason"]) == ("", "Feil utgave")


def test_erasing_removes_the_file_and_the_text_but_not_that_it_was(django_capture_on_commit_callbacks):
    made = factories.document(confirmed=True)
    with django_capture_on_commit_callbacks(execute=True):
        documents.erase_document(made, reason="Inneholdt personopplysninger")
    made.refresh_from_db()
    assert not document_files.path_of(made.sha256).exists()
    assert (made.text, made.title, bool(made.erased_at)) == ("", "Signert avtale", True)
    assert list(Document.objects.public()) == []
    with pytest.raises(ValidationError, match="slettet"):
        documents.confirm_document(made, by="Ola")
    factories.document(made.agreement)  # the right one may come in its place


def test_erasing_leaves_a_file_that_another_agreement_uses(django_capture_on_commit_callbacks):
    first = factories.document()
    factories.document(factories.agreement(first.agreement.cooperation, "Tilleggsavtale"))
    with django_capture_on_commit_callbacks(execute=True):
        documents.erase_document(first, reason="Feil avtale")
    assert document_files.is_whole(first.sha256)


def test_the_text_is_not_copied_into_the_history():
    columns = {field.name for field in Document.pgh_event_model._meta.fields}
    assert not columns & {"text", "search"}
    assert {"title", "sha256", "access", "confirmed_by"} <= columns


# Search


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("renovasjonsordning", True, id="the word"),
        pytest.param("RENOVASJONSORDNING", True, id="in capitals"),
        pytest.param("renovasjonsordningene", True, id="inflected otherwise"),
        pytest.param("renovasjon", True, id="its beginning"),
        pytest.param("om renovasjonsordning", True, id="with a word too common to count"),
        pytest.param("hytterenovasjon", False, id="another word"),
        pytest.param("o'renovasjonsordning", False, id="a quotation mark"),
        pytest.param("renovasjonsordning:*&|!()", True, id="signs of the search language"),
        pytest.param("\\", False, id="backslash"),
    ],
)
def test_search_finds_what_a_public_document_says(asked, found):
    factories.document(content=files.docx("Avtale om renovasjonsordningen for alle"), confirmed=True)
    assert Cooperation.objects.public().matching(asked).exists() is found


def test_search_does_not_find_what_an_unconfirmed_document_says():
    factories.document(content=files.docx("renovasjonsordning"))
    assert not Cooperation.objects.public().matching("renovasjonsordning").exists()


def test_search_does_not_find_what_a_restricted_document_says():
    factories.document(content=files.docx("renovasjonsordning"), confirmed=True)
    Document.objects.update(access="restricted", exemption_basis=BASIS)
    assert not Cooperation.objects.public().matching("renovasjonsordning").exists()


# Copies


def test_the_files_are_copied_and_put_back(settings, tmp_path):
    made = factories.document()
    assert document_files.archive(tmp_path / "kopi.tar") == 1
    settings.DOCUMENTS_DIR = tmp_path / "nytt sted"
    assert document_files.unpack(tmp_path / "kopi.tar") == 1
    assert document_files.is_whole(made.sha256)


def test_a_copy_with_anything_else_in_it_is_refused(settings, tmp_path):
    import tarfile

    (tmp_path / "passwd").write_text("x")
    with tarfile.open(tmp_path / "kopi.tar", "w") as tar:
        tar.add(tmp_path / "passwd", "../../passwd")
    with pytest.raises(document_files.ArchiveError, match="passwd"):
        document_files.unpack(tmp_path / "kopi.tar")


def test_a_copy_with_a_changed_file_is_refused(tmp_path):
    made = factories.document()
    document_files.path_of(made.sha256).write_bytes(b"noe annet")
    assert not document_files.is_whole(made.sha256)
    document_files.archive(tmp_path / "kopi.tar")
    with pytest.raises(document_files.ArchiveError, match="damaged"):
        document_files.unpack(tmp_path / "kopi.tar")
