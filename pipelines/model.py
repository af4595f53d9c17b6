"""Model: bring every table of the warehouse up to date with what was loaded, each by the cheapest way that is exact."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from warehouse.increment import Built, build_increment
from warehouse.table import build_order, build_table

if TYPE_CHECKING:
    from warehouse.connect import Connection
    from pipelines.load import Loaded
    from pipelines.progress import Progress


def build_models(build: Connection, loaded: Loaded, *, progress: Progress) -> list[Built]:
    """Build what is stale, in order of dependence; a table whose declaration changed is built whole.

    Runs inside the caller's transaction on the build file.
    """
    build.execute("create table if not exists meta.model (name VARCHAR, digest VARCHAR)")
    known = dict(build.execute("select name, digest from meta.model").fetchall())
    order = build_order()
    done: list[Built] = []
    rebuilt: frozenset[str] = frozenset()
    for number, table in enumerate(order, start=1):
        name = table.name
        progress(f"model {name}", number, len(order))
        digest = hashlib.sha256(f"{table.select}\0{table.follows}".encode()).hexdigest()
        if loaded.full or known.get(name) != digest:
            build_table(build, table)
            built = Built(name, "whole")
        else:
            built = build_increment(build, table, loaded.touched, rebuilt)
        if built.how != "skipped":
            rebuilt |= {name}
        if known.get(name) != digest:
            build.execute("delete from meta.model where name = ?", [name])
            build.execute("insert into meta.model values (?, ?)", [name, digest])
        done.append(built)
    for gone in known.keys() - {table.name for table in order}:
        build.execute(f"drop table if exists {gone}")
        build.execute("delete from meta.model where name = ?", [gone])
    return done
