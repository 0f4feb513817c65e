"""What did the register tell at a moment in the past: lists and details as they were known then?

The rows are built again from the history, and the filters are applied to them in memory, by the same headings that the
stored answers are found by. It costs more than a question about what is known now, and grows with the register.
"""

import datetime
import re
from collections.abc import Callable

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from municipalities.models.fields import norwegian_sort_key

from ..answers import headings, words
from ..answers.question import SIZE, Question, confirmations
from ..answers.turning import Bodies
from ..insight.known import known_publicly
from ..models import Cooperation, Membership
from ..models.answers import FIRST
from .parameters import given

KNOWN_ON = "known_on"
DESCRIPTION = gettext_lazy(
    "Svar slik registeret kjente det da: på slutten av en dag (ÅÅÅÅ-MM-DD), eller på et tidspunkt "
    "(ÅÅÅÅ-MM-DDTTT:MM:SS, med tidssone, ellers norsk tid). Sammen med «on»: hva som var kjent da, om den datoen. "
    "Det som ikke var offentlig "
    "da, eller er trukket tilbake siden, vises ikke."
)
SCHEMA = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
_FAR = datetime.date.max


def read(request: Request | HttpRequest) -> datetime.datetime | None:
    """Return the moment asked about, None for now. Raises ``ValidationError`` under its name."""
    text = given(request).get(KNOWN_ON, "").strip()
    if not text:
        return None
    now = timezone.now()
    moment = _moment(text)
    if moment is None:
        raise ValidationError({KNOWN_ON: [_("Skriv en dato (ÅÅÅÅ-MM-DD) eller et tidspunkt (ÅÅÅÅ-MM-DDTTT:MM:SS).")]})
    if len(text) == 10 and moment.date() == timezone.localdate():
        return now
    if moment > now:
        raise ValidationError({KNOWN_ON: [_("Ingen vet hva registeret vil kjenne til: tidspunktet er i framtiden.")]})
    return moment


def _moment(text: str) -> datetime.datetime | None:
    # A plus that was not escaped in the address arrives as a space.
    text = re.sub(r" (\d\d:\d\d)$", r"+\1", text)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", text, re.ASCII):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
        if len(text) == 10:
            moment = datetime.datetime.combine(moment.date(), datetime.time.max)
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        return None


def cooperations(question: Question, text: str, at: datetime.datetime) -> list[Cooperation]:
    """Return the cooperations of a question as they were known, in its order.

    ``text`` is a search: each of its words must be part of a word of the cooperation. Misspellings are not forgiven.
    """
    found = _ready(known_publicly(at))
    bodies = Bodies()
    found = [cooperation for cooperation in found if _holds(question, cooperation, bodies)]
    if text and found:
        asked = {word for word in words.split([(text, "")])[0] if not word.startswith("=")}
        said = words.split([words.texts(cooperation) for cooperation in found])
        pairs = zip(found, said, strict=True)
        found = [c for c, has in pairs if asked and all(any(one in word for word in has) for one in asked)]
    found.sort(key=lambda c: c.pk)
    keys = _keys(question.day)
    for column, falls in reversed(question.order[:-1]):
        found.sort(key=keys[column], reverse=falls)
    return found


def one(key: int, at: datetime.datetime) -> Cooperation | None:
    """Return a cooperation as it was known; None when the public may not see it, or could not then."""
    return next(iter(_ready(known_publicly(at, [key]))), None)


