"""Where does a coordinator issue the tokens that systems write with, and take them back?"""

import datetime

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.base import RegisterAdmin
from municipalities.admin.forms import ReasonForm
from municipalities.models import User

from ..models import ApiToken
from ..permissions import organisations_of

#: A token must be made anew now and then, so that forgotten ones do not open the register for ever.
LONGEST = datetime.timedelta(days=2 * 366)
USUAL = datetime.timedelta(days=365)


class TokenForm(ReasonForm):
    """A new token: for whom, for what and how long. It acts for whoever makes it, never for somebody else."""

    holder: User

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Tokenet kan"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    last_day = forms.DateField(
        label=gettext_lazy("Siste dag"),
        widget=admin.widgets.AdminDateWidget,
        help_text=gettext_lazy("Høyst to år fram. Etter denne dagen åpner tokenet ingenting."),
    )

    def clean_last_day(self) -> datetime.date:
        """Refuse a day that is past or too far ahead."""
        day, today = self.cleaned_data["last_day"], timezone.localdate()
        if not today <= day <= today + LONGEST:
            raise forms.ValidationError(_("Velg en dag fra i dag og høyst to år fram."))
        return day

    def _post_clean(self):
        """Make the user the holder, before a token is checked against her, and let the last day count whole."""
        self.instance.user = self.holder
        if day := self.cleaned_data.get("last_day"):
            self.instance.expires_at = timezone.make_aware(datetime.datetime.combine(day, datetime.time.max))
        super()._post_clean()


@admin.register(ApiToken)
class ApiTokenAdmin(RegisterAdmin):
    """Tokens: each sees her own, the administrator all. The secret is shown once, when it is made."""

    form = TokenForm
    list_display = ["name", "shown", "user", "organisation", "state", "expires_at", "last_used_at"]
    list_select_related = ["user", "organisation"]
    search_fields = ["name", "shown", "organisation__name__unaccent", "user__username"]
    search_help_text = gettext_lazy("Navn, begynnelsen av tokenet, organisasjon eller innehaver")
    actions = ["revoke"]

    def get_queryset(self, request) -> QuerySet[ApiToken]:
        """Show each her own."""
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user=request.user)

    def has_delete_permission(self, request, obj=None) -> bool:
        """Tokens are revoked, so that it can be told afterwards what each was."""
        return False

    def get_fields(self, request, obj=None) -> list[str]:
        """Ask for a new one; tell what an old one is."""
        if obj is None:
            return ["name", "organisation", "scopes", "last_day"]
        return ["name", "shown", "user", "organisation", "told_scopes", "made_at", "expires_at", "revoked_at",
                "last_used_at"]  # fmt: skip

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """Let nothing of a token that is out in the world be changed but its name."""
        return [] if obj is None else self.get_fields(request, obj)[1:]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Use the form for new ones only."""
        if obj is not None:
            kwargs["form"] = ReasonForm
        form = super().get_form(request, obj, change=change, **kwargs)
        form.holder = request.user
        return form

    def get_changeform_initial_data(self, request) -> dict:
        """Suggest a year, and the organisation where there is one."""
        mine = list(organisations_of(request.user)[:2])
        suggested = {"last_day": timezone.localdate() + USUAL}
        if len(mine) == 1:
            suggested["organisation"] = mine[0].pk
        return suggested | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer the organisations that the user acts for."""
        if db_field.name == "organisation":
            kwargs["queryset"] = organisations_of(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        """Give a new token its secret."""
        if not change:
            request.new_secret = obj.new_secret()
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        """Show the secret, this once: it lies neither in an address, a cookie nor a cache."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Tokenet er utstedt"),
            "here": _("utstedt"),
            "opts": self.opts,
            "token": obj,
            "secret": request.new_secret,
        }
        return TemplateResponse(request, "admin/register/token.html", context, headers={"Cache-Control": "no-store"})

    @admin.display(description=gettext_lazy("tilstand"))
    def state(self, obj) -> str:
        """Return whether it opens anything."""
        return obj.state

    @admin.display(description=gettext_lazy("kan"))
    def told_scopes(self, obj) -> str:
        """Return what it may do, in words."""
        return ", ".join(str(ApiToken.Scope(scope).label) for scope in obj.scopes)

    @admin.action(description=gettext_lazy("Trekk tilbake de valgte tokenene"), permissions=["change"])
    def revoke(self, request, queryset):
        """Let the chosen tokens open nothing from now on."""
        count = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, _("Trukket tilbake: %(n)d.") % {"n": count}, messages.SUCCESS)
