"""Stocktakes at midyear and year's end: every lot of a depot, what the books said and what was found.

Which goods differ is planned in replenish.py; here the ledger tells the books of each count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from operational.demo.calendar import DAY, Ints
from operational.demo.dice import ranks_within
from operational.demo.ledger import COUNTED, NO_LOT, Movements, lot_column
from operational.demo.loading import QUANTITY, choose, link
from operational.demo.organisation import keepers
from operational.demo.words.sales_words import COUNT_REASONS
from operational.demo.world import World


@dataclass
class Counts:
    """Lines in the order of their documents; `document` is the place of the count, which has a moment and a depot."""

    second: Ints
    depot: Ints
    number: NDArray[np.bytes_]
    document: Ints
    item: Ints
    lot: Ints
    book: Ints
    found: Ints


def plan_counts(world: World, rows: Movements) -> Counts:
    """What the counts saw; the movements that they made get their names as source."""
    counted = rows.kind == COUNTED
    key = _stock(rows, world)
    lines = []
    for second in np.unique(rows.second[counted]).tolist():
        seen = np.flatnonzero(rows.second <= second)
        there, which = np.unique(key[seen], return_inverse=True)
        now = counted[seen] & (rows.second[seen] == second)
        amount = rows.quantity[seen]
        book = np.bincount(which, np.where(now, 0, amount), len(there)).astype(np.int64)
        found = np.bincount(which, amount, len(there)).astype(np.int64)
        kept = (book != 0) | (found != 0)
        lines.append((np.full(kept.sum(), second), there[kept], book[kept], found[kept]))
    second, stock, book, found = (np.concatenate(column) for column in zip(*lines, strict=True))
    place, lot = stock // _ROOM, stock % _ROOM - _SHIFT
    depot = place // world.items
    document, first = _numbered(second, depot)
    number = world.loader.numbers("ST", world.calendar.years(second[first] // DAY))
    depots = len(world.organisation.depot_ids)
    of_row = np.searchsorted(
        second[first] * depots + depot[first],
        rows.second[counted] * depots + rows.place[counted] // world.items,
    )
    rows.source[counted] = np.char.add(b"stocktake:", number[of_row])
    return Counts(second[first], depot[first], number, document, place % world.items, lot, book, found)


def write_counts(world: World, counts: Counts) -> Ints:
    """Posted stocktakes with their lines; their ids."""
    rng, calendar = world.dice.of("counts"), world.calendar
    counters = np.array(world.organisation.person_names)[keepers(world.organisation)]
    ids = world.loader.load(
        "stocktake",
        {
            "number": counts.number,
            "depot_id": world.organisation.depot_ids[counts.depot],
            "as_of": calendar.moments(counts.second),
            "blind": np.ones(len(counts.number), dtype=bool),
            "tolerance_pct": np.zeros(len(counts.number), dtype=np.int64),
            "state": np.full(len(counts.number), b"posted"),
            "counted_by": counters[counts.depot],
            "created_at": calendar.moments(counts.second - 12 * 3_600),
        },
    )
    differs = counts.found != counts.book
    world.loader.load(
        "stocktake_line",
        {
            "stocktake_id": ids[counts.document],
            "line_no": ranks_within(counts.document) + 1,
            "item_id": world.catalogue.ids[counts.item],
            "lot": link(lot_column(counts.lot, calendar), counts.lot != NO_LOT),
            "book_quantity": counts.book * QUANTITY,
            "counted_quantity": counts.found * QUANTITY,
            "reason": link(
                choose(COUNT_REASONS, rng.integers(len(COUNT_REASONS), size=len(differs))), differs
            ),
        },
    )
    return ids


_SHIFT = -NO_LOT  # lots are days, also before the first one
_ROOM = 2 * _SHIFT


def _stock(rows: Movements, world: World) -> Ints:
    """Place and lot in one number."""
    return rows.place * _ROOM + rows.lot + _SHIFT


def _numbered(second: Ints, depot: Ints) -> tuple[Ints, Ints]:
    """The document of each line, and the first line of each document."""
    begins = np.append(True, (second[1:] != second[:-1]) | (depot[1:] != depot[:-1]))
    return np.cumsum(begins) - 1, np.flatnonzero(begins)
