"""Which deadlines does the register hold on a day, for whom, and whose cooperations are they in?"""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from municipalities.models import MunicipalityChange, Organisation, User
from municipalities.querysets import valid_on

from ..models import Cooperation, Form, Membership, OwnershipReport
from ..models.status import COUNCILS
from ..querysets import CooperationQuerySet
from ..rules.gather import facts_of, with_legal_facts
from ..rules.other import is_health
from .adoption import participants
from .deadlines import Arrangement, Authority, Deadline, deadlines, in_order, statutory_deadlines

#: Changes of boundaries, for inndelingslova § 16; a new number or name is none.
_BOUNDARIES = {MunicipalityChange.Kind.MERGE, MunicipalityChange.Kind.SPLIT, MunicipalityChange.Kind.PART}


# Whose


def coordinated_by(user: User, on: datetime.date) -> list[Organisation]:
    """Return the organisations for which the user is coordinator on the day."""
    rows = user.coordinators.filter(valid_on(on)).select_related("organisation")
    return [row.organisation for row in rows.order_by("organisation__sort_key", "organisation_id")]


def cooperations_of(
    organisations: Iterable[Organisation], on: datetime.date, within: CooperationQuerySet | None = None
) -> CooperationQuerySet:
    """Return the cooperations that have not ended, in which one of the organisations takes part or is responsible."""
    ids = [o.pk for o in organisations]
    members = Membership.objects.held_on(on).filter(cooperation=OuterRef("pk"), organisation__in=ids)
    living = (Cooperation.objects.all() if within is None else within).exclude(valid_to__lt=on)
    return living.filter(Q(responsible__in=ids) | Q(body__in=ids) | Exists(members))


# When


def with_deadline_facts(cooperations: CooperationQuerySet) -> CooperationQuerySet:
    """Prefetch all that ``arrangement_of`` reads, in a fixed number of queries."""
    return with_legal_facts(cooperations).select_related("responsible")


def arrangement_of(cooperation: Cooperation, on: datetime.date) -> Arrangement:
    """Return what the deadlines of a cooperation follow from, read from ``with_deadline_facts``."""
    parties = participants(cooperation, on)
    changed = tuple(
        (party, change.date)
        for party in parties
        if hasattr(party, "municipality")
        for change in party.municipality.changes_to.all()
        if change.kind in _BOUNDARIES
    )
    return Arrangement(
        cooperation,
        tuple(cooperation.agreements.all()),
        tuple(cooperation.notices.all()),
        tuple(parties),
        cooperation.responsible,
        tuple(dict.fromkeys(changed)),  # a merger of three has a change for each of them
        # Other cooperations with a helseforetak, such as networks, are not that agreement (law.md HELSE-03).
        cooperation.form == Form.STATUTORY and is_health(facts_of(cooperation, on)),
    )


def deadlines_in(
    cooperations: Iterable[Cooperation], first: datetime.date, last: datetime.date, on: datetime.date
) -> list[Deadline]:
    """Return the deadlines of cooperations from ``with_deadline_facts``, in order."""
    return in_order(d for c in cooperations for d in deadlines(arrangement_of(c, on), first, last, on))


def deadlines_for(organisations: Iterable[Organisation], first: datetime.date, last: datetime.date) -> list[Deadline]:
    """Return what the law asks of municipalities and county councils themselves, in order; one query."""
    organisations = list(organisations)
    adopted: dict[int, list[datetime.date]] = defaultdict(list)
    reports = OwnershipReport.objects.filter(organisation__in=organisations, organ__in=COUNCILS)
    for pk, day in reports.values_list("organisation_id", "adopted_on"):
        adopted[pk].append(day)
    return in_order(
        d for o in organisations for d in statutory_deadlines(Authority(o, tuple(adopted[o.pk])), first, last)
    )
