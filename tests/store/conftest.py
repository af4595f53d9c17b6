"""What the tests of the store share: valid rows of any table with what they refer to, and the log."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Date, DateTime, Integer, Table, TypeDecorator, insert, text

from operational.entity import Base, load_entities
from operational.store.engine import for_writing
from operational.store.session import Store

_numbers = itertools.count(1)


def feed_tables() -> list[str]:
    """The names of all tables in the feed."""
    from operational.entity import tables_in_feed

    return [name for name, _ in tables_in_feed()]


def row_of(connection: Connection, table: Table) -> dict[str, Any]:
    """Values of a valid row; what its required links refer to is inserted first."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.primary_key or column.nullable or column.server_default is not None:
            continue
        if column.foreign_keys:
            target = next(iter(column.foreign_keys)).column.table
            row[column.name] = add_row(connection, target)
        else:
            row[column.name] = value_of(column.type)
    return row


def value_of(kind: Any) -> Any:
    """Another value of a column's type each time."""
    number = next(_numbers)
    impl = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(impl, Boolean):
        return bool(number % 2)
    if isinstance(impl, Integer):
        return number
    if isinstance(impl, DateTime):
        return datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=number)
    if isinstance(impl, Date):
        return datetime.date(2026, 1, 1) + datetime.timedelta(days=number)
    return f"v{number}"


def add_row(connection: Connection, table: Table) -> int:
    """Insert a valid row as plain SQL would and return its id."""
    return connection.execute(
        insert(table).values(row_of(connection, table)).returning(table.c.id)
    ).scalar_one()


@pytest.fixture
def tables() -> dict[str, Table]:
    """All tables of the store by name."""
    load_entities()
    return dict(Base.metadata.tables)


@pytest.fixture
def plain_sql(store: Store) -> Callable[[], Any]:
    """A transaction that bypasses the writing layer: no context, as from another program."""
    return for_writing(store.engine).begin


def log_of(store: Store, entity: str | None = None) -> list[Any]:
    """The log's rows in order, of one table or all: entity, first_id, last_id, op, context_id, before."""
    query = "SELECT entity, first_id, last_id, op, context_id, before FROM change_log ORDER BY seq"
    with store.reading() as session:
        rows = session.execute(text(query)).all()
    return [row for row in rows if entity in (None, row.entity)]
