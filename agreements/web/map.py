"""What does the map of all municipalities show: how many cooperations, who is in one, or white spots?"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from municipalities import boundaries
from municipalities.models import County, MunicipalityNumber, Organisation
from municipalities.models.fields import norwegian_sort_key

from ..insight import presence
from ..insight.participation import role_rank
from ..models import Cooperation, Role, Task
from .choices import cooperation_field, counties_on, county_field, sectors, task_field
from .page import CONTENT_POLICY, DayForm, page
from .tilemap import Mark, count_mark, levels, tile_map

#: A letter for each role, for places without room for the word; the legend explains those in use.
ROLE_LETTERS = {
    Role.HOST: "V", Role.PARTICIPANT: "D", Role.OWNER: "E", Role.LEADER: "L", Role.SECRETARIAT: "S", Role.OFFICE: "K",
    Role.FOUNDER: "St", Role.PARTNER: "P", Role.INITIATOR: "I", Role.ORGANISER: "A", Role.FUNDER: "F",
    Role.CUSTOMER: "Ku", Role.SUPPLIER: "Le", Role.OBSERVER: "O",
}  # fmt: skip


class MapForm(DayForm):
    """What the map shows: all, one county, and of that all cooperations, those about a task, or one of them."""

    fylke = county_field()
    oppgave = task_field()
    samarbeid = cooperation_field()

    def clean(self) -> dict:
        """Refuse two questions at once."""
        if self.cleaned_data.get("oppgave") and self.cleaned_data.get("samarbeid"):
            raise ValidationError(_("Velg enten en oppgave eller et samarbeid, ikke begge."))
        return self.cleaned_data

    def chosen(self, name: str):
        """Return what was chosen in a field, None when nothing or nothing known."""
        return self.cleaned_data.get(name) if self.is_valid() else None

    @property
    def heading(self) -> str:
        """Return what the last column of the table beside the map tells."""
        if self.chosen("oppgave"):
            return _("Ordning")
        return _("Rolle") if self.chosen("samarbeid") else _("Samarbeid")


@dataclass(frozen=True)
class Row:
    """One line of the table beside the map."""

    organisation: Organisation
    county: County
    mark: Mark
    cooperations: list[Cooperation] = field(default_factory=list)

    @property
    def told(self) -> str | int:
        """Return what the last column tells, for a file: the number, the names of the cooperations, or words."""
        if self.mark.kind.startswith("level-"):
            return int(self.mark.text or 0)
        return "; ".join(one.name for one in self.cooperations) or self.mark.words


@dataclass(frozen=True)
class Question:
    """What a map answers: the mark of each municipality, the legend, and which cooperations are behind it."""

    mark: Callable[[int], Mark]
    legend: list[tuple[str, str, str]]  # kind, text in the hexagon, words
    behind: dict[int, list[Cooperation]] = field(default_factory=dict)


def all_cooperations(day: datetime.date) -> Question:
    """Ask how many cooperations each municipality takes part in."""
    counts = presence.counts(day)
    legend = [(kind, "", words) for kind, words in levels(max(counts.values(), default=0))]
    return Question(lambda pk: count_mark(counts.get(pk, 0)), legend)


def one_task(task: Task, day: datetime.date) -> Question:
    """Ask who has an arrangement for a task, and where the white spots are."""
    found = presence.of_a_kind(presence.about(task), day)

    def mark(pk: int) -> Mark:
        ones = found.get(pk, [])
        if not ones:
            return white_spot()
        return Mark("member", str(len(ones)), ", ".join(c.name for c in ones[:3]) + (" …" if len(ones) > 3 else ""))

    legend = [("member", "1", _("er med i så mange samarbeid om oppgaven")), ("white", "", white_spot().words)]
    return Question(mark, legend, found)


def one_cooperation(cooperation: Cooperation, day: datetime.date) -> Question:
    """Ask who is in a cooperation, in which role."""
    roles = presence.roles_in(cooperation, day)
    used = {held[0] for held in roles.values()}
    legend = [(role_mark([r]).kind, ROLE_LETTERS[r], str(r.label)) for r in ROLE_LETTERS if r in used]
    return Question(
        lambda pk: role_mark(roles[pk]) if pk in roles else Mark("white", "", _("ikke med")),
        [*legend, ("white", "", _("ikke med"))],
    )


def white_spot() -> Mark:
    """Return the mark of a municipality that has no arrangement in the register."""
    return Mark("white", "", _("ingen kjent ordning"))


def role_mark(roles: list[Role]) -> Mark:
    """Return the mark of a member; those who answer for the cooperation stand out."""
    strong = roles[0] in (Role.HOST, Role.LEADER, Role.OFFICE, Role.SECRETARIAT)
    letters = ",".join(ROLE_LETTERS[r] for r in roles[:2])
    return Mark("host" if strong else "member", letters, ", ".join(str(r.label) for r in roles))


def _asked(form: MapForm) -> Question:
    """Return the question that the reader asks."""
    if task := form.chosen("oppgave"):
        return one_task(task, form.day)
    if cooperation := form.chosen("samarbeid"):
        return one_cooperation(cooperation, form.day)
    return all_cooperations(form.day)


@page
def map_page(request: HttpRequest) -> HttpResponse:
    """Show all municipalities, or those of a county, as hexagons and as a table of the same facts."""
    form = MapForm(request.GET)
    day = form.day
    task, cooperation, county = (form.chosen(name) for name in ("oppgave", "samarbeid", "fylke"))
    question = _asked(form)
    query = {"on": form.asked.isoformat()} if form.asked else {}
    rows = _rows(question, day, county)
    context = {
        "form": form,
        "day": day,
        "task": task,
        "cooperation": cooperation,
        "county": county,
        "map": tile_map(day, question.mark, county=county, query=query),
        "legend": question.legend,
        "rows": rows,
        "in_count": sum(row.mark.kind not in ("white", "level-0") for row in rows),
        "counties": counties_on(day),
        "sectors": sectors(),
        "question": request.GET.urlencode(),
        "tiles": settings.MAP_TILE_URL,
        "tile_credit": settings.MAP_TILE_CREDIT,
    }
    response = render(request, "agreements/map.html", context, status=form.status)
    if settings.MAP_TILE_ORIGIN:
        response["Content-Security-Policy"] = CONTENT_POLICY.replace(
            "img-src 'self' data:", f"img-src 'self' data: {settings.MAP_TILE_ORIGIN}"
        )
    return response


@page(also=boundaries.mark)
def map_data(request: HttpRequest) -> HttpResponse:
    """Answer with the same as GeoJSON: the imported borders, else the point; nothing for those that have neither."""
    form = MapForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    question, borders = _asked(form), boundaries.boundaries(form.day)
    held = MunicipalityNumber.objects.valid_on(form.day).select_related("municipality__organisation")
    if county := form.chosen("fylke"):
        held = held.filter(county=county)
    tail = f"?on={form.asked:%Y-%m-%d}" if form.asked else ""
    features = []
    for one in held:
        municipality = one.municipality
        geometry = borders.get(municipality.pk)
        if geometry is None and municipality.longitude is not None and municipality.latitude is not None:
            point = [float(municipality.longitude), float(municipality.latitude)]
            geometry = {"type": "Point", "coordinates": point}
        if geometry:
            mark = question.mark(municipality.pk)
            facts = {
                "name": municipality.organisation.name,
                "url": municipality.get_absolute_url() + tail,
                "kind": mark.kind,
                "words": mark.words,
            }
            features.append({"type": "Feature", "geometry": geometry, "properties": facts})
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def rows_of(form: MapForm) -> list[Row]:
    """Return the table beside the map."""
    return _rows(_asked(form), form.day, form.chosen("fylke"))


def _rows(question: Question, day: datetime.date, county: County | None) -> list[Row]:
    held = MunicipalityNumber.objects.valid_on(day).select_related("municipality__organisation", "county")
    if county:
        held = held.filter(county=county)
    rows = [
        Row(
            n.municipality.organisation,
            n.county,
            question.mark(n.municipality_id),
            question.behind.get(n.municipality_id, []),
        )
        for n in held
    ]
    return sorted(rows, key=lambda r: norwegian_sort_key(r.organisation.name))


def member_map(cooperation: Cooperation, day: datetime.date, asked: datetime.date | None) -> dict[str, object]:
    """Return the map of the members of a cooperation, from the prefetched memberships, and its legend.

    Of a cooperation that has ended, those of its last day are drawn. Nobody is drawn who had ceased to exist.
    """
    day = min(day, cooperation.valid_to) if cooperation.valid_to else day
    roles: dict[int, list[Role]] = {}
    for m in cooperation.members_on(day)[0]:
        if m.organisation.kind == Organisation.Kind.MUNICIPALITY:
            roles.setdefault(m.organisation_id, []).append(Role(m.role))
    roles = {pk: sorted(set(held), key=role_rank) for pk, held in roles.items()}
    used = {held[0] for held in roles.values()}
    drawn = tile_map(
        day,
        lambda pk: role_mark(roles[pk]) if pk in roles else None,
        crop=roles,
        query={"on": asked.isoformat()} if asked else None,
    )
    legend = [(role_mark([r]).kind, letter, str(r.label)) for r, letter in ROLE_LETTERS.items() if r in used]
    return {"map": drawn if roles else None, "legend": [*legend, ("none", "", _("ikke med"))]}
