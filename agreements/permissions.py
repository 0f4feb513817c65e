"""Who may see, change and propose what in the register?

A coordinator keeps the cooperations that one of her organisations is responsible for: named as
``responsible``, or host, office municipality or secretariat today. A leader is not among them: leadership
often goes round, and says nothing about who keeps the papers. In every cooperation that she sees she keeps
her own organisations' membership, purpose and decisions; the rest she proposes.

The rules of rows ask about the cooperation that the row belongs to, so the same permission may be asked
about a row, or about the cooperation whose rows a table holds.
"""

import rules
from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from municipalities.models import Coordinator, User
from municipalities.permissions import is_coordinator, is_editor, is_own_organisation, is_reader, organisations_of
from municipalities.querysets import valid_on

from .models import ApiToken, Cooperation, CooperationRelation, Decision, Document, Membership, Proposal, Role

__all__ = [
    "cooperations_of",
    "editable_by",
    "keepers_of",
    "organisations_of",
    "proposals_waiting_for",
    "visible_rows",
    "visible_to",
]

#: Whoever has one of these roles today keeps the facts of the cooperation.
KEEPING_ROLES = (Role.HOST, Role.OFFICE, Role.SECRETARIAT)

#: The columns by which a row says what it belongs to; every table that has one follows its cooperation.
_PARENTS = ("cooperation", "membership", "agreement", "organ", "document")


# Whose


def editable_by(user) -> QuerySet[Cooperation]:
    """Return the cooperations that the user may edit."""
    if is_editor(user):
        return Cooperation.objects.all()
    mine = organisations_of(user)
    keeps = Membership.objects.held_on(localdate()).filter(
        cooperation=OuterRef("pk"), organisation__in=mine, role__in=KEEPING_ROLES
    )
    return Cooperation.objects.filter(Q(responsible__in=mine) | Exists(keeps))


def visible_to(user) -> QuerySet[Cooperation]:
    """Return the cooperations that the user may see in the admin.

    Readers see what is published; coordinators also what they edit, and what their organisations have part in.
    """
    if is_editor(user):
        return Cooperation.objects.all()
    if not is_reader(user):
        return Cooperation.objects.none()
    mine = organisations_of(user)
    takes_part = Membership.objects.filter(cooperation=OuterRef("pk"), organisation__in=mine)
    published = Q(publication=Cooperation.Publication.PUBLISHED)
    return Cooperation.objects.filter(published | Q(responsible__in=mine) | Q(body__in=mine) | Exists(takes_part))


def proposals_waiting_for(user) -> QuerySet[Proposal]:
    """Return the proposals that the user may answer, the oldest first."""
    return Proposal.objects.waiting().filter(cooperation__in=editable_by(user)).order_by("made_at", "pk")


def keepers_of(cooperation: Cooperation) -> QuerySet[User]:
    """Return the coordinators who keep a cooperation today; where there are none, the editors-in-chief."""
    today = localdate()
    keeping = Membership.objects.held_on(today).filter(cooperation=cooperation, role__in=KEEPING_ROLES)
    offices = Coordinator.objects.filter(valid_on(today)).filter(
        Q(organisation=cooperation.responsible_id) | Q(organisation__in=keeping.values("organisation"))
    )
    active = User.objects.filter(is_active=True, is_staff=True)
    coordinators = active.filter(pk__in=offices.values("user"))
    return coordinators if coordinators.exists() else active.filter(is_editor=True)


def visible_rows(user, rows: QuerySet) -> QuerySet:
    """Narrow cooperations, or rows that belong to one, to those that the user may see."""
    if is_editor(user):
        return rows
    if rows.model is Cooperation:
        return rows.filter(pk__in=visible_to(user).values("pk"))
    path = {Decision: "agreement__cooperation", Document: "agreement__cooperation"}.get(rows.model, "cooperation")
    return rows.filter(**{f"{path}__in": visible_to(user)})


def cooperations_of(obj: Model) -> list[Cooperation]:
    """Return the cooperation that a fact belongs to; both for a relation, none for what belongs to no one."""
    match obj:
        case Cooperation():
            return [obj]
        case CooperationRelation():
            return [obj.predecessor, obj.successor]
    for name in _PARENTS:
        if getattr(obj, f"{name}_id", None) is not None:
            return cooperations_of(getattr(obj, name))
    return []


# Predicates; without an object they answer «anywhere at all»


@rules.predicate
def sees(user, obj: Model | None) -> bool:
    """Tell whether the user may see the cooperation that the fact belongs to."""
    if obj is None or is_editor(user):
        return is_reader(user)
    return visible_to(user).filter(pk__in=[c.pk for c in cooperations_of(obj)]).exists()


