"""What do all admin pages share: history, reasons, links to the public site, and errors in plain words?"""

from collections.abc import Iterable

import pghistory
from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..history import Tracked, revisions
from ..models import Organisation
from .forms import HeldBack, ReasonForm, RowsFormSet
from .labels import LABEL_NEEDS
from .meanwhile import SEEN, meanwhile, seal, snapshot, typed, unbound
from .versions import VersionPages

REVISIONS_PER_PAGE = 50


class ObjectRights:
    """Ask about the very object, or for the rows of a table about the object that they belong to.

    Django's own admin asks only whether the user may do such a thing at all. The answer holds for one request:
    a page with many tables asks the same many times.
    """

    def _may(self, request, verb: str, obj=None) -> bool:
        permission = f"{self.opts.app_label}.{get_permission_codename(verb, self.opts)}"
        known = request.__dict__.setdefault("_rights", {})
        key = (permission, type(obj), obj.pk if obj else None)
        if obj is not None and obj.pk is None:
            return request.user.has_perm(permission, obj)  # it is still being filled in
        if key not in known:
            known[key] = request.user.has_perm(permission, obj)
        return known[key]

    def has_view_permission(self, request, obj=None):
        """Tell whether the user may look at it."""
        return self._may(request, "view", obj) or self._may(request, "change", obj)

    def has_add_permission(self, request, obj=None):
        """Tell whether the user may add one; a row to the object ``obj``."""
        return self._may(request, "add", obj)

    def has_change_permission(self, request, obj=None):
        """Tell whether the user may change it."""
        return self._may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        """Tell whether the user may delete it."""
        return self._may(request, "delete", obj)


