"""Spreads enterprises over processes, shows how far it got, and ends clean at Ctrl-C."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

JobT = TypeVar("JobT")
FoundT = TypeVar("FoundT")


def spread(
    work: Callable[[JobT], FoundT], given: Sequence[JobT], processes: int, console: Console
) -> Iterator[FoundT]:
    """What `work` gives for each job, in their order.

    Ctrl-C raises KeyboardInterrupt here and ends the processes without a word of theirs.
    """
    with _bar(console) as bar:
        shown = bar.add_task("Enterprises", total=len(given))
        for found in _all(work, given, processes):
            bar.advance(shown)
            yield found


def _all(work: Callable[[JobT], FoundT], given: Sequence[JobT], processes: int) -> Iterator[FoundT]:
    if processes == 1:
        yield from map(work, given)
        return
    with get_context("forkserver").Pool(processes, _leave_interrupts) as pool:
        yield from pool.imap(work, given)


def _leave_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; the parent ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _bar(console: Console) -> Iterator[Progress]:
    """A bar where a person watches."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield bar
