"""How does another system change a cooperation?  By the actions of the admin, with the rights of its token.

Each request is one action in one transaction. The cooperation is locked before its ETag is compared, so that of two
who have read the same, one is told (412) that it has been changed meanwhile.
"""

from collections.abc import Callable
from typing import Any

import pghistory
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import (
    APIException,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from .. import actions
from ..actions.publication import take_step
from ..actions.upsert import task_rows
from ..models import Agreement, ApiToken, Cooperation, Decision, Membership
from ..permissions import visible_to
from . import given, repeating, revisions
from .bulk import WritingMany
from .faults import flat, told
from .tokens import require
from .writing_schema import MEMBERSHIP, changes, registers

_Scope = ApiToken.Scope
#: So long is a row waited for that somebody else is changing.
_PATIENCE = "10s"


class TooLarge(APIException):
    """More was sent than is taken."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class LengthRequired(APIException):
    """It is not told how much is sent, so that it could be refused before it is read."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_required"


class Writing(WritingMany):
    """The changes of a cooperation, beside its reading in the viewset."""

    parser_classes = [given.Json]

    def check_permissions(self, request: Request) -> None:
        """Ask who writes; refuse what is too large before any of it is read."""
        super().check_permissions(request)
        if request.method in SAFE_METHODS or self.action is None:  # what cannot be done at all is told as that
            return
        if request.auth is None:
            raise NotAuthenticated(_("Å skrive krever et token: «Authorization: Bearer …»."))
        if (encoding := request.headers.get("Content-Encoding", "identity").lower()) != "identity":
            raise UnsupportedMediaType(encoding, _("Send JSON slik det er, uten «Content-Encoding»."))
        if "CONTENT_LENGTH" not in request.META and "Transfer-Encoding" in request.headers:
            raise LengthRequired(_("Si hvor mye du sender, med «Content-Length»."))
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_API_BODY_MB << 20:
            raise TooLarge(_("Registeret tar imot høyst %(mb)d MB om gangen.") % {"mb": settings.MAX_API_BODY_MB})

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """Tell the ETag that holds where the one that was sent does not."""
        answer = super().handle_exception(exc)
        if tag := getattr(exc, "tag", None):
            answer["ETag"] = tag
        return answer

    def hidden(self, request: Request, slug: str) -> HttpResponse | None:
        """Return what is not published to a token that may read it; None where there is no such thing."""
        if request.auth is None or _Scope.READ not in request.auth.scopes or "\x00" in slug:
            return None
        found = visible_to(request.user).filter(slug=slug).first()
        return None if found is None else revisions.shown(request, found)

    # What may be done

    @registers(given.CooperationGiven)
    def create(self, request: Request) -> HttpResponse:
        """Register a cooperation, as a draft."""
        require(request, _Scope.COOPERATIONS)
        return self._write(request, lambda: self._register(request))

    def _register(self, request: Request) -> HttpResponse:
        said = self._read(given.CooperationGiven)
        values, tables = given.split(said)
        values.setdefault("responsible", request.auth.organisation)
        refuse(request, "agreements.add_cooperation", Cooperation(responsible=values["responsible"]))
        made = actions.register(by=request.user, reason=said["reason"], values=values, **tables)
        answer = revisions.shown(request, made, status.HTTP_201_CREATED)
        answer["Location"] = self._address(made)
        return answer

    @changes(gettext_lazy("Endre et samarbeid"), given.CooperationAmended)
    def partial_update(self, request: Request, slug: str) -> HttpResponse:
        """Change what is given; the rest stays."""

        def amend(cooperation: Cooperation, said: dict) -> None:
            values, tables = given.split(said)
            if "tasks" in tables:
                tables["tasks"] = task_rows(cooperation, tables["tasks"])
            actions.amend(cooperation, by=request.user, reason=said["reason"], values=values, **tables)

        return self._change(slug, _Scope.COOPERATIONS, given.CooperationAmended, amend)

    @changes(gettext_lazy("En deltaker kommer til"), given.Joining, code=201)
    @action(detail=True, methods=["post"], url_path="memberships")
    def join(self, request: Request, slug: str) -> HttpResponse:
        """Let an organisation take part from a day."""

        def join(cooperation: Cooperation, said: dict) -> None:
            shares = _shares(said)
            actions.join(cooperation, by=request.user, shares=shares, **said)

        return self._change(slug, _Scope.MEMBERSHIPS, given.Joining, join, 201)

    @changes(gettext_lazy("En deltaker går ut"), given.Leaving, MEMBERSHIP)
    @action(detail=True, methods=["post"], url_path=r"memberships/(?P<membership>[0-9]{1,18})/leave")
    def leave(self, request: Request, slug: str, membership: str) -> HttpResponse:
        """Let the organisation of a membership leave, with all that it is in the cooperation."""

        def leave(cooperation: Cooperation, said: dict) -> None:
            found = Membership.objects.filter(cooperation=cooperation, pk=int(membership)).first()
            if found is None:
                raise NotFound(_("Samarbeidet har ikke et slikt medlemskap."))
            shares = _shares(said)
            actions.leave(cooperation, by=request.user, organisation=found.organisation, shares=shares, **said)

        return self._change(slug, _Scope.MEMBERSHIPS, given.Leaving, leave)

    @changes(gettext_lazy("Før et vedtak"), given.Deciding, code=201)
    @action(detail=True, methods=["post"], url_path="decisions")
    def decide(self, request: Request, slug: str) -> HttpResponse:
        """Record what a participant has decided about an agreement."""

        def decide(cooperation: Cooperation, said: dict) -> None:
            agreement = _agreement(cooperation, said.pop("agreement", None))
            about = Decision(agreement=agreement, organisation=said["organisation"])
            refuse(request, "agreements.add_decision", about)
            actions.decide(agreement, by=request.user, **said)

        return self._change(slug, _Scope.DECISIONS, given.Deciding, decide, 201, permission="")

    @changes(gettext_lazy("Avslutt et samarbeid"), given.Ending)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, slug: str) -> HttpResponse:
        """Let a cooperation end."""

        def end(cooperation: Cooperation, said: dict) -> None:
            actions.end(cooperation, by=request.user, **said)

        return self._change(slug, _Scope.COOPERATIONS, given.Ending, end)

    @changes(gettext_lazy("Gjenåpne et samarbeid"), given.Reopening)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, slug: str) -> HttpResponse:
        """Let a cooperation live on that was ended or was being wound up."""

        def reopen(cooperation: Cooperation, said: dict) -> None:
            actions.reopen(cooperation, by=request.user, **said)

        return self._change(slug, _Scope.COOPERATIONS, given.Reopening, reopen)

    @changes(gettext_lazy("Send til gjennomsyn, publiser, trekk tilbake"), given.Publishing)
    @action(detail=True, methods=["post"])
    def publication(self, request: Request, slug: str) -> HttpResponse:
        """Take a step of publication; who may take which is as in the admin."""

        def step(cooperation: Cooperation, said: dict) -> None:
            take_step(cooperation, step=said["step"], by=request.user, reason=said["reason"])

        return self._change(slug, _Scope.PUBLICATION, given.Publishing, step, permission="")

    # How it is done

    def _change(
        self,
        slug: str,
        scope: str,
        serializer: type[given.Given],
        act: Callable[[Cooperation, dict], None],
        code: int = 200,
        permission: str = "agreements.change_cooperation",
    ) -> HttpResponse:
        """Do one action with one cooperation, when the caller may and has read it as it is."""
        request = self.request
        require(request, scope)

        def change() -> HttpResponse:
            found = None if "\x00" in slug else visible_to(request.user).filter(slug=slug).first()
            if found is None:
                raise NotFound(_("Fant ikke noe samarbeid «%(key)s» som du kan se.") % {"key": slug[:120]})
            found = actions.record.locked(found)
            if permission:
                refuse(request, permission, found)
            said = self._read(serializer)
            try:
                revisions.require_match(request, found)
            except revisions.PreconditionFailed as failed:
                failed.tag = revisions.tag(request, revisions.representation(found))
                raise
            act(found, said)
            answer = revisions.shown(request, found, code)
            if code == status.HTTP_201_CREATED:
                answer["Location"] = self._address(found)
            return answer

        return self._write(request, change)

    def _read(self, serializer: type[given.Given]) -> dict[str, Any]:
        """Return what was sent, by field. Raises ``ValidationError`` with one entry per fault."""
        reader = serializer(data=self.request.data, context={"user": self.request.user})
        if not reader.is_valid():
            raise ValidationError(flat(reader.errors))
        return dict(reader.validated_data)

    def _write(self, request: Request, act: Callable[[], HttpResponse]) -> HttpResponse:
        """Do it once, in one transaction, and tell what went wrong in words."""
        key = repeating.key_of(request)
        asked = repeating.fingerprint(request) if key else ""
        with told(), transaction.atomic(), pghistory.context(via="API", token=request.auth.shown):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
            if key and (before := repeating.begin(request.auth, key, asked)):
                return before
            answer = act()
            if key:
                repeating.keep(request.auth, key, answer)
        return answer

    def _address(self, cooperation: Cooperation) -> str:
        return self.request.build_absolute_uri(self.reverse_action("detail", args=[cooperation.slug]))


def refuse(request: Request, permission: str, about: Any) -> None:
    """Refuse what the holder of the token may not do there. Raises ``PermissionDenied``."""
    if not request.user.has_perm(permission, about):
        raise PermissionDenied(_("Tokenet gir ikke rett til dette i dette samarbeidet."))


def _shares(said: dict[str, Any]) -> dict:
    return {row["organisation"]: row["ownership_share"] for row in said.pop("shares", [])}


def _agreement(cooperation: Cooperation, number: int | None) -> Agreement:
    """Return the agreement that is named, or the only one there is."""
    rows = list(cooperation.agreements.filter(**({} if number is None else {"pk": number}))[:2])
    if len(rows) == 1:
        return rows[0]
    if number is not None or not rows:
        raise ValidationError({"agreement": [_("Samarbeidet har ingen slik avtale.")]})
    raise ValidationError({"agreement": [_("Samarbeidet har flere avtaler. Si hvilken vedtaket gjelder.")]})
