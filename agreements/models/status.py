"""Which status does a cooperation have on a day?  Told twice, in Python and in SQL; a test holds them together."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation

if TYPE_CHECKING:
    from .agreement import Agreement
    from .cooperation import Cooperation

#: The roles of those that take part in their own right: not customers, suppliers, observers and the like.
OWN_RIGHT = frozenset({"host", "participant", "owner", "office", "partner", "founder"})
#: The organs that are the council itself: bystyre and heradsstyre are kommunestyre (kommuneloven § 5-1).
COUNCILS = frozenset({"kommunestyre", "bystyre", "heradsstyre", "fylkesting"})
#: Those whose council itself must decide (kommuneloven §§ 18-4, 19-4, 20-4; IKS-loven § 4).
WITH_COUNCIL = frozenset({Organisation.Kind.MUNICIPALITY, Organisation.Kind.COUNTY_COUNCIL})


class Status(models.TextChoices):
    """How far a cooperation has come in its life. It follows from facts and is stored nowhere.

    PLANNED: it has not begun. ADOPTED: nor has it begun, but all participants have adopted an
    agreement. ACTIVE: it lives. NOTICE_GIVEN: it lives, and a participant is on its way out.
    WINDING_UP: it is being dissolved (IKS-loven §§ 32-38), from a day that is recorded or because
    all participants have decided so. ENDED: its last day is past.
    """

    PLANNED = "planned", _("planlagt")
    ADOPTED = "adopted", _("vedtatt")
    ACTIVE = "active", _("aktiv")
    NOTICE_GIVEN = "notice_given", _("oppsagt")
    WINDING_UP = "winding_up", _("under avvikling")
    ENDED = "ended", _("avsluttet")


# In Python, from the rows that ``with_details`` prefetches


def status_on(cooperation: "Cooperation", date: datetime.date) -> Status:
    """Return the status on ``date``; its twin in SQL is ``status_case``."""
    if cooperation.valid_to and cooperation.valid_to < date:
        return Status.ENDED
    if cooperation.stage == "planned" or (cooperation.valid_from and cooperation.valid_from > date):
        return Status.ADOPTED if _decided_by_all(cooperation, date, "agreement") else Status.PLANNED
    wound_up = cooperation.winding_up_from and cooperation.winding_up_from <= date
    if wound_up or _decided_by_all(cooperation, date, "dissolution"):
        return Status.WINDING_UP
    if any(notice.runs_on(date) for notice in cooperation.notices.all()):
        return Status.NOTICE_GIVEN
    return Status.ACTIVE


def _decided_by_all(cooperation: "Cooperation", date: datetime.date, subject: str) -> bool:
    """Tell whether all participants have said yes to one of the agreements, or to dissolve, by ``date``.

    A list that is known to lack members proves nothing of all.
    """
    if cooperation.members_complete is False:
        return False
    for agreement in cooperation.agreements.all():
        if agreement.valid_to and agreement.valid_to < date:
            continue
        day = max(filter(None, (date, agreement.valid_from, cooperation.valid_from)))
        who = {m.organisation_id: m.organisation for m in cooperation.memberships.all() if _takes_part(m, day)}
        if who and all(_last_answer(agreement, one, date, subject) == "adopted" for one in who.values()):
            return True
    return False


def _takes_part(membership, day: datetime.date) -> bool:
    starts = (membership.valid_from, membership.organisation.valid_from)
    begun = all(start is None or start <= day for start in starts)
    return membership.role in OWN_RIGHT and begun and (membership.valid_to is None or membership.valid_to >= day)


def _last_answer(agreement: "Agreement", organisation: Organisation, date: datetime.date, subject: str) -> str | None:
    """Return «adopted» or «rejected», as the last decision that counts says; a postponement decides nothing."""
    counting = [
        d
        for d in agreement.decisions.all()
        if d.organisation_id == organisation.pk
        and _is_about(agreement, d.subject, subject)
        and d.outcome != "postponed"
        and (d.decided_on is None or d.decided_on <= date)
        and (organisation.kind not in WITH_COUNCIL or d.organ in COUNCILS)
    ]
    return max(counting, key=lambda d: (d.decided_on or datetime.date.min, d.pk)).outcome if counting else None


def _is_about(agreement: "Agreement", decided: str, subject: str) -> bool:
    """Tell whether a decision is about what is asked; a delegation is adopted by delegating."""
    return decided == subject or (subject == "agreement" and (agreement.kind, decided) == ("delegation", "delegation"))


# In SQL


def status_case(date: datetime.date) -> Case:
    """Return the expression that gives a row of ``Cooperation`` its status on ``date``, as ``status_on`` does."""
    from .life import Notice

    running = Notice.objects.running_on(date).filter(cooperation=OuterRef("pk"))
    begins_later = Q(stage="planned") | Q(valid_from__gt=date)
    return Case(
        When(valid_to__lt=date, then=Value(Status.ENDED)),
        When(begins_later & _all_have_decided(date, "agreement"), then=Value(Status.ADOPTED)),
        When(begins_later, then=Value(Status.PLANNED)),
        When(Q(winding_up_from__lte=date) | _all_have_decided(date, "dissolution"), then=Value(Status.WINDING_UP)),
        When(Exists(running), then=Value(Status.NOTICE_GIVEN)),
        default=Value(Status.ACTIVE),
        output_field=CharField(),
    )


def _all_have_decided(date: datetime.date, subject: str) -> Q:
    from .agreement import Agreement, Decision
    from .membership import Membership

    starts = [Value(date), Coalesce("valid_from", Value(date)), Coalesce("cooperation__valid_from", Value(date))]
    day = OuterRef("day")
    taking_part = Membership.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(organisation__valid_from=None) | Q(organisation__valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
        cooperation=OuterRef("cooperation"),
        role__in=OWN_RIGHT,
    )
    about = Q(subject=subject)
    if subject == "agreement":
        about |= Q(subject="delegation", agreement__kind="delegation")
    answers = Decision.objects.filter(
        about,
        Q(decided_on=None) | Q(decided_on__lte=date),
        ~Q(organisation__kind__in=WITH_COUNCIL) | Q(organ__in=COUNCILS),
        agreement=OuterRef(OuterRef("pk")),
        organisation=OuterRef("organisation"),
    ).exclude(outcome="postponed")
    last = Subquery(answers.order_by(F("decided_on").desc(nulls_last=True), "-pk").values("outcome")[:1])
    wanting = taking_part.annotate(last=last).filter(Q(last=None) | ~Q(last="adopted"))
    adopted = (
        Agreement.objects.filter(Q(valid_to=None) | Q(valid_to__gte=date), cooperation=OuterRef("pk"))
        .annotate(day=Greatest(*starts, output_field=models.DateField()))
        .filter(Exists(taking_part), ~Exists(wanting))
    )
    return (Q(members_complete=None) | Q(members_complete=True)) & Q(Exists(adopted))
