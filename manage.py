#!/usr/bin/env python
"""How does a person give the register a command?  Django's own way, with the database running meanwhile."""

import os
import signal
import sys
from contextlib import nullcontext

from django.core.management import execute_from_command_line

from registry import launch

# Commands that read no data; every other one gets the database.
WITHOUT_DATABASE = {"help", "version", "collectstatic", "compilemessages", "makemessages", "startapp"}


def main() -> None:
    """Run one command of manage.py."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    # Ended from outside, we still leave in good order: the embedded database stops with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    words = set(sys.argv[1:])
    needs_database = words and not words & {*WITHOUT_DATABASE, "--help", "-h", "--version"}
    with launch.plain_errors(), launch.database.available() if needs_database else nullcontext():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
