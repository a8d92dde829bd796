"""What a decision costs redis-server: µs of CPU, by kind and by how many share a call.

    python benchmarks/redis_cost.py            # five rounds of five seconds of each, 7 minutes
    python benchmarks/redis_cost.py --quick

Decisions are asked of `Ledger.spend` in groups of 1, 16, 64 and 256, with every rule on, for 20,000
members of 400 enterprises on 16 shards. Beside them one bare counter, as INCR and as a script by
its digest: sent by redis-py in pipelines of as many, and by redis-benchmark -P 64. In a round each
kind, and each bare command, has its seconds; the sizes share them.

CPU is what redis-server says of itself (INFO cpu), its upkeep in it. A second table says where it
goes: the commands that the script calls as Redis counts them (INFO commandstats), the script's own
time, and the rest: reading the call, answering, upkeep. This process is on core 0, Redis on core 1.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.table import Table

from benchmarks.redis_cost_inside import LUA, OUTSIDE, Used
from benchmarks.redis_cost_kinds import KINDS, MIXED, Kinds, Sample
from benchmarks.speed import report
from benchmarks.speed.bare import PIPELINE, Bare, by_benchmark, by_pipelines
from benchmarks.speed.command import parsed, parser, progress, run
from benchmarks.speed.ledgers import ledger_on, measured_rules, pinned, traffic_of
from benchmarks.speed.loops import loop
from benchmarks.speed.machine import machine
from benchmarks.speed.programs import Redis, redis_server
from benchmarks.speed.rounds import interleaved, median, ratio
from quota.ledger import Ledger

SIZES = (1, 16, 64, 256)
SHOWN = 64
"""The size whose ratios and whose inside are shown; the JSON has all."""
WANTED_US = 12
INCR, EVALSHA = "bare INCR, redis-py pipelines", "bare EVALSHA, redis-py pipelines"
INCR_64 = f"bare INCR, redis-benchmark -P {PIPELINE}"
EVALSHA_64 = f"bare EVALSHA, redis-benchmark -P {PIPELINE}"
BARE = (INCR, EVALSHA, INCR_64, EVALSHA_64)

Round = Mapping[int, Sample]
Rounds = Mapping[str, Sequence[Round]]


async def _pipelines(ledger: Ledger, what: Bare, seconds: float) -> Round:
    each_s = seconds / len(SIZES)
    return {
        size: Sample(await by_pipelines(ledger.redis, what, each_s, size), {}) for size in SIZES
    }


async def _benchmark(ledger: Ledger, server: Redis, what: Bare, seconds: float) -> Round:
    cost = await by_benchmark(ledger.redis, server, what, seconds / len(SIZES))
    return {PIPELINE: Sample(cost, {})}


def measure(given: Namespace, told: Callable[[str], None]) -> dict[str, list[Round]]:
    """Samples by kind, round and size. Raises ProgramError where other things were decided."""
    with (
        TemporaryDirectory(prefix="bench-redis-cost-") as directory,
        redis_server(Path(directory), core=1) as server,
        pinned(0),
        loop() as runner,
        ledger_on(server.url, runner) as ledger,
    ):
        rules = measured_rules(Path(directory), quick=given.quick)
        kinds = Kinds(ledger, rules, traffic_of(quick=given.quick))
        told("every account is begun, some members have no cap left")
        runner.run(kinds.ready())
        seconds = given.seconds
        asked = {kind: partial(kinds.measure, kind, seconds, SIZES) for kind in KINDS} | {
            INCR: partial(_pipelines, ledger, "INCR", seconds),
            EVALSHA: partial(_pipelines, ledger, "EVALSHA", seconds),
            INCR_64: partial(_benchmark, ledger, server, "INCR", seconds),
            EVALSHA_64: partial(_benchmark, ledger, server, "EVALSHA", seconds),
        }
        subjects = {
            name: partial(lambda one: runner.run(one()), one) for name, one in asked.items()
        }
        return interleaved(subjects, given.rounds, progress=told)


def costs(rounds: Rounds) -> Table:
    """µs of redis-server by kind and size of group."""
    columns = ["CPU of redis-server, µs each", *(f"{size} a call" for size in SIZES)]
    columns += [f"÷ INCR, {SHOWN}", f"÷ EVALSHA, {SHOWN}"]
    rows = []
    for name, some in rounds.items():
        cells = [report.shown(_us(some, size), 1) if size in some[0] else "" for size in SIZES]
        cells += [
            report.shown_ratio(ratio(_us(some, SHOWN), _us(rounds[bare], SHOWN)), 1)
            for bare in (INCR, EVALSHA)
        ]
        rows.append([name, *cells])
    return report.table("What a decision costs redis-server, every rule on", columns, rows)


def _us(some: Sequence[Round], size: int) -> list[float]:
    return [one[size].cost.redis_us for one in some]


def inside(rounds: Rounds) -> Table:
    """Where the µs of groups of `SHOWN` go, by kind."""
    kinds = [name for name in rounds if name in KINDS]
    found = {kind: [one[SHOWN].inside for one in rounds[kind]] for kind in kinds}
    commands = dict.fromkeys(name for some in found.values() for one in some for name in one)
    order = [OUTSIDE, LUA, *(name for name in commands if name not in {OUTSIDE, LUA})]
    rows = [[name, *(_inside(found[kind], name) for kind in kinds)] for name in order]
    title = f"Where it goes, {SHOWN} a call: µs a decision (calls a decision)"
    return report.table(title, ["", *kinds], rows)


def _inside(some: Sequence[Mapping[str, Used]], name: str) -> str:
    nothing = Used(0, 0)
    calls = median([one.get(name, nothing).calls for one in some])
    us = median([one.get(name, nothing).us for one in some])
    return f"{us:.2f} ({calls:.2f})" if calls else f"{us:.2f}" if us else ""


def notes(rounds: Rounds) -> list[str]:
    """What to know about the tables."""
    mixed = median(_us(rounds[MIXED], SHOWN))
    return [
        f"wanted: at most {WANTED_US} µs; {MIXED}, {SHOWN} a call: {mixed:.1f}",
        "medians of the rounds ± half their range; ÷ is of the same round, sent by redis-py, too",
        "µs inside are of the clock, not of CPU: on a busy machine they are too many",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints the tables, writes the JSON; returns the exit code."""
    given = parsed(parser("redis_cost", __doc__ or ""), arguments)
    console, here = report.console(), machine()

    def measuring() -> None:
        with progress(console) as told:
            rounds = measure(given, told)
        tables = [costs(rounds), inside(rounds)]
        report.present(tables, here, notes(rounds), console=console)
        console.print(f"· {report.write(given.out, 'redis_cost', rounds, here)}", highlight=False)

    return run(measuring)


if __name__ == "__main__":
    sys.exit(main())
