"""How does a coordinator keep a cooperation with its members, tasks, organs, relatives and sources?"""

from django.contrib import admin
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.base import RegisterAdmin, RowsInline
from municipalities.models import County, MunicipalityNumber

from ..actions import KEPT_BY_RESTORE, restore
from ..filters import STATUSES
from ..insight.agreements import agreement_rows
from ..models import (
    Citation,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    GroupStatement,
    Membership,
    Source,
    Task,
)
from ..permissions import organisations_of, visible_rows, visible_to
from ..rules.gather import with_legal_facts
from .actions import ActionPages
from .bulk import bulk_edit
from .exports import export_selected
from .findings import law_panel
from .forms import CooperationForm, GroupFormSet, MembershipFormSet, MembershipRowForm
from .history import cooperation_histories
from .keeping import confirm_chosen, keeping_panel, publish, submit, withdraw
from .legal import LegalProfileInline, NoticeInline, NotificationInline, OrganInline
from .memberships import CitationInline, ShareColumns


class StatusFilter(admin.SimpleListFilter):
    """Planned, active or ended today."""

    title = gettext_lazy("status i dag")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        """Return the three states."""
        return STATUSES

    def queryset(self, request, queryset):
        """Keep the cooperations in the state; the list's queryset has annotated it."""
        return queryset.filter(status=self.value()) if self.value() else queryset


class SectorFilter(admin.SimpleListFilter):
    """Cooperations with a task of one sector."""

    title = gettext_lazy("sektor")
    parameter_name = "sektor"

    def lookups(self, request, model_admin):
        """Return the sectors."""
        return [(sector.code, sector.name) for sector in Task.objects.filter(parent=None)]

    def queryset(self, request, queryset):
        """Keep those with a task of the sector, or the sector itself."""
        if not self.value():
            return queryset
        in_sector = Q(task__code=self.value()) | Q(task__parent__code=self.value())
        return queryset.filter(Exists(CooperationTask.objects.filter(in_sector, cooperation=OuterRef("pk"))))


class SourceFilter(admin.SimpleListFilter):
    """Cooperations that cite a source, themselves or in a membership."""

    title = gettext_lazy("kilde")
    parameter_name = "kilde"

    def lookups(self, request, model_admin):
        """Return the sources, and the lack of one."""
        return [("-", _("mangler kilde")), *((source.key, source.title) for source in Source.objects.all())]

    def queryset(self, request, queryset):
        """Keep those that cite the source, or that cite none."""
        cited = Citation.objects.filter(Q(cooperation=OuterRef("pk")) | Q(membership__cooperation=OuterRef("pk")))
        if self.value() == "-":
            return queryset.filter(~Exists(cited))
        if self.value():
            return queryset.filter(Exists(cited.filter(source__key=self.value())))
        return queryset


class CountyFilter(admin.SimpleListFilter):
    """Cooperations with a member in a county of today."""

    title = gettext_lazy("fylke")
    parameter_name = "fylke"

    def lookups(self, request, model_admin):
        """Return the counties of today."""
        return [(county.number, county.name) for county in County.objects.valid_on(localdate())]

    def queryset(self, request, queryset):
        """Keep those with a municipality of the county, or its county council, as a member."""
        if not self.value():
            return queryset
        numbers = MunicipalityNumber.objects.filter(county__number=self.value(), municipality=OuterRef("organisation"))
        members = Membership.objects.filter(cooperation=OuterRef("pk")).filter(
            Exists(numbers) | Q(organisation__governed_counties__number=self.value())
        )
        return queryset.filter(Exists(members))


class DueFilter(admin.SimpleListFilter):
    """Cooperations that someone should confirm."""

    title = gettext_lazy("bekreftelse")
    parameter_name = "bekreftelse"

    def lookups(self, request, model_admin):
        """Return the two choices."""
        return [("due", _("fristen er ute")), ("never", _("aldri bekreftet"))]

    def queryset(self, request, queryset):
        """Keep the cooperations of the choice."""
        match self.value():
            case "due":
                return queryset.filter(due_on__lt=localdate())
            case "never":
                return queryset.filter(confirmed_on=None)
        return queryset


