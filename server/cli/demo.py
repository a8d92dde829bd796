"""`contact-quota demo`: the service with a living sample organisation."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from server import demo as sample
from server import serving
from server.admin_key import CONFIGURED
from server.cli.serve import REFUSALS, Host, Port, begin_logging, settings_of, welcome
from server.http.keys import new_secret
from server.settings import DATABASE_FILE, Settings

Kept = Annotated[
    Path | None, typer.Option(help="Where to keep it [a new directory that goes away].")
]


def demo(*, host: Host = None, port: Port = None, data: Kept = None) -> None:
    """Serve with a sample organisation that is three weeks old and goes on adding contacts.

    Everything is in a new directory that goes away with the service, unless --data names one to
    keep; that one is filled only where it is empty.
    """
    with ExitStack() as stack:
        directory = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="demo-")))
        options = {"host": host, "port": port, "data": directory, "admin_key": new_secret()}
        alone = {"redis": None, "database": None, "processes": 1, "worker": True}
        settings = settings_of(options).model_copy(update=alone)
        begin_logging(embedded=True)

        async def before() -> None:
            if not (directory / DATABASE_FILE).exists():
                typer.echo(f"Making {sample.HISTORY_DAYS} days of history …")
                await sample.make_history(settings)

        lives = serving.Sample(before, sample.live)
        try:
            serving.run(settings, lambda url, _: typer.echo(tour(settings, url)), lives)
        except REFUSALS as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None


def tour(settings: Settings, url: str) -> str:
    """What to look at, as commands."""
    key = settings.admin_key.get_secret_value() if settings.admin_key else ""
    company = f"{url}/v1/enterprises/{sample.ENTERPRISE}"
    header = f'-H "Authorization: Bearer {key}"'
    day, now = timedelta(days=1), datetime.now(UTC)
    since, today = (f"{at:%Y-%m-%d}" for at in (now - (sample.HISTORY_DAYS + 1) * day, now + day))
    looks = {
        "who uses how much today": f"{company}/members?sort=used",
        "a member in good standing, and the way up": f"{company}/members/li/quota",
        "a member that contacts do not want": f"{company}/members/zhao/quota",
        "what the pattern noticed": f"{url}/v1/flags",
        "cases: one of a pattern, one that waits for a second holder": f"{url}/v1/cases",
        "a member who walked the whole ladder": f"{url}/v1/penalties?member=qian",
        "a penalty that waits for a linked account": f"{url}/v1/penalties?member=xu",
        "an appeal that was right": f"{url}/v1/appeals?enterprise={sample.ENTERPRISE}",
        "who decided what, and why": f"{url}/v1/audit?enterprise={sample.ENTERPRISE}",
        "what the platform publishes of it": f"{url}/v1/transparency?from={since}&to={today}",
        "three weeks in figures": f"{company}/history",
    }
    lines = [
        welcome(settings, url, key).replace(f"The admin key is the one in {CONFIGURED}.\n", "")
    ]
    lines.append("Look at Harbour Trading, which is at work:")
    for what, where in looks.items():
        lines += [f"  # {what}", f"  curl -s '{where}' {header}"]
    return "\n".join(lines)
