"""Bulk loads into PostgreSQL: COPY of CSV text that Arrow writes, inside the caller's transaction.

The order of the steps, the log and the indexes are the business of bulk.py.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, text

from operational.store.arrow_columns import SLICE
from operational.store.postgres_triggers import insert_trigger

if TYPE_CHECKING:
    import pyarrow as pa

Values = dict[str, Any]  # by column name: Arrow arrays, or one value for all rows


@contextmanager
def logged_as_ranges(connection: Connection, target: Table) -> Iterator[None]:
    """Without the trigger that logs the inserted rows; other writers of the table wait until the commit."""
    alter = f'ALTER TABLE "{target.name}" {{}} TRIGGER "{insert_trigger(target.name)}"'
    connection.exec_driver_sql(alter.format("DISABLE"))
    yield
    connection.exec_driver_sql(alter.format("ENABLE"))


def next_id(connection: Connection, target: Table, rows: int) -> int:
    """The first of as many free ids; the lock that `logged_as_ranges` took keeps them free."""
    sequence = connection.execute(
        text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{target.name}"'}
    ).scalar_one()
    free = f'SELECT greatest(nextval(:sequence), (SELECT coalesce(max(id), 0) + 1 FROM "{target.name}"))'
    first = connection.execute(text(free), {"sequence": sequence}).scalar_one()
    taken = {"sequence": sequence, "last": first + rows - 1}
    connection.execute(text("SELECT setval(:sequence, :last)"), taken)
    return first


def load(
    connection: Connection, target: Table, columns: Values, constants: Values, first: int, rows: int
) -> None:
    """Insert Arrow columns, and constants that every row shares, under ids from `first` on."""
    import pyarrow as pa

    named = {"id": pa.array(range(first, first + rows), pa.int64()), **columns}
    for name, value in constants.items():
        named[name] = pa.repeat(value, rows) if value is not None else pa.nulls(rows)
    _copy(connection, target.name, pa.table(named))


def update(connection: Connection, target: Table, ids: Any, columns: Values, constants: Values) -> int:
    """Set columns of the rows with these ids where a value differs; the number of rows changed."""
    import pyarrow as pa

    held = ", ".join(f'"{name}"' for name in ("id", *columns))
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE bulk_update ON COMMIT DROP AS "
        f'SELECT {held} FROM "{target.name}" WITH NO DATA'
    )
    _copy(connection, "bulk_update", pa.table({"id": ids, **columns}))
    connection.exec_driver_sql("ANALYZE bulk_update")  # without it the planner reads the whole table
    sets = [f'"{name}" = s."{name}"' for name in columns] + [f'"{name}" = :{name}' for name in constants]
    if "version" in target.columns:
        sets.append("version = t.version + 1")
    old = ", ".join(f't."{name}"' for name in columns)
    new = ", ".join(f's."{name}"' for name in columns)
    result = connection.execute(
        text(
            f'UPDATE "{target.name}" t SET {", ".join(sets)} FROM bulk_update s '
            f"WHERE t.id = s.id AND ({old}) IS DISTINCT FROM ({new})"
        ),
        constants,
    )
    connection.exec_driver_sql("DROP TABLE bulk_update")
    return result.rowcount


def _copy(connection: Connection, name: str, rows: pa.Table) -> None:
    """COPY an Arrow table; CSV quotes an empty text but not a missing value: both stay what they are."""
    from pyarrow import csv

    held = ", ".join(f'"{column}"' for column in rows.column_names)
    form = csv.WriteOptions(include_header=False, quoting_style="needed")
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{name}" ({held}) FROM STDIN (FORMAT csv)') as copy:
        for start in range(0, rows.num_rows, SLICE):
            text_of_slice = io.BytesIO()
            csv.write_csv(rows.slice(start, SLICE), text_of_slice, form)
            copy.write(text_of_slice.getbuffer())
    cursor.close()
