"""Adds under load through the real nginx and the real Envoy, and whether the books balance.

    python benchmarks/load.py              # five rounds of five seconds of each, 5 minutes
    python benchmarks/load.py --quick

Starts redis-server, Contact Quota (core 0), what stands for the contact service, and both gateways
with the files of deploy/ (core 1), all on loopback. First a rush: both gateways at once are asked
for half as much again as the caps of a few accounts allow. Then, round by round, each of: the
messenger asked directly, each gateway without the check, each gateway with it; at full speed (each
connection asks when it is answered), then at a third of the full speed of the gateway with the
check (requests are due at fixed instants, and latency counts from those: corrected for coordinated
omission).

At the end the books: adds at the messenger = allowed decisions as callers saw them = as /metrics
counts them = the counters of the accounts; no cap exceeded; every denial reached its caller as 429.
A book that does not balance is exit code 1, with the difference named.
"""

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from rich.console import Console

from benchmarks import load_table
from benchmarks.load_adds import Rush
from benchmarks.load_books import Entry, balance
from benchmarks.load_gateways import GATEWAYS, envoy_version
from benchmarks.load_generator import Spec
from benchmarks.load_measured import Driven, drive, generators
from benchmarks.load_messenger import counted
from benchmarks.load_scene import LOAD_CORE, Scene, checked, scene
from benchmarks.load_tally import WAITS, Seen
from benchmarks.speed import command
from benchmarks.speed.machine import machine
from benchmarks.speed.programs import ProgramError
from benchmarks.speed.report import present, write
from benchmarks.speed.rounds import interleaved, median
from benchmarks.speed.traffic import run_id
from server.policy import default_policy

CONNECTIONS = 64
MOST_PER_S = 15_000
"""A run at full speed ends after as many requests for each of its seconds."""
SHARE = 3
"""The fixed rate is full speed divided by this."""
WIDE = 120
"""Columns of a table that goes to a file."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a load is.

    The caps of the rush are everybody's: over so many enterprises they bind for nobody else.
    `sample` ordinary members have their counters compared with their adds.
    """

    rush: Rush
    enterprises: int
    sample: int


FULL = Size(Rush(member_cap=100, enterprise_cap=1_000), enterprises=400, sample=500)
QUICK = Size(Rush(member_cap=20, enterprise_cap=300), enterprises=80, sample=20)

