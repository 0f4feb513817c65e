"""How does a new cooperation come into the register whole, with its members, organs and sources?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pghistory
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..models import (
    Agreement,
    Citation,
    Clause,
    Cooperation,
    CooperationTask,
    GroupStatement,
    LegalProfile,
    Membership,
    Notification,
    Organ,
    OrganSeat,
    Source,
    Task,
)
from ..models.shares import check_shares_within_whole


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
    #: Where it is told; a source that is new is saved with it. Every cooperation cites its source.
    citations: Sequence[Citation] = field(default_factory=list)


def register_whole(registration: Registration, *, reason: str = "") -> Cooperation:
    """Save a cooperation with everything that belongs to it, or nothing; return it.

    It is saved in the publication state that it has; who did it is told by the request or command.
    Raises ``ValidationError`` when something is impossible, or when no source is cited.
    """
    if not registration.citations:
        raise ValidationError({"citations": _("Et samarbeid må vise til minst én kilde.")})
    check_shares_within_whole(registration.memberships)
    try:
        with transaction.atomic(), pghistory.context(**({"reason": reason} if reason else {})):
            _save_all(registration)
    except IntegrityError as error:
        raise ValidationError({NON_FIELD_ERRORS: _refusal(error)}) from error
    return registration.cooperation


def _save_all(new: Registration) -> None:
    cooperation = new.cooperation
    _save(cooperation)
    for position, task in enumerate(new.tasks):
        _save(CooperationTask(cooperation=cooperation, task=task, position=position))
    for position, membership in enumerate(new.memberships):
        membership.position = position
    members = [*new.groups, *new.memberships]
    alone = [row for row in (new.legal, new.agreement) if row is not None]
    for row in [*members, *alone, *new.notifications]:
        row.cooperation = cooperation
        _save(row)
    for organ, seats in new.organs:
        organ.cooperation = cooperation
        _save(organ)
        for seat in seats:
            seat.organ = organ
            _save(seat)
    for clause in new.clauses:
        clause.agreement = new.agreement
        _save(clause)
    for citation in new.citations:
        if citation.source.pk is None:
            _save(citation.source)
        citation.source = citation.source  # read its key now that it has one
        citation.cooperation = cooperation
        _save(citation)


def _save(row: models.Model) -> None:
    """Validate and save one row; say of which table a fault is.

    What a row says of others, the database checks: asking it beforehand costs a query for each.
    """
    relations = {f.name for f in row._meta.concrete_fields if f.is_relation}
    try:
        row.full_clean(exclude=relations)
    except ValidationError as error:
        raise ValidationError([f"{capfirst(row._meta.verbose_name)}: {text}" for text in error.messages]) from error
    row.save()


def _refusal(error: IntegrityError) -> str:
    """Return the message of the constraint that the database named."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    tables = (Cooperation, Membership, Organ, OrganSeat, Agreement, Clause, Source)
    known = {c.name: c.violation_error_message for table in tables for c in table._meta.constraints}
    return known.get(name) or _("Opplysningene er i strid med noe som ble lagret samtidig. Prøv en gang til.")
