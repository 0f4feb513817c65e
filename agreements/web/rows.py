"""What does a list tell of each cooperation: name, form, status, main task, who is in charge, how many take part?

All of it stands in the document that is kept of the cooperation, so a page of a list costs one look-up, not the rows
of all that the document was made of.
"""

import datetime
from collections.abc import Iterable

import orjson
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from municipalities.models.fields import norwegian_sort_key

from ..answers import reading
from ..insight.participation import IN_CHARGE
from ..models import Form, Role, Task


class Row:
    """A cooperation as lists show it, from its document of a day and the names of tasks in the reader's language."""

    def __init__(self, told: dict, tasks: dict[str, str]):
        self.slug, self.name, self.short_name = told["slug"], told["name"], told["short_name"]
        self.address = reverse("cooperation", args=[self.slug])
        self.form = Form(told["form"]).label
        self.status = told["status"]
        self.task = next((tasks.get(task["code"], task["name"]) for task in told["tasks"]), "")
        members = [(member["role"], member["organisation"]) for member in told["memberships"]]
        self.role, self.in_charge = _in_charge(members)
        self.known = len({body["id"] for _role, body in members})
        self.stated = told["stated_member_count"]

    @property
    def role_label(self) -> str:
        """Return the role of those in charge, in the plural where they are several."""
        if len(self.in_charge) > 1 and self.role == Role.OWNER:
            return _("Eiere")
        if len(self.in_charge) > 1 and self.role == Role.HOST:
            return _("Vertskommuner")
        return self.role.label.capitalize()


def _in_charge(members: list[tuple[str, dict]]) -> tuple[Role | None, list[str]]:
    """Return the names of those who host, lead or own, with that role, as ``insight.participation`` tells it."""
    for role in IN_CHARGE:
        if found := {body["id"]: body["name"] for held, body in members if held == role}:
            return role, sorted(found.values(), key=norwegian_sort_key)
    return None, []


def rows(ids: Iterable[int], day: datetime.date) -> list[Row]:
    """Return the rows of a list of public cooperations, by their ids, as they are on a day."""
    # One may have been withdrawn since the ids were read. The pages' own addresses begin at the root of the site.
    found = [orjson.loads(document) for document in reading.documents(list(ids), day)]
    tasks = {}
    if get_language() != settings.LANGUAGE_CODE:
        codes = {task["code"] for told in found for task in told["tasks"][:1]}
        tasks = {task.code: task.name for task in Task.objects.filter(code__in=codes)}
    return [Row(told, tasks) for told in found]
