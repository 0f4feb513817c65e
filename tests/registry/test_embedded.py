"""Does the embedded PostgreSQL start, stop and recover?  With real servers; nothing here is imitated."""

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from registry import embedded

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been used once and stopped, for copies."""
    var = tmp_path_factory.mktemp("made") / "var"
    with embedded.running(var, durable=False):
        _execute(var, "CREATE TABLE kept AS SELECT 42 AS answer")
    return var


@pytest.fixture
def var(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder with a table `kept`, in a path with spaces and other characters that need care."""
    var = tmp_path / "min mappe $HOME 'æøå'" / "var"
    var.parent.mkdir()
    subprocess.run(["cp", "-a", str(made), str(var)], check=True)
    yield var
    embedded.stop(var)


def _execute(var: Path, statement: str) -> list[tuple]:
    with psycopg.connect(
        host=str(embedded.socket_folder(var)), user=embedded.USER, dbname=embedded.NAME, autocommit=True
    ) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _server(var: Path) -> int:
    return int((var / "postgres/postmaster.pid").read_text().split()[0])


def _kill_everything(var: Path) -> int:
    """End the server the hard way, and wait until nothing of it is left."""
    pid = _server(var)
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while _processes(var) and time.monotonic() < until:
        time.sleep(0.02)
    return pid


def _processes(var: Path) -> list[int]:
    """Return the PostgreSQL processes that work on a data folder."""
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [number for number in numbers if embedded._is_server(number, var / "postgres")]


def test_first_start_creates_a_private_database_without_a_network_port(tmp_path: Path) -> None:
    var = tmp_path / "med mellomrom" / "var"
    with embedded.running(var):
        assert _execute(var, "SHOW listen_addresses") == [("",)]
        assert _execute(var, "SHOW server_encoding") == [("UTF8",)]
        assert _execute(var, "SHOW data_checksums") == [("on",)]
        assert _execute(var, "SHOW fsync") == [("on",)]
        for folder in (var / "postgres", embedded.socket_folder(var)):
            assert folder.stat().st_mode & 0o777 == 0o700
        for extension in ("btree_gist", "pg_trgm", "unaccent"):
            _execute(var, f"CREATE EXTENSION {extension}")
        assert _execute(var, "SELECT lower('ÆØÅ')") == [("æøå",)]
    assert not _processes(var)


def test_second_start_finds_the_data(var: Path) -> None:
    with embedded.running(var):
        assert _execute(var, "SELECT * FROM kept") == [(42,)]
    assert not embedded.is_running(var)


def test_the_last_user_stops_the_server(var: Path) -> None:
    with embedded.running(var):
        first = _server(var)
        with embedded.running(var):
            assert _server(var) == first
        assert _server(var) == first
        assert embedded.is_running(var)
    assert not _processes(var)


def _use(var: Path, answers: multiprocessing.Queue) -> None:
    with embedded.running(var, durable=False):
        answers.put(_execute(var, "SELECT answer FROM kept"))


