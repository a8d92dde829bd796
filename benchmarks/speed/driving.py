"""Asks a server at full speed over HTTP: with wrk where it is installed, else from Python.

Latencies are of a closed loop: each connection asks again when it was answered, so that a server
that stalls is asked less (coordinated omission). `make load` corrects for that, at a fixed rate.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.speed.installed import find, missing
from benchmarks.speed.programs import ProgramError, on_core
from benchmarks.speed.traffic import USED_UP, WAY, Traffic, run_id

SCRIPT = Path(__file__).with_name("traffic.lua")
LONGER_S = 60
"""How much longer than it should a driver may take before it counts as hanging."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What came of asking for a while; latencies are of whole requests.

    `errors` are requests without an answer. `statuses` counts answers, as "2xx or 3xx" and "4xx
    or 5xx": wrk tells no more.
    """

    per_s: float
    requests: int
    errors: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    p999_ms: float
    statuses: Mapping[str, int]


GOOD, REFUSED = "2xx or 3xx", "4xx or 5xx"


class NoAnswerError(ProgramError):
    """Not one request was answered."""


def driver() -> str:
    """What asks: "wrk" or "asyncio"; figures of the two do not compare."""
    return "wrk" if find("wrk") else "asyncio"


def asked_by() -> str:
    """Who asks, as a note under a table."""
    return "asked by wrk" if driver() == "wrk" else f"asked by asyncio: {missing('wrk')}"


def drive(
    url: str, traffic: Traffic, *, seconds: float, connections: int, core: int | None = None
) -> Drive:
    """Asks `url` (without a path) for `seconds` whole seconds, from one thread on `core`.

    Each call asks new ids. Raises ProgramError where nothing was answered, twice: a machine that
    stood still for all of that time says nothing of who was asked.
    """
    try:
        return _driven(url, traffic, seconds, connections, core)
    except NoAnswerError:
        return _driven(url, traffic, seconds, connections, core)


def _driven(
    url: str, traffic: Traffic, seconds: float, connections: int, core: int | None
) -> Drive:
    command = _wrk(url, traffic, seconds, connections)
    if driver() != "wrk":
        asked = json.dumps(asdict(traffic))
        command = [sys.executable, "-m", "benchmarks.speed.asking", url, asked]
        command += [str(seconds), str(connections)]
    try:
        done = subprocess.run(
            on_core(command, core),
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + LONGER_S,
        )
    except subprocess.CalledProcessError as error:
        raise ProgramError(f"{command[0]}: {error.stderr or error.stdout}") from error
    return _drive(json.loads(done.stdout.splitlines()[-1]), url)


def _wrk(url: str, traffic: Traffic, seconds: float, connections: int) -> list[str]:
    told = {
        "run": run_id(),
        "members": traffic.members,
        "enterprises": traffic.enterprises,
        "used_up": USED_UP,
        "denied_share": traffic.denied_share,
        "items": traffic.items,
        "form": traffic.form,
        "path": traffic.where,
        "with_request_id": int(traffic.with_request_id),
        "way": WAY,
    }
    told |= {f"header:{name}": value for name, value in traffic.headers.items()}
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
    command += ["-s", str(SCRIPT), url, "--"]
    return command + [f"{name}={value}" for name, value in told.items()]


def _drive(told: dict[str, Any], url: str) -> Drive:
    requests, refused = told["requests"], told.pop("refused")
    if not requests:
        raise NoAnswerError(f"{url} answered nothing: {told}")
    return Drive(
        per_s=requests / told["seconds"],
        statuses={GOOD: requests - refused, REFUSED: refused},
        **told,
    )
