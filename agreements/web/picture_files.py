"""What do map, matrix, network and comparison show, as a file?  At the address of the page with ``data.…`` behind.

Workbook and CSV hold what a reader of the page sees, in her language; the JSON has codes and address names in their
stead. That of the map is GeoJSON (``map.map_data``).
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from municipalities.models import MunicipalityNumber, Organisation
from municipalities.reference import slugify_norwegian

from ..exchange.spreadsheets import Column, Link, Sheet
from ..insight.matrix import cooperations_of, lines
from ..insight.network import Network
from ..models import Cooperation
from .compare import Compared, CompareForm, compared
from .files import handed_out, on_this_site, to_the_page
from .map import MapForm, rows_of
from .matrix import MatrixForm
from .network import NetworkForm, network_of
from .page import page

#: So many cooperations a file of a matrix holds; a region of ordinary size has a few hundred.
MOST_LINES = 10_000


@page
def map_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the table beside the map."""
    form = MapForm(request.GET)
    if not form.is_valid():
        return to_the_page(request, kind)
    numbers = dict(MunicipalityNumber.objects.valid_on(form.day).values_list("municipality", "number"))
    columns = [
        Column(_("Kommunenummer"), 12), Column(_("Kommune"), 25), Column(_("Fylke"), 20), Column(form.heading, 25),
        Column(_("Adresse"), 60),
    ]  # fmt: skip
    address = on_this_site(request)
    rows = [
        [
            numbers.get(row.organisation.pk), row.organisation.name, row.county.name, row.told,
            Link(address(row.organisation)),
        ]
        for row in rows_of(form)
    ]  # fmt: skip
    chosen = [str(one) for one in map(form.chosen, ("oppgave", "samarbeid", "fylke")) if one]
    return handed_out(request, kind, _name("kart", *chosen), form.day, [Sheet(_("Kart"), columns, rows)])


@page
def matrix_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out a whole matrix; back to the page where no region has been chosen."""
    form = MatrixForm(request.GET)
    region = form.region()
    if not region:
        return to_the_page(request, kind)
    found = lines(list(cooperations_of(region, form.day, least=form.least)[:MOST_LINES]), region, form.day)
    if kind == "json":
        told = [
            _brief(line.cooperation)
            | {
                "form": line.cooperation.form,
                "task": line.task.code if line.task else None,
                "inside": line.inside,
                "outsiders": line.outsiders,
                "roles": {one.slug: roles for one, roles in zip(region, line.cells, strict=True) if roles},
            }
            for line in found
        ]
        return JsonResponse({"on": form.day, "municipalities": [_brief(o) for o in region], "cooperations": told})
    columns = [
        Column(_("Sektor"), 22), Column(_("Oppgave"), 22), Column(_("Samarbeid"), 40), Column(_("Form"), 28),
        Column(_("Av regionen er med"), 12), Column(_("Andre som er med"), 12),
        *(Column(_unique_name(one, region), 14) for one in region), Column(_("Adresse"), 50),
    ]  # fmt: skip
    address = on_this_site(request)
    rows = [
        [
            line.sector.name if line.sector else None, line.task.name if line.task else None, line.cooperation.name,
            line.cooperation.get_form_display(), line.inside, line.outsiders,
            *(", ".join(str(role.label) for role in roles) for roles in line.cells), Link(address(line.cooperation)),
        ]
        for line in found
    ]  # fmt: skip
    return handed_out(request, kind, _name("matrise", form.title()), form.day, [Sheet(_("Matrise"), columns, rows)])


@page
def network_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out who of a network shares how many cooperations with whom, and which; back to the page without one."""
    form = NetworkForm(request.GET)
    found, title = network_of(form)
    if found is None:
        return to_the_page(request, kind)
    ids = {pk for tie in found.ties for pk in tie.cooperations}
    bodies = Cooperation.objects.public().only("slug", "name").in_bulk(ids)
    if kind == "json":
        return JsonResponse({"on": form.day} | _network_json(found, bodies))
    columns = [
        Column(_("Kommune"), 25), Column(_("Annen kommune"), 25), Column(_("Felles samarbeid"), 12),
        Column(_("Samarbeid"), 80),
    ]  # fmt: skip
    rows = [
        [tie.one.name, tie.other.name, tie.weight, "; ".join(bodies[pk].name for pk in tie.cooperations)]
        for tie in found.ties
    ]
    return handed_out(request, kind, _name("nettverk", title), form.day, [Sheet(_("Nettverk"), columns, rows)])


