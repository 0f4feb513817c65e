"""Which organisations does a pasted list of names mean, and what must be asked about it?

«Drammen, Lier og Øvre Eiker» is a list of three; so are three lines, three municipality numbers and
three organisation numbers. What is unclear is never guessed: there are two of Våler, Herøy, Sande
and Os, and a name with a slip of the pen is only proposed. What stands around the names in a report
(«de fem kommunene», «sammen med», «eies av») is passed over; a name within other words is proposed.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from municipalities.models import County, MunicipalityNumber, Organisation
from municipalities.models.fields import normalise_org_number

from .names import NameIndex, holds

#: So much is read at once; Norway has 357 municipalities.
MOST_CHARACTERS, MOST_NAMES = 20_000, 500

#: How a report writes «the five municipalities» in front of their names; «kommunene i Agder» names nobody.
_THE_MUNICIPALITIES = (
    r"(?:(?:de|dei)\s+)?"
    r"(?:(?:(?:to|tre|fire|fem|seks|sju|syv|åtte|ni|ti|elleve|tolv|\d{1,2})\s+)?"
    r"(?:eier|eigar|deltaker|deltakar|medlems|samarbeids)?kommun(?:ene|ane|er|ar)\b(?!\s+i\s)\s*(?::|er\s+)?\s*)?"
)
_SEPARATOR = re.compile(
    r"((?:\s*[,(]\s*|\s+)(?:(?:og|and)\s+)?(?:(?:sammen|saman)\s+med|i\s+tillegg\s+til)\s+" + _THE_MUNICIPALITIES + r"|"
    r"\s*,\s*(?:og\s+|and\s+|samt\s+)?|\s+(?:og|and|samt|&)\s+)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-–—•*·▪◦]+|\(?\d{1,2}[.)])\s+")
_HEADING = re.compile(
    r"^(?:(?:deltak\w*|medlem\w*|eig?ar\w*|eier\w*|part\w*|samarbeidskommun\w*)(?:\s+er)?\s*:\s*)?"
    r"(?:(?:(?:eies|eigd|eid|eiges|eigast)\s+av|samarbeid\s+(?:mellom|med)|mellom)\s+)?" + _THE_MUNICIPALITIES,
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"\s+(?:kommune[rns]?|kommunar|komm?\.|k\.|herad|bykommune|suohkan|gielda|tjïelte|kommuvnna|municipality)$",
    re.IGNORECASE,
)
_ALL_IN = re.compile(r"(?:alle|samtlige|samtlege)\s+(?:kommun\w+)\s+i\s+(.+?)(?:\s+fylke)?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:k-?)?(\d{3,4})(?:\s+([^\d,]+))?|([^\d,]+?)\s*\(?(\d{4})\)?", re.IGNORECASE)
_IN_COUNTY = re.compile(r"(.+?)\s*(?:\((.+)\)|\s(?:i|på)\s(.+))")


class Outcome(StrEnum):
    """What became of a name."""

    FOUND = "found"
    UNCLEAR = "unclear"  # it can mean more than one
    ENDED = "ended"  # what it means did not exist on the day
    MISSPELT = "misspelt"  # nobody is called so, but somebody nearly is, or has a name within the words
    UNKNOWN = "unknown"


_SOMEBODYS_NAME = (Outcome.FOUND, Outcome.UNCLEAR, Outcome.ENDED)


@dataclass(frozen=True)
class Reading:
    """One name of the list. ``candidates`` are whom it may mean; one, when it was found."""

    text: str
    outcome: Outcome
    candidates: tuple[Organisation, ...] = ()

    @property
    def found(self) -> Organisation | None:
        """Return whom the name means, None when somebody must be asked."""
        return self.candidates[0] if self.outcome == Outcome.FOUND else None


def read_names(text: str, day: datetime.date, index: NameIndex | None = None) -> list[Reading]:
    """Read a list of names as they are called on ``day``, in the order of the list.

    Whoever is named twice stands once. Raises ``ValueError`` when there are more names than
    ``MOST_NAMES``, or a longer text than ``MOST_CHARACTERS``.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"more than {MOST_CHARACTERS} characters")
    if not text.strip():
        return []
    reader = _Reader(index or NameIndex(), day)
    readings: dict[object, Reading] = {}
    for piece in re.split(r"[\n\r;\t|]+", text):
        for reading in reader.line(piece):
            readings.setdefault(reading.found or reading.text.casefold(), reading)
            if len(readings) > MOST_NAMES:
                raise ValueError(f"more than {MOST_NAMES} names")
    return list(readings.values())


