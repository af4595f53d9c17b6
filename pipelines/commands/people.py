"""Commands about who may log in: user add, password, token, list."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipelines.commands.context import opened, print_table, require_role

people = typer.Typer(help="People who may log in, their roles, passwords and tokens.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(people, name="user")


@people.command("add")
def add(
    login: Annotated[str, typer.Argument(help="The name to log in with")],
    role: Annotated[str, typer.Option(help="What the person is, for example sales or analyst")],
    org_unit: Annotated[
        str | None, typer.Option(help="Code of the organisation unit; default: the root, for a dealer none")
    ] = None,
    person: Annotated[str | None, typer.Option(help="Code of the person this login belongs to")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input")
    ] = False,
) -> None:
    """Let somebody log in; without --password-stdin a one-time password is made and printed."""
    from operational.store import users

    given = _password_from(password_stdin)
    with opened() as store:
        require_role(store, "manage logins", "admin")
        password = users.add_user(store, login, role=role, org_unit=org_unit, person=person, password=given)
    if given is None:
        typer.echo(f"One-time password of {login}: {password}")


@people.command("password")
def password(
    login: Annotated[str, typer.Argument()],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input")
    ] = False,
) -> None:
    """Give a login a new password and end its sessions."""
    from operational.store import users

    given = _password_from(password_stdin)
    with opened() as store:
        require_role(store, "manage logins", "admin")
        made = users.set_password(store, login, given)
    if given is None:
        typer.echo(f"One-time password of {login}: {made}")


@people.command("token")
def token(login: Annotated[str, typer.Argument()]) -> None:
    """Make a bearer token for the REST API; it is shown once."""
    from operational.store import users

    with opened() as store:
        require_role(store, "manage logins", "admin")
        typer.echo(users.new_token(store, login))


@people.command("list")
def list_people() -> None:
    """Show who may log in."""
    from operational.store import users

    with opened() as store:
        require_role(store, "manage logins", "admin")
        rows = [
            (one.login, one.role, one.org_unit or "", one.person or "", "disabled" if one.disabled else "")
            for one in users.list_users(store)
        ]
    print_table(("login", "role", "organisation unit", "person", ""), rows)


def _password_from(standard_input: bool) -> str | None:
    return sys.stdin.readline().rstrip("\r\n") if standard_input else None
