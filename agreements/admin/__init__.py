"""Where do coordinators keep cooperations, their members, tasks and sources?"""

from . import cooperations, memberships, tasks_sources

__all__ = ["cooperations", "memberships", "tasks_sources"]
