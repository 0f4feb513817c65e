"""How does a reader ask who works with whom: for a municipality, a region, a task?"""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..insight import network as networks
from ..insight.presence import about
from ..models import Cooperation, Form, Task
from .choices import RegionForm, counties_on, sectors, task_field
from .circle import ring
from .page import page

#: So many cooperations of each tie are named in the table.
MOST_NAMES = 3


class NetworkForm(RegionForm):
    """A municipality, a region or a task."""

    oppgave = task_field()

    def clean(self) -> dict:
        """Refuse two questions at once."""
        region = any(self.cleaned_data.get(name) for name in ("fylke", "ipr", "kommune"))
        if region and self.cleaned_data.get("oppgave"):
            raise ValidationError(_("Velg enten en oppgave eller en region, ikke begge."))
        return self.cleaned_data

    @property
    def task(self) -> Task | None:
        """Return the task that was chosen."""
        return self.cleaned_data.get("oppgave") if self.is_valid() else None

    @property
    def one(self) -> Organisation | None:
        """Return the municipality that was chosen alone."""
        region = self.region()
        return region[0] if len(region) == 1 else None


def network_of(form: NetworkForm) -> tuple[networks.Network | None, str]:
    """Return the network that the reader asks for, and what it is of; None where nothing was chosen."""
    region = form.region()
    if form.task:
        return networks.of_cooperations(about(form.task), form.day), form.task.name
    if len(region) == 1:
        return networks.of_municipality(region[0], form.day), region[0].name
    return (networks.of_region(region, form.day), form.title()) if region else (None, "")


@page
def network(request: HttpRequest) -> HttpResponse:
    """Show a network as a ring and as a table, or let the reader choose one."""
    form = NetworkForm(request.GET)
    found, title = network_of(form)
    chosen = form.one
    query = {"on": form.asked.isoformat()} if form.asked else {}
    context = {
        "form": form,
        "day": form.day,
        "title": title,
        "task": form.task,
        "chosen": chosen,
        "network": found,
        "ring": ring(found, chosen=chosen, query=query) if found else None,
        "ties": _named(found) if found else [],
        "counties": counties_on(form.day),
        "councils": list(Cooperation.objects.public().valid_on(form.day).filter(form=Form.IPR)),
        "sectors": sectors(),
        "question": request.GET.urlencode(),
    }
    return render(request, "agreements/network.html", context, status=form.status)


def _named(found: networks.Network) -> list[tuple[networks.Tie, list[Cooperation], int]]:
    """Return each tie with the first cooperations behind it, and how many more there are, in one query."""
    shown = {pk for tie in found.ties for pk in tie.cooperations[:MOST_NAMES]}
    bodies = Cooperation.objects.public().only("slug", "name").in_bulk(shown)
    return [
        (tie, [bodies[pk] for pk in tie.cooperations[:MOST_NAMES]], max(tie.weight - MOST_NAMES, 0))
        for tie in found.ties
    ]
