"""How does somebody propose a change, and how do those who keep the cooperation answer?"""

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import User

from ..insight.proposed import COOPERATION_FIELDS, DATES, MEMBER_FIELDS, SHARES, changed_in_words, compare
from ..models import Cooperation, Membership, Proposal, VagueDate
from ..permissions import keepers_of
from .keeping import amend

logger = logging.getLogger(__name__)


def propose(
    cooperation: Cooperation,
    *,
    by: User | None,
    text: str = "",
    changes: dict[str, Any] | None = None,
    contact_email: str = "",
    origin: str | None = None,
    key: str | None = None,
) -> Proposal:
    """Store a proposal and tell those who keep the cooperation; ``insight.proposed`` tells how changes are written.

    ``by`` is None for a reader of the public pages, who may leave an address for the answer.
    Raises ``PermissionDenied`` where the user may not see the cooperation (a reader: where it is not
    public), ``ValidationError`` where the proposal says nothing or names what cannot be proposed.
    """
    public = cooperation.publication == Cooperation.Publication.PUBLISHED
    if origin is None:
        if not (by.has_perm("agreements.propose_cooperation", cooperation) if by else public):
            raise PermissionDenied
        origin = Proposal.Origin.USER if by else Proposal.Origin.PUBLIC
    _check_names(changes or {})
    made = Proposal(
        cooperation=cooperation, proposed_by=by, text=text.strip(), changes=changes or {}, origin=origin, key=key,
        contact_email=contact_email,
    )  # fmt: skip
    made.full_clean()
    with transaction.atomic(), pghistory.context(reason=_("Forslag")):
        made.save()
        subject = _("Forslag til «%(name)s»") % {"name": cooperation}
        what = changed_in_words(made)
        body = [
            _("Fra: %(who)s") % {"who": proposer_of(made)},
            made.text,
            what and _("Foreslått endret: %(what)s") % {"what": what},
            _("Les og svar: %(url)s") % {"url": _address(made)},
        ]
        _send_later((u.email for u in keepers_of(cooperation)), subject, body)
    return made


def accept(proposal: Proposal, *, by: User, answer: str = "", seen: str = "") -> Proposal:
    """Carry out a proposal through the validation of the models, all of it or nothing, and tell who made it.

    ``seen`` is ``Comparison.seen`` of what the user has looked at. Where somebody has changed the same
    facts meanwhile and ``seen`` does not say so, it is refused: ``ValidationError`` with code «conflict».
    """
    with transaction.atomic():
        cooperation, found = _locked(proposal, by)
        compared = compare(found)
        if compared.is_impossible:
            raise ValidationError(_("En deltaker som forslaget endrer, er slettet. Avslå forslaget."), code="gone")
        if compared.seen != seen:
            raise ValidationError(
                _("Opplysningene er endret siden forslaget ble skrevet. Se hva som gjelder nå, og godta på nytt."),
                code="conflict",
            )
        # Reasons of changes of what is public can be read by all: not who proposed it, nor in which words.
        reason = _("Forslag nr. %(number)d godtatt") % {"number": found.pk} + (f": {answer}" if answer.strip() else "")
        with pghistory.context(user=by.pk, reason=reason[:300]):
            if found.changes:
                _carry_out(cooperation, found.changes, by=by, reason=reason[:300])
            _answer(found, Proposal.Status.ACCEPTED, by, answer)
    return found


