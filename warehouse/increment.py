"""Building tables so that cost follows what changed: whole, by touched rows, or not at all.

How a table is computed stands in its SQL file; how a whole one is built, in table.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.table import Table, build_table

if TYPE_CHECKING:
    import duckdb

    from warehouse.touched import Touched


@dataclass(frozen=True)
class Built:
    """What was done to a table: 'whole', 'rows' or 'skipped'."""

    table: str
    how: str


def stale_inputs(table: Table, touched: Touched, rebuilt: frozenset[str]) -> list[str]:
    """The inputs of a table that changed: staging tables with touched rows, and models built before it."""
    changed = []
    for name in table.depends_on:
        schema, _, base = name.partition(".")
        entity = base.strip('"').removesuffix("_version")
        if (schema == "staging" and entity in touched) or name in rebuilt:
            changed.append(name)
    return changed


def build_increment(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Touched, rebuilt: frozenset[str]
) -> Built:
    """Bring one table up to date after a load; `rebuilt` names the models that changed before it.

    A table with `follows` is changed by delete and insert of the rows that follow touched ids; the
    statement is the table's own SELECT, narrowed on its output columns, so both ways give equal rows.
    """
    if not stale_inputs(table, touched, rebuilt):
        return Built(table.name, "skipped")
    if not table.follows:
        build_table(connection, table)
        return Built(table.name, "whole")
    for entity, column in table.follows.items():
        if entity not in touched:
            continue
        narrowed = touched.condition(column, entity)
        connection.execute(f"delete from {table.name} where {narrowed}")
        connection.execute(f"insert into {table.name} select * from ({table.select}) where {narrowed}")
    return Built(table.name, "rows")
