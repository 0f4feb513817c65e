"""How does a coordinator keep one membership, with the places in the sources that state it?"""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from municipalities.admin.base import OnDayFilter, RegisterAdmin, RowsInline

from ..models import Citation, Membership
from ..models.shares import format_share
from ..permissions import cooperations_of, visible_rows
from .exports import export_selected
from .forms import MembershipForm
from .history import membership_histories


class ShareColumns:
    """The shares in words, for lists and for those who may only look."""

    @admin.display(description=gettext_lazy("eierandel"))
    def ownership(self, obj):
        """Return the ownership share as people write it."""
        return None if obj.ownership_share is None else format_share(obj.ownership_share)

    @admin.display(description=gettext_lazy("ansvarsandel"))
    def liability(self, obj):
        """Return the liability share as people write it."""
        return None if obj.liability_share is None else format_share(obj.liability_share)


class CitationInline(RowsInline, admin.TabularInline):
    """Where the sources state it."""

    model = Citation
    autocomplete_fields = ["source"]
    fields = ["source", "locator", "heading", "note", "retrieved"]


class MembershipCitationInline(CitationInline):
    """Where the sources state the membership."""

    fk_name = "membership"


@admin.register(Membership)
class MembershipAdmin(ShareColumns, RegisterAdmin):
    """Who takes part in what; usually kept on the page of the cooperation."""

    form = MembershipForm
    list_display = ["organisation", "cooperation", "role", "ownership", "start", "end"]
    list_select_related = ["organisation", "cooperation"]
    list_filter = [OnDayFilter, "role", "organisation__kind", "cooperation__form"]
    search_fields = ["organisation__name__unaccent", "cooperation__name__unaccent"]
    search_help_text = gettext_lazy("Navn på organisasjonen eller samarbeidet")
    autocomplete_fields = ["cooperation", "organisation"]
    raw_id_fields = ["group"]
    actions = [export_selected]
    inlines = [MembershipCitationInline]
    fieldsets = [
        (None, {"fields": ["cooperation", "organisation", "role", "covers", "group"]}),
        (gettext_lazy("Andel"), {"fields": [("ownership", "liability"), "share_note"]}),
        (gettext_lazy("Tid"), {"fields": [("valid_from", "valid_to")]}),
        (gettext_lazy("Annet"), {"fields": ["purpose", "note", "position"]}),
    ]
    #: What a coordinator cannot change of her own organisation's membership where she does not keep the
    #: cooperation: a role could make her the one who keeps it.
    kept_by_the_responsible = ["organisation", "role", "group", "position"]

    owners = staticmethod(cooperations_of)

    def get_queryset(self, request):
        """Leave out the members of cooperations that the user may not see."""
        return visible_rows(request.user, super().get_queryset(request))

    def get_readonly_fields(self, request, obj=None):
        """Keep whose membership it is; let a member change its own part only."""
        if obj is None:
            return []
        if request.user.has_perm("agreements.change_cooperation", obj.cooperation):
            return ["cooperation"]
        return ["cooperation", *self.kept_by_the_responsible]

    @admin.display(description=gettext_lazy("fra"), ordering="valid_from")
    def start(self, obj):
        """Return the first day as exactly as it is known."""
        return obj.start

    @admin.display(description=gettext_lazy("til"), ordering="valid_to")
    def end(self, obj):
        """Return the last day as exactly as it is known."""
        return obj.end

    def view_on_site(self, obj):
        """Return the public page of the cooperation."""
        return obj.cooperation.get_absolute_url() if obj.cooperation.publication == "published" else None

    def response_post_save_change(self, request, obj):
        """Go back to the cooperation, from where the page is reached."""
        return HttpResponseRedirect(reverse("admin:agreements_cooperation_change", args=[obj.cooperation_id]))

    def histories(self, pk):
        """Return the membership's events with those of its citations."""
        return membership_histories(pk)
