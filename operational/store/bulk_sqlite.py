"""Bulk loads into SQLite: many rows per statement on the driver's cursor, in the caller's transaction.

The order of the steps, the log and the indexes are the business of bulk.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Table

from operational.store.arrow_columns import SLICE, as_list
from operational.store.sqlite_triggers import insert_trigger, replace_trigger

Values = dict[str, Any]  # by column name: Arrow arrays, or one value for all rows
VALUES_PER_STATEMENT = 400  # measured: 1.6 times the speed of one row per statement, more gains nothing


@contextmanager
def logged_as_ranges(connection: Connection, target: Table) -> Iterator[None]:
    """Without the triggers that look at each row: the one that logs it, and the one that refuses to replace.

    A plain INSERT replaces nothing, the keys see to that. The statements that made them bring them back.
    """
    names = [insert_trigger(target.name), replace_trigger(target.name)]
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN (?, ?)"
    made = connection.exec_driver_sql(found, tuple(names)).all()
    for name, _ in made:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, ddl in made:
        connection.exec_driver_sql(ddl)


def next_id(connection: Connection, target: Table, rows: int) -> int:
    """The first of as many free ids; the write lock keeps them free."""
    used = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)"
    return connection.exec_driver_sql(used, (target.name,)).scalar_one() + 1


def load(
    connection: Connection, target: Table, columns: Values, constants: Values, first: int, rows: int
) -> None:
    """Insert Arrow columns, and constants that every row shares, under ids from `first` on."""
    if any(key.column.table is target for key in target.foreign_keys):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # rows may refer to later ones
    names = ["id", *columns, *constants]
    held = ", ".join(f'"{name}"' for name in names)
    row = f"({', '.join(['?'] * (1 + len(columns)) + [_literal(value) for value in constants.values()])})"
    width = 1 + len(columns)
    together = max(1, VALUES_PER_STATEMENT // width)
    insert = f'INSERT INTO "{target.name}" ({held}) VALUES '
    cursor: Any = connection.connection.cursor()  # the driver's takes any iterable
    for start in range(0, rows, SLICE):
        length = min(SLICE, rows - start)
        ids = range(first + start, first + start + length)
        lists = [as_list(array.slice(start, length)) for array in columns.values()]
        whole = length // together
        values = chain.from_iterable(zip(ids, *lists, strict=True))
        statements = (tuple(islice(values, width * together)) for _ in range(whole))
        cursor.executemany(insert + ", ".join([row] * together), statements)
        cursor.executemany(insert + row, zip(*[values] * width, strict=True))
    cursor.close()


def update(connection: Connection, target: Table, ids: Any, columns: Values, constants: Values) -> int:
    """Set columns of the rows with these ids where a value differs; the number of rows changed."""
    changed = " OR ".join(f'"{name}" IS NOT ?' for name in columns)
    sets = [f'"{name}" = ?' for name in columns]
    sets += [f'"{name}" = {_literal(value)}' for name, value in constants.items()]
    if "version" in target.columns:
        sets.append("version = version + 1")
    cursor: Any = connection.connection.cursor()  # the driver's takes any iterable
    statement = f'UPDATE "{target.name}" SET {", ".join(sets)} WHERE id = ? AND ({changed})'
    values = [as_list(array) for array in columns.values()]
    # Bound twice: Python before 3.12.4 warns of numbered places such as ?1.
    cursor.executemany(statement, zip(*values, as_list(ids), *values, strict=True))
    count = cursor.rowcount
    cursor.close()
    return count


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
