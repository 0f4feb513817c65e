"""How do the answers of the three steps become a cooperation with its rows, ready to be saved?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from municipalities.models import Organisation
from municipalities.reference import unique_slug

from ...actions.registration import Registration
from ...models import (
    Agreement,
    Citation,
    Clause,
    Cooperation,
    DatePrecision,
    GroupStatement,
    LegalProfile,
    Membership,
    Notification,
    Organ,
    OrganSeat,
    Role,
    Source,
    Task,
)
from .details import HowForm
from .steps import WhatForm, WhoForm


def build(what: WhatForm, who: WhoForm, how: HowForm) -> Registration:
    """Return the unsaved registration of three valid forms; it is a draft until somebody publishes it."""
    cooperation = _cooperation(what, who, how)
    codes = {task.code: task for task in Task.objects.filter(code__in=what.tasks)}
    agreement = _agreement(cooperation, how)
    return Registration(
        cooperation=cooperation,
        tasks=[codes[code] for code in what.tasks],
        groups=_groups(who, how),
        memberships=_memberships(how),
        organs=_organs(how),
        legal=_legal(how),
        notifications=_notifications(how),
        agreement=agreement,
        clauses=_clauses(how) if agreement else [],
        citations=[_citation(what)],
    )


def _cooperation(what: WhatForm, who: WhoForm, how: HowForm) -> Cooperation:
    told, listed = what.cleaned_data, who.cleaned_data
    start = told["valid_from"]
    return Cooperation(
        slug=unique_slug(Cooperation, told["name"]),
        name=told["name"],
        has_proper_name=not told["described"],
        form=told["form"],
        purpose=told["purpose"],
        stage=Cooperation.Stage.PLANNED if told["planned"] else Cooperation.Stage.ESTABLISHED,
        valid_from=start.date if start else None,
        valid_from_precision=start.precision if start else DatePrecision.DAY,
        stated_member_count=listed["count"],
        members_complete={"True": True, "False": False}.get(listed["complete"]),
        responsible_id=int(how.cleaned_data["responsible"]) if how.cleaned_data["responsible"] else None,
        publication=Cooperation.Publication.DRAFT,
    )


def _groups(who: WhoForm, how: HowForm) -> list[GroupStatement]:
    wording = who.cleaned_data["group"]
    return [GroupStatement(wording=wording, role=how.asked.roles[0])] if wording else []


def _memberships(how: HowForm) -> list[Membership]:
    """Return the rows of the members; a host municipality is host, a kontorkommune takes part as well."""
    rows = []
    single = how.asked.single
    for member in how.members:
        role = how.cleaned_data.get(f"role-{member.pk}") or how.asked.roles[0]
        chosen = single and how.cleaned_data["single"] == str(member.pk)
        if chosen and single.role == Role.HOST:
            role = Role.HOST
        ownership = how.cleaned_data.get(f"ownership-{member.pk}")
        liability = how.cleaned_data.get(f"liability-{member.pk}")
        since = how.cleaned_data[f"since-{member.pk}"]
        own = {"organisation": member, "covers": how.cleaned_data[f"covers-{member.pk}"]}
        if since:
            own |= {"valid_from": since.date, "valid_from_precision": since.precision}
        rows.append(
            Membership(
                **own,
                role=role,
                ownership_numerator=ownership.numerator if ownership is not None else None,
                ownership_denominator=ownership.denominator if ownership is not None else None,
                liability_numerator=liability.numerator if liability is not None else None,
                liability_denominator=liability.denominator if liability is not None else None,
            )
        )
        if chosen and single.role != Role.HOST:
            rows.append(Membership(**own, role=single.role))
    return rows


def _organs(how: HowForm) -> list[tuple[Organ, Sequence[OrganSeat]]]:
    """Return the organs that something is written about; one that nothing is known of is not guessed."""
    organs: list[tuple[Organ, Sequence[OrganSeat]]] = []
    if how.asked.seats:
        numbers = [(m, how.cleaned_data[f"seats-{m.pk}"], how.cleaned_data[f"deputies-{m.pk}"]) for m in how.members]
        seats = [_seat(m, members, deputies) for m, members, deputies in numbers if (members, deputies) != (None, None)]
        if seats:
            known = [members for _m, members, _deputies in numbers]
            size = None if None in known else sum(known)
            organs.append((Organ(name=str(how.asked.seats.name), kind=how.asked.seats.organ, size=size), seats))
    if (board := how.cleaned_data.get("board")) is not None:
        organs.append((Organ(name=_("Styret"), kind=Organ.Kind.BOARD, size=board, position=1), []))
    return organs


def _seat(member: Organisation, members: int | None, deputies: int | None) -> OrganSeat:
    return OrganSeat(organisation=member, members=members, deputies=deputies)


def _legal(how: HowForm) -> LegalProfile | None:
    """Return the profile when something in it is answered."""
    if how.legal is None or all(value in (None, "") for value in how.legal.cleaned_data.values()):
        return None
    return LegalProfile(**how.legal.cleaned_data)


def _notifications(how: HowForm) -> list[Notification]:
    sent_on = how.cleaned_data.get("notice")
    return [Notification(recipient=how.asked.notice_to, sent_on=sent_on)] if sent_on else []


def _agreement(cooperation: Cooperation, how: HowForm) -> Agreement | None:
    """Return the agreement when something is written about it or its content."""
    if not how.agreement.is_given and not _clauses(how):
        return None
    values = how.agreement.cleaned_data
    kind = how.asked.instrument
    title = values["title"] or _("%(kind)s for %(name)s") % {"kind": kind.label.capitalize(), "name": cooperation.name}
    source = Agreement.NoticeSource.AGREEMENT if values["notice_months"] is not None else ""
    return Agreement(**{**values, "title": title[:300], "kind": kind, "notice_source": source})


def _clauses(how: HowForm) -> list[Clause]:
    answers = {rule.id: how.cleaned_data[f"clause-{rule.id}"] for rule in how.clauses}
    return [Clause(item=item, status=status) for item, status in answers.items() if status]


def _citation(what: WhatForm) -> Citation:
    told = what.cleaned_data
    if told["source"]:
        source = Source.objects.get(key=told["source"])
    else:
        source = Source(title=told["new_source"], key=unique_slug(Source, told["new_source"], field="key"))
    return Citation(source=source, locator=told["locator"])
