"""How fast is the register beside other ways to answer?  ``python benchmarks/run.py [--quick] [--sizes 2000,100000]``

Loads made-up registers, starts each server with two workers of granian, and asks them in turn with ``wrk`` and sixteen
connections, round by round, so that what else the machine does meets all alike. Writes medians and ratios to
``var/bench/report.md``.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("REGISTRY_VAR", "var/bench")

from benchmarks.load import server, url  # noqa: E402
from registry import embedded  # noqa: E402

#: Name → what granian serves, and whether it must be called for the application.
SERVERS = {
    "register": ("registry.wsgi:application", False),
    "bare, stored documents": ("benchmarks.apps:bare_documents", False),
    "bare, one SQL statement": ("benchmarks.apps:bare_sql", False),
    "plain DRF on the ORM": ("benchmarks.apps:orm", True),
}
QUESTIONS = {
    "first page": "",
    "form": "?form=IKS",
    "municipality": "?municipality=3007",
    "past day": "?on=2015-06-01",
    "text": "?q=legevakt",
}
#: What the bare applications answer: one only the first page, the other no cursor and no 304.
ONLY_FIRST = {"bare, stored documents"}
PORT = 8190


@contextmanager
def running(name: str, database: str, port: int):
    """Serve an application while it is measured."""
    target, factory = SERVERS[name]
    command = [
        sys.executable, "-m", "granian", target, "--interface", "wsgi", "--port", str(port), "--workers", "2",
        "--blocking-threads", "4", "--backpressure", "256", "--http", "1", "--no-ws", "--log-level", "error",
        *(["--factory"] if factory else []),
    ]  # fmt: skip
    environment = os.environ | {"DATABASE_URL": url(database), "DJANGO_SETTINGS_MODULE": "registry.settings"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        for _try in range(150):
            try:
                if ask(port, "/api/v1/cooperations/")[0] == 200:
                    break
            except OSError:
                pass
            time.sleep(0.2)
        else:
            raise SystemExit(f"{name} does not answer")
        yield
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, address: str) -> tuple[int, dict, bytes]:
    """Return status, headers and body of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address)
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def load(port: int, address: str, seconds: float, header: str = "") -> float:
    """Return requests per second under sixteen connections."""
    command = ["wrk", "-t2", "-c16", f"-d{seconds:g}s", f"http://127.0.0.1:{port}{address}"]
    done = subprocess.run(
        [*command, *(["-H", header] if header else [])], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in done and "If-None-Match" not in header:
        raise SystemExit(f"{address}: not answered\n{done}")
    return float(done.split("Requests/sec:")[1].split()[0])


def cases(name: str, port: int) -> dict[str, tuple[str, str]]:
    """Return what a server is asked: the address, and a header of the request."""
    base = "/api/v1/cooperations/"
    found = {case: (base + query, "") for case, query in QUESTIONS.items()}
    if name in ONLY_FIRST:
        return {"first page": found["first page"]}
    if name == "register":
        _status, headers, _body = ask(port, base)
        found["304"] = (base, f"If-None-Match: {headers.get('ETag') or headers.get('etag')}")
        found["one"] = (base + "samarbeid-77/", "")
        found["deep page"] = (deep(port, base), "")
    elif name == "bare, one SQL statement":
        found["one"] = (base + "?slug=samarbeid-77", "")
        found["deep page"] = (base + "?offset=800", "")
    return found


def deep(port: int, address: str) -> str:
    """Follow ``next`` to the middle of a small register, or the thousandth page."""
    for _page in range(1000):
        following = json.loads(ask(port, address)[2])["next"]
        if following is None:
            break
        last, address = address, following.partition(f":{port}")[2]
    else:
        return address
    return last


def measure(size: int, rounds: int, seconds: float) -> dict[tuple[str, str], float]:
    """Return the median of each case of each server."""
    from contextlib import ExitStack

    figures: dict[tuple[str, str], list[float]] = {}
    with ExitStack() as stack:
        ports = {name: PORT + n for n, name in enumerate(SERVERS)}
        for name, port in ports.items():
            stack.enter_context(running(name, f"bench_{size}", port))
        asked = {name: cases(name, port) for name, port in ports.items()}
        for _round in range(rounds):
            for case in dict.fromkeys(case for every in asked.values() for case in every):
                for name, port in ports.items():
                    if case in asked[name]:
                        address, header = asked[name][case]
                        figures.setdefault((name, case), []).append(load(port, address, seconds, header))
    return {key: statistics.median(values) for key, values in figures.items()}


def report(size: int, figures: dict[tuple[str, str], float]) -> str:
    """Return a table in Markdown: requests per second, and how many times those of the register they are."""
    names = list(dict.fromkeys(case for _name, case in figures))
    lines = [f"## {size} cooperations", "", f"| server | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for name in SERVERS:
        cells = []
        for case in names:
            if (name, case) not in figures:
                cells.append("")
            elif name == "register":
                cells.append(f"**{figures[name, case]:.0f}**")
            else:
                times = figures["register", case] / figures[name, case]
                cells.append(f"{figures[name, case]:.0f} (register {times:.2f} ×)")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Load what is missing, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 cooperations, one short round")
    parser.add_argument("--sizes", default="2000,100000")
    arguments = parser.parse_args()
    sizes = [2000] if arguments.quick else [int(size) for size in arguments.sizes.split(",")]
    rounds, seconds = (1, 2) if arguments.quick else (3, 5)
    parts = []
    with embedded.running(embedded.var_dir()):
        for size in sizes:
            with server() as connection:
                there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"bench_{size}"]).fetchone()
            if not there:
                subprocess.run([sys.executable, ROOT / "benchmarks" / "load.py", str(size)], check=True)
            parts.append(report(size, measure(size, rounds, seconds)))
    text = "\n".join(parts)
    Path(embedded.var_dir(), "report.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
