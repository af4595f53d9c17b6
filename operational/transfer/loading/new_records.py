"""Records that `--create-missing` makes: the key is the name, the rest is what defaults and the naming rows say.

Which are needed was noted by references.py; nothing is made that no good row needs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy.orm import Session

from operational.crud.access import Actor, root_unit
from operational.crud.clock import today, zone
from operational.entity import Entity, entity
from operational.field import Field
from operational.store.bulk import bulk_insert
from operational.transfer.converting.convert import convert
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.references import References, Wanted, can_make, known_ids
from operational.transfer.loading.stored import ids_array, nullable_ids
from operational.transfer.mapping.plan import Rule

UNKNOWN = "UNKNOWN"  # the item of a unit whose item nobody named


def make_missing(session: Session, actor: Actor, batch: Batch, references: References) -> dict[str, int]:
    """Write the noted records that the batch still needs and put their ids in place; how many of each entity."""
    made: dict[str, int] = {}
    pending = {name: wanted for name, wanted in references.wanted.items() if wanted.keys}
    order = sorted(pending, key=lambda name: _depth(pending[name].cls, set()))
    for name in order:
        wanted = pending[name]
        needed = _needed(batch, name, len(wanted.keys))
        if not len(needed):
            continue
        columns = _columns(session, actor, batch, wanted, needed, made)
        first, _ = bulk_insert(session, name, columns)
        made[name] = made.get(name, 0) + len(needed)
        ids = np.zeros(len(wanted.keys), dtype=np.int64)
        ids[needed] = np.arange(first, first + len(needed))
        _put(batch, name, ids)
    return made


def _depth(cls: type[Entity], above: set[str]) -> int:
    """Records that others require are made before them."""
    links = {str(one.target) for one in cls.__fields__.values() if one.required and one.target}
    below = [entity(name) for name in links - above - {cls.__tablename__}]
    return 1 + max((_depth(one, above | {cls.__tablename__}) for one in below), default=0)


def _links(batch: Batch, name: str) -> list[tuple[dict[str, pa.Array], str]]:
    """Every column of the batch that links to this entity."""
    found = [(batch.header, one.name) for one in batch.cls.__fields__.values() if one.target == name]
    if batch.cls.__lines__ is not None:
        found += [
            (batch.lines, one.name) for one in batch.cls.__lines__.__fields__.values() if one.target == name
        ]
    return [(columns, field) for columns, field in found if field in columns]


def _needed(batch: Batch, name: str, count: int) -> np.ndarray:
    """Which of the noted records some row still names."""
    used = np.zeros(count, dtype=bool)
    for columns, field in _links(batch, name):
        ids = ids_array(columns[field])
        used[-ids[ids < 0] - 1] = True
    return np.flatnonzero(used)


def _put(batch: Batch, name: str, ids: np.ndarray) -> None:
    for columns, field in _links(batch, name):
        column = ids_array(columns[field])
        noted = column < 0
        if noted.any():
            column = np.where(noted, ids[np.where(noted, -column - 1, 0)], column)
            columns[field] = nullable_ids(column)


def _columns(
    session: Session, actor: Actor, batch: Batch, wanted: Wanted, needed: np.ndarray, made: dict[str, int]
) -> dict[str, Any]:
    cls = wanted.cls
    keys = pa.array(wanted.keys).take(pa.array(needed))
    columns: dict[str, Any] = {cls.__entity__.key[0]: keys}
    if "name" in cls.__fields__:
        columns["name"] = keys
    for name, field in cls.__fields__.items():
        if field.column in columns:
            continue
        column = _column(session, actor, batch, wanted, needed, field, made)
        if column is not None:
            columns[cls.__fields__[name].column] = column
    return columns


def _column(
    session: Session,
    actor: Actor,
    batch: Batch,
    wanted: Wanted,
    needed: np.ndarray,
    field: Field,
    made: dict[str, int],
) -> pa.Array | None:
    """One column of the new records, or None to leave it empty."""
    count = len(needed)
    if field.kind == "choice" and field.default is not None:
        allowed = {choice.value for choice in field.choices}
        named = [wanted.named_by[place] for place in needed]
        return pa.array([one if one in allowed else field.default for one in named])
    if field.target == "org_unit":
        unit = (actor.org_unit_id or root_unit(session)) if field.required or field.default_from else None
        return pa.array([unit] * count, pa.int64())
    if field.target == "person" and "actor.person" in field.default_from:
        return pa.array([actor.person_id] * count, pa.int64())
    if field.target == wanted.cls.__tablename__:
        return None
    if field.target is not None:
        ids = _from_rows(batch, wanted, needed, field.name)
        if field.required and (ids == 0).any():
            ids = np.where(ids == 0, _unknown(session, actor, entity(field.target), made), ids)
        return nullable_ids(ids)
    if field.kind == "date" and field.required:
        day = np.datetime64(today(session), "D").astype(np.int64)
        days = _from_rows(batch, wanted, needed, batch.cls.__entity__.newest_by or "")
        return pa.array(np.where(days == 0, day, days).astype(np.int32)).cast(pa.date32())
    if field.default is not None and field.default not in ("today", "now"):
        text = pa.array([str(field.default)] * count)
        return convert(text, field, wanted.cls, Rule(), zone(session)).values
    return None


def _from_rows(batch: Batch, wanted: Wanted, needed: np.ndarray, name: str) -> np.ndarray:
    """For each new record the least value (id, or day since 1970) that the records naming it have in a field."""
    column = batch.header.get(name)
    if column is None:
        return np.zeros(len(needed), dtype=np.int64)
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.date32()).cast(pa.int32())
    none = np.iinfo(np.int64).max
    values = column.cast(pa.int64()).fill_null(none).to_numpy(zero_copy_only=False)
    values = np.where(values < 0, none, values) if name in _link_names(batch) else values
    least = np.full(len(wanted.keys), none)
    for columns, link in _links(batch, wanted.cls.__tablename__):
        if columns is batch.header:
            ids = ids_array(columns[link])
            np.minimum.at(least, -ids[ids < 0] - 1, values[ids < 0])
    return np.where(least == none, 0, least)[needed]


def _link_names(batch: Batch) -> set[str]:
    return {name for name, field in batch.cls.__fields__.items() if field.target is not None}


def _unknown(session: Session, actor: Actor, cls: type[Entity], made: dict[str, int]) -> int:
    """The id of the record that stands for an unknown one, made at its first use."""
    found = int(known_ids(session, cls, pa.array([UNKNOWN]), None, "read")[0])
    if found or not can_make(cls):
        return found
    made[cls.__tablename__] = made.get(cls.__tablename__, 0) + 1
    columns: dict[str, Any] = {
        name: [UNKNOWN] for name in (*cls.__entity__.key, "name") if name in cls.__fields__
    }
    columns |= {name: [field.default] for name, field in cls.__fields__.items() if field.kind == "choice"}
    return bulk_insert(session, cls.__tablename__, columns)[0]
