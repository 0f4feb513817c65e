"""How do the agreements of a cooperation stand on a day: in force, adopted, complete, and at what cost?"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ..models import Agreement, Cooperation
from .adoption import Adoption, adoption, adoption_line
from .checklist import Completeness, completeness, completeness_line
from .costs import CostTable, costs


@dataclass(frozen=True)
class AgreementRow:
    """An agreement with what follows from its rows; ``older`` is the version that it supersedes."""

    agreement: Agreement
    state: str
    older: Agreement | None
    adoption: Adoption
    adoption_line: str
    completeness: Completeness | None
    costs: CostTable
    loans: Decimal

    @property
    def answered(self) -> bool:
        """Tell whether anybody has gone through the checklist."""
        return bool(self.completeness and (self.completeness.present or self.completeness.missing))

    @property
    def completeness_line(self) -> str:
        """Say how many items of the law the agreement has."""
        return completeness_line(self.completeness) if self.completeness else ""


def agreement_state(agreement: Agreement, superseded: bool, on: datetime.date) -> str:
    """Say in a few words whether the agreement is in force on a day."""
    if agreement.valid_to and agreement.valid_to < on:
        return _("avløst") if superseded else _("utløpt")
    if superseded:
        return _("avløst")
    if agreement.valid_from is None:
        return _("ikke ført når den gjelder fra")
    return _("i kraft") if agreement.valid_from <= on else _("ikke i kraft ennå")


def agreement_rows(cooperation: Cooperation, on: datetime.date) -> list[AgreementRow]:
    """Describe the agreements of a cooperation, read from what ``with_legal_facts`` prefetched."""
    agreements = list(cooperation.agreements.all())
    by_pk = {a.pk: a for a in agreements}
    newer = {a.supersedes_id: a for a in agreements}
    rows = []
    for agreement in agreements:
        agreement.cooperation = cooperation  # with the members that have been fetched already
        # A version that is still to come does not yet replace the one before it.
        follower = newer.get(agreement.pk)
        superseded = follower is not None and not (follower.valid_from and follower.valid_from > on)
        checked = completeness(cooperation.form, {c.item: c.status for c in agreement.clauses.all()}, on)
        found = adoption(agreement, on)
        rows.append(
            AgreementRow(
                agreement,
                agreement_state(agreement, superseded, on),
                by_pk.get(agreement.supersedes_id),
                found,
                adoption_line(found, cooperation.members_complete),
                checked if checked.total else None,
                costs(agreement, on),
                sum((loan.amount for loan in agreement.loans.all() if loan.runs_on(on)), Decimal(0)),
            )
        )
    return rows
