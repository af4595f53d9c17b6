"""One consistent reading of the store: what was touched, and rows as Arrow batches through ADBC.

What becomes of the rows is decided by load.py; which columns may leave is said by the store's feed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import QueuePool, make_url, text

from operational.entity import tables_in_feed
from operational.store.engine import StoreBusy
from operational.store.feed import FeedColumn, FeedRestarted, Position, changes, earlier, feed_columns, head
from operational.store.past import made_after
from warehouse.landing import RawColumn, RawTable

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection

    from operational.store.session import Store

Ranges = dict[str, list[tuple[int, int]]]
ATTEMPTS = 50  # to get two snapshots of a SQLite store with no commit between them
LAST_CHANGE = "SELECT coalesce(max(seq), 0) FROM change_log"
HISTORY = (
    RawColumn("recorded_to", "TIMESTAMP"),
    RawColumn("change_seq", "BIGINT"),
)
LATER = RawTable(
    "later",
    (
        RawColumn("id", "BIGINT"),
        RawColumn("entity", "VARCHAR"),
        RawColumn("first_id", "BIGINT"),
        RawColumn("last_id", "BIGINT"),
    ),
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


@dataclass(frozen=True)
class Totals:
    """Rows of a table, its highest id, and the sum of each of its decimal columns in the smallest unit."""

    rows: int
    highest_id: int
    sums: tuple[int, ...]


class StoreReading:
    """The store as it was at one moment: every method sees the same committed state.

    `head` is the position to continue from after this reading; `touched` the inclusive id ranges by table
    that changed since the position it began from, None where everything must be taken.
    """

    def __init__(self, adbc: Any, head: Position, touched: Ranges | None, *, sqlite: bool) -> None:
        self._adbc = adbc
        self.head = head
        self.touched = touched
        self._sqlite = sqlite

    @property
    def settled(self) -> bool:
        """Whether every change that can be seen has its place before the head: no transaction was under way."""
        if self._sqlite:
            return True
        _, xmin, xmax, *_ = self.head.value.split(":")
        return xmin == xmax

    def rows(self, table: RawTable, ids: list[tuple[int, int]] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a table, all or those in the given id ranges, columns in the table's order."""
        columns = ", ".join(f't."{column.name}"' for column in table.columns)
        select = f'SELECT {columns} FROM "{table.name}" t'
        if ids is None:
            yield from self._batches(table.columns, select)
            return
        for condition in _id_conditions(ids):
            yield from self._batches(table.columns, f"{select} WHERE {condition}")

    def past(self, table: RawTable, ids: list[tuple[int, int]] | None = None) -> Iterator[pa.RecordBatch]:
        """Every superseded version of a table's records, all or those of the given ids, from the log's images.

        Columns as in the table, then recorded_to and change_seq. Records are read with all their past, so
        that a change which is seen before its place in the feed is final is not taken twice.
        """
        read = "json_extract(before, '$.{}')" if self._sqlite else "before ->> '{}'"
        columns = [_typed(column, read.format(column.name), self._sqlite) for column in table.columns]
        select = (
            f"SELECT {', '.join(columns)}, t.changed_at AS recorded_to, t.seq AS change_seq FROM change_log t "
            f"WHERE t.entity = '{table.name}' AND t.before IS NOT NULL"
        )
        for condition in ["1 = 1"] if ids is None else _id_conditions(ids, "t.first_id"):
            yield from self._batches((*table.columns, *HISTORY), f"{select} AND {condition}")

    def later(self, position: Position) -> Iterator[pa.RecordBatch]:
        """The changes that a reading at an earlier position had not seen: number, table, inclusive range of ids."""
        unseen = made_after(position, postgres=not self._sqlite)
        select = f"SELECT t.seq AS id, t.entity, t.first_id, t.last_id FROM change_log t WHERE {unseen}"
        yield from self._batches(LATER.columns, select)

    def totals(self, table: RawTable, ids: list[tuple[int, int]]) -> Totals:
        """Totals of the rows of some ids; the highest id is that of the whole table."""
        parts = [
            as_totals(_rows(self._adbc, _totals(table, condition))[0]) for condition in _id_conditions(ids)
        ]
        sums = tuple(sum(column) for column in zip(*(part.sums for part in parts), strict=True))
        return Totals(sum(part.rows for part in parts), max(part.highest_id for part in parts), sums)

    def all_totals(self, tables: list[RawTable]) -> dict[str, Totals]:
        """Totals of all rows of some tables, by their names."""
        statement = " UNION ALL ".join(_totals(table) for table in tables)
        return {str(row[0]): as_totals(row) for row in _rows(self._adbc, statement)}

    def _batches(self, columns: tuple[RawColumn, ...], select: str) -> Iterator[pa.RecordBatch]:
        # SQLite's driver takes types from the first rows; a typed row of id -1 in front fixes them
        sentinel = "SELECT " + ", ".join(f"{_sample(column)} AS {column.name}" for column in columns)
        statement = f"{sentinel} UNION ALL {select}" if self._sqlite else select
        with self._adbc.cursor() as cursor:
            cursor.execute(statement)
            yield from cursor.fetch_record_batch()


