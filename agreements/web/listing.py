"""Which cooperations does a reader's search find, what narrowed it down, and what would widen it again?"""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from municipalities.models import County, Municipality, Organisation

from ..answers import reading
from ..answers.judging import NOT_JUDGED, NotJudgedError
from ..answers.question import Question
from ..answers.selecting import Hits
from ..answers.words import Search
from ..filters import ANY, CooperationFilter
from ..models import Cooperation, Task
from . import lookup
from .choices import sectors
from .narrowing import Facet, labels, narrowing, value_labels
from .rows import Row, rows

PAGE_SIZE = 50
#: The parameters of the list, in the order in which the active ones are shown.
PARAMETERS = [
    "q", "municipality", "county", "organisation", "task", "form", "role", "status", "size", "crosses_county_border",
    "findings", "confirmed", "source", "on", "ordering",
]  # fmt: skip
SEVERAL = {"form", "task", "role", "status", "size", "findings", "confirmed"}
#: What the form on the page has no field for: it is carried along. Some of it is chosen by the links with counts.
BESIDE = ["form", "role", "status", "size", "crosses_county_border", "findings", "confirmed"]
CARRIED = {"organisation", "source", *BESIDE}
#: The fields that the form folds away.
FOLDED = ["county", "on", "ordering"]
#: The parameter that names the filter of which all choices are shown.
ALL_OF = "alle"


@dataclass
class ActiveFilter:
    """One condition that narrows the list, and the address of the list without it."""

    label: str
    value: str
    without: str


@dataclass
class Option:
    """One choice of a field."""

    value: str
    label: str
    chosen: bool


