"""Runs the revisions of this folder in the caller's transaction; a fresh store is only marked."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def migrate(connection: Connection, *, fresh: bool) -> None:
    """Bring a store to the newest revision; a fresh one has nothing to rewrite and is only marked."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    if fresh:
        command.stamp(config, "head")
    else:
        command.upgrade(config, "head")
