"""Which address of the API leads where?"""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from agreements.api import changes, facts, figures, viewsets
from agreements.api.errors import ProblemView, UnknownAddress
from agreements.api.schema import ChangelogView, DocsView, SchemaView

app_name = "api"

router = SimpleRouter()
router.register("cooperations", viewsets.CooperationViewSet, "cooperation")
router.register("organisations", viewsets.OrganisationViewSet, "organisation")
router.register("municipalities", viewsets.MunicipalityViewSet, "municipality")
router.register("counties", viewsets.CountyViewSet, "county")
router.register("tasks", viewsets.TaskViewSet, "task")
router.register("sources", viewsets.SourceViewSet, "source")
router.register("memberships", facts.MembershipViewSet, "membership")
router.register("agreements", facts.AgreementViewSet, "agreement")
router.register("decisions", facts.DecisionViewSet, "decision")
router.register("clauses", facts.ClauseViewSet, "clause")
router.register("documents", facts.DocumentViewSet, "document")
router.register("municipality-changes", facts.MunicipalityChangeViewSet, "municipality-change")
router.register("forms", figures.FormViewSet, "form")

urlpatterns = [
    path("", viewsets.Root.as_view(), name="root"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("changelog/", ChangelogView.as_view(), name="changelog"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("changes.atom", changes.ChangesFeed.as_view(), name="changes-feed"),
    path("statistics/", figures.StatisticsView.as_view({"get": "counts"}), name="statistics-list"),
    path("problems/", ProblemView.as_view(), name="problems"),
    path("problems/<str:name>/", ProblemView.as_view(), name="problem"),
    *router.urls,
    # Only with a slash at the end: an address that lacks it is sent on to the one that has it.
    re_path(r"[\s\S]*/$", UnknownAddress.as_view(), name="unknown"),
]
