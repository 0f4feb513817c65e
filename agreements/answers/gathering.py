"""How are the facts of many cooperations fetched at once, with least work for each row?

As ``with_answer()`` does, but without the manager and the query that Django makes for each list of each object only to
hold what has been fetched already: half of the time that documents took. What is forgotten here is fetched by Django
when it is asked for, so that the answer stays right.
"""

from collections.abc import Sequence

from django.db.models import Model, Prefetch, QuerySet, prefetch_related_objects

from municipalities.models import Organisation

from ..models import (
    Agreement,
    Citation,
    Cooperation,
    CooperationRelation,
    CooperationTask,
    Decision,
    Document,
    GroupStatement,
    Membership,
    Notice,
    Organ,
)

#: What belongs to the organisations, of which many cooperations share few.
_OF_BODIES = (
    "memberships__organisation__municipality__numbers__county",
    "memberships__organisation__governed_counties",
    "memberships__organisation__names",
    "notices__organisation__municipality__numbers__county",
    "notices__organisation__governed_counties",
    "body__municipality__numbers",
    "body__governed_counties",
    "responsible__municipality__numbers",
    "responsible__governed_counties",
)


class _Rows(list):
    """Rows in the place of a fetched query: all that is asked of it is to be gone through."""

    def all(self) -> "_Rows":
        """Return the rows, as a manager does."""
        return self


def gathered(ids: Sequence[int]) -> list[Cooperation]:
    """Return the public ones of the cooperations, with all that their documents, headings and words are made from."""
    public = Cooperation.objects.public()
    found = list(public.filter(pk__in=ids).select_related("umbrella", "responsible", "body").order_by("pk"))
    if not found:
        return []
    members = _lay(found, "memberships", Membership.objects.select_related("group"))
    agreements = _lay(found, "agreements", Agreement.objects.all())
    cited = Citation.objects.select_related("source")
    _lay(members, "citations", cited)
    _lay(agreements, "decisions", Decision.objects.all())
    _lay(found, "citations", cited)
    _lay(found, "task_links", CooperationTask.objects.select_related("task__parent"))
    _lay(found, "notices", Notice.objects.all())
    _lay(found, "organs", Organ.objects.all())
    _lay(found, "group_statements", GroupStatement.objects.select_related("county"))
    _lay(found, "parts", public)
    links = CooperationRelation.objects
    _lay(found, "predecessor_links", links.filter(predecessor__in=public).select_related("predecessor"))
    _lay(found, "successor_links", links.filter(successor__in=public).select_related("successor"))
    bodies = Organisation.objects.select_related("municipality")
    prefetch_related_objects(
        found,
        Prefetch("memberships__organisation", bodies),
        Prefetch("notices__organisation", bodies),
        Prefetch("agreements__documents", Document.objects.public(), to_attr="public_documents"),
        *_OF_BODIES,
    )
    return found


def _lay(things: Sequence[Model], name: str, rows: QuerySet) -> list[Model]:
    """Fetch the rows that belong to things under a name, and lay them there as if they had been prefetched."""
    if not things:
        return []
    field = type(things[0])._meta.get_field(name).field
    by_key = {thing.pk: thing for thing in things}
    lists = {key: _Rows() for key in by_key}
    fetched = list(rows.filter(**{f"{field.name}__in": list(by_key)}))
    for row in fetched:
        key = getattr(row, field.attname)
        setattr(row, field.name, by_key[key])
        lists[key].append(row)
    for key, thing in by_key.items():
        thing.__dict__.setdefault("_prefetched_objects_cache", {})[name] = lists[key]
    return fetched
