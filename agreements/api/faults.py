"""How are the faults that actions, models and PostgreSQL find told to who sent them?"""

import contextlib
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as ModelError
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError

from ..models import Cooperation, Decision, Membership

#: How the tables and fields of the actions are called by those who read and write.
_NAMES = {"members": "memberships", "ownership": "ownership_share", "liability": "liability_share"}


class Conflict(APIException):
    """It cannot be done beside what somebody else has just done."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def flat(errors: Any, prefix: str = "") -> dict[str, list[str]]:
    """Return faults one level deep: «memberships.2.role» has its messages."""
    if isinstance(errors, dict):
        rows = errors.items()
    elif isinstance(errors, list) and any(isinstance(one, (dict, list)) for one in errors):
        rows = enumerate(errors)
    else:
        return {prefix or "body": [str(one) for one in (errors if isinstance(errors, list) else [errors])]}
    found: dict[str, list[str]] = {}
    for name, inner in rows:
        whole = f"{prefix}.{name}" if prefix and name != "" else f"{prefix}{name}"
        found |= flat(inner, whole.removesuffix(".non_field_errors")) if inner else {}
    return found


def by_field(error: ModelError) -> dict[str, list[str]]:
    """Return the faults that models and actions tell, by the names that callers know."""
    found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return {
        ".".join(_NAMES.get(part, part) for part in name.split(".")) if name != NON_FIELD_ERRORS else "body": messages
        for name, messages in found.items()
    }


@contextlib.contextmanager
def told():
    """Turn what models and PostgreSQL refuse into an answer in words."""
    try:
        yield
    except ModelError as error:
        raise ValidationError(by_field(error)) from error
    except IntegrityError as error:
        raise Conflict(refusal(error)) from error
    except OperationalError as error:
        # Not being able to reach the database is another matter than waiting in vain for a row, or in a circle.
        if getattr(error.__cause__, "sqlstate", None) in ("55P03", "40P01"):
            raise Conflict(_("Noen andre endrer det samme nå. Prøv igjen.")) from error
        raise


def refusal(error: IntegrityError) -> str:
    """Return in words which rule of the database a change broke, because somebody else was faster."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    known = {
        one.name: one.violation_error_message for model in (Cooperation, Membership, Decision)
        for one in model._meta.constraints
    }  # fmt: skip
    return str(known.get(name) or _("Endringen er i strid med noe som er ført samtidig. Les samarbeidet på nytt."))
