"""How would the list be written with Django Ninja?  With schemas over the models, and what they show prefetched."""

import datetime

from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.urls import path
from ninja import NinjaAPI, Schema

from agreements.models import Cooperation, CooperationTask, Membership
from municipalities.querysets import valid_on

api = NinjaAPI(docs_url=None, openapi_url=None)


class OrganisationOut(Schema):
    """A member."""

    id: int
    slug: str
    name: str
    kind: str


class MembershipOut(Schema):
    """A membership."""

    id: int
    organisation: OrganisationOut
    role: str
    ownership_numerator: int | None
    ownership_denominator: int | None
    valid_from: datetime.date | None
    valid_to: datetime.date | None


class TaskOut(Schema):
    """A task."""

    code: str
    name_nb: str


class CooperationOut(Schema):
    """A cooperation with its members and tasks."""

    id: int
    slug: str
    name: str
    form: str
    purpose: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    memberships: list[MembershipOut]
    tasks: list[TaskOut]

    @staticmethod
    def resolve_tasks(found: Cooperation):
        """Return the tasks that are prefetched."""
        return [link.task for link in found.task_links.all()]


class Page(Schema):
    """A page of the list."""

    results: list[CooperationOut]


def _rows():
    return Cooperation.objects.public().prefetch_related(
        Prefetch("memberships", Membership.objects.select_related("organisation")),
        Prefetch("task_links", CooperationTask.objects.select_related("task")),
    )


@api.get("/cooperations/", response=Page)
def cooperations(
    request,
    form: str = "",
    municipality: str = "",
    q: str = "",
    on: datetime.date = datetime.date(2026, 1, 1),
    offset: int = 0,
):
    """Return fifty cooperations that are valid on a day."""
    rows = _rows().filter(valid_on(on))
    if form:
        rows = rows.filter(form=form)
    if municipality:
        rows = rows.filter(memberships__organisation__municipality__numbers__number=municipality).distinct()
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(purpose__icontains=q))
    return {"results": rows.order_by("sort_key", "pk")[offset : offset + 50]}


@api.get("/cooperations/{slug}/", response=CooperationOut)
def cooperation(request, slug: str):
    """Return one cooperation."""
    return get_object_or_404(_rows(), slug=slug)


urlpatterns = [path("api/v1/", api.urls)]
