"""Narrowing: which rows of a table an increment makes anew, and the table's own SELECT cut down to just those.

Whether a table may be brought up to date like this, and what is done with the rows, is decided in increment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.table import Table

if TYPE_CHECKING:
    import duckdb

    from warehouse.touched import Touched

Followed = dict[str, tuple[str, ...]]  # output column -> names under which touched ids are noted


@dataclass(frozen=True)
class Narrowed:
    """`stale` holds for the rows to be made anew, before and after; `selects` give the new ones, each row once."""

    stale: str
    selects: tuple[str, ...]


def noted_as(one: str, column: str) -> str:
    """Under which name the touched ids of what a table follows are noted: an entity's, or a model's by column."""
    return f"{one} by {column}" if "." in one else one


def narrow(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Touched, followed: Followed
) -> Narrowed:
    """The rows of a table that follow touched ids, as they are and as they must become."""
    if table.holder:
        _note_holders(connection, table, touched, followed)
        return Narrowed(_held(table, table.holder), (_by_holder(table),))
    stale = " or ".join(touched.condition(column, *names) for column, names in followed.items())
    return Narrowed(stale, tuple(_by_column(table, touched, followed)))


def _by_column(table: Table, touched: Touched, followed: Followed) -> list[str]:
    """One SELECT per followed column, without what an earlier one gives.

    Each has a single list of ids, which DuckDB applies where the column is first read; an alternative of two
    lists would only be applied after every join.
    """
    selects, given = [], ""
    for column, names in followed.items():
        selects.append(f"select * from ({table.select}) where {touched.written_out(column, *names)}{given}")
        given += f" and ({touched.condition(column, *names)}) is not true"
    return selects


def _note_holders(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Touched, followed: Followed
) -> None:
    """Put the holders of all stale rows aside: of rows that follow touched ids, and of touched rows of the inputs.

    Whose a row of the store was before it changed, its history says; of a model's row both were noted.
    """
    columns = ", ".join(table.holder)
    found = [
        f"select {columns} from {table.name} where {touched.condition(column, *names)}"
        for column, names in followed.items()
    ]
    for name, own in table.read_by_holder.items():
        noted, listed = holder_noted(table, name), ", ".join(own)
        if noted not in touched:
            continue
        if name.startswith("staging."):
            found += [
                f'select {listed} from {schema}."{noted}" where {touched.condition("id", noted)}'
                for schema in ("staging", "history")
            ]
        else:
            found.append(f"select {listed} from {name} where {touched.condition(own[0], noted)}")
            found.append(
                f"select {columns} from {table.name} where {touched.condition(table.holder[0], noted)}"
            )
    names = ", ".join(f"holder_{number}" for number, _ in enumerate(table.holder))
    connection.execute(f"create or replace temp table {_holders(table)}({names}) as {' union '.join(found)}")


def holder_noted(table: Table, name: str) -> str:
    """Under which name the touched rows of an input that is read by holder are noted."""
    if name.startswith("staging."):
        return name.removeprefix("staging.")
    return noted_as(name, table.read_by_holder[name][0])


def _by_holder(table: Table) -> str:
    """The SELECT with those of its inputs cut down that are read holder by holder."""
    select = table.select
    for name, own in table.read_by_holder.items():
        schema, _, base = name.partition(".")
        cut = f'(select * from {schema}."{base}" where {_held(table, own)})'
        select = cut.join(re.split(rf'\b{schema}\."?{base}"?(?!\w)', select))
    return select


def _held(table: Table, columns: tuple[str, ...]) -> str:
    same = " and ".join(
        f"holder_{number} is not distinct from {column}" for number, column in enumerate(columns)
    )
    return f"exists (select 1 from {_holders(table)} where {same})"


def _holders(table: Table) -> str:
    return f"temp.holders_of_{table.name.replace('.', '_')}"
