"""How does one run alone send messages, and when is it certain that one was not taken?"""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


class AlreadySendingError(Exception):
    """Another run is sending right now."""


@contextmanager
def only_run(lock: int) -> Iterator[None]:
    """Hold the right to send, which the database gives one run at a time and takes back when it dies.

    ``lock`` is the number that stands for this kind of message. Raises AlreadySendingError.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            raise AlreadySendingError
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def certainly_refused(error: Exception) -> bool:
    """Tell whether the message cannot have been accepted: refused by the server, or no server was reached."""
    refused = (
        smtplib.SMTPResponseException,  # an answer with a code: not accepted
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPNotSupportedError,
        ConnectionRefusedError,
        socket.gaierror,
        ValueError,  # it could not even be written
    )
    return isinstance(error, refused)
