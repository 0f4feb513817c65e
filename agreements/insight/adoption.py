"""Who has adopted an agreement, who is missing, and when can it come into force at the earliest?"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from municipalities.models import Organisation

from ..models import Agreement, Cooperation, Decision
from ..models.status import COUNCILS, OWN_RIGHT, WITH_COUNCIL


@dataclass(frozen=True)
class Adoption:
    """How far the adoption of an agreement has come.

    Every participant is in exactly one of ``adopted``, ``missing`` and ``rejected``. ``earliest`` is
    the day of the last adoption once all have adopted, None before that and when a date is unknown.
    """

    adopted: tuple[Organisation, ...] = ()
    missing: tuple[Organisation, ...] = ()
    rejected: tuple[Organisation, ...] = ()
    earliest: datetime.date | None = None
    #: Adoptions of those that are missing by an organ that cannot adopt, or that is not recorded.
    uncounted: tuple[tuple[Organisation, Decision], ...] = ()

    @property
    def total(self) -> int:
        """Return how many must adopt."""
        return len(self.adopted) + len(self.missing) + len(self.rejected)

    @property
    def complete(self) -> bool:
        """Tell whether all have adopted."""
        return bool(self.adopted) and not self.missing and not self.rejected


def participants(cooperation: Cooperation, on: datetime.date) -> list[Organisation]:
    """Return those that take part in their own right on the day, each once, in the order of the members."""
    members = (m for m in cooperation.members_on(on)[0] if m.role in OWN_RIGHT)
    return list({m.organisation_id: m.organisation for m in members}.values())


def adoption(agreement: Agreement, on: datetime.date) -> Adoption:
    """Return who has adopted ``agreement`` by ``on``, read from prefetched rows.

    The participants are those of the day; of an agreement that is over, those of its last day, and
    of one that is still to come, those of its first. Of a municipality or county municipality only
    its council's own decision counts; others adopt in the organ that they have. Of several
    decisions the last one counts, and a postponement decides nothing.
    """
    made: dict[int, list[Decision]] = defaultdict(list)
    for decision in _decisions(agreement, on):
        made[decision.organisation_id].append(decision)
    adopted, missing, rejected, uncounted, dates = [], [], [], [], []
    for organisation in participants(agreement.cooperation, _day_of_members(agreement, on)):
        own = made[organisation.pk]
        counting = [d for d in own if _counts(d, organisation)]
        last = counting[-1] if counting else None
        if last is None:
            missing.append(organisation)
            uncounted += [(organisation, d) for d in own if d.outcome == Decision.Outcome.ADOPTED]
        elif last.outcome == Decision.Outcome.REJECTED:
            rejected.append(organisation)
        else:
            adopted.append(organisation)
            dates.append(last.decided_on)
    complete = bool(adopted) and not missing and not rejected
    earliest = max(dates) if complete and None not in dates else None
    return Adoption(tuple(adopted), tuple(missing), tuple(rejected), earliest, tuple(uncounted))


def _day_of_members(agreement: Agreement, on: datetime.date) -> datetime.date:
    if agreement.valid_to and agreement.valid_to < on:
        return agreement.valid_to
    return max(on, agreement.valid_from) if agreement.valid_from else on


def _decisions(agreement: Agreement, on: datetime.date) -> Iterable[Decision]:
    """Return the decisions on the agreement itself up to the day, undated ones first, then by date."""
    subjects = {Decision.Subject.AGREEMENT}
    if agreement.kind == Agreement.Kind.DELEGATION:
        subjects.add(Decision.Subject.DELEGATION)
    made = [
        d for d in agreement.decisions.all() if d.subject in subjects and (d.decided_on is None or d.decided_on <= on)
    ]
    return sorted(made, key=lambda d: (d.decided_on or datetime.date.min, d.pk))


def _counts(decision: Decision, organisation: Organisation) -> bool:
    if decision.outcome == Decision.Outcome.POSTPONED:
        return False
    return organisation.kind not in WITH_COUNCIL or decision.organ in COUNCILS
