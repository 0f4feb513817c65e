"""How do stored facts become the facts that the rules read?"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from municipalities.models import Municipality, MunicipalityChange, Organisation

from ..models import Agreement, Cooperation, Document, LegalProfile, Membership, Organ, RegistryEntry, Status
from ..models.shares import parse_share
from ..models.status import OWN_RIGHT
from ..querysets import CooperationQuerySet
from .changes import COUNCILS, decided_by
from .facts import (
    AgreementFact,
    AssemblyFact,
    DecisionFact,
    Facts,
    MemberFact,
    OrganFact,
    RegisteredParticipant,
    Seats,
)
from .other import IUA

_PROFILE = [
    "own_legal_person", "org_number", "registered_form", "in_company_register", "legal_basis", "special_law",
    "ordered_by_state", "decision_power", "decision_basis", "decides_matters_of_principle", "plan_power",
    "produces_services", "is_political", "is_business", "procurement_assessed", "complaint_body",
    "has_complaints_board", "may_borrow", "loan_ceiling", "loans", "gives_guarantees", "share_capital", "cost_key",
    "loss_split_deviates", "auditor", "in_foundation_register", "public_records_act", "has_both_sexes_on_board",
]  # fmt: skip


#: What is read of each agreement.
AGREEMENT_FACTS = (
    "clauses",
    "decisions",
    "assembly_decisions",
    "cost_parts",
    "loans",
    "supersedes",
    Prefetch("documents", Document.objects.filter(erased_at=None).only("agreement")),
)


def with_legal_facts(cooperations: CooperationQuerySet) -> CooperationQuerySet:
    """Prefetch all that ``facts_of`` reads, in a fixed number of queries."""
    members = Membership.objects.select_related(
        "organisation__municipality", "organisation__cooperation", "organisation__registry_entry"
    )
    return cooperations.select_related("legal__head_office__organisation", "body", "registry_entry").prefetch_related(
        Prefetch(
            "memberships",
            members.prefetch_related(
                "organisation__municipality__numbers",
                Prefetch("organisation__municipality__changes_to", _changes()),
            ),
        ),
        Prefetch("agreements", Agreement.objects.prefetch_related(*AGREEMENT_FACTS)),
        Prefetch("organs", Organ.objects.prefetch_related("seats")),
        "notifications",
        "notices",
    )


def _changes() -> QuerySet[MunicipalityChange]:
    return MunicipalityChange.objects.exclude(kind=MunicipalityChange.Kind.RENAME)


def add_legal_facts(cooperation: Cooperation) -> None:
    """Fetch what ``with_legal_facts`` fetches and ``with_details`` does not, for one that comes from the latter."""
    prefetch_related_objects(
        [cooperation],
        "legal__head_office__organisation",
        "registry_entry",
        "memberships__organisation__cooperation",
        "memberships__organisation__registry_entry",
        Prefetch("memberships__organisation__municipality__changes_to", _changes()),
        "organs__seats",
        "notifications",
    )
    prefetch_related_objects(cooperation.agreements.all(), *AGREEMENT_FACTS)


def facts_of(cooperation: Cooperation, on: datetime.date) -> Facts:
    """Return the facts of a cooperation on ``on``, read from the rows that ``with_legal_facts`` prefetched."""
    profile = getattr(cooperation, "legal", None)
    agreement = _agreement_on(cooperation, on)
    members = tuple(_members(cooperation, _adopted_by_councils(agreement, cooperation), on))
    return Facts(
        name=cooperation.name,
        form=cooperation.form,
        has_proper_name=cooperation.has_proper_name,
        stage=cooperation.stage,
        valid_from=cooperation.valid_from,
        valid_to=cooperation.valid_to,
        winding_up_from=_winding_up_from(cooperation, on),
        members=members,
        has_lost_members=any(m.role in OWN_RIGHT for m in cooperation.members_on(on)[1]),
        members_complete=cooperation.members_complete,
        agreement=_agreement_fact(agreement, _older(agreement, cooperation)),
        organs=tuple(
            OrganFact(o.kind, o.size, o.has_manager, o.shares_people_with_assembly) for o in cooperation.organs.all()
        ),
        notifications=frozenset(n.recipient for n in cooperation.notifications.all()),
        has_office_municipality=_has_office(members, cooperation.members_complete),
        head_office=str(profile.head_office) if profile and profile.head_office else "",
        other_iua=_other_iua(cooperation, members, on),
        registered_participants=_registered_participants(cooperation, on),
        **_profile(cooperation, profile) | _economy(agreement, on),
    )


def _winding_up_from(cooperation: Cooperation, on: datetime.date) -> datetime.date | None:
    """Return the recorded day; ``on`` where no day is recorded, but all have decided by then to dissolve."""
    if cooperation.winding_up_from is None and cooperation.status_on(on) == Status.WINDING_UP:
        return on
    return cooperation.winding_up_from


def _profile(cooperation: Cooperation, profile: LegalProfile | None) -> dict:
    values = {name: getattr(profile, name) for name in _PROFILE} if profile else {}
    # The body of the cooperation may carry the organisation number that the profile lacks.
    if not values.get("org_number") and cooperation.body and cooperation.body.org_number:
        values["org_number"] = cooperation.body.org_number
    # What nobody has entered is read from what Enhetsregisteret answered.
    if entry := _entry(cooperation, values.get("org_number")):
        if not values.get("registered_form"):
            values["registered_form"] = entry.form
        if values.get("in_company_register") is None:
            values["in_company_register"] = entry.in_company_register
    return values


def _entry(owner: Cooperation | Organisation, org_number: str | None) -> RegistryEntry | None:
    """Return what was fetched on the number that the owner has now, if anything."""
    entry = getattr(owner, "registry_entry", None)
    return entry if entry and org_number and entry.org_number == org_number else None


def _registered_participants(cooperation: Cooperation, on: datetime.date) -> tuple[RegisteredParticipant, ...] | None:
    """Return who took part in Foretaksregisteret; None before that was asked, and once somebody came or went since."""
    profile = getattr(cooperation, "legal", None)
    entry = _entry(cooperation, _profile(cooperation, profile).get("org_number"))
    if entry is None or entry.participants is None or on < entry.fetched_on:
        return None
    for row in cooperation.memberships.all():
        came = row.valid_from and entry.fetched_on < row.valid_from <= on
        left = row.valid_to and entry.fetched_on <= row.valid_to < on
        if row.role in OWN_RIGHT and (came or left):
            return None
    return tuple(RegisteredParticipant(p["org_number"], p["name"], _share(p["share"])) for p in entry.participants)


def _share(text: str) -> Fraction | None:
    """Read the field that Foretaksregisteret lets be filled in freely; None where no share is to be found in it."""
    try:
        return parse_share(text)
    except ValueError:
        return None


def _has_office(members: Iterable[MemberFact], complete: bool | None) -> bool | None:
    if any("office" in m.roles for m in members):
        return True
    return False if complete else None


def _agreement_on(cooperation: Cooperation, on: datetime.date) -> Agreement | None:
    """Return the agreement in force on the day, else the newest that does not begin later."""
    started = [a for a in cooperation.agreements.all() if a.valid_from is None or a.valid_from <= on]
    in_force = [a for a in started if a.valid_to is None or on <= a.valid_to]
    newest = sorted(in_force or started, key=lambda a: (a.valid_from or datetime.date.min, a.pk))
    return newest[-1] if newest else None


def _older(agreement: Agreement | None, cooperation: Cooperation) -> Agreement | None:
    """Return the version that an agreement supersedes."""
    pk = agreement.supersedes_id if agreement else None
    return next((a for a in cooperation.agreements.all() if a.pk == pk), None)


def _adopted_by_councils(agreement: Agreement | None, cooperation: Cooperation) -> Agreement | None:
    """Return the last version that the councils had to adopt: the representantskap may have changed the rest since."""
    form = cooperation.form
    while agreement and decided_by(form, bool(agreement.supersedes_id), agreement.changed_items) != COUNCILS:
        agreement = _older(agreement, cooperation)
    return agreement


def _other_iua(cooperation: Cooperation, members: Iterable[MemberFact], on: datetime.date) -> tuple[str, ...] | None:
    """Return which members of an IUA are in another IUA as well; None when this is none. Asks the database once."""
    if not IUA.search(cooperation.name):
        return None
    mine = [m.organisation_id for m in cooperation.members_on(on)[0]]
    others = Membership.objects.valid_on(on).filter(organisation__in=mine, cooperation__name__iregex=r"\yIUA\y")
    others = others.exclude(cooperation=cooperation).select_related("organisation", "cooperation")
    return tuple(sorted({f"{m.organisation.name}: {m.cooperation.name}" for m in others}))


def _economy(agreement: Agreement | None, on: datetime.date) -> dict:
    """Return what the agreement itself says of costs and loans; it goes before the profile, which holds less."""
    if agreement is None:
        return {}
    values = {"may_borrow": agreement.may_borrow, "loan_ceiling": agreement.loan_ceiling}
    if parts := [str(part) for part in agreement.cost_parts.all() if part.is_valid_on(on)]:
        values["cost_key"] = ", ".join(parts)
    recorded = agreement.loans.all()
    if recorded:
        values["loans"] = sum((loan.amount for loan in recorded if loan.runs_on(on)), Decimal(0))
    return {name: value for name, value in values.items() if value is not None}


def _agreement_fact(agreement: Agreement | None, older: Agreement | None) -> AgreementFact | None:
    if agreement is None:
        return None
    return AgreementFact(
        kind=agreement.kind,
        is_written=agreement.is_written,
        has_reference=bool(agreement.archive_reference or agreement.documents.all()),
        signed_on=agreement.signed_on,
        valid_from=agreement.valid_from,
        valid_to=agreement.valid_to,
        notice_months=agreement.notice_months,
        notice_source=agreement.notice_source,
        clauses={c.item: c.status for c in agreement.clauses.all()},
        is_change=agreement.supersedes_id is not None,
        changed_items=None if agreement.changed_items is None else frozenset(agreement.changed_items),
        majority=older.majority if older else "",
        assembly=tuple(
            AssemblyFact(d.decided_on, d.votes_for, d.votes_against) for d in agreement.assembly_decisions.all()
        ),
    )


def _members(cooperation: Cooperation, agreement: Agreement | None, on: datetime.date) -> Iterator[MemberFact]:
    """Yield one fact per organisation, with the roles of all its rows on the day."""
    rows: dict[int, list[Membership]] = defaultdict(list)
    for row in cooperation.members_on(on)[0]:
        rows[row.organisation_id].append(row)
    seats = {
        o.kind: {s.organisation_id: Seats(s.members, s.deputies) for s in o.seats.all()} for o in _organs(cooperation)
    }
    decisions = defaultdict(list)
    for decision in agreement.decisions.all() if agreement else ():
        decisions[decision.organisation_id].append(
            DecisionFact(decision.organ, decision.decided_on, decision.subject, decision.outcome)
        )
    for pk, many in rows.items():
        body = many[0].organisation
        municipality: Municipality | None = getattr(body, "municipality", None)
        number = municipality.number_on(on) if municipality else None
        shared = next((m for m in many if m.ownership_share is not None), many[0])
        liable = next((m for m in many if m.liability_share is not None), many[0])
        entry = _entry(body, body.org_number)
        yield MemberFact(
            name=body.name,
            kind=body.kind,
            number=number.number if number else "",
            org_number=body.org_number or "",
            roles=frozenset(m.role for m in many),
            ownership=shared.ownership_share,
            liability=liable.liability_share,
            form=body.cooperation.form if hasattr(body, "cooperation") else "",
            number_changed_on=_changed_on(municipality, on),
            registered=_registered(entry, on),
            registered_form=entry.form if entry else "",
            in_robek=municipality.in_robek if municipality else None,
            assembly=seats.get(Organ.Kind.ASSEMBLY, {}).get(pk, Seats()),
            board=seats.get(Organ.Kind.BOARD, {}).get(pk, Seats()),
            committee=seats.get(Organ.Kind.COMMITTEE, {}).get(pk, Seats()),
            decisions=tuple(decisions[pk]),
        )


def _registered(entry: RegistryEntry | None, on: datetime.date) -> str:
    """Return what Enhetsregisteret answered, as it holds on the day: what was deleted later was there."""
    if entry is None or (entry.outcome == RegistryEntry.Outcome.UNKNOWN and on < entry.fetched_on):
        return ""
    if entry.deleted_on and on < entry.deleted_on:
        return RegistryEntry.Outcome.FOUND.value
    return entry.outcome


def _organs(cooperation: Cooperation) -> list[Organ]:
    """Return the organs, the first of each kind last, so that it decides when a kind stands twice."""
    return list(reversed(cooperation.organs.all()))


def _changed_on(municipality: Municipality | None, on: datetime.date) -> datetime.date | None:
    """Return the last day up to ``on`` when the boundaries or the body of the municipality changed."""
    if municipality is None:
        return None
    kinds = {MunicipalityChange.Kind.MERGE, MunicipalityChange.Kind.SPLIT, MunicipalityChange.Kind.PART}
    dates = [c.date for c in municipality.changes_to.all() if c.kind in kinds and c.date <= on]
    return max(dates, default=None)
