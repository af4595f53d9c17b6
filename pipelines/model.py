"""Model: bring the tables of the warehouse up to date with what was loaded, each by the cheapest way that is exact.

How one table is built stands in warehouse/increment.py; when, in refreshing.py.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from warehouse.increment import Built, build_increment
from warehouse.table import build_order, build_table

if TYPE_CHECKING:
    from pipelines.load import Loaded
    from pipelines.progress import Progress
    from warehouse.connect import Connection


def build_models(
    build: Connection, loaded: Loaded, schema: str, before: list[Built], *, progress: Progress
) -> list[Built]:
    """Build what is stale of one schema, in order of dependence; `before` is what was built already.

    A table whose declaration changed is built whole, and so is what reads it. Runs inside the caller's
    transaction on the build file.
    """
    build.execute("create table if not exists meta.model (name VARCHAR, digest VARCHAR)")
    known = dict(build.execute("select name, digest from meta.model").fetchall())
    order = [table for table in build_order() if table.schema == schema]
    done: list[Built] = []
    renewed = frozenset(built.table for built in before if built.how == "renewed")
    for number, table in enumerate(order, start=1):
        progress(f"model {table.name}", number, len(order))
        digest = hashlib.sha256(f"{table.select}\0{table.follows}".encode()).hexdigest()
        if loaded.full or known.get(table.name) != digest:
            build_table(build, table)
            built = Built(table.name, "renewed")
        else:
            built = build_increment(build, table, loaded.touched, renewed)
        if built.how == "renewed" or (built.how == "whole" and renewed.intersection(table.depends_on)):
            built = Built(table.name, "renewed")
            renewed |= {table.name}
        if known.get(table.name) != digest:
            build.execute("delete from meta.model where name = ?", [table.name])
            build.execute("insert into meta.model values (?, ?)", [table.name, digest])
        done.append(built)
    declared = {table.name for table in build_order()}
    for gone in known.keys() - declared:
        build.execute(f"drop table if exists {gone}")
        build.execute("delete from meta.model where name = ?", [gone])
    return done
