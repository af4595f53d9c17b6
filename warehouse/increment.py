"""Building tables so that cost follows what changed: whole, by touched rows, or not at all.

How a table is computed stands in its SQL file; how a whole one is built, in table.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.table import Table, build_table, load_tables

if TYPE_CHECKING:
    import duckdb

    from warehouse.touched import Touched


ROWS_OF = "rows of {}"  # the name under which the keys of a table's new rows are noted


Followed = dict[str, tuple[str, ...]]  # output column -> names under which touched ids are noted


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

    A table whose touched inputs all stand in `follows` (lines may be followed by their document, a model by
    its name) is changed by delete and insert of the rows that follow touched ids; the statement is the
    table's own SELECT, narrowed on its output columns, so both ways give equal rows. Any other table with a
    touched input is built whole.
    """
    changed = _changed_inputs(table, touched)
    if rebuilt.intersection(table.depends_on) or any(
        not _is_followed(table, one, touched) for one in changed
    ):
        build_table(connection, table)
        touched.add_everything(table.name)
        return Built(table.name, "whole")
    followed = {one: column for one, column in table.follows.items() if one in touched}
    if not followed:
        return Built(table.name, "skipped")
    stale = _stale_rows(connection, table, touched, followed)
    carried = _carried_columns(table)
    rows = _any(stale, touched.condition)
    _note_changed(connection, table, touched, carried, rows)
    connection.execute(f"delete from {table.name} where {rows}")
    connection.execute(
        f"insert into {table.name} select * from ({table.select}) where {_any(stale, touched.written_out)}"
    )
    _note_changed(connection, table, touched, carried, rows)
    return Built(table.name, "rows")


@dataclass(frozen=True)
class RowsAnew:
    """Rows of a table that an increment made anew: the condition, and whether it is one on the first key column."""

    condition: str
    by_key: bool


def rows_anew(table: Table, touched: Touched) -> RowsAnew:
    """The rows of a table that the increment of this run made anew."""
    if ROWS_OF.format(table.name) in touched:
        columns: Followed = {table.key[0]: (ROWS_OF.format(table.name),)}
    else:
        columns = _by_column({one: column for one, column in table.follows.items() if one in touched})
    return RowsAnew(_any(columns, touched.condition), columns.keys() <= {table.key[0]})


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
    """Whether the rows that a changed input makes stale are found by `follows`."""
    follows = table.follows.keys()
    if changed in load_tables():
        entities = sources(load_tables()[changed]) & touched.tables
        return (changed in follows and not touched.wholly(changed)) or all(
            _is_followed(table, entity, touched) for entity in entities
        )
    return bool({changed, touched.document_of(changed)} & follows)


def _stale_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Touched, followed: dict[str, str]
) -> Followed:
    """The rows to be made anew, by their output columns.

    Where one column is the key, all is said by keys: old rows and new ones that follow are looked up with
    that column alone, so that the one wide SELECT is narrowed where it begins.
    """
    columns = _by_column(followed)
    key = table.key[0]
    if len(table.key) != 1 or key not in table.follows.values() or len(columns) == 1:
        return columns
    stale = [f"select id from touched where entity = '{one}'" for one in columns.get(key, ())]
    for column, names in columns.items():
        if column != key:
            stale.append(f"select {key} from {table.name} where {touched.condition(column, *names)}")
            stale.append(f"select {key} from ({table.select}) where {touched.written_out(column, *names)}")
    found = [number for (number,) in connection.execute(" union ".join(stale)).fetchall()]
    touched.put(ROWS_OF.format(table.name), found)
    return {key: (ROWS_OF.format(table.name),)}


def _by_column(followed: dict[str, str]) -> Followed:
    columns: Followed = {}
    for one, column in sorted(followed.items()):
        columns[column] = (*columns.get(column, ()), one)
    return columns


def _any(stale: Followed, condition: Callable[..., str]) -> str:
    return " or ".join(condition(column, *names) for column, names in stale.items()) or "false"


def _carried_columns(table: Table) -> set[str]:
    """Columns by whose values later tables follow the changed rows of this one."""
    return {one.follows[table.name] for one in load_tables().values() if table.name in one.follows}


def _note_changed(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Touched, columns: set[str], narrowed: str
) -> None:
    for column in columns:
        found = connection.execute(f"select distinct {column} from {table.name} where {narrowed}").fetchall()
        touched.put(table.name, [number for (number,) in found if number is not None])
