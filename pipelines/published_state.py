"""What is said of a published state, in its own file and in the store's register: id, position, time, quality.

By what is registered a state can be told again when its file is gone (rebuild.py).
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.quality.row_rules import row_rules
from pipelines.source import raw_tables
from warehouse.table import build_order

if TYPE_CHECKING:
    from operational.store.snapshots import PublishedSnapshot
    from warehouse.connect import Connection


def note_state(build: Connection, state: PublishedSnapshot) -> None:
    """Write into a file what state it is."""
    build.execute(
        "create or replace table meta.load (loaded_at TIMESTAMP, snapshot VARCHAR, quality VARCHAR, "
        "rows_loaded BIGINT, position VARCHAR)"
    )
    loaded_at = state.loaded_at.astimezone(UTC).replace(tzinfo=None)
    build.execute(
        "insert into meta.load values (?, ?, ?, ?, ?)",
        [loaded_at, state.snapshot, state.quality, state.rows_loaded, state.position],
    )
    build.execute("create or replace table meta.settings (timezone VARCHAR, currency VARCHAR)")
    build.execute("insert into meta.settings values (?, ?)", [state.timezone, state.currency])


@lru_cache(maxsize=1)
def declarations_digest() -> str:
    """By which declarations of tables, rules and arriving columns a state is made: another digest, other ones."""
    said = [f"{table.name} {table.select}" for table in build_order()]
    said += [repr(table) for table in raw_tables()]
    said += [f"{name} {rules!r}" for name, rules in sorted(row_rules().items())]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()
