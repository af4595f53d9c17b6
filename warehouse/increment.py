"""Building tables so that cost follows what changed: whole, by touched rows, or not at all.

How a table is computed stands in its SQL file; how a whole one is built, in table.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.table import Table, build_table, load_tables

if TYPE_CHECKING:
    import duckdb

    from warehouse.touched import Touched


@dataclass(frozen=True)
class Built:
    """What was done to a table: `rows`, `whole`, `renewed` (whole, for its declaration is new), or `skipped`."""

    table: str
    how: str


def sources(table: Table) -> frozenset[str]:
    """The staging tables that a table is made of, directly or through other models."""
    found: set[str] = set()
    for name in table.depends_on:
        schema, _, base = name.partition(".")
        if schema == "staging":
            found.add(base.strip('"').removesuffix("_version"))
        elif name in load_tables():
            found |= sources(load_tables()[name])
    return frozenset(found)


def build_increment(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Touched, rebuilt: frozenset[str]
) -> Built:
    """Bring one table up to date after a load; `rebuilt` names the models that were built whole before it
    because their declaration changed.

    A table whose touched sources all stand in `follows` (lines may be followed by their document) is changed by delete and insert of the rows that
    follow touched ids; the statement is the table's own SELECT, narrowed on its output columns, so both
    ways give equal rows. Any other table with a touched source is built whole.
    """
    stale = sources(table) & touched.tables
    followed = {entity for entity in stale if {entity, touched.document_of(entity)} & table.follows.keys()}
    if rebuilt.intersection(table.depends_on) or stale - followed:
        build_table(connection, table)
        return Built(table.name, "whole")
    if not stale:
        return Built(table.name, "skipped")
    for entity in sorted(stale & table.follows.keys()):
        narrowed = touched.condition(table.follows[entity], entity)
        connection.execute(f"delete from {table.name} where {narrowed}")
        connection.execute(f"insert into {table.name} select * from ({table.select}) where {narrowed}")
    return Built(table.name, "rows")
