"""The command that makes a store: empty for a company of one's own, or with the demonstration company."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands.context import (
    USAGE,
    CommandFailed,
    make_place,
    opened,
    require_role,
    settings,
)


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("init")(init)


def init(
    empty: Annotated[
        bool, typer.Option("--empty", help="One organisation unit HQ and the administrator (default)")
    ] = False,
    demo: Annotated[
        str | None, typer.Option(help="The demonstration company: small, medium or large")
    ] = None,
    seed: Annotated[int, typer.Option(help="Other numbers for the demonstration, reproducible")] = 1,
    until: Annotated[
        str | None, typer.Option(help="Last day of the demonstration's history; default: yesterday")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Throw away the records that are there")] = False,
) -> None:
    """Create the store."""
    from datetime import date

    if empty and demo:
        raise CommandFailed("Choose --empty or --demo, not both.", USAGE)
    if demo not in (None, "small", "medium", "large"):
        raise CommandFailed(f"--demo is small, medium or large, not '{demo}'.", USAGE)
    try:
        last_day = date.fromisoformat(until) if until else None
    except ValueError:
        raise CommandFailed(f"--until is a day such as 2026-11-22, not '{until}'.", USAGE) from None
    from pipelines.company import create_company

    make_place(settings())
    with opened(must_exist=False) as store:
        require_role(store, "make a company", "admin")
        made = create_company(store, demo=demo, seed=seed, until=last_day, replace=replace)
    for line in made:
        typer.echo(line)