def reject(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Decline a proposal with a reason, and tell who made it. Raises ``ValidationError`` without a reason."""
    if not reason.strip():
        raise ValidationError({"answer": _("Skriv hvorfor forslaget blir avslått.")})
    with transaction.atomic():
        _cooperation, found = _locked(proposal, by)
        with pghistory.context(user=by.pk, reason=_("Forslag avslått: %(why)s") % {"why": reason.strip()}):
            _answer(found, Proposal.Status.REJECTED, by, reason)
    return found


def withdraw(proposal: Proposal, *, by: User) -> Proposal:
    """Take back one's own proposal before it is answered, and tell those who keep the cooperation.

    Raises ``PermissionDenied`` for somebody else's, ``ValidationError`` for one that has been answered.
    """
    with transaction.atomic():
        found = _waiting(proposal)
        if found.proposed_by_id != by.pk:
            raise PermissionDenied
        with pghistory.context(user=by.pk, reason=_("Forslag trukket tilbake")):
            found.status, found.decided_by, found.decided_at = Proposal.Status.WITHDRAWN, by, timezone.now()
            found.save(update_fields=["status", "decided_by", "decided_at"])
        subject = _("Forslaget til «%(name)s» er %(status)s") % {
            "name": found.cooperation, "status": found.get_status_display(),
        }  # fmt: skip
        body = [_("Fra: %(who)s") % {"who": proposer_of(found)}, _address(found)]
        _send_later((u.email for u in keepers_of(found.cooperation)), subject, body)
    return found


def proposer_of(proposal: Proposal) -> str:
    """Return who made a proposal, in words."""
    if proposal.proposed_by:
        return proposal.proposed_by.get_full_name() or proposal.proposed_by.get_username()
    return proposal.get_origin_display()


# Parts of these


def _locked(proposal: Proposal, by: User) -> tuple[Cooperation, Proposal]:
    """Return both as they are now, kept from others; refuse who does not keep it, and what has been answered."""
    cooperation = Cooperation.objects.select_for_update(no_key=True).get(pk=proposal.cooperation_id)
    if not by.has_perm("agreements.change_cooperation", cooperation):
        raise PermissionDenied
    return cooperation, _waiting(proposal)


def _waiting(proposal: Proposal) -> Proposal:
    """Return a proposal as it is now, kept from others; refuse one that has been answered or taken back."""
    found = Proposal.objects.select_for_update(of=["self"]).select_related("proposed_by").get(pk=proposal.pk)
    if found.status != Proposal.Status.WAITING:
        raise ValidationError(
            _("Forslaget er allerede besvart: %(status)s.") % {"status": found.get_status_display()}, code="answered"
        )
    return found


def _answer(proposal: Proposal, status: str, by: User, answer: str) -> None:
    address = proposal.proposed_by.email if proposal.proposed_by else proposal.contact_email
    proposal.status, proposal.decided_by, proposal.decided_at = status, by, timezone.now()
    proposal.answer, proposal.contact_email = answer.strip(), ""
    proposal.full_clean(exclude=["cooperation", "proposed_by", "decided_by"])
    proposal.save()
    subject = _("Forslaget til «%(name)s» er %(status)s") % {
        "name": proposal.cooperation, "status": proposal.get_status_display(),
    }  # fmt: skip
    _send_later([address], subject, [proposal.answer, proposal.text and f"> {proposal.text}"])


def _check_names(changes: dict[str, Any]) -> None:
    """Refuse fields that cannot be proposed: a proposal is not a way around what may be changed how."""
    rows = [(changes.get("fields", {}), COOPERATION_FIELDS)]
    rows += [(row["fields"], MEMBER_FIELDS) for row in changes.get("members", [])]
    if set(changes) - {"fields", "members"} or any(set(fields) - set(known) for fields, known in rows):
        raise ValidationError(_("Forslaget endrer noe som ikke kan foreslås."), code="unknown_field")


def _carry_out(cooperation: Cooperation, changes: dict[str, Any], *, by: User, reason: str) -> None:
    """Amend the cooperation as proposed; ends before beginnings, so that a new period finds its place free."""
    rows = sorted(changes.get("members", []), key=lambda row: "id" not in row)
    members = [({"id": row["id"]} if "id" in row else {}) | _values(Membership, row["fields"]) for row in rows]
    amend(
        cooperation, by=by, reason=reason, values=_values(Cooperation, changes.get("fields", {})), members=members
    )  # fmt: skip


def _values(model: type[Model], fields: dict[str, dict]) -> dict[str, Any]:
    """Read what is proposed as people write it; shares are read by the action."""
    values = {}
    for name, change in fields.items():
        new = change["new"]
        if name in DATES:
            try:
                values[name] = VagueDate.parse(new, end=name == "valid_to") if new else None
            except ValueError as error:
                raise ValidationError({name: str(error)}) from error
        else:
            empty = None if name in SHARES or model._meta.get_field(name).null else ""
            values[name] = empty if new == "" else new
    return values


def _address(proposal: Proposal) -> str:
    return settings.SITE_URL + reverse("admin-proposal", args=[proposal.pk])


def _send_later(addresses: Iterable[str], subject: str, paragraphs: Iterable[str]) -> None:
    """Send one message to each when all is stored; a mail server that is down must not undo or hide the deed."""
    receivers = sorted({a for a in addresses if a})
    subject = " ".join(subject.split())[:200]
    body = "\n\n".join(filter(None, paragraphs))

    def send() -> None:
        for receiver in receivers:
            try:
                send_mail(subject, body, None, [receiver])
            except (SMTPException, OSError):
                logger.exception("A message about a proposal could not be sent")

    transaction.on_commit(send)
