"""Additive changes of a table that exists already: columns and indexes declared since it was made.

What would lose or rewrite data is never derived; it is a revision in migrations/.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, inspect, literal, select
from sqlalchemy.schema import CreateColumn, CreateIndex

from operational.store.tables import change_log

DYNAMIC = ("today", "now")  # defaults of the moment of entry; records of before did not have one


def add_missing_columns(connection: Connection, table: Table) -> None:
    """Add the columns that the table lacks, filled with their declared default.

    A required column without a default is added as one that may be empty: records of before have no
    value, forms and imports ask for it from now on. Records that a default has changed are in the feed.
    """
    quote = connection.dialect.identifier_preparer.quote
    present = connection.exec_driver_sql(f"SELECT * FROM {quote(table.name)} LIMIT 0").keys()
    filled = False
    for column in table.columns:
        if column.name not in present:
            connection.exec_driver_sql(_add_column(connection, table, column))
            filled = filled or _default(column) is not None
    if filled:
        _log_whole_table(connection, table)


def add_missing_indexes(connection: Connection, table: Table) -> None:
    """Create the declared indexes that the table lacks, found by their names."""
    present = {index["name"] for index in inspect(connection).get_indexes(table.name)}
    for index in table.indexes:
        if index.name not in present:
            connection.execute(CreateIndex(index))


def _add_column(connection: Connection, table: Table, column: Column[Any]) -> str:
    quote = connection.dialect.identifier_preparer.quote
    definition = str(CreateColumn(column).compile(dialect=connection.dialect)).strip()
    if column.server_default is None:
        definition = definition.removesuffix(" NOT NULL")
        default = _default(column)
        if default is not None:
            stored = literal(default, column.type).compile(
                dialect=connection.dialect, compile_kwargs={"literal_binds": True}
            )
            definition += f" DEFAULT {stored}{'' if column.nullable else ' NOT NULL'}"
    for key in column.foreign_keys:
        name = key.constraint.name if key.constraint is not None else None
        constraint = f" CONSTRAINT {quote(str(name))}" if name else ""
        target = f"{quote(key.column.table.name)} ({quote(key.column.name)})"
        action = f" ON DELETE {key.ondelete}" if key.ondelete else ""
        definition += f"{constraint} REFERENCES {target}{action}"
    return f"ALTER TABLE {quote(table.name)} ADD COLUMN {definition}"


def _default(column: Column[Any]) -> Any:
    """The declared default that existing rows get; None for none."""
    field = column.info.get("field")
    return None if field is None or field.default in DYNAMIC else field.default


def _log_whole_table(connection: Connection, table: Table) -> None:
    """One row of the log for all ids: their content has changed, by the schema and not by a person."""
    if "id" not in table.columns:
        return
    first, last = connection.execute(select(func.min(table.c.id), func.max(table.c.id))).one()
    if first is not None:
        connection.execute(
            insert(change_log).values(
                entity=table.name, first_id=first, last_id=last, op="update", changed_at=datetime.now(UTC)
            )
        )