Progress = Callable[[str], None]
Rate = Callable[[str], float | None]
"""Requests a second for the subject of a name; None is full speed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: rounds by subject, the books, and what callers saw of the check."""

    full: Mapping[str, Sequence[Driven]]
    fixed: Mapping[str, Sequence[Driven]]
    entries: Sequence[Entry]
    seen: Seen


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; its exit code."""
    parser = command.parser("load", __doc__ or "")
    parser.add_argument(
        "--connections", type=int, default=CONNECTIONS, help=f"to each subject [{CONNECTIONS}]"
    )
    given = command.parsed(parser, arguments)
    console = Console()
    if not console.is_terminal:
        console.width = WIDE
    return command.run(lambda: _measure(given, console))


def _measure(given: Namespace, console: Console) -> None:
    size = QUICK if given.quick else FULL
    with (
        TemporaryDirectory(prefix="contact-quota-load-") as directory,
        command.progress(console) as progress,
    ):
        progress("starting Redis, Contact Quota, the messenger and the gateways")
        with scene(Path(directory), size.rush) as running:
            figures = _figures(running, given, size, progress)
    _show(figures, given, console)
    wrong = [one for one in figures.entries if not one.balances]
    if wrong:
        told = "; ".join(f"{one.what}: {one.expected:,} and {one.found:,}" for one in wrong)
        raise ProgramError(f"the books do not balance. {told}")


def _figures(running: Scene, given: Namespace, size: Size, progress: Progress) -> Figures:
    started = _today()
    progress("a rush on a few accounts through both gateways")
    _rush(running, size.rush, given.connections)
    measure = partial(_rounds, running, given, size)
    full = measure(lambda text: progress(f"at full speed, {text}"), lambda _: None)
    rates = {name: _rate(full[checked(name)]) for name in GATEWAYS}
    slowest = min(rates.values())
    fixed = measure(
        lambda text: progress(f"at a third, {text}"),
        lambda name: rates.get(name.split()[0], slowest),
    )
    progress("balancing the books")
    if _today() != started:
        raise ProgramError("a local midnight has begun counters anew; run it again")
    seen, past, reached = running.seen, running.past, counted(running.messenger_port)
    entries = balance(seen, reached, running.service, size.rush, size.sample)
    unasked = Entry("adds past the check = those at the messenger", past.answers, reached.undecided)
    return Figures(full, fixed, [*entries, unasked], seen)


def _rush(running: Scene, rush: Rush, connections: int) -> None:
    """Both gateways at once are asked for more than the caps allow."""
    mark, subjects = run_id(), [running.subjects[checked(name)] for name in GATEWAYS]
    specs = [
        Spec(one.port, mark, 0, 60.0, connections, rushes=rush, part=part, parts=len(subjects))
        for part, one in enumerate(subjects)
    ]
    for one, run in zip(subjects, generators(specs, LOAD_CORE), strict=True):
        running.note(one, run.seen)


def _rounds(
    running: Scene, given: Namespace, size: Size, tell: Progress, per_s: Rate
) -> Mapping[str, Sequence[Driven]]:
    """Every subject in turn, round after round, at its rate."""

    def one(name: str) -> Driven:
        subject, rate = running.subjects[name], per_s(name)
        count = int((rate or MOST_PER_S) * given.seconds)
        spec = Spec(
            subject.port,
            run_id(),
            count,
            given.seconds,
            given.connections,
            per_s=rate,
            enterprises=size.enterprises,
        )
        driven = drive(spec, subject.pids, LOAD_CORE)
        running.note(subject, driven.run.seen)
        return driven

    subjects = {name: partial(one, name) for name in running.subjects}
    return interleaved(subjects, given.rounds, progress=tell)


def _rate(full: Sequence[Driven]) -> float:
    return median([one.run.per_s for one in full]) / SHARE


def _today() -> str:
    zone = ZoneInfo(default_policy().quota.default_time_zone)
    return datetime.now(zone).date().isoformat()


def _show(figures: Figures, given: Namespace, console: Console) -> None:
    tables = [
        load_table.full_speed(figures.full),
        load_table.third(figures.fixed),
        load_table.added(figures.full, figures.fixed, list(GATEWAYS)),
        load_table.books(figures.entries),
    ]
    seen = figures.seen
    notes = [
        f"with the check: {seen.answers:,} answers, {seen.statuses[str(WAITS)]:,} of them 503",
        f"requests without an answer: {seen.errors:,}",
        f"{given.rounds} rounds of {given.seconds:g} s a subject, {given.connections} connections",
        "one server process on one core, everything else on another",
        "direct: the messenger without a gateway; a gateway without the check has the same file",
        "late: how late the generator itself was; (late!) beyond 1 ms makes latencies its own",
    ]
    found = machine()
    found.versions["envoy"] = envoy_version()
    present(tables, found, notes, console=console)
    where = write(
        given.out,
        "load",
        {
            "full": _plain(figures.full),
            "fixed": _plain(figures.fixed),
            "added": {name: load_table.added_ms(figures.fixed, name) for name in GATEWAYS},
            "books": list(figures.entries),
            "statuses": seen.statuses,
            "errors": seen.errors,
        },
        found,
    )
    console.print(f"· figures: {where}", highlight=False)


def _plain(rounds: Mapping[str, Sequence[Driven]]) -> dict[str, list[dict[str, object]]]:
    return {name: [one.plain() for one in given] for name, given in rounds.items()}


if __name__ == "__main__":
    raise SystemExit(main())
