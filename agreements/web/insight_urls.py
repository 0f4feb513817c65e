"""Which address leads to which picture: map, matrix, network, comparison, and the pages of tasks and forms?"""

from django.urls import path
from django.views.generic import RedirectView

from . import compare, kinds, map, matrix, network

urlpatterns = [
    path("oppgaver/<slug:code>/", kinds.task, name="task"),
    path("former/", kinds.form_list, name="form-list"),
    path("former/<slug:code>/", kinds.form, name="form"),
    path("kart/", map.map_page, name="map"),
    path("kart/data.json", map.map_data, name="map-data"),
    path("matrise/", matrix.matrix, name="matrix"),
    *(  # where the files of the matrix were before all pages had files in the same place
        path(
            f"matrise/matrise.{kind}",
            RedirectView.as_view(pattern_name=f"matrix-{kind}", query_string=True, permanent=True),
            name=f"matrix-{kind}-before",
        )
        for kind in ("csv", "xlsx")
    ),
    path("nettverk/", network.network, name="network"),
    path("sammenlign/", compare.compare, name="compare"),
]
