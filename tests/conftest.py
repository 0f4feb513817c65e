"""What do all tests stand on?  A real PostgreSQL of their own, and chromium where the machine has it."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation

from registry import embedded, messages

# Never the data of whoever works on this machine; processes that the tests start keep to it as well.
if "REGISTRY_VAR" not in os.environ:
    os.environ["REGISTRY_VAR"] = "var/test"
VAR_DIR = embedded.var_dir()

TEST_NAME = "test_registry_"
TEMPLATE_NAME = "template_registry_"

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_configure() -> None:
    """Have the translations, and a folder for static files: whitenoise warns where there is none."""
    # The settings are read before this file, with the folder of whoever runs pytest by hand.
    for folder in (VAR_DIR / "static", Path(settings.STATIC_ROOT)):
        folder.mkdir(parents=True, exist_ok=True)
    messages.compile_all()


def pytest_report_header() -> list[str]:
    """Say plainly what the tests run on."""
    database = "DATABASE_URL" if os.environ.get("DATABASE_URL") else f"embedded PostgreSQL under {VAR_DIR}"
    browser = CHROMIUM or "NOT FOUND, the browser tests are skipped (install it, on Debian: apt install chromium)"
    return [f"database: {database}", f"chromium: {browser}"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests where there is no browser."""
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="chromium is not installed"))


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the program of the browser."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    return Path(CHROMIUM)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker) -> Iterator[None]:
    """Have the database server running before pytest-django creates the test database, until it has removed it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with embedded.running(VAR_DIR, durable=False):
        default = connections.settings["default"]
        default.update(embedded.django_database(VAR_DIR))
        default["OPTIONS"]["pool"] = default["OPTIONS"]["pool"] | {"timeout": 60}  # seconds, on a busy machine
        # Each session has a database of its own, so that several can run at once.
        with (VAR_DIR / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _drop_abandoned()
            with django_db_blocker.unblock():
                default["TEST"]["TEMPLATE"] = _template()
        default["TEST"]["NAME"] = name = f"{TEST_NAME}{os.getpid()}"
        yield
        # Where a page's thread still had a connection, Django could not remove it (see filterwarnings).
        with _server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server() -> psycopg.Connection:
    """Return a connection from which databases are made and removed."""
    return psycopg.connect(
        host=str(embedded.socket_folder(VAR_DIR)), user=embedded.USER, dbname=embedded.NAME, autocommit=True
    )


def _template() -> str:
    """Return a database with all migrations applied, to be copied: they take most of a short session's time.

    It is kept between sessions until a migration or a dependency changes.
    """
    root = Path(__file__).parent.parent
    files = [root / "requirements.txt", *sorted(root.glob("*/migrations/*.py"))]
    name = TEMPLATE_NAME + hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:16]
    draft = f"{name}_draft"
    with _server() as server:
        found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATE_NAME])
        names = {row[0] for row in found}
        if name in names:
            return name
        for old in names:
            server.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        connection, original = connections["default"], connections["default"].settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = draft
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = original
        server.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def _drop_abandoned() -> None:
    """Remove the test databases of sessions that were killed."""
    with _server() as server:
        for (name,) in server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEST_NAME]):
            if not Path("/proc", name.removeprefix(TEST_NAME)).exists():
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def _in_bokmal(settings) -> Iterator[None]:
    """Begin each test in the site's language: a request leaves its own behind in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _quick_and_plain(settings):
    """Serve static files without collecting them first, and hash the tests' made-up passwords quickly."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    """Keep the files of each test apart from all others."""
    settings.DOCUMENTS_DIR = tmp_path / "documents"
