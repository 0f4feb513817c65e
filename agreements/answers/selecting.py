"""Which cooperations does a question select, for pages that are made of the facts themselves?

The filters of a FilterSet ask the facts, word by word and member by member; the headings have the answer ready. So a
page counts and cuts by the headings, and reads the facts of its own rows only.
"""

from collections.abc import Callable

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
    """The cooperations that a question selects, in its order: what a paginator counts and cuts.

    ``with_details`` adds to a queryset what the rows of a page show.
    """

    def __init__(self, question: Question, with_details: Callable[[QuerySet], QuerySet]):
        self._question, self._with_details = question, with_details

    def count(self) -> int:
        """Return how many there are."""
        return reading.count(self._question)[0]

    def __getitem__(self, part: slice) -> list[Cooperation]:
        ids = reading.ids(self._question, part.start or 0, part.stop)
        found = self._with_details(Cooperation.objects.public()).in_bulk(ids)
        # One may have been withdrawn since the ids were read.
        return [found[pk] for pk in ids if pk in found]
