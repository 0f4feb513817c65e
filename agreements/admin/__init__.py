"""Where do coordinators keep cooperations, their members, agreements, tasks and sources?"""

from . import (
    agreements,
    cooperations,
    documents,
    legal,
    memberships,
    page_reports,
    reports,
    tasks_sources,
    tokens,
    webhooks,
)

__all__ = [
    "agreements",
    "cooperations",
    "documents",
    "legal",
    "memberships",
    "page_reports",
    "reports",
    "tasks_sources",
    "tokens",
    "webhooks",
]
