"""Who may sign in, and for which organisations do they keep the facts?"""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy

from ..history import Tracked
from ..models import Coordinator, User
from .base import RegisterAdmin, RowsInline


class CoordinatorInline(RowsInline, admin.TabularInline):
    """The organisations that a user keeps the facts for."""

    model = Coordinator
    autocomplete_fields = ["organisation"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin, RegisterAdmin):
    """A person who signs in."""

    form = DjangoUserAdmin.form
    list_display = ["username", "first_name", "last_name", "email", "organisations", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["username", "first_name", "last_name", "email", "coordinators__organisation__name"]
    search_help_text = gettext_lazy("Brukernavn, navn, e-post eller organisasjon")
    inlines = [CoordinatorInline]
    fieldsets = [*DjangoUserAdmin.fieldsets, (gettext_lazy("Påminnelser"), {"fields": ["wants_reminders"]})]

    def get_queryset(self, request):
        """Bring along the organisations that the list shows."""
        coordinators = Coordinator.objects.select_related("organisation")
        return super().get_queryset(request).prefetch_related(Prefetch("coordinators", coordinators))

    def get_inlines(self, request, obj):
        """Ask for organisations when the user exists."""
        return self.inlines if obj else []

    def get_readonly_fields(self, request, obj=None):
        """Let only administrators give out rights, so that no one can raise their own."""
        mine = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return mine
        return [*mine, "is_superuser", "is_staff", "groups", "user_permissions"]

    def has_change_permission(self, request, obj=None):
        """Let only administrators change an administrator, whose password would open everything."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Let only administrators delete an administrator."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("koordinator for"))
    def organisations(self, obj):
        """Return the names of the organisations."""
        return ", ".join(str(c.organisation) for c in obj.coordinators.all()) or None

    def save_model(self, request, obj, form, change):
        """Save; the forms of Django ask for no reason."""
        admin.ModelAdmin.save_model(self, request, obj, form, change)

    def histories(self, pk):
        """Return the user's events with those of the organisations."""
        return [*super().histories(pk), Tracked(Coordinator, Q(user_id=pk), hidden=("user",))]


@admin.register(Coordinator)
class CoordinatorAdmin(RegisterAdmin):
    """That a user keeps the facts of an organisation."""

    list_display = ["user", "organisation", "title", "valid_from", "valid_to"]
    list_select_related = ["user", "organisation"]
    list_filter = ["organisation__kind"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "organisation__name__unaccent", "title"]
    search_help_text = gettext_lazy("Navn på bruker, organisasjon eller stilling")
    autocomplete_fields = ["user", "organisation"]
    fields = ["user", "organisation", "title", ("valid_from", "valid_to")]
