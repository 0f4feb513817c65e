"""Which facts hold on a day, and which may the public see?"""

import datetime
import functools
import operator

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db import models
from django.db.models import Exists, Func, IntegerField, OuterRef, Prefetch, Q
from django.db.models.functions import Greatest

from municipalities.querysets import ValidityQuerySet, valid_on

#: So many different words of a search are looked for; the rest would only cost time.
MOST_WORDS = 10
#: How alike a misspelt word must be to a word of a name (pg_trgm, 0 to 1): «legevagt» finds «legevakt».
LIKENESS = 0.55


class CooperationQuerySet(ValidityQuerySet):
    """Cooperations in time."""

    def public(self) -> "CooperationQuerySet":
        """Return what the public may see. Every page, API answer and export starts here."""
        return self.filter(publication="published")

    def with_status_on(self, date: datetime.date) -> "CooperationQuerySet":
        """Annotate ``status`` on ``date``, as ``Cooperation.status_on`` tells it."""
        from .models.status import status_case

        return self.annotate(status=status_case(date))

    def with_status_facts(self) -> "CooperationQuerySet":
        """Prefetch what ``status_on`` reads beside the memberships."""
        from .models import Agreement, Notice

        notices = Notice.objects.select_related("organisation__municipality")
        return self.prefetch_related(
            Prefetch("notices", notices.prefetch_related("organisation__municipality__numbers__county")),
            Prefetch("agreements", Agreement.objects.prefetch_related("decisions")),
        )

    def with_details(self) -> "CooperationQuerySet":
        """Prefetch all that a page or an API answer about cooperations shows, in a fixed number of queries."""
        from .models import Membership

        return self._with_details(Membership.objects.select_related("organisation__municipality", "group"))

    def _with_details(self, members: "MembershipQuerySet") -> "CooperationQuerySet":
        from .models import Citation, CooperationRelation, CooperationTask

        members = members.prefetch_related(
            "organisation__municipality__numbers__county",
            "organisation__successors",
            Prefetch("citations", Citation.objects.select_related("source")),
        )
        visible = self.model.objects.public()
        return (
            self.with_status_facts()
            .select_related("umbrella", "responsible", "body")
            .prefetch_related(
                Prefetch("memberships", members),
                Prefetch("task_links", CooperationTask.objects.select_related("task__parent")),
                Prefetch("citations", Citation.objects.select_related("source")),
                Prefetch(
                    "predecessor_links",
                    CooperationRelation.objects.filter(predecessor__in=visible).select_related("predecessor"),
                ),
                Prefetch(
                    "successor_links",
                    CooperationRelation.objects.filter(successor__in=visible).select_related("successor"),
                ),
                "group_statements",
            )
        )

    def with_answer(self) -> "CooperationQuerySet":
        """Prefetch all that the public JSON of cooperations and their place in lists depend on."""
        from municipalities.models import Organisation

        from .models import Document, Membership

        # Many cooperations share few organisations: each is fetched once, not once for each membership.
        bodies = Organisation.objects.select_related("municipality")
        members = Membership.objects.select_related("group").prefetch_related(Prefetch("organisation", bodies))
        return self._with_details(members).prefetch_related(
            Prefetch("agreements__documents", Document.objects.public(), to_attr="public_documents"),
            Prefetch("parts", self.model.objects.public()),
            "organs",
            "group_statements__county",
            "memberships__organisation__governed_counties",
            "notices__organisation__governed_counties",
            "memberships__organisation__names",
            "body__municipality__numbers",
            "body__governed_counties",
            "responsible__municipality__numbers",
            "responsible__governed_counties",
        )

    def matching(self, text: str) -> "CooperationQuerySet":
        """Return the cooperations in which every word of ``text`` is found, forgiving accents and misspelling.

        A word is found in the name, short name, purpose, a task or sector, the name of a member, or a
        document that the public may read; in the names also when it is only alike (pg_trgm). Only the
        first ten different words count.
        """
        from municipalities.models import OrganisationName

        from .models import CooperationTask, Document, Membership

        found = self
        for word in list(dict.fromkeys(text.split()))[:MOST_WORDS]:
            in_task = CooperationTask.objects.filter(cooperation=OuterRef("pk")).filter(
                functools.reduce(
                    operator.or_,
                    (
                        Q(**{f"task__{level}name_{language}__unaccent__icontains": word})
                        for level in ("", "parent__")
                        for language in ("nb", "nn", "en")
                    ),
                )
            )
            named = OrganisationName.objects.filter(name__unaccent__icontains=word).values("organisation")
            in_member = Membership.objects.filter(cooperation=OuterRef("pk")).filter(
                Q(organisation__name__unaccent__icontains=word) | Q(organisation__in=named)
            )
            in_document = Document.objects.public().filter(agreement__cooperation=OuterRef("pk")).saying(word)
            found = found.annotate(
                likeness=Greatest(TrigramWordSimilarity(word, "name"), TrigramWordSimilarity(word, "short_name"))
            ).filter(
                Q(name__unaccent__icontains=word)
                | Q(short_name__unaccent__icontains=word)
                | Q(purpose__unaccent__icontains=word)
                | Q(likeness__gte=LIKENESS)
                | Exists(in_task)
                | Exists(in_member)
                | Exists(in_document)
            )
        return found


