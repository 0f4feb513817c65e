"""What does a proposal change, beside how it was and how it is now?

The changes of a proposal are written as people write them, so that they can be read as they stand:

    {"fields": {"purpose": {"old": "", "new": "Legevakt"}},
     "members": [{"id": 12, "fields": {"valid_to": {"old": "", "new": "31.12.2024"}}},
                 {"fields": {"organisation": {"old": "", "new": 301}, "role": {"old": "", "new": "participant"}}}]}

A member without ``id`` is new. Dates are written as in ``VagueDate``, shares as in ``parse_share``.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..models import Cooperation, Membership, Proposal, VagueDate
from ..models.shares import format_share

#: What can be proposed; the rest is asked for in words.
COOPERATION_FIELDS = (
    "name", "short_name", "form", "purpose", "stage", "valid_from", "valid_to", "stated_member_count",
    "members_complete",
)  # fmt: skip
MEMBER_FIELDS = ("organisation", "role", "ownership", "liability", "valid_from", "valid_to", "covers", "note")
DATES, SHARES = ("valid_from", "valid_to"), ("ownership", "liability")


def written(row: Model, name: str) -> Any:
    """Return a fact as a proposal writes it: a vague date or a share in words, a relation by its number."""
    if name in DATES:
        date = VagueDate.of(getattr(row, name), getattr(row, f"{name}_precision"))
        return "" if date is None else date.as_input()
    if name in SHARES:
        share = getattr(row, f"{name}_share")
        return "" if share is None else format_share(share)
    value = getattr(row, row._meta.get_field(name).attname)
    return "" if value is None else value


@dataclass(frozen=True)
class Line:
    """One fact that a proposal changes: what it was, what it is now, and what it should become, in words."""

    label: str
    old: str
    now: str
    new: str

    @property
    def conflicts(self) -> bool:
        """Tell whether somebody has changed the fact meanwhile, to something else than what is proposed."""
        return self.now not in (self.old, self.new)


@dataclass(frozen=True)
class Part:
    """The changes of one row: of the cooperation itself, or of one member."""

    heading: str
    lines: list[Line]
    is_gone: bool = False  # the member that it changes has been deleted


@dataclass(frozen=True)
class Comparison:
    """A whole proposal beside the register as it is now."""

    parts: list[Part]

    @property
    def conflicts(self) -> list[Line]:
        """Return the facts that have been changed meanwhile."""
        return [line for part in self.parts for line in part.lines if line.conflicts]

    @property
    def is_impossible(self) -> bool:
        """Tell whether a member that the proposal changes is gone."""
        return any(part.is_gone for part in self.parts)

    @property
    def seen(self) -> str:
        """Return the present values of what conflicts, to be sent back by whoever has seen them."""
        return "|".join(f"{line.label}={line.now}" for line in self.conflicts)


def compare(proposal: Proposal) -> Comparison:
    """Return what a proposal changes, beside how it was and how it is now."""
    cooperation = Cooperation.objects.get(pk=proposal.cooperation_id)
    parts = []
    if fields := proposal.changes.get("fields"):
        parts.append(Part(_("Samarbeidet"), _lines(cooperation, fields)))
    members = {m.pk: m for m in cooperation.memberships.select_related("organisation")}
    for row in proposal.changes.get("members", []):
        if "id" not in row:
            parts.append(Part(_("Ny deltaker"), _lines(Membership(), row["fields"], new=True)))
        elif row["id"] in members:
            member = members[row["id"]]
            heading = f"{member.organisation} ({member.get_role_display()})"
            parts.append(Part(heading, _lines(member, row["fields"])))
        else:
            parts.append(Part(_("En deltaker som er slettet"), [], is_gone=True))
    return Comparison(parts)


def changed_in_words(proposal: Proposal) -> str:
    """Return what a proposal would change, in a few words for a list: «navn, formål, deltakere»."""
    labels = [_label(Cooperation(), name) for name in proposal.changes.get("fields", {})]
    return ", ".join([*labels, *([_("deltakere")] if proposal.changes.get("members") else [])])


def _lines(row: Model, fields: dict, *, new: bool = False) -> list[Line]:
    lines = []
    for name, change in fields.items():
        old, proposed = (_in_words(row, name, change[side]) for side in ("old", "new"))
        now = old if new else _in_words(row, name, written(row, name))
        lines.append(Line(_label(row, name), old, now, proposed))
    return lines


def _label(row: Model, name: str) -> str:
    labels = {"ownership": _("eierandel"), "liability": _("ansvarsandel")}
    return labels.get(name) or str(row._meta.get_field(name).verbose_name)


def _in_words(row: Model, name: str, value: Any) -> str:
    """Return a written value as it is read: the name of a choice, of an organisation, yes or no."""
    if value in ("", None):
        return "–"
    if isinstance(value, bool):
        return _("ja") if value else _("nei")
    if name == "organisation":
        return str(Organisation.objects.filter(pk=value).first() or value)
    if name in DATES or name in SHARES:
        return str(value)
    return str(dict(row._meta.get_field(name).flatchoices).get(value, value))
