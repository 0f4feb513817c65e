"""How is a council's decision about an agreement recorded?"""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from municipalities.models import Organisation, User

from ..models import ActionRecord, Agreement, Decision
from .record import locked, recorded
from .rows import save_checked


def decide(
    agreement: Agreement,
    *,
    by: User,
    reason: str,
    on: datetime.date | None,
    organisation: Organisation,
    organ: str = "",
    subject: str = Decision.Subject.AGREEMENT,
    outcome: str = Decision.Outcome.ADOPTED,
    case_number: str = "",
    url: str = "",
) -> Decision:
    """Record what a participant decided about an agreement on ``on``; None where the date is unknown.

    Only who is, was or is to be a member decides. Undone by ``undo``.
    """
    with recorded(ActionRecord.Kind.DECIDE, by=by, reason=reason, on=on) as deed:
        cooperation = locked(agreement.cooperation)
        deed.cooperations = [cooperation]
        if not cooperation.memberships.filter(organisation=organisation).exists():
            message = _("%(who)s er ikke ført som deltaker i samarbeidet.") % {"who": organisation}
            raise ValidationError({"organisation": message}, code="not_a_member")
        decision = Decision(
            agreement=agreement,
            organisation=organisation,
            organ=organ,
            subject=subject,
            outcome=outcome,
            decided_on=on,
            case_number=case_number,
            url=url,
        )
        save_checked(decision)
    return decision