def memberships(data: dict, on: datetime.date | None, at: datetime.datetime) -> list[Membership]:
    """Return the memberships that the cleaned data of a ``MembershipFilter`` leave, as they were known."""
    keys = [data["cooperation"].pk] if data["cooperation"] else None
    found = _ready(known_publicly(at, keys))
    bodies = set(data["municipality"] or ()) if data["municipality"] else None
    if data["organisation"]:
        own = {data["organisation"].pk}
        bodies = own if bodies is None else bodies & own
    rows = []
    for cooperation in found:
        if data["form"] and cooperation.form not in data["form"]:
            continue
        for member in cooperation.memberships.all():
            wanted = bodies is None or member.organisation_id in bodies
            if wanted and (not data["role"] or member.role in data["role"]) and _on(member, cooperation, on):
                rows.append(member)
    rows.sort(key=lambda m: (norwegian_sort_key(m.cooperation.name), m.cooperation_id, m.position, m.pk))
    for name in reversed(data["ordering"] or ()):
        rows.sort(key=_MEMBER_KEYS[name.removeprefix("-")], reverse=name.startswith("-"))
    return rows


def unknown(filterset: FilterSet) -> dict[str, list[str]]:
    """Return messages on what the past cannot be asked about, by parameter: it is not kept in the history."""
    data = filterset.form.cleaned_data if filterset.is_valid() else {}
    found = {}
    if data.get("findings"):
        found["findings"] = [_("Lovfunn er bare regnet ut for dagen i dag: «findings» går ikke med «known_on».")]
    if any(name.removeprefix("-") == "changed" for name in data.get("ordering") or ()):
        found["ordering"] = [_("Siste endring er av i dag: «changed» går ikke med «known_on».")]
    return found


def _keys(day: datetime.date) -> dict[str, Callable]:
    return {
        "h.sort_key": lambda c: norwegian_sort_key(c.name),
        "l.start": lambda c: c.valid_from or _FAR,
        "l.form": lambda c: c.form,
        SIZE: lambda c: len({m.organisation_id for m in c.members_on(day)[0]}),
    }


_MEMBER_KEYS = {
    "cooperation": lambda m: norwegian_sort_key(m.cooperation.name),
    "organisation": lambda m: norwegian_sort_key(m.organisation.name),
    "valid_from": lambda m: m.valid_from or _FAR,
}


def _on(member: Membership, cooperation: Cooperation, on: datetime.date | None) -> bool:
    if on is None:
        return True
    made = member.organisation.valid_from
    return _within(member, on) and _within(cooperation, on) and (made is None or made <= on)


def _within(row: Cooperation | Membership, day: datetime.date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


def _ready(found: list[Cooperation]) -> list[Cooperation]:
    """Fetch the rest of what a cooperation's JSON and headings read: of organisations, as it is today."""
    bodies = {
        id(body): body
        for cooperation in found
        for body in (
            cooperation.body,
            cooperation.responsible,
            *(member.organisation for member in cooperation.memberships.all()),
            *(notice.organisation for notice in cooperation.notices.all()),
        )
        if body is not None
    }
    prefetch_related_objects(list(bodies.values()), "names", "governed_counties", "municipality__numbers")
    for cooperation in found:
        for agreement in cooperation.agreements.all():
            agreement.public_documents = []  # their text has no history
    return found


def _holds(question: Question, cooperation: Cooperation, bodies: Bodies) -> bool:
    """Tell whether a cooperation belongs to a list, apart from its words."""
    day = question.day
    if question.statuses:
        if cooperation.status_on(day) not in question.statuses:
            return False
    elif not question.on_any and not _within(cooperation, day):
        return False
    own = set(headings.topics(cooperation))
    if not all(own & set(topics) for topics in question.topics):
        return False
    in_time = not question.ever or (not question.on_any and question.tokens[:1] and question.tokens[0].startswith("C:"))
    stood = list(headings.rows(cooperation, bodies))
    for ranges in question.standing:
        today = [token for token, _role, first, last in stood if first <= day <= last]
        if not any(low <= token <= high for low, high in ranges for token in today):
            return False
    if question.confirmed:
        confirmed, bands = cooperation.confirmed_on or FIRST, confirmations(day)
        if not any(bands[name][0] <= confirmed <= bands[name][1] for name in question.confirmed):
            return False
    tokens = set(question.tokens)
    return any(
        token in tokens and (not question.roles or role in question.roles) and (not in_time or first <= day <= last)
        for token, role, first, last in stood
    )