def test_several_processes_may_start_it_at_once(var: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    processes = [context.Process(target=_use, args=(var, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=30) for _ in processes] == [[(42,)]] * 4
    for process in processes:
        process.join()
    assert not _processes(var)


def test_killed_server_recovers_what_was_committed(var: Path) -> None:
    embedded.start(var)
    _execute(var, "INSERT INTO kept VALUES (43)")
    _kill_everything(var)
    assert not embedded.is_running(var)
    with embedded.running(var):
        assert _execute(var, "SELECT count(*) FROM kept") == [(2,)]


def test_server_left_behind_is_taken_over(var: Path) -> None:
    program = "import sys, time; from pathlib import Path; from registry import embedded\n"
    program += "with embedded.running(Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    user = subprocess.Popen([sys.executable, "-c", program, str(var)], stdout=subprocess.PIPE, text=True)
    with user:
        assert user.stdout.readline() == "up\n"
        user.kill()
    left = _server(var)
    with embedded.running(var):
        assert _server(var) == left
    assert not _processes(var)


def test_number_of_a_dead_server_now_belongs_to_another_program(var: Path) -> None:
    embedded.start(var)
    dead = _kill_everything(var)
    pid_file = var / "postgres/postmaster.pid"
    with subprocess.Popen(["sleep", "60"], cwd=var / "postgres") as other:
        pid_file.write_text(pid_file.read_text().replace(str(dead), str(other.pid), 1))
        with embedded.running(var):
            assert _execute(var, "SELECT * FROM kept") == [(42,)]
        assert other.poll() is None, "the other program was left alone"
        other.kill()


def test_start_that_was_cut_short_leaves_no_half_database(tmp_path: Path) -> None:
    (tmp_path / "postgres.new/base").mkdir(parents=True)
    with embedded.running(tmp_path, durable=False):
        assert _execute(tmp_path, "SELECT 1") == [(1,)]
    assert not (tmp_path / "postgres.new").exists()


def test_long_path_and_long_tmpdir(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    var = tmp_path / ("langt" * 30) / "var"
    temporary = tmp_path / ("t" * 100)
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with embedded.running(var, durable=False):
        assert _execute(var, "SELECT 1") == [(1,)]


def test_running_server_is_found_whatever_tmpdir_says(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded.running(var):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        assert _execute(var, "SELECT * FROM kept") == [(42,)]


@as_root
def test_socket_folder_of_somebody_else_is_refused(var: Path) -> None:
    folder = embedded.socket_folder(var)
    folder.mkdir(mode=0o777)
    os.chown(folder, 12345, 12345)
    try:
        with pytest.raises(embedded.EmbeddedError, match="belongs to somebody else: remove it, or set TMPDIR"):
            embedded.start(var)
    finally:
        folder.rmdir()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _as_nobody(program: str, var: Path) -> subprocess.CompletedProcess:
    """Run a program that uses `embedded` and `var` as an ordinary user (started as root, to reach the interpreter)."""
    if subprocess.run(["test", "-x", embedded.program("postgres")], check=False, user="nobody").returncode:
        pytest.skip("the project lies in a folder that ordinary users cannot enter")
    start = "import os, pwd, sys; from pathlib import Path; from registry import embedded; var = Path(sys.argv[1])\n"
    start += "entry = pwd.getpwnam('nobody'); os.setgroups([]); os.setgid(entry.pw_gid); os.setuid(entry.pw_uid)\n"
    return subprocess.run(
        [sys.executable, "-c", start + program, str(var)], check=False, capture_output=True, text=True
    )


@as_root
def test_ordinary_user_and_then_root(open_folder: Path) -> None:
    var = open_folder / "var"
    var.mkdir()
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(var, nobody, -1)
    use = "with embedded.running(var, durable=False): print(embedded.is_running(var))"
    done = _as_nobody(use, var)
    assert (done.stdout, done.stderr) == ("True\n", "")
    assert (var / "postgres").stat().st_uid == nobody

    with embedded.running(var, durable=False):
        assert Path(f"/proc/{_server(var)}").stat().st_uid == nobody
        assert _as_nobody(use, var).stdout == "True\n"  # and both at once
        assert embedded.is_running(var)


@as_root
def test_data_of_somebody_else_are_refused(open_folder: Path) -> None:
    var = open_folder / "var"
    with embedded.running(var, durable=False):
        pass
    if (var / "postgres").stat().st_uid == pwd.getpwnam("nobody").pw_uid:
        pytest.skip("this machine has no user postgres, so root uses nobody")
    done = _as_nobody("embedded.running(var).__enter__()", var)
    assert "belong to the user postgres: run this as postgres, or as root." in done.stderr


@as_root
def test_folder_that_is_not_writable(open_folder: Path) -> None:
    done = _as_nobody("embedded.running(var).__enter__()", open_folder / "var")
    assert f"cannot use {open_folder / 'var'}: Permission denied. Make room or make the folder writable" in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for 30 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


@as_root
def test_full_disk(small_disk: Path) -> None:
    with pytest.raises(embedded.EmbeddedError, match="the disk is full"):
        embedded.start(small_disk / "var", durable=False)
    assert [entry.name for entry in (small_disk / "var").iterdir()] == ["postgres.lock"]


@as_root
def test_read_only_disk(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(embedded.EmbeddedError, match=r"cannot use .*/var: Read-only file system\. Make"):
        embedded.running(small_disk / "var").__enter__()


def test_server_that_cannot_start_says_why(var: Path) -> None:
    (var / "postgres/postgresql.auto.conf").write_text("max_connections = 'mange'\n")
    with pytest.raises(embedded.EmbeddedError) as caught:
        embedded.start(var)
    assert "PostgreSQL does not start: " in str(caught.value)
    assert 'postgresql.auto.conf" contains errors' in str(caught.value)
    assert "\n" not in str(caught.value)


def test_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var/secret-key"
    secret = embedded.kept_secret(path)
    assert len(secret) > 50
    assert embedded.kept_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret-key"]
