"""Who hears of a fault that a reader has found on a page?"""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from municipalities.models import Organisation, User
from municipalities.querysets import valid_on

from ..models import Cooperation, PageReport, Proposal
from .proposals import propose

logger = logging.getLogger(__name__)


def report_fault(
    page: str,
    text: str,
    *,
    cooperation: Cooperation | None = None,
    organisation: Organisation | None = None,
    contact_email: str = "",
) -> Proposal | PageReport:
    """Hand a reader's words to those who can put the fault right.

    About a public cooperation they become a proposal to those who keep it. Else they are stored for the editors, and
    told by e-mail to the coordinators of the organisation that the page is about, where it has any.
    """
    if cooperation is not None:
        return propose(cooperation, by=None, text=text, contact_email=contact_email)
    made = PageReport(page=page, text=text.strip(), contact_email=contact_email)
    made.full_clean()
    made.save()
    body = "\n\n".join(
        [made.text, settings.SITE_URL + page, settings.SITE_URL + reverse("admin:agreements_pagereport_changelist")]
    )
    receivers = _receivers(organisation)
    transaction.on_commit(lambda: _send(receivers, _("En leser har meldt en feil"), body))
    return made


def _receivers(organisation: Organisation | None) -> list[str]:
    """Return the addresses of the organisation's coordinators, else of the editors; and always of the operator."""
    active = User.objects.filter(is_active=True, is_staff=True)
    found = active.filter(is_editor=True)
    if organisation is not None:
        theirs = organisation.coordinators.filter(valid_on(localdate())).values("user")
        found = active.filter(pk__in=theirs) or found
    return sorted({user.email for user in found} | {settings.OPERATOR_EMAIL} - {""})


def _send(receivers: list[str], subject: str, body: str) -> None:
    for receiver in filter(None, receivers):
        try:
            send_mail(subject, body, None, [receiver])
        except (SMTPException, OSError, ValueError):
            logger.exception("A message about a fault could not be sent")