class SafeRelations:
    """Forms in which the thing that is chosen cannot be deleted by a slip of the hand.

    Django's red cross beside an autocomplete deletes the organisation, not the choice.
    """

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Take away the links that change and delete what is chosen; read an address without a scheme as secure."""
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_change_related = False
            field.widget.can_delete_related = False
        return field


class RowsInline(ObjectRights, SafeRelations):
    """An inline whose rows are checked against each other, without a query per row."""

    formset = RowsFormSet
    extra = 0

    def get_queryset(self, request):
        """Bring along the names that the rows show."""
        relations = [f for f in self.model._meta.concrete_fields if f.is_relation]
        labels = [f"{f.name}__{LABEL_NEEDS}" for f in relations if f.related_model is Organisation]
        rows = super().get_queryset(request).select_related(*(f.name for f in relations))
        return rows.prefetch_related(*labels)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Save the room that the link to what is chosen takes."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_view_related = False
        return field


class RegisterAdmin(VersionPages, ObjectRights, SafeRelations, admin.ModelAdmin):
    """The page of a model that triggers keep the history of."""

    form = ReasonForm
    change_form_template = "admin/register/change_form.html"
    change_list_template = "admin/register/change_list.html"
    object_history_template = "admin/register/history.html"
    delete_confirmation_template = "admin/register/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/register/delete_selected.html"
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    save_on_top = True

    class Media:
        css = {"all": ["admin_register/register.css"]}
        js = ["admin_register/labels.js"]

    # Links

    def view_on_site(self, obj):
        """Return the public page; none for what has no page of its own."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def json_url(self, obj) -> str | None:
        """Return where the API gives the same facts; None where it does not."""
        return None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Add the link to the API, and what is wrong where."""
        context["json_url"] = self.json_url(obj) if obj else None
        context["problems"] = _problems(context) if context.get("errors") else []
        found = context["meanwhile"] = getattr(request, "meanwhile", None)
        if obj and change and self.has_change_permission(request, obj):
            # After an error in what she typed, the page still stands for what she saw when she opened it.
            looked_anew = request.method != "POST" or (found and found.stands_in_the_way)
            context["seen"] = self._seal(request, obj, context) if looked_anew else request.POST.get(SEEN, "")
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if found and found.stands_in_the_way:
            response.status_code = 409
        return response

    def _seal(self, request, obj, context) -> str:
        """Return the mark of what the page shows of what is stored."""
        if request.method == "POST":
            form, formsets = unbound(self, request, type(obj)._default_manager.get(pk=obj.pk))
        else:
            form = context["adminform"].form
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        return seal(obj, snapshot(form, formsets), self.histories(obj.pk))

    def get_prepopulated_fields(self, request, obj=None):
        """Make the address name of new objects only: an address that is in use stays."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    # Saving

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Let the form refuse a new object in a place that is not the user's: she chooses the place in it.

        A form that may not be saved yet is held back, whatever stands in it.
        """
        form = super().get_form(request, obj, change=change, **kwargs)
        form.may_add = None if change else staticmethod(lambda made: self.has_add_permission(request, made))
        if message := getattr(request, "held_back", ""):
            return type(form.__name__, (HeldBack, form), {"why_held_back": message})
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Save; what the database refuses after the form has accepted it is told, and the form comes back as it was.

        It happens when two people save at the same time, and when rows exchange values that must differ.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            request.held_back = self._refusal(error)
            with transaction.atomic():
                return super()._changeform_view(request, object_id, form_url, extra_context)

    def _changeform_view(self, request, object_id, form_url, extra_context):
        """Before saving, meet what others have changed since the page was opened.

        Django calls this inside a transaction. The rows stay locked until it ends, so of two that
        save at the same moment the second one sees what the first one did.
        """
        if request.method == "POST" and object_id and "_saveasnew" not in request.POST:
            pk = unquote(object_id)
            obj = self.get_object(request, pk)
            if obj is not None and self.has_change_permission(request, obj):
                self._lock(request, obj)
                obj = self.get_object(request, pk)
            if obj is not None and self.has_change_permission(request, obj):
                request.meanwhile = meanwhile(self, request, obj)
                request.POST = request.meanwhile.data
                if request.meanwhile.stands_in_the_way:
                    request.held_back = _("Noen andre har lagret mens du skrev. Se over under, og lagre igjen.")
                if request.meanwhile.unknown:
                    request.held_back = _(
                        "Registeret vet ikke hva siden viste da du åpnet den. Se over, og lagre igjen."
                    )
            elif obj is None and self.has_change_permission(request):
                return self._gone(request, object_id)
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def owners(self, obj) -> Iterable[models.Model]:
        """Return the objects that the fact belongs to; whoever writes it elsewhere locks them first."""
        return ()

    def _lock(self, request, obj) -> None:
        """Wait for others that are saving the object, its rows or its owner, and keep them waiting until this is done.

        «No key» lets others go on adding rows that point here: they are only kept from changing these.
        The owner comes first, as in the actions behind the API, so that no two wait for each other.
        """
        for owner in sorted(self.owners(obj), key=lambda one: one.pk):
            type(owner)._base_manager.select_for_update(no_key=True).filter(pk=owner.pk).first()
        type(obj)._base_manager.select_for_update(no_key=True).filter(pk=obj.pk).first()
        for inline in self.get_inline_instances(request, obj):
            name = inline.get_formset(request, obj).fk.name
            rows = inline.model._base_manager.select_for_update(no_key=True).filter(**{name: obj.pk})
            list(rows.order_by("pk").values_list("pk"))

    def _gone(self, request, object_id):
        """Give back what was typed when the object has been deleted meanwhile."""
        pk = self.key_of(object_id)
        if not self.model.pgh_event_model.objects.filter(pgh_obj_id=pk).exists():
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        info = self.opts.app_label, self.opts.model_name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Slettet mens du skrev"),  # unnamed: she may not be one who sees what is deleted
            "typed": typed(self, request),
            "history_url": reverse("admin:{}_{}_history".format(*info), args=[quote(pk)]),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/register/gone.html", context, status=409)

    def _refusal(self, error: IntegrityError) -> str:
        """Return the message of the constraint that the database named."""
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        related = [inline.model for inline in self.inlines]
        known = {c.name: c for model in (self.model, *related) for c in model._meta.constraints}
        reason = known[name].violation_error_message if name in known else _("Opplysningene er i strid med noe annet.")
        return _(
            "Ingenting ble lagret. %(reason)s Kanskje lagret noen andre samtidig, eller to rader byttet verdi "
            "med hverandre; gjør i så fall endringen i to omganger."
        ) % {"reason": reason}

    def save_model(self, request, obj, form, change):
        """Save with the reason that was given."""
        if reason := (form.cleaned_data.get("change_reason") or "").strip():
            pghistory.context(reason=reason)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        """Save deletions first, and the rows in an order in which each has its place free."""
        if not isinstance(formset, RowsFormSet):
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for obj in formset.deleted_objects:
            obj.delete()
        waiting = [obj for obj, _fields in formset.changed_objects] + list(formset.new_objects)
        while waiting:
            refused = [obj for obj in waiting if not _saved(obj)]
            if len(refused) == len(waiting):
                refused[0].save()  # none can go first: let the database say why
            waiting = refused
        formset.save_m2m()

    def delete_model(self, request, obj):
        """Delete with the reason that was given."""
        self._note_reason(request)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        """Delete with the reason that was given."""
        self._note_reason(request)
        super().delete_queryset(request, queryset)

    @staticmethod
    def _note_reason(request) -> None:
        if reason := request.POST.get("change_reason", "").strip():
            pghistory.context(reason=reason[:300])

    # History

    def histories(self, pk) -> list[Tracked]:
        """Return which rows' events belong to the history of the object; override to add those of its rows."""
        return [Tracked(self.model, Q(pgh_obj_id=pk))]

    def history_view(self, request, object_id, extra_context=None):
        """Show all that was done to an object and its rows, also after it has been deleted."""
        pk = self.key_of(object_id)
        obj = self.model._default_manager.filter(pk=pk).first()
        if not (self.has_view_or_change_permission(request, obj) if obj else self.sees_deleted(request)):
            raise PermissionDenied
        done = revisions(self.histories(pk))
        if obj is None and not done:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        name = str(obj) if obj else self._name_of_deleted(pk)
        page = Paginator(done, REVISIONS_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Historikk: %(name)s") % {"name": name},
            "subtitle": None,
            "page": page,
            "pk": quote(pk),
            "name": name,
            "object": obj,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def _name_of_deleted(self, pk) -> str:
        last = self.model.pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("-pgh_id").first()
        return _("%(name)s (slettet)") % {"name": getattr(last, "name", "") or pk}

    def get_urls(self):
        """Add the list of deleted objects."""
        info = self.opts.app_label, self.opts.model_name
        mine = path("slettet/", self.admin_site.admin_view(self.deleted_view), name="{}_{}_deleted".format(*info))
        return [mine, *super().get_urls()]

    def sees_deleted(self, request) -> bool:
        """Tell whether the user may read of what is gone; whose it was can no longer be asked."""
        return self.has_view_permission(request) and request.user.has_perm("municipalities.view_deleted")

    def deleted_view(self, request):
        """List what has been deleted, so that its history can still be found."""
        if not self.sees_deleted(request):
            raise PermissionDenied
        events = self.model.pgh_event_model.objects.filter(pgh_label="delete").order_by("-pgh_id")
        page = Paginator(events, 100).get_page(request.GET.get("p"))
        info = self.opts.app_label, self.opts.model_name
        rows = [
            {
                "name": getattr(event, "name", "") or event.pgh_obj_id,
                "when": event.pgh_created_at,
                "url": reverse("admin:{}_{}_history".format(*info), args=[quote(event.pgh_obj_id)]),
            }
            for event in page
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Slettet: %(kind)s") % {"kind": self.opts.verbose_name_plural},
            "rows": rows,
            "page": page,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/register/deleted.html", context)

    # Lists

    @admin.display(description=gettext_lazy("navn"), ordering="sort_key")
    def sorted_name(self, obj):
        """Return the name; the list sorts it as Norwegians do, å last."""
        return obj.name

    def changelist_view(self, request, extra_context=None):
        """Add the link to what has been deleted."""
        info = self.opts.app_label, self.opts.model_name
        extra = {"deleted_url": reverse("admin:{}_{}_deleted".format(*info)) if self.sees_deleted(request) else None}
        return super().changelist_view(request, extra | (extra_context or {}))


def _problems(context) -> list[dict[str, str]]:
    """List every error of a form and its rows, with the field or the row that it is about."""
    form = context["adminform"].form
    found = [
        {"where": form.fields[name].label if name in form.fields else "", "text": text}
        for name, texts in form.errors.items()
        for text in texts
    ]
    for inline in context["inline_admin_formsets"]:
        heading = str(inline.opts.verbose_name_plural)
        found += [{"where": capfirst(heading), "text": text} for text in inline.formset.non_form_errors()]
        for number, row in enumerate(inline.formset.forms, start=1):
            where = _("%(table)s, rad %(number)d") % {"table": capfirst(heading), "number": number}
            found += [{"where": where, "text": text} for texts in row.errors.values() for text in texts]
    return found


def _saved(obj: models.Model) -> bool:
    """Save a row; tell whether the database took it."""
    try:
        with transaction.atomic():
            obj.save()
    except IntegrityError:
        return False
    return True


class OnDayFilter(admin.SimpleListFilter):
    """Rows that hold today, that have ended, or that are still to come."""

    title = gettext_lazy("tidsrom")
    parameter_name = "tid"

    def lookups(self, request, model_admin):
        """Return the three choices."""
        return [("now", _("gjelder i dag")), ("past", _("avsluttet")), ("future", _("kommer"))]

    def queryset(self, request, queryset):
        """Keep the rows of the choice."""
        from django.utils import timezone

        from ..querysets import valid_on

        today = timezone.localdate()
        match self.value():
            case "now":
                return queryset.filter(valid_on(today))
            case "past":
                return queryset.filter(valid_to__lt=today)
            case "future":
                return queryset.filter(valid_from__gt=today)
        return queryset
