"""What the speed benchmarks' commands have in common: arguments, progress, a clean end."""

import signal
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TypeVar

from rich.console import Console

from benchmarks.speed import report
from benchmarks.speed.programs import ProgramError

T = TypeVar("T")

ROUNDS, QUICK_ROUNDS = 5, 1
SECONDS, QUICK_SECONDS = 5.0, 1.0
INTERRUPTED = 130


def parser(name: str, described: str) -> ArgumentParser:
    """The arguments that every speed benchmark takes; `described` is the command's docstring."""
    made = ArgumentParser(
        prog=f"benchmarks/{name}.py",
        description=described,
        formatter_class=RawDescriptionHelpFormatter,
    )
    made.add_argument("--rounds", type=_at_least_one, help=f"measured rounds [{ROUNDS}]")
    made.add_argument(
        "--seconds", type=float, help=f"of each subject in each round [{SECONDS:.0f}]"
    )
    made.add_argument(
        "--quick", action="store_true", help="a run of seconds; its figures are rough"
    )
    made.add_argument(
        "--out", type=Path, help=f"where the JSON goes [benchmarks-results/{name}.json]"
    )
    return made


def parsed(made: ArgumentParser, arguments: Sequence[str] | None) -> Namespace:
    """The arguments, with `rounds` and `seconds` filled in by `quick`.

    `warm_s` is how long each of many subjects is asked before it is measured.
    """
    given = made.parse_args(arguments)
    given.rounds = given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS)
    given.seconds = given.seconds or (QUICK_SECONDS if given.quick else SECONDS)
    given.warm_s = 0 if given.quick else given.seconds
    return given


def run(measure: Callable[[], None]) -> int:
    """Measures; the exit code: 1 with a sentence where a program failed, 130 when interrupted."""
    before = signal.signal(signal.SIGTERM, _interrupt)  # ends what runs, as Ctrl-C does
    try:
        measure()
    except ProgramError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; what was started has ended", file=sys.stderr)
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def compared(
    given: Namespace,
    compare: Callable[[Namespace, Path, Callable[[str], None]], T],
    present: Callable[[T, Path | None, Console], None],
) -> int:
    """Compares in a directory of its own, with progress, then presents it; the exit code of `run`.

    `present` gets what came of it, where the JSON goes, and where tables go.
    """
    console = report.console()

    def measure() -> None:
        with progress(console) as tell, TemporaryDirectory() as directory:
            made = compare(given, Path(directory), tell)
        present(made, given.out, console)

    return run(measure)


@contextmanager
def progress(console: Console) -> Iterator[Callable[[str], None]]:
    """Says what is going on, in one line that moves on a terminal, as lines elsewhere."""
    if not console.is_terminal:
        yield lambda text: console.print(text, style="dim", highlight=False)
        return
    with console.status("starting") as status:
        yield status.update


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
