"""Do the recipes and the example client do what they say, against a real server?"""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pyarrow.parquet
import pytest
from django.conf import settings as project

from agreements.exchange import dump, stream
from agreements.models import Cooperation
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
ROOT: Path = project.BASE_DIR
TEXT = (ROOT / "docs" / "recipes.md").read_text("utf-8")
LOCAL = "http://127.0.0.1:8000"


def recipes(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def server(live_server, settings, tmp_path) -> str:
    """Serve two cooperations of Drammen, and their data set."""
    settings.DATA_DIR = tmp_path / "data"
    drammen = factories.municipality(valid_from="2020-01-01")
    for name, form in (("Legevakten", "VK"), ("Renovasjon IKS", "IKS")):
        factories.membership(factories.cooperation(name, form, cite=False), drammen, "owner", share=(1, 3))
    factories.cooperation("Uten Drammen", cite=False)
    dump.publish()
    return live_server.url


def run(words: list[str] | str, folder: Path) -> str:
    done = subprocess.run(
        words, cwd=folder, check=False, capture_output=True, text=True, timeout=60, shell=isinstance(words, str)
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def client(*arguments: str, folder: Path, server: str) -> str:
    return run([sys.executable, str(ROOT / "examples" / "client.py"), "--address", server, *arguments], folder)


# The client


def test_the_client_lists_page_by_page(server, tmp_path):
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        from client import RefusedError, Register
    finally:
        sys.path.pop(0)
    register = Register(server)
    assert [row["name"] for row in register.list("cooperations", page_size=1)] == [
        "Legevakten",
        "Renovasjon IKS",
        "Uten Drammen",
    ]
    assert [row["name"] for row in register.list("cooperations", form=["IKS"])] == ["Renovasjon IKS"]
    assert register.one("cooperations", "legevakten", on="2019-12-31")["memberships"] == []
    with pytest.raises(RefusedError, match="400"):
        next(register.list("cooperations", formm="IKS"))


def test_the_client_asks_about_a_day(server, tmp_path):
    asked = ["list", "--municipality", "3301", "--on"]
    assert client(*asked, "2023-01-01", folder=tmp_path, server=server).splitlines() == [
        "Legevakten (VK): Drammen",
        "Renovasjon IKS (IKS): Drammen",
    ]
    assert client(*asked, "2019-12-31", folder=tmp_path, server=server) == ""


def test_the_client_follows_from_where_it_left_off(server, tmp_path):
    first = client("follow", folder=tmp_path, server=server)
    assert "published cooperation legevakten" in first
    assert client("follow", folder=tmp_path, server=server) == ""
    Cooperation.objects.filter(slug="legevakten").update(name="Legevakta")
    assert "    name: Legevakten -> Legevakta" in client("follow", folder=tmp_path, server=server)


def test_the_client_says_what_is_wrong(server, tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "client.py"), "--address", server, "list", "--on", "i går"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("400: ")
    assert "Traceback" not in done.stderr


# The recipes


@pytest.mark.parametrize("recipe", recipes("sh"))
def test_the_recipes_for_the_shell(recipe, server, tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    script = recipe.replace(LOCAL, server).replace("python3 ", f"{sys.executable} ")
    assert run(f"set -e\n{script}", tmp_path).strip()


@pytest.mark.parametrize("recipe", [one for one in recipes("python") if LOCAL in one])
def test_the_recipes_in_python(recipe, server, tmp_path):
    (tmp_path / "recipe.py").write_text(recipe.replace(LOCAL, server), "utf-8")
    assert run([sys.executable, "-W", "ignore::ResourceWarning", "recipe.py"], tmp_path).strip() in (
        "Drammen 2",
        "3 cooperations",
    )


def test_what_the_shell_recipes_give(server, tmp_path):
    drammen, unchanged, checked, changes = (
        run(f"set -e\n{recipe.replace(LOCAL, server)}", tmp_path) for recipe in recipes("sh")[:4]
    )
    assert {row["name"] for row in json.loads(drammen)["results"]} == {"Legevakten", "Renovasjon IKS"}
    assert unchanged.strip() == "304"
    assert checked.strip() == "csv/memberships.csv: OK"
    assert len(json.loads(changes)["results"]) == len(stream.read(stream.Position()).events) - 1


def test_the_recipe_for_receivers_of_webhooks():
    (recipe,) = (one for one in recipes("python") if "is_genuine" in one)
    known: dict = {}
    exec(recipe, known)  # noqa: S102 - our own page
    key, body = b"0123456789abcdef0123456789abcdef", b"{}"
    now = str(int(time.time()))
    signature = base64.b64encode(hmac.digest(key, b"evt_1." + now.encode() + b"." + body, hashlib.sha256)).decode()
    headers = {"webhook-id": "evt_1", "webhook-timestamp": now, "webhook-signature": f"v1,AAAA v1,{signature}"}
    secret = "whsec_" + base64.b64encode(key).decode()
    assert known["is_genuine"](secret, headers, body)
    assert not known["is_genuine"](secret, headers, b"{ }")
    assert not known["is_genuine"](secret, headers | {"webhook-timestamp": "1"}, body)


@pytest.mark.parametrize("language", ["pandas", "r", "powerquery"])
def test_the_addresses_and_columns_of_the_other_recipes(language, server, tmp_path):
    """pandas, R and Excel are not here; what they read is: each address answers, each quoted column is in a file."""
    (recipe,) = recipes(language)
    columns: set[str] = set()
    for address in re.findall(rf"{LOCAL}(/[^\"]+)", recipe):
        path = tmp_path / Path(address).name
        urllib.request.urlretrieve(server + address, path)  # noqa: S310 - our own server
        if path.suffix == ".parquet":
            columns |= set(pyarrow.parquet.read_schema(path).names)
        else:
            columns |= set(path.read_text("utf-8").partition("\n")[0].strip().split(","))
    words = set(re.findall(r'"([a-z_]+)"', recipe))
    values = {"owner", "share", "string", "character"}  # quoted, but not columns of the files
    assert words - values
    assert words - values <= columns
