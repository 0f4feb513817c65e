"""What does the operator declare about the pages: how accessible they are, what is stored about readers?"""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .page import page

#: The day on which the pages were last tested against WCAG 2.2 AA, with axe-core and by keyboard (tests/browser).
TESTED_ON = datetime.date(2026, 11, 25)


@dataclass(frozen=True)
class Shortcoming:
    """A place where the pages do not meet a success criterion, and what the reader can do."""

    criterion: str
    what: str | Promise


#: What is known not to hold; the declaration says so plainly.
SHORTCOMINGS = (
    Shortcoming(
        "1.1.1",
        _("Dokumenter som kommunene har lastet opp, kan mangle tekst til bilder. Be om en annen versjon."),
    ),
    Shortcoming(
        "3.1.2",
        _("Navn, formål og merknader står på det språket som kilden har, også når siden ellers er på et annet språk."),
    ),
)


@page
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility declaration, with the fields of the Norwegian template.

    Likestillings- og diskrimineringsloven § 18; forskrift om universell utforming av IKT § 4 c.
    """
    context = {"operator": _operator(), "tested_on": TESTED_ON, "shortcomings": SHORTCOMINGS, "site": settings.SITE_URL}
    return render(request, "agreements/accessibility.html", context)


@page
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell which personal data the register holds, about whom and why (personvernforordningen art. 13)."""
    return render(request, "agreements/privacy.html", {"operator": _operator()})


def _operator() -> dict[str, str]:
    return {
        "name": settings.OPERATOR_NAME,
        "org_number": settings.OPERATOR_ORG_NUMBER,
        "email": settings.OPERATOR_EMAIL,
    }
