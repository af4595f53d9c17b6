"""Values for bulk loads as Arrow arrays of the type in which a column is stored, checked on the way.

How they get into a database stands in bulk_sqlite.py and bulk_postgres.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, TypeDecorator
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    import pyarrow as pa

SLICE = 100_000  # rows that are turned into Python objects or text at a time


def stored_array(column: Column[Any], values: Any) -> pa.Array:
    """Values of a column as an Arrow array: int64, string, bool, date32 or naive timestamp in microseconds.

    Raises ValueError where a value is not of the column's kind: a fraction for a scaled integer, a text
    that is no date, an empty value where the column must be filled.
    """
    import pyarrow as pa

    try:
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        if not array.type.equals(wanted := _arrow_type(column)):
            array = array.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"{column.table.name}.{column.name}: {str(error).splitlines()[0]}") from error
    if array.null_count and not column.nullable:
        empty = f"{array.null_count} values are empty"
        raise ValueError(f"{column.table.name}.{column.name} must be filled, but {empty}")
    return array


def as_list(array: pa.Array) -> list[Any]:
    """An array as a list of what the SQLite driver stores: dates and moments as text, flags as 0 and 1."""
    import numpy as np
    import pyarrow as pa

    if array.null_count == len(array):
        return [None] * len(array)
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int64())
    elif pa.types.is_temporal(array.type):
        array = array.cast(pa.string())
    if pa.types.is_string(array.type) or not array.null_count:
        return array.to_numpy(zero_copy_only=False).tolist()
    values = array.fill_null(0).to_numpy(zero_copy_only=False).tolist()
    for place in np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)):
        values[place] = None
    return values


def _arrow_type(column: Column[Any]) -> pa.DataType:
    import pyarrow as pa

    kind: TypeEngine[Any] = column.type
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, Boolean):
        return pa.bool_()
    if isinstance(kind, Integer):
        return pa.int64()
    if isinstance(kind, DateTime):
        return pa.timestamp("us")
    return pa.date32() if isinstance(kind, Date) else pa.string()
