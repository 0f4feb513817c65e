"""How does a fact change, and who changed it?

Each action is a function with keyword-only ``by`` (the user), ``reason`` (mandatory) and, where it
has one, ``on`` (the day that it takes effect). It is atomic, goes through the models' validation,
raises ``ValidationError`` by field, is kept in the history with its reason, and leaves an
``ActionRecord``. ``undo`` takes any of them back by a new change that is kept as well.
"""

from .decisions import decide
from .ending import end, reopen, wind_up
from .keeping import amend, register, rename
from .members import give_notice, join, leave, withdraw_notice
from .succession import convert, merge, split
from .undoing import KEPT_BY_RESTORE, NEVER_RESTORED, restore, undo

__all__ = [
    "KEPT_BY_RESTORE",
    "NEVER_RESTORED",
    "amend",
    "convert",
    "decide",
    "end",
    "give_notice",
    "join",
    "leave",
    "merge",
    "register",
    "rename",
    "reopen",
    "restore",
    "split",
    "undo",
    "wind_up",
    "withdraw_notice",
]
