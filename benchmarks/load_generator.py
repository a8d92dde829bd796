"""The load's generator, a process of its own: reads what to do as JSON, prints what came of it.

python -m benchmarks.load_generator < SPEC.json
"""

import asyncio
import gc
import json
import math
import sys
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import uvloop

from benchmarks.load_adds import ENTERPRISES, Asked, Rush, rush, steady
from benchmarks.load_client import Callers, Sent
from benchmarks.load_pacing import Pace
from benchmarks.load_tally import Run, Seen
from benchmarks.speed.rounds import percentile

PATIENCE_S = 10.0
"""How long the last answers are waited for."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What to do at a port of loopback, bounded by `seconds` and by `count` requests.

    Without `per_s` each connection asks again when it is answered: full speed. With it requests are
    due at fixed instants, and one that finds no connection idle waits with its clock running.
    `enterprises` is over how many the members are spread.
    `rushes` asks for the part of a rush that is this generator's, whatever `seconds` says.
    """

    port: int
    mark: str
    count: int
    seconds: float
    connections: int
    per_s: float | None = None
    enterprises: int = ENTERPRISES
    rushes: Rush | None = None
    part: int = 0
    parts: int = 1

    @classmethod
    def told(cls, said: dict[str, Any]) -> "Spec":
        """One that came as JSON."""
        rushes = said.pop("rushes")
        return cls(rushes=Rush(**rushes) if rushes else None, **said)

    def adds(self) -> list[Asked]:
        """Everything that may be asked for."""
        if self.rushes is not None:
            return rush(self.mark, self.rushes, self.part, self.parts)
        return steady(self.mark, self.count, self.enterprises)


async def generate(spec: Spec) -> Run:
    """Does it. Raises OSError where nobody listens."""
    adds = deque(spec.adds())
    cpu_s, start_s = time.process_time(), time.perf_counter()
    late_s: list[float] = []
    if spec.per_s is None:
        callers = await _closed(spec, adds)
    else:
        callers = await _open(spec, spec.per_s, adds, late_s)
    seconds = time.perf_counter() - start_s
    callers.close()
    return _run(callers, seconds, time.process_time() - cpu_s, late_s)


async def _closed(spec: Spec, adds: deque[Asked]) -> Callers:
    end_s = math.inf

    def following() -> Sent | None:
        now_s = time.perf_counter()
        return Sent(adds.popleft(), now_s) if adds and now_s < end_s else None

    callers = Callers(spec.port, following)
    await callers.open(spec.connections)
    if spec.rushes is None:
        end_s = time.perf_counter() + spec.seconds
    callers.go()
    await _soon(callers.quiet, spec.seconds + PATIENCE_S)
    return callers


async def _open(spec: Spec, per_s: float, adds: deque[Asked], late_s: list[float]) -> Callers:
    waiting: deque[Sent] = deque()
    count = min(len(adds), int(per_s * spec.seconds))
    callers = Callers(spec.port, lambda: waiting.popleft() if waiting else None)
    await callers.open(spec.connections)
    told = asyncio.Event()

    def due(at_s: float) -> None:
        late_s.append(time.perf_counter() - at_s)
        waiting.append(Sent(adds.popleft(), at_s))
        callers.go()
        if len(late_s) == count:
            told.set()

    Pace(per_s, count, due).start()
    await told.wait()
    await _soon(callers.quiet, PATIENCE_S)
    callers.seen.errors += len(waiting)
    return callers


async def _soon(event: asyncio.Event, seconds: float) -> None:
    """Waits for it that long; what it does not bring then is counted as errors."""
    await asyncio.wait([asyncio.ensure_future(event.wait())], timeout=seconds)


def _run(callers: Callers, seconds: float, cpu_s: float, late_s: list[float]) -> Run:
    taken, late = _ms(callers.taken_s), _ms(late_s)
    return Run(
        per_s=len(taken) / seconds,
        requests=len(taken),
        seconds=seconds,
        p50_ms=percentile(taken, 0.5),
        p95_ms=percentile(taken, 0.95),
        p99_ms=percentile(taken, 0.99),
        p999_ms=percentile(taken, 0.999),
        late_p99_ms=percentile(late, 0.99) if late else 0.0,
        cpu_us=cpu_s / max(len(taken), 1) * 1e6,
        seen=callers.seen,
    )


def _ms(seconds: Iterable[float]) -> list[float]:
    """In order."""
    return sorted(one * 1e3 for one in seconds)


def run_of(said: dict[str, Any]) -> Run:
    """A run that came as JSON."""
    return Run(**{**said, "seen": Seen.told(said["seen"])})


if __name__ == "__main__":
    # Nothing that a run makes is a cycle, and a collection would be a latency of its own making.
    gc.disable()
    made = uvloop.run(generate(Spec.told(json.load(sys.stdin))))
    print(json.dumps({**made.plain(), "seen": made.seen.plain()}))
