"""Which address leads to which picture: map, matrix, network, comparison, and the pages of tasks and forms?"""

from django.urls import path

from . import compare, kinds, map, matrix, network

urlpatterns = [
    path("oppgaver/<slug:code>/", kinds.task, name="task"),
    path("former/", kinds.form_list, name="form-list"),
    path("former/<slug:code>/", kinds.form, name="form"),
    path("kart/", map.map_page, name="map"),
    path("kart/data.json", map.map_data, name="map-data"),
    path("matrise/", matrix.matrix, name="matrix"),
    path("matrise/matrise.csv", matrix.matrix_file, {"kind": "csv"}, name="matrix-csv"),
    path("matrise/matrise.xlsx", matrix.matrix_file, {"kind": "xlsx"}, name="matrix-xlsx"),
    path("nettverk/", network.network, name="network"),
    path("sammenlign/", compare.compare, name="compare"),
]
