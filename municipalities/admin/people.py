"""Who may sign in, and for which organisations do they keep the facts?"""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Prefetch, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..history import Tracked
from ..models import Coordinator, User
from .base import RegisterAdmin, RowsInline


class CoordinatorInline(RowsInline, admin.TabularInline):
    """The organisations that a user keeps the facts for."""

    model = Coordinator
    autocomplete_fields = ["organisation"]


# Rights follow from the roles (municipalities.permissions); a group would say nothing.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, RegisterAdmin):
    """A person who signs in, reached by administrators only."""

    form = DjangoUserAdmin.form
    list_display = ["username", "first_name", "last_name", "email", "role", "organisations", "is_active"]
    list_filter = ["is_staff", "is_editor", "is_superuser", "is_active"]
    search_fields = ["username", "first_name", "last_name", "email", "coordinators__organisation__name"]
    search_help_text = gettext_lazy("Brukernavn, navn, e-post eller organisasjon")
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (gettext_lazy("Hvem det er"), {"fields": ["first_name", "last_name", "email"]}),
        (
            gettext_lazy("Rolle"),
            {
                "fields": ["is_active", "is_staff", "is_editor", "is_superuser"],
                "description": gettext_lazy(
                    "Den som kan logge inn her, er leser. Koordinator blir en leser som er ført for en organisasjon "
                    "i tabellen under. Redaktører fører hele registeret, administratorer også brukere."
                ),
            },
        ),
        (gettext_lazy("Påminnelser"), {"fields": ["wants_reminders"]}),
        (gettext_lazy("Datoer"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [CoordinatorInline]

    def get_queryset(self, request):
        """Bring along the organisations that the list shows."""
        coordinators = Coordinator.objects.select_related("organisation")
        return super().get_queryset(request).prefetch_related(Prefetch("coordinators", coordinators))

    def get_inlines(self, request, obj):
        """Ask for organisations when the user exists."""
        return self.inlines if obj else []

    @admin.display(description=gettext_lazy("rolle"))
    def role(self, obj):
        """Return the role of today in a word."""
        today = localdate()
        if not (obj.is_active and obj.is_staff):
            return _("kan ikke logge inn her")
        if obj.is_superuser:
            return _("administrator")
        if obj.is_editor:
            return _("redaktør")
        mine = any(
            (c.valid_from or today) <= today <= (c.valid_to or today) for c in obj.coordinators.all()
        )  # fmt: skip
        return _("koordinator") if mine else _("leser")

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
