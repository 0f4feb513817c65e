"""Which cooperations in the register may be the one that somebody is about to register?"""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from ..models import Cooperation, LegalProfile, Membership

#: How alike two names are (pg_trgm, 0 to 1) before the members are looked at, and how alike without them.
ALIKE_WITH_MEMBERS, ALIKE_ALONE = 0.3, 0.55
#: How great a part of all members of the two must be the same.
SHARED_PART = 0.5
#: Nobody reads a longer list than ``MOST``; so many of the likest names are considered.
MOST, CONSIDERED = 8, 200


@dataclass(frozen=True)
class Likeness:
    """A cooperation that may be the same: why, with the number of shared members and of all of its own."""

    cooperation: Cooperation
    same_number: bool
    similarity: float
    shared: int
    members: int

    @property
    def percent(self) -> int:
        """Return how alike the names are in percent."""
        return round(self.similarity * 100)


def likely_duplicates(
    name: str,
    organisations: Collection[int] = (),
    org_number: str = "",
    *,
    among: QuerySet[Cooperation] | None = None,
) -> list[Likeness]:
    """Return the cooperations ``among`` (all) that may be the same as a new one, the likest first, in one query.

    A cooperation is alike when it has the same organisation number, nearly the same name, or a
    similar name and mostly the same members. The same members alone do not count: neighbours
    cooperate about many things.
    """
    rows = Membership.objects.filter(cooperation=OuterRef("pk")).order_by().values("cooperation")
    counted = Count("organisation", distinct=True)
    numbered = Q(pk__isnull=True)
    if org_number:
        profile = LegalProfile.objects.filter(cooperation=OuterRef("pk"), org_number=org_number)
        numbered = Exists(profile) | Q(body__org_number=org_number)
    searched = Cooperation.objects.all() if among is None else among
    found = searched.annotate(
        similarity=Greatest(TrigramSimilarity("name", name), TrigramSimilarity("short_name", name)),
        shared=_count(rows.filter(organisation__in=list(organisations)).annotate(n=counted)),
        member_count=_count(rows.annotate(n=counted)),
    ).filter(numbered | Q(similarity__gte=ALIKE_WITH_MEMBERS))
    alike = []
    for one in found.select_related("legal", "body").order_by("-similarity", "pk")[:CONSIDERED]:
        numbers = {one.legal.org_number if hasattr(one, "legal") else "", one.body.org_number if one.body else ""}
        same_number = bool(org_number) and org_number in numbers
        all_members = len(set(organisations)) + one.member_count - one.shared
        mostly_same = bool(one.shared) and one.shared / all_members >= SHARED_PART
        if same_number or mostly_same or one.similarity >= ALIKE_ALONE:
            alike.append(Likeness(one, same_number, one.similarity, one.shared, one.member_count))
    alike.sort(key=lambda a: (not a.same_number, -a.similarity, a.cooperation.pk))
    return alike[:MOST]


def _count(rows: QuerySet) -> Coalesce:
    return Coalesce(Subquery(rows.values("n"), output_field=IntegerField()), Value(0))
