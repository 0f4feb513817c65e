"""Which events make up the history of a cooperation, and which columns are one fact to its reader?"""

from fractions import Fraction

from django.db.models import Q
from django.utils.translation import gettext as _

from municipalities.history import Composite, Tracked

from ..models import (
    Agreement,
    AssemblyDecision,
    Citation,
    Clause,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    CostPart,
    Decision,
    Document,
    GroupStatement,
    LegalProfile,
    Loan,
    Membership,
    Notice,
    Notification,
    Organ,
    OrganSeat,
    VagueDate,
)
from ..models.shares import format_share
from ..rules import RULES


def _share(numerator: int | None, denominator: int | None) -> str | None:
    return None if numerator is None else format_share(Fraction(numerator, denominator))


def _period() -> tuple[Composite, ...]:
    return (
        Composite(_("fra"), ("valid_from", "valid_from_precision"), VagueDate.of),
        Composite(_("til"), ("valid_to", "valid_to_precision"), VagueDate.of),
    )


def _membership_facts() -> tuple[Composite, ...]:
    return (
        Composite(_("eierandel"), ("ownership_numerator", "ownership_denominator"), _share),
        Composite(_("ansvarsandel"), ("liability_numerator", "liability_denominator"), _share),
        *_period(),
    )


def _describe_citation(citation: Citation) -> str:
    """Name a citation; of a membership with whose it is."""
    return f"{citation} ({citation.membership})" if citation.membership_id else str(citation)


def _describe_clause(clause: Clause) -> str:
    """Name a clause by its place in the law."""
    paragraph = next((rule.paragraph for rule in RULES if rule.id == clause.item), clause.item)
    return f"{paragraph}: {clause.get_status_display()}"


def _describe_seat(seat: OrganSeat) -> str:
    """Name a seat with the organ that it is in."""
    return f"{seat.organisation} ({seat.organ})"


def cooperation_histories(pk: int) -> list[Tracked]:
    """Return the events of a cooperation and of all its rows, also of rows that are gone."""
    ever_members, ever_organs, ever_agreements = (
        model.pgh_event_model.objects.filter(cooperation_id=pk).values("pgh_obj_id")
        for model in (Membership, Organ, Agreement)
    )
    mine = Q(cooperation_id=pk)
    return [
        Tracked(Cooperation, Q(pgh_obj_id=pk), composites=_period()),
        Tracked(Membership, mine, hidden=("cooperation",), composites=_membership_facts()),
        Tracked(CooperationTask, mine, hidden=("cooperation",)),
        Tracked(GroupStatement, mine, hidden=("cooperation",)),
        Tracked(Organ, mine, hidden=("cooperation",)),
        Tracked(OrganSeat, Q(organ_id__in=ever_organs), hidden=("organ",), describe=_describe_seat),
        Tracked(LegalProfile, mine, hidden=("cooperation",)),
        Tracked(Notice, mine, hidden=("cooperation",)),
        Tracked(Notification, mine, hidden=("cooperation",)),
        Tracked(Agreement, mine, hidden=("cooperation",)),
        Tracked(Decision, Q(agreement_id__in=ever_agreements)),
        *_of_agreements(Q(agreement_id__in=ever_agreements)),
        Tracked(Clause, Q(agreement_id__in=ever_agreements), hidden=("item",), describe=_describe_clause),
        Tracked(CooperationRelation, Q(predecessor_id=pk) | Q(successor_id=pk)),
        Tracked(
            Citation,
            mine | Q(membership_id__in=ever_members),
            hidden=("cooperation", "membership"),
            describe=_describe_citation,
        ),
    ]


def _of_agreements(mine: Q) -> list[Tracked]:
    return [Tracked(model, mine) for model in (AssemblyDecision, CostPart, Loan, Document)]


def membership_histories(pk: int) -> list[Tracked]:
    """Return the events of a membership and of its citations."""
    return [
        Tracked(Membership, Q(pgh_obj_id=pk), composites=_membership_facts()),
        Tracked(Citation, Q(membership_id=pk), hidden=("cooperation", "membership")),
    ]


def agreement_histories(pk: int) -> list[Tracked]:
    """Return the events of an agreement, its decisions and its clauses."""
    mine = Q(agreement_id=pk)
    return [
        Tracked(Agreement, Q(pgh_obj_id=pk)),
        Tracked(Decision, mine, hidden=("agreement",)),
        *_of_agreements(mine),
        Tracked(Clause, mine, hidden=("agreement", "item"), describe=_describe_clause),
    ]


def organ_histories(pk: int) -> list[Tracked]:
    """Return the events of an organ and of its seats."""
    return [
        Tracked(Organ, Q(pgh_obj_id=pk)),
        Tracked(OrganSeat, Q(organ_id=pk), hidden=("organ",), describe=_describe_seat),
    ]
