"""How fast is the register beside other ways to answer?  ``python benchmarks/run.py [--quick] [--sizes 2000,100000]``

Makes made-up registers, starts each server with two workers of granian, and asks them in turn with ``wrk`` and sixteen
connections, round by round, so that what else the machine does meets all alike. Writes medians and ratios to
``var/bench/report.md``.
"""

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import time
import venv
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("REGISTRY_VAR", "var/bench")

from benchmarks import apps, peers  # noqa: E402
from benchmarks.load import server, url  # noqa: E402
from registry import embedded  # noqa: E402

LIST = "/api/v1/cooperations/"
REGISTER, DOCUMENTS, SQL = "register", "bare, stored documents", "bare, one SQL statement"
DATASETTE, NINJA, DRF = "Datasette", "Django Ninja", "plain DRF + django-filter"
#: Name → what granian serves, by which interface, and whether it is a factory.
SERVERS = {
    REGISTER: ("registry.wsgi:application", "wsgi", False),
    DOCUMENTS: ("benchmarks.apps:bare_documents", "wsgi", False),
    SQL: ("benchmarks.apps:bare_sql", "wsgi", False),
    DATASETTE: ("benchmarks.peers:datasette", "asgi", True),
    NINJA: ("benchmarks.peers:ninja", "wsgi", True),
    DRF: ("benchmarks.peers:drf", "wsgi", True),
}
#: What is asked of the register, and of those whose addresses are the same.
QUESTIONS = {
    "first page": "",
    "form": "?form=IKS",
    "municipality": "?municipality=3007",
    "past day": "?on=2015-06-01",
    "text": "?q=legevakt",
}
_TABLE = "/{name}/cooperations.json?_size=50&_nocount=1&_nofacet=1&_shape=objects&_json=memberships"
_PAGE = "/{name}/cooperations?_size=50&_nofacet=1&_nocol=memberships&_sort=sort_key"
_NUMBER = "&_through=%7B%22table%22:%22members%22,%22column%22:%22number%22,%22value%22:%223007%22%7D"
_NOW = "&opens__lte=2026-01-01&closes__gte=2026-01-01&_sort=sort_key"
OF_DATASETTE = {
    "first page": _TABLE + _NOW,
    "form": _TABLE + _NOW + "&form=IKS",
    "municipality": _TABLE + _NOW + _NUMBER,
    "past day": _TABLE + "&opens__lte=2015-06-01&closes__gte=2015-06-01&_sort=sort_key",
    "text": _TABLE + _NOW + "&_search=legevakt",
    "one": "/{name}/cooperations/77.json?_shape=objects",
    "HTML list": _PAGE,
    "HTML municipality": _PAGE + _NUMBER,
    "HTML cooperation": "/{name}/cooperations/77",
}
PAGES = {
    "HTML list": "/samarbeid/",
    "HTML municipality": "/kommuner/org-6/",
    "HTML cooperation": "/samarbeid/samarbeid-77/",
}
#: What ``wrk`` asks another question with each time, so that nothing that was understood or kept before is of use.
EACH_TIME_ANOTHER = """
local threads = 0
setup = function(thread)
  thread:set("n", os.time() * 7 % 7000 + threads * 7000)
  thread:set("seed", os.time() + threads)
  threads = threads + 1
end
init = function(arguments)
  math.randomseed(seed)
end
request = function()
  n = n + 1
  return wrk.format("GET", string.format("%s", string.gsub("{address}", "NUMBER", tostring({number}))))
end
"""
ANOTHER = {
    "past day, never asked before": (LIST + "?on=NUMBER", "os.date('%Y-%m-%d', 86400 * (n % 20000))"),
    "one, any": (LIST + "samarbeid-NUMBER/", "math.random(1, {size})"),
    "HTML list, made anew": ("/samarbeid/?x=NUMBER", "n .. '-' .. math.random(1, 1000000000)"),
    "HTML municipality, made anew": ("/kommuner/org-6/?x=NUMBER", "n .. '-' .. math.random(1, 1000000000)"),
    "HTML cooperation, made anew": ("/samarbeid/samarbeid-77/?x=NUMBER", "n .. '-' .. math.random(1, 1000000000)"),
}
PORT = 8190


