"""What is a cooperation, who takes part in it, and which source says so?"""

from .cooperation import Cooperation, CooperationRelation, CooperationTask, Organ
from .dates import DatePrecision, VagueDate
from .forms import Form
from .membership import GroupStatement, Membership, Role
from .sources import Citation, Source
from .tasks import Task

__all__ = [
    "Citation",
    "Cooperation",
    "CooperationRelation",
    "CooperationTask",
    "DatePrecision",
    "Form",
    "GroupStatement",
    "Membership",
    "Organ",
    "Role",
    "Source",
    "Task",
    "VagueDate",
]
