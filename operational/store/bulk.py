"""The gate for many rows at once: columns in, a range of ids out, logged as a range instead of row by row.

What the values mean, and whether they are right, has been settled before; only the database checks them here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, Table, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from operational.entity import Base, load_entities
from operational.store import bulk_postgres, bulk_sqlite
from operational.store.arrow_columns import stored_array
from operational.store.tables import change_log

Columns = Mapping[str, Any]  # by column name: lists, tuples, numpy or pyarrow arrays of one length
BIG = 20_000  # rows below which nothing is gained by building indexes anew


def bulk_insert(session: Session, table: str, columns: Columns) -> tuple[int, int]:
    """Insert rows given as columns into a table and return their ids, first to last, without a gap.

    Values are given as they are stored: money, quantities, percents and numbers as scaled integers
    (12.5 in a column of 4 decimals is 125000), links as ids, dates as `date` or 'YYYY-MM-DD', moments
    as naive UTC `datetime` or 'YYYY-MM-DD HH:MM:SS[.ffffff]', flags as bool; None, or null in an Arrow
    array, is empty. numpy datetime64 and Arrow date and timestamp arrays are taken too. Columns that
    are not given stay empty; `version` is 1, `created_at`, `created_by` and their `updated_` twins are
    now and the session's actor. `id` may not be given. The order of rows is kept: row i has first + i.

    Raises ValueError for unknown or unequal columns and for values of another kind, SQLAlchemy's
    IntegrityError where a key or link is refused (at the commit, for links within one table of SQLite).
    Without rows the answer is (1, 0).
    """
    target = _table(table)
    arrays = _arrays(target, columns)
    rows = len(next(iter(arrays.values())))
    if not rows:
        return 1, 0
    connection = session.connection()
    dialect = bulk_postgres if connection.dialect.name == "postgresql" else bulk_sqlite
    with _driver_errors(connection), dialect.logged_as_ranges(connection, target):
        first = dialect.next_id(connection, target, rows)
        with _without_indexes(connection, target, rows):
            dialect.load(connection, target, arrays, _stamps(target, columns, session), first, rows)
    last = first + rows - 1
    connection.execute(
        insert(change_log).values(
            entity=table,
            first_id=first,
            last_id=last,
            op="insert",
            changed_at=datetime.now(UTC),
            context_id=session.info.get("context_id"),
        )
    )
    return first, last


def bulk_update(session: Session, table: str, ids: Any, columns: Columns) -> int:
    """Set columns of many rows by id where a value differs; the number of rows changed, each one logged.

    Values as for `bulk_insert`. Changed rows of an entity also get `version + 1`, `updated_at` and
    `updated_by`; a row whose values are all the same is left alone.
    """
    target = _table(table)
    arrays = _arrays(target, columns)
    keys = stored_array(target.columns["id"], ids)
    if len(keys) != len(next(iter(arrays.values()))):
        raise ValueError(f"{table}: {len(keys)} ids for columns of another length")
    if not len(keys):
        return 0
    connection = session.connection()
    dialect = bulk_postgres if connection.dialect.name == "postgresql" else bulk_sqlite
    stamps = _stamps(target, columns, session)
    renewed = {name: stamps[name] for name in ("updated_at", "updated_by") if name in stamps}
    with _driver_errors(connection):
        return dialect.update(connection, target, keys, arrays, renewed)


@contextmanager
def _driver_errors(connection: Connection) -> Iterator[None]:
    """Errors of the driver's own cursor as what SQLAlchemy makes of them elsewhere."""
    driver: Any = connection.dialect.dbapi
    try:
        yield
    except driver.Error as error:
        dialect = connection.dialect
        raise DBAPIError.instance("bulk load", None, error, driver.Error, dialect=dialect) from error


def _table(name: str) -> Table:
    load_entities()
    return Base.metadata.tables[name]


def _arrays(target: Table, columns: Columns) -> dict[str, Any]:
    unknown = [name for name in columns if name not in target.columns or name == "id"]
    if unknown or not columns:
        raise ValueError(f"{target.name} takes no column {', '.join(unknown) or 'at all'} in bulk")
    arrays = {name: stored_array(target.columns[name], values) for name, values in columns.items()}
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
        raise ValueError(f"{target.name}: columns of unequal lengths: {lengths}")
    return arrays


def _stamps(target: Table, columns: Columns, session: Session) -> dict[str, Any]:
    """The bookkeeping columns of an entity that were not given: one value for all rows."""
    if "version" not in target.columns:
        return {}
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    actor = session.info.get("actor")
    stamps = {"version": 1, "created_at": now, "created_by": actor, "updated_at": now, "updated_by": actor}
    return {name: value for name, value in stamps.items() if name not in columns}


@contextmanager
def _without_indexes(connection: Connection, target: Table, rows: int) -> Iterator[None]:
    """Drop what is cheaper to build once than to keep up row by row: indexes, where half of the table is new.

    On PostgreSQL also foreign keys: added again, they are checked by one join. At a tenth of the table,
    keeping indexes up was measured to be cheaper still.
    """
    if not _are_many(connection, target, rows):
        yield
        return
    keys: list[ForeignKeyConstraint] = []
    if connection.dialect.name == "postgresql":
        keys = [one for one in target.constraints if isinstance(one, ForeignKeyConstraint)]
    for key in keys:
        connection.execute(DropConstraint(key))
    for index in target.indexes:
        connection.execute(DropIndex(index))
    yield
    for index in sorted(target.indexes, key=lambda one: str(one.name)):
        connection.execute(CreateIndex(index))
    for key in keys:
        connection.execute(AddConstraint(key, isolate_from_table=False))
    connection.exec_driver_sql(f'ANALYZE "{target.name}"')


def _are_many(connection: Connection, target: Table, rows: int) -> bool:
    there = select(func.count()).select_from(target)
    return rows >= BIG and 2 * rows >= connection.execute(there).scalar_one()
