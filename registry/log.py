"""What must not stand in a log?"""

import logging
import re

#: The secret addresses: whoever has one can read what it leads to.
_SECRET = re.compile(r"(/kalender/)[^/\s]+?(?=\.ics)|(/folg/(?:bekreft|avslutt)/)[^/\s]+")


class WithoutSecrets(logging.Filter):
    """Take the secret part out of the addresses that Django logs with an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message where it holds a secret; every record is logged."""
        message = record.getMessage()
        if "/kalender/" in message or "/folg/" in message:
            record.msg, record.args = _SECRET.sub(r"\1\2…", message), None
        return True
