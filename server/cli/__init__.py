"""The command line: `contact-quota`.

A command is a function in a module of its own; the two tables below say which there are.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

from server.cli import policy

COMMANDS: dict[str, Callable[..., None]] = {}
GROUPS: dict[str, typer.Typer] = {"policy": policy.app}

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"contact-quota {version('contact-quota')}")
        raise typer.Exit


@app.callback()
def contact_quota(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """May this member add this contact now?

    Contact Quota answers that for an enterprise messenger's gateway, in one round trip. It sets the
    daily caps of members and enterprises from trust that it learns out of what contacts do next.

    Begin with `contact-quota serve`: it needs neither Redis nor a database and prints a request to
    try. `contact-quota COMMAND --help` explains each command.
    """


for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
for _name, _group in GROUPS.items():
    app.add_typer(_group, name=_name)
