"""How does a new cooperation come into the register whole: with seats, agreement and a source that is new?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from municipalities.models import User

from ..models import (
    Agreement,
    Citation,
    Clause,
    Cooperation,
    GroupStatement,
    LegalProfile,
    Membership,
    Notification,
    Organ,
    OrganSeat,
    Task,
)
from .keeping import register
from .rows import save_checked


@dataclass
class Registration:
    """A cooperation and what goes with it, none of it saved yet. ``tasks`` has the main task first."""

    cooperation: Cooperation
    tasks: Sequence[Task] = ()
    groups: Sequence[GroupStatement] = ()
    memberships: Sequence[Membership] = ()
    organs: Sequence[tuple[Organ, Sequence[OrganSeat]]] = ()
    legal: LegalProfile | None = None
    notifications: Sequence[Notification] = ()
    agreement: Agreement | None = None
    clauses: Sequence[Clause] = ()
    #: Where it is told; a source that is new is saved with it.
    citations: Sequence[Citation] = ()


@transaction.atomic
def register_whole(new: Registration, *, by: User, reason: str = "") -> Cooperation:
    """Register a cooperation with everything that belongs to it, or nothing; return it as it is stored.

    Without a reason the sources are the reason. Raises ``ValidationError`` when something is
    impossible, or when no source is cited: every cooperation cites its source.
    """
    if not new.citations:
        raise ValidationError({"citations": _("Et samarbeid må vise til minst én kilde.")})
    told = "; ".join(str(citation) for citation in new.citations)
    for citation in new.citations:
        if citation.source.pk is None:
            save_checked(citation.source, "source")
    made = register(
        by=by,
        reason=reason or (_("Registrert etter %(sources)s") % {"sources": told})[:300],
        values=_values(new.cooperation),
        legal=_values(new.legal) if new.legal else None,
        groups=[_values(row) for row in new.groups],
        members=[_values(row) for row in new.memberships],
        tasks=new.tasks,
        organs=[_values(organ) for organ, _seats in new.organs],
        notifications=[_values(row) for row in new.notifications],
        citations=[_values(row) for row in new.citations],
    )
    organs = {organ.name: organ for organ in made.organs.all()}
    for organ, seats in new.organs:
        for seat in seats:
            save_checked(OrganSeat(organ=organs[organ.name], **_values(seat)), "seats")
    if new.agreement:
        agreement = save_checked(Agreement(cooperation=made, **_values(new.agreement)), "agreement")
        for clause in new.clauses:
            save_checked(Clause(agreement=agreement, **_values(clause)), "clauses")
    return made


def _values(row: models.Model) -> Mapping[str, Any]:
    """Return what is set in a row that is not saved, by field; where it belongs follows when it is saved."""
    place = {"cooperation", "organ", "agreement", "position"}
    own = [f.name for f in row._meta.concrete_fields if not f.primary_key and not f.generated]
    return {name: getattr(row, name) for name in own if name not in place}
