"""How does a coordinator keep what the law asks of a cooperation: its profile, notices, organs and their seats?"""

import re
from decimal import Decimal

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from municipalities.admin.base import RegisterAdmin, RowsInline
from municipalities.admin.forms import OrgNumberField
from municipalities.models.fields import normalise_org_number, validate_org_number

from ..models import LegalProfile, Notice, Notification, Organ, OrganSeat
from ..permissions import cooperations_of, visible_rows
from .history import organ_histories
from .suggestions import SuggestedRowForm, SuggestingInline


class KronerField(forms.DecimalField):
    """An amount as people write it: «12 000 000», «30000,50», «kr 1 000»."""

    widget = forms.TextInput(attrs={"class": "register-short", "inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"invalid": gettext_lazy("Skriv beløpet i kroner, f.eks. 12 000 000.")}

    def __init__(self, **kwargs):
        super().__init__(**{"min_value": 0, **kwargs})

    def to_python(self, value):
        """Read the amount without spaces and «kr», with a comma or a point before the øre."""
        if not isinstance(value, str):
            return super().to_python(value)
        plain = re.sub(r"\s|kr\.?|,-$", "", value.strip(), flags=re.IGNORECASE)
        # A point or comma before three digits could part thousands: it is not guessed.
        if not re.fullmatch(r"-?\d+([.,]\d{1,2})?", plain) and plain:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(plain.replace(",", "."))

    def prepare_value(self, value):
        """Write the thousands apart, and the øre only where there are any."""
        if not isinstance(value, Decimal):
            return value
        digits = 0 if value == value.to_integral_value() else 2
        return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",")


class LegalProfileForm(forms.ModelForm):
    """What the law asks, with amounts and organisation number as people write them."""

    class Meta:
        model = LegalProfile
        fields = ["own_legal_person"]  # the admin names the rest
        field_classes = {
            "org_number": OrgNumberField,
            "loan_ceiling": KronerField,
            "loans": KronerField,
            "share_capital": KronerField,
        }

    def clean_org_number(self):
        """Return the nine digits, or nothing."""
        number = normalise_org_number(self.cleaned_data.get("org_number") or "")
        if number:
            validate_org_number(number)
        return number


class LegalProfileInline(RowsInline, admin.StackedInline):
    """The one profile of a cooperation, in three groups that open when they are needed."""

    model = LegalProfile
    form = LegalProfileForm
    autocomplete_fields = ["head_office"]
    # The fields stand ready without a button; nothing is stored until one of them is answered.
    extra = max_num = 1
    can_delete = False
    fieldsets = [
        (
            gettext_lazy("Rettssubjekt og registre"),
            {
                "classes": ["collapse"],
                "fields": [
                    "own_legal_person",
                    "org_number",
                    "registered_form",
                    "in_company_register",
                    "in_foundation_register",
                    "head_office",
                    "public_records_act",
                ],
            },
        ),
        (
            gettext_lazy("Hjemmel og myndighet"),
            {
                "classes": ["collapse"],
                "fields": [
                    "legal_basis",
                    "special_law",
                    "ordered_by_state",
                    "decision_power",
                    "decision_basis",
                    "decides_matters_of_principle",
                    "plan_power",
                    "complaint_body",
                    "has_complaints_board",
                    "produces_services",
                    "is_political",
                    "is_business",
                    "procurement_assessed",
                ],
            },
        ),
        (
            gettext_lazy("Økonomi"),
            {
                "classes": ["collapse"],
                "fields": [
                    "may_borrow",
                    "loan_ceiling",
                    "loans",
                    "gives_guarantees",
                    "share_capital",
                    "has_both_sexes_on_board",
                    "cost_key",
                    "loss_split_deviates",
                    "auditor",
                ],
            },
        ),
    ]


class NotificationInline(RowsInline, admin.TabularInline):
    """The notices that have been sent."""

    model = Notification
    verbose_name = gettext_lazy("melding")
    verbose_name_plural = gettext_lazy("meldinger som er sendt")


class NoticeInline(RowsInline, admin.TabularInline):
    """Who has given notice. It is usually recorded by the action, which counts the last day."""

    model = Notice
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "given_on", "effective_on", "basis", "reference", "withdrawn_on"]


class OrganInline(RowsInline, admin.TabularInline):
    """Its organs; who has how many seats is on the organ's own page."""

    model = Organ
    show_change_link = True
    fields = ["name", "kind", "size", "has_manager", "shares_people_with_assembly", "note", "position"]


class OrganSeatForm(SuggestedRowForm):
    """How many seats a participant has. An offered row is stored when a number is written."""

    class Meta:
        model = OrganSeat
        fields = ["organisation"]  # the admin names the rest


class OrganSeatInline(SuggestingInline, admin.TabularInline):
    """The seats, with a row to fill in for each participant that has none."""

    model = OrganSeat
    form = OrganSeatForm
    verbose_name = gettext_lazy("deltaker")
    verbose_name_plural = gettext_lazy("plasser for hver deltaker")
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "members", "deputies"]


@admin.register(Organ)
class OrganAdmin(RegisterAdmin):
    """One organ, reached from its cooperation."""

    list_display = ["name", "kind", "cooperation", "size"]
    list_select_related = ["cooperation"]
    list_filter = ["kind"]
    search_fields = ["name__unaccent", "cooperation__name__unaccent"]
    search_help_text = gettext_lazy("Navn på organet eller samarbeidet")
    autocomplete_fields = ["cooperation"]
    fields = [
        "cooperation",
        ("name", "kind"),
        "size",
        "has_manager",
        "shares_people_with_assembly",
        "note",
        "position",
    ]

    owners = staticmethod(cooperations_of)

    def get_queryset(self, request):
        """Leave out the organs of cooperations that the user may not see."""
        return visible_rows(request.user, super().get_queryset(request))

    def has_module_permission(self, request):
        """Keep it off the start page: an organ says nothing without its cooperation."""
        return False

    def get_readonly_fields(self, request, obj=None):
        """Keep whose organ it is."""
        return ["cooperation"] if obj else []

    def get_inlines(self, request, obj):
        """Ask for seats when it is known whose organ it is."""
        return [OrganSeatInline] if obj else []

    def response_post_save_change(self, request, obj):
        """Go back to the cooperation."""
        url = reverse("admin:agreements_cooperation_change", args=[obj.cooperation_id])
        return HttpResponseRedirect(f"{url}#organs-group")

    def histories(self, pk):
        """Return the organ's events with those of its seats."""
        return organ_histories(pk)
