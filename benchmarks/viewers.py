"""What people who look at the dashboard cost those who ask: pre-checks with and without viewers.

    python benchmarks/viewers.py          # five rounds of five seconds of each, 3 minutes
    python benchmarks/viewers.py --quick  # nothing warmed up: rough
    python benchmarks/viewers.py --topic 'quota:e{n}/m{n}'  # each looks at another member
    python benchmarks/viewers.py --folding  # a worker beside it folds what is asked

One serving process and a Redis of its own are asked from 64 connections, in turn without anybody
who looks and with 100 live streams, by default of the overview, which is told anew every second:
events pile up while nobody folds. What was asked before the rounds is folded. The service runs on
core 0; Redis, what asks, what reads the streams and a worker on core 1, so that reading them takes
from what asks: the CPU of the server is what a viewer costs it. Ratios are of the rounds of this
run.
"""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.request import Request, urlopen

from rich.console import Console

from benchmarks.speed import command, report
from benchmarks.speed.driving import asked_by, driver
from benchmarks.speed.machine import machine
from benchmarks.speed.measuring import LOAD_CORE, Measured, measure, prepare
from benchmarks.speed.policy import MEMBER_CAP, write_policy
from benchmarks.speed.programs import (
    ProgramError,
    Service,
    folding,
    program,
    redis_server,
    service,
)
from benchmarks.speed.rounds import Ratio, interleaved, median, ratio
from benchmarks.speed.subjects import (
    QUICK_CAP,
    QUICK_DEADLINE_MS,
    REDIS_CORE,
    SERVER_CORE,
    Subject,
)
from benchmarks.speed.traffic import Traffic

CONNECTIONS = 64
VIEWERS, TOPIC = 100, "overview"
NOBODY = "nobody looks"
TIMEOUT_S, FOLD_S = 10, 600
LEAST_S = 3.0
"""Of a round, also a quick one: viewers are told something once a second at most."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round, and what each viewer was told, first values included: values, bytes a second."""

    measured: Measured
    values_per_s: float
    bytes_per_s: float


@dataclass(frozen=True, slots=True)
class Compared:
    """With viewers ÷ without, of requests a second and of the server's CPU a request."""

    per_s: Ratio
    cpu: Ratio


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    parser = command.parser("viewers", __doc__ or "")
    parser.add_argument("--viewers", type=int, default=VIEWERS, help=f"live streams [{VIEWERS}]")
    parser.add_argument("--topic", default=TOPIC, help=f"what they look at [{TOPIC}]")
    parser.add_argument("--folding", action="store_true", help="a worker folds all the while")
    given = command.parsed(parser, arguments)
    return command.compared(given, compare, partial(_report, given.topic))


def compare(
    given: Namespace, directory: Path, tell: Callable[[str], None]
) -> dict[str, list[Round]]:
    """Rounds without and with viewers. Raises ProgramError where requests or streams fail."""
    tell("starting")
    with _served(directory, quick=given.quick) as running:
        traffic = Traffic(headers={"Authorization": f"Bearer {running.key}"})
        subject = Subject(running.url, traffic, running.pid)
        tell("using up caps, warming up")
        prepare(subject, given.warm_s, CONNECTIONS)
        tell("folding what was asked")
        _fold(running)
        seconds, viewers = max(given.seconds, LEAST_S), given.viewers
        asked = {
            NOBODY: partial(_without, subject, seconds),
            with_viewers(viewers): partial(
                _with, running, subject, seconds, viewers=viewers, topic=given.topic
            ),
        }
        with _folding(running) if given.folding else nullcontext():
            return interleaved(asked, given.rounds, progress=tell)


def with_viewers(count: int) -> str:
    """What rounds with so many viewers are called."""
    return f"{count} look"


def compared(rounds: Mapping[str, Sequence[Round]]) -> Compared:
    """Rounds with viewers ÷ those without, round by round."""
    without, watched = rounds.values()
    return Compared(
        ratio(
            [one.measured.drive.per_s for one in watched],
            [one.measured.drive.per_s for one in without],
        ),
        ratio(
            [one.measured.server_us for one in watched],
            [one.measured.server_us for one in without],
        ),
    )


