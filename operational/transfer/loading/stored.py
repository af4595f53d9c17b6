"""What the store holds already, read as Arrow columns in the form in which it is stored.

What is done with it, and who may see it, is the callers' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
from sqlalchemy import BigInteger, Column, ColumnElement, DateTime, Table, select, type_coerce
from sqlalchemy.orm import Session

from operational.entity import Entity, Line
from operational.field import Moment, Scaled
from operational.store.arrow_columns import stored_array

TOGETHER = 5_000  # values of one IN: below every dialect's limit of parameters
MANY = 20_000  # from here on one pass over the table is quicker than asking for each


def table_of(cls: type[Entity | Line]) -> Table:
    """The table of an entity or of its lines."""
    return cast(Table, cls.__table__)


def fetch(
    session: Session,
    table: Table,
    names: Sequence[str],
    *conditions: ColumnElement[bool],
    order: Iterable[str] = (),
) -> dict[str, pa.Array]:
    """The named columns of the rows that satisfy the conditions, scaled numbers as integers, moments as naive UTC."""
    columns = [table.c[name] for name in names]
    statement = (
        select(*map(_as_stored, columns)).where(*conditions).order_by(*(table.c[name] for name in order))
    )
    rows = session.connection().execute(statement).all()
    found: Iterable[tuple[Any, ...]] = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return {
        column.name: stored_array(column, list(values)) for column, values in zip(columns, found, strict=True)
    }


def fetch_by(
    session: Session,
    table: Table,
    names: Sequence[str],
    column: str,
    wanted: pa.Array,
    *conditions: ColumnElement[bool],
    order: Iterable[str] = (),
) -> dict[str, pa.Array]:
    """The same for rows whose `column` holds one of the wanted values; where those are many, more may come."""
    distinct = wanted.drop_null().unique()
    if len(distinct) > MANY:
        return fetch(session, table, names, *conditions, order=order)
    values = distinct.to_pylist()
    parts = [
        fetch(
            session,
            table,
            names,
            table.c[column].in_(values[start : start + TOGETHER]),
            *conditions,
            order=order,
        )
        for start in range(0, max(len(values), 1), TOGETHER)
    ]
    return {name: pa.concat_arrays([part[name] for part in parts]) for name in names}


def _as_stored(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Scaled):
        return type_coerce(column, BigInteger()).label(column.name)
    if isinstance(column.type, Moment):
        return type_coerce(column, DateTime()).label(column.name)
    return column


def ids_array(column: pa.Array) -> np.ndarray:
    """A column of ids as numpy, 0 where it is null."""
    return column.fill_null(0).to_numpy(zero_copy_only=False)


def nullable_ids(ids: np.ndarray) -> pa.Array:
    """Ids as a column, null where they are 0."""
    return pa.array(ids, mask=ids == 0)
