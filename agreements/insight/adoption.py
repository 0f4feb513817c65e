"""Who has adopted an agreement, who is missing, and when can it come into force at the earliest?"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.models import Organisation

from ..models import Agreement, AssemblyDecision, Cooperation, Decision
from ..models.status import COUNCILS, OWN_RIGHT, WITH_COUNCIL
from ..rules.changes import ASSEMBLY, decided_by, has_majority
from ..rules.changes import COUNCILS as COUNCILS_THEMSELVES


@dataclass(frozen=True)
class Adoption:
    """How far the adoption of an agreement has come.

    Every participant is in exactly one of ``adopted``, ``missing`` and ``rejected``. ``earliest`` is
    the day of the last adoption once all have adopted, None before that and when a date is unknown.
    """

    adopted: tuple[Organisation, ...] = ()
    missing: tuple[Organisation, ...] = ()
    rejected: tuple[Organisation, ...] = ()
    earliest: datetime.date | None = None
    #: Adoptions of those that are missing by an organ that cannot adopt, or that is not recorded.
    uncounted: tuple[tuple[Organisation, Decision], ...] = ()
    #: Who must adopt: the councils, the representantskap or whoever the agreement says (``agreements.rules.changes``).
    by: str = COUNCILS_THEMSELVES
    #: The last vote of the representantskap, where it is the one to adopt, and whether it was enough; None: not known.
    vote: AssemblyDecision | None = None
    carried: bool | None = None

    @property
    def total(self) -> int:
        """Return how many must adopt."""
        return len(self.adopted) + len(self.missing) + len(self.rejected)

    @property
    def complete(self) -> bool:
        """Tell whether all that must have adopted."""
        if self.by == ASSEMBLY:
            return bool(self.carried)
        return bool(self.adopted) and not self.missing and not self.rejected


def participants(cooperation: Cooperation, on: datetime.date) -> list[Organisation]:
    """Return those that take part in their own right on the day, each once, in the order of the members."""
    members = (m for m in cooperation.members_on(on)[0] if m.role in OWN_RIGHT)
    return list({m.organisation_id: m.organisation for m in members}.values())


def adoption(agreement: Agreement, on: datetime.date) -> Adoption:
    """Return who has adopted ``agreement`` by ``on``, read from prefetched rows.

    The participants are those of the day; of an agreement that is over, those of its last day, and
    of one that is still to come, those of its first. Of a municipality or county municipality only
    its council's own decision counts; others adopt in the organ that they have. Of several
    decisions the last one counts, and a postponement decides nothing.
    """
    by = decided_by(agreement.cooperation.form, bool(agreement.supersedes_id), agreement.changed_items)
    if by == ASSEMBLY:
        return _by_assembly(agreement, on)
    made: dict[int, list[Decision]] = defaultdict(list)
    for decision in _decisions(agreement, on):
        made[decision.organisation_id].append(decision)
    adopted, missing, rejected, uncounted, dates = [], [], [], [], []
    for organisation in participants(agreement.cooperation, _day_of_members(agreement, on)):
        own = made[organisation.pk]
        counting = [d for d in own if _counts(d, organisation)]
        last = counting[-1] if counting else None
        if last is None:
            missing.append(organisation)
            uncounted += [(organisation, d) for d in own if d.outcome == Decision.Outcome.ADOPTED]
        elif last.outcome == Decision.Outcome.REJECTED:
            rejected.append(organisation)
        else:
            adopted.append(organisation)
            dates.append(last.decided_on)
    complete = bool(adopted) and not missing and not rejected
    earliest = max(dates) if complete and None not in dates else None
    return Adoption(tuple(adopted), tuple(missing), tuple(rejected), earliest, tuple(uncounted), by)


def _by_assembly(agreement: Agreement, on: datetime.date) -> Adoption:
    """Return whether the representantskap has carried a change that is its to make, by the majority agreed before."""
    votes = [d for d in agreement.assembly_decisions.all() if d.decided_on is None or d.decided_on <= on]
    if not votes:
        return Adoption(by=ASSEMBLY)
    last, agreed = votes[-1], agreement.supersedes.majority
    carried = None if last.votes_for is None else has_majority(last.votes_for, last.votes_against, agreed)
    return Adoption(by=ASSEMBLY, vote=last, carried=carried, earliest=last.decided_on if carried else None)


def _day_of_members(agreement: Agreement, on: datetime.date) -> datetime.date:
    if agreement.valid_to and agreement.valid_to < on:
        return agreement.valid_to
    return max(on, agreement.valid_from) if agreement.valid_from else on


def _decisions(agreement: Agreement, on: datetime.date) -> Iterable[Decision]:
    """Return the decisions on the agreement itself up to the day, undated ones first, then by date."""
    subjects = {Decision.Subject.AGREEMENT}
    if agreement.kind == Agreement.Kind.DELEGATION:
        subjects.add(Decision.Subject.DELEGATION)
    made = [
        d for d in agreement.decisions.all() if d.subject in subjects and (d.decided_on is None or d.decided_on <= on)
    ]
    return sorted(made, key=lambda d: (d.decided_on or datetime.date.min, d.pk))


def _counts(decision: Decision, organisation: Organisation) -> bool:
    if decision.outcome == Decision.Outcome.POSTPONED:
        return False
    return organisation.kind not in WITH_COUNCIL or decision.organ in COUNCILS


def adoption_line(found: Adoption, members_complete: bool | None) -> str:
    """Say in one line how far the adoption has come."""
    if found.by == ASSEMBLY:
        return _assembly_line(found)
    if not found.total:
        return _("Ingen deltakere er ført på samarbeidet, så registeret vet ikke hvem som skal vedta avtalen.")
    if found.complete:
        # A list that is known to lack members says nothing of all.
        who = _("alle deltakerne som er ført, har vedtatt") if members_complete is False else _("alle har vedtatt")
        if found.earliest:
            when = _("tidligst i kraft %(date)s") % {"date": date_format(found.earliest, "DATE_FORMAT")}
        else:
            when = _("datoen for et vedtak er ikke ført")
        return f"{who}; {when}"
    parts = [
        ngettext(
            "%(count)d av %(total)d deltaker har vedtatt avtalen",
            "%(count)d av %(total)d deltakere har vedtatt avtalen",
            found.total,
        )
        % {"count": len(found.adopted), "total": found.total}
    ]
    if found.missing:
        parts.append(_("mangler: %(names)s") % {"names": _names(found.missing)})
    if found.rejected:
        parts.append(_("avvist av: %(names)s") % {"names": _names(found.rejected)})
    if found.uncounted:
        parts.append(
            _("ikke regnet med: %(decisions)s")
            % {
                "decisions": ", ".join(
                    f"{who} ({d.get_organ_display() if d.organ else _('organet er ikke ført')})"
                    for who, d in found.uncounted
                )
            }
        )
    return "; ".join([*parts, _("tidligst i kraft når alle har vedtatt")])


def _names(organisations) -> str:
    return ", ".join(map(str, organisations))


def _assembly_line(found: Adoption) -> str:
    """Say how the vote of the representantskap went."""
    if found.vote is None:
        return _("venter på representantskapet, som selv kan vedta denne endringen")
    if found.carried is None:
        return _("representantskapet har behandlet endringen; stemmene er ikke ført")
    votes = _("%(for)d stemmer for og %(against)d mot") % {
        "for": found.vote.votes_for,
        "against": found.vote.votes_against,
    }
    if not found.carried:
        return _("representantskapet vedtok ikke endringen med det flertallet den krever: %(votes)s") % {"votes": votes}
    line = _("representantskapet har vedtatt endringen: %(votes)s") % {"votes": votes}
    if found.earliest:
        line += "; " + _("tidligst i kraft %(date)s") % {"date": date_format(found.earliest, "DATE_FORMAT")}
    return line
