"""How are an agreement, the decisions on it and the law's checklist of its content written and checked?"""

import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.forms import ReasonForm

from ..insight.checklist import clause_rules
from ..models import Agreement, Clause, Cooperation, CostPart, Decision, Loan
from ..models.languages import validate_language
from ..rules import RULES
from .legal import KronerField
from .suggestions import SuggestedRowForm

_RULES = {rule.id: rule for rule in RULES}


class CostPartForm(forms.ModelForm):
    """A part of the cost key, with the amount as people write it."""

    class Meta:
        model = CostPart
        fields = ["kind"]  # the admin names the rest
        field_classes = {"amount": KronerField}


class LoanForm(forms.ModelForm):
    """A loan, with the amount as people write it."""

    class Meta:
        model = Loan
        fields = ["lender"]  # the admin names the rest
        field_classes = {"amount": KronerField}


class ChangedItemsField(forms.MultipleChoiceField):
    """Which items of the law a new version changes: not recorded, only other things, or these."""

    ONLY_OTHER = "-"
    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        """Return None for nothing chosen, and an empty list for «only other things»."""
        chosen = super().clean(value)
        if self.ONLY_OTHER in chosen and len(chosen) > 1:
            raise ValidationError(_("Velg enten «bare annet» eller de punktene som endres."))
        return [] if chosen == [self.ONLY_OTHER] else (chosen or None)

    def bound_data(self, data, initial):
        """Return what was sent; nothing ticked stays nothing, and is not «only other things»."""
        return data or None

    def prepare_value(self, value):
        """Tick «only other things» for an empty list."""
        return [self.ONLY_OTHER] if value == [] else value

    def has_changed(self, initial, data):
        """Compare what is ticked."""
        return super().has_changed(self.prepare_value(initial) or [], data)


