"""Who follows a municipality that is gone, in the cooperations that it was a member of?

A merger never rewrites an agreement. The register proposes that the new municipality takes the place,
and a person accepts or rejects it. Where a municipality was divided, nobody can tell who took it: that
stays open, and is only told.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from municipalities.models import MunicipalityChange, Organisation

from ..insight.proposed import MEMBER_FIELDS, written
from ..models import Membership, Proposal, VagueDate
from .proposals import propose

_KINDS = (MunicipalityChange.Kind.MERGE, MunicipalityChange.Kind.SPLIT)
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Successions:
    """What came of it: new proposals, and the memberships whose successor nobody can tell."""

    proposed: list[Proposal]
    open: list[tuple[Membership, list[Organisation]]]


def propose_successions(*, on: datetime.date) -> Successions:
    """Propose a successor for each membership that outlives its municipality on the day; each only once.

    What has been proposed before, accepted or rejected, is not proposed again.
    """
    held = (
        Membership.objects.held_on(on)
        .filter(organisation__municipality__isnull=False, organisation__valid_to__lt=on)
        .exclude(cooperation__valid_to__lt=on)
        .select_related("organisation", "cooperation")
        .order_by("cooperation_id", "position", "pk")
    )
    result = Successions([], [])
    with transaction.atomic():
        for member in held:
            changes = MunicipalityChange.objects.filter(
                old=member.organisation_id, kind__in=_KINDS, date__gt=member.organisation.valid_to
            ).exclude(new=member.organisation_id)  # fmt: skip
            heirs = {c.new_id: c for c in changes.select_related("new__organisation").order_by("date")}
            if len(heirs) != 1:
                result.open.append((member, [c.new.organisation for c in heirs.values()]))
            elif made := _propose(member, *heirs.values()):
                result.proposed.append(made)
    return result


def _propose(member: Membership, change: MunicipalityChange) -> Proposal | None:
    """Propose that the old membership ends and the heir's begins, unless it has been proposed before."""
    key = f"succession:{member.pk}:{change.date.isoformat()}:{change.new_id}"
    if Proposal.objects.filter(key=key).exists():
        return None
    heir, last = change.new.organisation, change.date - _ONE_DAY
    ended = {"valid_to": {"old": written(member, "valid_to"), "new": VagueDate(last).as_input()}}
    members = [{"id": member.pk, "fields": ended}]
    others = member.cooperation.memberships.filter(organisation=heir, role=member.role)
    if not others.exclude(valid_to__lt=change.date).exists():
        taken_over = {name: written(member, name) for name in MEMBER_FIELDS}
        taken_over |= {"organisation": heir.pk, "valid_from": VagueDate(change.date).as_input()}
        members.append({"fields": {n: {"old": "", "new": value} for n, value in taken_over.items() if value != ""}})
    told = {"old": change.old_name, "new": change.new_name, "kind": change.get_kind_display(), "date": change.date}
    text = _("%(old)s ble en del av %(new)s (%(kind)s %(date)s). Har %(new)s tatt over plassen?") % told
    return propose(
        member.cooperation, by=None, text=text, changes={"members": members}, origin=Proposal.Origin.BOUNDARIES, key=key
    )  # fmt: skip
