"""`contact-quota export`: the journal as NDJSON."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, NoReturn, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from server.cli.serve import settings_of
from server.records import journal
from server.records.engine import RecordsUnavailable, open_database, sqlite_file
from server.worker.export import export_lines

_EARLIEST_MS, _LATEST_MS = 0, 1 << 62
_REPORT_EVERY = 1_000

From = Annotated[
    str | None,
    typer.Option("--from", help="Events received from then on: a date (UTC), or RFC 3339 [first]."),
]
To = Annotated[
    str | None,
    typer.Option("--to", help="Events received before then, in the same forms [last]."),
]
Out = Annotated[
    Path | None, typer.Option(help="Where to write; appears when it is whole [standard output].")
]
Data = Annotated[Path | None, typer.Option(help="The embedded stores [./contact-quota-data].")]
Record = Annotated[str | None, typer.Option(help="Where the record is, postgresql://… or a path.")]


def export(
    from_: From = None,
    to: To = None,
    out: Out = None,
    data: Data = None,
    database: Record = None,
) -> None:
    """Write the journal as NDJSON, one event a line, as `contact-quota replay` reads it.

    Works while the service runs. Events are in the order of each shard's journal; contacts, numbers
    and greetings are only there as keyed hashes.
    """
    from_ms = _EARLIEST_MS if from_ is None else _instant_ms(from_, "--from")
    to_ms = _LATEST_MS if to is None else _instant_ms(to, "--to")
    if from_ms >= to_ms:
        raise typer.BadParameter("must be earlier than --to", param_hint="--from")
    given = {"data": data, "database": database}
    url = settings_of(given).database_url
    file = sqlite_file(url)
    if file is not None and not os.path.lexists(file):
        raise _refusal(f"there is no record at {file}: --data or --database says where it is")
    try:
        with _written(out) as stream:
            count = asyncio.run(_export(url, from_ms, to_ms, stream))
    except RecordsUnavailable as error:
        raise _refusal(str(error)) from None
    except BrokenPipeError:
        _leave_quietly()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise _refusal(f"cannot write {out or 'standard output'}: {why}") from None
    if out is not None:
        typer.echo(f"{out}: {count} events", err=True)


async def _export(url: str, from_ms: int, to_ms: int, stream: TextIO) -> int:
    database = open_database(url)
    try:
        async with database.read() as connection:
            total = await journal.count_received(connection, from_ms, to_ms)
        done = 0
        with _progress() as progress:
            task = progress.add_task("events", total=total)
            async for line in export_lines(database, from_ms, to_ms):
                stream.write(line + "\n")
                done += 1
                if done % _REPORT_EVERY == 0:
                    progress.update(task, completed=done)
            progress.update(task, completed=done)
        stream.flush()
        return done
    finally:
        await database.close()


def _leave_quietly() -> NoReturn:
    """Whoever reads has read enough, as `head` does; 141 is what a shell shows for any such end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(141)


def _progress() -> Progress:
    """A bar on a terminal, nothing where standard error is none."""
    columns = (TextColumn("exporting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())


@contextmanager
def _written(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or a draft beside `out` that takes its place once it is whole."""
    if out is None:
        yield sys.stdout
        return
    draft = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def _instant_ms(text: str, option: str) -> int:
    try:
        if len(text) == len("2026-11-22"):
            moment = datetime.combine(date.fromisoformat(text), time(), UTC)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        raise _bad_time(text, option) from None
    if moment.tzinfo is None:
        raise _bad_time(text, option)
    return int(moment.timestamp() * 1000)


def _bad_time(text: str, option: str) -> typer.BadParameter:
    forms = "a date such as 2026-11-22 nor a time with its zone such as 2026-11-22T16:00:00Z"
    return typer.BadParameter(f"{text!r} is neither {forms}", param_hint=option)


def _refusal(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)
