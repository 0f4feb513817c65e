"""How does somebody vouch for what the register says of a cooperation, and when is it due again?"""

import datetime

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from ..insight.months import months_after
from ..models import Cooperation
from ..permissions import organisations_of


def next_due(cooperation: Cooperation, on: datetime.date) -> datetime.date | None:
    """Return when facts that are right on a day should be confirmed again; never of what has ended."""
    if cooperation.valid_to and cooperation.valid_to < on:
        return None
    return months_after(on, cooperation.confirm_every or settings.CONFIRMATION_MONTHS)


def confirm(cooperation: Cooperation, *, by) -> Cooperation:
    """Write down that the user vouches for the facts today; her name and the day are shown to the public.

    Raises ``PermissionDenied`` where she does not keep the cooperation.
    """
    today = localdate()
    with transaction.atomic():
        found = Cooperation.objects.select_for_update(no_key=True).get(pk=cooperation.pk)
        if not by.has_perm("agreements.confirm_cooperation", found):
            raise PermissionDenied
        found.confirmed_on, found.confirmed_by, found.due_on = today, _signature(by), next_due(found, today)
        with pghistory.context(user=by.pk, reason=_("Bekreftet at opplysningene stemmer")):
            found.save(update_fields=["confirmed_on", "confirmed_by", "due_on"])
    return found


def _signature(user) -> str:
    """Return the name of the user and of the organisations that she acts for, as far as there is room."""
    name = user.get_full_name() or user.get_username()
    longest = Cooperation._meta.get_field("confirmed_by").max_length
    for one in organisations_of(user):
        longer = f"{name}, {one.name}"
        if len(longer) > longest:
            break
        name = longer
    return name[:longest]
