"""What does an organisation own through a company or body that it owns a part of?"""

import datetime
from dataclasses import dataclass
from fractions import Fraction

from municipalities.models import Organisation

from ..models import Cooperation, Membership, Role


@dataclass(frozen=True)
class IndirectOwnership:
    """That an organisation owns a part of ``cooperation`` through the cooperation ``via``, whose body is an owner."""

    cooperation: Cooperation
    via: Cooperation
    share: Fraction | None  # exact product of the two shares; None when either is unknown


def owned_through(organisation: Organisation, day: datetime.date) -> list[IndirectOwnership]:
    """Return what ``organisation`` owns through one body on ``day``; longer chains are left out.

    Both cooperations are public: an unpublished one in between would be given away.
    """
    direct = (
        Membership.objects.public()
        .valid_on(day)
        .filter(organisation=organisation, role=Role.OWNER, cooperation__body__isnull=False)
        .select_related("cooperation")
    )
    holdings = {m.cooperation.body_id: m for m in direct}
    owned = (
        Membership.objects.public()
        .valid_on(day)
        .filter(organisation__in=holdings, role=Role.OWNER)
        .select_related("cooperation")
        .order_by("cooperation__sort_key", "cooperation_id")
    )
    return [
        IndirectOwnership(
            m.cooperation, holdings[m.organisation_id].cooperation, _product(holdings[m.organisation_id], m)
        )
        for m in owned
    ]


def _product(upper: Membership, lower: Membership) -> Fraction | None:
    if upper.ownership_share is None or lower.ownership_share is None:
        return None
    return upper.ownership_share * lower.ownership_share
