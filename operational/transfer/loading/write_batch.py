"""Checked records into the store: new ones in bulk, changed ones where they differ, all in the caller's transaction.

What is right was decided before; only rules that run after a creation may still refuse a record here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import True_

from operational.crud.access import Actor, row_filter
from operational.crud.refusal import Declined
from operational.crud.validate import Draft, LineDraft
from operational.crud.write import insert
from operational.entity import Entity, Line
from operational.field import Field
from operational.store.bulk import bulk_insert, bulk_update
from operational.transfer.loading.batch import Batch, line_numbers
from operational.transfer.loading.references import References
from operational.transfer.loading.rows import Fate
from operational.transfer.loading.stored import TOGETHER, table_of
from operational.transfer.telling import reasons

Fields = dict[str, Field]


def write_new(session: Session, actor: Actor, batch: Batch, *, history: bool) -> np.ndarray:
    """Insert the records that the store does not have; without history as the form would make them.

    Which records were inserted in bulk: those whose rules have not been run.
    """
    new = batch.existing == 0
    in_bulk = np.zeros(len(batch), dtype=bool)
    if not new.any():
        return in_bulk
    if batch.cls.__entity__.after_create and not history:
        _one_by_one(session, actor, batch, new)
    else:
        _in_bulk(session, actor, batch, new, history=history)
        in_bulk = new
    batch.mark(new & (batch.existing > 0), Fate.LOADED)
    return in_bulk


def _in_bulk(session: Session, actor: Actor, batch: Batch, new: np.ndarray, *, history: bool) -> None:
    at = np.flatnonzero(new)
    columns = _columns(batch.header, batch.cls.__fields__, at)
    first, last = bulk_insert(session, batch.cls.__tablename__, columns)
    batch.existing[at] = np.arange(first, last + 1)
    _insert_lines(session, batch, new)
    if batch.cls.__entity__.graph is not None and not history:
        _insert_first_steps(session, actor, batch.cls, first, last)
    _refuse_outside(session, actor, batch, at)


def _columns(columns: dict[str, pa.Array], fields: Fields, at: np.ndarray) -> dict[str, Any]:
    taken = pa.array(at)
    return {fields[name].column: column.take(taken) for name, column in columns.items()}


def _insert_lines(session: Session, batch: Batch, of: np.ndarray) -> None:
    """The lines of some records, in the order of the file."""
    line_cls: type[Line] | None = batch.cls.__lines__
    if line_cls is None:
        return
    at = np.flatnonzero(of[batch.line_record])
    if not len(at):
        return
    columns = _columns(batch.lines, line_cls.__fields__, at)
    columns[f"{batch.cls.__tablename__}_id"] = batch.existing[batch.line_record[at]]
    columns["line_no"] = line_numbers(batch)[at]
    bulk_insert(session, line_cls.__tablename__, columns)


def _insert_first_steps(session: Session, actor: Actor, cls: type[Entity], first: int, last: int) -> None:
    """The first step of each new document along its states, as the form writes it."""
    graph = cls.__entity__.graph
    assert graph is not None  # noqa: S101 - only documents with states get here
    count = last - first + 1
    columns: dict[str, Any] = {
        "entity": [cls.__tablename__] * count,
        "record": np.arange(first, last + 1),
        "sequence": np.ones(count, dtype=np.int64),
        "verb": ["create"] * count,
        "to_state": [graph.initial] * count,
        "changed_at": [datetime.now(UTC).replace(microsecond=0, tzinfo=None)] * count,
        "changed_by": [actor.login] * count,
    }
    bulk_insert(session, "state_change", columns)


class WrittenInVain(Exception):
    """What was written showed that some records may not be; they are refused now, and the rest is written again."""


def _refuse_outside(session: Session, actor: Actor, batch: Batch, at: np.ndarray) -> None:
    """Refuse new records outside the actor's rows; WrittenInVain if there are any, for all was written in vain."""
    table = table_of(batch.cls)
    filters: list[ColumnElement[bool]] = [
        row_filter(session, actor, verb, batch.cls) for verb in ("import", "read")
    ]
    if all(isinstance(one, True_) for one in filters):
        return
    inside = and_(*filters)
    ids = batch.existing[at]
    seen = session.connection().execute(
        select(table.c.id).where(table.c.id.between(int(ids[0]), int(ids[-1])), inside)
    )
    outside = np.zeros(len(batch), dtype=bool)
    outside[at] = ~np.isin(ids, np.fromiter((row[0] for row in seen), dtype=np.int64))
    if outside.any():
        batch.refuse(outside, (batch.cls.__entity__.scope or ("",))[0].split(".")[0], reasons.out_of_scope())
        raise WrittenInVain


