"""Who is reader, coordinator, editor or administrator, and what may each do with organisations and places?

The roles are derived, never stored twice: who may sign in to the admin (``is_staff``) is a reader; who is
besides named as ``Coordinator`` of an organisation today is a coordinator; ``is_editor`` makes the
editor-in-chief; ``is_superuser`` the administrator, to whom Django grants everything.

Everywhere the question is ``user.has_perm("app.verb_model", obj)``; without an object it is «anywhere at all».
"""

import rules
from django.contrib.auth.backends import ModelBackend
from django.db.models import Model, QuerySet
from django.utils.timezone import localdate

from .models import Coordinator, Organisation
from .querysets import valid_on


class PasswordBackend(ModelBackend):
    """Sign in with a password. Rights come from the roles alone, not from Django's groups and permissions."""

    def _get_permissions(self, user_obj, obj, from_name) -> set[str]:
        return set()


def organisations_of(user) -> QuerySet[Organisation]:
    """Return the organisations that the user keeps the facts of today; through a token only that of the token."""
    if not is_reader(user):
        return Organisation.objects.none()
    today = Coordinator.objects.filter(valid_on(localdate()), user_id=user.pk)
    if user.only_organisation_id is not None:
        today = today.filter(organisation_id=user.only_organisation_id)
    return Organisation.objects.filter(pk__in=today.values("organisation"))


@rules.predicate
def is_reader(user) -> bool:
    """Tell whether the user may sign in to the admin at all."""
    return bool(user.is_active and user.is_staff)


@rules.predicate
def is_editor(user) -> bool:
    """Tell whether the user keeps the whole register: the editor-in-chief, or an administrator."""
    return bool(is_reader(user) and (user.is_superuser or user.is_editor))


@rules.predicate
def is_coordinator(user) -> bool:
    """Tell whether the user keeps the facts of any organisation today."""
    return organisations_of(user).exists()


@rules.predicate
def is_own_organisation(user, obj: Model | None) -> bool:
    """Tell whether the user keeps the facts of the organisation that it is or belongs to; without one, of any."""
    if obj is None:
        return is_coordinator(user)
    key = obj.pk if isinstance(obj, Organisation) else obj.organisation_id
    return organisations_of(user).filter(pk=key).exists()


#: What SSB and Kartverket state; everybody reads it, the editor-in-chief mends it.
_REFERENCE = ("municipality", "municipalitynumber", "municipalitychange", "population", "county")
_VERBS = ("add", "change", "delete")

rules.add_perm("municipalities", is_reader)
rules.add_perm("municipalities.view_deleted", is_editor)
for _model in (*_REFERENCE, "organisation", "organisationname"):
    rules.add_perm(f"municipalities.view_{_model}", is_reader)
for _model in _REFERENCE:
    for _verb in _VERBS:
        rules.add_perm(f"municipalities.{_verb}_{_model}", is_editor)

# A member that is not there yet is registered by whoever needs it.
rules.add_perm("municipalities.add_organisation", is_coordinator | is_editor)
rules.add_perm("municipalities.change_organisation", is_own_organisation | is_editor)
rules.add_perm("municipalities.delete_organisation", is_editor)
for _verb in _VERBS:
    rules.add_perm(f"municipalities.{_verb}_organisationname", is_own_organisation | is_editor)
# Users and who coordinates what have no rule: only administrators reach them.
