"""What does each participant pay by the cost key of an agreement, and what is missing to say it?"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from municipalities.models import Organisation, Population

from ..models import Agreement, CostPart, Membership
from .adoption import participants

#: What is left when an amount is shared out is dealt in this unit: one øre.
UNIT = Decimal("0.01")


@dataclass(frozen=True)
class PartResult:
    """What one part of the key comes to for each payer; None where it cannot be said, and then ``problems`` say why."""

    part: CostPart
    amounts: tuple[Decimal | None, ...]
    problems: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal | None:
        """Return what the part comes to in all; None when somebody's amount is not known."""
        return None if None in self.amounts else sum(self.amounts, Decimal(0))


@dataclass(frozen=True)
class Payer:
    """A participant with what it pays of each part; ``total`` is None while a part is not known."""

    organisation: Organisation
    amounts: tuple[Decimal | None, ...]
    persons: int | None = None

    @property
    def total(self) -> Decimal | None:
        """Return what it pays in all."""
        return None if None in self.amounts else sum(self.amounts, Decimal(0))


@dataclass(frozen=True)
class CostTable:
    """The key of an agreement worked out for a day, in kroner a year."""

    parts: tuple[PartResult, ...]
    payers: tuple[Payer, ...]

    @property
    def rows(self) -> list[tuple[Payer, list[tuple[PartResult, Decimal | None]]]]:
        """Return each payer with each part and what she pays of it, as a table shows them."""
        return [(payer, list(zip(self.parts, payer.amounts, strict=True))) for payer in self.payers]

    @property
    def total(self) -> Decimal | None:
        """Return the sum of all that is paid; None while anything is not known."""
        totals = [part.total for part in self.parts]
        return None if None in totals else sum(totals, Decimal(0))

    @property
    def problems(self) -> list[str]:
        """Return what is missing, part by part."""
        return [problem for part in self.parts for problem in part.problems]


def largest_remainder(amount: Decimal, weights: Sequence[Fraction | int]) -> list[Decimal]:
    """Share an amount out by weights, in whole øre, so that the parts sum to the amount exactly.

    Each gets what it is due rounded down; the øre that are left go to those who lost most by that, the
    first of equals first. Raises ``ValueError`` when the weights do not make a whole to share by.
    """
    whole = sum(map(Fraction, weights), Fraction(0))
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("the weights must be above zero in all, and none below it")
    units = Fraction(amount) / Fraction(UNIT)
    due = [units * Fraction(weight) / whole for weight in weights]
    floors = [int(share) for share in due]
    left = int(units) - sum(floors)
    order = sorted(range(len(due)), key=lambda i: (floors[i] - due[i], i))
    for index in order[:left]:
        floors[index] += 1
    return [floor * UNIT for floor in floors]


def costs(agreement: Agreement, on: datetime.date) -> CostTable:
    """Return what each participant of the day pays by the parts of the key that hold on the day."""
    rows = agreement.cooperation.members_on(on)[0]
    payers = participants(agreement.cooperation, on)
    shares = _shares(rows)
    results, persons = [], {}
    for part in agreement.cost_parts.all():
        if part.is_valid_on(on):
            counts = _persons(payers, part.population_on) if part.population_on else {}
            persons |= counts
            results.append(_SHARED_OUT[part.kind](part, payers, counts, shares))
    columns = list(zip(*(result.amounts for result in results), strict=True)) or [()] * len(payers)
    table = [Payer(payer, amounts, persons.get(payer.pk)) for payer, amounts in zip(payers, columns, strict=True)]
    return CostTable(tuple(results), tuple(table))


def _shares(rows: Sequence[Membership]) -> dict[int, Fraction]:
    return {m.organisation_id: m.ownership_share for m in rows if m.ownership_share is not None}


def _persons(payers: Sequence[Organisation], on: datetime.date) -> dict[int, int]:
    """Return the population of each municipality on exactly that day, as far as the register has it."""
    counted = Population.objects.filter(municipality__in=[p.pk for p in payers], date=on)
    return dict(counted.values_list("municipality_id", "persons"))


def _each(part: CostPart, payers, counts, shares) -> PartResult:
    return PartResult(part, tuple(part.amount for _payer in payers))


def _equally(part: CostPart, payers, counts, shares) -> PartResult:
    return PartResult(part, tuple(largest_remainder(part.amount, [1] * len(payers))) if payers else ())


def _per_inhabitant(part: CostPart, payers, counts, shares) -> PartResult:
    amounts = tuple(part.amount * counts[p.pk] if p.pk in counts else None for p in payers)
    return PartResult(part, amounts, _without_population(part, payers, counts))


def _by_population(part: CostPart, payers, counts, shares) -> PartResult:
    problems = _without_population(part, payers, counts)
    if problems or not payers:
        return PartResult(part, (None,) * len(payers), problems)
    return PartResult(part, tuple(largest_remainder(part.amount, [counts[p.pk] for p in payers])))


def _by_share(part: CostPart, payers, counts, shares) -> PartResult:
    unknown = [p for p in payers if p.pk not in shares]
    if unknown or not payers:
        problem = _("%(part)s: eierandelen er ikke ført for %(names)s.")
        problems = (problem % {"part": part, "names": ", ".join(map(str, unknown))},) if unknown else ()
        return PartResult(part, (None,) * len(payers), problems)
    total = sum((shares[p.pk] for p in payers), Fraction(0))
    if total != 1:
        problem = _("%(part)s: eierandelene er til sammen %(total)s, ikke 100 %%.")
        percent = f"{float(total * 100):.4g}".replace(".", ",") + " %"
        return PartResult(part, (None,) * len(payers), (problem % {"part": part, "total": percent},))
    return PartResult(part, tuple(largest_remainder(part.amount, [shares[p.pk] for p in payers])))


def _other(part: CostPart, payers, counts, shares) -> PartResult:
    problem = _("%(part)s kan ikke regnes ut her: %(note)s")
    return PartResult(part, (None,) * len(payers), (problem % {"part": part, "note": part.note},))


def _without_population(part: CostPart, payers, counts) -> tuple[str, ...]:
    unknown = [p for p in payers if p.pk not in counts]
    if not unknown:
        return ()
    problem = _("%(part)s: folketallet %(day)s er ikke ført for %(names)s.")
    names = ", ".join(map(str, unknown))
    return (problem % {"part": part, "day": date_format(part.population_on, "SHORT_DATE_FORMAT"), "names": names},)


_SHARED_OUT: dict[str, Callable[..., PartResult]] = {
    CostPart.Kind.EACH: _each,
    CostPart.Kind.EQUALLY: _equally,
    CostPart.Kind.PER_INHABITANT: _per_inhabitant,
    CostPart.Kind.BY_POPULATION: _by_population,
    CostPart.Kind.BY_SHARE: _by_share,
    CostPart.Kind.OTHER: _other,
}
