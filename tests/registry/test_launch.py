"""Does the register start from nothing, serve, stop and come back, and say plainly what is wrong?

These tests start the same processes as the Makefile does, on data folders and ports of their own.
"""

import gzip
import hashlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from municipalities.models import Municipality, MunicipalityNumber
from registry import database, embedded, launch

from .. import factories
from .test_embedded import _execute, _processes

PASSWORD = re.compile(r"administrator admin with the password (\S+)")


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the tests of this module share, as starts of the same register follow each other."""
    return tmp_path_factory.mktemp("launch") / "et register" / "var"


def _environment(var: Path, **changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT", "HOST", "YES")}
    return kept | {"REGISTRY_VAR": str(var)} | changes


def _run(*words: str, var: Path, **changes: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *words],
        check=False,
        env=_environment(var, **changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,  # what hangs is to be told of; a busy machine may take minutes
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _started(var: Path, output: list[str]) -> Iterator[tuple[subprocess.Popen, int]]:
    """Run the register until it says that it is up; `output` gets its lines.

    SIGINT is ignored at first, as for what a shell script puts in the background.
    """
    port = _free_port()
    command = [sys.executable, "-m", "registry.launch", "run"]
    with subprocess.Popen(
        command,
        env=_environment(var, PORT=str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    ) as process:
        try:
            for line in process.stdout:
                output.append(line)
                if line.startswith("Stop it"):
                    break
            else:
                pytest.fail(f"The register did not start: {''.join(output)}")
            yield process, port
        finally:
            if process.poll() is None:
                process.terminate()


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def _weight(port: int, path: str) -> int:
    """Return how many bytes a browser fetches for a page: itself, its styles, scripts and icon, compressed."""

    def fetched(address: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
            response = connection.getresponse()
            assert (response.status, response.headers["Content-Encoding"]) == (200, "gzip"), address
            return response.read()
        finally:
            connection.close()

    page = fetched(path)
    parts = set(re.findall(r'<(?:link|script|img)[^>]* (?:href|src)="(/static/[^"]+)"', gzip.decompress(page).decode()))
    assert {Path(part).suffix for part in parts} >= {".css", ".js"}
    return len(page) + sum(len(fetched(part)) for part in parts)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(condition: Callable[[], bool], seconds: float = 120) -> bool:
    """Wait until a condition holds; say whether it came to hold."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def test_register_starts_from_nothing_and_comes_back_with_what_people_changed_even_after_kill(var: Path) -> None:
    lines: list[str] = []
    with _started(var, lines) as (process, port):
        output = "".join(lines)
        assert len(PASSWORD.findall(output)) == 1
        for path in ("/", "/admin/", "/api/v1/"):
            assert f"http://127.0.0.1:{port}{path}\n" in output
        assert _status(port, "/admin/login/") == 200
        assert _weight(port, "/") < 100_000
        assert _execute(var, "SELECT count(*) FROM municipalities_municipality")[0][0] > 350
        _execute(var, "UPDATE agreements_cooperation SET name = 'Endret av et menneske' WHERE id = 1")
        loaded = _execute(var, "SELECT count(*), max(id) FROM agreements_cooperation")
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    assert not _answers(port)
    assert not _processes(var)

    lines.clear()
    with _started(var, lines) as (process, port):
        assert not PASSWORD.search("".join(lines))
        assert _execute(var, "SELECT count(*), max(id) FROM agreements_cooperation") == loaded
        assert _execute(var, "SELECT name FROM agreements_cooperation WHERE id = 1") == [("Endret av et menneske",)]
        process.kill()
    assert _until(lambda: not _answers(port)), "the worker processes ended with their parent"
    assert _processes(var), "the database server was left behind"

    lines.clear()
    with _started(var, lines) as (process, port):
        assert _status(port, "/admin/login/") == 200
        process.send_signal(signal.SIGINT)  # Ctrl-C
        assert process.wait(120) == 0
    assert not _processes(var)


def test_busy_port(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = _run("-m", "registry.launch", "run", var=var, PORT=str(port))
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} on 127.0.0.1 cannot be used (Address already in use):"
        f" choose another, as in `make run PORT={port + 1}`.\n"
    )


def test_port_that_is_none(var: Path) -> None:
    done = _run("-m", "registry.launch", "run", var=var, PORT="åtte tusen")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "use a number from 1 to 65535" in done.stderr