class Listing:
    """The list of cooperations for one query string: hits, active filters, choices and messages."""

    def __init__(self, query: QueryDict):
        self.query = query.copy()
        for name in list(self.query):
            values = [v.strip() for v in self.query.getlist(name) if v.strip()]
            if not values or name not in [*PARAMETERS, ALL_OF, "page"]:
                del self.query[name]
            else:
                self.query.setlist(name, values if name in SEVERAL else values[-1:])
        self.all_of = self.query.pop(ALL_OF, [""])[0]
        self.page_asked = self.query.pop("page", ["1"])[0]
        self.called = self._municipalities_called()
        self.filter = self._filter(self.query)
        self.is_valid = self.filter.is_valid()
        self.must_wait = False

    def _filter(self, query: QueryDict) -> CooperationFilter:
        """Return the shared FilterSet; a municipality that was written by its name is given by its address name."""
        data = query.copy()
        if len(self.called) == 1 and "municipality" in data:
            data["municipality"] = self.called[0].organisation.slug
        return CooperationFilter(data, Cooperation.objects.public())

    def _municipalities_called(self) -> list[Municipality]:
        text = self.query.get("municipality", "")
        if not text or text.isdecimal() or Municipality.objects.filter(organisation__slug=text).exists():
            return []  # a number or an address name is read by the FilterSet itself
        return lookup.municipalities_called(text, timezone.localdate())

    # Hits

    @property
    def day(self) -> datetime.date:
        """Return the day that the list holds for."""
        return (self.filter.on if self.is_valid else None) or timezone.localdate()

    @property
    def day_asked(self) -> datetime.date | None:
        """Return the day that the reader chose, None for today or all times."""
        return self.filter.on if self.is_valid and self.query.get("on", "").lower() not in ("", ANY) else None

    @cached_property
    def page(self) -> Page | None:
        """Return the page asked for; None when it does not exist or the question cannot be answered."""
        if self.question is None:
            return None
        try:
            return Paginator(Hits(self.question), PAGE_SIZE).page(self.page_asked)
        except InvalidPage:
            return None

    @cached_property
    def question(self) -> Question | None:
        """Return the question that all pages answer; None when it is not understood, or cannot be answered yet."""
        if not self.is_valid:
            return None
        try:
            return Question.of(self.filter, self.search)
        except NotJudgedError:
            # A message at the filter, as for what cannot be understood; the status tells that it is no fault of theirs.
            self.filter.form.add_error("findings", str(NOT_JUDGED))
            self.must_wait = True
            return None

    @property
    def is_answered(self) -> bool:
        """Tell whether the question has an answer, be it an empty list (which as a page would count as false)."""
        return self.page is not None

    @property
    def page_is_missing(self) -> bool:
        """Tell whether the question was right but the page number was not."""
        return self.page is None and self.is_valid and not self.must_wait

    @property
    def status(self) -> int:
        """Return the HTTP status: 400 when what was asked cannot be understood, 503 when it cannot be answered yet."""
        if self.is_answered:
            return 200
        return 503 if self.must_wait else 400

    @property
    def pages(self) -> list[tuple[int | None, str]]:
        """Return the page numbers to choose among, with their addresses; None stands for those left out."""
        numbers = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
        return [(n, self._address({"page": [str(n)]})) if isinstance(n, int) else (None, "") for n in numbers]

    @cached_property
    def rows(self) -> list[Row]:
        """Return the cooperations of the page."""
        return rows(self.page, self.day) if self.is_answered else []

    @cached_property
    def ended_count(self) -> int:
        """Return how many ended cooperations the same question would find, for a list without hits."""
        return self._count({"status": ["ended"]})

    def _count(self, changes: dict[str, list[str]]) -> int:
        query = self.query.copy()
        for name, values in changes.items():
            query.setlist(name, values)
        return reading.count(self._question(query))[0]

    def _question(self, query: QueryDict) -> Question:
        """Return another question than that of the reader, who has asked one that can be answered, with its words."""
        asked = self._filter(query)
        asked.is_valid()
        return Question.of(asked, self.search)

    @cached_property
    def search(self) -> Search:
        """Return what the words of the search mean, which are looked up once."""
        return Search.of(self.filter.form.cleaned_data["q"])

    # Messages

    @property
    def errors(self) -> dict[str, list[str]]:
        """Return what cannot be understood, by parameter; the municipality has a message of its own."""
        return {name: list(found) for name, found in self.filter.form.errors.items() if name != "municipality"}

    @property
    def other_errors(self) -> list[str]:
        """Return what cannot be understood of that which the form has no field for."""
        without = sorted(CARRIED.difference(BESIDE))
        return [f"{self.query[name]}: {message}" for name in without for message in self.errors.get(name, [])]

    @property
    def errors_beside(self) -> list[tuple[str, list[str]]]:
        """Return what cannot be understood of that which is chosen beside the form."""
        return [(name, self.errors[name]) for name in BESIDE if name in self.errors]

    @cached_property
    def municipality_error(self) -> str:
        """Return why the municipality cannot be told, or an empty text."""
        if "municipality" not in self.filter.form.errors:
            return ""
        text = self.query["municipality"]
        if len(self.called) > 1:
            return _("Flere kommuner heter «%(name)s». Velg en av dem:") % {"name": text}
        if self.suggested:
            return _("Vi kjenner ingen kommune som heter «%(name)s». Mente du:") % {"name": text}
        return _("Vi kjenner ingen kommune som heter «%(name)s». Se etter en skrivefeil.") % {"name": text}

    @cached_property
    def suggested(self) -> list[tuple[Municipality, str]]:
        """Return municipalities that may have been meant, with the address of the list for each."""
        if "municipality" not in self.filter.form.errors:
            return []
        found = self.called if len(self.called) > 1 else lookup.municipalities_like(self.query["municipality"])
        return [(m, self._address({"municipality": [m.organisation.slug]})) for m in found]

    # The form

    @cached_property
    def municipalities(self) -> list[Municipality]:
        """Return the municipalities that the list is about: several when one number had several holders."""
        ids = self.filter.form.cleaned_data.get("municipality") if self.filter.form.is_bound else None
        return list(lookup.for_display(Municipality.objects.filter(pk__in=ids))) if ids else []

    @property
    def municipality_text(self) -> str:
        """Return what the municipality field shows: a name that finds the same one again, else what was written."""
        text = self.query.get("municipality", "")
        if len(self.municipalities) != 1 or self.municipalities[0].organisation.valid_to:
            return text
        return lookup.unique_name(self.municipalities[0])

    @cached_property
    def sectors(self) -> list[tuple[Task, list[Task]]]:
        """Return the taxonomy for the choice of a task."""
        return sectors()

    @property
    def task(self) -> str:
        """Return the task that the field shows; further ones are carried along."""
        return self.query.get("task", "")

    @cached_property
    def counties(self) -> list[County]:
        """Return the counties of the day, and the one that was chosen."""
        chosen = self.query.get("county", "")
        return [c for c in County.objects.all() if c.is_valid_on(self.day) or c.number == chosen]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Return what the form has no field for, as hidden fields."""
        found = [(name, value) for name in sorted(CARRIED) for value in self.query.getlist(name)]
        return found + [("task", code) for code in self.query.getlist("task")[:-1]]

    @property
    def orderings(self) -> list[Option]:
        """Return the orders that the list can have."""
        chosen = self.query.get("ordering", "name")
        labels = {
            "name": _("Navn, A–Å"),
            "-name": _("Navn, Å–A"),
            "-valid_from": _("Nyeste først"),
            "valid_from": _("Eldste først"),
            "form": _("Form"),
            "-size": _("Flest deltakere"),
            "size": _("Færrest deltakere"),
            "-changed": _("Sist endret"),
        }
        return [Option(value, label, value == chosen) for value, label in labels.items()]

    @property
    def on_is_a_day(self) -> bool:
        """Tell whether the date field can show what was written; a date picker shows nothing but dates."""
        return "on" not in self.filter.form.errors and self.query.get("on", "").lower() != ANY

    @property
    def narrowed_by(self) -> int:
        """Return how many choices narrow the list beside the words that are searched for."""
        return sum(len(self.query.getlist(name)) for name in PARAMETERS if name not in ("q", "ordering"))

    @property
    def folded_in_use(self) -> int:
        """Return how many fields in the part of the form that is folded away hold a choice."""
        return sum(name in self.query for name in FOLDED)

    @property
    def folded_errors(self) -> bool:
        """Tell whether a message stands in the part that is folded away: then it must be open."""
        return any(name in self.filter.form.errors for name in FOLDED)

    # Active filters

    @property
    def active(self) -> list[ActiveFilter]:
        """Return each condition with the address of the list without it."""
        names = {
            "q": _("Søk"), "organisation": _("Organisasjon"),
            "source": _("Kilde"), "on": _("Gyldig på dato"), **labels(),
        }  # fmt: skip
        return [
            ActiveFilter(
                names[name],
                self._shown(name, value),
                self._address({name: [v for v in self.query.getlist(name) if v != value]}),
            )
            for name in PARAMETERS
            if name != "ordering"
            for value in self.query.getlist(name)
        ]

    def _shown(self, name: str, value: str) -> str:
        """Write a value as the reader knows it; one that cannot be understood as it was written."""
        cleaned = self.filter.form.cleaned_data.get(name) if self.filter.form.is_bound else None
        match name, cleaned:
            case _, None | "":
                return value
            case "municipality", _:
                return " / ".join(str(m) for m in self.municipalities) or value
            case "county" | "organisation" | "source", _:
                return str(cleaned)
            case "task", _:
                return next((task.name for task in cleaned if task.code == value), value)
            case "form" | "role" | "status" | "size" | "crosses_county_border" | "findings" | "confirmed", _:
                return value_labels(name)[value]
            case "on", datetime.date():
                return date_format(cleaned, "DATE_FORMAT")
            case "on", _:
                return _("alle tider")
        return value

    def _address(self, changes: dict[str, list[str]]) -> str:
        query = self.query.copy()
        for name, values in changes.items():
            if values:
                query.setlist(name, values)
            else:
                query.pop(name, None)
        return "?" + query.urlencode()

    # What would narrow it

    @cached_property
    def facets(self) -> list[Facet]:
        """Return the filters with the choices that would leave something; none where nothing can be answered."""
        return narrowing(self) if self.is_answered else []

    def toggled(self, name: str, value: str, *, chosen: bool) -> str:
        """Return the address of the list with a value chosen, or no longer chosen."""
        values = self.query.getlist(name) if name in SEVERAL else []
        kept = [one for one in values if one != value]
        return self._address({name: kept if chosen else [*kept, value]})

    def showing_all(self, name: str) -> str:
        """Return the address of the list with all choices of a filter."""
        return self._address({ALL_OF: [name]})

    @property
    def first_page(self) -> str:
        """Return the address of the list's first page."""
        return self._address({})

    @property
    def with_ended(self) -> str:
        """Return the address of the same list for ended cooperations."""
        return self._address({"status": ["ended"]})

    # Shortcuts

    @cached_property
    def municipality_searched(self) -> list[Municipality]:
        """Return municipalities whose very name was searched for: the reader may want their own pages."""
        if "q" not in self.query or not self.is_valid:
            return []
        return lookup.municipalities_called(self.query["q"], timezone.localdate())

    @property
    def organisation(self) -> Organisation | None:
        """Return the organisation that the list is about."""
        return self.filter.form.cleaned_data.get("organisation") if self.is_valid else None
