"""Who asks?  A system with a token, or anybody."""

import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from municipalities.models import User

from ..models import ApiToken
from ..models.tokens import SECRET_PREFIX, hashed
from . import throttling

#: «Last used» is told to the minute; more would make every request a write.
EXACTNESS = datetime.timedelta(minutes=1)
_LONGEST = 200


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer ikr_…``. Who sends no such header is anybody, and costs no query."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return whom the token acts as, and the token. Raises ``AuthenticationFailed`` where it opens nothing."""
        header = get_authorization_header(request)
        if not header:
            return None
        throttling.refuse_guessing(request)
        kind, _space, secret = header.decode("latin-1").partition(" ")
        now = timezone.now()
        found = None
        if kind.lower() == "bearer" and secret.startswith(SECRET_PREFIX) and len(secret) < _LONGEST:
            found = ApiToken.objects.usable(now).filter(digest=hashed(secret)).first()
        if found is None:
            throttling.note_guess(request)
            raise AuthenticationFailed(_("Tokenet finnes ikke, er utløpt eller er trukket tilbake."))
        if found.last_used_at is None or found.last_used_at < now - EXACTNESS:
            unused = Q(last_used_at=None) | Q(last_used_at__lt=now - EXACTNESS)
            ApiToken.objects.filter(unused, pk=found.pk).update(last_used_at=now)
        return found.holder(), found

    def authenticate_header(self, request: Request) -> str:
        """Return how to be known, for a 401."""
        return 'Bearer realm="api"'


def require(request: Request, scope: str) -> None:
    """Refuse a token that is not made for this. Raises ``PermissionDenied``."""
    if scope not in request.auth.scopes:
        name = ApiToken.Scope(scope).label
        raise PermissionDenied(_("Tokenet mangler «%(scope)s» (%(name)s).") % {"scope": scope, "name": name})
