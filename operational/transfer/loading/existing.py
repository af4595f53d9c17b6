"""Records of a file that the store has already: found by key, skipped, compared, and only changed where they differ.

What is written, for new and for changed records, is in write_batch.py.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from operational.crud.access import Actor, may_see, row_filter
from operational.entity import Entity
from operational.transfer.failure import TransferFailed
from operational.transfer.loading.batch import Batch, Stored, line_numbers
from operational.transfer.loading.rows import Fate
from operational.transfer.loading.states import editable
from operational.transfer.loading.stored import fetch_by, ids_array, table_of
from operational.transfer.reading.cells import missing, row_codes, truth
from operational.transfer.telling import reasons

POLICIES = ("fail", "skip", "update")


def find_existing(session: Session, batch: Batch) -> None:
    """Note for each record the id that the store has for its key, whoever may see it."""
    spec, table = batch.cls.__entity__, table_of(batch.cls)
    columns = [batch.cls.__fields__[name].column for name in spec.key]
    stored = fetch_by(session, table, ["id", *columns], columns[0], batch.key()[0])
    theirs, ours = (
        _one_key([source[name] for name in names])
        for source, names in ((stored, columns), (batch.header, spec.key))
    )
    found = stored["id"].take(pc.index_in(ours, value_set=theirs, skip_nulls=True))
    batch.existing = ids_array(found).copy()


def _one_key(parts: list[pa.Array]) -> pa.Array:
    if len(parts) == 1:
        return parts[0]
    return pc.binary_join_element_wise(*(part.cast(pa.string()) for part in parts), "~")


def skip_existing(session: Session, actor: Actor, batch: Batch, policy: str) -> None:
    """Leave out what `skip` skips; with `update`, refuse what the actor may not touch."""
    there = batch.existing > 0
    if policy == "skip":
        batch.settle(there, Fate.SKIPPED)
    elif policy == "update" and there.any():
        table = table_of(batch.cls)
        inside = (row_filter(session, actor, verb, batch.cls) for verb in ("import", "read"))
        seen = fetch_by(session, table, ["id"], "id", pa.array(batch.existing[there]), *inside)["id"]
        unseen = there & ~truth(pc.is_in(pa.array(batch.existing), value_set=seen))
        batch.refuse(unseen, batch.cls.__entity__.key[0], reasons.out_of_scope())


def settle_repeated(batch: Batch, policy: str) -> None:
    """Records whose key comes again in the file: with `skip` the first counts, with `update` the last."""
    if policy == "fail" or not len(batch):
        return
    key = row_codes(batch.key())
    if policy == "skip":
        again = np.ones(len(batch), dtype=bool)
        again[np.unique(key, return_index=True)[1]] = False
    else:
        again = np.ones(len(batch), dtype=bool)
        again[len(key) - 1 - np.unique(key[::-1], return_index=True)[1]] = False
        batch.rows.remark(batch.cls.__entity__.key[0], reasons.overtaken(), int(again.sum()))
    batch.settle(again, Fate.SKIPPED)


def fail_on_conflict(batch: Batch) -> None:
    """TransferFailed where a good record exists already or its key comes again in the file."""
    if not len(batch):
        return
    key = row_codes(batch.key())
    again = np.ones(len(batch), dtype=bool)
    again[np.unique(key, return_index=True)[1]] = False
    there = batch.existing > 0
    conflicts = np.flatnonzero(there | again)
    if not len(conflicts):
        return
    first = int(conflicts[0])
    row = int(batch.rows.shaped.numbers[batch.first_row[first]])
    reason = reasons.key_taken() if there[first] else reasons.key_again()
    word = batch.words[first].as_py()
    zh, en = (text.replace("{value}", word) for text in (reason.zh, reason.en))
    count = len(conflicts)
    raise TransferFailed(
        f"第 {row} 行：{zh}。共 {count} 处冲突，未作任何更改。",
        f"Row {row}: {en}. {count} conflict{'s' if count > 1 else ''} in all; nothing was changed.",
    )


def stored_rows(session: Session, batch: Batch) -> Stored:
    """What the store has for the batch's existing records, in the batch's order."""
    cls = batch.cls
    columns = {name: field.column for name, field in cls.__fields__.items()}
    rows = fetch_by(
        session, table_of(cls), ["id", *columns.values()], "id", pa.array(batch.existing[batch.existing > 0])
    )
    place = pc.index_in(pa.array(batch.existing), value_set=rows["id"])
    header = {name: rows[column].take(place) for name, column in columns.items()}
    if cls.__lines__ is None:
        return Stored(header, {}, pa.array(np.zeros(len(batch), dtype=np.int64)))
    return Stored(header, *_stored_lines(session, batch))


def _stored_lines(session: Session, batch: Batch) -> tuple[dict[str, pa.Array], pa.Array]:
    """For each line of the batch the stored line in the same place of its document, and how many each had."""
    cls, line_cls = batch.cls, batch.cls.__lines__
    assert line_cls is not None  # noqa: S101 - only documents get here
    owner = f"{cls.__tablename__}_id"
    columns = {name: field.column for name, field in line_cls.__fields__.items()}
    rows = fetch_by(
        session,
        table_of(line_cls),
        [owner, "id", *columns.values()],
        owner,
        pa.array(batch.existing[batch.existing > 0]),
        order=(owner, "line_no", "id"),
    )
    documents = ids_array(rows[owner])
    starts = np.flatnonzero(np.diff(documents, prepend=-1))
    lengths = np.diff(np.append(starts, len(documents)))
    nth = np.arange(len(documents)) - np.repeat(starts, lengths) + 1
    theirs = _pair(documents, nth)
    ours = _pair(batch.existing[batch.line_record], line_numbers(batch))
    place = pc.index_in(ours, value_set=theirs)
    found = pc.index_in(pa.array(batch.existing), value_set=pa.array(documents[starts]))
    counts = pc.fill_null(pa.array(lengths, pa.int64()).take(found), 0)
    return {name: rows[column].take(place) for name, column in columns.items()}, counts


def _pair(one: np.ndarray, other: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(
        pa.array(one).cast(pa.string()), pa.array(other).cast(pa.string()), "/"
    )


def keep_stored_defaults(actor: Actor, batch: Batch, stored: Stored) -> None:
    """What the file leaves empty and a default would fill stays, in an existing record, as it is.

    So does, in a line that is still about the same item, what the actor may not see and so cannot give.
    """
    there = pa.array(batch.existing > 0)
    for name, field in batch.cls.__fields__.items():
        if (
            name not in batch.given
            or field.default is not None
            or field.default_from
            or field.kind == "state"
        ):
            column = batch.header.get(name)
            kept = pc.if_else(there, stored.header[name], pa.scalar(None, stored.header[name].type))
            batch.header[name] = kept if column is None else pc.coalesce(column, kept)
    line_cls = batch.cls.__lines__
    if line_cls is None or "item" not in batch.lines:
        return
    same = pa.array(truth(pc.equal(batch.lines["item"], stored.lines["item"])))
    for name, field in line_cls.__fields__.items():
        if field.default is not None or field.default_from or not may_see(actor, field):
            column = batch.lines.get(name)
            kept = pc.if_else(same, stored.lines[name], pa.scalar(None, stored.lines[name].type))
            batch.lines[name] = kept if column is None else pc.coalesce(column, kept)


def differing_fields(batch: Batch, stored: Stored) -> dict[str, np.ndarray]:
    """For each header field that the file gives, or that follows from its lines: which existing records differ."""
    there = batch.existing > 0
    derived = {"amount"} if batch.gives_lines else set()  # the total follows from the lines
    key = set(batch.cls.__entity__.key)
    return {
        name: _differs(batch.header[name], stored.header[name]) & there
        for name, field in batch.cls.__fields__.items()
        if (name in batch.given or (name in derived and field.derived)) and name not in key
    }


def differing_lines(batch: Batch, stored: Stored) -> np.ndarray:
    """Which existing records have other lines than the file gives them, in number, order or values."""
    result = np.zeros(len(batch), dtype=bool)
    if not batch.gives_lines:
        return result
    changed = np.zeros(len(batch.line_record), dtype=bool)
    for name, column in batch.lines.items():
        changed |= _differs(column, stored.lines[name])
    result[batch.line_record[changed]] = True
    result |= np.bincount(batch.line_record, minlength=len(batch)) != ids_array(stored.line_counts)
    return result & (batch.existing > 0)


def _differs(one: pa.Array, other: pa.Array) -> np.ndarray:
    same = truth(pc.equal(one, other.cast(one.type))) | (missing(one) & missing(other))
    return ~same


def refuse_fixed(
    batch: Batch, stored: Stored, fields: dict[str, np.ndarray], lines: np.ndarray, *, history: bool
) -> None:
    """Refuse changes that the form would refuse: of a state, of a record in a state that is not editable."""
    cls: type[Entity] = batch.cls
    changed = lines.copy()
    for name, mask in fields.items():
        if not cls.__fields__[name].always_editable:
            changed |= mask
    if cls.__entity__.append_only:
        batch.refuse(changed, cls.__entity__.key[0], reasons.append_only())
        return
    graph = cls.__entity__.graph
    if history or graph is None:
        return
    moved = fields.get(graph.field, np.zeros(len(batch), dtype=bool))
    batch.refuse(moved, graph.field, reasons.state_moves())
    states = stored.header[graph.field]
    fixed = changed & ~editable(batch, states) & ~moved
    for state in graph.states:
        here = fixed & truth(pc.equal(states, state.name))
        if here.any():
            batch.refuse(here, graph.field, reasons.not_editable(state.label))
