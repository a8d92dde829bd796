"""`contact-quota serve`: answers over HTTP until it is told to stop."""

from __future__ import annotations

import logging
import os
import shlex
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from server import logs, serving, wiring
from server.admin_key import CONFIGURED
from server.cli.mistakes import mistake, unknown_variables
from server.settings import Settings, without_password

log = logging.getLogger(__name__)

REFUSALS = (serving.AddressInUse, *wiring.REFUSALS)
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
    said = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**said)
    except ValidationError as error:
        for found in error.errors():
            typer.echo(mistake(found, said), err=True)
        raise typer.Exit(2) from None


def begin_logging(*, embedded: bool = False) -> None:
    """One line an entry, to stderr, the first about variables that are mistaken for settings."""
    logs.begin_logging(embedded=embedded)
    if unknown := unknown_variables(os.environ):
        log.warning("no settings, so they change nothing: %s", ", ".join(unknown))


def welcome(settings: Settings, url: str, new_key: str | None) -> str:
    """What a person reads first: the address, the admin key, a request to paste."""
    counters = without_password(settings.redis or "") or f"embedded, under {settings.data}"
    pages = f"dashboard: {url}/dashboard, documentation: {url}/docs"
    lines = [f"Contact Quota answers on {url} ({pages}; counters: {counters})"]
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
