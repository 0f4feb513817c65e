"""Which cooperations does a question select, for pages that are made of the facts themselves?

The filters of a FilterSet ask the facts, word by word and member by member; the headings have the answer ready. So a
page counts and cuts by the headings, and reads the facts of its own rows only.
"""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from ..models import Cooperation
from . import reading
from .question import Question


def selected(question: Question) -> QuerySet[Cooperation]:
    """Return all cooperations that a question selects, in no order."""
    reading.state()  # what is outdated is made anew first
    query = question.sql()
    chosen = RawSQL(f"SELECT k{len(question.order) - 1} FROM ({query.text}) AS found", query.values)  # noqa: S611
    return Cooperation.objects.public().filter(pk__in=chosen).order_by()


class Hits:
    """The ids of the cooperations that a question selects, in its order: what a paginator counts and cuts."""

    def __init__(self, question: Question):
        self._question = question

    def count(self) -> int:
        """Return how many there are."""
        return reading.count(self._question)[0]

    def __getitem__(self, part: slice) -> list[int]:
        return reading.ids(self._question, part.start or 0, part.stop)