@page
def compare_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out what is compared, a row for each cooperation or member; back to the page where nothing is."""
    form = CompareForm(request.GET)
    found = compared(form)
    if not found.sides:
        return to_the_page(request, kind)
    if kind == "json":
        return JsonResponse(_compared_json(found))
    subject = _("Deltaker") if found.of_members else _("Samarbeid")
    columns = [Column(subject, 45), Column(_("Type") if found.of_members else _("Form"), 28)]
    for name in found.names:
        columns += [Column(name, 25), Column(_("%(name)s, eierandel") % {"name": name}, 16)]
    address = on_this_site(request)
    rows = []
    for row in (row for group in found.groups for row in group.rows):
        about = row.subject.get_kind_display() if found.of_members else row.subject.get_form_display()
        cells = [
            value
            for cell in row.cells
            for value in (
                (", ".join(map(str, cell.roles)), cell.share_note if cell.share is None else cell.share)
                if cell
                else (_("ikke med"), None)
            )
        ]
        rows.append([row.subject.name, about, *cells, Link(address(row.subject))])
    facts = [[term, *values] for term, values, _differs in found.facts]
    sheets = [
        Sheet(_("Sammenligning"), [*columns, Column(_("Adresse"), 60)], rows),
        Sheet(_("Fakta"), [Column(_("Opplysning"), 25), *(Column(name, 25) for name in found.names)], facts),
    ]
    return handed_out(request, kind, _name("sammenligning", *found.titles), form.day, sheets)


# Parts of these


def _network_json(found: Network, bodies: dict[int, Cooperation]) -> dict[str, object]:
    return {
        "municipalities": [_brief(one) for one in found.nodes],
        "ties": [
            {
                "municipalities": [tie.one.slug, tie.other.slug],
                "shared": tie.weight,
                "cooperations": [_brief(bodies[pk]) for pk in tie.cooperations],
            }
            for tie in found.ties
        ],
        "municipalities_left_out": found.left_out,
        "ties_left_out": found.ties_left_out,
    }


def _compared_json(found: Compared) -> dict[str, object]:
    return {
        "sides": [{"name": side.title, "on": side.day} for side in found.sides],
        "facts": [{"term": term, "values": values, "differs": differs} for term, values, differs in found.facts],
        "rows": [
            _brief(row.subject)
            | {
                "differs": row.differs,
                "sides": [
                    cell
                    and {
                        "roles": cell.codes,
                        "share": None if cell.share is None else f"{cell.share.numerator}/{cell.share.denominator}",
                        "share_note": cell.share_note,
                    }
                    for cell in row.cells
                ],
            }
            for group in found.groups
            for row in group.rows
        ],
    }


def _brief(one: Cooperation | Organisation) -> dict[str, object]:
    return {"slug": one.slug, "name": one.name}


def _unique_name(one: Organisation, region: Sequence[Organisation]) -> str:
    """Return the name as a heading; with the address name where two of the region are called the same."""
    alike = sum(o.name == one.name for o in region)
    return f"{one.name} ({one.slug})" if alike > 1 else one.name


def _name(page: str, *chosen: str) -> str:
    """Return the name of a file: the page and what was chosen there, in letters that every disk can hold."""
    return slugify_norwegian("-".join([page, *chosen]))[:80].strip("-")
