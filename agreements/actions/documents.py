"""How does a document come into the register, how is it published, and how is it taken away again?"""

from dataclasses import dataclass

import pghistory
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..exchange import document_files, documents
from ..models import Document


@dataclass(frozen=True)
class Inspected:
    """What has been found out about an uploaded file before anything is stored."""

    content: documents.Content
    sha256: str
    size: int


def inspect(upload: UploadedFile) -> Inspected:
    """Find out what an uploaded file is and says. Raises ``ValidationError`` for one that is not taken in."""
    upload.seek(0)
    with document_files.received(upload) as (draft, sha256, size):
        try:
            return Inspected(documents.read(draft), sha256, size)
        except documents.RefusedError as error:
            raise ValidationError(str(error)) from error


@transaction.atomic
def add_document(document: Document, upload: UploadedFile, inspected: Inspected, *, by: str) -> Document:
    """Store an inspected file as ``document``, which has its agreement, title and access. Nothing is published.

    Raises ``ValidationError`` for faulty fields, and ``IntegrityError`` when the agreement has the file already.
    """
    content = inspected.content
    document.format = content.format
    document.file_name = documents.safe_file_name(upload.name or "", content.format)
    document.sha256, document.size = inspected.sha256, inspected.size
    document.text, document.notes = content.text, list(content.notes)
    document.birth_numbers = list(content.birth_numbers)
    document.uploaded_by = by
    document.full_clean(validate_constraints=False)
    document.save()
    upload.seek(0)
    with document_files.received(upload) as (draft, sha256, _size):
        if sha256 != inspected.sha256:
            raise ValueError("this is not the file that was inspected")
        document_files.keep(draft, sha256)
    return document


def same_file(sha256: str) -> list[Document]:
    """Return the documents, of all agreements, that are the same file."""
    return list(Document.objects.filter(sha256=sha256, erased_at=None).select_related("agreement__cooperation"))


@transaction.atomic
def confirm_document(document: Document, *, by: str) -> None:
    """Note that someone has read the document and found neither secrets nor personal data in it.

    It is public from then on, where its cooperation is. Raises ``ValidationError`` when it holds a
    fødselsnummer, is erased, or is exempt from publicity.
    """
    stored = Document.objects.select_for_update().get(pk=document.pk)
    if stored.erased_at:
        raise ValidationError(_("Filen er slettet."))
    if stored.birth_numbers:
        raise ValidationError(
            _("Dokumentet inneholder noe som ser ut som et fødselsnummer (%(places)s). Last opp en sladdet utgave.")
            % {"places": ", ".join(stored.birth_numbers)}
        )
    if stored.access == Document.Access.RESTRICTED:
        raise ValidationError(
            _("Dokumentet er unntatt offentlighet. Endre tilgangen først, eller last opp en sladdet utgave.")
        )
    stored.confirmed_at, stored.confirmed_by = timezone.now(), by
    stored.save(update_fields=["confirmed_at", "confirmed_by"])


@transaction.atomic
def withdraw_document(document: Document, *, reason: str) -> None:
    """Take a document away from the public; why stands in the history. Raises ``ValidationError`` without a reason."""
    if not reason.strip():
        raise ValidationError(_("Skriv hvorfor dokumentet trekkes tilbake."))
    with pghistory.context(reason=reason.strip()[:300]):
        Document.objects.filter(pk=document.pk).update(confirmed_at=None, confirmed_by="")


@transaction.atomic
def erase_document(document: Document, *, reason: str) -> None:
    """Remove a file that should never have been here, with its text; the row stays and says that it was.

    Agreements are never thrown away (arkivlova § 5), but the register is not the archive. Raises
    ``ValidationError`` without a reason.
    """
    if not reason.strip():
        raise ValidationError(_("Skriv hvorfor filen slettes."))
    stored = Document.objects.select_for_update().get(pk=document.pk)
    stored.erased_at, stored.text = timezone.now(), ""
    stored.confirmed_at, stored.confirmed_by = None, ""
    with pghistory.context(reason=reason.strip()[:300]):
        stored.save(update_fields=["erased_at", "text", "confirmed_at", "confirmed_by"])
    if not same_file(stored.sha256):
        transaction.on_commit(lambda: document_files.path_of(stored.sha256).unlink(missing_ok=True))
