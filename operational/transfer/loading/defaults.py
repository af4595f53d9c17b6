"""What an empty field of a new record becomes, column by column: constants, and values along links.

Today and now are never put in: a file that does not say when something happened is not completed by guessing.
The same for single records is crud/defaults.py.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import zone
from operational.entity import Entity, Line
from operational.field import Field
from operational.store.arrow_columns import stored_array
from operational.transfer.converting.convert import convert
from operational.transfer.loading.along import at_path
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.stored import table_of
from operational.transfer.mapping.plan import Rule

NEVER = ("today", "now")


def fill_header(session: Session, actor: Actor, batch: Batch) -> None:
    """Fill empty header fields, in the order of their declaration; every field has a column afterwards."""
    for name, field in batch.cls.__fields__.items():
        column = batch.header.get(name)
        if column is None:
            column = empty_column(batch.cls, field, len(batch))
        batch.header[name] = _filled(session, actor, batch, column, field, lines=False)


def fill_lines(session: Session, actor: Actor, batch: Batch) -> None:
    """Fill empty fields of lines, in the order of their declaration; every field has a column afterwards."""
    cls = batch.cls.__lines__
    if cls is None:
        return
    for name, field in cls.__fields__.items():
        column = batch.lines.get(name)
        if column is None:
            column = empty_column(cls, field, len(batch.line_record))
        batch.lines[name] = _filled(session, actor, batch, column, field, lines=True)


def empty_column(cls: type[Entity | Line], field: Field, count: int) -> pa.Array:
    """A column of nulls of the type in which the field is stored."""
    return pa.nulls(count, stored_array(table_of(cls).c[field.column], []).type)


def _filled(
    session: Session, actor: Actor, batch: Batch, column: pa.Array, field: Field, *, lines: bool
) -> pa.Array:
    for path in field.default_from:
        if not column.null_count:
            return column
        values = at_path(session, actor, batch, path, lines=lines)
        if values is not None:
            column = pc.coalesce(column, values.cast(column.type))
    if column.null_count and field.default is not None and field.default not in NEVER:
        text = pa.array([str(field.default)])
        value = convert(text, field, batch.cls, Rule(), zone(session)).values[0]
        column = pc.fill_null(column, value.cast(column.type))
    return column