COMMANDS = pytest.mark.parametrize("words", [("-m", "registry.launch", "run"), ("manage.py", "migrate")])


@COMMANDS
def test_unreachable_database(words: tuple[str, ...], tmp_path: Path) -> None:
    url = f"postgresql://me:hemmelig@127.0.0.1:{_free_port()}/register"
    done = _run(*words, var=tmp_path, DATABASE_URL=url, PORT=str(_free_port()))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot be used: Connection refused. Check DATABASE_URL" in done.stderr
    assert "hemmelig" not in done.stderr


@COMMANDS
@pytest.mark.parametrize(
    "url", ["mysql://me@localhost/register", "register", "postgresql://localhost/", "postgresql://me@host:port/name"]
)
def test_database_url_that_is_wrong(words: tuple[str, ...], url: str, tmp_path: Path) -> None:
    done = _run(*words, var=tmp_path, DATABASE_URL=url, PORT=str(_free_port()))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("DATABASE_URL must name a PostgreSQL database: postgresql://")


def test_data_folder_that_cannot_be_made() -> None:
    done = _run("manage.py", "migrate", var=Path("/proc/register"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot use /proc/register" in done.stderr


def test_backup_and_restore_of_the_embedded_database(var: Path, tmp_path: Path) -> None:
    copy = tmp_path / "en kopi.backup"
    document = var / "documents" / "2d" / hashlib.sha256(b"x").hexdigest()
    document.parent.mkdir(parents=True)
    document.write_bytes(b"x")
    assert _run("-m", "registry.launch", "backup", str(copy), var=var).returncode == 0
    document.unlink()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [copy.name, f"{copy.name}.documents.tar"]

    with embedded.running(var):
        before = _execute(var, "SELECT count(*) FROM municipalities_municipality")
    asked = _run("-m", "registry.launch", "reset", var=var)
    assert asked.returncode == 1
    assert "Nobody is here to confirm it" in asked.stderr

    assert _run("-m", "registry.launch", "reset", var=var, YES="1").returncode == 0
    with embedded.running(var):
        assert _execute(var, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]

    restored = _run("-m", "registry.launch", "restore", str(copy), var=var, YES="1")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert document.read_bytes() == b"x"
    with embedded.running(var):
        assert _execute(var, "SELECT count(*) FROM municipalities_municipality") == before

        # The same copy goes into a server of somebody's own, as a user with no special rights there.
        _execute(var, "CREATE ROLE guest LOGIN")
        _execute(var, "CREATE DATABASE guests OWNER guest")
        url = f"postgresql://guest@{str(embedded.socket_folder(var)).replace('/', '%2F')}/guests"
        for command in (["restore", str(copy)], ["restore", str(copy)], ["backup", str(tmp_path / "2")], ["reset"]):
            done = _run("-m", "registry.launch", *command, var=tmp_path / "unused", DATABASE_URL=url, YES="1")
            assert (done.returncode, done.stderr) == (0, "")
        assert not (tmp_path / "unused").exists() or not embedded.is_running(tmp_path / "unused")


def test_database_in_use_is_not_reset(var: Path) -> None:
    with embedded.running(var):
        address = {"host": str(embedded.socket_folder(var)), "user": embedded.USER, "dbname": embedded.NAME}
        with psycopg.connect(**address):
            done = _run("-m", "registry.launch", "reset", var=var, YES="1")
    assert done.returncode == 1
    assert done.stderr == "The database is in use (1 connections): stop the register first.\n"


@pytest.mark.parametrize("content", [b"", b"PGDMP", b"noe annet"], ids=["empty", "cut short", "foreign"])
def test_file_that_is_no_backup(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "fil").write_bytes(content)
    with pytest.raises(database.RefusedError, match=r"is not a backup of this register|is damaged"):
        database.check_backup(tmp_path / "fil")


def test_missing_backup(tmp_path: Path) -> None:
    with pytest.raises(database.RefusedError, match=r"cannot be read: No such file or directory\."):
        database.check_backup(tmp_path / "fil")


@pytest.mark.django_db
def test_what_people_have_removed_is_not_loaded_again() -> None:
    made = factories.municipality()
    MunicipalityNumber.objects.all().delete()
    made.delete()
    assert not Municipality.objects.exists()
    launch._load_once("municipalities.Municipality", "there is no such command", "Loading …")