@contextmanager
def running(name: str, size: int, port: int):
    """Serve an application while it is measured."""
    target, interface, factory = SERVERS[name]
    folder = embedded.var_dir()
    python = folder / "peers" / "bin" / "python" if name == DATASETTE else sys.executable
    command = [
        python, "-W", "ignore", "-m", "granian", target, "--interface", interface, "--port", str(port),
        "--workers", "2", "--backpressure", "256", "--http", "1", "--no-ws", "--log-level", "error",
        *(["--blocking-threads", "4"] if interface == "wsgi" else []), *(["--factory"] if factory else []),
    ]  # fmt: skip
    environment = os.environ | {
        "DATABASE_URL": url(f"bench_{size}"),
        "DJANGO_SETTINGS_MODULE": "registry.settings",
        "BENCH_SQLITE": str(folder / f"bench_{size}.sqlite"),
        "BENCH_PEERS": str(next((folder / "peers" / "lib").glob("python*")) / "site-packages"),
    }
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        for _try in range(150):
            try:
                if ask(port, "/-/versions.json" if name == DATASETTE else LIST)[0] == 200:
                    break
            except OSError:
                pass
            time.sleep(0.2)
        else:
            raise SystemExit(f"{name} does not answer")
        yield process
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, address: str) -> tuple[int, dict, bytes]:
    """Return status, headers and body of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def load(port: int, address: str, seconds: int, header: str = "", script: str = "") -> float:
    """Return requests per second under sixteen connections."""
    command = ["wrk", "-t2", "-c16", f"-d{seconds}s", "--timeout", "30s"]
    command += ["-H", header] if header else []
    command += ["-s", script] if script else []
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{address}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in done and "If-None-Match" not in header:
        raise SystemExit(f"{address}: not answered\n{done}")
    return float(done.split("Requests/sec:")[1].split()[0])


def cases(name: str, port: int, size: int) -> dict[str, tuple[str, str, str]]:
    """Return what a server is asked: the address, a header of the request, a script for ``wrk``."""
    if name == DATASETTE:
        return {case: (address.format(name=f"bench_{size}"), "", "") for case, address in OF_DATASETTE.items()}
    found = {case: (LIST + query, "", "") for case, query in QUESTIONS.items()}
    if name == DOCUMENTS:
        return {"first page": found["first page"]}
    if name == REGISTER:
        found["one"] = (LIST + "samarbeid-77/", "", "")
        found["deep page"] = (deep(port), "", "")
        found |= {case: (address, "", "") for case, address in PAGES.items()}
        for case, address in {"304": LIST, "304 of one": LIST + "samarbeid-77/", "304 of HTML": "/samarbeid/"}.items():
            found[case] = (address, f"If-None-Match: {ask(port, address)[1]['etag']}", "")
        for case, (address, number) in ANOTHER.items():
            script = Path(embedded.var_dir(), f"{case}.lua")
            made = EACH_TIME_ANOTHER.replace("{address}", address).replace("{number}", number)
            script.write_text(made.replace("{size}", str(size)))
            found[case] = (LIST, "", str(script))
    else:
        found["one"] = (LIST + ("?slug=samarbeid-77" if name == SQL else "samarbeid-77/"), "", "")
        found["deep page"] = (LIST + f"?offset={min(size // 4, 49_950)}", "", "")
    return found


def deep(port: int) -> str:
    """Follow ``next`` to the middle of a small register, or the thousandth page."""
    address, size = LIST + "?page_size=50", 0
    before = address
    while size < 999:
        following = json.loads(ask(port, address)[2])["next"]
        if following is None:
            return before
        before, address, size = address, following.partition(f":{port}")[2], size + 1
    return address


def measure(size: int, rounds: int, seconds: int, names: list[str]) -> tuple[dict, dict]:
    """Return the median of each case of each server, and the bytes that each answers with."""
    figures: dict[tuple[str, str], list[float]] = {}
    with ExitStack() as stack:
        ports = {name: PORT + n for n, name in enumerate(names)}
        processes = {name: stack.enter_context(running(name, size, port)) for name, port in ports.items()}
        asked = {name: cases(name, port, size) for name, port in ports.items()}
        bytes_of = {
            (name, case): len(ask(ports[name], address)[2])
            for name, found in asked.items()
            for case, (address, _header, _script) in found.items()
        }
        for number in range(rounds):
            for case in dict.fromkeys(case for every in asked.values() for case in every):
                # Each round in another order, so that nobody always comes after the same.
                for name in random.Random(f"{number} {case}").sample(names, len(names)):  # noqa: S311
                    if case in asked[name]:
                        address, header, script = asked[name][case]
                        if number == 0:
                            load(ports[name], address, 1, header, script)
                            settle(processes[name].pid)
                        rate = load(ports[name], address, seconds, header, script)
                        settle(processes[name].pid)
                        figures.setdefault((name, case), []).append(rate)
            print(f"{size}: round {number + 1} of {rounds}", flush=True)
        memory = workers_memory(processes[REGISTER].pid)
        print(f"memory of each worker of the register: {memory} MB", flush=True)
        print(f"read whole by questions to the API: {read_whole(size, ports[REGISTER])}", flush=True)
    return {key: statistics.median(values) for key, values in figures.items()}, bytes_of


def settle(pid: int) -> None:
    """Wait until a server has done with what ``wrk`` asked of it and no longer waits for, lest it disturb the next."""
    for _try in range(200):
        before = busy(pid)
        time.sleep(0.2)
        if busy(pid) - before <= 2:
            return


def busy(pid: int) -> int:
    """Return how long the workers of a server have computed, in hundredths of a second."""
    ticks = 0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in children:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks


def read_whole(size: int, port: int) -> dict[str, int]:
    """Return the tables of more than 1,000 rows that the questions to the API have read whole, and how often."""
    counted = "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE n_live_tup > 1000"
    with psycopg.connect(url(f"bench_{size}"), autocommit=True) as connection:
        time.sleep(2)  # PostgreSQL writes its counts once in a while
        before = dict(connection.execute(counted).fetchall())
        more = ["?q=ytredal294", "?form=IKS&count=true", "?task=oppgave-3&form=KO", "?county=01", "samarbeid-7/"]
        for query in [*QUESTIONS.values(), *more]:
            ask(port, LIST + query)
        time.sleep(12)
        after = dict(connection.execute(counted).fetchall())
    return {table: n - before[table] for table, n in after.items() if n > before[table]}


def workers_memory(pid: int) -> list[int]:
    """Return the resident memory of the workers of a server in MB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = [Path(f"/proc/{child}/statm").read_text().split()[1] for child in children]
    return sorted(int(pages) * os.sysconf("SC_PAGE_SIZE") >> 20 for pages in sizes)


