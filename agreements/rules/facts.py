"""Which facts do the rules read?  Plain values, so that a rule can be tried without a database."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ..models.status import OWN_RIGHT


@dataclass(frozen=True)
class DecisionFact:
    """One body's decision; ``subject`` is agreement, delegation or dissolution, ``outcome`` adopted, rejected …"""

    organ: str = ""
    decided_on: datetime.date | None = None
    subject: str = "agreement"
    outcome: str = "adopted"


@dataclass(frozen=True)
class Seats:
    """Members and deputies that a participant has in an organ; None is unknown."""

    members: int | None = None
    deputies: int | None = None


@dataclass(frozen=True)
class MemberFact:
    """One organisation that takes part on the day, with all its roles.

    ``kind`` is an ``Organisation.Kind``; ``number`` the municipality number on the day. Shares are
    of the whole, None when unknown; ``form`` is the form of a cooperation that is itself a member.
    """

    name: str
    kind: str = "municipality"
    number: str = ""
    org_number: str = ""
    roles: frozenset[str] = frozenset({"participant"})
    ownership: Fraction | None = None
    liability: Fraction | None = None
    form: str = ""
    number_changed_on: datetime.date | None = None
    #: What Enhetsregisteret answered on the number: found, deleted, unknown or removed; empty when not asked.
    registered: str = ""
    #: The code of its form there: KOMM, FYLK, IKS, ORGL …
    registered_form: str = ""
    in_robek: bool | None = None
    assembly: Seats = field(default_factory=Seats)
    board: Seats = field(default_factory=Seats)
    committee: Seats = field(default_factory=Seats)
    decisions: tuple[DecisionFact, ...] = ()

    @property
    def effective_liability(self) -> Fraction | None:
        """Return the ansvarsandel, which is the eierandel where nothing else is agreed."""
        return self.ownership if self.liability is None else self.liability


@dataclass(frozen=True)
class RegisteredParticipant:
    """One that Foretaksregisteret holds as answerable for an IKS; the share is None where it cannot be read."""

    org_number: str = ""
    name: str = ""
    share: Fraction | None = None


@dataclass(frozen=True)
class AssemblyFact:
    """A vote in the representantskap; votes are None where they are not recorded."""

    decided_on: datetime.date | None = None
    votes_for: int | None = None
    votes_against: int | None = None


@dataclass(frozen=True)
class AgreementFact:
    """The agreement in force, or the newest one. ``clauses`` maps a rule id to «present» or «missing».

    A version that supersedes another is a change; ``changed_items`` are the rule ids of what it changes,
    None where that is not recorded. ``majority`` is what the version before it demands of the representantskap.
    """

    kind: str = "cooperation"
    is_written: bool | None = None
    has_reference: bool = False
    signed_on: datetime.date | None = None
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    notice_months: int | None = None
    notice_source: str = ""
    clauses: dict[str, str] = field(default_factory=dict)
    is_change: bool = False
    changed_items: frozenset[str] | None = None
    majority: str = ""
    assembly: tuple[AssemblyFact, ...] = ()


@dataclass(frozen=True)
class OrganFact:
    """An organ: its kind (``Organ.Kind``), size, and whether the manager sits in it."""

    kind: str
    size: int | None = None
    has_manager: bool | None = None
    shares_people_with_assembly: bool | None = None


@dataclass(frozen=True)
class Facts:
    """All that the rules may know of one cooperation on one day. None, empty text and empty tuple are unknown.

    ``members`` are those on the day. Fields named as in ``LegalProfile`` mean the same.
    """

    name: str
    form: str
    has_proper_name: bool = True
    stage: str = "established"
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    winding_up_from: datetime.date | None = None
    members: tuple[MemberFact, ...] = ()
    #: Whether somebody that took part in its own right has left.
    has_lost_members: bool = False
    members_complete: bool | None = None
    agreement: AgreementFact | None = None
    organs: tuple[OrganFact, ...] = ()
    notifications: frozenset[str] = frozenset()
    own_legal_person: bool | None = None
    org_number: str = ""
    registered_form: str = ""
    in_company_register: bool | None = None
    #: Participants in Foretaksregisteret, when they were fetched and nobody has come or gone since; else None.
    registered_participants: tuple[RegisteredParticipant, ...] | None = None
    in_foundation_register: bool | None = None
    public_records_act: bool | None = None
    has_both_sexes_on_board: bool | None = None
    other_iua: tuple[str, ...] | None = None
    legal_basis: str = ""
    special_law: str = ""
    ordered_by_state: bool | None = None
    decision_power: str = ""
    decision_basis: str = ""
    decides_matters_of_principle: bool | None = None
    plan_power: str = ""
    produces_services: bool | None = None
    is_political: bool | None = None
    is_business: bool | None = None
    procurement_assessed: bool | None = None
    complaint_body: str = ""
    has_complaints_board: bool | None = None
    may_borrow: bool | None = None
    loan_ceiling: Decimal | None = None
    loans: Decimal | None = None
    gives_guarantees: bool | None = None
    share_capital: Decimal | None = None
    cost_key: str = ""
    loss_split_deviates: bool | None = None
    auditor: str = ""
    head_office: str = ""
    has_office_municipality: bool | None = None

    def status(self, on: datetime.date) -> str:
        """Return planned, active, winding_up or ended on the day.

        Coarser than ``Cooperation.status_on``: to the law an adopted cooperation is still planned,
        and one that a participant is leaving is active.
        """
        if self.valid_to and self.valid_to < on:
            return "ended"
        if self.stage == "planned" or (self.valid_from and self.valid_from > on):
            return "planned"
        if self.winding_up_from and self.winding_up_from <= on:
            return "winding_up"
        return "active"

    @property
    def participants(self) -> tuple[MemberFact, ...]:
        """Return those that take part in their own right."""
        return tuple(m for m in self.members if m.roles & OWN_RIGHT)
