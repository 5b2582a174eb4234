"""A server as production runs it, and what it costs the processor."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(application: str, port: int) -> Iterator[int]:
    """Run one granian worker with one thread and yield its process id."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1"]
    command += ["--port", str(port), "--no-ws", "--log-level", "error", application]
    process = subprocess.Popen(command, env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"})
    try:
        _wait(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _attempt in range(300):
        try:
            HTTPConnection("localhost", port, timeout=5).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and all its children so far."""
    children = [int(p.parent.name) for p in Path("/proc").glob("[0-9]*/stat") if _parent(p) == pid]
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(cpu_seconds(child) for child in children)


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:  # ended in the meantime
        return 0


def milliseconds_per_request(pid: int, port: int, path: str, cookie: str, *, requests: int, rounds: int = 5) -> float:
    """The median over the rounds of the server's processor time per request, after a warm-up."""
    connection = HTTPConnection("localhost", port, timeout=60)
    headers = {"Cookie": cookie, "Accept-Encoding": "br, gzip"} if cookie else {}

    def fetch(times: int) -> None:
        for _time in range(times):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path} answered {answer.status}.")

    fetch(20)
    costs = []
    for _round in range(rounds):
        before = cpu_seconds(pid)
        fetch(requests)
        costs.append((cpu_seconds(pid) - before) / requests * 1_000)
    return median(costs)