@contextmanager
def _served(directory: Path, *, quick: bool) -> Iterator[Service]:
    cap = QUICK_CAP if quick else MEMBER_CAP
    policy = write_policy(directory / "policy.toml", member_cap=cap)
    env = {"CONTACT_QUOTA_REDIS_DEADLINE_MS": str(QUICK_DEADLINE_MS)} if quick else {}
    with (
        redis_server(directory, core=REDIS_CORE) as redis,
        service(
            directory, policy=policy, redis_url=redis.url, core=SERVER_CORE, env=env
        ) as running,
    ):
        yield running


def _fold(running: Service) -> None:
    """Folds all that waits. Raises ProgramError where it takes longer than `FOLD_S`."""
    deadline = time.monotonic() + FOLD_S
    with _folding(running):
        while _overview(running)["worker"]["backlog"] != 0:
            if time.monotonic() > deadline:
                raise ProgramError(f"{running.url}: still folding after {FOLD_S} s")
            time.sleep(0.1)


def _folding(running: Service) -> AbstractContextManager[object]:
    return folding(
        running.data,
        redis_url=str(running.redis_url),
        database=running.database,
        core=LOAD_CORE,
    )


def _overview(running: Service) -> Mapping[str, Mapping[str, object]]:
    headers = {"Authorization": f"Bearer {running.key}"}
    asked = Request(f"{running.url}/v1/overview", headers=headers)  # noqa: S310 - ours
    with urlopen(asked, timeout=TIMEOUT_S) as response:  # noqa: S310 - the same
        told: Mapping[str, Mapping[str, object]] = json.load(response)
        return told


def _without(subject: Subject, seconds: float) -> Round:
    return Round(measure(subject, seconds, CONNECTIONS), 0.0, 0.0)


def _with(running: Service, subject: Subject, seconds: float, *, viewers: int, topic: str) -> Round:
    log = running.data / f"viewing-{time.monotonic_ns()}.log"
    arguments = [str(running.port), running.key, topic, str(viewers)]
    watch = [sys.executable, "-m", "benchmarks.speed.viewing", *arguments]
    ready = lambda: b"\n" in log.read_bytes()  # noqa: E731 - read where it is used
    with program(watch, log=log, ready=ready, name="viewers", core=LOAD_CORE):
        measured = measure(subject, seconds, CONNECTIONS)
        told = _told(log)
    if told["ended"]:
        raise ProgramError(f"{told['ended']} of {viewers} streams ended while they were watched")
    each_s = viewers * measured.drive.seconds
    return Round(
        measured,
        told["values"] / each_s,
        told["bytes"] / each_s,
    )


def _told(log: Path) -> Mapping[str, int]:
    """The last whole line of what the viewers print."""
    told: Mapping[str, int] = json.loads(log.read_text().rpartition("\n")[0].splitlines()[-1])
    return told


def _report(
    topic: str, rounds: Mapping[str, Sequence[Round]], out: Path | None, console: Console
) -> None:
    measured, found = machine(), compared(rounds)
    columns = ["looking", "pre-checks/s", "server µs", "p50 ms", "p99 ms", "values/s", "kB/s"]
    rows = [
        [
            name,
            report.shown([one.measured.drive.per_s for one in some]),
            f"{median([one.measured.server_us for one in some]):.1f}",
            f"{median([one.measured.drive.p50_ms for one in some]):.1f}",
            f"{median([one.measured.drive.p99_ms for one in some]):.1f}",
            f"{median([one.values_per_s for one in some]):.2f}",
            f"{median([one.bytes_per_s for one in some]) / 1e3:.1f}",
        ]
        for name, some in rounds.items()
    ]
    notes = [
        f"{asked_by()}; µs: CPU of the server a pre-check, what it does for viewers included",
        "values/s, kB/s: what each viewer was told and sent, in gzip, its first value included",
        f"pre-checks/s with viewers ÷ without: {report.shown_ratio(found.per_s, 3)}",
        f"CPU a pre-check with viewers ÷ without: {report.shown_ratio(found.cpu, 3)}",
    ]
    shown = report.table("Pre-checks while people look at the dashboard", columns, rows)
    report.present([shown], measured, notes, console=console)
    figures = {"driver": driver(), "topic": topic, "rounds": rounds, "ratios": found}
    console.print(f"written to {report.write(out, 'viewers', figures, measured)}")


if __name__ == "__main__":
    sys.exit(main())
