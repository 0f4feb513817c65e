"""Which events make up the history of a cooperation, and which columns are one fact to its reader?"""

from fractions import Fraction

from django.db.models import Q
from django.utils.translation import gettext as _

from municipalities.history import Composite, Tracked

from ..models import (
    Citation,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    GroupStatement,
    Membership,
    Organ,
    VagueDate,
)
from ..models.shares import format_share


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


def cooperation_histories(pk: int) -> list[Tracked]:
    """Return the events of a cooperation and of all its rows, also of rows that are gone."""
    ever_members = Membership.pgh_event_model.objects.filter(cooperation_id=pk).values("pgh_obj_id")
    mine = Q(cooperation_id=pk)
    return [
        Tracked(Cooperation, Q(pgh_obj_id=pk), composites=_period()),
        Tracked(Membership, mine, hidden=("cooperation",), composites=_membership_facts()),
        Tracked(CooperationTask, mine, hidden=("cooperation",)),
        Tracked(GroupStatement, mine, hidden=("cooperation",)),
        Tracked(Organ, mine, hidden=("cooperation",)),
        Tracked(CooperationRelation, Q(predecessor_id=pk) | Q(successor_id=pk)),
        Tracked(
            Citation,
            mine | Q(membership_id__in=ever_members),
            hidden=("cooperation", "membership"),
            describe=_describe_citation,
        ),
    ]


def membership_histories(pk: int) -> list[Tracked]:
    """Return the events of a membership and of its citations."""
    return [
        Tracked(Membership, Q(pgh_obj_id=pk), composites=_membership_facts()),
        Tracked(Citation, Q(membership_id=pk), hidden=("cooperation", "membership")),
    ]
