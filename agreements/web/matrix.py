"""How does a reader choose a region for the matrix, and read it?"""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from municipalities.models import Organisation

from ..insight.matrix import Line, cooperations_of, groups, lines
from ..models import Cooperation, Form, Role
from .choices import RegionForm, counties_on
from .map import ROLE_LETTERS
from .page import page

PAGE_SIZE = 100


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

    @property
    def least(self) -> int:
        """Return how many of the region must take part."""
        return (self.cleaned_data.get("minst") if self.is_valid() else None) or 1


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
        "query": _query(request),
    }
    if region:
        found = cooperations_of(region, form.day, least=form.least)
        at = Paginator(found, PAGE_SIZE).get_page(form.cleaned_data.get("side") or 1)
        shown = lines(list(at), region, form.day)
        context |= {
            "page": at,
            "groups": [(group.task, [Row(line, region) for line in group.lines]) for group in groups(shown)],
            "column_count": len(region) + 2,
            "legend": _legend(shown),
        }
    return render(request, "agreements/matrix.html", context, status=form.status)


def _query(request: HttpRequest) -> str:
    """Return the question without the page, for links to the files."""
    query = request.GET.copy()
    query.pop("side", None)
    return query.urlencode()


def _legend(shown: list[Line]) -> list[tuple[Role, str]]:
    used = {role for line in shown for roles in line.cells for role in roles}
    return [(role, letter) for role, letter in ROLE_LETTERS.items() if role in used]
