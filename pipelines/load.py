"""Extract and stage: what the store says has changed lands in the build file's raw and history.

How far the load has come is kept in the build file itself, in the same transaction as the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from operational.store.feed import FeedRestarted, Position
from pipelines.source import HISTORY, StoreReading, raw_tables
from warehouse.landing import RawTable, empty_raw, forget_touched, land, prepare_raw
from warehouse.touched import Touched

if TYPE_CHECKING:
    from warehouse.connect import Connection
    from pipelines.progress import Progress


@dataclass
class Loaded:
    """What a load did: rows by table (new, changed, deleted), what it touched, whether it took everything."""

    full: bool
    touched: Touched
    position: Position
    rows: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether the store had not changed."""
        return not self.full and not self.touched.tables


def load(
    source: StoreReading, build: Connection, *, full: bool, progress: Progress
) -> Loaded:
    """Bring raw and history to the state of the reading; everything anew if asked, new or after a restore.

    Runs inside the caller's transaction on the build file.
    """
    touched = Touched(build)
    tables = raw_tables()
    ranges: dict[str, list[tuple[int, int]]] | None = None
    after = _state(build, "position")
    if not full and after:
        try:
            ranges = source.touched(Position(after))
        except FeedRestarted:
            ranges = None
    loaded = Loaded(full=ranges is None, touched=touched, position=source.head)
    seen = int(_state(build, "change_seq") or 0)
    for number, table in enumerate(tables, start=1):
        progress(f"extract {table.name}", number, len(tables))
        if ranges is None or not _same_columns(build, table):
            loaded.rows[table.name] = _take_all(source, build, table)
            touched.add_everything(table.name)
        elif table.name in ranges:
            loaded.rows[table.name] = _take_changes(source, build, table, touched, ranges[table.name], seen)
        else:
            loaded.rows[table.name] = {"new": 0, "changed": 0, "deleted": 0}
    for table in tables:
        touched.add_parents(table)
    _remember(build, "position", loaded.position.value)
    _remember(build, "change_seq", str(source.last_change()))
    return loaded


def _take_all(source: StoreReading, build: Connection, table: RawTable) -> dict[str, int]:
    empty_raw(build, table)
    _remember(build, f"columns of {table.name}", repr(table.columns))
    rows = land(build, f'raw."{table.name}"', table, source.rows(table))
    land(build, f'history."{table.name}"', table, source.past(table, 0), extra=HISTORY)
    return {"new": rows, "changed": 0, "deleted": 0}


def _take_changes(
    source: StoreReading,
    build: Connection,
    table: RawTable,
    touched: Touched,
    ranges: list[tuple[int, int]],
    seen: int,
) -> dict[str, int]:
    prepare_raw(build, table)
    touched.add(table.name, ranges)
    touched.add_parents(table)  # the documents that the lines belonged to before
    condition = touched.condition("id", table.name)
    build.execute(f'create or replace temp table before as select id from raw."{table.name}" where {condition}')
    forget_touched(build, table, touched)
    now = land(build, f'raw."{table.name}"', table, source.rows(table, ranges))
    land(build, f'history."{table.name}"', table, source.past(table, seen), extra=HISTORY)
    found = build.execute(
        f'select (select count(*) from before), count(*) from before semi join raw."{table.name}" r using (id)'
    ).fetchone()
    had, kept = found if found else (0, 0)
    return {"new": now - kept, "changed": kept, "deleted": had - kept}


def _same_columns(build: Connection, table: RawTable) -> bool:
    return _state(build, f"columns of {table.name}") == repr(table.columns)


def _state(build: Connection, name: str) -> str:
    build.execute("create table if not exists meta.build_state (name VARCHAR, value VARCHAR)")
    row = build.execute("select value from meta.build_state where name = ?", [name]).fetchone()
    return str(row[0]) if row else ""


def _remember(build: Connection, name: str, value: str) -> None:
    build.execute("delete from meta.build_state where name = ?", [name])
    build.execute("insert into meta.build_state values (?, ?)", [name, value])
