"""Extract and stage: what the store says has changed lands in the build file's raw and history.

How far the load has come is kept in the build file itself, in the same transaction as the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from operational.store.feed import Position
from pipelines.build_state import POSITION, facts, remember, remembered
from pipelines.quality.reconcile import Reconciled, compared_whole, reconcile
from pipelines.source import HISTORY, StoreReading, raw_tables
from warehouse.landing import RawTable, empty_raw, forget_touched, land, prepare_raw
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
    for number, table in enumerate(tables, start=1):
        progress(f"extract {table.name}", number, len(tables))
        taken_whole = ranges is None or known.get(_columns_of(table)) != repr(table.columns)
        if ranges is None or taken_whole:
            loaded.rows[table.name] = _take_all(source, build, table)
            touched.add_everything(table.name)
        elif table.name in ranges:
            loaded.rows[table.name] = _take_changes(source, build, table, touched, ranges[table.name])
        else:
            loaded.rows[table.name] = {"new": 0, "changed": 0, "deleted": 0}
        if taken_whole or table.name in whole:
            loaded.reconciled.append(reconcile(source, build, table, None))
        elif ranges is not None and table.name in ranges:
            condition = touched.condition("id", table.name)
            loaded.reconciled.append(reconcile(source, build, table, ranges[table.name], condition))
    if ranges is not None:
        for table in tables:
            touched.add_parents(table)
    remember(build, POSITION, loaded.position.value)
    return loaded


def position_of(build: Connection) -> Position | None:
    """How far the build has come in the store's feed; None where it has everything to take."""
    reached = remembered(build, POSITION)
    return Position(reached) if reached else None


def _take_all(source: StoreReading, build: Connection, table: RawTable) -> dict[str, int]:
    empty_raw(build, table)
    remember(build, _columns_of(table), repr(table.columns))
    rows = land(build, f'raw."{table.name}"', table, source.rows(table))
    land(build, f'history."{table.name}"', table, source.past(table), extra=HISTORY)
    return {"new": rows, "changed": 0, "deleted": 0}


def _take_changes(
    source: StoreReading,
    build: Connection,
    table: RawTable,
    touched: Touched,
    ranges: list[tuple[int, int]],
) -> dict[str, int]:
    prepare_raw(build, table)
    touched.add(table.name, ranges)
    condition = touched.condition("id", table.name)
    build.execute(
        f'create or replace temp table before as select id from raw."{table.name}" where {condition}'
    )
    moved_from = touched.parents(table)  # the documents that the lines belonged to before
    forget_touched(build, table, touched)
    now = land(build, f'raw."{table.name}"', table, source.rows(table, ranges))
    land(build, f'history."{table.name}"', table, source.past(table, ranges), extra=HISTORY)
    found = build.execute(
        f'select (select count(*) from before), count(*) from before semi join raw."{table.name}" r using (id)'
    ).fetchall()
    had, kept = found[0] if found else (0, 0)
    if table.parent is not None:
        touched.add(table.parent, moved_from)
    return {"new": now - kept, "changed": kept, "deleted": had - kept}


def _columns_of(table: RawTable) -> str:
    return f"columns of {table.name}"
