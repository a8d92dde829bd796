"""`contact-quota worker`: folds events in a process of its own."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from server.cli.serve import begin_logging, settings_of
from server.records.engine import RecordsUnusable
from server.worker.install import ForeignRedis
from server.worker.reaching import RedisUnusable
from server.worker.standalone import run_worker

MISSING = (
    "{missing} is missing: a worker in a process of its own shares both stores with the processes "
    "that serve, so say where they are with --redis and --database; the embedded stores live "
    "inside `contact-quota serve`, which folds for itself"
)

Redis = Annotated[str | None, typer.Option(help="The Redis to fold from, redis://… or unix://….")]
Record = Annotated[str | None, typer.Option(help="Where the record is, postgresql://… or a path.")]


def worker(redis: Redis = None, database: Record = None) -> None:
    """Fold events into trust and caps, beside processes that serve with --no-worker.

    Start as many as you like: they share the shards, and take over from one that ended. Each option
    is also an environment variable: CONTACT_QUOTA_REDIS, CONTACT_QUOTA_DATABASE.
    """
    settings = settings_of({"redis": redis, "database": database})
    if settings.redis is None or settings.database is None:
        stores = {"--redis": settings.redis, "--database": settings.database}
        missing = " and ".join(option for option, given in stores.items() if given is None)
        typer.echo(MISSING.format(missing=missing), err=True)
        raise typer.Exit(2)
    begin_logging()
    try:
        asyncio.run(run_worker(settings.redis, settings.database_url, _say_started))
    except (ForeignRedis, RecordsUnusable, RedisUnusable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _say_started(shards: int) -> None:
    typer.echo(f"Folding; this installation has {shards} shards. Stop with Ctrl-C.", err=True)
