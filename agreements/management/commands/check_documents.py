"""Are the files of all documents there, and what they were when they came?"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agreements.exchange.document_files import is_whole
from agreements.models import Document


class Command(BaseCommand):
    """``manage.py check_documents``: list what is wrong; exit code 1 when anything is."""

    help = "Check the files of all documents against their checksums, and list files that no document tells of."

    def handle(self, *args, **options) -> None:
        """Compare rows and files."""
        rows = list(Document.objects.filter(erased_at=None).only("pk", "title", "sha256"))
        lost = [row for row in rows if not is_whole(row.sha256)]
        for row in lost:
            self.stdout.write(f"gone or damaged: document {row.pk} «{row.title}» ({row.sha256})")
        known = {row.sha256 for row in rows}
        orphans = sorted(file.name for file in settings.DOCUMENTS_DIR.glob("??/*") if file.name not in known)
        for name in orphans:
            self.stdout.write(f"without a document: {name}")
        if lost or orphans:
            raise CommandError(f"{len(lost)} documents without their file, {len(orphans)} files without a document.")
        self.stdout.write(f"{len(rows)} documents, all whole.")
