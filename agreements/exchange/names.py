"""Which organisation does a name in a source mean, on the day that the source describes?"""

import datetime
import re
from collections import defaultdict

from municipalities.models import Organisation, OrganisationName

_Period = tuple[datetime.date | None, datetime.date | None]


class NameIndex:
    """All names of all organisations, to be asked by name and day.

    A municipality is found by each of its names, also one part of «Gáivuotna - Kåfjord - Kaivuono».
    Homonyms are told apart by the number behind the name: «Våler (3018)», «Buskerud fylkeskommune (06)».
    """

    def __init__(self) -> None:
        self._by_name: dict[str, set[Organisation]] = defaultdict(set)
        self._periods: dict[tuple[str, int], set[_Period]] = defaultdict(set)
        self._numbers: dict[int, set[str]] = defaultdict(set)
        organisations = Organisation.objects.prefetch_related("municipality__numbers", "governed_counties")
        by_pk = {o.pk: o for o in organisations}
        for body in by_pk.values():
            # The present name of a municipality stands among its dated names; it must not count as timeless.
            self.add(body.name, body, (body.valid_from, body.valid_to))
            if body.kind == Organisation.Kind.MUNICIPALITY:
                self._numbers[body.pk] |= {n.number for n in body.municipality.numbers.all()}
            self._numbers[body.pk] |= {c.number for c in body.governed_counties.all()}
        for name in OrganisationName.objects.all():
            for part in {name.name, *name.name.split(" - ")}:
                self.add(part, by_pk[name.organisation_id], (name.valid_from, name.valid_to))

    def add(self, name: str, body: Organisation, period: _Period = (None, None)) -> None:
        """Let ``name`` mean ``body`` too, in a period of its own."""
        self._by_name[_fold(name)].add(body)
        self._periods[_fold(name), body.pk].add(period)

    def find(self, text: str, day: datetime.date) -> Organisation:
        """Return the one organisation that ``text`` means on ``day``.

        Who has the name on the day goes before who had it once, and a body that exists before one
        that does not; the others are found when the name can mean no other.
        Raises ``LookupError`` with a message when there is none, or more than one.
        """
        match = re.fullmatch(r"(.+) \((\d{2}|\d{4})\)", text)
        name, number = (match[1], match[2]) if match else (text, None)
        candidates = self._by_name.get(_fold(name), set())
        if number:
            candidates = {c for c in candidates if number in self._numbers[c.pk]}
        alive = {c for c in candidates if _holds((c.valid_from, c.valid_to), day)} or candidates
        alive = {c for c in alive if any(_holds(p, day) for p in self._periods[_fold(name), c.pk])} or alive
        if len(alive) == 1:
            return next(iter(alive))
        if not alive:
            raise LookupError(f"no organisation is called «{text}»")
        known = ", ".join(sorted(f"{c.name} ({'/'.join(sorted(self._numbers[c.pk]))})" for c in alive))
        raise LookupError(f"«{text}» can mean more than one: {known}; write the number behind the name")


def _fold(name: str) -> str:
    return " ".join(name.replace("–", "-").casefold().split())


def _holds(period: _Period, day: datetime.date) -> bool:
    return (period[0] is None or period[0] <= day) and (period[1] is None or day <= period[1])
