"""Which address leads to the data of a page as a file?  That of the page, with ``data.csv`` or ``data.xlsx`` behind."""

from django.urls import path

from . import downloads

#: Where each page lies, what makes its file, and the name of its address.
_PAGES = [
    ("samarbeid/", downloads.cooperations, "cooperation-list"),
    ("samarbeid/<slug:slug>/", downloads.cooperation, "cooperation"),
    ("kommuner/", downloads.municipalities, "municipality-list"),
    ("kommuner/<slug:slug>/", downloads.organisation, "municipality"),
    ("organisasjoner/", downloads.organisations, "organisation-list"),
    ("organisasjoner/<slug:slug>/", downloads.organisation, "organisation"),
    ("fylker/<slug:number>/", downloads.county, "county"),
    ("oppgaver/<slug:code>/", downloads.task, "task"),
]

urlpatterns = [
    path(f"{page}data.{kind}", view, {"kind": kind}, name=f"{name}-{kind}")
    for page, view, name in _PAGES
    for kind in downloads.KINDS
]
