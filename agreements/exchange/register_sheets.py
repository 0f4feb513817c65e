"""Which sheets and columns do cooperations, memberships and organisations have in a workbook?

Rows are fetched in portions, each with a fixed number of queries, so a sheet costs the same few
queries for each thousand rows. Dates of which only the year or month is known are the outermost
day, with the precision in the column behind them.
"""

import datetime
from collections.abc import Callable, Iterator
from fractions import Fraction

from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..models import Agreement, Citation, Cooperation, CooperationTask, DatePrecision, Decision, Membership, Status
from .spreadsheets import Column, Link, Sheet

#: The address of the page of a cooperation or organisation, for the last column.
Address = Callable[[Model], str]

_PORTION = 1000


def cooperation_sheets(cooperations: QuerySet[Cooperation], on: datetime.date, address: Address) -> list[Sheet]:
    """Return the cooperations with their members, agreements and decisions, as they are stored on ``on``."""
    chosen = Cooperation.objects.filter(pk__in=cooperations.order_by().values("pk"))
    return [
        Sheet(
            _("Samarbeid"),
            [
                Column(_("Navn"), 45), Column(_("Kortnavn"), 18), Column(_("Form"), 30), Column(_("Status"), 14),
                Column(_("Fra"), 12), Column(_("Presisjon for fra"), 12), Column(_("Til"), 12),
                Column(_("Presisjon for til"), 12), Column(_("Formål"), 60), Column(_("Oppgaver"), 40),
                Column(_("Oppgitt antall deltakere"), 12), Column(_("Organisasjonsnummer"), 16),
                Column(_("Ansvarlig"), 25), Column(_("Publisering"), 16), Column(_("Sist bekreftet"), 12),
                Column(_("Skal bekreftes innen"), 12), Column(_("Kilder"), 60), Column(_("Adresse"), 60),
            ],
            _cooperations(chosen.with_status_on(on), address),
        ),
        membership_sheet(Membership.objects.filter(cooperation__in=chosen), address),
        Sheet(
            _("Avtaler"),
            [
                Column(_("Samarbeid"), 45), Column(_("Avtale"), 45), Column(_("Type"), 20), Column(_("Signert"), 12),
                Column(_("I kraft fra"), 12), Column(_("I kraft til"), 12), Column(_("Oppsigelsesfrist i måneder"), 14),
                Column(_("Arkivreferanse"), 30),
            ],
            _agreements(Agreement.objects.filter(cooperation__in=chosen)),
        ),
        Sheet(
            _("Vedtak"),
            [
                Column(_("Samarbeid"), 45), Column(_("Avtale"), 45), Column(_("Deltaker"), 25),
                Column(_("Gjelder"), 20), Column(_("Organ"), 20), Column(_("Dato"), 12), Column(_("Saksnummer"), 16),
                Column(_("Utfall"), 12), Column(_("Lenke til saken"), 40),
            ],
            _decisions(Decision.objects.filter(agreement__cooperation__in=chosen)),
        ),
    ]  # fmt: skip


def membership_sheet(memberships: QuerySet[Membership], address: Address) -> Sheet:
    """Return who takes part in what; shares both as the exact fraction and as percent."""
    columns = [
        Column(_("Samarbeid"), 45), Column(_("Form"), 30), Column(_("Deltaker"), 25), Column(_("Nummer"), 12),
        Column(_("Type"), 18), Column(_("Rolle"), 16), Column(_("Eierandel, brøk"), 14),
        Column(_("Eierandel, prosent"), 12), Column(_("Ansvarsandel, brøk"), 14),
        Column(_("Ansvarsandel, prosent"), 12), Column(_("Andel i ord"), 16),
        Column(_("Fra"), 12), Column(_("Presisjon for fra"), 12), Column(_("Til"), 12),
        Column(_("Presisjon for til"), 12), Column(_("Gjelder bare"), 25), Column(_("Merknad"), 40),
        Column(_("Adresse"), 60),
    ]  # fmt: skip
    return Sheet(_("Deltakere"), columns, _memberships(memberships, address))


