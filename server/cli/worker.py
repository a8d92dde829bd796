"""`contact-quota worker`: folds events in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvloop

from server.cli.serve import begin_logging, settings_of
from server.directory import DataUnusable, told_as_unusable
from server.records.engine import RecordsUnusable
from server.records.settings import SettingsConflict
from server.sealing import Sealer, load_sealer
from server.secret_keys import SecretKeyError
from server.settings import Settings
from server.worker.exposing import PortTaken
from server.worker.install import ForeignRedis
from server.worker.reaching import RedisUnusable
from server.worker.standalone import run_worker

MISSING = (
    "{missing} is missing: a worker in a process of its own shares both stores with the processes "
    "that serve, so say where they are with --redis and --database; the embedded stores live "
    "inside `contact-quota serve`, which folds for itself"
)

REFUSALS = (
    DataUnusable,
    ForeignRedis,
    PortTaken,
    RecordsUnusable,
    RedisUnusable,
    SecretKeyError,
    SettingsConflict,
)
"""Why the worker does not start, in words for whoever starts it."""

Redis = Annotated[str | None, typer.Option(help="The Redis to fold from, redis://… or unix://….")]
Record = Annotated[str | None, typer.Option(help="Where the record is, postgresql://… or a path.")]
Data = Annotated[Path | None, typer.Option(help="Where document-keys is [./contact-quota-data].")]

Host = Annotated[str | None, typer.Option(help="Where /metrics listens [127.0.0.1].")]
MetricsPort = Annotated[
    int | None, typer.Option(help="The port of /metrics, for Prometheus; without it there is none.")
]


def worker(
    redis: Redis = None,
    database: Record = None,
    data: Data = None,
    host: Host = None,
    metrics_port: MetricsPort = None,
) -> None:
    """Fold events into trust and caps, beside processes that serve with --no-worker.

    Start as many as you like: they share the shards, and take over from one that ended. One of them
    delivers to webhooks; the keys of their secrets are those of the processes that serve, in --data
    or CONTACT_QUOTA_DOCUMENT_KEYS. Each option is also an environment variable:
    CONTACT_QUOTA_REDIS, CONTACT_QUOTA_DATABASE, CONTACT_QUOTA_DATA, CONTACT_QUOTA_METRICS_PORT.
    """
    given = {"redis": redis, "database": database, "data": data}
    settings = settings_of({**given, "host": host, "metrics_port": metrics_port})
    if settings.redis is None or settings.database is None:
        stores = {"--redis": settings.redis, "--database": settings.database}
        missing = " and ".join(option for option, given in stores.items() if given is None)
        typer.echo(MISSING.format(missing=missing), err=True)
        raise typer.Exit(2)
    begin_logging()
    try:
        uvloop.run(
            run_worker(
                settings.redis,
                settings.database_url,
                _sealer(settings),
                _say_started,
                webhook_private=settings.webhook_private,
                metrics=(settings.host, settings.metrics_port),
            )
        )
    except REFUSALS as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _sealer(settings: Settings) -> Sealer:
    keys = settings.document_keys
    with told_as_unusable(settings.data):
        return load_sealer(None if keys is None else keys.get_secret_value(), settings.data)


def _say_started(shards: int) -> None:
    typer.echo(f"Folding; this installation has {shards} shards. Stop with Ctrl-C.", err=True)
