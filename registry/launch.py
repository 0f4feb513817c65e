"""How does the register start on a machine, from nothing to a page that answers?  The Makefile calls this."""

import argparse
import ctypes
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, models, transaction

from agreements.exchange import document_files

from . import database, messages
from .embedded import EmbeddedError, var_dir

WORKERS, THREADS = 2, 4
# Connections that a worker serves or keeps open at once; more than that wait in the system's queue.
BACKPRESSURE = 256
START_TIMEOUT, STOP_TIMEOUT = 60, 15  # seconds
PR_SET_PDEATHSIG = 1  # Linux: <sys/prctl.h>


def main() -> None:
    """Run one of the Makefile's targets."""
    parser = argparse.ArgumentParser(prog="python -m registry.launch")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "setup", "reset"):
        commands.add_parser(name)
    for name in ("backup", "restore"):
        commands.add_parser(name).add_argument("file")
    arguments = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    # SIGINT too, since a shell script starts what it puts in the background with SIGINT ignored.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as under nohup
        signal.signal(signal.SIGHUP, _interrupt)
    with plain_errors():
        match arguments.command:
            case "run":
                run()
            case "setup":
                with database.available():
                    setup()
            case "reset":
                reset()
            case "backup":
                backup(arguments.file)
            case "restore":
                restore(arguments.file)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what a person can mend into one sentence and the exit code 1, without a traceback."""
    try:
        yield
    except (EmbeddedError, database.RefusedError, document_files.ArchiveError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except DatabaseError as error:
        # A fault of ours keeps its traceback; a database that is full, gone or read-only does not need one.
        if error.__class__.__name__ != "OperationalError":
            raise
        sys.exit(f"The database {database.place()} refuses: {database.reason(error)}")
    except KeyboardInterrupt:
        sys.exit(130)


# run


def run() -> None:
    """Bring the register up to date and serve it until somebody stops it."""
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    _check_port(host, port)
    with database.available():
        setup()
        _serve(host, port)


def setup() -> None:
    """Make database, data, static files and administrator ready. Does only what has not been done yet."""
    django.setup()
    try:
        _say("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)
        _load_once("municipalities.Municipality", "load_reference", "Loading the reference data …")
        _load_once("agreements.Cooperation", "load_cooperations", "Loading the cooperations …")
        messages.compile_all()
        call_command("rebuild_documents", verbosity=0)  # of an older edition, or of a restored backup
        _say("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        _create_administrator()
    except CommandError as error:
        sys.exit(f"The register cannot be made ready: {error}")
    except OSError as error:
        where = error.filename or var_dir()
        sys.exit(f"The register cannot be made ready: {where}: {error.strerror}.")
    finally:
        connections.close_all()
        connections["default"].close_pool()


def _load_once(model_name: str, command: str, announcement: str) -> None:
    """Load the first data, unless there are some, or people have removed them."""
    model = apps.get_model(model_name)
    if any(table.objects.exists() for table in (model, *_histories(model))):
        return
    _say(announcement)
    with transaction.atomic():  # all or nothing, so that a start cut short here loads again next time
        call_command(command)


def _histories(model: type[models.Model]) -> list[type[models.Model]]:
    """Return the tables that keep what was in a model's table."""
    return [other for other in apps.get_models() if getattr(other, "pgh_tracked_model", None) is model]


def _create_administrator() -> None:
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return
    password = secrets.token_urlsafe(12)
    users.create_superuser(username="admin", password=password)
    _say(f"Created the administrator admin with the password {password}  (shown only this once)")


# serving


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT={text} is not a port: use a number from 1 to 65535, as in `make run PORT=8001`.")
    return int(text)


def _check_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        other = f"make run PORT={port + 1 if port < 65535 else 8000}"
        sys.exit(f"Port {port} on {host} cannot be used ({error.strerror}): choose another, as in `{other}`.")


