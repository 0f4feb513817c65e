"""How is the history of a table kept?  By triggers that run once for each statement, not once for each row.

pghistory has such triggers. Three things of theirs are mended here: copies of a tracker no longer know their
operation, a row that gets another primary key leaves no event, and a statement that changes nothing leaves a context.
"""

from typing import Any

import pghistory
import pgtrigger
from pghistory.core import RowEvent
from pghistory.trigger import Event

_CONTEXT = {
    "WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) ": "",
    "_pgh_attached_context.value": "(SELECT _pgh_attach_context())",
    ", _pgh_attached_context;": ";",
}


class _StatementEvent(Event):
    """Adds the events of all rows that a statement has changed."""

    def get_func(self, model: Any) -> pgtrigger.Func:
        """Note who and why when the first event is written, once; a context of its own would always be noted."""
        sql = super().get_func(model).func
        for theirs, ours in _CONTEXT.items():
            if theirs not in sql:
                raise ValueError(f"pghistory no longer writes «{theirs}»: see what {__name__} still has to mend")
            sql = sql.replace(theirs, ours)
        return pgtrigger.Func(sql)

    def get_func_template_kwargs(self, model: Any) -> dict[str, Any]:
        """Join from the new rows: one without an old one of the same key is changed as well, its key being."""
        found = super().get_func_template_kwargs(model)
        return {
            name: rows.replace("old_values JOIN new_values", "new_values LEFT JOIN old_values")
            if isinstance(rows, str)
            else rows
            for name, rows in found.items()
        }


class _Tracker(RowEvent):
    """What keeps an insert, update or delete."""

    level = pghistory.Statement

    def __deepcopy__(self, memo: dict) -> "_Tracker":
        return type(self)()

    def add_event_trigger(self, event_model: Any) -> None:
        """Register the trigger on the tracked model."""
        pgtrigger.register(
            _StatementEvent(
                event_model=event_model,
                label=self.label,
                name=self.trigger_name,
                row=self.row,
                operation=self.operation,
                condition=self.condition,
                level=self.level,
            )
        )(event_model.pgh_tracked_model)


class _Insert(_Tracker, pghistory.InsertEvent):
    pass


class _Update(_Tracker, pghistory.UpdateEvent):
    pass


class _Delete(_Tracker, pghistory.DeleteEvent):
    pass


#: Every insert, update and delete is kept.
TRACKERS = (_Insert(), _Update(), _Delete())