class LanguagesField(forms.Field):
    """Language codes in one field: «nb, uk»."""

    widget = forms.TextInput(attrs={"class": "register-short"})

    def to_python(self, value) -> list[str]:
        """Return the codes in small letters, each once."""
        codes = list(dict.fromkeys(re.split(r"[\s,;]+", str(value or "").strip().lower())))
        for code in filter(None, codes):
            validate_language(code)
        return [code for code in codes if code]

    def prepare_value(self, value):
        """Write the codes with commas."""
        return ", ".join(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class ClauseRow:
    """One item of the checklist with its two fields; ``applies`` is false when the law does not ask it of the form."""

    item: str
    paragraph: str
    text: str
    applies: bool
    status: forms.BoundField
    place: forms.BoundField

    @property
    def answer(self) -> str:
        """Return the answer in words, for those who may only look."""
        return dict(_ANSWERS).get(self.status.value() or "", "")


_ANSWERS = [("", gettext_lazy("ikke vurdert")), *Clause.Status.choices]


class AgreementForm(ReasonForm):
    """An agreement of a known cooperation, with an answer to each item that the law requires of it."""

    #: The cooperation of a new agreement, where the address names it.
    prefilled: Cooperation | None = None

    changed_items = ChangedItemsField(
        required=False,
        label=gettext_lazy("Hva endrer denne versjonen?"),
        help_text=gettext_lazy("Ingenting valgt: ikke ført, og da må kommunestyrene vedta endringen."),
    )
    languages = LanguagesField(
        required=False, label=gettext_lazy("Språk"), help_text=gettext_lazy("Koder med komma mellom, f.eks. nb, uk.")
    )

    class Meta:
        model = Agreement
        fields = ["title"]  # the fieldsets of the admin name the rest
        field_classes = {"loan_ceiling": KronerField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.prefilled and not self.instance.cooperation_id:
            self.instance.cooperation = self.prefilled
        if "changed_items" in self.fields:
            self.fields["changed_items"].choices = self._changeable()
        self._items: list[str] = []
        self._asked: frozenset[str] = frozenset()
        self._answers: dict[str, Clause] = {}
        if not self.instance.cooperation_id:
            return
        if "supersedes" in self.fields:
            self._limit_superseded()
        self._add_clauses()

    def _changeable(self) -> list[tuple[str, str]]:
        """Return the items that a new version may change, and those that it is recorded to change."""
        form = self.instance.cooperation.form if self.instance.cooperation_id else ""
        asked = [rule.id for rule in clause_rules(form, localdate())]
        known = [*asked, *(item for item in self.instance.changed_items or [] if item not in asked)]
        return [
            (ChangedItemsField.ONLY_OTHER, _("bare annet enn punktene i loven")),
            *((item, f"{_RULES[item].paragraph}: {_RULES[item].demand}" if item in _RULES else item) for item in known),
        ]

    # The chain of versions

    def _limit_superseded(self) -> None:
        """Offer the earlier agreements of the cooperation that no other agreement supersedes."""
        field = self.fields["supersedes"]
        siblings = Agreement.objects.filter(cooperation_id=self.instance.cooperation_id)
        by_old = {a.supersedes_id: a.pk for a in siblings if a.supersedes_id and a.pk != self.instance.pk}
        closed = {*by_old, self.instance.pk}
        later = self.instance.pk
        while (later := by_old.pop(later, None)) is not None:
            closed.add(later)  # what follows this agreement cannot also come before it
        field.queryset = siblings.filter(pk__in=[a.pk for a in siblings if a.pk not in closed])
        field.label_from_instance = _version_label
        field.error_messages["invalid_choice"] = _(
            "Velg en tidligere avtale i det samme samarbeidet som ingen annen avtale avløser."
        )
        field.widget.can_add_related = field.widget.can_view_related = False

    # The checklist

    def _add_clauses(self) -> None:
        """Add two fields for each item; an answer to an item that is no longer asked is shown last."""
        asked = [rule.id for rule in clause_rules(self.instance.cooperation.form, localdate())]
        if self.instance.pk:
            self._answers = {clause.item: clause for clause in self.instance.clauses.all()}
        self._items = [*asked, *(item for item in self._answers if item not in asked)]
        self._asked = frozenset(asked)
        for item in self._items:
            known = self._answers.get(item)
            label = _RULES[item].paragraph if item in _RULES else item
            self.fields[f"clause-{item}-status"] = forms.ChoiceField(
                label=label, choices=_ANSWERS, required=False, initial=known.status if known else "",
                widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"clause-{item}-place"] = forms.CharField(
                label=_("%(paragraph)s, sted i avtalen") % {"paragraph": label}, required=False, max_length=100,
                initial=known.place if known else "", widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip

    @property
    def clause_rows(self) -> list[ClauseRow]:
        """Return the checklist in the order of the law."""
        return [
            ClauseRow(
                item,
                _RULES[item].paragraph if item in _RULES else item,
                str(_RULES[item].demand) if item in _RULES else "",
                item in self._asked,
                self[f"clause-{item}-status"],
                self[f"clause-{item}-place"],
            )
            for item in self._items
        ]

    def clean(self):
        """Ask for the answer where only the place is written: it would be lost."""
        data = super().clean() or self.cleaned_data
        for item in self._items:
            if data.get(f"clause-{item}-place") and not data.get(f"clause-{item}-status"):
                self.add_error(f"clause-{item}-place", _("Velg «finnes» eller «mangler», eller tøm stedet."))
        return data

    def save_clauses(self) -> None:
        """Store the answers that were changed; «not assessed» is no row."""
        for item in self._items:
            if not {f"clause-{item}-status", f"clause-{item}-place"} & set(self.changed_data):
                continue
            status, place = (self.cleaned_data[f"clause-{item}-{part}"] for part in ("status", "place"))
            if status:
                Clause.objects.update_or_create(
                    agreement=self.instance, item=item, defaults={"status": status, "place": place}
                )
            else:
                Clause.objects.filter(agreement=self.instance, item=item).delete()


def _version_label(agreement: Agreement) -> str:
    """Tell versions of one title apart."""
    day = agreement.valid_from or agreement.signed_on
    return f"{agreement} ({day:%d.%m.%Y})" if day else str(agreement)


class DecisionRowForm(SuggestedRowForm):
    """A decision as a row of an agreement. An offered row has no outcome until somebody chooses one."""

    untouched = {"outcome": ""}

    class Meta:
        model = Decision
        fields = ["organisation"]  # the admin names the rest

    def offer(self) -> None:
        """Begin without an outcome."""
        if "outcome" in self.fields:
            field = self.fields["outcome"]
            field.choices = [("", "---------"), *field.choices]
            field.error_messages["required"] = _("Velg utfallet av vedtaket.")
