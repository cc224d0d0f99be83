"""`sigap user`: officers' accounts."""

from __future__ import annotations

import secrets
import sys
from typing import Annotated

import typer

from sigap.errors import CommandError
from sigap.house import setup_django

app = typer.Typer(help="Officers' accounts.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Officers' accounts."""


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="Log-in name.")],
    role: Annotated[list[str], typer.Option(help="Role code of the taxonomy; may be repeated.")],
    unit: Annotated[str, typer.Option(help="Unit code; required of a pejabat_penghubung.")] = "",
    name: Annotated[str, typer.Option(help="The officer's own name.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
    ] = False,
) -> None:
    """Add an officer; without --password-stdin a password is made up and printed once."""
    setup_django()
    from cases.services.officers import OfficerError, add_officer

    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    try:
        add_officer(username, password, role, unit, name)
    except OfficerError as error:
        raise CommandError(str(error), 2) from error
    print(f"officer {username} added" + ("" if password_stdin else f"; password: {password}"))
