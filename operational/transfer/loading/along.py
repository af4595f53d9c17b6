"""Values at the end of a path along links (`customer.org_unit`), for whole columns of ids at once.

Which paths are asked for stands on the fields; single records go along them in crud/defaults.py.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from operational.crud.access import Actor, root_unit
from operational.entity import Entity, entity
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.stored import fetch_by, ids_array, nullable_ids, table_of
from operational.transfer.reading.cells import truth


def at_path(session: Session, actor: Actor, batch: Batch, path: str, *, lines: bool) -> pa.Array | None:
    """The values of a `default_from` path per record or, for a line's field, per line; None if it leads nowhere."""
    count = len(batch.line_record) if lines else len(batch)
    first, _, rest = path.partition(".")
    if path == "root":
        return pa.array([root_unit(session)] * count, pa.int64())
    if first == "actor":
        return pa.array([actor.org_unit_id if rest == "org_unit" else actor.person_id] * count, pa.int64())
    line_cls = batch.cls.__lines__
    if lines and line_cls is not None and first in line_cls.__fields__:
        target, ids = line_cls.__fields__[first].target, batch.lines.get(first)
    else:
        target, ids = batch.cls.__fields__[first].target, batch.header.get(first)
        if ids is not None and lines:
            ids = ids.take(pa.array(batch.line_record))
    if ids is None or target is None:
        return None
    if rest.startswith("lines."):
        return _of_same_item(
            session, entity(target), ids, batch.lines.get("item"), rest.removeprefix("lines.")
        )
    values = _along(session, entity(target), ids, rest)
    if rest == "org_unit":  # a record that is only about to be made will belong where new_records.py puts it
        to_be_made = truth(pc.less(ids, 0))
        values = pc.if_else(
            pa.array(to_be_made), pa.scalar(actor.org_unit_id or root_unit(session), pa.int64()), values
        )
    return values


def _along(session: Session, cls: type[Entity], ids: pa.Array, path: str) -> pa.Array:
    """The path's value for each id; null where the record is only about to be made."""
    first, _, rest = path.partition(".")
    field = cls.__fields__[first]
    known = nullable_ids(np.maximum(ids_array(ids), 0))
    stored = fetch_by(session, table_of(cls), ("id", field.column), "id", known)
    values = stored[field.column].take(pc.index_in(known, value_set=stored["id"], skip_nulls=True))
    return _along(session, entity(str(field.target)), values, rest) if rest else values


def _of_same_item(
    session: Session, cls: type[Entity], ids: pa.Array, items: pa.Array | None, name: str
) -> pa.Array | None:
    """A field of the first line of each document that has the same item."""
    line_cls = cls.__lines__
    if line_cls is None or items is None:
        return None
    document = f"{cls.__tablename__}_id"
    column = line_cls.__fields__[name].column
    known = nullable_ids(np.maximum(ids_array(ids), 0))
    stored = fetch_by(
        session, table_of(line_cls), (document, "item_id", column), document, known, order=("line_no", "id")
    )
    return stored[column].take(
        pc.index_in(_pair(known, items), value_set=_pair(stored[document], stored["item_id"]))
    )


def _pair(one: pa.Array, other: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(one.cast(pa.string()), other.cast(pa.string()), "/")
