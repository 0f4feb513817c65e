"""How would the list be written with plain DRF and django-filter?  Nested model serializers, members prefetched."""

import datetime

import django_filters
from django.db.models import Prefetch, Q
from django.urls import include, path
from rest_framework import pagination, routers, serializers, viewsets

from agreements.models import Cooperation, CooperationTask, Membership, Task
from municipalities.models import Organisation
from municipalities.querysets import valid_on


class OrganisationOut(serializers.ModelSerializer):
    """A member."""

    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "kind"]


class MembershipOut(serializers.ModelSerializer):
    """A membership."""

    organisation = OrganisationOut()

    class Meta:
        model = Membership
        fields = [
            "id",
            "organisation",
            "role",
            "ownership_numerator",
            "ownership_denominator",
            "valid_from",
            "valid_to",
        ]


class TaskOut(serializers.ModelSerializer):
    """A task."""

    class Meta:
        model = Task
        fields = ["code", "name_nb"]


class LinkOut(serializers.ModelSerializer):
    """A task of a cooperation."""

    task = TaskOut()

    class Meta:
        model = CooperationTask
        fields = ["task"]


class CooperationOut(serializers.ModelSerializer):
    """A cooperation with its members and tasks."""

    memberships = MembershipOut(many=True)
    task_links = LinkOut(many=True)

    class Meta:
        model = Cooperation
        fields = ["id", "slug", "name", "form", "purpose", "valid_from", "valid_to", "memberships", "task_links"]


class Filters(django_filters.FilterSet):
    """The filters that are measured."""

    municipality = django_filters.CharFilter(
        field_name="memberships__organisation__municipality__numbers__number", distinct=True
    )
    q = django_filters.CharFilter(method="by_words")
    on = django_filters.DateFilter(method="by_day")

    class Meta:
        model = Cooperation
        fields = ["form"]

    def by_words(self, rows, name, value):
        """Keep those with the text in name or purpose."""
        return rows.filter(Q(name__icontains=value) | Q(purpose__icontains=value))

    def by_day(self, rows, name, value):
        """Leave the day to the view, which has one anyway."""
        return rows


class Pages(pagination.LimitOffsetPagination):
    """Fifty, by offset, and not counted."""

    default_limit = 50

    def get_count(self, queryset):
        """Count nothing."""
        return 10**9


class Cooperations(viewsets.ReadOnlyModelViewSet):
    """The list and one of it."""

    serializer_class = CooperationOut
    filterset_class = Filters
    filter_backends = [django_filters.rest_framework.DjangoFilterBackend]
    pagination_class = Pages
    lookup_field = "slug"
    authentication_classes: list = []
    throttle_classes: list = []

    def get_queryset(self):
        """Return what is valid on the day."""
        day = datetime.date.fromisoformat(self.request.GET.get("on", "2026-01-01"))
        rows = Cooperation.objects.public().prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("organisation")),
            Prefetch("task_links", CooperationTask.objects.select_related("task")),
        )
        return (rows.filter(valid_on(day)) if not self.detail else rows).order_by("sort_key", "pk")


router = routers.SimpleRouter()
router.register("cooperations", Cooperations, "cooperation")
urlpatterns = [path("api/v1/", include(router.urls))]
