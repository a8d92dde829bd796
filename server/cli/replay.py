"""`contact-quota replay`: event files through the fold, without a server."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from server.policy import Policy, PolicyError, load_policy
from server.replay.files import ReplayError, total_bytes
from server.replay.run import Summary
from server.replay.run import replay as run_replay
from server.replay.stopping import Stop, StoppedError
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
    observe: Annotated[
        bool, typer.Option("--observe", help="Take each add as made (the default).")
    ] = False,
    enforce: Annotated[
        bool,
        typer.Option("--enforce", help="Decide each add, and drop what came of those denied."),
    ] = False,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the results go, made if need be.")
    ] = Path("replay-out"),
) -> None:
    """Run event files through the fold, without a server.

    The files hold one event a line, as `contact-quota export` writes them or as a log was turned
    into them, best sorted by time: the events' own time is the clock. A line that is not an event
    is named with its file and number, and then nothing is written.

    Writes flags.ndjson, cases.ndjson, scores.ndjson (each member at the end) and, with --enforce,
    decisions.ndjson to the directory of --out, all together at the end, and prints a summary.
    """
    if observe and enforce:
        raise typer.BadParameter("choose one of the two", param_hint="--observe, --enforce")
    stop = Stop()
    try:
        wanted = None if policy is None else load_policy(policy)
        with stop.on_signals():
            summary = _with_progress(files, out, wanted, enforce, stop)
    except StoppedError as stopped:
        raise typer.Exit(stopped.exit_code) from None
    except (PolicyError, ReplayError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.echo(f"{out}: cannot be written: {(error.strerror or str(error)).lower()}", err=True)
        raise typer.Exit(1) from None
    for line in lines_of(summary):
        typer.echo(line)
    typer.echo(f"Results: {out}")


def _with_progress(
    files: list[Path], out: Path, policy: Policy | None, enforce: bool, stop: Stop
) -> Summary:
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
    with bar:
        task = bar.add_task("", total=total_bytes(files))
        return asyncio.run(
            run_replay(
                files,
                out,
                policy=policy,
                enforce=enforce,
                progress=lambda done: bar.update(task, completed=done),
                stop=stop,
            )
        )
