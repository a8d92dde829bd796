"""`contact-quota serve`: answers over HTTP until it is told to stop."""

from __future__ import annotations

import logging
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from server import serving, wiring
from server.admin_key import CONFIGURED, RevokedKeyError
from server.contacts import ContactKeyError
from server.policy import PolicyError
from server.records.engine import RecordsUnavailable
from server.records.settings import SettingsConflict
from server.settings import Settings
from server.worker.install import ForeignRedis

REFUSALS = (
    serving.AddressInUse,
    wiring.DataInUse,
    ContactKeyError,
    ForeignRedis,
    PolicyError,
    RecordsUnavailable,
    RevokedKeyError,
    SettingsConflict,
)
"""Why the service does not start, in words for whoever starts it."""

SAMPLE = '{"enterprise_id": "acme", "member_id": "li", "target_id": "wm-77"}'

Host = Annotated[str | None, typer.Option(help="Where to listen [127.0.0.1].")]
Port = Annotated[int | None, typer.Option(help="Where to listen; 0 takes a free one [8080].")]
Data = Annotated[Path | None, typer.Option(help="The embedded stores [./contact-quota-data].")]
Redis = Annotated[str | None, typer.Option(help="A Redis to count in, redis://… or unix://….")]
Record = Annotated[str | None, typer.Option(help="Where the record is, postgresql://… or a path.")]
PolicyFile = Annotated[Path | None, typer.Option(help="A policy to put into force, in TOML.")]
Processes = Annotated[int | None, typer.Option(help="How many share the port; needs --redis [1].")]
Shards = Annotated[int | None, typer.Option(help="Only at the very first start [16].")]
Worker = Annotated[bool | None, typer.Option(help="Fold events in this process, too.")]


def serve(
    *,
    host: Host = None,
    port: Port = None,
    data: Data = None,
    redis: Redis = None,
    database: Record = None,
    policy: PolicyFile = None,
    processes: Processes = None,
    shards: Shards = None,
    worker: Worker = None,
) -> None:
    """Answer pre-checks over HTTP.

    Needs neither Redis nor a database: without --redis and --database everything is under --data.
    Each option is also an environment variable, such as CONTACT_QUOTA_PORT.
    """
    given = {
        "host": host,
        "port": port,
        "data": data,
        "redis": redis,
        "database": database,
        "policy": policy,
        "processes": processes,
        "shards": shards,
        "worker": worker,
    }
    settings = settings_of(given)
    begin_logging(embedded=settings.redis is None)
    try:
        serving.run(settings, lambda url, key: typer.echo(welcome(settings, url, key)))
    except REFUSALS as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def settings_of(given: dict[str, Any]) -> Settings:
    """Settings out of the options that were given, else the environment; ends with 2 if wrong."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        for found in error.errors():
            name = "--" + str(found["loc"][0]).replace("_", "-") + ": " if found["loc"] else ""
            typer.echo(f"{name}{found['msg'].removeprefix('Value error, ')}", err=True)
        raise typer.Exit(2) from None


def begin_logging(*, embedded: bool = False) -> None:
    """One line an entry, to stderr; migrations only speak when something is wrong."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if embedded:  # every start refills every shard there: no news
        logging.getLogger("server.worker.refill").setLevel(logging.WARNING)


def welcome(settings: Settings, url: str, new_key: str | None) -> str:
    """What a person reads first: the address, the admin key, a request to paste."""
    counters = settings.redis or f"embedded, under {settings.data}"
    lines = [f"Contact Quota answers on {url} (documentation: {url}/docs; counters: {counters})"]
    if new_key is not None:
        lines.append(f"Admin key, shown this once: {new_key}")
        bearer = new_key
    elif settings.admin_key is not None:
        bearer = f"${CONFIGURED}"
        lines.append(f"The admin key is the one in {CONFIGURED}.")
    else:
        bearer = "<key>"
        lines.append(f"The admin key was shown at the first start; {CONFIGURED} sets another one.")
    lines += ["Try it:", f"  {sample_curl(url, bearer)}"]
    return "\n".join(lines)


def sample_curl(url: str, bearer: str) -> str:
    """A pre-check that works when it is pasted into a shell."""
    return (
        f'curl -s {url}/v1/precheck -H "Authorization: Bearer {bearer}" '
        f"-H 'Content-Type: application/json' -d {shlex.quote(SAMPLE)}"
    )
