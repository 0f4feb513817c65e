"""Which address leads to the data of a page as a file?  That of the page, with ``data.csv`` or ``data.xlsx`` behind."""

from django.urls import path

from . import downloads, files, picture_files

#: Where each page lies, what makes its file, and the name of its address.
_PAGES = [
    ("samarbeid/", downloads.cooperations, "cooperation-list"),
    ("samarbeid/<slug:slug>/", downloads.cooperation, "cooperation"),
    ("kommuner/", downloads.municipalities, "municipality-list"),
    ("kommuner/<slug:slug>/", downloads.organisation, "municipality"),
    ("organisasjoner/", downloads.organisations, "organisation-list"),
    ("organisasjoner/<slug:slug>/", downloads.organisation, "organisation"),
    ("fylker/<slug:number>/", downloads.county, "county"),
    ("fylker/", downloads.counties, "county-list"),
    ("oppgaver/", downloads.tasks, "task-list"),
    ("oppgaver/<slug:code>/", downloads.task, "task"),
    ("former/", downloads.forms, "form-list"),
    ("former/<slug:code>/", downloads.form, "form"),
    ("kilder/", downloads.sources, "source-list"),
    ("kilder/<slug:key>/", downloads.source, "source"),
    ("kart/", picture_files.map_file, "map"),
    ("matrise/", picture_files.matrix_file, "matrix"),
    ("nettverk/", picture_files.network_file, "network"),
    ("sammenlign/", picture_files.compare_file, "compare"),
]
#: Pages whose JSON is not the API's, since they set several things together; the map has GeoJSON of its own.
_WITH_JSON = ("matrix", "network", "compare")

urlpatterns = [
    path(f"{page}data.{kind}", view, {"kind": kind}, name=f"{name}-{kind}")
    for page, view, name in _PAGES
    for kind in (*files.KINDS, *(["json"] if name in _WITH_JSON else []))
]
