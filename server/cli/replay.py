"""`contact-quota replay`: event files through the fold, without a server."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from server.policy import Policy, PolicyError, load_policy
from server.replay.files import ReplayError, total_bytes
from server.replay.run import Summary
from server.replay.run import replay as run_replay
from server.replay.summary import lines_of


def replay(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Events as NDJSON, plain or gzip.", show_default=False),
    ],
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Use this policy throughout, whatever the files activate.",
            show_default=False,
        ),
    ] = None,
    enforce: Annotated[
        bool,
        typer.Option(
            "--enforce/--observe",
            help="Decide each add, and drop what came of those denied; or take each as made.",
        ),
    ] = False,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the results go, made if need be.")
    ] = Path("replay-out"),
) -> None:
    """Run event files through the fold, without a server.

    The files hold one event a line, as `contact-quota export` writes them or as a log was turned
    into them, best sorted by time: the events' own time is the clock. A line that is not an event
    is named with its file and number, and then nothing is written.

    Writes flags.ndjson, scores.ndjson (each member at the end) and, with --enforce,
    decisions.ndjson to the directory of --out, all together at the end, and prints a summary.
    """
    try:
        wanted = None if policy is None else load_policy(policy)
        summary = _with_progress(files, out, wanted, enforce)
    except (PolicyError, ReplayError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.echo(f"{out}: cannot be written: {(error.strerror or str(error)).lower()}", err=True)
        raise typer.Exit(1) from None
    for line in lines_of(summary):
        typer.echo(line)
    typer.echo(f"Results: {out}")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the replay at once: asyncio's own handler would wait for the next await."""
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _with_progress(files: list[Path], out: Path, policy: Policy | None, enforce: bool) -> Summary:
    """Runs the replay; on a terminal with a bar of the bytes read."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("Replaying"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with bar, _interruptible():
        task = bar.add_task("", total=total_bytes(files))
        return asyncio.run(
            run_replay(
                files,
                out,
                policy=policy,
                enforce=enforce,
                progress=lambda done: bar.update(task, completed=done),
            )
        )