@rules.predicate
def edits(user, obj: Model | None) -> bool:
    """Tell whether the user may edit the cooperation that the fact belongs to."""
    if obj is None or is_editor(user):
        return is_editor(user) or is_coordinator(user)
    return editable_by(user).filter(pk__in=[c.pk for c in cooperations_of(obj)]).exists()


@rules.predicate
def begins(user, obj: Cooperation | None) -> bool:
    """Tell whether the user may register the new cooperation: she keeps it, so it must be her organisation's."""
    if obj is None or is_editor(user):
        return is_editor(user) or is_coordinator(user)
    return organisations_of(user).filter(pk=obj.responsible_id).exists()


@rules.predicate
def is_draft(user, obj: Cooperation | None) -> bool:
    """Tell whether the cooperation has never left the hands of those who keep it."""
    return obj is None or obj.publication == Cooperation.Publication.DRAFT


@rules.predicate
def is_own_membership(user, obj: Model | None) -> bool:
    """Tell whether it is a membership, or a source of one, of an organisation of the user.

    Not in a role that would make her keep the whole cooperation: a former host must not reopen its own period.
    """
    member = obj if isinstance(obj, Membership) else getattr(obj, "membership", None)
    if member is None or member.role in KEEPING_ROLES or not sees(user, member):
        return False
    return organisations_of(user).filter(pk=member.organisation_id).exists()


@rules.predicate
def is_own_decision(user, obj: Model | None) -> bool:
    """Tell whether it is a decision of an organisation of the user that takes part in the cooperation."""
    if not isinstance(obj, Decision) or not obj.agreement_id or not sees(user, obj):
        return False
    mine = organisations_of(user).filter(pk=obj.organisation_id)
    return Membership.objects.filter(cooperation=obj.agreement.cooperation_id, organisation__in=mine).exists()


@rules.predicate
def holds_token(user, obj: ApiToken | None) -> bool:
    """Tell whether the token acts in the name of the user; without one, whether she may have any."""
    return (is_coordinator(user) or is_editor(user)) if obj is None else is_reader(user) and obj.user_id == user.pk


# Who may do what

_SHARED = ("task", "source")

rules.add_perm("agreements", is_reader)

rules.add_perm("agreements.view_cooperation", sees)
rules.add_perm("agreements.add_cooperation", begins)
rules.add_perm("agreements.change_cooperation", edits)
rules.add_perm("agreements.delete_cooperation", is_editor | (edits & is_draft))

_OWN = {"membership": is_own_membership, "citation": is_own_membership, "decision": is_own_decision}


def _is_row(model: type[Model]) -> bool:
    """Tell whether a table holds rows of cooperations; the tables of history are read through their pages."""
    names = {field.name for field in model._meta.concrete_fields if field.is_relation}
    return not hasattr(model, "pgh_tracked_model") and bool(names & {*_PARENTS, "predecessor"})


for _model in (m._meta.model_name for m in apps.get_app_config("agreements").get_models() if _is_row(m)):
    _may = edits | _OWN[_model] if _model in _OWN else edits
    rules.add_perm(f"agreements.view_{_model}", sees)
    rules.add_perm(f"agreements.change_{_model}", _may)
    # A member joins and leaves by the hand of whoever keeps the cooperation.
    rules.add_perm(f"agreements.add_{_model}", edits if _model == "membership" else _may)
    rules.add_perm(f"agreements.delete_{_model}", edits if _model == "membership" else _may)

for _model in _SHARED:
    rules.add_perm(f"agreements.view_{_model}", is_reader)
    rules.add_perm(f"agreements.change_{_model}", is_editor)
    rules.add_perm(f"agreements.delete_{_model}", is_editor)
rules.add_perm("agreements.add_task", is_editor)
rules.add_perm("agreements.add_source", is_coordinator | is_editor)  # what states the facts that she registers

rules.add_perm("agreements.view_ownershipreport", is_reader)
for _verb in ("add", "change", "delete"):
    rules.add_perm(f"agreements.{_verb}_ownershipreport", is_own_organisation | is_editor)

# Whoever may change anything may let a system of hers do so in her name; the administrator sees and ends them all.
rules.add_perm("agreements.add_apitoken", is_coordinator | is_editor)
rules.add_perm("agreements.view_apitoken", holds_token)
rules.add_perm("agreements.change_apitoken", holds_token)

# Who gets the stream of changes is seen by the editor-in-chief; its secrets are the administrators'.
rules.add_perm("agreements.view_subscription", is_editor)
rules.add_perm("agreements.view_delivery", is_editor)

rules.add_perm("agreements.confirm_cooperation", edits)
rules.add_perm("agreements.submit_cooperation", edits)
rules.add_perm("agreements.publish_cooperation", is_editor)
rules.add_perm("agreements.propose_cooperation", sees)

# What readers have told of is the editors' to put right; when it is handled it is deleted.
rules.add_perm("agreements.view_pagereport", is_editor)
rules.add_perm("agreements.delete_pagereport", is_editor)
