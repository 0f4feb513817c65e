"""Which sheets and columns do the lists have that guide through the register: counties, tasks, forms and sources?"""

import datetime

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from municipalities.models import County, MunicipalityNumber

from ..insight.comparison import COMPARISONS
from ..models import Cooperation, CooperationTask, Form, Source, Task
from ..models.forms import FORM_EXPLANATIONS
from .register_sheets import Address
from .spreadsheets import Column, Link, Sheet

_SOURCE_FIELDS = {
    "title": 60, "authors": 30, "publisher": 25, "published": 12, "as_of": 12, "used_for": 40, "licence": 20,
    "credit": 40, "url": 50,
}  # fmt: skip


def county_sheet(counties: QuerySet[County], on: datetime.date, address: Address) -> Sheet:
    """Return counties, also former ones, with the municipalities of each on a day and what became of it."""
    columns = [
        Column(_("Fylkesnummer"), 12), Column(_("Navn"), 25), Column(_("Offisielt navn"), 35),
        Column(_("Finnes fra"), 12), Column(_("Finnes til"), 12), Column(_("Kommuner"), 12),
        Column(_("Videreført i"), 30), Column(_("Adresse"), 60),
    ]  # fmt: skip
    within = MunicipalityNumber.objects.valid_on(on).order_by().values_list("county")
    sizes = dict(within.annotate(Count("municipality", distinct=True)))
    rows = [
        [
            one.number, one.name, one.official_name, one.valid_from, one.valid_to, sizes.get(one.pk, 0),
            ", ".join(map(str, one.successors.all())), Link(address(one)),
        ]
        for one in counties.prefetch_related("successors")
    ]  # fmt: skip
    return Sheet(_("Fylker"), columns, rows)


def task_sheet(cooperations: QuerySet[Cooperation], address: Address) -> Sheet:
    """Return sectors and tasks with how many of ``cooperations`` are about each; one counts once in a sector."""
    columns = [
        Column(_("Sektor"), 30), Column(_("Oppgave"), 40), Column(_("Kode"), 25), Column(_("Antall samarbeid"), 12),
        Column(_("Adresse"), 60),
    ]  # fmt: skip
    links = CooperationTask.objects.filter(cooperation__in=cooperations.order_by().values("pk")).order_by()
    distinct = Count("cooperation", distinct=True)
    by_task = dict(links.filter(task__parent__isnull=False).values_list("task").annotate(distinct))
    in_sector = links.annotate(sector=Coalesce(F("task__parent"), F("task"))).values_list("sector")
    counts = by_task | dict(in_sector.annotate(distinct))
    tasks = list(Task.objects.all())
    rows = [
        [sector.name, one.name if one != sector else None, one.code, counts.get(one.pk, 0), Link(address(one))]
        for sector in tasks
        if sector.parent_id is None
        for one in [sector, *(task for task in tasks if task.parent_id == sector.pk)]
    ]
    return Sheet(_("Oppgaver"), columns, rows)


def form_sheet(cooperations: QuerySet[Cooperation]) -> Sheet:
    """Return the forms in plain words, with the law behind each and how many of ``cooperations`` have it."""
    columns = [
        Column(_("Kode"), 12), Column(_("Form"), 40), Column(_("Forklaring"), 80), Column(_("Lov"), 40),
        Column(_("Antall samarbeid"), 12),
    ]  # fmt: skip
    counts = dict(cooperations.order_by().values_list("form").annotate(Count("pk")))
    rows = [[form.value, form.label, *FORM_EXPLANATIONS[form], counts.get(form.value, 0)] for form in Form]
    return Sheet(_("Former"), columns, rows)


def comparison_sheets() -> list[Sheet]:
    """Return the tables that set the forms side by side: a question in each row, a form in each column."""
    return [
        Sheet(
            str(table.title),
            [Column(_("Spørsmål"), 40), *(Column(f"{column.name} ({column.law})", 35) for column in table.columns)],
            [[text, *(answer for _column, answer in answers)] for text, answers in table.rows],
        )
        for table in COMPARISONS
    ]


def source_sheet(sources: QuerySet[Source], address: Address) -> Sheet:
    """Return sources with licence and credit."""
    columns = [
        Column(capfirst(str(Source._meta.get_field(name).verbose_name)), width)
        for name, width in _SOURCE_FIELDS.items()
    ]
    rows = [[*(getattr(one, name) for name in _SOURCE_FIELDS), Link(address(one))] for one in sources]
    return Sheet(_("Kilder"), [*columns, Column(_("Adresse"), 60)], rows)