def public_organisations() -> models.QuerySet:
    """Return the organisations that the public may see.

    The own body of an unpublished cooperation would give it away by its name; it is shown once a
    public cooperation names it, as a member or as responsible.
    """
    from municipalities.models import Organisation

    from .models import Cooperation, Membership

    public = Cooperation.objects.public()
    return Organisation.objects.filter(
        Q(cooperation__isnull=True)
        | Q(cooperation__in=public)
        | Exists(Membership.objects.public().filter(organisation=OuterRef("pk")))
        | Exists(public.filter(responsible=OuterRef("pk")))
    )


class DocumentQuerySet(models.QuerySet):
    """Files of agreements."""

    def public(self) -> "DocumentQuerySet":
        """Return what the public may read: confirmed, not exempt, not erased, of a published cooperation."""
        return self.filter(
            agreement__cooperation__publication="published",
            confirmed_at__isnull=False,
            access__in=["public", "redacted"],
            erased_at__isnull=True,
        )

    def saying(self, word: str) -> "DocumentQuerySet":
        """Return the documents with a word in any inflection, or one that begins with it.

        Words too common to be indexed, as «om», are taken to be in all of them.
        """
        stem = SearchQuery(word, config="norwegian")
        quoted = word.replace("\\", "\\\\").replace("'", "''")
        beginning = SearchQuery(f"'{quoted}':*", config="simple", search_type="raw")
        said = Q(search=stem) | Q(search=beginning)
        if any(sign.isalnum() for sign in word):
            said |= Q(nodes=0)
        return self.annotate(nodes=Func(stem, function="numnode", output_field=IntegerField())).filter(said)


class MembershipQuerySet(models.QuerySet):
    """Memberships in time."""

    def public(self) -> "MembershipQuerySet":
        """Return the memberships of cooperations that the public may see."""
        return self.filter(cooperation__publication="published")

    def held_on(self, date: datetime.date) -> "MembershipQuerySet":
        """Return the memberships whose own period holds ``date``, whether or not the cooperation is valid then.

        The member must have come into being: an open start does not reach back before a municipality
        was made. A member that has since been dissolved stays until a person has settled who follows
        it (DESIGN: a merger never rewrites an agreement).
        """
        made = Q(organisation__valid_from__isnull=True) | Q(organisation__valid_from__lte=date)
        return self.filter(valid_on(date) & made)

    def valid_on(self, date: datetime.date) -> "MembershipQuerySet":
        """Return the memberships that hold on ``date`` in cooperations that are valid then."""
        return self.held_on(date).filter(valid_on(date, "cooperation__"))
