"""How does a participant join, give notice and leave, and what becomes of the others' shares?"""

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from municipalities.models import Organisation, User

from ..insight.months import months_after
from ..models import ActionRecord, Cooperation, DatePrecision, Form, Membership, Notice, Role, Status
from .record import locked, recorded
from .rows import check_shares, fill, prefixed, save_checked

ONE_DAY = datetime.timedelta(days=1)
#: The law's own time of notice in months: kommuneloven § 20-8, IKS-loven § 30, plan- og bygningsloven § 9-5.
STATUTORY_NOTICE = {Form.VK: 12, Form.IKS: 12, Form.PLAN9: 3}
#: Inndelingslova § 16, after a boundary change.
NOTICE_AFTER_BOUNDARY_CHANGE = 6
#: New shares by organisation (or its number); None is unknown.
Shares = Mapping[Organisation | int, Fraction | str | None]


def join(
    cooperation: Cooperation,
    *,
    by: User,
    reason: str,
    on: datetime.date,
    organisation: Organisation,
    role: str = Role.PARTICIPANT,
    shares: Shares | None = None,
    **values: Any,
) -> Membership:
    """Let an organisation take part from ``on``; ``shares`` are the others' new ownership shares from that day.

    ``values`` are further fields of the membership, with ``ownership`` and ``liability`` as shares.
    Undone by ``undo``, or by ``leave``.
    """
    with recorded(ActionRecord.Kind.JOIN, by=by, reason=reason, on=on) as deed:
        cooperation = _living(cooperation, on)
        deed.cooperations = [cooperation]
        _share_anew(cooperation, on, shares)
        positions = [m.position for m in cooperation.memberships.all()]
        joined = Membership(cooperation=cooperation, position=max(positions, default=-1) + 1)
        fill(joined, {"organisation": organisation, "role": role, "valid_from": on, **values})
        save_checked(joined)
        check_shares(cooperation)
    return joined


def leave(
    cooperation: Cooperation,
    *,
    by: User,
    reason: str,
    on: datetime.date,
    organisation: Organisation,
    shares: Shares | None = None,
) -> list[Membership]:
    """End all that an organisation is in a cooperation; ``on`` is its last day. Return the ended memberships.

    The leaver stays in the register as a former member, since it may still be liable (kommuneloven
    §§ 18-2, 19-2; IKS-loven § 30). ``shares`` are the others' new ownership shares from the day after.
    Undone by ``undo``, which clears the end.
    """
    with recorded(ActionRecord.Kind.LEAVE, by=by, reason=reason, on=on) as deed:
        cooperation = locked(cooperation)
        deed.cooperations = [cooperation]
        mine = list(cooperation.memberships.filter(organisation=organisation))
        if any(m.valid_from and m.valid_from > on for m in mine):
            raise ValidationError({"on": _("%(who)s er ført som deltaker fra en senere dag.") % {"who": organisation}})
        ended = [m for m in mine if m.valid_to is None or m.valid_to > on]
        if not ended:
            message = _("%(who)s er ikke med i samarbeidet denne dagen.") % {"who": organisation}
            raise ValidationError({"organisation": message}, code="not_a_member")
        for membership in ended:
            membership.valid_to, membership.valid_to_precision = on, DatePrecision.DAY
            save_checked(membership)
        _share_anew(cooperation, on + ONE_DAY, shares)
        check_shares(cooperation)
    return ended


