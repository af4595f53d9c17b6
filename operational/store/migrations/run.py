"""Runs the revisions of this folder in the caller's transaction; a fresh store is only marked.

What has to be done before and after is the business of schema.py.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def mark_as_newest(connection: Connection, revisions: Path) -> None:
    """Note that a fresh store needs no revision."""
    command.stamp(_config(connection, revisions), "head")


def is_pending(connection: Connection, revisions: Path) -> bool:
    """Whether a revision has not run yet on this store."""
    newest = ScriptDirectory.from_config(_config(connection, revisions)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() != newest


def run_pending(connection: Connection, revisions: Path) -> None:
    """Run the revisions that have not run yet, oldest first."""
    command.upgrade(_config(connection, revisions), "head")


def _config(connection: Connection, revisions: Path) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", str(revisions))
    return config
