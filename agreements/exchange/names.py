"""Which organisation does a name in a source mean, on the day that the source describes?"""

import datetime
import difflib
import re
from collections import defaultdict

from municipalities.models import Organisation, OrganisationName

_Period = tuple[datetime.date | None, datetime.date | None]

#: Letters that are written without their marks when the keyboard lacks them; æ ø å are letters of their own.
_ACCENTED = str.maketrans("áàâãäčçđðéèêëíìîïńñŋóòôõöšśŧúùûüýž", "aaaaæccddeeeeiiiinnnooooøsstuuuuyz")


class NameIndex:
    """All names of all organisations, to be asked by name and day.

    A municipality is found by each of its names, also one part of «Gáivuotna - Kåfjord - Kaivuono».
    Homonyms are told apart by the number behind the name: «Våler (3018)», «Buskerud fylkeskommune (06)».
    """

    def __init__(self) -> None:
        self._by_name: dict[str, set[Organisation]] = defaultdict(set)
        self._periods: dict[tuple[str, int], set[_Period]] = defaultdict(set)
        self._numbers: dict[int, set[str]] = defaultdict(set)
        self._holders: dict[str, set[tuple[Organisation, _Period]]] = defaultdict(set)
        self._counties: dict[int, set[str]] = defaultdict(set)
        self._loosely: dict[str, set[str]] = defaultdict(set)
        organisations = Organisation.objects.prefetch_related("municipality__numbers__county", "governed_counties")
        by_pk = {o.pk: o for o in organisations}
        for body in by_pk.values():
            # The present name of a municipality stands among its dated names; it must not count as timeless.
            self.add(body.name, body, (body.valid_from, body.valid_to))
            if body.org_number:
                self._holders[body.org_number].add((body, (body.valid_from, body.valid_to)))
            if body.kind == Organisation.Kind.MUNICIPALITY:
                for number in body.municipality.numbers.all():
                    self._numbers[body.pk].add(number.number)
                    self._counties[body.pk].add(_fold(number.county.name))
                    self._holders[number.number].add((body, (number.valid_from, number.valid_to)))
            self._numbers[body.pk] |= {c.number for c in body.governed_counties.all()}
        for name in OrganisationName.objects.all():
            for part in {name.name, *name.name.split(" - ")}:
                self.add(part, by_pk[name.organisation_id], (name.valid_from, name.valid_to))

    def add(self, name: str, body: Organisation, period: _Period = (None, None)) -> None:
        """Let ``name`` mean ``body`` too, in a period of its own."""
        self._by_name[_fold(name)].add(body)
        self._periods[_fold(name), body.pk].add(period)
        self._loosely[_loose(name)].add(_fold(name))

    def find(self, text: str, day: datetime.date) -> Organisation:
        """Return the one organisation that ``text`` means on ``day``.

        Who has the name on the day goes before who had it once, and a body that exists before one
        that does not; the others are found when the name can mean no other.
        Raises ``LookupError`` with a message when there is none, or more than one.
        """
        match = re.fullmatch(r"(.+) \((\d{2}|\d{4})\)", text)
        name, number = (match[1], match[2]) if match else (text, None)
        alive = self.candidates(name, day, number=number)
        if len(alive) == 1:
            return next(iter(alive))
        if not alive:
            raise LookupError(f"no organisation is called «{text}»")
        known = ", ".join(sorted(f"{c.name} ({'/'.join(sorted(self._numbers[c.pk]))})" for c in alive))
        raise LookupError(f"«{text}» can mean more than one: {known}; write the number behind the name")

    def candidates(
        self, name: str, day: datetime.date, *, number: str | None = None, county: str | None = None
    ) -> set[Organisation]:
        """Return all that ``name`` can mean on ``day``, narrowed by a number or the name of a county."""
        found = self._by_name.get(_fold(name), set())
        if number:
            found = {c for c in found if number in self._numbers[c.pk]}
        if county:
            found = {c for c in found if _fold(county) in self._counties[c.pk]}
        alive = {c for c in found if holds((c.valid_from, c.valid_to), day)} or found
        return {c for c in alive if any(holds(p, day) for p in self._periods[_fold(name), c.pk])} or alive

    def holders(self, number: str, day: datetime.date) -> set[Organisation]:
        """Return who has a municipality number or organisation number on ``day``, else who had it once."""
        known = self._holders.get(number, set())
        return {body for body, period in known if holds(period, day)} or {body for body, _period in known}

    def same_letters(self, text: str) -> list[str]:
        """Return the names with the same letters: «Nord Aurdal» is Nord-Aurdal, «Gaivuotna» is Gáivuotna."""
        return sorted(self._loosely.get(_loose(text), set()))

    def alike(self, text: str, day: datetime.date, most: int = 5) -> list[Organisation]:
        """Return those whose name on ``day`` is nearly what is written, the likest first."""
        found: dict[int, Organisation] = {}
        for near in difflib.get_close_matches(_loose(text), self._loosely, n=most, cutoff=0.75):
            for name in sorted(self._loosely[near]):
                for body in sorted(self.candidates(name, day), key=lambda o: o.pk):
                    if holds((body.valid_from, body.valid_to), day):
                        found.setdefault(body.pk, body)
        return list(found.values())[:most]


def _fold(name: str) -> str:
    return " ".join(name.replace("–", "-").casefold().split())


def _loose(name: str) -> str:
    """Keep only the letters, as a keyboard without Sámi letters writes them; aa is å."""
    return re.sub(r"[\W_]", "", _fold(name).replace("&", " og ").translate(_ACCENTED)).replace("aa", "å")


def holds(period: _Period, day: datetime.date) -> bool:
    """Tell whether a period, open where it is None, holds on ``day``."""
    return (period[0] is None or period[0] <= day) and (period[1] is None or day <= period[1])
