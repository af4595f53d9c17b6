"""Commands that keep an installation safe: backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.context import USAGE, CommandFailed, opened, require_role, settings


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(file: Annotated[Path, typer.Argument(help="The file to write")]) -> None:
    """Write store, documents, settings and the published warehouse to one file; works while in use."""
    from pipelines.safekeeping import write_backup

    if file.is_dir():
        raise CommandFailed(f"{file} is a folder; name the file to write in it.", USAGE)
    with opened() as store:
        require_role(store, "take a backup", "admin")
        typer.echo(write_backup(store, file))


def restore(file: Annotated[Path, typer.Argument(help="A file that backup wrote")]) -> None:
    """Bring an installation back from a backup, into an empty data directory."""
    from pipelines.safekeeping import read_backup

    if not file.is_file():
        raise CommandFailed(f"There is no file {file}.", USAGE)
    typer.echo(read_backup(settings(), file))
