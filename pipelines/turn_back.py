"""Turning a build back: what was loaded at the head of the feed becomes what it was at an earlier position.

The change log keeps what a row was before each change, so the image of the first change after the position is
the row as it was then; a row whose first change is its insert was not there yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.build_state import POSITION, remember
from pipelines.source import LATER, StoreReading, raw_tables
from warehouse.landing import land

if TYPE_CHECKING:
    from operational.store.feed import Position
    from pipelines.load import Loaded
    from warehouse.connect import Connection
    from warehouse.landing import RawTable


def turn_back(source: StoreReading, build: Connection, loaded: Loaded, to: Position) -> None:
    """Bring raw and history to a position, after a load that has taken everything changed since.

    Runs inside the caller's transaction on the build file.
    """
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in LATER.columns)
    build.execute(f"create or replace temp table later ({columns})")
    land(build, "temp.later", LATER, source.later(to))
    changed = {name for (name,) in build.execute("select distinct entity from later").fetchall()}
    tables = raw_tables()
    for table in tables:
        if table.name in changed:
            _undo(build, table, loaded)
    for table in tables:
        loaded.touched.add_parents(table)
    remember(build, POSITION, to.value)


def _undo(build: Connection, table: RawTable, loaded: Loaded) -> None:
    """Put the image of each row's first later change in its place, and drop the past that came later."""
    name = table.name
    build.execute(
        "create or replace temp table undone as select id, min(seq) as seq from ("
        f"select id as seq, unnest(range(first_id, last_id + 1)) as id from later where entity = '{name}') group by id"
    )
    there = build.execute(f'select count(*) from raw."{name}" where id in (select id from undone)').fetchall()
    build.execute(f'delete from raw."{name}" where id in (select id from undone)')
    put = build.execute(
        f'insert into raw."{name}" ({table.column_list}) select {table.column_list} from history."{name}" h '
        "where exists (select 1 from undone u where u.id = h.id and u.seq = h.change_seq)"
    ).fetchall()
    build.execute(
        f"delete from history.\"{name}\" where change_seq in (select id from later where entity = '{name}')"
    )
    loaded.rows[name]["deleted"] += max(there[0][0] - put[0][0], 0)
