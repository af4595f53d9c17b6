"""Landing: rows that arrive as Arrow become `raw` (how things are) and `history` (how they were).

Nothing here knows where the rows come from or what they mean; the models read the `staging` views made here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from warehouse.touched import Touched

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 200_000  # Arrow batches are gathered to about this many rows for one insert
BEGINNING, END = "timestamp '0001-01-01'", "timestamp '9999-12-31'"


@dataclass(frozen=True)
class RawColumn:
    """A column as it arrives; `decimals` where it is a decimal sent as a scaled 64-bit integer."""

    name: str
    sql_type: str
    decimals: int | None = None


@dataclass(frozen=True)
class RawTable:
    """A table as it arrives: its columns (the first is `id`), and for lines the table of their document."""

    name: str
    columns: tuple[RawColumn, ...]
    parent: str | None = None

    @property
    def scaled(self) -> tuple[RawColumn, ...]:
        """The columns with decimals."""
        return tuple(column for column in self.columns if column.decimals is not None)

    @property
    def document(self) -> str | None:
        """The column with the id of a line's document."""
        return f"{self.parent}_id" if self.parent else None

    @property
    def views(self) -> dict[str, str]:
        """`staging.x` leaves out what is under quarantine; `staging.x_version` has every version with its validity.

        The earliest known version of a record holds from the beginning of time.
        """
        name, columns = self.name, self.column_list
        sound = f"id not in (select id from meta.quarantine where entity = '{name}')"
        return {
            f'staging."{name}"': f'select {columns} from raw."{name}" where {sound}',
            f'staging."{name}_version"': (
                f'with version as (select {columns}, recorded_to, change_seq from history."{name}" '
                f'union all by name select {columns}, {END} as recorded_to, null as change_seq from raw."{name}") '
                f"select {columns}, coalesce(lag(recorded_to) over (partition by id order by recorded_to, change_seq), "
                f"{BEGINNING}) as valid_from, recorded_to as valid_to from version where {sound}"
            ),
        }

    @property
    def shape(self) -> str:
        """What a table that was taken with another one has to be taken anew for: its columns and views."""
        return f"{self.columns!r} {self.views!r}"

    @property
    def column_list(self) -> str:
        """The quoted column names, comma-separated."""
        return ", ".join(f'"{column.name}"' for column in self.columns)


def prepare_raw(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """Create raw, history and the staging views of a table; columns that are new are added as null."""
    columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in table.columns)
    times = "recorded_to TIMESTAMP, change_seq BIGINT"
    connection.execute(f'create table if not exists raw."{table.name}" ({columns})')
    connection.execute(f'create table if not exists history."{table.name}" ({columns}, {times})')
    for schema in ("raw", "history"):
        there = {
            name
            for (name,) in connection.execute(
                f'select column_name from (describe {schema}."{table.name}")'
            ).fetchall()
        }
        for column in table.columns:
            if column.name not in there:
                connection.execute(
                    f'alter table {schema}."{table.name}" add column "{column.name}" {column.sql_type}'
                )
    _prepare_staging(connection, table)


def _prepare_staging(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    connection.execute(
        "create table if not exists meta.quarantine "
        "(entity VARCHAR, id BIGINT, rule VARCHAR, reason VARCHAR, since TIMESTAMP)"
    )
    for view, select in table.views.items():
        connection.execute(f"create or replace view {view} as {select}")


def empty_raw(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """Forget everything of a table, before a full load."""
    connection.execute(f'drop table if exists raw."{table.name}"')
    connection.execute(f'drop table if exists history."{table.name}"')
    prepare_raw(connection, table)


def land(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    table: RawTable,
    batches: Iterable[pa.RecordBatch],
    *,
    extra: tuple[RawColumn, ...] = (),
) -> int:
    """Insert batches whose columns stand in the table's order into `target`; returns the number of rows.

    Batches carry a sentinel row of id -1 that only fixes their types; it is left out.
    """
    columns = (*table.columns, *extra)
    names = ", ".join(f'"{column.name}"' for column in columns)
    casts = ", ".join(f'cast("{column.name}" as {column.sql_type})' for column in columns)
    select = f"select {casts} from arriving where id >= 0"
    landed = 0
    for arriving in _chunks(batches, columns):
        connection.register("arriving", arriving)
        try:
            counted = connection.execute(f"insert into {target} ({names}) {select}").fetchall()
        finally:
            connection.unregister("arriving")
        landed += counted[0][0] if counted else 0
    return landed


def _chunks(batches: Iterable[pa.RecordBatch], columns: tuple[RawColumn, ...]) -> Iterable[pa.Table]:
    import pyarrow as pa

    gathered: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        gathered.append(_with_decimals(batch, columns))
        rows += batch.num_rows
        if rows >= CHUNK_ROWS:
            yield pa.Table.from_batches(gathered)
            gathered, rows = [], 0
    if gathered:
        yield pa.Table.from_batches(gathered)


def _with_decimals(batch: pa.RecordBatch, columns: tuple[RawColumn, ...]) -> pa.RecordBatch:
    """Read scaled integers as decimals without touching them: the bytes of both are the same."""
    import pyarrow as pa

    arrays = []
    for column, values in zip(columns, batch.columns, strict=True):
        if column.decimals is not None:
            integers = values if values.type == pa.int64() else values.cast(pa.int64())
            values = pa.Array.from_buffers(
                pa.decimal64(18, column.decimals), len(integers), integers.buffers(), offset=integers.offset
            )
        arrays.append(values)
    return pa.RecordBatch.from_arrays(arrays, names=[column.name for column in columns])


def take_out(
    connection: duckdb.DuckDBPyConnection, table: RawTable, touched: Touched
) -> dict[int, int | None]:
    """Take the touched records and their past out, so that they can land again as they are now (or not at all).

    Returns the id of each with that of its document, None where it has none.
    """
    condition = touched.condition("id", table.name)
    connection.execute(f'delete from history."{table.name}" where {condition}')
    gone = connection.execute(
        f'delete from raw."{table.name}" where {condition} returning id, {table.document or "null"}'
    )
    return dict(gone.fetchall())


def noting_documents(
    batches: Iterable[pa.RecordBatch], table: RawTable, noted: dict[int, int | None]
) -> Iterable[pa.RecordBatch]:
    """Pass batches on, noting the id of each row with that of its document, None where it has none."""
    names = [column.name for column in table.columns]
    for batch in batches:
        ids = batch.column(0).to_pylist()
        parents = (
            batch.column(names.index(table.document)).to_pylist() if table.document else [None] * len(ids)
        )
        noted.update((one, parent) for one, parent in zip(ids, parents, strict=True) if one >= 0)
        yield batch
