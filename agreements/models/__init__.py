"""What is a cooperation, who takes part in it, and which source says so?"""

from .agreement import Agreement, AssemblyDecision, Clause, Decision
from .answers import Answer, Heading, Listed, Outdated, Revision, Tally, Word
from .changes import Change, PendingChange
from .cooperation import Cooperation, CooperationRelation, CooperationTask, Organ
from .dates import DatePrecision, VagueDate
from .document import Document
from .drafts import RegistrationDraft
from .economy import CostPart, Loan
from .follows import Follow, Follower, FormUse, PageReport
from .forms import Form
from .legal import LegalProfile, Notification, OrganSeat
from .life import ActionRecord, Notice
from .membership import GroupStatement, Membership, Role
from .proposals import Proposal
from .registered import RegistryEntry
from .reminders import CalendarAddress, Reminder
from .reports import OwnershipReport
from .sources import Citation, Source
from .status import Status
from .tasks import Task
from .tokens import ApiToken, ExternalKey, KeptAnswer, Quota
from .webhooks import Delivery, Subscription

__all__ = [
    "ActionRecord",
    "Agreement",
    "Answer",
    "ApiToken",
    "AssemblyDecision",
    "CalendarAddress",
    "Change",
    "Citation",
    "Clause",
    "Cooperation",
    "CooperationRelation",
    "CooperationTask",
    "CostPart",
    "DatePrecision",
    "Decision",
    "Delivery",
    "Document",
    "ExternalKey",
    "Follow",
    "Follower",
    "Form",
    "FormUse",
    "GroupStatement",
    "Heading",
    "KeptAnswer",
    "LegalProfile",
    "Listed",
    "Loan",
    "Membership",
    "Notice",
    "Notification",
    "Organ",
    "OrganSeat",
    "Outdated",
    "OwnershipReport",
    "PageReport",
    "PendingChange",
    "Proposal",
    "Quota",
    "RegistrationDraft",
    "RegistryEntry",
    "Reminder",
    "Revision",
    "Role",
    "Source",
    "Status",
    "Subscription",
    "Tally",
    "Task",
    "VagueDate",
    "Word",
]
