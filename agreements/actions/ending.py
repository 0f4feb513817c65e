"""How does a cooperation end: wound up, ended, and reopened when that was wrong?"""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from municipalities.models import User

from ..models import ActionRecord, Cooperation, CooperationRelation, DatePrecision
from .record import locked, recorded
from .rows import save_checked


def wind_up(cooperation: Cooperation, *, by: User, reason: str, on: datetime.date) -> Cooperation:
    """Record that winding up begins on ``on`` (IKS-loven §§ 32-38). Undone by ``undo`` or ``reopen``."""
    with recorded(ActionRecord.Kind.WIND_UP, by=by, reason=reason, on=on) as deed:
        cooperation = locked(cooperation)
        deed.cooperations = [cooperation]
        if cooperation.valid_to and cooperation.valid_to < on:
            raise ValidationError({"on": _("Samarbeidet er avsluttet før denne dagen.")}, code="ended")
        if cooperation.valid_from and cooperation.valid_from > on:
            raise ValidationError({"on": _("Samarbeidet har ikke begynt denne dagen.")}, code="not_begun")
        cooperation.winding_up_from = on
        save_checked(cooperation)
    return cooperation


def end(
    cooperation: Cooperation, *, by: User, reason: str, on: datetime.date, successor: Cooperation | None = None
) -> Cooperation:
    """End a cooperation; ``on`` is its last day, ``successor`` what replaces it. It keeps its page and its members.

    Undone by ``undo`` or ``reopen``.
    """
    with recorded(ActionRecord.Kind.END, by=by, reason=reason, on=on) as deed:
        cooperation = locked(cooperation)
        deed.cooperations = [cooperation]
        last_day(cooperation, on)
        if successor:
            link = CooperationRelation(predecessor=cooperation, successor=successor)
            save_checked(link)
    return cooperation


def last_day(cooperation: Cooperation, on: datetime.date) -> None:
    """Let ``on`` be the last day of a cooperation that has not ended before."""
    if cooperation.valid_to and cooperation.valid_to <= on:
        raise ValidationError(
            {"on": _("«%(name)s» er allerede avsluttet.") % {"name": cooperation}}, code="already_ended"
        )
    cooperation.valid_to, cooperation.valid_to_precision = on, DatePrecision.DAY
    try:
        save_checked(cooperation)
    except ValidationError as error:
        raise ValidationError({"on": error.messages}) from error


def reopen(cooperation: Cooperation, *, by: User, reason: str, on: datetime.date | None = None) -> Cooperation:
    """Let a cooperation live on that was ended or was being wound up. Undone by ``undo``, ``end`` or ``wind_up``.

    Refused where another cooperation has taken over from it: then the two would live at once, and
    it is the conversion, merger or split that must be undone.
    """
    with recorded(ActionRecord.Kind.REOPEN, by=by, reason=reason, on=on) as deed:
        cooperation = locked(cooperation)
        deed.cooperations = [cooperation]
        if cooperation.valid_to is None and cooperation.winding_up_from is None:
            raise ValidationError(_("Samarbeidet er verken avsluttet eller under avvikling."), code="not_ended")
        if follower := cooperation.successor_links.select_related("successor").first():
            raise ValidationError(
                _("«%(name)s» har tatt over. Angre handlingen som gjorde det, eller fjern etterfølgeren først.")
                % {"name": follower.successor},
                code="has_successor",
            )
        cooperation.valid_to, cooperation.valid_to_precision = None, DatePrecision.DAY
        cooperation.winding_up_from = None
        save_checked(cooperation)
    return cooperation