def give_notice(
    cooperation: Cooperation,
    *,
    by: User,
    reason: str,
    on: datetime.date,
    organisation: Organisation,
    effective_on: datetime.date | None = None,
    basis: str = "",
    reference: str = "",
) -> Notice:
    """Record that a participant gave notice on ``on``. It is still a member until it leaves.

    Without ``effective_on`` the last day is counted from the agreement's time of notice, else from
    the law's; where neither says, it must be given. Undone by ``undo``; a notice that the
    participant takes back is withdrawn by ``withdraw_notice``.
    """
    with recorded(ActionRecord.Kind.NOTICE, by=by, reason=reason, on=on) as deed:
        cooperation = _living(cooperation, on)
        deed.cooperations = [cooperation]
        if not any(m.organisation_id == organisation.pk for m in cooperation.members_on(on)[0]):
            message = _("%(who)s er ikke med i samarbeidet denne dagen.") % {"who": organisation}
            raise ValidationError({"organisation": message}, code="not_a_member")
        if cooperation.notices.running_on(on).filter(organisation=organisation).exists():
            message = _("%(who)s har allerede sagt opp.") % {"who": organisation}
            raise ValidationError({"organisation": message}, code="notice_is_running")
        if effective_on is None:
            months, basis = notice_months(cooperation, on, basis)
            if months is None:
                message = _("Verken avtalen som er ført, eller loven sier hvor lang fristen er. Skriv siste dag.")
                raise ValidationError({"effective_on": message}, code="required")
            effective_on = months_after(on, months)
        notice = Notice(
            cooperation=cooperation,
            organisation=organisation,
            given_on=on,
            effective_on=effective_on,
            basis=basis,
            reference=reference,
        )
        save_checked(notice)
    return notice


def notice_months(cooperation: Cooperation, on: datetime.date, basis: str = "") -> tuple[int | None, str]:
    """Return how many months of notice hold for a cooperation on a day, and what they follow from."""
    if basis == Notice.Basis.BOUNDARY_CHANGE:
        return NOTICE_AFTER_BOUNDARY_CHANGE, basis
    in_force = [
        a
        for a in cooperation.agreements.all()
        if (a.valid_from is None or a.valid_from <= on) and (a.valid_to is None or a.valid_to >= on)
    ]
    agreed = next((a for a in in_force if a.notice_months is not None), None)
    if agreed and basis in ("", Notice.Basis.AGREEMENT):
        return agreed.notice_months, basis or agreed.notice_source or Notice.Basis.AGREEMENT
    if basis in ("", Notice.Basis.LAW) and cooperation.form in STATUTORY_NOTICE:
        return STATUTORY_NOTICE[cooperation.form], Notice.Basis.LAW
    return None, basis


def withdraw_notice(notice: Notice, *, by: User, reason: str, on: datetime.date) -> Notice:
    """Record that a notice was taken back; from ``on`` it is gone. Undone by ``undo``."""
    with recorded(ActionRecord.Kind.AMEND, by=by, reason=reason, on=on) as deed:
        deed.cooperations = [locked(notice.cooperation)]
        notice.refresh_from_db()
        if notice.withdrawn_on:
            raise ValidationError({"on": _("Oppsigelsen er allerede trukket tilbake.")}, code="withdrawn")
        notice.withdrawn_on = on
        save_checked(notice)
    return notice


def _living(cooperation: Cooperation, on: datetime.date) -> Cooperation:
    cooperation = locked(cooperation)
    if cooperation.status_on(on) == Status.ENDED:
        raise ValidationError({"on": _("Samarbeidet er avsluttet før denne dagen.")}, code="ended")
    return cooperation


def _share_anew(cooperation: Cooperation, on: datetime.date, shares: Shares | None) -> None:
    """End the memberships whose share changes the day before ``on``, and begin them anew with the new share."""
    for number, (who, share) in enumerate((shares or {}).items()):
        pk = who.pk if isinstance(who, Organisation) else who
        rows = [m for m in cooperation.members_on(on)[0] if m.organisation_id == pk]
        row = next((m for m in rows if m.ownership_share is not None), rows[0] if rows else None)
        prefix = f"shares.{number}"
        if row is None:
            raise ValidationError({prefix: _("Den som skal ha ny andel, er ikke med.")}, code="not_a_member")
        try:
            again = fill(_copy(row), {"valid_from": on, "valid_from_precision": DatePrecision.DAY, "ownership": share})
        except ValidationError as error:
            raise prefixed(error, prefix) from error
        if row.valid_from == on:
            again.pk, again._state.adding = row.pk, False  # it begins that very day: nothing to end
        else:
            row.valid_to, row.valid_to_precision = on - ONE_DAY, DatePrecision.DAY
            save_checked(row, prefix)
        save_checked(again, prefix)


def _copy(row: Membership) -> Membership:
    """Return an unsaved membership on the same terms."""
    names = [f.attname for f in Membership._meta.concrete_fields if not f.primary_key]
    return Membership(**{name: getattr(row, name) for name in names})
