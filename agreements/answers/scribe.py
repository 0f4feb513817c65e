"""How are many cooperations written as the serializers say, without asking every field about every thing?

The serializers alone say what a document holds. A ``Scribe`` reads them once and keeps for each field how its value is
found and put; what many documents repeat, it writes once. That it writes what they would is held against them by
``checking``, which uses the serializers themselves.
"""

import functools
import re
from bisect import bisect_right
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import orjson
from django.db.models import Manager
from rest_framework import serializers

from municipalities.models import Organisation

from ..api.links import Links
from ..api.places import OrganisationRefSerializer
from ..api.serializers import CooperationSerializer, MembershipSerializer, ShareSerializer
from ..models import Cooperation, VagueDate
from .turning import Bodies

Write = Callable[[Any], Any]

#: Fields whose values orjson writes as they do.
_AS_THEY_ARE = {serializers.IntegerField, serializers.BooleanField}
_DISPLAY = re.compile(r"get_(\w+)_display")


class Scribe:
    """Writes cooperations that come from one ``with_answer()`` after another, in the active language.

    To be used within one transaction: it remembers organisations and members.
    """

    def __init__(self, links: Links, bodies: Bodies) -> None:
        self.links, self.bodies = links, bodies
        self._context: dict = {}
        self._serializer = CooperationSerializer(context=self._context)
        self._organisations: dict[tuple[int, int], orjson.Fragment] = {}
        self._members: dict[tuple[int, int], orjson.Fragment] = {}
        self._told_of_members: dict[int, dict] = {}
        self._dates: dict[VagueDate, str] = {}
        self._special = {
            MembershipSerializer: self._of_member,
            OrganisationRefSerializer: self._of_organisation,
            ShareSerializer: lambda field: functools.cache(field.to_representation),
        }
        self._plan = self._planned(self._serializer)
        self._plan_of_the_day = [step for step in self._plan if step[0] in CooperationSerializer.OF_THE_DAY]

    def whole(self, cooperation: Cooperation, asked: Any) -> dict:
        """Return all that is told of a cooperation on the day that is asked about."""
        self._context["asked"] = asked
        self._serializer.prepare(cooperation)
        return _filled(self._plan, cooperation)

    def of_the_day(self, cooperation: Cooperation, asked: Any) -> dict:
        """Return what may differ from ``whole`` on another day."""
        self._context["asked"] = asked
        self._serializer.prepare_day(cooperation)
        return _filled(self._plan_of_the_day, cooperation)

    # Plans

    def _planned(self, serializer: serializers.Serializer) -> list[tuple[str, Write, Write]]:
        return [
            (name, _getter(field), self._writer(field))
            for name, field in serializer.fields.items()
            if not field.write_only
        ]

    def _writer(self, field: serializers.Field) -> Write:
        """Return what puts a value that is not None."""
        if isinstance(field, serializers.ListSerializer):
            one = self._writer(field.child)
            return lambda things: [one(thing) for thing in (things.all() if isinstance(things, Manager) else things)]
        if type(field) in self._special:
            return self._special[type(field)](field)
        if isinstance(field, serializers.Serializer):
            if type(field).to_representation is not serializers.Serializer.to_representation:
                return field.to_representation
            return functools.partial(_filled, self._planned(field))
        if isinstance(field, serializers.SerializerMethodField):
            return getattr(field.parent, field.method_name)
        if type(field).to_representation is serializers.DateField.to_representation:
            return _same
        if type(field) in _AS_THEY_ARE:
            return _same
        if type(field).to_representation is serializers.CharField.to_representation:
            return self._text
        return field.to_representation

    # What is written once

    def _text(self, value: Any) -> str:
        if type(value) is not VagueDate:
            return str(value)
        if value not in self._dates:
            self._dates[value] = str(value)
        return self._dates[value]

    def _of_member(self, field: MembershipSerializer) -> Write:
        plan = self._planned(field)
        plan_of_the_day = [step for step in plan if step[0] in MembershipSerializer.OF_THE_DAY]

        def write(member: Any) -> orjson.Fragment:
            key = member.pk, self._period(member.organisation)
            if key not in self._members:
                told = self._told_of_members.setdefault(member.pk, {})
                told |= _filled(plan_of_the_day if told else plan, member)
                self._members[key] = orjson.Fragment(orjson.dumps(told))
            return self._members[key]

        return write

    def _of_organisation(self, field: OrganisationRefSerializer) -> Write:
        plan = self._planned(field)

        def write(body: Organisation) -> orjson.Fragment:
            key = body.pk, self._period(body)
            if key not in self._organisations:
                self._organisations[key] = orjson.Fragment(orjson.dumps(_filled(plan, body)))
            return self._organisations[key]

        return write

    def _period(self, body: Organisation) -> int:
        """Return which of the periods, in which an organisation has one code, the day lies in."""
        return bisect_right(self.bodies.turns(body), self._context["asked"].day)


def _filled(plan: list[tuple[str, Write, Write]], thing: Any) -> dict:
    told = {}
    for name, find, put in plan:
        value = find(thing)
        told[name] = None if value is None else put(value)
    return told


def _same(value: Any) -> Any:
    return value


def _getter(field: serializers.Field) -> Write:
    """Return what finds the value of a field in a thing, None where a field that may be null has none."""
    if field.source == "*":
        return _same
    if (displayed := _DISPLAY.fullmatch(field.source)) is not None:
        return _label_of(displayed[1], attrgetter(field.source))
    found = attrgetter(field.source)
    if not field.allow_null:
        return found

    def find(thing: Any) -> Any:
        try:
            return found(thing)
        except AttributeError:
            return None

    return find


def _label_of(name: str, display: Callable[[Any], Callable[[], Any]]) -> Write:
    labels: dict[str, str] = {}

    def find(thing: Any) -> str:
        code = getattr(thing, name)
        if code not in labels:
            labels[code] = str(display(thing)())
        return labels[code]

    return find
