"""Which facts hold on a day?  One vocabulary for every table with ``valid_from`` and ``valid_to``."""

import datetime

from django.db import models
from django.db.models import Q


def valid_on(date: datetime.date, prefix: str = "") -> Q:
    """Return the condition that a row holds on ``date``: both ends inclusive, null = open.

    ``prefix`` reaches the row through relations, e.g. ``"organisation__"``.
    """
    return (Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": date})) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": date})
    )


class ValidityQuerySet(models.QuerySet):
    """Rows that hold from ``valid_from`` to ``valid_to``, both days included."""

    def valid_on(self, date: datetime.date) -> "ValidityQuerySet":
        """Return the rows that hold on ``date``."""
        return self.filter(valid_on(date))
