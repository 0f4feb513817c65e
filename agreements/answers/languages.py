"""How does a document speak another language than the one it is stored in?

Documents are stored in bokmål, which most callers get. Every text that follows the language stands beside the
code or the date that it is made from, so that it is put into words anew without asking who takes part in what.
"""

import datetime

import orjson

from ..models import CooperationRelation, Form, Organ, Role, Task, VagueDate


def translated(content: bytes) -> bytes:
    """Return a document, or a list of them, in the active language."""
    said = orjson.loads(content)
    tasks = {task.code: task.name for task in Task.objects.all()}
    for document in said if isinstance(said, list) else [said]:
        _translate(document, tasks)
    return orjson.dumps(said)


def _translate(document: dict, tasks: dict[str, str]) -> None:
    document["form_name"] = str(Form(document["form"]).label)
    for task in document["tasks"]:
        task["name"] = tasks[task["code"]]
    members = [*document["memberships"], *document["former_memberships"]]
    for dated in (document, *members):
        for name in ("valid_from", "valid_to"):
            dated[f"{name}_text"] = _vague(dated[name], dated[f"{name}_precision"])
    for one in (*members, *document["group_statements"]):
        one["role_name"] = str(Role(one["role"]).label)
    for organ in document["organs"]:
        organ["kind_name"] = str(Organ.Kind(organ["kind"]).label)
    for relative in (*document["predecessors"], *document["successors"]):
        relative["kind_name"] = str(CooperationRelation.Kind(relative["kind"]).label)


def _vague(date: str | None, precision: str | None) -> str | None:
    return None if date is None else str(VagueDate.of(datetime.date.fromisoformat(date), precision))
