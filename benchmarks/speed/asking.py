"""The driver where wrk is not installed: the same requests from one Python process.

python -m benchmarks.speed.asking URL TRAFFIC_AS_JSON SECONDS CONNECTIONS
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.speed.rounds import percentile
from benchmarks.speed.traffic import Traffic, run_id

TIMEOUT_S = 10
BAD = 400
"""From this status on an answer counts as refused."""


@dataclass(slots=True)
class Asked:
    """What came of it so far; `taken_s` is of each answered request."""

    taken_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    errors: int = 0


async def ask(url: str, traffic: Traffic, seconds: float, connections: int) -> dict[str, Any]:
    """Asks from `connections` connections for `seconds`, each request when the last is answered."""
    asked, run = Asked(), run_id()
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=timeout
    ) as session:
        started = time.perf_counter()
        until = started + seconds
        marks = [f"{run}-{n}" for n in range(connections)]
        one = _Asking(session, url, traffic, until, asked)
        await asyncio.gather(*(_connection(one, mark) for mark in marks))
        taken_s = time.perf_counter() - started
    return _told(asked, taken_s)


@dataclass(frozen=True, slots=True)
class _Asking:
    session: aiohttp.ClientSession
    url: str
    traffic: Traffic
    until_s: float
    asked: Asked


async def _connection(asking: _Asking, mark: str) -> None:
    draw, number, address = random.Random(mark), 0, f"{asking.url}{asking.traffic.where}"
    traffic, asked = asking.traffic, asking.asked
    while time.perf_counter() < asking.until_s:
        number += 1
        one = f"{mark}-{number}"
        body, headers = traffic.body(draw, one), traffic.request_headers(draw, one)
        began = time.perf_counter()
        try:
            async with asking.session.post(address, data=body, headers=headers) as response:
                await response.read()
        except (aiohttp.ClientError, TimeoutError):
            asked.errors += 1
            continue
        asked.taken_s.append(time.perf_counter() - began)
        asked.statuses[response.status] += 1


def _told(asked: Asked, seconds: float) -> dict[str, Any]:
    taken = sorted(asked.taken_s)
    return {
        "requests": len(taken),
        "seconds": seconds,
        "errors": asked.errors,
        "refused": sum(n for status, n in asked.statuses.items() if status >= BAD),
        "p50_ms": percentile(taken, 0.5) * 1e3,
        "p95_ms": percentile(taken, 0.95) * 1e3,
        "p99_ms": percentile(taken, 0.99) * 1e3,
        "p999_ms": percentile(taken, 0.999) * 1e3,
    }


def main() -> None:
    """Prints one line of JSON, the fields that traffic.lua prints."""
    url, traffic, seconds, connections = sys.argv[1:]
    asked = ask(url, Traffic(**json.loads(traffic)), float(seconds), int(connections))
    print(json.dumps(asyncio.run(asked)))


if __name__ == "__main__":
    main()
