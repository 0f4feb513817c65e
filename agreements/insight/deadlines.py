"""Which days must those who take part in a cooperation not miss, and on which paragraph or agreement does each rest?

Pure functions ``(facts, first day, last day) → deadlines``; rows are read, none is fetched. Both days
are included. Months are counted as ``months`` says. Only what is known makes a deadline: kommuneloven
chapters 18 and 19 have no period of notice, so an IPR or KO whose agreement is silent has none.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from municipalities.models import Organisation
from municipalities.models.fields import norwegian_sort_key

from ..models import Agreement, Cooperation, Form, Notice
from ..models.status import WITH_COUNCIL
from ..rules.general import COUNCIL_FORMS
from ..rules.old import LAST_DEADLINE
from .months import last_day_for_notice, months_after


class Kind(TextChoices):
    """Kinds of deadline, the gravest first: so are those of one day sorted."""

    CONVERSION = "conversion", gettext_lazy("omdanning av § 27")
    NOTICE = "notice", gettext_lazy("siste dag for oppsigelse")
    LEAVING = "leaving", gettext_lazy("oppsigelse løper ut")
    SPECIAL_NOTICE = "special_notice", gettext_lazy("særskilt oppsigelsesrett")
    EXPIRY = "expiry", gettext_lazy("avtale utløper")
    RENEWAL = "renewal", gettext_lazy("avtale fornyes")
    ENDING = "ending", gettext_lazy("samarbeid avsluttes")
    TRANSFER = "transfer", gettext_lazy("avtale trer i kraft")
    CONFIRMATION = "confirmation", gettext_lazy("opplysninger skal bekreftes")
    OWNERSHIP_REPORT = "ownership_report", gettext_lazy("eierskapsmelding")
    CONTROL_PLAN = "control_plan", gettext_lazy("plan for eierskapskontroll")


#: Of these something remains to be done after the day has passed; the others are then only past.
STAYS_OPEN = frozenset({Kind.CONVERSION, Kind.LEAVING, Kind.EXPIRY, Kind.RENEWAL, Kind.CONFIRMATION})

#: The period of notice where the agreement is silent, and the law that sets it (law.md VK-16, IKS-19, PLAN-04).
#: Kommuneloven chapters 18 and 19 set none; samvirkelova § 22 only sets the longest that the statutes may have.
NOTICE_BY_LAW = {
    Form.VK: (12, "kommuneloven § 20-8"),
    Form.IKS: (12, "IKS-loven § 30"),
    Form.PLAN9: (3, "plan- og bygningsloven § 9-5"),
}
#: Agreements between municipalities and helseforetak, whatever the form (law.md HELSE-03).
HEALTH_NOTICE = (12, "helse- og omsorgstjenesteloven § 6-5")

#: The forms whose members have the special right of notice after a change of boundaries (law.md GEN-09).
WITH_SPECIAL_NOTICE = COUNCIL_FORMS | {Form.PAR27, Form.STATUTORY}

#: Kommuneloven of 2018 asked for the first eierskapsmelding in the term that ended this year.
FIRST_TERM_END = 2023


@dataclass(frozen=True)
class Deadline:
    """A day not to be missed. ``key`` stays the same when the day or the words change."""

    key: str
    kind: Kind
    date: datetime.date
    text: str
    source: str
    concerns: tuple[Organisation, ...]
    cooperation: Cooperation | None = None

    @property
    def subject(self) -> str:
        """Return the name of the cooperation, or of the municipality or county council that it is about."""
        return self.cooperation.name if self.cooperation else self.concerns[0].name

    @property
    def stays_open(self) -> bool:
        """Tell whether something remains to be done after the day."""
        return self.kind in STAYS_OPEN

    def is_overdue(self, on: datetime.date) -> bool:
        """Tell whether the day has passed with something left to do."""
        return self.stays_open and self.date < on


@dataclass(frozen=True)
class Arrangement:
    """A cooperation with the rows that its deadlines follow from, as they are on one day.

    ``changed`` are the members whose boundaries have changed, with the first day of the new ones.
    """

    cooperation: Cooperation
    agreements: tuple[Agreement, ...] = ()
    notices: tuple[Notice, ...] = ()
    parties: tuple[Organisation, ...] = ()
    responsible: Organisation | None = None
    changed: tuple[tuple[Organisation, datetime.date], ...] = ()
    is_health: bool = False

    @property
    def everybody(self) -> tuple[Organisation, ...]:
        """Return those who take part and who is responsible for the facts, each once."""
        found = {o.pk: o for o in (*self.parties, self.responsible) if o is not None}
        return tuple(found.values())


@dataclass(frozen=True)
class Authority:
    """A municipality or county council with the days on which its council adopted an eierskapsmelding."""

    organisation: Organisation
    reports: tuple[datetime.date, ...] = ()


def deadlines(facts: Arrangement, first: datetime.date, last: datetime.date, on: datetime.date) -> list[Deadline]:
    """Return the deadlines of a cooperation from ``first`` to ``last``, as it is known on ``on``.

    One that has ended has none, and none lies after its last day.
    """
    end = facts.cooperation.valid_to
    if end and end < on:
        return []
    found = [
        *_of_agreements(facts),
        *_leaving(facts, on),
        *_ending(facts),
        *_conversion(facts, on),
        *_special_notice(facts),
        *_confirmation(facts),
    ]
    until = min(last, end) if end else last
    return in_order(d for d in found if first <= d.date <= until)


def in_order(found: Iterable[Deadline]) -> list[Deadline]:
    """Sort deadlines by day, of one day the gravest first, of one kind by name."""
    kinds = list(Kind)
    return sorted(found, key=lambda d: (d.date, kinds.index(d.kind), norwegian_sort_key(d.subject), d.key))


# Agreements


def _of_agreements(facts: Arrangement) -> Iterator[Deadline]:
    """Yield when each agreement comes into force, when notice is due, and when it expires or is renewed.

    An agreement that another one follows without a gap neither expires nor is renewed.
    """
    for agreement in facts.agreements:
        if agreement.valid_from:
            yield _transfer(facts, agreement)
        if agreement.valid_to and not _is_followed(agreement, facts.agreements):
            yield from _notice(facts, agreement)
            yield from _end_of_term(facts, agreement)


def _is_followed(agreement: Agreement, others: Iterable[Agreement]) -> bool:
    """Tell whether a later version is in force by the day after the last one; not when its start is unknown."""
    later = next((o for o in others if o.supersedes_id is not None and o.supersedes_id == agreement.pk), None)
    return bool(later and later.valid_from and (later.valid_from - agreement.valid_to).days <= 1)


def _transfer(facts: Arrangement, agreement: Agreement) -> Deadline:
    if facts.cooperation.form == Form.VK:
        text = _("Oppgaver og myndighet går over til vertskommunen.")
        source = "kommuneloven § 20-4"
    else:
        text, source = _("Avtalen trer i kraft."), _named(agreement)
    key = f"transfer-agreement-{agreement.pk}"
    return _about(facts, key, Kind.TRANSFER, agreement.valid_from, text, source)


def _notice(facts: Arrangement, agreement: Agreement) -> Iterator[Deadline]:
    months, law = agreement.notice_months, ""
    by_law = HEALTH_NOTICE if facts.is_health else NOTICE_BY_LAW.get(Form(facts.cooperation.form))
    if months is None and by_law:
        months, law = by_law
    elif agreement.notice_source == Agreement.NoticeSource.LAW and by_law:
        law = by_law[1]
    if months is None:
        return
    if agreement.renewal == Agreement.Renewal.AUTOMATIC:
        text = _("Siste dag for å si opp avtalen før den fornyes av seg selv.")
    else:
        text = _("Siste dag da en oppsigelse får virkning før avtalen utløper.")
    length = ngettext("Fristen er %(n)d måned.", "Fristen er %(n)d måneder.", months) % {"n": months}
    if agreement.notice_months is None:
        length += " " + _("Den gjelder når avtalen ikke sier noe annet; fristen i avtalen er ikke ført.")
    day = last_day_for_notice(agreement.valid_to, months)
    key = f"notice-agreement-{agreement.pk}"
    yield _about(facts, key, Kind.NOTICE, day, f"{text} {length}", law or _named(agreement))


def _end_of_term(facts: Arrangement, agreement: Agreement) -> Iterator[Deadline]:
    """Yield the last day in force, or the day of renewal, which is the day after. The key is the same for both."""
    end, key = agreement.valid_to, f"term-agreement-{agreement.pk}"
    if agreement.renewal != Agreement.Renewal.AUTOMATIC:
        text = {
            Agreement.Renewal.BY_DECISION: _("Siste dag avtalen er i kraft, hvis den ikke blir fornyet ved vedtak."),
            Agreement.Renewal.NONE: _("Siste dag avtalen er i kraft. Den blir ikke fornyet."),
        }.get(agreement.renewal, _("Siste dag avtalen er i kraft."))
        if end != facts.cooperation.valid_to:  # else the whole cooperation ends, which is told once
            yield _about(facts, key, Kind.EXPIRY, end, text, _named(agreement))
    elif end < datetime.date.max:
        day = end + datetime.timedelta(days=1)
        text = _("Avtalen fornyes av seg selv hvis ingen har sagt den opp. Før da det nye tidsrommet.")
        yield _about(facts, key, Kind.RENEWAL, day, text, _named(agreement))


def _named(agreement: Agreement) -> str:
    return _("avtalen «%(title)s»") % {"title": agreement.title}


# Notice that has been given


def _leaving(facts: Arrangement, on: datetime.date) -> Iterator[Deadline]:
    """Yield the last day of each party that has given notice; it stays open while the party is still a member."""
    parties = {o.pk: o for o in facts.parties}
    for notice in facts.notices:
        party = parties.get(notice.organisation_id)
        withdrawn = notice.withdrawn_on is not None and notice.withdrawn_on <= on
        if party is None or notice.effective_on is None or notice.given_on > on or withdrawn:
            continue
        text = _("Siste dag %(name)s er med, etter oppsigelsen %(date)s. Før da sluttdatoen på deltakeren.") % {
            "name": party.name,
            "date": date_format(notice.given_on, "SHORT_DATE_FORMAT"),
        }
        source = str(notice.get_basis_display()) or _("oppsigelsen")
        yield _about(facts, f"leaving-notice-{notice.pk}", Kind.LEAVING, notice.effective_on, text, source)


# The cooperation


def _about(facts: Arrangement, key: str, kind: Kind, day: datetime.date, text: str, source: str) -> Deadline:
    return Deadline(key, kind, day, text, source, facts.everybody, facts.cooperation)


def _ending(facts: Arrangement) -> Iterator[Deadline]:
    cooperation = facts.cooperation
    if cooperation.valid_to:
        text = _("Samarbeidet avsluttes (%(date)s).") % {"date": cooperation.end}
        key = f"ending-cooperation-{cooperation.pk}"
        yield _about(facts, key, Kind.ENDING, cooperation.valid_to, text, _("det som er ført om samarbeidet"))


def _conversion(facts: Arrangement, on: datetime.date) -> Iterator[Deadline]:
    """Yield the last day for converting an interkommunalt styre, as rule OLD-01 judges it."""
    cooperation = facts.cooperation
    begun = cooperation.stage != Cooperation.Stage.PLANNED and (cooperation.valid_from or on) <= on
    if cooperation.form == Form.PAR27 and begun:
        text = _("Siste dag for å gjøre styret etter gammel § 27 om til politisk råd eller oppgavefellesskap.")
        key = f"conversion-cooperation-{cooperation.pk}"
        yield _about(facts, key, Kind.CONVERSION, LAST_DEADLINE, text, "kommuneloven § 31-2")


def _special_notice(facts: Arrangement) -> Iterator[Deadline]:
    """Yield the year in which a member whose boundaries changed may leave, unless it joined what came later."""
    cooperation = facts.cooperation
    if cooperation.form not in WITH_SPECIAL_NOTICE:
        return
    for member, changed_on in facts.changed:
        if cooperation.valid_from and cooperation.valid_from >= changed_on:
            continue
        text = _(
            "Siste dag da %(name)s kan si opp med seks måneders frist etter grenseendringen %(date)s. "
            "Til da kan også hver part kreve at avtalen vurderes på nytt."
        ) % {"name": member.name, "date": date_format(changed_on, "SHORT_DATE_FORMAT")}
        key = f"special-notice-cooperation-{cooperation.pk}-organisation-{member.pk}-{changed_on:%Y%m%d}"
        yield _about(facts, key, Kind.SPECIAL_NOTICE, months_after(changed_on, 12), text, "inndelingslova § 16")


def _confirmation(facts: Arrangement) -> Iterator[Deadline]:
    cooperation = facts.cooperation
    if cooperation.due_on:
        yield Deadline(
            f"confirmation-cooperation-{cooperation.pk}",
            Kind.CONFIRMATION,
            cooperation.due_on,
            _("Opplysningene om samarbeidet skal bekreftes."),
            _("registerets rutine"),
            (facts.responsible,) if facts.responsible else facts.parties,
            cooperation,
        )


# Municipalities and county councils


def statutory_deadlines(facts: Authority, first: datetime.date, last: datetime.date) -> list[Deadline]:
    """Return what the council and the kontrollutvalg must have done in each term, from ``first`` to ``last``.

    The term is counted from 1 October of the election year: the new council meets for the first time
    in October at the latest (kommuneloven § 7-1). An eierskapsmelding that has been adopted in the
    term is done. Whether there is a plan for eierskapskontroll is no fact of the register.
    """
    body = facts.organisation
    found = []
    for year in range(first.year, min(last.year, datetime.MAXYEAR - 4) + 1):
        if body.kind not in WITH_COUNCIL:
            break
        if year % 4 == 3 and year >= FIRST_TERM_END:
            begins, ends = datetime.date(year - 4, 10, 1), datetime.date(year, 9, 30)
            if not any(begins <= adopted <= ends for adopted in facts.reports):
                text = _(
                    "Eierskapsmelding må være vedtatt minst én gang i valgperioden %(period)s. "
                    "Ingen er ført for %(name)s."
                ) % {"period": f"{year - 4}–{year}", "name": body.name}
                key = f"ownership-report-organisation-{body.pk}-{year}"
                found.append(Deadline(key, Kind.OWNERSHIP_REPORT, ends, text, "kommuneloven § 26-1", (body,)))
        if year % 4 == 0 and year > FIRST_TERM_END - 4:
            text = _(
                "Kontrollutvalget skal ha laget en plan for eierskapskontroll for %(period)s, "
                "og %(name)s skal ha vedtatt den selv."
            ) % {"period": f"{year - 1}–{year + 3}", "name": _council(body)}
            key = f"control-plan-organisation-{body.pk}-{year}"
            day = datetime.date(year, 12, 31)
            found.append(Deadline(key, Kind.CONTROL_PLAN, day, text, "kommuneloven § 23-4", (body,)))
    return in_order(d for d in found if first <= d.date <= last and (body.valid_to is None or d.date <= body.valid_to))


def _council(body: Organisation) -> str:
    if body.kind == Organisation.Kind.MUNICIPALITY:
        return _("kommunestyret i %(name)s") % {"name": body.name}
    return _("fylkestinget i %(name)s") % {"name": body.name}
