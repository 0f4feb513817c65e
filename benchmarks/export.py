"""How fast is all of it read, and how much memory does that take?  ``python benchmarks/export.py SIZE``

Asks in turn for all cooperations of today as JSON Lines over HTTP, and has PostgreSQL send the same documents by
``COPY … TO STDOUT``; tells the medians, their ratio, and the most that a worker took.
"""

import http.client
import os
import statistics
import sys
import time
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import run  # noqa: E402
from benchmarks.load import url  # noqa: E402
from registry import embedded  # noqa: E402

ROUNDS = 5
PORT = 8189
#: What today's list holds; not in its order, which costs COPY nothing.
_COPY = """
COPY (
    SELECT convert_from(a.content, 'UTF8') FROM agreements_heading h
    JOIN agreements_answer a ON a.cooperation_id = h.cooperation_id AND NOT a.timeless
        AND a.first_day <= current_date AND a.last_day >= current_date
    WHERE h.token = '' AND h.opens <= current_date AND h.closes >= current_date
) TO STDOUT
"""


def by_http() -> tuple[int, float]:
    """Return how many rows came, and in how many seconds."""
    began, rows = time.monotonic(), 0
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=600)
    connection.request("GET", f"{run.LIST}?format=jsonl")
    answer = connection.getresponse()
    while part := answer.read(1 << 20):
        rows += part.count(b"\n")
    connection.close()
    return rows, time.monotonic() - began


def by_copy(connection: psycopg.Connection) -> tuple[int, float]:
    """Return the same for the bare database."""
    began, rows = time.monotonic(), 0
    with connection.cursor().copy(_COPY) as copy:
        while part := copy.read():
            rows += bytes(part).count(b"\n")
    return rows, time.monotonic() - began


def main(size: int) -> None:
    """Measure and tell."""
    with embedded.running(embedded.var_dir()):
        run.prepare(size)
        with run.running(run.REGISTER, size, PORT) as process, psycopg.connect(url(f"bench_{size}")) as connection:
            rates: dict[str, list[float]] = {"HTTP": [], "COPY": []}
            for number in range(ROUNDS + 1):
                for name, (rows, seconds) in {"HTTP": by_http(), "COPY": by_copy(connection)}.items():
                    if number:  # the first round warms both
                        rates[name].append(rows / seconds)
            http_rate, copy_rate = (statistics.median(rates[name]) for name in ("HTTP", "COPY"))
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            peaks = [Path(f"/proc/{child}/status").read_text().split("VmHWM:")[1].split()[0] for child in children]
    print(
        f"{size}: {rows} rows; JSON Lines over HTTP {http_rate:.0f} rows/s, COPY {copy_rate:.0f} rows/s: "
        f"{http_rate / copy_rate:.2f} times; most memory of a worker {max(map(int, peaks)) >> 10} MB"
    )


if __name__ == "__main__":
    os.environ.setdefault("REGISTRY_VAR", "var/bench")
    main(int(sys.argv[1]))
