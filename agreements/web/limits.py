"""Has one sender sent a public form so often that it is not a person, or not a kind one?"""

import datetime
import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ..models import FormUse

#: So many times within the hour.
MOST = 10
WITHIN = datetime.timedelta(hours=1)
TOO_OFTEN = _("Skjemaet er sendt svært mange ganger herfra den siste timen. Vent litt, og prøv igjen.")


def may_send(request: HttpRequest, form: str) -> bool:
    """Note that a form was sent; tell whether the sender is within the limit."""
    now = timezone.now()
    sender = salted_hmac(f"agreements.form-use.{now:%Y-%m-%d}", _network(request), algorithm="sha256").hexdigest()
    if FormUse.objects.filter(form=form, sender=sender, sent_at__gt=now - WITHIN).count() >= MOST:
        return False
    FormUse.objects.create(form=form, sender=sender)
    return True


def _network(request: HttpRequest) -> str:
    """Return the address of the sender; of IPv6 the network, of which one household has a whole.

    Behind the proxy that ``HTTPS`` says there is, the last address of X-Forwarded-For is the one that the proxy
    itself saw; what stands before it anybody may have written.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS and (forwarded := request.headers.get("X-Forwarded-For", "")):
        address = forwarded.rsplit(",", 1)[-1].strip()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
