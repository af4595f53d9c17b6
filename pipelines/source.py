"""One consistent reading of the store: what was touched, and rows as Arrow batches through ADBC.

What becomes of the rows is decided by load.py; which columns may leave is said by the store's feed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url, text

from operational.entity import tables_in_feed
from operational.store.feed import FeedColumn, Position, changes, feed_columns, head
from warehouse.landing import RawColumn, RawTable

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection

    from operational.store.session import Store

ATTEMPTS = 50  # to get two snapshots of a SQLite store with no commit between them
HISTORY = (
    RawColumn("recorded_to", "TIMESTAMP"),
    RawColumn("change_seq", "BIGINT"),
)
_SQL_TYPES = {"date": "DATE", "moment": "TIMESTAMP", "flag": "BOOLEAN"}
_INTEGERS = ("id", "link", "integer")


def raw_tables() -> list[RawTable]:
    """Every table of the feed as it arrives in the warehouse, documents before their lines."""
    tables = []
    for name, cls in tables_in_feed():
        columns = tuple(_raw_column(column) for column in feed_columns(cls))
        tables.append(RawTable(name, columns, parent=getattr(cls, "__document__", None)))
    return tables


def _raw_column(column: FeedColumn) -> RawColumn:
    if column.decimals is not None:
        return RawColumn(column.name, f"DECIMAL(18, {column.decimals})", column.decimals)
    if column.kind in _INTEGERS:
        return RawColumn(column.name, "BIGINT")
    return RawColumn(column.name, _SQL_TYPES.get(column.kind, "VARCHAR"))


class StoreReading:
    """The store as it was at one moment: every method sees the same committed state."""

    def __init__(self, connection: Connection, adbc: Any) -> None:
        self._connection = connection
        self._adbc = adbc
        self._sqlite = connection.dialect.name == "sqlite"

    @property
    def head(self) -> Position:
        """The position to continue from after this reading."""
        return head(self._connection)

    def touched(self, after: Position) -> dict[str, list[tuple[int, int]]]:
        """Inclusive id ranges by table that changed since a position; FeedRestarted if it is another store's."""
        return {
            one.table: [*one.ranges, *((number, number) for number in one.ids)]
            for one in changes(self._connection, after, self.head)
        }

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self._connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608  # a declared name

    def rows(self, table: RawTable, ids: list[tuple[int, int]] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a table, all or those in the given id ranges, columns in the table's order."""
        columns = ", ".join(f't."{column.name}"' for column in table.columns)
        select = f'SELECT {columns} FROM "{table.name}" t'  # noqa: S608  # declared names
        if ids is None:
            yield from self._batches(table.columns, select)
            return
        for condition in _id_conditions(ids):
            yield from self._batches(table.columns, f"{select} WHERE {condition}")

    def past(self, table: RawTable, after_seq: int) -> Iterator[pa.RecordBatch]:
        """Superseded versions from the log's images: the table's columns, then recorded_to and change_seq."""
        read = "json_extract(before, '$.{}')" if self._sqlite else "before ->> '{}'"
        columns = [_typed(column, read.format(column.name), self._sqlite) for column in table.columns]
        select = (
            f"SELECT {', '.join(columns)}, changed_at AS recorded_to, seq AS change_seq FROM change_log "  # noqa: S608  # declared names
            f"WHERE entity = '{table.name}' AND seq > {int(after_seq)} AND before IS NOT NULL"
        )
        yield from self._batches((*table.columns, *HISTORY), select)

    def last_change(self) -> int:
        """The newest sequence number of the log in this reading."""
        return int(self._connection.execute(text("SELECT coalesce(max(seq), 0) FROM change_log")).scalar_one())

    def _batches(self, columns: tuple[RawColumn, ...], select: str) -> Iterator[pa.RecordBatch]:
        # SQLite's driver takes types from the first rows; a typed row of id -1 in front fixes them
        sentinel = "SELECT " + ", ".join(f"{_sample(column)} AS {column.name}" for column in columns)
        statement = f"{sentinel} UNION ALL {select}" if self._sqlite else select
        with self._adbc.cursor() as cursor:
            cursor.execute(statement)
            yield from cursor.fetch_record_batch()


@contextmanager
def reading(store: Store) -> Iterator[StoreReading]:
    """Open a consistent reading; both of its connections see the same commits."""
    with store.reading() as session:
        connection = session.connection()
        if store.is_postgres:
            with _postgres(store, connection) as adbc:
                yield StoreReading(connection, adbc)
        else:
            with _sqlite(store) as adbc:
                for _ in range(ATTEMPTS):
                    if _last_change(adbc) == connection.execute(_LAST_CHANGE).scalar_one():
                        break
                    session.rollback()
                    adbc.rollback()
                    connection = session.connection()
                yield StoreReading(connection, adbc)


_LAST_CHANGE = text("SELECT coalesce(max(seq), 0) FROM change_log")


def _last_change(adbc: Any) -> int:
    with adbc.cursor() as cursor:
        cursor.execute(str(_LAST_CHANGE))
        return int(cursor.fetchone()[0])


@contextmanager
def _sqlite(store: Store) -> Iterator[Any]:
    from adbc_driver_sqlite import dbapi

    with contextlib.closing(dbapi.connect(make_url(store.settings.store_url).database)) as adbc:
        yield adbc


@contextmanager
def _postgres(store: Store, connection: Connection) -> Iterator[Any]:
    from adbc_driver_postgresql import dbapi

    url = make_url(store.settings.store_url).set(drivername="postgresql")
    shared = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    with contextlib.closing(dbapi.connect(url.render_as_string(hide_password=False))) as adbc:
        with adbc.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute(f"SET TRANSACTION SNAPSHOT '{shared}'")
        yield adbc


def _id_conditions(ids: list[tuple[int, int]], at_once: int = 800) -> Iterator[str]:
    """Conditions on t.id for ranges, and for single ids in lists that any database takes."""
    singles = [first for first, last in ids if first == last]
    yield from (f"t.id BETWEEN {int(first)} AND {int(last)}" for first, last in ids if first < last)
    for start in range(0, len(singles), at_once):
        yield f"t.id IN ({', '.join(str(int(one)) for one in singles[start : start + at_once])})"


def _sample(column: RawColumn) -> str:
    if column.name == "id":
        return "-1"
    return "-1" if column.sql_type == "BIGINT" or column.decimals is not None else (
        "0" if column.sql_type == "BOOLEAN" else "''" if column.sql_type == "VARCHAR" else "'2000-01-01'"
    )


def _typed(column: RawColumn, value: str, sqlite: bool) -> str:
    """A value out of a JSON image in the type that the stored column has."""
    if column.sql_type == "BIGINT" or column.decimals is not None:
        return f"CAST({value} AS {'INTEGER' if sqlite else 'BIGINT'})"
    if sqlite:
        return f"CAST({value} AS {'INTEGER' if column.sql_type == 'BOOLEAN' else 'TEXT'})"
    return f"CAST({value} AS {'TEXT' if column.sql_type == 'VARCHAR' else column.sql_type})"
