"""`contact-quota policy`: work on policy files."""

from pathlib import Path
from typing import Annotated

import typer

from server.policy import PolicyError, load_policy

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Work on policy files."""


@app.command()
def check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A policy in TOML.", show_default=False)
    ],
) -> None:
    """Say what is wrong with a policy file, each mistake with its line and key.

    A file may leave out any key: the shipped policy says what then holds. Ends with 0 when the
    service would take the file, with 1 when it would not.
    """
    try:
        policy = load_policy(file)
    except PolicyError as error:
        typer.echo(str(error))
        raise typer.Exit(1) from None
    typer.echo(f"{file}: valid policy (digest {policy.digest})")