def _one_by_one(session: Session, actor: Actor, batch: Batch, new: np.ndarray) -> None:
    """Records whose creation sets off rules (a part leaves its depot) are written as the form writes them."""
    fields = batch.cls.__fields__
    line_fields = batch.cls.__lines__.__fields__ if batch.cls.__lines__ else {}
    for place in np.flatnonzero(new):
        values = {
            name: typed_value(column[place].as_py(), fields[name]) for name, column in batch.header.items()
        }
        lines = [
            LineDraft(number, None, {name: typed_value(column[at].as_py(), line_fields[name]) for name, column in batch.lines.items()})
            for number, at in enumerate(np.flatnonzero(batch.line_record == place), start=1)
        ]  # fmt: skip
        try:
            with session.begin_nested():
                record = insert(session, actor, batch.cls, Draft(values, lines))
        except Declined as declined:
            mask = np.zeros(len(batch), dtype=bool)
            mask[place] = True
            batch.refuse(mask, "", declined.message)
        else:
            batch.existing[place] = record.id


def typed_value(value: Any, field: Field) -> Any:
    """A stored value as the model takes it: scaled integers as decimals, moments aware."""
    if value is None:
        return None
    if field.decimals is not None:
        return Decimal(value).scaleb(-field.decimals)
    return value.replace(tzinfo=UTC) if field.kind == "moment" else value


def write_changes(
    session: Session, batch: Batch, fields: dict[str, np.ndarray], lines: np.ndarray
) -> np.ndarray:
    """Update existing records in the fields that differ, and give those whose lines differ the file's lines.

    Which records were changed.
    """
    there = (batch.existing > 0) & (batch.rows.fate[batch.first_row] == Fate.PENDING)
    other_lines = lines & there
    other_values = np.zeros(len(batch), dtype=bool)
    for mask in fields.values():
        other_values |= mask & there
    if other_values.any():
        at = np.flatnonzero(other_values)
        names = {name: batch.header[name] for name, mask in fields.items() if mask.any()}
        columns = _columns(names, batch.cls.__fields__, at)
        bulk_update(session, batch.cls.__tablename__, batch.existing[at], columns)
    if other_lines.any():
        _delete_lines(session, batch, other_lines)
        _insert_lines(session, batch, other_lines)
        _touch(session, batch, other_lines & ~other_values)
    batch.mark(other_values | other_lines, Fate.UPDATED)
    batch.mark(there & ~other_values & ~other_lines, Fate.UNCHANGED)
    return other_values | other_lines


def _touch(session: Session, batch: Batch, of: np.ndarray) -> None:
    """A document whose lines changed has a new version, even where nothing else of it differs."""
    table = table_of(batch.cls)
    stamp = {
        "version": table.c.version + 1,
        "updated_at": datetime.now(UTC),
        "updated_by": session.info.get("actor"),
    }
    ids = batch.existing[of].tolist()
    for start in range(0, len(ids), TOGETHER):
        session.execute(update(table).where(table.c.id.in_(ids[start : start + TOGETHER])).values(stamp))


def _delete_lines(session: Session, batch: Batch, of: np.ndarray) -> None:
    line_cls = batch.cls.__lines__
    assert line_cls is not None  # noqa: S101 - only documents have lines that differ
    owner = table_of(line_cls).c[f"{batch.cls.__tablename__}_id"]
    ids = batch.existing[of].tolist()
    for start in range(0, len(ids), TOGETHER):
        session.execute(delete(table_of(line_cls)).where(owner.in_(ids[start : start + TOGETHER])))


def write_inside_links(session: Session, batch: Batch, references: References) -> None:
    """Links between records of the file itself, once they have ids."""
    for link in references.inside:
        record, target = batch.record_of[link.record], batch.record_of[link.target]
        alive = (record >= 0) & (target >= 0)
        column = batch.cls.__fields__[link.field].column
        ids, others = batch.existing[record[alive]], batch.existing[target[alive]]
        if len(ids):
            bulk_update(session, batch.cls.__tablename__, ids, {column: others})


def refuse_stored_circles(session: Session, batch: Batch) -> None:
    """Refuse records whose changed parent closes a circle, also through records that the file does not name.

    WrittenInVain if there are any.
    """
    found = False
    for name, field in batch.cls.__fields__.items():
        if field.target != batch.cls.__tablename__ or field.derived or name not in batch.given:
            continue
        table = table_of(batch.cls)
        above = dict(session.execute(select(table.c.id, table.c[field.column])).all())
        circle = np.array([_comes_back(start, above) for start in batch.existing.tolist()], dtype=bool)
        batch.refuse(circle, name, reasons.circle())
        found |= bool(circle.any())
    if found:
        raise WrittenInVain


def _comes_back(start: int, above: dict[int, int | None]) -> bool:
    """Whether the way up from a record leads to itself."""
    seen: set[int] = set()
    one = above.get(start)
    while one is not None and one not in seen and one != start:
        seen.add(one)
        one = above.get(one)
    return one is not None and one == start
