"""Extract and stage: what the store says has changed lands in the build file's raw and history.

How far the load has come is kept in the build file itself, in the same transaction as the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from operational.store.feed import Position
from pipelines.build_state import POSITION, facts, remember, remembered
from pipelines.quality.reconcile import Reconciled, compared_whole, reconcile, reconcile_whole
from pipelines.source import HISTORY, StoreReading, raw_tables
from warehouse.landing import RawTable, empty_raw, land, noting_documents, take_out
from warehouse.touched import Touched

if TYPE_CHECKING:
    from pipelines.progress import Progress
    from warehouse.connect import Connection


@dataclass
class Loaded:
    """What a load did: rows by table (new, changed, deleted), what it touched, whether it took everything."""

    full: bool
    touched: Touched
    position: Position
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    reconciled: list[Reconciled] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether the store had not changed."""
        return not self.full and not self.touched.tables


def load(source: StoreReading, build: Connection, *, progress: Progress) -> Loaded:
    """Bring raw and history to the state of the reading, which began from `position_of` the build.

    Runs inside the caller's transaction on the build file.
    """
    touched = Touched(build)
    tables = raw_tables()
    ranges = source.touched
    known, whole = facts(build), compared_whole(source, build)
    loaded = Loaded(full=ranges is None, touched=touched, position=source.head)
    documents: dict[str, set[int]] = {}
    for number, table in enumerate(tables, start=1):
        progress(f"extract {table.name}", number, len(tables))
        if ranges is None or known.get(_shape_of(table)) != table.shape:
            loaded.rows[table.name] = _take_all(source, build, table)
            touched.add_everything(table.name)
            whole.add(table.name)
        elif table.name in ranges:
            loaded.rows[table.name], documents[table.name] = _take_changes(
                source, build, table, touched, ranges[table.name]
            )
            if table.name not in whole:
                condition = touched.condition("id", table.name)
                loaded.reconciled.append(reconcile(source, build, table, ranges[table.name], condition))
        else:
            loaded.rows[table.name] = {"new": 0, "changed": 0, "deleted": 0}
    loaded.reconciled += reconcile_whole(source, build, [table for table in tables if table.name in whole])
    if ranges is not None:
        for table in tables:
            if table.name in documents:
                touched.add_documents(table, documents[table.name])
            else:
                touched.add_parents(table)
    remember(build, POSITION, loaded.position.value)
    return loaded


def position_of(build: Connection) -> Position | None:
    """How far the build has come in the store's feed; None where it has everything to take."""
    reached = remembered(build, POSITION)
    return Position(reached) if reached else None


def _take_all(source: StoreReading, build: Connection, table: RawTable) -> dict[str, int]:
    empty_raw(build, table)
    remember(build, _shape_of(table), table.shape)
    rows = land(build, f'raw."{table.name}"', table, source.rows(table))
    land(build, f'history."{table.name}"', table, source.past(table), extra=HISTORY)
    return {"new": rows, "changed": 0, "deleted": 0}


def _take_changes(
    source: StoreReading,
    build: Connection,
    table: RawTable,
    touched: Touched,
    ranges: list[tuple[int, int]],
) -> tuple[dict[str, int], set[int]]:
    """Rows by what became of them, and the documents that the lines among them belonged to, before or now."""
    touched.add(table.name, ranges)
    before = take_out(build, table, touched)
    now: dict[int, int | None] = {}
    land(build, f'raw."{table.name}"', table, noting_documents(source.rows(table, ranges), table, now))
    land(build, f'history."{table.name}"', table, source.past(table, ranges), extra=HISTORY)
    kept = len(before.keys() & now.keys())
    documents = {one for one in (*before.values(), *now.values()) if one is not None}
    return {"new": len(now) - kept, "changed": kept, "deleted": len(before) - kept}, documents


def _shape_of(table: RawTable) -> str:
    return f"shape of {table.name}"