class MembershipInline(RowsInline, ShareColumns, admin.TabularInline):
    """All members, present and former. A member that leaves is given an end, not deleted."""

    model = Membership
    form = MembershipRowForm
    formset = MembershipFormSet
    verbose_name = gettext_lazy("deltaker")
    verbose_name_plural = gettext_lazy("deltakere, også tidligere")
    autocomplete_fields = ["organisation"]
    show_change_link = True
    # The share in words, the order and the sources are on the membership's own page.
    fields = ["organisation", "role", "ownership", "liability", "valid_from", "valid_to", "covers", "group", "note"]


class TaskInline(RowsInline, admin.TabularInline):
    """The tasks, the main one first."""

    model = CooperationTask
    verbose_name = gettext_lazy("oppgave")
    verbose_name_plural = gettext_lazy("oppgaver")
    autocomplete_fields = ["task"]


class GroupInline(RowsInline, admin.TabularInline):
    """What the source says of members that it does not name."""

    model = GroupStatement
    verbose_name = gettext_lazy("gruppe")
    verbose_name_plural = gettext_lazy("grupper som kilden ikke nevner ved navn")
    formset = GroupFormSet
    autocomplete_fields = ["county"]


class PredecessorInline(RowsInline, admin.TabularInline):
    """What it follows."""

    model = CooperationRelation
    fk_name = "successor"
    verbose_name = gettext_lazy("forgjenger")
    verbose_name_plural = gettext_lazy("forgjengere")
    autocomplete_fields = ["predecessor"]

    def get_queryset(self, request):
        """Leave out what the user may not see."""
        return super().get_queryset(request).filter(predecessor__in=visible_to(request.user))


class SuccessorInline(RowsInline, admin.TabularInline):
    """What follows it."""

    model = CooperationRelation
    fk_name = "predecessor"
    verbose_name = gettext_lazy("etterfølger")
    verbose_name_plural = gettext_lazy("etterfølgere")
    autocomplete_fields = ["successor"]

    def get_queryset(self, request):
        """Leave out what the user may not see."""
        return super().get_queryset(request).filter(successor__in=visible_to(request.user))


class CooperationCitationInline(CitationInline):
    """Where the sources state the cooperation; a membership's own citations are on its page."""

    fk_name = "cooperation"


