"""What happens before a transaction is committed?

The one place that every transaction of Django's passes, whoever began it. What stands here cannot be forgotten by
an importer, an action or a view; see ``agreements.answers.writing`` for what is at stake.
"""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that commits a change of the facts only together with the documents made from them."""

    def _commit(self) -> None:
        if self.connection is not None:
            try:
                self._freshen()
            except BaseException:
                self._rollback()
                raise
        super()._commit()

    def _freshen(self) -> None:
        # The models are not there yet while Django's apps are loading, nor the tables before they are migrated.
        from agreements.answers.writing import freshen, ready

        if self.alias == "default" and ready():
            freshen()
