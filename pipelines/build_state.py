"""Facts that the build file keeps about itself: how far it has come, and by which declarations it was made.

They live in the same transaction as the rows that they are about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.connect import Connection

POSITION, PUBLISHED, FED_BACK = "position", "published", "fed back"


def prepare_state(build: Connection) -> None:
    """Make the table of facts where it is missing."""
    build.execute("create table if not exists meta.build_state (name VARCHAR, value VARCHAR)")


def facts(build: Connection) -> dict[str, str]:
    """All facts by name: for whoever asks about many tables."""
    return dict(build.execute("select name, value from meta.build_state").fetchall())


def remembered(build: Connection, name: str) -> str:
    """A fact, or "" where it was never noted."""
    return facts(build).get(name, "")


def remember(build: Connection, name: str, value: str) -> None:
    """Note a fact, replacing what was known."""
    if remembered(build, name) != value:
        build.execute("delete from meta.build_state where name = ?", [name])
        build.execute("insert into meta.build_state values (?, ?)", [name, value])
