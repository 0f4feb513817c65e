"""What does the law say of a cooperation, where is it mended, and what does it say of the whole register?"""

import datetime
from dataclasses import dataclass

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.models import MunicipalityNumber
from municipalities.querysets import valid_on

from ..filters import CooperationFilter
from ..insight.breaches import breaches_of, by_form, by_municipality, by_rule, by_severity, gravity
from ..models import Cooperation, Form
from ..permissions import visible_to
from ..rules import RULES, RULES_AS_OF, Finding, Outcome, Severity, findings
from ..rules.gather import facts_of, with_legal_facts

#: Where on the page of a cooperation the facts of a rule are kept: anchor, name, and the rules.
_PLACES = [
    ("id_name", gettext_lazy("navn"), "IPR-05 KO-04 IKS-08 AS-01 SA-01 STI-02"),
    ("id_form", gettext_lazy("form"), "OLD-01 OLD-04 NET-01 IUA-03 KF-01"),
    (
        "memberships-group",
        gettext_lazy("deltakere"),
        "GEN-02 GEN-03 GEN-12 IPR-01 IPR-06 IPR-16 KO-01 KO-05 KO-12 VK-01 VK-02 IKS-01 IKS-02 IKS-04 AS-04 SA-02 "
        "SA-03 STI-01 FLI-01 PLAN-01 BYV-01",
    ),
    ("organs-group", gettext_lazy("organer"), "IPR-08 IPR-09 KO-07 KO-08 VK-08 IKS-10 IKS-11"),
    (
        "legal-group",
        gettext_lazy("rettslige opplysninger"),
        "GEN-01 GEN-08 GEN-11 IPR-03 IPR-04 KO-03 KO-16 VK-03 VK-05 VK-13 VK-14 OLD-05 IKS-03 IKS-09 IKS-12 IKS-14 "
        "AS-02 FLI-02 AVT-02 PLAN-03 IUA-01 BRANN-04 ID-10.2a ID-10.2b",
    ),
    ("notifications-group", gettext_lazy("meldinger"), "VK-12 IKS-13 HELSE-03 BRANN-02"),
    (
        "avtaler",
        gettext_lazy("avtaler"),
        "GEN-04 GEN-06 GEN-07 GEN-14 VK-06 VK-07 VK-16 IKS-05 IKS-19 IKS-22 SA-05 AVT-01 PLAN-04 HELSE-01 "
        + " ".join(rule.id for rule in RULES if rule.clause),
    ),
]
PLACES = {rule: (anchor, label) for anchor, label, rules in _PLACES for rule in rules.split()}


@dataclass(frozen=True)
class Said:
    """What one rule says, and where it is mended: anchor and name, empty when nowhere in particular."""

    finding: Finding
    anchor: str = ""
    place: str = ""


@dataclass(frozen=True)
class LawPanel:
    """What the law says of one cooperation today; breaches by severity, the gravest first."""

    breaches: list[tuple[Severity, list[Said]]]
    not_assessed: list[Said]
    kept: int
    as_of: datetime.date = RULES_AS_OF

    @property
    def count(self) -> int:
        """Return how many rules are broken."""
        return sum(len(said) for _severity, said in self.breaches)

    @property
    def governed(self) -> bool:
        """Tell whether any rule governs the cooperation today."""
        return bool(self.count or self.not_assessed or self.kept)


def law_panel(cooperation: Cooperation, on: datetime.date) -> LawPanel:
    """Return what the law says of a cooperation from ``with_legal_facts``."""
    found = findings(facts_of(cooperation, on), on)
    broken = [f for f in found if f.outcome == Outcome.BREACH]
    groups = [(s, [_said(f) for f in broken if f.severity == s]) for s in sorted(Severity, key=gravity)]
    return LawPanel(
        breaches=[(severity, said) for severity, said in groups if said],
        not_assessed=[_said(f) for f in found if f.outcome == Outcome.NOT_ASSESSED],
        kept=sum(f.outcome == Outcome.OK for f in found),
    )


def _said(finding: Finding) -> Said:
    return Said(finding, *PLACES.get(finding.rule, ("", "")))


# The whole register


def municipality_choices(on: datetime.date) -> list[tuple[str, str]]:
    """Return the municipalities of the day by number, all of them first."""
    numbers = MunicipalityNumber.objects.filter(valid_on(on)).order_by("municipality__organisation__sort_key")
    return [("", _("alle kommuner")), *((n.number, f"{n.name} ({n.number})") for n in numbers)]


class FindingsForm(forms.Form):
    """Narrow the breaches of the register."""

    form = forms.ChoiceField(label=gettext_lazy("Form"), required=False)
    municipality = forms.ChoiceField(label=gettext_lazy("Kommune"), required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Alvor"), required=False)

    def __init__(self, data, on: datetime.date):
        super().__init__(data)
        self.fields["form"].choices = [("", _("alle former")), *Form.choices]
        self.fields["municipality"].choices = municipality_choices(on)
        self.fields["severity"].choices = [("", _("alle grader")), *Severity.choices]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("«%(value)s» er ikke et av valgene.")


def findings_page(request):
    """List the breaches of the register by rule, form and municipality."""
    if not request.user.has_perm("agreements.view_cooperation"):
        raise PermissionDenied
    today = localdate()
    asked = FindingsForm(request.GET, today)
    valid = asked.is_valid()
    context = {**admin.site.each_context(request), "title": _("Funn"), "asked": asked, "today": today}
    if valid:
        context |= _overview(asked.cleaned_data, visible_to(request.user), today)
    return TemplateResponse(request, "admin/register/findings.html", context, status=200 if valid else 400)


def _overview(asked: dict[str, str], among: QuerySet[Cooperation], today: datetime.date) -> dict:
    """Return the breaches of the cooperations asked for, grouped and counted, with links that narrow further."""
    wanted = {"form": [asked["form"]] if asked["form"] else [], "municipality": asked["municipality"]}
    chosen = CooperationFilter(wanted, queryset=among)
    cooperations = list(with_legal_facts(chosen.qs))
    broken = breaches_of(cooperations, today)
    if asked["severity"]:
        broken = [b for b in broken if b.finding.severity == asked["severity"]]
    names = dict(Form.choices)
    return {
        "cooperation_count": len(cooperations),
        "breach_count": len(broken),
        "severities": [(s, n) for s, n in by_severity(broken) if n],
        "groups": by_rule(broken),
        "forms": [(names[form], n, _narrowed(asked, form=form)) for form, n in by_form(broken)],
        "municipalities": [
            (f"{name} ({number})", n, _narrowed(asked, municipality=number))
            for (number, name), n in by_municipality(broken)
        ],
        "narrowed": any(asked.values()),
        "as_of": RULES_AS_OF,
    }


def _narrowed(asked: dict[str, str], **also: str) -> str:
    """Return the address of the page with one more condition."""
    return reverse("admin-findings", query={k: v for k, v in (asked | also).items() if v})
