"""How does a reader choose a region for the matrix, read it, and take it along as a file?"""

import io
import re

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.models import Organisation
from municipalities.reference import slugify_norwegian

from ..exchange import spreadsheets, tables
from ..insight.matrix import Line, cooperations_of, groups, lines
from ..models import Cooperation, Form, Role
from .choices import RegionForm, counties_on, municipality_names
from .map import ROLE_LETTERS
from .page import page

PAGE_SIZE = 100
#: So many cooperations a file holds; a region of ordinary size has a few hundred.
MOST_LINES = 10_000


class MatrixForm(RegionForm):
    """The region, and how many of it must take part for a cooperation to be a line."""

    minst = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=60,
        error_messages={
            name: gettext_lazy("Skriv et helt tall fra 1 til 60.") for name in ("invalid", "min_value", "max_value")
        },
    )
    side = forms.CharField(required=False)


class Row:
    """A line of the matrix with its cells: whose, the letters and the words of the roles, and what stands out."""

    def __init__(self, line: Line, region: list[Organisation]):
        self.line = line
        self.size = len(region)
        self.cells = [
            (one, ", ".join(ROLE_LETTERS[r] for r in roles), ", ".join(str(r.label) for r in roles), _kind(roles))
            for one, roles in zip(region, line.cells, strict=True)
        ]


def _kind(roles: list[Role]) -> str:
    if not roles:
        return "empty"
    return "host" if roles[0] in (Role.HOST, Role.LEADER, Role.OFFICE, Role.SECRETARIAT) else "member"


@page
def matrix(request: HttpRequest) -> HttpResponse:
    """Show the matrix of a region, or let the reader choose one."""
    form = MatrixForm(request.GET)
    region = form.region()
    context: dict[str, object] = {
        "form": form,
        "day": form.day,
        "region": region,
        "title": form.title(),
        "counties": counties_on(form.day),
        "councils": list(Cooperation.objects.public().valid_on(form.day).filter(form=Form.IPR)),
        "chosen_municipalities": form.cleaned_data.get("kommune", []) if form.is_valid() else [],
        "municipality_names": municipality_names(form.day),
        "query": _query(request),
    }
    if region:
        found = cooperations_of(region, form.day, least=form.cleaned_data.get("minst") or 1)
        at = Paginator(found, PAGE_SIZE).get_page(form.cleaned_data.get("side") or 1)
        shown = lines(list(at), region, form.day)
        context |= {
            "page": at,
            "groups": [(group.task, [Row(line, region) for line in group.lines]) for group in groups(shown)],
            "column_count": len(region) + 2,
            "legend": _legend(shown),
        }
    return render(request, "agreements/matrix.html", context, status=form.status)


@page
def matrix_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer with the whole matrix as a file, «xlsx» or «csv»; back to the page when the question is faulty."""
    form = MatrixForm(request.GET)
    region = form.region()
    if not region:
        return redirect(f"{reverse('matrix')}?{request.GET.urlencode()}")
    found = cooperations_of(region, form.day, least=form.cleaned_data.get("minst") or 1)[:MOST_LINES]
    heading = [_("Sektor"), _("Oppgave"), _("Samarbeid"), _("Form"), _("Av regionen er med"), _("Andre som er med")]
    heading += [_unique_name(o, region) for o in region] + [_("Adresse")]
    rows = [_row(request, line) for line in lines(list(found), region, form.day)]
    name = "-".join(["matrise", _slug(form.title()), form.day.isoformat()])
    if kind == "csv":
        text = io.StringIO(newline="")
        tables.write_csv(text, heading, rows)
        response = HttpResponse(text.getvalue(), content_type=tables.CONTENT_TYPE)
    else:
        widths = [22, 22, 40, 28, 12, 12] + [14] * len(region) + [50]
        columns = [spreadsheets.Column(text, width) for text, width in zip(heading, widths, strict=True)]
        with spreadsheets.workbook([spreadsheets.Sheet(_("Matrise"), columns, rows)]) as book:
            response = HttpResponse(book.read(), content_type=spreadsheets.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _row(request: HttpRequest, line: Line) -> list[object]:
    return [
        line.sector.name if line.sector else "",
        line.task.name if line.task else "",
        line.cooperation.name,
        line.cooperation.get_form_display(),
        line.inside,
        line.outsiders,
        *(", ".join(str(role.label) for role in roles) for roles in line.cells),
        request.build_absolute_uri(line.cooperation.get_absolute_url()),
    ]


def _unique_name(one: Organisation, region: list[Organisation]) -> str:
    """Return the name as a heading; with the address name where two of the region are called the same."""
    alike = sum(o.name == one.name for o in region)
    return f"{one.name} ({one.slug})" if alike > 1 else one.name


def _slug(text: str) -> str:
    return re.sub(r"-+", "-", slugify_norwegian(text))[:60].strip("-") or "region"


def _query(request: HttpRequest) -> str:
    """Return the question without the page, for links to the files."""
    query = request.GET.copy()
    query.pop("side", None)
    return query.urlencode()


def _legend(shown: list[Line]) -> list[tuple[Role, str]]:
    used = {role for line in shown for roles in line.cells for role in roles}
    return [(role, letter) for role, letter in ROLE_LETTERS.items() if role in used]
