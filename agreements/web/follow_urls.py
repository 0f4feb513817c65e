"""Which address leads to following a thing by e-mail, and to telling of a fault?"""

from django.urls import path

from . import follow, report

urlpatterns = [
    path("folg/", follow.follow, name="follow"),
    path("folg/sendt/", follow.asked, name="follow-asked"),
    path("folg/bekreft/<str:token>/", follow.confirm, name="follow-confirm"),
    path("folg/avslutt/<str:token>/", follow.stop, name="follow-stop"),
    path("meld-feil/", report.report, name="report"),
    path("meld-feil/mottatt/", report.received, name="report-received"),
]
