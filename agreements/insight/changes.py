"""What has been done lately to cooperations, their members, agreements and decisions, and by whom?"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from municipalities.models import User

from ..models import Agreement, Cooperation, Decision, Membership


@dataclass
class Change:
    """What one person did with one cooperation in one go; ``parts`` names what was touched, each once."""

    cooperation: Cooperation
    when: datetime.datetime
    who: str
    why: str
    parts: list[str]


def latest_changes(cooperations: Collection[int] | None, limit: int) -> list[Change]:
    """Return the latest changes of the cooperations with these ids, of all for None, newest first.

    The number of queries depends neither on the number of cooperations nor of changes. What belongs
    to a cooperation that has been deleted is left out: it has no page to lead to.
    """
    sources = [
        (Cooperation, "pgh_obj_id"),
        (Membership, "cooperation_id"),
        (Agreement, "cooperation_id"),
        (Decision, "agreement__cooperation_id"),
    ]
    found = []
    for model, column in sources:
        events = model.pgh_event_model.objects.annotate(about=F(column))
        if cooperations is not None:
            events = events.filter(about__in=cooperations)
        newest = events.select_related("pgh_context").order_by("-pgh_id")[: limit * _EVENTS_PER_CHANGE]
        found += [(event, model) for event in newest]
    return _together(found, limit)


#: One deed may touch many rows; so many events are read for each change that is shown.
_EVENTS_PER_CHANGE = 20


def _together(found: list[tuple], limit: int) -> list[Change]:
    """Put the events of one deed together, name who did it, and keep the newest."""
    found.sort(key=lambda item: item[0].pgh_created_at, reverse=True)
    groups: dict[tuple, list[tuple]] = {}
    for event, model in found:
        groups.setdefault((event.about, event.pgh_context_id or event.pgh_created_at), []).append((event, model))
    known = Cooperation.objects.in_bulk({about for about, _deed in groups})
    shown = [(known[about], events) for (about, _deed), events in groups.items() if about in known][:limit]
    metadata = [events[0][0].pgh_context.metadata if events[0][0].pgh_context else {} for _c, events in shown]
    users = User.objects.in_bulk({m["user"] for m in metadata if m.get("user")})
    return [
        Change(
            cooperation,
            events[0][0].pgh_created_at,
            _name(about, users),
            about.get("reason") or "",
            list(dict.fromkeys(str(model._meta.verbose_name) for _event, model in events)),
        )
        for (cooperation, events), about in zip(shown, metadata, strict=True)
    ]


def _name(metadata: dict, users: dict[int, User]) -> str:
    user = users.get(metadata.get("user"))
    if user:
        return user.get_full_name() or user.get_username()
    if metadata.get("command"):
        return _("kommandoen %(name)s") % {"name": metadata["command"]}
    return _("ukjent")
