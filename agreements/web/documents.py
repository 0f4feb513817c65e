"""How is the file of a document handed out: as an attachment that no browser runs, and only to those who may?"""

import logging

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..exchange.document_files import path_of
from ..models import Document

CONTENT_TYPES = {
    Document.Format.PDF: "application/pdf",
    Document.Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Document.Format.ODT: "application/vnd.oasis.opendocument.text",
}
# Even a browser that opens the file itself gives it no rights on this site.
CONTENT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

logger = logging.getLogger(__name__)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a document that the public may read; for every other one it is as if it were not there."""
    found = get_object_or_404(Document.objects.public(), pk=pk)
    etag = f'"{found.sha256}"'
    # A document may be withdrawn at any time: whoever keeps a copy asks each time whether it still holds.
    headers = {"ETag": etag, "Cache-Control": "public, no-cache"}
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if asked and ("*" in asked or etag in (tag.removeprefix("W/") for tag in asked)):
        return HttpResponseNotModified(headers=headers)
    return file_response(found, headers)


def file_response(found: Document, headers: dict[str, str]) -> FileResponse:
    """Return the file as an attachment. Raises Http404 when it has been erased, or is not where it should be."""
    if found.erased_at:
        raise Http404(_("Filen er slettet."))
    try:
        content = path_of(found.sha256).open("rb")
    except OSError as error:
        logger.error("The file of document %d is not there: %s", found.pk, error)
        raise Http404(_("Filen er ikke å finne.")) from error
    response = FileResponse(
        content, as_attachment=True, filename=found.file_name, content_type=CONTENT_TYPES[found.format], headers=headers
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = CONTENT_POLICY
    return response
