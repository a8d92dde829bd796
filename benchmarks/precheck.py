"""Pre-checks a second over HTTP, side by side with what people would use instead.

    python benchmarks/precheck.py                # five rounds of five seconds of each, 5 minutes
    python benchmarks/precheck.py --quick        # half a minute, nothing warmed up: rough

The service (one process, every rule on), rate-limiter-flexible behind Fastify, `limits` behind
aiohttp, nginx's limit_req, and an aiohttp handler that does nothing but parse and answer: all are
asked the same adds of 20,000 members in 400 enterprises, a tenth of them denied by a daily cap, in
turn, round after round, from as many connections. Servers run on core 0, Redis and what asks on
core 1. Ratios are of the rounds of this run; figures of different runs or machines do not compare.

A peer whose programs are not installed is reported as missing; with CI=true that is a failure.
docs/peers.md says what each peer does not do.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.speed import command, report
from benchmarks.speed.driving import asked_by, driver
from benchmarks.speed.machine import machine
from benchmarks.speed.measuring import Measured, check, measure, prepare
from benchmarks.speed.programs import MissingError, ProgramError
from benchmarks.speed.rounds import Ratio, interleaved, median, ratio
from benchmarks.speed.subjects import OURS, SUBJECTS, Place, Subject, placed

CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Results:
    """Rounds by subject, the denied share before and after, and why peers are missing."""

    rounds: Mapping[str, Sequence[Measured]]
    denied: Mapping[str, Sequence[float]]
    missing: Mapping[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    parser = command.parser("precheck", __doc__ or "")
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help="of each [64]")
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, help="only these subjects")
    given = command.parsed(parser, arguments)
    return command.compared(given, compare, _report)


def compare(given: Namespace, directory: Path, tell: Callable[[str], None]) -> Results:
    """Starts all subjects, measures them in turn. Raises ProgramError where one misbehaves."""
    with ExitStack() as running:
        subjects, missing = _start(
            running, given.only or list(SUBJECTS), placed(given, directory, tell)
        )
        denied: dict[str, list[float]] = {}
        for name, subject in subjects.items():
            tell(f"{name}: using up caps, warming up")
            denied[name] = [prepare(subject, given.warm_s, given.connections)]
        asked = {
            name: partial(measure, subject, given.seconds, given.connections)
            for name, subject in subjects.items()
        }
        rounds = interleaved(asked, given.rounds, progress=tell)
        for name, subject in subjects.items():
            tell(f"{name}: looking at the mix again")
            denied[name].append(check(subject))
        tell("ending everything")
    if not rounds:
        raise ProgramError(f"nothing could be measured: {'; '.join(missing.values())}")
    return Results(rounds, denied, missing)


def _start(
    running: ExitStack, names: Sequence[str], place: Place
) -> tuple[dict[str, Subject], dict[str, str]]:
    """The subjects by name, and why others are missing. Raises MissingError in CI."""
    subjects: dict[str, Subject] = {}
    missing: dict[str, str] = {}
    for name in names:
        place.tell(f"{name}: starting")
        own = replace(place, directory=place.directory / name.replace(" ", "-"))
        own.directory.mkdir()
        try:
            subjects[name] = running.enter_context(SUBJECTS[name](own))
        except MissingError as error:
            if name == OURS or os.environ.get("CI") == "true":
                raise
            missing[name] = str(error)
    return subjects, missing


def ratios(rounds: Mapping[str, Sequence[Measured]]) -> dict[str, dict[str, Ratio]]:
    """Ours to each other subject: requests/s ÷ its, and its server CPU a request ÷ ours.

    The second is what the first would be were the server's core the only limit. Empty without ours.
    """
    if OURS not in rounds:
        return {}
    per_s = {name: [one.drive.per_s for one in some] for name, some in rounds.items()}
    cpu = {name: [one.server_us for one in some] for name, some in rounds.items()}
    return {
        name: {"per_s": ratio(per_s[OURS], per_s[name]), "cpu": ratio(cpu[name], cpu[OURS])}
        for name in rounds
        if name != OURS
    }


def _report(results: Results, out: Path | None, console: Console) -> None:
    measured, compared = machine(), ratios(results.rounds)
    columns = ["asked the same", "requests/s", "server µs", "Redis µs", "p50 ms", "p99 ms"]
    columns += ["ours ÷ it", "by CPU"]
    rows = [_row(name, some, compared.get(name)) for name, some in results.rounds.items()]
    rounds = len(next(iter(results.rounds.values())))
    notes = [
        f"medians of {rounds} rounds ± half their range, {asked_by()}",
        "ratios are of the same round, with smallest and largest",
        "µs: CPU a request; by CPU: the ratio, were the server's core the only limit",
        "the do-nothing handler counts nothing, nginx knows no days: docs/peers.md",
    ]
    notes += [f"missing: {name}: {why}" for name, why in results.missing.items()]
    shown = report.table("Pre-checks over HTTP, one process on one core", columns, rows)
    report.present([shown], measured, notes, console=console)
    figures = {
        "driver": driver(),
        "rounds": results.rounds,
        "ratios_of_ours": compared,
        "denied_before_and_after": results.denied,
        "missing": results.missing,
    }
    console.print(f"written to {report.write(out, 'precheck', figures, measured)}")


def _row(name: str, some: Sequence[Measured], compared: Mapping[str, Ratio] | None) -> list[str]:
    redis = [one.redis_us for one in some if one.redis_us is not None]
    row = [
        name,
        report.shown([one.drive.per_s for one in some]),
        f"{median([one.server_us for one in some]):.1f}",
        f"{median(redis):.1f}" if redis else "–",
        f"{median([one.drive.p50_ms for one in some]):.1f}",
        f"{median([one.drive.p99_ms for one in some]):.1f}",
    ]
    if compared is None:
        return [*row, "", ""]
    return [*row, report.shown_ratio(compared["per_s"]), report.shown_ratio(compared["cpu"])]


if __name__ == "__main__":
    sys.exit(main())
