"""What was a municipality on the day that a reader asks about: name, number and county, and who was there before?"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from municipalities.models import MunicipalityNumber, Organisation

#: Municipalities were merged twice at most within the years that the register knows.
_GENERATIONS = 3


@dataclass(frozen=True)
class Then:
    """A municipality on a day: what it was called, the number it had, and where it was another one than now."""

    called: str
    number: MunicipalityNumber | None
    last: MunicipalityNumber | None
    before: list[Organisation] = field(default_factory=list)  # where it was not there yet: who was

    @property
    def differs(self) -> bool:
        """Tell whether number, name or county were others than those it has now, or had at last."""
        if self.number is None or self.last is None:
            return False
        return (self.number.number, self.number.name, self.number.county_id) != (
            self.last.number,
            self.last.name,
            self.last.county_id,
        )


def on_the_day(body: Organisation, numbers: Sequence[MunicipalityNumber], day: datetime.date) -> Then:
    """Return what a municipality was on a day; ``numbers`` are all that it has had, in order.

    An official name in several languages («Trondheim - Tråante») holds the name in daily use, which is then told.
    """
    held = next((n for n in numbers if (n.valid_from or day) <= day <= (n.valid_to or day)), None)
    same = held is None or body.name in held.name.split(" - ")
    before = _before(body, day) if body.valid_from and day < body.valid_from else []
    return Then(body.name if same else held.name, held, numbers[-1] if numbers else None, before)


def _before(body: Organisation, day: datetime.date) -> list[Organisation]:
    """Return those on a day that a later municipality took over after, by name."""
    found: dict[int, Organisation] = {}
    younger = [body]
    for _generation in range(_GENERATIONS):
        older = Organisation.objects.filter(successors__in=younger).distinct()
        younger = []
        for one in older:
            existed = one.valid_from is None or one.valid_from <= day
            (found.setdefault(one.pk, one) if existed else younger.append(one))
        if not younger:
            break
    return sorted(found.values(), key=lambda one: one.sort_key)