def _members_today(today):
    """Return how many organisations take part today; one with two roles counts once."""
    counted = (
        Membership.objects.valid_on(today)
        .filter(cooperation=OuterRef("pk"))
        .order_by()
        .values("cooperation")
        .annotate(count=Count("organisation", distinct=True))
        .values("count")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@admin.register(Cooperation)
class CooperationAdmin(ActionPages, RegisterAdmin):
    """The coordinator's main page."""

    form = CooperationForm
    change_form_template = "admin/register/cooperation_form.html"
    change_list_template = "admin/register/cooperation_list.html"
    list_display = [
        "sorted_name",
        "form",
        "status",
        "member_count",
        "publication",
        "keeper",
        "confirmed_on",
    ]
    list_filter = [
        "publication",
        StatusFilter,
        "form",
        "stage",
        SectorFilter,
        CountyFilter,
        SourceFilter,
        DueFilter,
    ]
    list_select_related = ["responsible"]
    search_fields = ["name"]  # shows the search box; get_search_results says how it is searched
    search_help_text = gettext_lazy("Ord i navn, kortnavn, formål, oppgave eller navn på deltakere")
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["body", "umbrella", "responsible"]
    inlines = [
        MembershipInline,
        TaskInline,
        GroupInline,
        OrganInline,
        LegalProfileInline,
        NotificationInline,
        NoticeInline,
        PredecessorInline,
        SuccessorInline,
        CooperationCitationInline,
    ]
    actions = [submit, publish, withdraw, confirm_chosen, bulk_edit, export_selected]
    # They change by the steps and the click over the form.
    readonly_fields = ["publication", "confirmed_on", "confirmed_by", "due_on"]
    fieldsets = [
        (
            gettext_lazy("Hva det heter"),
            {"fields": ["name", "has_proper_name", "short_name", "slug", "body"]},
        ),
        (
            gettext_lazy("Form og innhold"),
            {"fields": ["form", "form_as_stated", "purpose", "umbrella"]},
        ),
        (gettext_lazy("Levetid"), {"fields": ["stage", ("valid_from", "valid_to"), "winding_up_from"]}),
        (
            gettext_lazy("Deltakere slik kilden teller dem"),
            {
                "fields": [("stated_member_count", "members_complete"), "count_note", "leader_rotates"],
                "description": gettext_lazy(
                    "Deltakerne selv føres i tabellen lenger ned. Slutter en deltaker, så skriv siste dag under «Til»; "
                    "slett bare det som er ført ved en feil."
                ),
            },
        ),
        (
            gettext_lazy("Vedlikehold og publisering"),
            {"fields": ["publication", "responsible", "confirm_every", ("confirmed_on", "confirmed_by"), "due_on"]},
        ),
    ]

    # Lists

    def get_queryset(self, request):
        """Tell the status and the number of members today."""
        today = localdate()
        rows = visible_rows(request.user, super().get_queryset(request))
        return rows.with_status_on(today).annotate(member_count=_members_today(today))

    def get_search_results(self, request, queryset, search_term):
        """Search as the public pages do, forgiving misspelling."""
        return (queryset.matching(search_term) if search_term.strip() else queryset), False

    @admin.display(description=gettext_lazy("ansvarlig"), ordering="responsible__sort_key")
    def keeper(self, obj):
        """Return who is responsible for the facts, under a heading that fits."""
        return obj.responsible

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status(self, obj):
        """Return the status today."""
        return dict(STATUSES)[obj.status]

    @admin.display(description=gettext_lazy("deltakere"), ordering="member_count")
    def member_count(self, obj):
        """Return how many take part today, beside how many the source counts."""
        if obj.stated_member_count is None or obj.stated_member_count == obj.member_count:
            return obj.member_count
        return format_html(
            '{} <span class="register-quiet">{}</span>',
            obj.member_count,
            _("av %(count)d oppgitt") % {"count": obj.stated_member_count},
        )

    def has_publish_permission(self, request):
        """Tell whether the user may let the public see, for the actions of the list."""
        return request.user.has_perm("agreements.publish_cooperation")

    # The page

    def get_fieldsets(self, request, obj=None):
        """Leave out an umbrella that the user may not see; it stays as it is."""
        if obj is None or obj.umbrella is None or visible_to(request.user).filter(pk=obj.umbrella_id).exists():
            return super().get_fieldsets(request, obj)
        return [
            (name, options | {"fields": [field for field in options["fields"] if field != "umbrella"]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_changeform_initial_data(self, request):
        """Begin with the coordinator's own organisation as responsible, where she has but one."""
        mine = list(organisations_of(request.user)[:2])
        responsible = {"responsible": mine[0].pk} if len(mine) == 1 else {}
        return responsible | super().get_changeform_initial_data(request)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Add the agreements, and what the law says of what is stored."""
        if obj:
            stored = with_legal_facts(Cooperation.objects.all()).get(pk=obj.pk)
            context["agreements"] = agreement_rows(stored, localdate())
            context["keeping"] = keeping_panel(request.user, stored)
            context["may_add_agreement"] = request.user.has_perm("agreements.add_agreement", stored)
            context["law"] = law_panel(stored, localdate())
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Links and history

    def view_on_site(self, obj):
        """Return the public page, when there is one; a refused form may have emptied the address name."""
        published = obj.publication == Cooperation.Publication.PUBLISHED
        return obj.get_absolute_url() if published and obj.slug else None

    def json_url(self, obj):
        """Return the cooperation in the API, when the public may see it."""
        return reverse("api:cooperation-detail", args=[obj.slug]) if self.view_on_site(obj) else None

    kept_by_restore = KEPT_BY_RESTORE

    def restore(self, request, pk, at, reason):
        """Bring a version back by the action, which can be undone; what has been deleted is made again."""
        found = Cooperation.objects.filter(pk=pk).first() or Cooperation(pk=pk)
        restore(found, by=request.user, reason=reason, known_on=at, histories=self.histories(pk))

    def histories(self, pk):
        """Return the cooperation's events with those of all its rows."""
        return cooperation_histories(pk)
