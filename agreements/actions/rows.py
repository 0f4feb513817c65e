"""How do plain values become rows of a cooperation, checked, with the field named where something is wrong?"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..models import (
    Citation,
    Cooperation,
    CooperationTask,
    GroupStatement,
    LegalProfile,
    Membership,
    Notification,
    Organ,
    Task,
    VagueDate,
)
from ..models.shares import check_shares_within_whole, parse_share

#: The tables of a cooperation by the names that actions call them: the model, and what a bare value in it means.
TABLES: dict[str, tuple[type[models.Model], dict[type, str]]] = {
    "groups": (GroupStatement, {str: "wording"}),
    "members": (Membership, {Organisation: "organisation"}),
    "tasks": (CooperationTask, {Task: "task"}),
    "organs": (Organ, {str: "name"}),
    "notifications": (Notification, {str: "recipient"}),
    "citations": (Citation, {}),
}


def fill(row: models.Model, values: Mapping[str, Any]) -> models.Model:
    """Set fields by name. A vague date brings its precision; a share may be a fraction or text such as «1/7».

    Raises ``ValidationError`` by field for a name that the row does not have, and for a share that is none.
    """
    for name, value in values.items():
        if name in ("ownership", "liability") and hasattr(row, f"{name}_numerator"):
            share = _share(name, value)
            setattr(row, f"{name}_numerator", None if share is None else share.numerator)
            setattr(row, f"{name}_denominator", None if share is None else share.denominator)
        elif isinstance(value, VagueDate):
            setattr(row, name, value.date)
            setattr(row, f"{name}_precision", value.precision)
        else:
            _set(row, name, value)
    return row


def _set(row: models.Model, name: str, value: Any) -> None:
    try:
        field = row._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
        if not field.concrete or field.primary_key or field.many_to_many or field.generated:
            raise FieldDoesNotExist
    except FieldDoesNotExist:
        raise ValidationError({name: _("Feltet finnes ikke, eller kan ikke settes.")}, code="unknown_field") from None
    if field.is_relation and value is not None and not isinstance(value, models.Model):
        found = field.related_model._base_manager.filter(pk=value).first() if str(value).isdecimal() else None
        if found is None:
            raise ValidationError({name: _("Det du viser til, finnes ikke.")}, code="unknown")
        value, name = found, field.name
    elif field.is_relation and value is not None and not isinstance(value, field.related_model):
        raise ValidationError({name: _("Verdien er av feil slag.")}, code="wrong_kind")
    setattr(row, name, value)


def _share(name: str, value: Any) -> Fraction | None:
    if value is None or value == "":
        return None
    if isinstance(value, Fraction):
        return value
    try:
        return parse_share(str(value))
    except ValueError as error:
        raise ValidationError({name: str(error)}, code="share") from error


def save_checked(row: models.Model, prefix: str = "") -> models.Model:
    """Save a row after its own validation; faults are told under ``prefix`` + field."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise prefixed(error, prefix) from error
    row.save()
    return row


def prefixed(error: ValidationError, prefix: str) -> ValidationError:
    """Return the same faults by field, with the row that they are in before each field."""
    if not prefix:
        return error
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return ValidationError(
        {prefix + (f".{name}" if name != NON_FIELD_ERRORS else ""): m for name, m in by_field.items()}
    )


def save_rows(cooperation: Cooperation, tables: Mapping[str, Iterable]) -> None:
    """Add, change and remove rows of a cooperation.

    A row is a mapping of fields; with ``id`` it changes that row, with ``id`` and ``delete`` true it
    removes it. A member may be given as an organisation, a task as a task. Raises
    ``ValidationError`` whose keys tell table, row and field, e.g. ``members.2.valid_from``.
    """
    for table in tables:
        if table not in TABLES:
            raise ValidationError({table: _("Tabellen finnes ikke.")}, code="unknown_table")
    removed = [_remove(cooperation, table, n, row) for table, n, row in _each(tables) if _is_removal(row)]
    for table, number, row in _each(tables):
        if not _is_removal(row):
            _save_row(cooperation, table, number, row)
    if "members" in tables or removed:
        check_shares(cooperation)


def check_shares(cooperation: Cooperation) -> None:
    """Refuse shares that on some day make more than the whole."""
    try:
        check_shares_within_whole(cooperation.memberships.order_by("position", "pk"))
    except ValidationError as error:
        raise ValidationError({"members": error.messages}, code="shares_above_whole") from error


def _each(tables: Mapping[str, Iterable]):
    for table in TABLES:
        yield from ((table, number, row) for number, row in enumerate(tables.get(table) or ()))


def _is_removal(row: Any) -> bool:
    return isinstance(row, Mapping) and bool(row.get("delete"))


def _found(cooperation: Cooperation, table: str, number: int, row: Mapping) -> models.Model:
    model = TABLES[table][0]
    found = model._default_manager.filter(cooperation=cooperation, pk=row["id"]).first()
    if found is None:
        raise ValidationError({f"{table}.{number}.id": _("Raden finnes ikke i samarbeidet.")}, code="unknown_row")
    return found


def _remove(cooperation: Cooperation, table: str, number: int, row: Mapping) -> bool:
    if "id" not in row:
        raise ValidationError({f"{table}.{number}.id": _("Si hvilken rad som skal bort.")}, code="required")
    try:
        _found(cooperation, table, number, row).delete()
    except (models.ProtectedError, models.RestrictedError) as error:
        raise ValidationError({f"{table}.{number}": _("Raden er i bruk og kan ikke slettes.")}) from error
    return True


def _save_row(cooperation: Cooperation, table: str, number: int, given: Any) -> models.Model:
    model, bare = TABLES[table]
    prefix = f"{table}.{number}"
    if not isinstance(given, Mapping):
        name = next((name for kind, name in bare.items() if isinstance(given, kind)), None)
        if name is None:
            raise ValidationError({prefix: _("Verdien er av feil slag.")}, code="wrong_kind")
        given = {name: given}
    values = {name: value for name, value in given.items() if name not in ("id", "delete")}
    if "id" in given:
        row = _found(cooperation, table, number, given)
    else:
        row = model(cooperation=cooperation)
        if any(f.name == "position" for f in model._meta.concrete_fields):
            last = model._default_manager.filter(cooperation=cooperation).aggregate(n=models.Max("position"))["n"]
            values.setdefault("position", 0 if last is None else last + 1)
    try:
        fill(row, values)
    except ValidationError as error:
        raise prefixed(error, prefix) from error
    if isinstance(row, Membership) and row.group_id and row.group.cooperation_id != cooperation.pk:
        raise ValidationError({f"{prefix}.group": _("Gruppen hører til et annet samarbeid.")})
    return save_checked(row, prefix)


def save_legal(cooperation: Cooperation, values: Mapping[str, Any]) -> None:
    """Set what the law asks about a cooperation; what is not given stays."""
    profile = LegalProfile.objects.filter(pk=cooperation.pk).first() or LegalProfile(cooperation=cooperation)
    try:
        fill(profile, values)
    except ValidationError as error:
        raise prefixed(error, "legal") from error
    save_checked(profile, "legal")