def organisation_sheet(organisations: QuerySet[Organisation], address: Address) -> Sheet:
    """Return the organisations with their numbers as texts, the zero in front kept."""
    columns = [
        Column(_("Navn"), 40), Column(_("Kortnavn"), 18), Column(_("Type"), 25), Column(_("Organisasjonsnummer"), 16),
        Column(_("Kommunenummer"), 12), Column(_("Land"), 8), Column(_("Finnes fra"), 12), Column(_("Finnes til"), 12),
        Column(_("Merknad"), 40), Column(_("Adresse"), 60),
    ]  # fmt: skip
    return Sheet(_("Organisasjoner"), columns, _organisations(organisations, address))


def _cooperations(rows: QuerySet[Cooperation], address: Address) -> Iterator[list]:
    rows = rows.select_related("responsible", "body", "legal").prefetch_related(
        Prefetch("task_links", CooperationTask.objects.select_related("task")),
        Prefetch("citations", Citation.objects.select_related("source")),
    )
    for row in rows.iterator(_PORTION):
        number = row.legal.org_number if hasattr(row, "legal") else ""
        yield [
            row.name, row.short_name, row.get_form_display(), Status(row.status).label,
            row.valid_from, _precision(row.valid_from, row.valid_from_precision),
            row.valid_to, _precision(row.valid_to, row.valid_to_precision),
            row.purpose, ", ".join(link.task.name for link in row.task_links.all()), row.stated_member_count,
            number or (row.body.org_number if row.body else None), row.responsible, row.get_publication_display(),
            row.confirmed_on, row.due_on, "; ".join(map(str, row.citations.all())), Link(address(row)),
        ]  # fmt: skip


def _memberships(rows: QuerySet[Membership], address: Address) -> Iterator[list]:
    rows = rows.select_related("cooperation", "organisation").prefetch_related("organisation__municipality__numbers")
    for row in rows.order_by("cooperation__sort_key", "cooperation_id", "position", "pk").iterator(_PORTION):
        yield [
            row.cooperation.name, row.cooperation.get_form_display(), row.organisation.name,
            _number(row.organisation), row.organisation.get_kind_display(), row.get_role_display(),
            _fraction(row.ownership_share), row.ownership_share, _fraction(row.liability_share), row.liability_share,
            row.share_note, row.valid_from, _precision(row.valid_from, row.valid_from_precision),
            row.valid_to, _precision(row.valid_to, row.valid_to_precision), row.covers, row.note,
            Link(address(row.cooperation)),
        ]  # fmt: skip


def _agreements(rows: QuerySet[Agreement]) -> Iterator[list]:
    for row in rows.select_related("cooperation").order_by("cooperation__sort_key", "pk").iterator(_PORTION):
        yield [
            row.cooperation.name, row.title, row.get_kind_display(), row.signed_on, row.valid_from, row.valid_to,
            row.notice_months, row.archive_reference,
        ]  # fmt: skip


def _decisions(rows: QuerySet[Decision]) -> Iterator[list]:
    ordered = rows.select_related("agreement__cooperation", "organisation").order_by("agreement_id", "decided_on", "pk")
    for row in ordered.iterator(_PORTION):
        yield [
            row.agreement.cooperation.name, row.agreement.title, row.organisation.name, row.get_subject_display(),
            row.get_organ_display(), row.decided_on, row.case_number, row.get_outcome_display(),
            Link(row.url) if row.url else None,
        ]  # fmt: skip


def _organisations(rows: QuerySet[Organisation], address: Address) -> Iterator[list]:
    for row in rows.prefetch_related("municipality__numbers").iterator(_PORTION):
        yield [
            row.name, row.short_name, row.get_kind_display(), row.org_number, _number(row), row.country,
            row.valid_from, row.valid_to, row.note, Link(address(row)),
        ]  # fmt: skip


def _number(body: Organisation) -> str | None:
    """Return the municipality number that the body has, or had last."""
    number = body.municipality.number_on(datetime.date.max) if hasattr(body, "municipality") else None
    return number.number if number else None


def _precision(date: datetime.date | None, precision: str) -> str | None:
    return DatePrecision(precision).label if date and precision != DatePrecision.DAY else None


def _fraction(share: Fraction | None) -> str | None:
    return None if share is None else f"{share.numerator}/{share.denominator}"
