"""Which address leads to which public page?"""

from django.urls import path

from . import calendars, data, documents, search, sitemap, statements, views

urlpatterns = [
    path("", views.front, name="front"),
    path("sok/", search.find, name="search"),
    path("sok/forslag/", search.suggest, name="suggest"),
    path("samarbeid/", views.cooperation_list, name="cooperation-list"),
    path("samarbeid/<slug:slug>/", views.cooperation, name="cooperation"),
    path("dokumenter/<int:pk>/", documents.document, name="document"),
    path("kommuner/", views.municipality_list, name="municipality-list"),
    path("kommuner/<slug:slug>/", views.municipality, name="municipality"),
    path("kommuner/<slug:slug>/frister.ics", calendars.municipality_calendar, name="municipality-calendar"),
    path("kalender/<str:token>.ics", calendars.coordinator_calendar, name="coordinator-calendar"),
    path("fylker/", views.county_list, name="county-list"),
    path("fylker/<slug:number>/", views.county, name="county"),
    path("organisasjoner/", views.organisation_list, name="organisation-list"),
    path("organisasjoner/<slug:slug>/", views.organisation, name="organisation"),
    path("oppgaver/", views.task_list, name="task-list"),
    path("kilder/", views.source_list, name="source-list"),
    path("kilder/<slug:key>/", views.source, name="source"),
    path("om/", views.about, name="about"),
    path("tilgjengelighet/", statements.accessibility, name="accessibility"),
    path("personvern/", statements.privacy, name="privacy"),
    path("data/", data.data_page, name="data"),
    path("data/catalog", data.catalog, name="data-catalog"),
    path("data/catalog.<slug:suffix>", data.catalog, name="data-catalog-as"),
    path("data/<path:name>", data.data_file, name="data-file"),
    path("id/<slug:kind>/<int:key>", data.thing, name="thing"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap-index"),
    path("sitemap-<slug:section>.xml", sitemap.section, name="sitemap"),
]