def _serve(host: str, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM, and leave nothing behind."""
    command = [
        sys.executable, "-m", "granian", "registry.launch:worker", "--factory", "--interface", "wsgi",
        "--host", host, "--port", str(port), "--http", "1", "--no-ws",
        "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--backpressure", str(BACKPRESSURE),
        "--workers-kill-timeout", str(STOP_TIMEOUT // 2), "--respawn-failed-workers", "--log-level", "warning",
    ]  # fmt: skip
    _say("Starting the server …")
    # A session of its own: Ctrl-C in the terminal is for us, who then end everything in order.
    server = subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)
    try:
        _wait_for_answer(server, host, port)
        _announce(host, port)
        server.wait()
        sys.exit(f"The server ended by itself (exit code {server.returncode}): its last lines above say why.")
    except KeyboardInterrupt:
        _say("Stopping …")
    finally:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)  # a second Ctrl-C must not cut the stopping short
        server.terminate()
        try:
            server.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def worker() -> Callable:
    """Return the application to one of granian's worker processes."""
    _end_with_parent()
    from .wsgi import application

    # The first visitor need not wait for a connection, and `make reset` sees that the database is in use.
    connections["default"].ensure_connection()
    connections["default"].close()
    return application


def _end_with_parent() -> None:
    """Ask the system to end this process when its parent is gone: else `kill -9` would leave the port taken."""
    with suppress(AttributeError):  # elsewhere than on Linux
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_for_answer(server: subprocess.Popen, host: str, port: int) -> None:
    until = time.monotonic() + START_TIMEOUT
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit(f"The server does not start (exit code {server.returncode}): its last lines above say why.")
        connection = http.client.HTTPConnection(_reachable(host), port, timeout=10)
        try:
            connection.request("GET", "/")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            if status >= 500:
                sys.exit(f"The server answers with an error ({status}): the lines above say why.")
            return
        finally:
            connection.close()
    sys.exit(f"The server has not answered within {START_TIMEOUT} seconds.")


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 – read, not bound


def _announce(host: str, port: int) -> None:
    name = _reachable(host)
    site = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
    _say("The register is running:")
    _say(f"  directory  {site}/")
    _say(f"  admin      {site}/admin/")
    _say(f"  API        {site}/api/v1/")
    _say("Stop it with Ctrl-C.")


# reset, backup, restore


def reset() -> None:
    """Empty the database, after asking."""
    with database.available():
        _ask(f"This removes everything in the database {database.place()}.")
        database.reset()
    _say("The database is empty. The next `make run` loads it anew.")


def backup(file: str) -> None:
    """Copy the database to a file, and the documents to one beside it.

    The database first: a document is stored before the row that tells of it, so none of them is missing.
    """
    path = _file(file, "backup")
    with database.available():
        database.backup(path)
    _say(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB).")
    count = document_files.archive(_documents(path))
    _say(f"Wrote {_documents(path)} (documents: {count}).")


def restore(file: str) -> None:
    """Put a backup in the database's place, after asking."""
    path = _file(file, "restore")
    with database.available():
        database.check_backup(path)
        _ask(f"This puts {path} in the place of everything in the database {database.place()}.")
        database.restore(path)
    _say(f"Restored {path}.")
    if _documents(path).exists():
        _say(f"Restored {_documents(path)} (documents: {document_files.unpack(_documents(path))}).")
    else:
        _say(f"There is no {_documents(path)}: the documents are as they were.")


def _documents(path: Path) -> Path:
    return path.with_name(f"{path.name}.documents.tar")


def _file(name: str, command: str) -> Path:
    if not name:
        sys.exit(f"Say which file: `make {command} FILE=register.backup`.")
    return Path(name)


def _ask(warning: str) -> None:
    """Go on only when a person says so."""
    if os.environ.get("YES") == "1":
        return
    if not sys.stdin.isatty():
        sys.exit(f"{warning} Nobody is here to confirm it: run it in a terminal, or with YES=1.")
    if input(f"{warning}\nType «ja» to go on: ").strip().strip("«»").lower() != "ja":
        sys.exit("Nothing was changed.")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 – this is a command for people in a terminal


if __name__ == "__main__":
    main()