def report(size: int, figures: dict[tuple[str, str], float], bytes_of: dict[tuple[str, str], int]) -> str:
    """Return a table in Markdown: requests per second, and how many times those of the others the register answers."""
    names = [name for name in SERVERS if any(name == one for one, _case in figures)]
    lines = [f"## {size} cooperations", "", f"| question | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for case in dict.fromkeys(case for _name, case in figures):
        cells = []
        for name in names:
            rate = figures.get((name, case))
            if rate is None:
                cells.append("")
                continue
            text = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
            text += f" ({bytes_of[name, case] / 1000:.0f} kB)" if not case.startswith("304") else ""
            if name != REGISTER:
                text += f" **{figures[REGISTER, case] / rate:.2f} ×**" if rate else ""
            cells.append(text)
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def prepare(size: int) -> None:
    """Make the database, the file for Datasette, the virtualenv of the peers and the static files, where missing."""
    folder = embedded.var_dir()
    with server() as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"bench_{size}"]).fetchone()
    if not there:
        script = "load.py" if size <= 2000 else "grow.py"
        subprocess.run([sys.executable, ROOT / "benchmarks" / script, str(size)], check=True)
    with psycopg.connect(url(f"bench_{size}")) as connection:
        connection.execute(apps.INDEXES)
    if not (folder / f"bench_{size}.sqlite").exists():
        peers.export(url(f"bench_{size}"), folder / f"bench_{size}.sqlite")
    if not (folder / "peers").exists():
        venv.create(folder / "peers", with_pip=True)
        pip = [folder / "peers" / "bin" / "python", "-m", "pip", "install", "-q", "-r"]
        subprocess.run([*pip, ROOT / "benchmarks" / "requirements.txt"], check=True)
    environment = os.environ | {"DATABASE_URL": url(f"bench_{size}")}
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run([sys.executable, "-W", "ignore", "manage.py", *command], cwd=ROOT, env=environment, check=True)


def main() -> None:
    """Make what is missing, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 cooperations, one short round")
    parser.add_argument("--sizes", default="2000,100000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=list(SERVERS), help="servers, beside the register")
    arguments = parser.parse_args()
    sizes = [2000] if arguments.quick else [int(size) for size in arguments.sizes.split(",")]
    rounds, seconds = (1, 1) if arguments.quick else (arguments.rounds, arguments.seconds)
    names = [name for name in SERVERS if name == REGISTER or name in arguments.only]
    parts = []
    with embedded.running(embedded.var_dir()):
        for size in sizes:
            prepare(size)
            parts.append(report(size, *measure(size, rounds, seconds, names)))
    text = "\n".join(parts)
    Path(embedded.var_dir(), "report.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
