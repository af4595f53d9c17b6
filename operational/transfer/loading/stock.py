"""No stock below zero: imported movements against those in the store, at every instant, per depot and lot.

Movements of one instant count together, so that what comes in at a time may go out at that time. Where the
ledger would go below zero, the newest outgoing rows of the file up to then are refused until it does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from operational.crud.lock import hold
from operational.entity import Entity, entity
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.checks import unscaled_text
from operational.transfer.loading.stored import TOGETHER, fetch_by, ids_array, table_of
from operational.transfer.reading.cells import missing, row_codes
from operational.transfer.telling import reasons

LEDGER = ("item", "depot", "lot", "quantity", "moved_at")


@dataclass(frozen=True)
class Ledger:
    """Movements in any order: of which stock, when (microseconds), how much, and the new record (-1: stored)."""

    stock: np.ndarray
    at: np.ndarray
    quantity: np.ndarray
    record: np.ndarray


def is_ledger(cls: type[Entity]) -> bool:
    """Whether the entity is a ledger of signed quantities of items in depots."""
    return cls.__entity__.history_only and set(LEDGER) <= set(cls.__fields__)


def refuse_below_zero(session: Session, batch: Batch) -> None:
    """Refuse the new movements that would take a lot, or an item in a depot, below zero at any time."""
    if not is_ledger(batch.cls) or not len(batch):
        return
    movements, record = _movements(session, batch)
    at = ids_array(movements["moved_at"].cast(pa.int64()))
    quantity = ids_array(movements["quantity"])
    place = [movements["item"], movements["depot"]]
    by_lot = np.where(missing(movements["lot"]), -1, row_codes([*place, movements["lot"]]))
    refused = np.zeros(len(batch), dtype=bool)
    for stock in (by_lot, row_codes(place)):
        going = (stock >= 0) & ~_of(refused, record)
        ledger = Ledger(stock[going], at[going], quantity[going], record[going])
        refused |= _too_much(ledger, len(batch))
    decimals = batch.cls.__fields__["quantity"].decimals or 0
    batch.refuse(refused, "quantity", reasons.below_zero(), unscaled_text(batch.header["quantity"], decimals))


def _movements(session: Session, batch: Batch) -> tuple[dict[str, pa.Array], np.ndarray]:
    """What the store has of the batch's items, held until the end, then the new records; and which those are."""
    items = batch.header["item"]
    known = sorted(one for one in pc.unique(items).to_pylist() if one is not None and one > 0)
    for start in range(0, len(known), TOGETHER):
        hold(session, entity("item"), known[start : start + TOGETHER])
    columns = {name: batch.cls.__fields__[name].column for name in LEDGER}
    stored = fetch_by(session, table_of(batch.cls), list(columns.values()), "item_id", items)
    new = np.flatnonzero(batch.existing == 0)
    both = {
        name: pa.concat_arrays([stored[column], batch.header[name].take(pa.array(new))])
        for name, column in columns.items()
    }
    return both, np.concatenate([np.full(len(stored["item_id"]), -1), new])


def _of(refused: np.ndarray, record: np.ndarray) -> np.ndarray:
    return np.where(record >= 0, refused[np.maximum(record, 0)], False)


def _too_much(ledger: Ledger, count: int) -> np.ndarray:
    """Which new records must go; only stocks that do go below zero are walked through one by one."""
    refused = np.zeros(count, dtype=bool)
    order = np.lexsort((-ledger.quantity, ledger.at, ledger.stock))
    stock, quantity = ledger.stock[order], ledger.quantity[order]
    if not len(stock):
        return refused
    starts = np.flatnonzero(np.diff(stock, prepend=-1))
    running = np.cumsum(quantity)
    before = np.repeat(running[starts] - quantity[starts], np.diff(np.append(starts, len(stock))))
    lowest = np.minimum.reduceat(running - before, starts)
    stops = np.append(starts[1:], len(stock))
    for group in np.flatnonzero(lowest < 0):
        places = order[starts[group] : stops[group]]
        for record in _newest_out(ledger, places):
            refused[record] = True
    return refused


def _newest_out(ledger: Ledger, places: np.ndarray) -> list[int]:
    """The new records of one stock, in their order of time, that it cannot give."""
    balance = 0
    given: list[int] = []  # places of new outgoing movements so far, the newest last
    refused: list[int] = []
    for place in places:
        balance += int(ledger.quantity[place])
        if ledger.record[place] >= 0 and ledger.quantity[place] < 0:
            given.append(int(place))
        while balance < 0 and given:
            last = given.pop()
            balance -= int(ledger.quantity[last])
            refused.append(int(ledger.record[last]))
    return refused
