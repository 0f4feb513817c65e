"""Who follows a municipality or county council that is gone, in the cooperations that it was a member of?

A merger never rewrites an agreement. The register proposes that the new municipality takes the place,
and a person accepts or rejects it. Where one was divided, or its only successor is gone too, nobody can
tell who took the place: that stays open, and is only told.
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
_PLACES = (Organisation.Kind.MUNICIPALITY, Organisation.Kind.COUNTY_COUNCIL)
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Successions:
    """What came of it: new proposals, and the memberships whose successor nobody can tell."""

    proposed: list[Proposal]
    open: list[tuple[Membership, list[Organisation]]]


def propose_successions(*, on: datetime.date) -> Successions:
    """Propose a successor for each membership that outlives its municipality or county council; each only once.

    What has been proposed before, accepted or rejected, is not proposed again.
    """
    held = (
        Membership.objects.held_on(on)
        .filter(organisation__kind__in=_PLACES, organisation__valid_to__lt=on)
        .exclude(cooperation__valid_to__lt=on)
        .select_related("organisation", "cooperation")
        .order_by("cooperation_id", "position", "pk")
    )
    result = Successions([], [])
    with transaction.atomic():
        for member in held:
            if member.organisation.kind == Organisation.Kind.COUNTY_COUNCIL:
                heirs = _of_county_council(member.organisation)
                settled = len(heirs) == 1 and (heirs[0].body.valid_to is None or heirs[0].body.valid_to >= on)
            else:
                heirs = _of_municipality(member.organisation)
                settled = len(heirs) == 1
            if not settled:
                result.open.append((member, [heir.body for heir in heirs]))
            elif made := _propose(member, heirs[0]):
                result.proposed.append(made)
    return result


@dataclass(frozen=True)
class _Heir:
    """Who took over on a day, and how the proposal says it. ``key`` tells this taking over from others."""

    body: Organisation
    date: datetime.date
    key: str
    text: str


def _of_municipality(old: Organisation) -> list[_Heir]:
    changes = MunicipalityChange.objects.filter(old=old.pk, kind__in=_KINDS, date__gt=old.valid_to)
    changes = changes.exclude(new=old.pk).select_related("new__organisation").order_by("date")
    heirs = {}
    for change in changes:
        day = VagueDate(change.date).as_input()
        told = {"old": change.old_name, "new": change.new_name, "kind": change.get_kind_display(), "date": day}
        text = _("%(old)s ble en del av %(new)s (%(kind)s %(date)s). Har %(new)s tatt over plassen?") % told
        heirs[change.new_id] = _Heir(change.new.organisation, change.date, str(change.new_id), text)
    return list(heirs.values())


def _of_county_council(old: Organisation) -> list[_Heir]:
    date = old.valid_to + _ONE_DAY
    return [
        _Heir(
            new,
            date,
            f"organisation-{new.pk}",
            _("%(new)s kom i stedet for %(old)s (%(date)s). Har den tatt over plassen?")
            % {"old": old.name, "new": new.name, "date": VagueDate(date).as_input()},
        )
        for new in old.successors.order_by("sort_key", "pk")
    ]


def _propose(member: Membership, found: _Heir) -> Proposal | None:
    """Propose that the old membership ends and the heir's begins, unless it has been proposed before."""
    key = f"succession:{member.pk}:{found.date.isoformat()}:{found.key}"
    if Proposal.objects.filter(key=key).exists():
        return None
    heir, last = found.body, found.date - _ONE_DAY
    ended = {"valid_to": {"old": written(member, "valid_to"), "new": VagueDate(last).as_input()}}
    members = [{"id": member.pk, "fields": ended}]
    others = member.cooperation.memberships.filter(organisation=heir, role=member.role)
    if not others.exclude(valid_to__lt=found.date).exists():
        taken_over = {name: written(member, name) for name in MEMBER_FIELDS}
        taken_over |= {"organisation": heir.pk, "valid_from": VagueDate(found.date).as_input()}
        members.append({"fields": {n: {"old": "", "new": value} for n, value in taken_over.items() if value != ""}})
    return propose(
        member.cooperation,
        by=None,
        text=found.text,
        changes={"members": members},
        origin=Proposal.Origin.BOUNDARIES,
        key=key,
    )
