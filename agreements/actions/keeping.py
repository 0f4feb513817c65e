"""How is a cooperation registered, amended and renamed?"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from municipalities.models import OrganisationName, User
from municipalities.reference import unique_slug

from ..models import ActionRecord, Cooperation
from .record import locked, recorded
from .rows import fill, save_checked, save_legal, save_rows


def register(
    *, by: User, reason: str, values: Mapping[str, Any], legal: Mapping[str, Any] | None = None, **tables: Iterable
) -> Cooperation:
    """Register a cooperation with its rows, by the names of the tables in ``rows.TABLES``.

    The address name is made of the name where none is given. It is a draft unless ``values`` says
    otherwise. Undone by ``undo``, which removes it as long as nothing builds on it.
    """
    with recorded(ActionRecord.Kind.REGISTER, by=by, reason=reason) as deed:
        made = new_cooperation(values)
        save_rows(made, tables)
        if legal:
            save_legal(made, legal)
        deed.cooperations = [made]
    return made


def new_cooperation(values: Mapping[str, Any]) -> Cooperation:
    """Save a new cooperation of plain values, with an address name of its own."""
    made = fill(Cooperation(), values)
    if not made.slug:
        made.slug = unique_slug(Cooperation, made.name)
    return save_checked(made)


def amend(
    cooperation: Cooperation,
    *,
    by: User,
    reason: str,
    values: Mapping[str, Any] | None = None,
    legal: Mapping[str, Any] | None = None,
    **tables: Iterable,
) -> Cooperation:
    """Change fields and rows of a cooperation; what is not given stays. ``save_rows`` tells how rows are given.

    Undone by ``undo``, or by amending again.
    """
    with recorded(ActionRecord.Kind.AMEND, by=by, reason=reason) as deed:
        cooperation = locked(cooperation)
        if values:
            save_checked(fill(cooperation, values))
        save_rows(cooperation, tables)
        if legal:
            save_legal(cooperation, legal)
        deed.cooperations = [cooperation]
    return cooperation


def rename(cooperation: Cooperation, *, by: User, reason: str, on: datetime.date, name: str) -> Cooperation:
    """Give a cooperation a new name; its address stays. Its own body gets the name too, and keeps the former one.

    Undone by ``undo``, or by renaming back.
    """
    name = (name or "").strip()
    with recorded(ActionRecord.Kind.RENAME, by=by, reason=reason, on=on) as deed:
        cooperation = locked(cooperation)
        deed.cooperations = [Cooperation(pk=cooperation.pk, name=cooperation.name)]  # named as before
        if name == cooperation.name:
            raise ValidationError({"name": _("Samarbeidet heter allerede dette.")}, code="unchanged")
        body, former = cooperation.body, cooperation.name
        cooperation.name, cooperation.has_proper_name = name, True
        save_checked(cooperation)
        if body and body.name == former:
            body.name = name
            save_checked(body)
            save_checked(OrganisationName(organisation=body, name=former, kind=OrganisationName.Kind.FORMER))
    return cooperation
