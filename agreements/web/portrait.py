"""How is an organisation's page laid out: the tabs, the table behind each, key figures and partner map?"""

import datetime

from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..insight.participation import Participation, Participations
from ..insight.portrait import portrait, with_role
from ..models import Role
from .tilemap import Mark, count_mark, levels, tile_map

#: The map shows the surroundings of so many of the closest partners; a nation-wide network would show the country.
NEAR_PARTNERS = 20
#: The first year of the reference data, thus of the slider.
FIRST_YEAR = 1999
VIEWS = ["", "rolle", "vert", "eier", "tidligere"]
#: The views that show those in which the organisation has a certain role.
OF_ROLE = {"vert": Role.HOST, "eier": Role.OWNER}


def tabs(request: HttpRequest, found: Participations) -> dict[str, object]:
    """Return the tabs with their addresses and numbers, and what the chosen one shows."""
    view = request.GET.get("vis", "")
    view = view if view in VIEWS else ""
    hosted, owned = with_role(found.current, Role.HOST), with_role(found.current, Role.OWNER)
    labels = {
        "": (_("Alle"), len(found.current)),
        "rolle": (_("Etter rolle"), None),
        "vert": (_("Som vert"), len(hosted)),
        "eier": (_("Som eier"), len(owned)),
        "tidligere": (_("Tidligere"), len(found.former)),
    }
    shown = Participations(current={"vert": hosted, "eier": owned}.get(view, found.current))
    return {
        "view": view,
        "role": OF_ROLE.get(view),
        "by_role": view == "rolle",
        "tabs": [(name, label, count, name == view) for name, (label, count) in labels.items()],
        "groups": shown.by_role() if view == "rolle" else shown.by_sector(),
        "owned": sorted(owned, key=_share, reverse=True),
    }


def _share(row: Participation) -> tuple:
    share = row.share.ownership_share if row.share else None
    return (share is not None, share or 0)


def pictures(body: Organisation, found: Participations, day: datetime.date, asked: datetime.date | None) -> dict:
    """Return the key figures of a municipality and the map of those whom it works with."""
    figures = portrait(body, found, day)
    nearest = sorted(figures.shared, key=lambda pk: (-figures.shared[pk], pk))[:NEAR_PARTNERS]

    def mark(pk: int) -> Mark | None:
        if pk == body.pk:
            return Mark("self", "", _("kommunen selv"))
        return count_mark(figures.shared[pk]) if pk in figures.shared else None

    drawn = (
        tile_map(day, mark, crop=[body.pk, *nearest], query={"on": asked.isoformat()} if asked else None)
        if figures.shared
        else None
    )
    legend = [("self", "", body.name)]
    legend += [(kind, "", words) for kind, words in levels(max(figures.shared.values(), default=0))[1:]]
    return {"portrait": figures, "map": drawn, "legend": legend, "years": years(day)}


def years(day: datetime.date) -> dict[str, int]:
    """Return the ends of the slider and where it stands."""
    last = timezone.localdate().year
    return {"first": FIRST_YEAR, "last": last, "now": min(max(day.year, FIRST_YEAR), last)}


def year_chosen(request: HttpRequest) -> HttpResponseRedirect | None:
    """Lead from a year of the slider (``ar``) to the last day of that year; from this year to today.

    What is no year is passed on as the day, so that the page says that it cannot be read.
    """
    if "ar" not in request.GET:
        return None
    query = request.GET.copy()
    year = query.pop("ar")[-1].strip()
    query.pop("on", None)
    if year != str(timezone.localdate().year):
        query["on"] = f"{year}-12-31"
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)
