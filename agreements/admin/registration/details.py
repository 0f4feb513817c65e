"""What is asked of each member and of the form that was chosen: roles, shares, seats, law and agreement?"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.admin.labels import choice_label
from municipalities.models import Municipality, Organisation

from ...insight.checklist import clause_rules
from ...models import Agreement, Clause, LegalProfile, Membership
from ...models.shares import format_share, parse_share
from ..forms import ShareField, VagueDateField
from ..legal import LegalProfileForm
from .questions import FORM_QUESTIONS, FormQuestions
from .steps import initial_of

_SEATS = {"class": "register-number", "inputmode": "numeric", "autocomplete": "off"}


@dataclass(frozen=True)
class MemberRow:
    """One member with its fields; those that the form does not have are None."""

    member: Organisation
    role: forms.BoundField | None
    ownership: forms.BoundField | None
    liability: forms.BoundField | None
    seats: forms.BoundField | None
    deputies: forms.BoundField | None
    since: forms.BoundField
    covers: forms.BoundField
    single: forms.BoundField | None = None


@dataclass(frozen=True)
class Sum:
    """The sum of the shares that are written, and how many are not."""

    total: Fraction
    unknown: int

    @property
    def text(self) -> str:
        """Return the sum as people write it, with what lacks or is too much."""
        parts = [format_share(self.total)]
        if self.total < 1:
            parts.append(_("%(share)s mangler") % {"share": format_share(1 - self.total)})
        elif self.total > 1:
            parts.append(_("%(share)s for mye") % {"share": format_share(self.total - 1)})
        if self.unknown:
            parts.append(_("%(count)d er ikke fylt ut") % {"count": self.unknown})
        return ", ".join(parts)


class HowForm(forms.Form):
    """The third step, made for the form and the members that were chosen."""

    def __init__(
        self, sent: MultiValueDict, *, form: str, members: Sequence[Organisation], keepers: Sequence[Organisation] = (),
        check: bool = False,
    ):  # fmt: skip
        data = sent if check else None
        super().__init__(data, initial=initial_of(sent))
        self.asked: FormQuestions = FORM_QUESTIONS[form]
        self.form, self.members = form, members
        for member in members:
            self._ask_member(member)
        if self.asked.single:
            self.fields["single"] = forms.ChoiceField(
                label=self.asked.single.label,
                choices=[*((str(m.pk), choice_label(m)) for m in members), ("", _("vet ikke"))],
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Velg en av deltakerne.")},
            )
        if self.asked.board:
            self.fields["board"] = _seats_field(_("Medlemmer i styret"), help_text=self.asked.board)
        if self.asked.notice_to:
            self.fields["notice"] = forms.DateField(
                label=_("Melding sendt %(recipient)s") % {"recipient": self.asked.notice_to.label},
                required=False,
                help_text=self.asked.notice_help,
                widget=_date_input(),
                error_messages={"invalid": _("Skriv datoen som 31.12.2023.")},
            )
        keepers = {o.pk: o for o in [*keepers, *members]}
        self.fields["responsible"] = forms.ChoiceField(
            label=_("Ansvarlig for opplysningene"),
            required=False,
            choices=[("", _("– ikke avtalt –")), *((str(pk), choice_label(o)) for pk, o in keepers.items())],
            help_text=_("Den som holder opplysningene i registeret ved like."),
            error_messages={"invalid_choice": _("Velg en av deltakerne.")},
        )
        self._ask_clauses()
        self.legal = _legal_form(self.asked, data, initial_of(sent, "lov"))
        self.agreement = AgreementPart(data, initial=initial_of(sent, "avtale"), prefix="avtale", asked=self.asked)

    def _ask_member(self, member: Organisation) -> None:
        key = member.pk
        if len(self.asked.roles) > 1:
            self.fields[f"role-{key}"] = forms.ChoiceField(
                label=_("Rolle, %(member)s") % {"member": member},
                choices=[(role.value, role.label) for role in self.asked.roles],
                initial=self.asked.roles[0].value,
                error_messages={"required": _("Velg rolle."), "invalid_choice": _("Velg rolle på nytt.")},
            )
        if self.asked.ownership:
            self.fields[f"ownership-{key}"] = ShareField(label=_("Eierandel, %(member)s") % {"member": member})
        if self.asked.liability:
            self.fields[f"liability-{key}"] = ShareField(label=_("Ansvarsandel, %(member)s") % {"member": member})
        if self.asked.seats:
            self.fields[f"seats-{key}"] = _seats_field(_("Medlemmer, %(member)s") % {"member": member})
            self.fields[f"deputies-{key}"] = _seats_field(_("Varamedlemmer, %(member)s") % {"member": member})
        self.fields[f"since-{key}"] = VagueDateField(end=False, label=_("Med fra, %(member)s") % {"member": member})
        self.fields[f"covers-{key}"] = forms.CharField(
            label=_("Gjelder bare, %(member)s") % {"member": member},
            required=False,
            max_length=Membership._meta.get_field("covers").max_length,
            widget=forms.TextInput(attrs={"class": "vTextField"}),
        )

    def _ask_clauses(self) -> None:
        """Ask whether the agreement has each item that the law requires of the form."""
        self.clauses = clause_rules(self.form, localdate())
        for rule in self.clauses:
            self.fields[f"clause-{rule.id}"] = forms.ChoiceField(
                label=rule.paragraph,
                choices=[("", _("ikke vurdert")), *Clause.Status.choices],
                required=False,
            )

    # What the template shows

    @property
    def rows(self) -> list[MemberRow]:
        """Return one row for each member."""
        single = {radio.data["value"]: radio for radio in self["single"]} if self.asked.single else {}
        return [
            MemberRow(
                member,
                *(
                    self._bound(f"{name}-{member.pk}")
                    for name in ("role", "ownership", "liability", "seats", "deputies", "since", "covers")
                ),
                single.get(str(member.pk)),
            )
            for member in self.members
        ]

    @property
    def tells_apart(self) -> bool:
        """Tell whether anything is written of one member's own time and part."""
        return any(row.since.value() or row.covers.value() for row in self.rows)

    def _bound(self, name: str) -> forms.BoundField | None:
        return self[name] if name in self.fields else None

    @property
    def no_single(self):
        """Return the choice that nobody is known to have the single role."""
        return next(radio for radio in self["single"] if not radio.data["value"])

    @property
    def clause_rows(self) -> list[tuple[str, str, forms.BoundField]]:
        """Return paragraph, demand and field of each item."""
        return [(rule.paragraph, str(rule.demand), self[f"clause-{rule.id}"]) for rule in self.clauses]

    @property
    def questions(self) -> list[tuple[forms.BoundField, str]]:
        """Return what the law asks, each with its paragraph."""
        if self.legal is None:
            return []
        return [(self.legal[q.field], q.paragraph) for q in self.asked.legal]

    def sum_of(self, name: str) -> Sum:
        """Return the sum of one kind of share as it is typed; what cannot be read is not known."""
        known, unknown = Fraction(0), 0
        for member in self.members:
            try:
                known += parse_share(str(self[f"{name}-{member.pk}"].value() or ""))
            except ValueError:
                unknown += 1
        return Sum(known, unknown)

    @property
    def ownership_sum(self) -> str:
        """Return the sum of the ownership shares."""
        return self.sum_of("ownership").text

    # What the steps that follow read

    def is_valid(self):
        """Judge the parts too."""
        parts = [super().is_valid(), self.agreement.is_valid()]
        if self.legal is not None:
            parts.append(self.legal.is_valid())
        return all(parts)

    def clean(self):
        """Refuse what is impossible: shares above the whole, and an answer about an agreement that has no field."""
        data = super().clean()
        for name, label in (("ownership", _("eierandelene")), ("liability", _("ansvarsandelene"))):
            total = sum((data.get(f"{name}-{m.pk}") or Fraction(0) for m in self.members), Fraction(0))
            if total > 1:
                self.add_error(
                    None,
                    _("Til sammen er %(name)s %(sum)s. De kan ikke bli mer enn 100 %%.")
                    % {"name": label, "sum": Sum(total, 0).text},
                )
        return data

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Return every error with the id and the label of its field."""
        found = []
        for part in (self, self.legal, self.agreement):
            for name, texts in part.errors.items() if part is not None else ():
                field = part[name] if name in part.fields else None
                where = (field.id_for_label or field.auto_id, str(field.label)) if field else ("", "")
                found += [(*where, text) for text in texts]
        return found


def _seats_field(label, **kwargs) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=999, widget=forms.TextInput(attrs=_SEATS),
        error_messages={"invalid": gettext_lazy("Skriv et helt tall.")}, **kwargs,
    )  # fmt: skip


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"class": "register-short", "autocomplete": "off", "placeholder": "31.12.2023"})


def _legal_form(asked: FormQuestions, data, initial) -> LegalProfileForm | None:
    """Return the form with the questions that the law asks, None when it asks none."""
    if not asked.legal:
        return None
    made = forms.modelform_factory(LegalProfile, form=LegalProfileForm, fields=[q.field for q in asked.legal])
    form = made(data, initial=initial, prefix="lov")
    for question in asked.legal:
        form.fields[question.field].help_text = question.help
    if "head_office" in form.fields:
        places = Municipality.objects.filter(organisation__valid_to=None).select_related("organisation")
        form.fields["head_office"].queryset = places.prefetch_related("numbers__county")
        form.fields["head_office"].label_from_instance = lambda place: choice_label(place.organisation)
    return form


class AgreementPart(forms.ModelForm):
    """The little that is asked of the agreement; the rest is on its own page."""

    class Meta:
        model = Agreement
        fields = ["title", "is_written", "signed_on", "valid_from", "valid_to", "notice_months", "archive_reference"]
        widgets = {
            **{name: _date_input() for name in ("signed_on", "valid_from", "valid_to")},
            "title": forms.TextInput(attrs={"class": "vTextField"}),
            "notice_months": forms.TextInput(attrs=_SEATS),
        }

    def __init__(self, *args, asked: FormQuestions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Tomt: «%(kind)s for» og navnet på samarbeidet.") % {
            "kind": asked.instrument.label.capitalize()
        }
        self.fields["notice_months"].help_text = asked.period
        for name in ("signed_on", "valid_from", "valid_to"):
            self.fields[name].error_messages["invalid"] = _("Skriv datoen som 31.12.2023.")

    @property
    def is_given(self) -> bool:
        """Tell whether anything is written about the agreement."""
        return any(value not in (None, "") for value in self.cleaned_data.values())
