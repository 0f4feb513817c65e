"""To whom does someone complain about a decision that a cooperation has made for a municipality?

What the register states goes first. Else only the law on vertskommuner says it for all: without a felles
nemnd the municipality that delegated (kommuneloven § 20-5, VK-13), with one a særskilt klagenemnd
(§ 20-6, VK-14); in both, a state body where a special law names one. Otherwise it is unknown.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from municipalities.models import Organisation

from ..models import Cooperation, Form, Organ


@dataclass(frozen=True)
class ComplaintBody:
    """Who decides the complaint, and by which paragraph when it follows from the law alone."""

    name: str
    paragraph: str = ""


def complaint_body(cooperation: Cooperation, of: Organisation | None = None) -> ComplaintBody | None:
    """Return who decides complaints from the inhabitants of ``of``; None when it is unknown.

    Without ``of`` it is told to any inhabitant: «the municipality where you live».

    Reads the prefetched ``organs`` and the selected ``legal``.
    """
    legal = getattr(cooperation, "legal", None)
    if legal and legal.complaint_body:
        return ComplaintBody(legal.complaint_body)
    if cooperation.form != Form.VK or (of and of.kind != Organisation.Kind.MUNICIPALITY):
        return None
    if any(organ.kind == Organ.Kind.COMMITTEE for organ in cooperation.organs.all()):
        return ComplaintBody(_("egen klagenemnd"), "§ 20-6")
    name = _("%(name)s kommune") % {"name": of.name} if of else _("kommunen der du bor")
    return ComplaintBody(name, "§ 20-5")
