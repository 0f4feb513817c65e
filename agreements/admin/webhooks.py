"""Where do owners of other systems ask to be told of changes, and see how each message went?"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.base import RegisterAdmin
from municipalities.admin.forms import ReasonForm

from ..exchange import deliveries, stream
from ..models import Change, Delivery, Subscription
from ..models.webhooks import new_secret


class SubscriptionForm(ReasonForm):
    """A subscription; what may be chosen among is ticked."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Hendelser"),
        choices=Change.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ingen valgt: alle."),
    )
    object_types = forms.MultipleChoiceField(
        label=gettext_lazy("Typer objekt"),
        choices=Change.ObjectType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ingen valgt: alle."),
    )

    def clean(self):
        """Make sure that the two secrets differ: signing twice with one would hide that the change was made."""
        data = super().clean() or self.cleaned_data
        if data.get("secret") and data.get("secret") == data.get("former_secret"):
            raise ValidationError({"former_secret": _("Dette er den samme hemmeligheten som den som gjelder.")})
        return data


@admin.register(Subscription)
class SubscriptionAdmin(RegisterAdmin):
    """Subscriptions, with what is waiting and what failed."""

    form = SubscriptionForm
    list_display = ["name", "organisation", "url", "is_active", "failing_since", "waiting", "failed"]
    list_select_related = ["organisation"]
    list_filter = ["is_active"]
    search_fields = ["name", "url", "organisation__name__unaccent"]
    search_help_text = gettext_lazy("Navn, adresse eller organisasjon")
    autocomplete_fields = ["organisation", "about_organisation", "about_cooperation", "about_task"]
    readonly_fields = ["failing_since", "log"]
    actions = ["start_again", "change_secret", "forget_former_secret"]
    fieldsets = [
        (None, {"fields": ["name", "organisation", "owner", "url", "is_active", "failing_since", "log"]}),
        (
            gettext_lazy("Hva det spørres om"),
            {"fields": ["kinds", "object_types", "about_organisation", "about_cooperation", "about_task"]},
        ),
        (
            gettext_lazy("Signatur"),
            {
                "fields": ["secret", "former_secret"],
                "description": gettext_lazy(
                    "Meldingene er signert etter Standard Webhooks. Bytt hemmelighet slik: velg «Bytt hemmelighet» i "
                    "listen, gi mottakeren den nye, og velg «Glem den forrige» når mottakeren bruker den."
                ),
            },
        ),
    ]

    def get_queryset(self, request):
        """Count what waits and what failed."""
        status = Delivery.Status
        return (
            super()
            .get_queryset(request)
            .annotate(
                n_waiting=Count("deliveries", filter=Q(deliveries__status=status.WAITING)),
                n_failed=Count("deliveries", filter=Q(deliveries__status=status.FAILED)),
            )
        )

    def get_fieldsets(self, request, obj=None):
        """Keep the secret from those who may only look."""
        parts = super().get_fieldsets(request, obj)
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return parts if may_write else [part for part in parts if "secret" not in part[1]["fields"]]

    def get_changeform_initial_data(self, request):
        """Suggest the one who makes it as its owner."""
        return {"owner": request.user.pk} | super().get_changeform_initial_data(request)

    def save_model(self, request, obj, form, change):
        """Let a new subscription begin now, and one that is turned on again send what it missed."""
        if not change:
            obj.position = stream.head().number
        turned_on = change and "is_active" in form.changed_data and obj.is_active
        super().save_model(request, obj, form, change)
        if turned_on:
            deliveries.start_again(obj)

    @admin.display(description=gettext_lazy("venter"), ordering="n_waiting")
    def waiting(self, obj):
        """Return how many messages wait."""
        return obj.n_waiting

    @admin.display(description=gettext_lazy("ikke levert"), ordering="n_failed")
    def failed(self, obj):
        """Return how many messages were given up."""
        return obj.n_failed

    @admin.display(description=gettext_lazy("leveringer"))
    def log(self, obj):
        """Return the link to the messages."""
        if obj.pk is None:
            return "–"
        url = reverse("admin:agreements_delivery_changelist")
        return format_html('<a href="{}?subscription__id__exact={}">{}</a>', url, obj.pk, _("Vis leveringene"))

    @admin.action(description=gettext_lazy("Slå på igjen og send det som ikke er levert"), permissions=["change"])
    def start_again(self, request, queryset):
        """Turn the chosen ones on."""
        for subscription in queryset:
            deliveries.start_again(subscription)
        self.message_user(request, _("Abonnementene er på; det som ikke er levert, sendes på nytt."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Bytt hemmelighet"), permissions=["change"])
    def change_secret(self, request, queryset):
        """Make a new secret; messages are signed with both until the former one is forgotten."""
        for subscription in queryset:
            subscription.former_secret, subscription.secret = subscription.secret, new_secret()
            subscription.save()
        self.message_user(request, _("Meldingene er nå signert med både ny og forrige hemmelighet."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Glem den forrige hemmeligheten"), permissions=["change"])
    def forget_former_secret(self, request, queryset):
        """Sign with the present secret only."""
        queryset.model.objects.filter(pk__in=queryset.values("pk")).update(former_secret="")
        self.message_user(request, _("Meldingene er nå signert bare med den som gjelder."), messages.SUCCESS)


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    """The log of messages; nobody writes in it."""

    list_display = [
        "made_at",
        "subscription",
        "change",
        "status",
        "attempts",
        "tried_at",
        "http_status",
        "milliseconds",
    ]
    list_select_related = ["subscription", "change"]
    list_filter = ["status", ("subscription", admin.RelatedOnlyFieldListFilter)]
    list_per_page = 50
    show_full_result_count = False
    actions = ["deliver_again"]

    def has_add_permission(self, request):
        """Messages come from the stream."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody changes what happened."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Messages go with their subscription."""
        return False

    @admin.action(description=gettext_lazy("Send på nytt"), permissions=["view"])
    def deliver_again(self, request, queryset):
        """Queue the chosen messages once more."""
        if not request.user.has_perm("agreements.change_subscription"):
            self.message_user(request, _("Du kan ikke sende meldinger på nytt."), messages.ERROR)
            return
        for delivery in queryset.select_related("change"):
            deliveries.deliver_again(delivery)
        self.message_user(request, _("Meldingene er lagt i kø."), messages.SUCCESS)
