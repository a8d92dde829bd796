"""How many decisions a second the ledger makes without HTTP, on a real Redis.

    python benchmarks/ledger.py            # five rounds of five seconds of each, 4 minutes
    python benchmarks/ledger.py --quick

`spend` is asked for groups of 1 to 256 adds, one call after another; the group commit is asked by
64 callers at once, each when it was answered. One add in ten is denied by a daily cap, every rule
is on, 20,000 members of 400 enterprises ask. Beside them one bare counter, as a script by its
digest: sent by redis-py in pipelines of 64, and by redis-benchmark -P 64.

This process runs on core 0, Redis on core 1. Figures per CPU-second do not depend on who else uses
the machine; figures per second do. Making up the adds is not counted.
"""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.table import Table

from benchmarks.speed import bare, report
from benchmarks.speed.command import parsed, parser, progress, run
from benchmarks.speed.cost import Cost, metered
from benchmarks.speed.ledgers import (
    AT_ONCE,
    Adds,
    begin,
    ledger_on,
    measured_rules,
    pinned,
    publish,
    spend,
    traffic_of,
)
from benchmarks.speed.loops import loop
from benchmarks.speed.machine import machine
from benchmarks.speed.programs import ProgramError, redis_server
from benchmarks.speed.programs import Redis as Server
from benchmarks.speed.rounds import interleaved, ratio
from quota.adds import Add, Refusal
from quota.group import GroupCommit
from quota.ledger import Ledger
from quota.policy import Rules

GROUPS = (1, 8, 32, 64, 128, 256)
CALLERS = 64

COMMITTED = f"group commit, {CALLERS} callers"
BY_REDIS_PY = "bare EVALSHA, redis-py, 64 a pipeline"
BY_BENCHMARK = "bare EVALSHA, redis-benchmark -P 64"

Asked = Callable[[], Coroutine[Any, Any, Cost]]
Costs = Mapping[str, Sequence[Cost]]


def spent(group: int) -> str:
    """The name of the row of groups of that size."""
    return f"spend, {group} a call"


@dataclass(frozen=True, slots=True)
class Bench:
    """A ledger that is asked, on a Redis that nobody else uses."""

    server: Server
    ledger: Ledger
    rules: Rules
    adds: Adds
    seconds: float

    async def grouped(self, group: int) -> Cost:
        """`Ledger.spend` for so many adds a call."""
        return await self._metered(lambda adds: spend(self.ledger, adds, self.rules, group))

    async def committed(self) -> Cost:
        """`GroupCommit.decide` by callers that ask again when they were answered."""
        commit = GroupCommit(self.ledger, lambda: self.rules)

        async def caller(adds: list[Add]) -> int:
            allowed = 0
            for add in adds:
                answer = await commit.decide(add)
                if isinstance(answer, Refusal):
                    raise ProgramError(f"the group commit refused: {answer.detail}")
                allowed += answer.allowed
            return allowed

        async def ask(adds: list[Add]) -> int:
            return sum(await asyncio.gather(*(caller(adds[n::CALLERS]) for n in range(CALLERS))))

        return await self._metered(ask)

    async def _metered(self, ask: Callable[[list[Add]], Awaitable[int]]) -> Cost:
        await publish(self.ledger)  # as if a worker had kept up: the streams do not grow and grow

        async def prepare() -> list[Add]:
            return self.adds.take(AT_ONCE)

        return await metered(self.ledger.redis, self.seconds, prepare, ask)

    def subjects(self) -> dict[str, Asked]:
        """What is measured, by name."""
        redis, seconds = self.ledger.redis, self.seconds
        found: dict[str, Asked] = {spent(n): partial(self.grouped, n) for n in GROUPS}
        found[COMMITTED] = self.committed
        found[BY_REDIS_PY] = partial(bare.by_pipelines, redis, "EVALSHA", seconds)
        found[BY_BENCHMARK] = partial(bare.by_benchmark, redis, self.server, "EVALSHA", seconds)
        return found


def measure(given: Namespace, told: Callable[[str], None]) -> dict[str, list[Cost]]:
    """Costs by row and round. Raises ProgramError."""
    with (
        TemporaryDirectory(prefix="bench-ledger-") as directory,
        redis_server(Path(directory), core=1) as server,
        pinned(0),
        loop() as runner,
        ledger_on(server.url, runner) as ledger,
    ):
        rules = measured_rules(Path(directory), quick=given.quick)
        traffic = traffic_of(quick=given.quick)
        told("every account is begun, some members use up their caps")
        runner.run(begin(ledger, rules, traffic))
        bench = Bench(server, ledger, rules, Adds(traffic), given.seconds)

        def in_loop(asked: Asked) -> Callable[[], Cost]:
            return lambda: runner.run(asked())

        subjects = {name: in_loop(asked) for name, asked in bench.subjects().items()}
        return interleaved(subjects, given.rounds, progress=told)


def table(costs: Costs) -> Table:
    """Figures by row, with their ratios to the bare counters of the same rounds."""
    columns = ["", "per s", "÷ redis-py", "÷ redis-benchmark"]
    columns += ["per CPU-s of Python", "per CPU-s of redis-server", "÷ redis-benchmark"]
    rows = [[name, *_cells(costs, some)] for name, some in costs.items()]
    return report.table("Decisions of the ledger, without HTTP", columns, rows)


def _cells(costs: Costs, some: Sequence[Cost]) -> list[str]:
    def over(bare_one: str, figure: Callable[[Cost], float]) -> str:
        pairs = [figure(cost) for cost in some], [figure(cost) for cost in costs[bare_one]]
        return report.shown_ratio(ratio(*pairs))

    per_s, per_redis_s = attrgetter("per_s"), attrgetter("per_redis_s")
    python = [cost.per_python_s for cost in some if cost.python_s]
    return [
        report.shown([cost.per_s for cost in some]),
        over(BY_REDIS_PY, per_s),
        over(BY_BENCHMARK, per_s),
        report.shown(python) if python else "–",
        report.shown([cost.per_redis_s for cost in some]),
        over(BY_BENCHMARK, per_redis_s),
    ]


NOTES = (
    "medians of the rounds ± half their range; ÷ is of the same round, with smallest and largest",
    "÷ redis-py, ÷ redis-benchmark: by what one bare EVALSHA does, sent so",
    "– is another process's",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints the table, writes the JSON; returns the exit code."""
    given = parsed(parser("ledger", __doc__ or ""), arguments)
    console, here = report.console(), machine()

    def measuring() -> None:
        with progress(console) as told:
            costs = measure(given, told)
        report.present([table(costs)], here, NOTES, console=console)
        console.print(f"· {report.write(given.out, 'ledger', costs, here)}", highlight=False)

    return run(measuring)


if __name__ == "__main__":
    sys.exit(main())
