"""Which public pages are there, for search engines?  Each with its addresses in the other languages."""

from django.contrib.sitemaps import Sitemap, views
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from municipalities.models import County, Municipality, Organisation

from ..models import Cooperation, Source
from ..querysets import public_organisations
from .page import page

#: Pages that are about nothing in particular.
PAGES = ("front", "cooperation-list", "municipality-list", "county-list", "organisation-list", "task-list", "about")


class _InEveryLanguage(Sitemap):
    i18n = True
    alternates = True
    x_default = True
    limit = 5000  # addresses in a file; a file may hold 50,000, and each comes once per language


class Pages(_InEveryLanguage):
    """The pages that are about nothing in particular."""

    def items(self):
        """Return their names."""
        return PAGES

    def location(self, item):
        """Return the address."""
        return reverse(item)


class Cooperations(_InEveryLanguage):
    """The cooperations that the public may see, also those that have ended."""

    def items(self):
        """Return them in an order that stays."""
        return Cooperation.objects.public().only("slug", "confirmed_on").order_by("pk")

    def lastmod(self, item):
        """Return when somebody last went through it; None when nobody has."""
        return item.confirmed_on


class Municipalities(_InEveryLanguage):
    """Municipalities, also former ones."""

    def items(self):
        """Return them in an order that stays."""
        return Municipality.objects.select_related("organisation").order_by("pk")


class Counties(_InEveryLanguage):
    """Counties, also former ones."""

    def items(self):
        """Return them in an order that stays."""
        return County.objects.order_by("pk")


class Organisations(_InEveryLanguage):
    """Other organisations that the public may see."""

    def items(self):
        """Return them in an order that stays."""
        return public_organisations().exclude(kind=Organisation.Kind.MUNICIPALITY).order_by("pk")


class Sources(_InEveryLanguage):
    """What the facts are taken from."""

    def items(self):
        """Return them in an order that stays."""
        return Source.objects.order_by("pk")


SECTIONS = {
    "sider": Pages,
    "samarbeid": Cooperations,
    "kommuner": Municipalities,
    "fylker": Counties,
    "organisasjoner": Organisations,
    "kilder": Sources,
}


@page
def index(request: HttpRequest) -> HttpResponse:
    """List the files of the sitemap."""
    return views.index(request, SECTIONS, sitemap_url_name="sitemap")


@page
def section(request: HttpRequest, section: str) -> HttpResponse:
    """List the addresses of one part of the register."""
    return views.sitemap(request, SECTIONS, section)
