"""The command line: `contact-quota`.

A command is a function, or a group of them, in a module of its own. The table below says which
there are; a module is imported when its command is called, so that help comes at once.
"""

from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = {
    "serve": ("server.cli.serve:serve", "Answer pre-checks over HTTP."),
    "demo": ("server.cli.demo:demo", "Serve with sample organisations."),
    "worker": ("server.cli.worker:worker", "Fold events into trust and caps."),
    "policy": ("server.cli.policy:app", "Work on policy files."),
    "export": ("server.cli.export:export", "Write the journal as NDJSON."),
    "replay": ("server.cli.replay:replay", "Run event files through the fold, without a server."),
}
"""Where each command is, and how its help begins."""


class _Commands(TyperGroup):
    """The commands of the table: lines of a list until one is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (_, about) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=about))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] in COMMANDS:
            self.add_command(load(args[0]), args[0])
        return super().resolve_command(ctx, args)


def load(name: str) -> Any:
    """The command of that name, with its module imported."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name)(found)
        found = single
    command = typer.main.get_command(found)
    command.name = name
    return command


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_show_locals=False,
)


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
