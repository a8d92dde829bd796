"""`contact-quota demo`: the service with living sample organisations."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from server import demo as sample
from server import serving
from server.cli.serve import REFUSALS, Host, Port, begin_logging, settings_of
from server.settings import DATABASE_FILE, Settings
from server.wiring import clock_ms, open_stores

Kept = Annotated[
    Path | None, typer.Option(help="Where to keep it [a new directory that goes away].")
]
Keys = Mapping[str, str]
"""Secrets by the holders of their keys."""

SHOWN: Mapping[str, tuple[str, str]] = {
    sample.PLATFORM: ("admin", "everything, policy"),
    sample.RUI: ("Rui, reviewer", "cases, appeals"),
    sample.MEI: ("Mei, reviewer", "the second of two"),
    sample.ADMINISTRATOR: (sample.ADMINISTRATOR, "Harbour Trading"),
    sample.LI: ("Li Na, member there", "her own quota"),
    sample.GATEWAY: ("a gateway", "pre-checks, no page"),
}
"""Who they are, and what their key is for."""
HARBOUR = f"/v1/enterprises/{sample.ENTERPRISE}"
LOOKS: Mapping[str, str] = {
    "the platform now": "/v1/overview",
    "who at Harbour Trading uses how much": f"{HARBOUR}/members?sort=used&limit=5",
    "a member that contacts do not want": f"{HARBOUR}/members/zhao/quota",
    "who decided what, and why": f"/v1/audit?enterprise={sample.ENTERPRISE}&limit=5",
}
ADD = '{"enterprise_id": "harbour", "member_id": "li", "target_id": "wm-77"}'


def demo(*, host: Host = None, port: Port = None, data: Kept = None) -> None:
    """Serve with sample organisations that are three weeks old and go on adding contacts.

    Everything is in a new directory that goes away with the service, unless --data names one to
    keep; that one is filled where it is empty, and has to be a demo's else. Each start shows new
    keys and ends those of the start before.
    """
    with ExitStack() as stack:
        directory = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="demo-")))
        options = {"host": host, "port": port, "data": directory}
        # A configured key has no holder; the platform's administrator is somebody, like the rest.
        alone = {"redis": None, "database": None, "processes": 1, "worker": True, "admin_key": None}
        settings = settings_of(options).model_copy(update=alone)
        keys: dict[str, str] = {}
        begin_logging(embedded=True)

        async def before() -> None:
            if not (directory / DATABASE_FILE).exists():
                typer.echo(f"Making {sample.HISTORY_DAYS} days of history …")
                await sample.make_history(settings)
            keys.update(await new_keys(settings))

        lives = serving.Sample(before, sample.live)
        try:
            serving.run(settings, lambda url, _: typer.echo(tour(keys, url)), lives)
        except REFUSALS as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None


async def new_keys(settings: Settings) -> Keys:
    """New keys of the roles; what an earlier start showed is no key any more.

    Raises what `open_stores` does, and SettingsConflict where the record is no sample's.
    """
    async with open_stores(settings) as stores:
        await sample.check_made(stores.database, settings.data)
        held = await sample.hand_out(stores.database, clock_ms())
    return {holder: key.secret for holder, key in held.items()}


def tour(keys: Keys, url: str) -> str:
    """Where to look, as whom, and a few commands."""
    rows = [(who, keys[holder], sees) for holder, (who, sees) in SHOWN.items()]
    width = max(len(who) for who, _, _ in rows)
    return "\n".join(
        [
            "",
            f"  Dashboard  {url}/dashboard",
            f"  API        {url}/docs",
            "",
            "Six enterprises are at work. Sign in with one of these keys (new with each start):",
            "",
            *(f"  {who:{width}}  {key}  {sees}" for who, key, sees in rows),
            "",
            "Or ask the API:",
            "",
            f"  admin='Authorization: Bearer {keys[sample.PLATFORM]}'",
            *_commands(url),
            "",
            "Ctrl-C ends it.",
        ]
    )


def _commands(url: str) -> list[str]:
    """To be pasted after `admin` was set; the last one moves Li Na's gauge."""
    lines = []
    for what, where in LOOKS.items():
        lines += [f"  # {what}", f"  curl -s '{url}{where}' -H \"$admin\""]
    return [
        *lines,
        "  # an add of Li Na's: her gauge moves",
        f"  curl -s '{url}/v1/precheck' -H \"$admin\" -H 'Content-Type: application/json' \\",
        f"    -d {shlex.quote(ADD)}",
    ]
