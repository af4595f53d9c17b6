"""What a field and an entity demand of every record: filled, within bounds, times in their order, no circles.

Kinds were checked while converting; references, states and stock have files of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.entity import Entity
from operational.field import Field, Label
from operational.transfer.converting.convert import NUMBERS
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.defaults import NEVER
from operational.transfer.loading.references import References
from operational.transfer.mapping.importable import LINES
from operational.transfer.reading.cells import missing, truth
from operational.transfer.telling import reasons

Refuse = Callable[[np.ndarray, str, Label, pa.Array | None], None]


def unfillable(cls: type[Entity], given: frozenset[str], *, new: bool) -> list[str]:
    """Required fields that nothing can fill: no column gives them and no default; of known records only the key."""
    spec = cls.__entity__
    wanted = [name for name, field in cls.__fields__.items() if new and _only_from_file(field)]
    lines = cls.__lines__
    if lines is not None and (
        (new and not lines.__optional__) or any(name.startswith(LINES) for name in given)
    ):
        wanted += [f"{LINES}{name}" for name, field in lines.__fields__.items() if _only_from_file(field)]
    return [name for name in dict.fromkeys((*spec.key, *wanted)) if name not in given]


def _only_from_file(field: Field) -> bool:
    defaulted = field.default_from or (field.default is not None and field.default not in NEVER)
    return field.required and field.kind != "state" and not defaulted


def check_required(batch: Batch) -> None:
    """Refuse records and lines in which a required field is empty; the state is filled elsewhere."""
    for name, field in batch.cls.__fields__.items():
        if field.required and field.kind != "state":
            empty = missing(batch.header[name]) if name in batch.header else np.ones(len(batch), dtype=bool)
            if name in batch.given:
                batch.refuse(empty, name, reasons.required())
            else:  # of known records nothing is asked, so that an update may name a few fields only
                batch.refuse(empty, name, reasons.new_without(field.label), batch.words)
    for name, field in (batch.cls.__lines__.__fields__ if batch.cls.__lines__ else {}).items():
        if field.required:
            empty = (
                missing(batch.lines[name])
                if name in batch.lines
                else np.ones(len(batch.line_row), dtype=bool)
            )
            batch.refuse_lines(empty, name, reasons.required())


def check_bounds(batch: Batch) -> None:
    """Refuse numbers beyond their field's bounds; a line's amount may be negative where its quantity is."""
    for name, field in batch.cls.__fields__.items():
        if name in batch.header:
            _bounds(batch.header[name], field, batch.refuse, name, np.zeros(len(batch), dtype=bool))
            _note_seldom(batch, name, field, batch.header[name])
    if batch.cls.__lines__ is None:
        return
    quantity = batch.lines.get("quantity")
    taken_back = (
        truth(pc.less(quantity, 0)) if quantity is not None else np.zeros(len(batch.line_row), dtype=bool)
    )
    for name, field in batch.cls.__lines__.__fields__.items():
        if name in batch.lines:
            free = taken_back if name == "amount" else np.zeros(len(taken_back), dtype=bool)
            _bounds(batch.lines[name], field, batch.refuse_lines, name, free)
            _note_seldom(batch, f"{LINES}{name}", field, batch.lines[name])


def _bounds(column: pa.Array, field: Field, refuse: Refuse, name: str, free: np.ndarray) -> None:
    if field.kind not in NUMBERS:
        return
    decimals = field.decimals or 0
    for bound, compare, reason in (
        (field.minimum, pc.less, reasons.too_small),
        (field.maximum, pc.greater, reasons.too_great),
    ):
        if bound is None:
            continue
        beyond = truth(compare(column, int(bound.scaleb(decimals)))) & ~free
        if beyond.any():
            refuse(beyond, name, reason(format(bound, "f")), unscaled_text(column, decimals))


def _note_seldom(batch: Batch, name: str, field: Field, column: pa.Array) -> None:
    if field.seldom_below is not None:
        limit = int(field.seldom_below.scaleb(field.decimals or 0))
        reason = reasons.seldom_below(format(field.seldom_below, "f"))
        batch.rows.remark(name, reason, int(truth(pc.less(column, limit)).sum()))


def unscaled_text(column: pa.Array, decimals: int) -> pa.Array:
    """Scaled integers as people write them, without trailing zeros."""
    encoded = column.dictionary_encode()
    words = [
        format(Decimal(value).scaleb(-decimals).normalize(), "f") for value in encoded.dictionary.to_pylist()
    ]
    return pa.array(words, pa.string()).take(encoded.indices)


def empty_early_times(batch: Batch) -> None:
    """Empty times that come before the one that must be first, where the entity says so, with a remark."""
    for first, later in batch.cls.__entity__.emptied_if_early:
        if first in batch.header and later in batch.header:
            early = truth(pc.less(batch.header[later], batch.header[first]))
            if early.any():
                column = batch.header[later]
                batch.header[later] = pc.if_else(pa.array(early), pa.scalar(None, column.type), column)
                label = batch.cls.__fields__[first].label
                batch.rows.remark(later, reasons.emptied(label), int(early.sum()))


def check_order_of_times(batch: Batch) -> None:
    """Refuse records in which an end comes before its beginning; empty times are passed over."""
    for names in batch.cls.__entity__.order_of_times:
        latest: pa.Array | None = None
        whose = np.zeros(len(batch), dtype=np.int64)
        for place, name in enumerate(names):
            column = batch.header.get(name)
            if column is None:
                continue
            if latest is not None:
                early = truth(pc.less(column, latest))
                for earlier in np.unique(whose[early]):
                    label = batch.cls.__fields__[names[earlier]].label
                    batch.refuse(early & (whose == earlier), name, reasons.before(label))
            whose = np.where(missing(column), whose, place)
            latest = column if latest is None else pc.coalesce(column, latest)


def check_inside_links(batch: Batch, references: References) -> None:
    """Refuse records whose link names a refused record of the same file, and trees that lead back to themselves."""
    cls: type[Entity] = batch.cls
    for link in references.inside:
        field = cls.__fields__[link.field]
        own = batch.record_of
        while True:
            pending = (own[link.record] >= 0) & (own[link.target] < 0)
            if not pending.any():
                break
            mask = np.zeros(len(batch), dtype=bool)
            mask[own[link.record[pending]]] = True
            target = field.label
            batch.refuse(mask, link.field, reasons.reference_refused(target))
            batch.drop_refused()
            own = batch.record_of
        alive = own[link.record] >= 0
        above = np.full(len(batch), -1, dtype=np.int64)
        above[own[link.record[alive]]] = own[link.target[alive]]
        batch.refuse(_leads_back(above), link.field, reasons.circle())


def _leads_back(above: np.ndarray) -> np.ndarray:
    """Which records reach no root: after as many steps as there are records they are still under way."""
    at = above
    steps = 1
    while steps <= len(above):
        at = np.where(at >= 0, at[np.maximum(at, 0)], -1)
        steps *= 2
    return at >= 0
