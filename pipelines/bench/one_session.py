"""The nearest peer of the full build: the same tables by the same SELECTs, run one after the other in one DuckDB session.

No change feed, no quarantine, no history, no checks, no orchestration: what they cost is what the ratio shows.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pipelines.source import raw_tables, reading
from warehouse.connect import open_build
from warehouse.landing import BEGINNING, END, land
from warehouse.table import build_order, build_table

if TYPE_CHECKING:
    from pathlib import Path

    from operational.store.session import Store


def build_in_one_session(store: Store, directory: Path) -> float:
    """Seconds from an empty file to all tables, checkpoint included; rows come as quickly as the product takes them."""
    session = open_build(directory, store.settings.timezone)
    began = time.perf_counter()
    with reading(store) as source:
        for table in raw_tables():
            columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in table.columns)
            session.execute(f'create table raw."{table.name}" ({columns})')
            land(session, f'raw."{table.name}"', table, source.rows(table))
            session.execute(f'create view staging."{table.name}" as from raw."{table.name}"')
            session.execute(
                f'create view staging."{table.name}_version" as '
                f'select *, {BEGINNING} as valid_from, {END} as valid_to from raw."{table.name}"'
            )
    for model in build_order():
        build_table(session, model)
    session.execute("checkpoint")
    taken = time.perf_counter() - began
    session.close()
    return taken
