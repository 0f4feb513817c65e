"""How does a coordinator upload a file of an agreement, publish it, and take it away?"""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from municipalities.admin.base import RegisterAdmin
from municipalities.admin.forms import ReasonForm
from municipalities.history import Tracked

from ..actions import NEVER_RESTORED
from ..actions.documents import (
    Inspected,
    add_document,
    confirm_document,
    erase_document,
    inspect,
    same_file,
    withdraw_document,
)
from ..exchange.documents import NOTES
from ..models import Agreement, Document
from ..permissions import cooperations_of, visible_rows
from ..web.documents import file_response


class DocumentForm(ReasonForm):
    """What is told of a document; the file itself never changes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "original" in self.fields:
            self._limit_originals()

    def _limit_originals(self) -> None:
        agreement = self.instance.agreement_id or self.initial.get("agreement")
        unredacted = Document.objects.exclude(access=Document.Access.REDACTED).exclude(pk=self.instance.pk)
        field = self.fields["original"]
        field.queryset = unredacted.filter(agreement=agreement) if agreement else unredacted.none()
        field.widget.can_add_related = field.widget.can_view_related = False

    def clean(self):
        """Ask for the legal basis where something is exempt."""
        data = super().clean() or self.cleaned_data
        if data.get("access") not in (None, Document.Access.PUBLIC) and not data.get("exemption_basis"):
            self.add_error("exemption_basis", _("Skriv hjemmelen for det som er unntatt offentlighet."))
        if data.get("original") and data.get("access") != Document.Access.REDACTED:
            self.add_error("original", _("Bare en sladdet utgave viser til originalen."))
        return data


class UploadForm(DocumentForm):
    """A new document with its file."""

    file = forms.FileField(
        label=gettext_lazy("Fil"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.odt"}),
        error_messages={"empty": gettext_lazy("Filen er tom.")},
    )

    inspected: Inspected | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Lages av filnavnet når feltet er tomt.")
        self.fields["file"].help_text = _("PDF, DOCX eller ODT på høyst %(limit)d MB.") % {
            "limit": settings.MAX_DOCUMENT_MB
        }

    def _limit_originals(self) -> None:
        key = str(self.data.get("agreement") or self.initial.get("agreement") or "")
        self.initial["agreement"] = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
        super()._limit_originals()

    def clean_file(self):
        """Refuse what is too large, and what is no sound document by its content."""
        upload = self.cleaned_data["file"]
        if upload.size > settings.MAX_DOCUMENT_MB << 20:
            raise ValidationError(
                _("Filen er på %(size)s. Den kan være på høyst %(limit)d MB.")
                % {"size": filesizeformat(upload.size), "limit": settings.MAX_DOCUMENT_MB}
            )
        self.inspected = inspect(upload)
        return upload

    def clean(self):
        """Fill in an empty title, and notice that the agreement has the file already."""
        data = super().clean()
        upload, agreement = data.get("file"), data.get("agreement")
        if upload and not data.get("title"):
            data["title"] = upload.name.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", " ")[:300]
        if self.inspected and agreement:
            twin = next((d for d in same_file(self.inspected.sha256) if d.agreement_id == agreement.pk), None)
            if twin:
                self.add_error(
                    "file", _("Denne filen ligger allerede på avtalen, som «%(title)s».") % {"title": twin.title}
                )
        return data


@admin.register(Document)
class DocumentAdmin(RegisterAdmin):
    """The files of agreements. Whoever may change a document may read it; the public only what is confirmed."""

    change_form_template = "admin/register/document_form.html"
    list_display = ["title", "cooperation", "format", "readable_size", "access", "state", "uploaded_at"]
    list_select_related = ["agreement__cooperation"]
    list_filter = ["access", ("confirmed_at", admin.EmptyFieldListFilter), "format"]
    search_fields = ["title__unaccent", "agreement__title__unaccent", "agreement__cooperation__name__unaccent"]
    search_help_text = gettext_lazy("Tittel på dokumentet eller avtalen, eller navn på samarbeidet")
    autocomplete_fields = ["agreement"]
    _access = (
        gettext_lazy("Tilgang"),
        {
            "fields": ["access", "exemption_basis", "original"],
            "description": gettext_lazy(
                "Ingenting blir publisert før noen har lest dokumentet og bekreftet det. Når deler er unntatt, "
                "last opp både originalen og en sladdet utgave."
            ),
        },
    )

    owners = staticmethod(cooperations_of)

    def get_queryset(self, request):
        """Leave out the documents of cooperations that the user may not see."""
        return visible_rows(request.user, super().get_queryset(request))

    # The form

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Ask for the file of a new document only."""
        return super().get_form(request, obj, change=change, **{"form": DocumentForm if obj else UploadForm, **kwargs})

    def get_fieldsets(self, request, obj=None):
        """Show what the file is once it is there."""
        if obj is None:
            return [(None, {"fields": ["agreement", "file", "title", "version", "language"]}), self._access]
        about = ["file_name", "format", "readable_size", "sha256", "uploaded_at", "uploaded_by"]
        return [
            (None, {"fields": ["agreement", "title", "version", "language"]}),
            self._access,
            (gettext_lazy("Filen"), {"fields": about, "classes": ["collapse"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        """Keep the file and whose it is."""
        if obj is None:
            return []
        return ["agreement", "file_name", "format", "readable_size", "sha256", "uploaded_at", "uploaded_by"]

    def has_delete_permission(self, request, obj=None):
        """Let nobody remove the row: agreements are never thrown away. The file can be erased, with a reason."""
        return False

    def save_model(self, request, obj, form, change):
        """Store a new file; what is given another access must be confirmed anew."""
        if not change:
            add_document(obj, form.cleaned_data["file"], form.inspected, by=_name(request.user))
            self._tell(request, obj)
            return
        if "access" in form.changed_data and obj.confirmed_at:
            obj.confirmed_at, obj.confirmed_by = None, ""
            self.message_user(request, _("Tilgangen er endret, så dokumentet må bekreftes på nytt."), messages.WARNING)
        super().save_model(request, obj, form, change)

    def _tell(self, request, obj) -> None:
        elsewhere = [d for d in same_file(obj.sha256) if d.pk != obj.pk]
        if elsewhere:
            names = ", ".join(f"{d.agreement} ({d.agreement.cooperation})" for d in elsewhere)
            text = _("Den samme filen ligger også på: %(names)s.") % {"names": names}
            self.message_user(request, text, messages.WARNING)
        if obj.birth_numbers:
            self.message_user(request, _birth_numbers(obj), messages.WARNING)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Add how it stands with the publication."""
        if obj:
            context |= {
                "may_change": self.has_change_permission(request, obj),
                "state": self.state(obj),
                "notes": [NOTES[note] for note in obj.notes],
                "birth_numbers": _birth_numbers(obj) if obj.birth_numbers else "",
                "agreement_url": _page(obj.agreement),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_post_save_add(self, request, obj):
        """Go on to the document, where it is confirmed."""
        return HttpResponseRedirect(reverse("admin:agreements_document_change", args=[obj.pk]))

    def response_post_save_change(self, request, obj):
        """Go back to the agreement."""
        return HttpResponseRedirect(_page(obj.agreement))

    def view_on_site(self, obj):
        """Return the public address of the file, where it has one."""
        return obj.get_absolute_url() if Document.objects.public().filter(pk=obj.pk).exists() else None

    never_restored = NEVER_RESTORED

    def histories(self, pk):
        """Return the document's own events."""
        return [Tracked(Document, Q(pgh_obj_id=pk))]

    # What a list shows

    @admin.display(description=gettext_lazy("samarbeid"), ordering="agreement__cooperation__sort_key")
    def cooperation(self, obj):
        """Return whose agreement it belongs to."""
        return obj.agreement.cooperation

    @admin.display(description=gettext_lazy("størrelse"), ordering="size")
    def readable_size(self, obj):
        """Return the size as people read it."""
        return filesizeformat(obj.size)

    @admin.display(description=gettext_lazy("status"))
    def state(self, obj):
        """Return in a few words whether the public can read it, and why not."""
        return document_state(obj)

    # What is done with a document

    def get_urls(self):
        """Add the file itself, and what is done with it."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/fil/", wrap(self.file_view), name="document-file"),
            path("<int:pk>/bekreft/", wrap(require_POST(self.confirm_view)), name="document-confirm"),
            path("<int:pk>/trekk-tilbake/", wrap(require_POST(self.withdraw_view)), name="document-withdraw"),
            path("<int:pk>/slett-fil/", wrap(require_POST(self.erase_view)), name="document-erase"),
            *super().get_urls(),
        ]

    def _found(self, request, pk: int) -> Document:
        """Return a document that the user may change. Raises PermissionDenied."""
        found = get_object_or_404(Document.objects.select_related("agreement__cooperation"), pk=pk)
        if not self.has_change_permission(request, found):
            raise PermissionDenied
        return found

    def file_view(self, request, pk: int):
        """Hand out the file, also when it is not public."""
        return file_response(self._found(request, pk), {"Cache-Control": "private, no-store"})

    def confirm_view(self, request, pk: int):
        """Publish what the user says that she has read."""
        found = self._found(request, pk)
        if request.POST.get("read") != "on":
            self.message_user(request, _("Kryss av for at du har lest dokumentet."), messages.ERROR)
            return _back(found)
        return self._do(request, found, lambda: confirm_document(found, by=_name(request.user)), _("Bekreftet."))

    def withdraw_view(self, request, pk: int):
        """Take the document away from the public."""
        found, reason = self._found(request, pk), request.POST.get("reason", "")
        return self._do(request, found, lambda: withdraw_document(found, reason=reason), _("Trukket tilbake."))

    def erase_view(self, request, pk: int):
        """Remove the file for good."""
        found, reason = self._found(request, pk), request.POST.get("reason", "")
        return self._do(request, found, lambda: erase_document(found, reason=reason), _("Filen er slettet."))

    def _do(self, request, found: Document, action, done: str) -> HttpResponseRedirect:
        try:
            action()
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return _back(found)


def document_state(obj: Document) -> str:
    """Say in a few words whether the public can read a document, and why not."""
    if obj.erased_at:
        return _("filen er slettet")
    if obj.access == Document.Access.RESTRICTED:
        return _("unntatt offentlighet")
    if obj.birth_numbers:
        return _("stoppet: fødselsnummer")
    if not obj.confirmed_at:
        return _("venter på bekreftelse")
    if obj.agreement.cooperation.publication != "published":
        return _("bekreftet, men samarbeidet er ikke publisert")
    return _("publisert")


def document_rows(agreement: Agreement) -> list[dict]:
    """Describe the documents of an agreement, without those that were erased."""
    documents = agreement.documents.filter(erased_at=None).select_related("agreement__cooperation")
    return [{"document": document, "state": document_state(document)} for document in documents]


def _birth_numbers(obj: Document) -> str:
    return _(
        "Dokumentet inneholder noe som ser ut som et fødselsnummer: %(places)s. Det kan derfor ikke publiseres. "
        "Sladd det og last opp den sladdede utgaven."
    ) % {"places": ", ".join(obj.birth_numbers)}


def _page(agreement: Agreement) -> str:
    return reverse("admin:agreements_agreement_change", args=[agreement.pk]) + "#dokumenter"


def _back(found: Document) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:agreements_document_change", args=[found.pk]))


def _name(user) -> str:
    return (user.get_full_name() or user.get_username())[:150]
