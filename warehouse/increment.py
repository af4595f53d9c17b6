"""Building tables so that cost follows what changed: whole, by touched rows, or not at all.

How a table is computed stands in its SQL file; how a whole one is built, in table; how rows are found, in narrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.connect import JOINS_AS_WRITTEN
from warehouse.narrow import Followed, holder_noted, narrow, noted_as
from warehouse.table import Table, build_table, load_tables
from warehouse.versions import note_changed_days, note_looked_up

if TYPE_CHECKING:
    import duckdb

    from warehouse.touched import Touched


@dataclass(frozen=True)
class Built:
    """What was done to a table: `rows`, `whole`, `renewed` (whole, for its declaration is new), or `skipped`."""

    table: str
    how: str


def build_increment(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Touched, rebuilt: frozenset[str]
) -> Built:
    """Bring one table up to date after a load; `rebuilt` names the models that were built whole before it
    because their declaration changed.

    A table whose touched inputs all stand in `follows` or `as_of` (lines may be followed by their document, a
    model by its name) is changed by delete and insert of the rows that follow touched ids; the statement is the
    table's own SELECT, narrowed, so both ways give equal rows. Any other table with a touched input is built
    whole.
    """
    changed = _changed_inputs(table, touched)
    if rebuilt.intersection(table.depends_on) or any(
        not _is_followed(table, one, touched) for one in changed
    ):
        build_table(connection, table)
        touched.add_everything(table.name)
        return Built(table.name, "whole")
    followed = _followed(table, touched)
    if not followed and not any(holder_noted(table, name) in touched for name in table.read_by_holder):
        return Built(table.name, "skipped")
    narrowed = narrow(connection, table, touched, followed)
    columns = _carried_columns(table)
    kept = table.columns if table.versions_of else columns
    listed = "".join(f", {column}" for column in kept)
    connection.execute(
        f"create or replace temp table stale as select rowid as place{listed} from {table.name} "
        f"where {narrowed.stale}"
    )
    connection.execute(f"delete from {table.name} where rowid in (select place from stale)")
    anew = " union all ".join(f"({select})" for select in narrowed.selects)
    with joins_as_written(connection):
        connection.execute(f"create or replace temp table {rows_anew(table)} as {anew}")
    connection.execute(f"insert into {table.name} select * from {rows_anew(table)}")
    if table.versions_of:
        note_changed_days(connection, table, touched, "stale", rows_anew(table))
    for column in columns:
        either = f"select {column} from stale union select {column} from {rows_anew(table)}"
        touched.put_found(
            noted_as(table.name, column), f"select * from ({either}) where {column} is not null"
        )
    return Built(table.name, "rows")


@contextmanager
def joins_as_written(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Statements that keep the sides of their joins.

    Where a left join is of few rows DuckDB 2.0 turns it round, and where two of these follow each other and rows of
    the first find no partner it fails with an internal error (its issue 24807), which loses the whole refresh. So the
    SQL of a large table names what an increment has little of last.
    """
    connection.execute(JOINS_AS_WRITTEN)
    yield  # a statement that fails ends the refresh and its connection
    connection.execute("reset global disabled_optimizers")


def rows_anew(table: Table) -> str:
    """The temporary table with those rows of a table that this run's increment made anew."""
    return f"temp.anew_{table.name.replace('.', '_')}"


def _changed_inputs(table: Table, touched: Touched) -> set[str]:
    """What a table reads and has changed: staging tables by their entity, models by their name."""
    names = set()
    for name in table.depends_on:
        schema, _, base = name.partition(".")
        names.add(base.strip('"').removesuffix("_version") if schema == "staging" else name)
    return names & (touched.tables | sources_touched(names, touched))


def sources_touched(names: set[str], touched: Touched) -> set[str]:
    """Of the models among some names those that were made of anything touched."""
    return {name for name in names if name in load_tables() and sources(load_tables()[name]) & touched.tables}


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


def _is_followed(table: Table, changed: str, touched: Touched) -> bool:
    """Whether the rows that a changed input makes stale are found by `follows` or by their holders."""
    follows = {
        *table.follows,
        *table.as_of,
        *(name.removeprefix("staging.") for name in table.read_by_holder),
    }
    if changed in load_tables():
        entities = sources(load_tables()[changed]) & touched.tables
        return (changed in follows and not touched.wholly(changed)) or all(
            _is_followed(table, entity, touched) for entity in entities
        )
    return changed in follows or touched.document_of(changed) in follows


def _followed(table: Table, touched: Touched) -> Followed:
    """By which output columns the touched rows are found; lines are by their document, where that is followed."""
    columns: Followed = {}
    for one, column in sorted(table.follows.items()):
        noted = noted_as(one, column)
        if noted in touched and touched.document_of(one) not in table.follows:
            columns[column] = (*columns.get(column, ()), noted)
    for entity, (column, _) in table.as_of.items():
        if touched.wholly(entity):
            columns[column] = (*columns.get(column, ()), entity)
    if looked_up := note_looked_up(table, touched):
        columns[table.key[0]] = (*columns.get(table.key[0], ()), looked_up)
    return columns


def _carried_columns(table: Table) -> set[str]:
    """Columns by whose values later tables follow the changed rows of this one."""
    after = [one for one in load_tables().values() if table.name in one.depends_on]
    followed = {one.follows[table.name] for one in after if table.name in one.follows}
    held = {one.read_by_holder[table.name][0] for one in after if table.name in one.read_by_holder}
    return followed | held