@contextmanager
def reading(
    store: Store, after: Position | None = None, *, back_to: Position | None = None
) -> Iterator[StoreReading]:
    """Open a consistent reading of what changed after a position, or of everything.

    `back_to`: so that the load can be turned back to an earlier position, what changed since then as well.
    """
    opened = _postgres if store.is_postgres else _sqlite
    with opened(store, after, back_to) as source:
        yield source


def _feed(
    connection: Connection, after: Position | None, back_to: Position | None
) -> tuple[Position, Ranges | None]:
    until = head(connection)
    if after is None:
        return until, None
    try:
        if back_to is None:
            found = changes(connection, after, until)
        else:
            found = changes(connection, earlier(after, back_to), until, unfinished=True)
    except FeedRestarted:
        return until, None
    return until, {one.table: [*one.ranges, *((number, number) for number in one.ids)] for one in found}


@contextmanager
def _sqlite(store: Store, after: Position | None, back_to: Position | None) -> Iterator[StoreReading]:
    """The feed through the store's own connection, then the rows through ADBC, never both at once.

    ADBC brings a SQLite library of its own. Two of them in one process do not see each other's locks: the
    one that closes removes the log file under the other, and what that commits later is lost. So every
    connection of the store is closed first, and the feed is read again if there was a commit in between.
    """
    from adbc_driver_sqlite import dbapi

    path = make_url(store.settings.store_url).database
    for _ in range(ATTEMPTS):
        with store.reading() as session:
            connection = session.connection()
            until, touched = _feed(connection, after, back_to)
            last = connection.execute(text(LAST_CHANGE)).scalar_one()
        _close_connections(store)
        with contextlib.closing(dbapi.connect(path)) as adbc:
            if _rows(adbc, LAST_CHANGE)[0][0] == last:
                yield StoreReading(adbc, until, touched, sqlite=True)
                return
    raise StoreBusy(
        "存储一直在被写入，无法取得一致的读取；请稍后再试。",
        "The store is written to so busily that no consistent reading was possible; try again.",
    )


def _close_connections(store: Store) -> None:
    pool = store.engine.pool
    if isinstance(pool, QueuePool) and pool.checkedout():
        raise RuntimeError("a session of this process is open on the store that is to be extracted")
    store.engine.dispose()


@contextmanager
def _postgres(store: Store, after: Position | None, back_to: Position | None) -> Iterator[StoreReading]:
    """Both connections share one exported snapshot."""
    from adbc_driver_postgresql import dbapi

    url = make_url(store.settings.store_url).set(drivername="postgresql")
    with store.reading() as session:
        connection = session.connection()
        until, touched = _feed(connection, after, back_to)
        shared = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        with contextlib.closing(dbapi.connect(url.render_as_string(hide_password=False))) as adbc:
            with adbc.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute(f"SET TRANSACTION SNAPSHOT '{shared}'")
            yield StoreReading(adbc, until, touched, sqlite=False)


def as_totals(row: tuple[Any, ...]) -> Totals:
    """Totals out of a row: name, number of rows, highest id, sums with commas between."""
    _, rows, highest_id, sums = row
    return Totals(int(rows), int(highest_id), tuple(int(one) for one in str(sums).split(",") if one))


def _totals(table: RawTable, condition: str = "1 = 1") -> str:
    sums = [f'CAST(coalesce(sum(t."{column.name}"), 0) AS TEXT)' for column in table.scaled]
    highest = f'(SELECT coalesce(max(id), 0) FROM "{table.name}")'
    listed = " || ',' || ".join(sums) or "''"
    return f"SELECT '{table.name}', count(*), {highest}, {listed} FROM \"{table.name}\" t WHERE {condition}"


def _rows(adbc: Any, select: str) -> list[tuple[Any, ...]]:
    with adbc.cursor() as cursor:
        cursor.execute(select)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _id_conditions(ids: list[tuple[int, int]], column: str = "t.id", at_once: int = 800) -> Iterator[str]:
    """Conditions on an id for ranges, and for single ids in lists that any database takes."""
    singles = [first for first, last in ids if first == last]
    yield from (f"{column} BETWEEN {int(first)} AND {int(last)}" for first, last in ids if first < last)
    for start in range(0, len(singles), at_once):
        yield f"{column} IN ({', '.join(str(int(one)) for one in singles[start : start + at_once])})"


def _sample(column: RawColumn) -> str:
    if column.name == "id":
        return "-1"
    return (
        "-1"
        if column.sql_type == "BIGINT" or column.decimals is not None
        else (
            "0" if column.sql_type == "BOOLEAN" else "''" if column.sql_type == "VARCHAR" else "'2000-01-01'"
        )
    )


def _typed(column: RawColumn, value: str, sqlite: bool) -> str:
    """A value out of a JSON image in the type that the stored column has."""
    if column.sql_type == "BIGINT" or column.decimals is not None:
        return f"CAST({value} AS {'INTEGER' if sqlite else 'BIGINT'})"
    if sqlite:
        return f"CAST({value} AS {'INTEGER' if column.sql_type == 'BOOLEAN' else 'TEXT'})"
    return f"CAST({value} AS {'TEXT' if column.sql_type == 'VARCHAR' else column.sql_type})"
