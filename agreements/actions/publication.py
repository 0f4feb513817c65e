"""How does a cooperation become public, and how is it taken back?"""

from dataclasses import dataclass

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Cooperation
from .confirmation import next_due

_State = Cooperation.Publication


@dataclass(frozen=True)
class Step:
    """One way from one state of publication to the next, who may go it, and what it is called."""

    key: str
    before: Cooperation.Publication
    after: Cooperation.Publication
    permission: str
    label: str
    done: str
    needs_reason: bool = False


#: A coordinator hands in and takes back her own; what the public sees is decided by the editor-in-chief.
STEPS = {
    step.key: step
    for step in (
        Step("submit", _State.DRAFT, _State.IN_REVIEW, "agreements.submit_cooperation",
             gettext_lazy("Send til gjennomsyn"), gettext_lazy("Sendt til gjennomsyn")),
        Step("return", _State.IN_REVIEW, _State.DRAFT, "agreements.submit_cooperation",
             gettext_lazy("Gjør til utkast igjen"), gettext_lazy("Gjort til utkast igjen")),
        Step("publish", _State.IN_REVIEW, _State.PUBLISHED, "agreements.publish_cooperation",
             gettext_lazy("Publiser"), gettext_lazy("Publisert")),
        Step("withdraw", _State.PUBLISHED, _State.WITHDRAWN, "agreements.publish_cooperation",
             gettext_lazy("Trekk tilbake"), gettext_lazy("Trukket tilbake"), needs_reason=True),
        Step("reopen", _State.WITHDRAWN, _State.DRAFT, "agreements.submit_cooperation",
             gettext_lazy("Åpne som utkast"), gettext_lazy("Åpnet som utkast")),
    )
}  # fmt: skip


def steps_for(user, cooperation: Cooperation) -> list[Step]:
    """Return the steps that the user may take with the cooperation as it is."""
    return [
        step
        for step in STEPS.values()
        if step.before == cooperation.publication and user.has_perm(step.permission, cooperation)
    ]


def take_step(cooperation: Cooperation, *, step: str, by, reason: str = "") -> Cooperation:
    """Take a step of publication; the reason is kept in the history, and mandatory for a withdrawal.

    Raises ``PermissionDenied`` where the user may not, ``ValidationError`` where the cooperation is in another
    state than the step begins with, or the reason is missing.
    """
    taken, reason = STEPS[step], reason.strip()
    with transaction.atomic():
        found = Cooperation.objects.select_for_update(no_key=True).get(pk=cooperation.pk)
        if not by.has_perm(taken.permission, found):
            raise PermissionDenied
        if found.publication != taken.before:
            message = _("«%(name)s» er «%(state)s». Steget «%(step)s» går bare fra «%(before)s».")
            state = found.get_publication_display()
            told = {"name": found, "state": state, "step": taken.label, "before": taken.before.label}
            raise ValidationError(message % told)
        if taken.needs_reason and not reason:
            raise ValidationError({"reason": _("Skriv hvorfor: begrunnelsen vises i historikken.")})
        found.publication = taken.after
        if taken.after == _State.PUBLISHED and found.due_on is None:
            found.due_on = next_due(found, localdate())
        with pghistory.context(user=by.pk, reason=f"{taken.done}: {reason}" if reason else str(taken.done)):
            found.save(update_fields=["publication", "due_on"])
    return found