class _Reader:
    """Reads names on one day."""

    def __init__(self, index: NameIndex, day: datetime.date):
        self.index = index
        self.day = day

    def line(self, line: str) -> Iterator[Reading]:
        """Yield the names of one line; the longest name goes first, so that «Møre og Romsdal» is one."""
        line = _HEADING.sub("", _BULLET.sub("", line.strip()), count=1).strip(" .:\u00a0")
        parts = _SEPARATOR.split(line)  # names at even places, separators between them
        at = 0
        while at < len(parts):
            for end in range(min(len(parts), at + 5), at, -2):
                words = _whole("".join(parts[at:end]))
                reading = self.name(words) if words else None
                # Several parts are one name only when they are somebody's name.
                if end - at == 1 or (reading and reading.outcome in _SOMEBODYS_NAME):
                    break
            if everybody := self.everybody(words):
                yield from everybody
            elif reading and reading.outcome == Outcome.UNKNOWN:
                reading, end = self._over_the_joint(parts, at) or (self._within(words) or reading, end)
                yield reading
            elif reading:
                yield reading
            at = end + 1

    def _over_the_joint(self, parts: list[str], at: int) -> tuple[Reading, int] | None:
        """Return who nearly has two unknown parts as one name, and where it ends: «Evje og Hornes»."""
        if len(parts) < at + 3 or "og" not in parts[at + 1]:
            return None
        joined = self.name(_whole("".join(parts[at : at + 3])))
        alone = self.name(_whole(parts[at + 2]))
        return (joined, at + 3) if joined.outcome == Outcome.MISSPELT and alone.outcome == Outcome.UNKNOWN else None

    def _within(self, words: str) -> Reading | None:
        """Return who is named within the words, the longest name at their end or their beginning."""
        tokens = re.split(r"[\s:()]+", words)
        for length in range(min(len(tokens) - 1, 6), 0, -1):
            for some in (tokens[-length:], tokens[:length]):
                alive = self._judge(words, self._meant(" ".join(some))).candidates
                if alive and some[0][:1].isupper():
                    return Reading(words, Outcome.MISSPELT, alive)
        return None

    def everybody(self, words: str) -> list[Reading]:
        """Return all municipalities of a county for «alle kommuner i Agder», nothing for other words."""
        match = _ALL_IN.fullmatch(words)
        if not match:
            return []
        counties = County.objects.valid_on(self.day).filter(name__iexact=match[1])
        return [Reading(o.name, Outcome.FOUND, (o,)) for c in counties for o in municipalities_of(c, self.day)]

    def name(self, words: str) -> Reading:
        """Return whom one name means."""
        if (number := normalise_org_number(words)).isascii() and number.isdigit() and len(number) == 9:
            return self._judge(words, self.index.holders(number, self.day))
        if match := _NUMBERED.fullmatch(words):
            # Spreadsheets lose the zero in front of 0301.
            holders = self.index.holders((match[1] or match[4]).zfill(4), self.day)
            named = self._meant(match[2] or match[3] or "")
            if holders:
                # «Lier (3301)» says two things: the number is Drammen's.
                return self._judge(words, (holders & named) or (holders | named))
        if candidates := self._meant(words):
            return self._judge(words, candidates)
        near = self.index.alike(_SUFFIX.sub("", words), self.day) or self.index.alike(words, self.day)
        return Reading(words, Outcome.MISSPELT if near else Outcome.UNKNOWN, tuple(near))

    def _meant(self, words: str) -> set[Organisation]:
        return next((candidates for candidates in self._meanings(words) if candidates), set())

    def _meanings(self, words: str) -> Iterator[set[Organisation]]:
        """Yield whom the words can mean, from the strictest reading to the loosest."""
        plain = _SUFFIX.sub("", words)
        spellings = [words, plain, re.sub(r"\s+(?:fylke|fylkesting)$", " fylkeskommune", words, flags=re.IGNORECASE)]
        # «Lier kommune» is the municipality and not a company of that name.
        yield (
            {c for c in self.index.candidates(plain, self.day) if c.kind == "municipality"} if plain != words else set()
        )
        for spelling in spellings:
            yield self.index.candidates(spelling, self.day)
        if match := _IN_COUNTY.fullmatch(words):
            name, county = _SUFFIX.sub("", match[1]), _SUFFIX.sub("", match[2] or match[3])
            yield self.index.candidates(name, self.day, county=re.sub(r"\s+fylke$", "", county))
        for spelling in (words, plain):
            yield {c for name in self.index.same_letters(spelling) for c in self.index.candidates(name, self.day)}

    def _judge(self, words: str, candidates: set[Organisation]) -> Reading:
        """Take the one that exists on the day; ask when there are more, or when it has been dissolved."""
        alive = [c for c in candidates if holds((c.valid_from, c.valid_to), self.day)]
        if len(alive) == 1:
            return Reading(words, Outcome.FOUND, tuple(alive))
        if alive:
            return Reading(words, Outcome.UNCLEAR, tuple(sorted(alive, key=lambda o: (o.sort_key, o.pk))))
        followed: dict[int, Organisation] = {}
        for gone in sorted(candidates, key=lambda o: o.pk):
            for heir in gone.successors.all():
                followed.setdefault(heir.pk, heir)
        gone = {c.pk: c for c in sorted(candidates, key=lambda o: (o.sort_key, o.pk))}
        return Reading(words, Outcome.ENDED if candidates else Outcome.UNKNOWN, tuple((followed | gone).values()))


def _whole(words: str) -> str:
    """Return words without the stops around them, and without half a pair of brackets."""
    words = words.strip(" .\u00a0")
    return words if words.count("(") == words.count(")") else words.strip(" .()")


def municipalities_of(county: County, day: datetime.date) -> list[Organisation]:
    """Return the municipalities of a county on ``day``, sorted as Norwegians do."""
    numbers = MunicipalityNumber.objects.filter(county=county).valid_on(day)
    rows = numbers.select_related("municipality__organisation").order_by("municipality__organisation__sort_key")
    return [number.municipality.organisation for number in rows]
